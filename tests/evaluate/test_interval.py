import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from netglass.evaluate.interval import (
    Ratio,
    bound_agreement,
    count_clusters,
    estimate_ratios,
    number_levels,
)

ONES = np.ones(40)
POLICIES = [f"policy-{i // 10}" for i in range(40)]
RUNS = [f"run-{i % 8}" for i in range(40)]


def share(hits: list[int]) -> Ratio:
    upper = np.zeros(40)
    upper[hits] = 1
    return Ratio("share", upper, ONES)


def test_the_figure_is_the_plain_share() -> None:
    (one,) = estimate_ratios([share(list(range(10)))], number_levels(POLICIES, RUNS))
    assert one.value == 0.25
    assert one.low is not None and one.high is not None
    assert one.low <= 0.25 <= one.high


def test_the_same_seed_gives_the_same_interval_and_another_does_not() -> None:
    clusters, ratios = number_levels(POLICIES, RUNS), [share([0, 11, 12, 25])]
    assert estimate_ratios(ratios, clusters, seed=1) == estimate_ratios(ratios, clusters, seed=1)
    assert estimate_ratios(ratios, clusters, seed=1) != estimate_ratios(ratios, clusters, seed=2)


def test_errors_of_one_policy_make_a_wider_interval_than_scattered_ones() -> None:
    clusters = number_levels(POLICIES, RUNS)
    gathered, scattered = estimate_ratios([share(list(range(8))), share(list(range(0, 40, 5)))], clusters)
    assert gathered.high - gathered.low > scattered.high - scattered.low  # type: ignore[operator]


def test_by_hand_two_policies_that_disagree_give_the_widest_interval() -> None:
    """Resampling two clusters, one all right and one all wrong, gives 0, 1/2 or 1."""
    clusters = number_levels(["a"] * 5 + ["b"] * 5, ["run"] * 10)
    (one,) = estimate_ratios([Ratio("x", np.repeat([1.0, 0.0], 5), np.ones(10))], clusters)
    assert one[:3] == (0.5, 0.0, 1.0)


def test_agreement_is_bounded_by_the_number_of_clusters_not_of_rows() -> None:
    (one,) = estimate_ratios([Ratio("x", ONES, ONES)], number_levels(POLICIES, RUNS))
    assert one.clusters == 4
    assert one[:3] == (1, pytest.approx(0.025**0.25), 1)
    assert bound_agreement(0.0, 1) == (0, pytest.approx(0.975))


def test_a_mean_that_is_no_share_gets_no_binomial_bound() -> None:
    (one,) = estimate_ratios([Ratio("x", ONES, ONES, share=False)], number_levels(POLICIES, RUNS))
    assert one[:3] == (1, 1, 1)


def test_a_figure_over_nothing_is_none() -> None:
    (one,) = estimate_ratios([Ratio("x", ONES, np.zeros(40))], number_levels(POLICIES, RUNS))
    assert one == (None, None, None, 0, 0)


def test_rows_without_a_policy_are_as_many_units_as_their_runs() -> None:
    clusters = number_levels(["a", "a", None, None, None], ["r1", "r2", "r1", "r2", "r2"])
    assert count_clusters(clusters, np.ones(5, dtype=bool)) == 3


def test_without_replicates_there_is_a_figure_and_no_interval() -> None:
    (one,) = estimate_ratios([share([1, 2])], number_levels(POLICIES, RUNS), replicates=0)
    assert one[:3] == (0.05, None, None)


@given(st.lists(st.tuples(st.booleans(), st.integers(0, 3), st.integers(0, 5)), min_size=1, max_size=30))
def test_an_interval_holds_its_figure_and_stays_a_share(rows: list[tuple[bool, int, int]]) -> None:
    clusters = number_levels([p or None for _, p, _ in rows], [r for _, _, r in rows])
    ratio = Ratio("x", np.array([float(hit) for hit, *_ in rows]), np.ones(len(rows)))
    (one,) = estimate_ratios([ratio], clusters, replicates=20)
    assert one.low is not None and one.high is not None and one.value is not None
    assert 0 <= one.low <= one.value <= one.high <= 1


def test_a_figure_that_resamples_leave_out_has_no_interval() -> None:
    rare = Ratio("ratio", np.eye(1, 40)[0], np.eye(1, 40)[0] * 2)
    drawn = [estimate_ratios([rare], number_levels(POLICIES, RUNS), replicates=2, seed=seed)[0] for seed in range(12)]
    assert {one.value for one in drawn} == {0.5}
    assert None in {one.low for one in drawn}
