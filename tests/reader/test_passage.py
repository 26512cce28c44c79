"""Runs of equal words grow from a seed and are chained over small changes."""

from hypothesis import given
from hypothesis import strategies as st

from netglass.reader.passage import Chain, Run, chain_runs, drop_covered, grow_runs

TEXT = st.lists(st.sampled_from("abcd"), max_size=30)


@given(TEXT, TEXT)
def test_runs_are_equal_words_that_cannot_grow(left: list[str], right: list[str]) -> None:
    seeds = [(a, b) for a in range(len(left)) for b in range(len(right)) if left[a] == right[b]]
    runs = grow_runs(left, right, seeds, 2)
    assert len(set(runs)) == len(runs)
    for a, b, length in runs:
        assert left[a : a + length] == right[b : b + length]
        assert a == 0 or b == 0 or left[a - 1] != right[b - 1]
        assert a + length == len(left) or b + length == len(right) or left[a + length] != right[b + length]


def test_a_false_seed_is_no_run() -> None:
    assert grow_runs(list("abc"), list("xyz"), [(0, 0), (2, 1)], 1) == []


def test_runs_near_each_other_are_one_passage() -> None:
    assert chain_runs([Run(0, 10, 8), Run(10, 19, 8)], gap=4) == [Chain(0, 18, 10, 27, 16)]


def test_runs_far_apart_or_thin_are_not() -> None:
    assert len(chain_runs([Run(0, 10, 8), Run(40, 19, 8)], gap=4)) == 2
    assert len(chain_runs([Run(0, 0, 4), Run(14, 4, 4)], gap=12)) == 2


def test_a_passage_within_a_longer_one_is_dropped() -> None:
    long, inner, apart = Chain(0, 20, 0, 20, 20), Chain(5, 10, 60, 65, 5), Chain(30, 36, 70, 76, 6)
    assert drop_covered([inner, apart, long]) == [long, apart]
