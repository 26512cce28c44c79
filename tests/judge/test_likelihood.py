"""Known answers by hand: one rule, several families, the limit, and what more or less interference in the world changes."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from netglass.judge.evidence import Rule
from netglass.judge.likelihood import (
    HYPOTHESES,
    choose_strongest,
    compute_posterior,
    compute_sensitivity,
    scale_prior,
    sum_evidence,
    weigh_rules,
)
from netglass.judge.prior import PREVALENCES, PRIOR
from netglass.judge.rule import RULES
from netglass.vocab.state import Hypothesis


def rule(name: str, family: str, *weight: float) -> Rule:
    return Rule(name, "dns", family, "true", weight, "")  # type: ignore[arg-type]


WEAK = rule("weak", "a", 0.5, 0, 0, 0, -0.5)
STRONG = rule("strong", "a", 1.0, -1, 0, 0, -2)
OTHER = rule("other", "b", 0.3, 0, 0, 0.1, 0)
HUGE = rule("huge", "c", 9, -9, 0, 0, 0)
FOUR = (WEAK, STRONG, OTHER, HUGE)


def evidence(*fired: bool) -> list[float]:
    """Return the summed evidence where these of FOUR fired."""
    return [float(x) for x in sum_evidence(choose_strongest(np.array([fired]), FOUR), FOUR)[0]]


def test_prior_shares_are_those_of_the_design() -> None:
    assert list(PRIOR) == list(HYPOTHESES)
    assert sum(PRIOR.values()) == pytest.approx(1)
    assert PRIOR[Hypothesis.NETWORK_INTERFERENCE] == 0.01
    assert PREVALENCES == (0.001, 0.01, 0.08)


def test_without_evidence_the_posterior_is_the_prior() -> None:
    assert compute_posterior(np.zeros((1, 5)))[0] == pytest.approx([0.01, 0.04, 0.01, 0.02, 0.92])


def test_one_rule_by_hand() -> None:
    # 0.01*10, 0.04*0.1, 0.01, 0.02, 0.92*0.01 sum to 0.1432
    posterior = compute_posterior(np.array([evidence(False, True, False, False)]))[0]
    assert posterior == pytest.approx([0.1 / 0.1432, 0.004 / 0.1432, 0.01 / 0.1432, 0.02 / 0.1432, 0.0092 / 0.1432])


def test_the_strongest_of_a_family_counts_alone() -> None:
    assert evidence(True, True, False, False) == evidence(False, True, False, False) == [1, -1, 0, 0, -2]
    assert evidence(True, False, False, False) == [0.5, 0, 0, 0, -0.5]


def test_families_add_up() -> None:
    assert evidence(True, False, True, False) == pytest.approx([0.8, 0, 0, 0.1, -0.5])


def test_no_family_weighs_more_than_its_limit() -> None:
    assert evidence(False, False, False, True) == [2, -2, 0, 0, 0]


def test_nothing_fired_chooses_nothing() -> None:
    assert choose_strongest(np.zeros((1, 4), dtype=bool), FOUR).tolist() == [[-1, -1, -1]]


def test_scaled_prior_keeps_the_proportions_of_the_rest() -> None:
    prior = scale_prior(0.08)
    assert sum(prior.values()) == pytest.approx(1)
    assert prior[Hypothesis.NETWORK_INTERFERENCE] == 0.08
    assert prior[Hypothesis.SERVER_DOWN] / prior[Hypothesis.REACHABLE] == pytest.approx(0.04 / 0.92)


def test_the_middle_of_the_range_is_the_stated_prior() -> None:
    rows = np.array([[1.0, -1, 0, 0, -2], [0, 2, 0, 0, 0]])
    assert compute_sensitivity(rows)[:, 1] == pytest.approx(compute_posterior(rows)[:, 0])


weights = st.floats(-8, 8, allow_nan=False)


@given(st.lists(weights, min_size=5, max_size=5))
def test_a_posterior_is_a_distribution_and_rises_with_prevalence(row: list[float]) -> None:
    posterior = compute_posterior(np.array([row]))[0]
    assert posterior.sum() == pytest.approx(1)
    assert (posterior >= 0).all()
    low, middle, high = compute_sensitivity(np.array([row]))[0]
    assert low <= middle <= high


@given(st.lists(weights, min_size=5, max_size=5), st.floats(-5, 5))
def test_only_differences_matter(row: list[float], shift: float) -> None:
    shifted = [x + shift for x in row]
    assert compute_posterior(np.array([row]))[0] == pytest.approx(compute_posterior(np.array([shifted]))[0], abs=1e-9)


@given(st.sets(st.integers(0, len(RULES) - 1)))
def test_the_rules_in_force_never_outweigh_their_families(fired: set[int]) -> None:
    row = np.zeros((1, len(RULES)), dtype=bool)
    row[0, list(fired)] = True
    chosen = choose_strongest(row, RULES)[0]
    families = {RULES[i].family for i in fired}
    assert sorted(RULES[i].family for i in chosen if i >= 0) == sorted(families)
    spans = np.ptp(weigh_rules(RULES), axis=1)
    for i in chosen[chosen >= 0]:
        assert spans[i] == max(spans[j] for j in fired if RULES[j].family == RULES[i].family)
    assert np.abs(sum_evidence(chosen[None, :], RULES)).max() <= 2 * max(len(families), 1)
