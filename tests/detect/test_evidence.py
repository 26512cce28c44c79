import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from netglass.detect.evidence import CLEAR_RATE, INTERFERED_RATE, Rate, log_gamma, log_marginal, log_subset_cost

COUNT = st.integers(0, 60)


@given(st.floats(1e-3, 1e7))
def test_log_gamma_is_that_of_the_standard_library(x: float) -> None:
    assert log_gamma(np.array([x]))[0] == pytest.approx(math.lgamma(x), rel=1e-10, abs=1e-10)


def marginal(k: float, c: float, rate: Rate) -> float:
    return float(log_marginal(np.array([k]), np.array([c]), rate)[0])


@given(COUNT, COUNT)
def test_marginal_is_the_product_of_predictions(k: int, c: int) -> None:
    a, b = INTERFERED_RATE
    expected = sum(math.log((a + i) / (a + b + i)) for i in range(k))
    expected += sum(math.log((b + j) / (a + b + k + j)) for j in range(c))
    assert marginal(k, c, INTERFERED_RATE) == pytest.approx(expected, abs=1e-8)


def test_nothing_measured_says_nothing() -> None:
    assert marginal(0, 0, CLEAR_RATE) == pytest.approx(0)
    assert marginal(0, 0, INTERFERED_RATE) == pytest.approx(0)


def test_each_blocked_verdict_speaks_for_interference_and_each_clear_one_against_it() -> None:
    ratios = [marginal(k, 0, INTERFERED_RATE) - marginal(k, 0, CLEAR_RATE) for k in range(6)]
    assert ratios == sorted(ratios)
    ratios = [marginal(3, c, INTERFERED_RATE) - marginal(3, c, CLEAR_RATE) for c in range(6)]
    assert ratios == sorted(ratios, reverse=True)


def test_subsets_of_every_size_share_one_unit_of_probability() -> None:
    costs = log_subset_cost(7)
    total = sum(math.comb(7, size) * math.exp(-costs[size - 1]) for size in range(1, 8))
    assert total == pytest.approx(7 / 8)  # the rest is the empty subset
