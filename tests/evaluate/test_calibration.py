from math import log

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from netglass.evaluate.calibration import (
    FLOOR,
    fit_line,
    fold_of,
    log_loss,
    rate_calibration,
    recalibrate_held_out,
    shift_prior,
    to_logit,
    to_probability,
)
from netglass.evaluate.truth import MeasurementTruth
from netglass.evaluate.verdict import join_truth
from tests.evaluate.example import make_truth, truth_row, verdict


def test_log_loss_by_hand() -> None:
    assert log_loss(np.array([0.8, 0.8]), np.array([1.0, 0.0])) == pytest.approx([-log(0.8), -log(0.2)])


def test_one_certain_mistake_is_costly_but_finite() -> None:
    assert log_loss(np.array([1.0]), np.array([0.0])) == pytest.approx([-log(FLOOR)], rel=1e-6)


@given(st.floats(0.001, 0.999), st.floats(0.001, 0.5), st.floats(0.001, 0.5))
def test_moving_the_prior_there_and_back_changes_nothing(p: float, prior: float, other: float) -> None:
    there = shift_prior(np.array([p]), np.array([prior]), other)
    assert shift_prior(there, np.array([other]), prior) == pytest.approx([p], abs=2 * FLOOR, rel=1e-3)


def test_moving_the_prior_by_hand() -> None:
    """Odds 1 at prior odds 1/99 are a likelihood ratio of 99; at even odds that is 99 to 1."""
    assert shift_prior(np.array([0.5]), np.array([0.01]), 0.5) == pytest.approx([0.99])


def test_a_regression_finds_the_line_that_made_the_data() -> None:
    rng = np.random.default_rng(1)
    logit = rng.normal(0, 2, 20_000)
    truth = (rng.random(20_000) < to_probability(0.5 + 0.7 * logit)).astype(float)
    assert fit_line(logit, truth) == pytest.approx((0.5, 0.7), abs=0.07)


def test_a_regression_on_separable_data_stays_finite() -> None:
    intercept, slope = fit_line(np.array([-3.0, -2.0, 2.0, 3.0]), np.array([0.0, 0.0, 1.0, 1.0]))
    assert np.isfinite([intercept, slope]).all()
    assert slope > 1


def test_a_row_never_helps_to_recalibrate_its_own_policy() -> None:
    """Change the truth of one fold: its own recalibrated probabilities must stay what they are."""
    p, folds = np.array([0.1, 0.2, 0.8, 0.9, 0.3, 0.6]), ["a", "a", "b", "b", "c", "c"]
    one = recalibrate_held_out(p, np.array([0.0, 0, 1, 1, 0, 1]), folds)
    other = recalibrate_held_out(p, np.array([1.0, 1, 1, 1, 0, 1]), folds)
    assert one[:2] == pytest.approx(other[:2])
    assert one[2:] != pytest.approx(other[2:])
    assert np.isfinite(to_logit(one)).all()


def test_the_reliability_table_sets_claimed_beside_observed() -> None:
    truth = make_truth(*(truth_row(f"u{i}", "blocked" if i < 2 else "ok") for i in range(4)))
    rows = [verdict(f"u{i}", "ok", p_blocked=0.6, prior=0.5) for i in range(4)]
    rates = {
        ratio.name: float(ratio.upper.sum() / ratio.lower.sum())
        for _, ratio in rate_calibration(join_truth(truth, rows).cases)
    }
    assert rates["0.5 to 0.75: claimed"] == pytest.approx(0.6)
    assert rates["0.5 to 0.75: blocked"] == 0.5
    assert rates["Brier at the stated prior"] == pytest.approx((2 * 0.16 + 2 * 0.36) / 4)


def test_a_verdict_without_a_probability_does_not_count() -> None:
    truth = make_truth(truth_row("u1", "ok"), truth_row("u2", "blocked"))
    rows = [verdict("u1", "insufficient", p_blocked=None), verdict("u2", "blocked", p_blocked=0.9)]
    rates = {ratio.name: ratio.lower.sum() for _, ratio in rate_calibration(join_truth(truth, rows).cases)}
    assert rates["log loss at the stated prior"] == 1
    assert rate_calibration([]) == []


def test_a_fold_is_the_policy_the_scenario_or_the_network() -> None:
    scenario = MeasurementTruth(scenario="quiet", state="ok")
    truth = make_truth(truth_row("u1", "blocked", policy_id="p"), truth_row("u2", "ok"), scenario)
    rows = [verdict("u1", "blocked"), verdict("u2", "ok"), verdict("u3", "ok", source_file="quiet.json")]
    folds = [fold_of(case) for case in join_truth(truth, rows).cases]
    assert folds == ["policy p", "network 64512", "scenario quiet"]


def test_with_one_fold_nothing_can_be_held_out() -> None:
    truth = make_truth(truth_row("u1", "ok"), truth_row("u2", "ok"))
    rates = rate_calibration(join_truth(truth, [verdict("u1", "ok"), verdict("u2", "ok")]).cases)
    assert not [ratio.name for _, ratio in rates if "left out" in ratio.name]
