"""Pairs are the best that can be had, as trying every way shows."""

from itertools import permutations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from netglass.reader.assignment import assign_pairs


@given(
    st.tuples(st.integers(1, 5), st.integers(1, 5)).flatmap(
        lambda shape: arrays(np.float64, shape, elements=st.floats(-1, 1))
    )
)
def test_no_other_way_is_worth_more(gains: np.ndarray) -> None:
    pairs = assign_pairs(gains)
    assert len({row for row, _ in pairs}) == len(pairs) == len({column for _, column in pairs})
    assert all(gains[pair] > 0 for pair in pairs)
    size = max(gains.shape)
    padded = np.zeros((size, size))
    padded[: gains.shape[0], : gains.shape[1]] = np.maximum(gains, 0)
    best = max(sum(padded[row, column] for row, column in enumerate(way)) for way in permutations(range(size)))
    assert sum(gains[pair] for pair in pairs) == pytest.approx(best)


def test_nothing_has_no_pairs() -> None:
    assert assign_pairs(np.zeros((0, 3))) == assign_pairs(np.zeros((3, 0))) == assign_pairs(np.zeros((2, 2))) == []
