from math import log, log10, sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netglass.evaluate.fit import (
    FAMILY_LIMIT,
    LABEL,
    Fit,
    add_evidence,
    choose_usable,
    fit_ratios,
    measure_ratio,
    shrink,
)
from netglass.evaluate.verdict import join_truth
from netglass.vocab.state import Hypothesis
from tests.evaluate.example import make_truth, truth_row, verdict


def fired(*names: str) -> list[dict[str, object]]:
    return [{"rule_id": name, "layer": "tls", "log10_lr": 1.0} for name in names]


def corpus(policies: int = 6, rows_each: int = 4, quiet: int = 20) -> Fit:
    """Fit blocks in which ``tell`` always fires, beside working sites in which only ``noise`` does."""
    truth, rows = [], []
    for i in range(policies * rows_each):
        truth.append(truth_row(f"b{i}", "blocked", policy_id=f"p{i // rows_each}"))
        rows.append(verdict(f"b{i}", "blocked", rules=fired("tell", "noise"), probe_asn=1 + i // rows_each))
    for i in range(quiet):
        truth.append(truth_row(f"o{i}", "ok", report_id=f"run-{i}"))
        rows.append(verdict(f"o{i}", "ok", rules=fired("noise"), probe_asn=1 + i % 5, target=f"{i}.test"))
    return fit_ratios(join_truth(make_truth(*truth), rows).cases)


def ratio(fit: Fit, rule: str, hypothesis: Hypothesis = Hypothesis.NETWORK_INTERFERENCE) -> dict[str, object]:
    return next(row._asdict() for row in fit.ratios if (row.rule_id, row.hypothesis) == (rule, hypothesis))


def test_a_ratio_by_hand() -> None:
    """6 of 6 against 0 of 20, half a unit added: (6.5/7) / (0.5/21) = 39."""
    value, error = measure_ratio(6, 6, 0, 20)
    assert value == pytest.approx(log10(39))
    assert error == pytest.approx(sqrt(1 / 6.5 - 1 / 7 + 1 / 0.5 - 1 / 21) / log(10))


def test_a_rule_that_tells_is_fitted_high_and_one_that_always_fires_near_nothing() -> None:
    fit = corpus()
    assert ratio(fit, "tell")["fitted"] > 0.8  # type: ignore[operator]
    assert abs(ratio(fit, "noise")["fitted"]) < 0.1  # type: ignore[arg-type]
    assert ratio(fit, "tell", Hypothesis.REACHABLE)["fitted"] < -0.8  # type: ignore[operator]
    assert {row.label for row in fit.ratios} == {LABEL}


def test_many_rows_of_one_policy_are_one_unit() -> None:
    few, many = corpus(rows_each=4), corpus(rows_each=40)
    assert ratio(few, "tell")["fitted"] == pytest.approx(ratio(many, "tell")["fitted"])
    assert (ratio(many, "tell")["n_units"], ratio(many, "tell")["n_rows"]) == (6, 240)


def test_few_units_give_the_end_of_the_interval_nearer_nothing() -> None:
    row = ratio(corpus(), "tell")
    assert 0 < row["usable"] == row["low"] < row["fitted"]  # type: ignore[operator]
    assert choose_usable(0.5, -0.2, 1.2, n_units=3) == 0
    assert choose_usable(-1.0, -1.6, -0.4, n_units=3) == -0.4
    assert choose_usable(1.5, 1.1, 1.9, n_units=30) == 1.5
    assert choose_usable(3.0, 2.9, 3.1, n_units=30) == FAMILY_LIMIT


@given(st.floats(-4, 4), st.floats(0.01, 3))
def test_shrinking_pulls_towards_nothing_and_never_past_it(value: float, error: float) -> None:
    pulled, smaller = shrink(value, error)
    assert abs(pulled) <= abs(value)
    assert pulled * value >= 0
    assert smaller < error


def test_the_strongest_rule_of_a_family_counts_and_no_family_exceeds_its_limit() -> None:
    assert add_evidence(["dns.bogon", "dns.mismatch"], {"dns.bogon": 1.5, "dns.mismatch": 0.5}) == 1.5
    assert add_evidence(["dns.bogon"], {"dns.bogon": 9.0}) == FAMILY_LIMIT
    assert add_evidence(["unknown.a", "unknown.b"], {"unknown.a": 0.5, "unknown.b": -0.2}) == pytest.approx(0.3)


def test_held_out_figures_stand_beside_the_fit_and_in_use() -> None:
    held = {(row.ratios, row.left_out): row for row in corpus().held_out}
    assert len(held) == 7
    inside = held["fitted", "nothing: the rows fitted to"]
    outside = held["fitted", "one policy or network at a time"]
    assert outside.folds == 6 + 5
    assert outside.log_loss >= inside.log_loss
    assert ("in use", "not fitted here") in held


def test_a_rule_that_only_one_policy_fires_wins_nothing_when_that_policy_is_left_out() -> None:
    truth, rows = [], []
    for i in range(8):
        truth.append(truth_row(f"b{i}", "blocked", policy_id=f"p{i}"))
        rows.append(verdict(f"b{i}", "blocked", rules=fired(f"only-{i}"), probe_asn=1 + i))
    for i in range(16):
        truth.append(truth_row(f"o{i}", "ok"))
        rows.append(verdict(f"o{i}", "ok", probe_asn=1 + i, target=f"{i}.test"))
    fit = fit_ratios(join_truth(make_truth(*truth), rows).cases)
    held = {row.left_out: row for row in fit.held_out}
    assert held["one policy or network at a time"].recall == 0
    assert held["nothing: the rows fitted to"].log_loss <= held["one policy or network at a time"].log_loss


def test_truth_with_one_side_only_fits_nothing() -> None:
    cases = join_truth(make_truth(truth_row("u", "ok")), [verdict("u", "ok", rules=fired("x"))]).cases
    assert fit_ratios(cases) == Fit((), ())
