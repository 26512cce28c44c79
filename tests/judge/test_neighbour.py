"""Neighbours in time are counted as one would by hand."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from netglass.judge.neighbour import Timeline

ROWS = st.lists(st.tuples(st.integers(0, 3), st.integers(-20, 20), st.booleans()), max_size=40)


@given(ROWS, st.integers(0, 15))
def test_counts_are_those_of_a_plain_count(rows: list[tuple[int, int, bool]], span: int) -> None:
    rows = sorted(rows, key=lambda row: row[1])
    timeline = Timeline(
        np.array([row[0] for row in rows], dtype=np.uint64), np.array([row[1] for row in rows], dtype=np.int64)
    )
    flag = np.array([row[2] for row in rows], dtype=np.bool_)
    expected = [
        sum(other[2] for other in rows if other[0] == row[0] and other[1] != row[1] and abs(other[1] - row[1]) <= span)
        for row in rows
    ]
    counts, others = timeline.count(span, (flag, ~flag))
    everything = timeline.count(span, (np.ones(len(rows), dtype=np.bool_),))[0]
    assert counts.tolist() == expected
    assert (counts + others == everything).all()


def test_groups_far_apart_in_number_stay_apart() -> None:
    timeline = Timeline(np.array([0, 2**64 - 1, 0], dtype=np.uint64), np.array([1, 2, 3], dtype=np.int64))
    (counts,) = timeline.count(10, (np.ones(3, dtype=np.bool_),))
    assert counts.tolist() == [1, 0, 1]
