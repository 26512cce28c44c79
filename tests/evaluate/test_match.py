from itertools import permutations

from hypothesis import given
from hypothesis import strategies as st

from netglass.evaluate.match import assign, jaccard, match_pairs

LIKENESS = st.dictionaries(
    st.tuples(st.integers(0, 4), st.integers(0, 4)), st.floats(0.01, 2, allow_nan=False), max_size=12
)


def test_jaccard_by_hand() -> None:
    assert jaccard([1, 2, 3], [2, 3, 4]) == 0.5
    assert jaccard([], []) == 1
    assert jaccard([1], []) == 0


def test_the_most_alike_are_paired() -> None:
    assert match_pairs({(0, 0): 1.0, (0, 1): 1.5, (1, 1): 1.2}) == {0: 0, 1: 1}


def test_more_pairs_win_over_a_better_pair() -> None:
    assert match_pairs({(0, 0): 2.0, (0, 1): 0.1, (1, 0): 0.1}) == {0: 1, 1: 0}


def test_nothing_pairs_with_nothing() -> None:
    assert match_pairs({}) == {}
    assert assign([]) == []


def brute_force(likeness: dict[tuple[int, int], float]) -> tuple[int, float]:
    best = (0, 0.0)
    for order in permutations(range(5)):
        used = [likeness[i, j] for i, j in enumerate(order) if (i, j) in likeness]
        best = max(best, (len(used), sum(used)))
    return best


@given(LIKENESS)
def test_no_assignment_has_more_pairs_or_a_greater_sum(likeness: dict[tuple[int, int], float]) -> None:
    pairs = match_pairs(likeness)
    count, total = brute_force(likeness)
    assert len(set(pairs.values())) == len(pairs) == count
    assert abs(sum(likeness[pair] for pair in pairs.items()) - total) < 1e-9
