import itertools
import math
import random

import numpy as np
import pytest

from netglass.detect.changepoint import Points, find_cuts, refine_span, segment_points, tabulate_counts
from netglass.detect.evidence import CLEAR_RATE, EVENT_COST, INTERFERED_RATE, log_marginal, log_subset_cost


def make_points(letters: str, networks: str | None = None) -> Points:
    codes = [int(code) for code in networks] if networks else [0] * len(letters)
    return Points(np.array(codes, np.int64), np.array([x == "B" for x in letters], bool), np.ones(len(letters)))


def cut(letters: str, networks: str | None = None, n: int = 1) -> list[tuple[int, int, tuple[int, ...]]]:
    return [tuple(segment) for segment in segment_points(make_points(letters, networks), n).segments]


def weigh(points: Points, n: int, start: int, stop: int) -> tuple[float, float]:
    """Scores of a clear and of an interfered segment by their definition, for the oracle: no cumulative sums."""
    calm, loud = [], []
    for network in range(n):
        own = points.network[start:stop] == network
        seen, weight = points.interfered[start:stop], points.weight[start:stop]
        k, c = np.array([weight[own & seen].sum()]), np.array([weight[own & ~seen].sum()])
        calm.append(float(log_marginal(k, c, CLEAR_RATE)[0]))
        loud.append(float(log_marginal(k, c, INTERFERED_RATE)[0]))
    ratios = sorted((b - a for a, b in zip(calm, loud, strict=True)), reverse=True)
    return sum(calm), sum(calm) + max(sum(ratios[: i + 1]) - log_subset_cost(n)[i] for i in range(n))


def best_by_brute_force(points: Points, n: int) -> float:
    """Every set of up to three cuts at every place, every labelling in which two clear segments never touch."""
    size = len(points.network)
    known = {(i, j): weigh(points, n, i, j) for i in range(size) for j in range(i + 1, size + 1)}
    best = -math.inf
    for count in range(4):
        for cuts in itertools.combinations(range(1, size), count):
            spans = list(itertools.pairwise((0, *cuts, size)))
            for states in itertools.product((0, 1), repeat=count + 1):
                if any(not a and not b for a, b in itertools.pairwise(states)):
                    continue
                begins = sum(state and not before for before, state in itertools.pairwise((0, *states)))
                total = sum(known[span][state] for span, state in zip(spans, states, strict=True))
                best = max(best, total - count * math.log(size) - begins * EVENT_COST)
    return best - known[0, size][0]


@pytest.mark.parametrize("seed", range(12))
def test_one_network_agrees_with_brute_force_over_all_places(seed: int) -> None:
    rng = random.Random(seed)
    start = rng.randrange(2, 7)
    letters = "".join("B" if (start <= i < start + 5) != (rng.random() < 0.12) else "o" for i in range(13))
    points = make_points(letters)
    assert segment_points(points, 1).log_odds == pytest.approx(max(0.0, best_by_brute_force(points, 1)), abs=1e-8)


@pytest.mark.parametrize("seed", range(8))
def test_several_networks_agree_with_brute_force(seed: int) -> None:
    rng = random.Random(100 + seed)
    networks = "".join(str(rng.randrange(3)) for _ in range(12))
    letters = "".join(
        "B" if 4 <= i < 10 and net != "2" and rng.random() > 0.1 else "o" for i, net in enumerate(networks)
    )
    points = make_points(letters, networks)
    assert segment_points(points, 3).log_odds == pytest.approx(max(0.0, best_by_brute_force(points, 3)), abs=1e-8)


def test_a_block_is_cut_out_where_it_begins_and_ends() -> None:
    assert cut("ooooooBBBBBoooooo") == [(0, 6, ()), (6, 11, (0,)), (11, 17, ())]


def test_a_block_over_the_whole_window_is_one_segment() -> None:
    assert cut("BBBBBB") == [(0, 6, (0,))]


def test_lone_and_scattered_mistakes_are_no_block() -> None:
    assert cut("oooooooBooooooooo") == [(0, 17, ())]
    assert cut("oBoooooooBoooooooooBoo") == [(0, 22, ())]


def test_a_miss_inside_a_block_does_not_break_it() -> None:
    assert cut("ooooooBBBoBBBBoooooo") == [(0, 6, ()), (6, 14, (0,)), (14, 20, ())]


def test_networks_that_see_it_together_need_fewer_measurements_each() -> None:
    alone = cut("oooooooooBoooooooooo")
    together = cut("ooooooooooooBBBooooooooo", "012012012012012012012012", 3)
    assert alone == [(0, 20, ())]
    assert together == [(0, 12, ()), (12, 15, (0, 1, 2)), (15, 24, ())]


def test_a_network_that_stays_clear_is_not_listed() -> None:
    assert cut("oooooooBoBoBoBoBo"[:16], "0101010101010101", 2)[-1][2] == (1,)


def test_a_roll_out_grows_segment_by_segment() -> None:
    networks = "012" * 30
    begins = {"0": 24, "1": 48, "2": 72}
    letters = "".join("B" if i >= begins[net] else "o" for i, net in enumerate(networks))
    found = cut(letters, networks, 3)
    assert [segment[2] for segment in found] == [(), (0,), (0, 1), (0, 1, 2)]


def test_a_flat_series_is_left_alone_at_once() -> None:
    assert cut("o" * 500) == [(0, 500, ())]


def test_cuts_are_tried_where_a_network_changes_its_mind() -> None:
    assert find_cuts(make_points("ooBBo", "00000")).tolist() == [0, 2, 4, 5]
    assert find_cuts(make_points("oBoBoB", "010101")).tolist() == [0, 1, 2, 3, 4, 5, 6]
    assert find_cuts(make_points("oB" * 100, "01" * 100)).tolist() == [0, 200]


def test_counts_up_to_a_cut_are_by_network() -> None:
    table = tabulate_counts(make_points("oBBo", "0101"), 2, np.array([0, 2, 4]))
    assert table.interfered.tolist() == [[0, 0], [0, 1], [1, 1]]
    assert table.clear.tolist() == [[0, 0], [1, 0], [1, 1]]


def test_one_network_gets_its_own_stretch() -> None:
    span = refine_span(make_points("oooBBBBoo"), 1, 8)
    assert (span.first, span.last) == (3, 6)
    assert span.evidence > 10


@pytest.mark.parametrize(
    ("false_rate", "n_points", "most"), [(0.003, 45, 1), (0.003, 300, 1), (0.01, 45, 4), (0.01, 300, 4)]
)
def test_flat_series_raise_few_false_alarms(false_rate: float, n_points: int, most: int) -> None:
    """1,000 seeded countries-with-a-target of three networks without a block; the measured rate is in the documentation."""
    rng = np.random.default_rng(20310505)
    alarms = 0
    for _ in range(1000):
        seen = rng.random(n_points) < false_rate
        if seen.any():
            points = Points(rng.integers(0, 3, n_points), seen, np.ones(n_points))
            alarms += segment_points(points, 3).log_odds > 0
    assert alarms <= most
