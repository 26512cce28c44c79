"""Do the probabilities mean what they say?

``p_blocked`` is a posterior at a stated prior. A corpus has another prevalence than the world, so the same evidence is
also read at the corpus's own: odds are divided by the prior odds and multiplied by those of the corpus. Log loss and
Brier score judge both; the reliability table sets claimed beside observed shares. The last figure refits intercept and
slope of the log odds without the policy that is scored (policy-free rows: without their network): how much a
recalibration would win on policies that it has not seen.

**Source**: G. W. Brier, Monthly Weather Review 78 (1950); J. Platt, "Probabilistic outputs for support vector
machines" (1999).
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from netglass.evaluate.interval import Ratio
from netglass.evaluate.verdict import Case

Array = NDArray[np.float64]
FLOOR = 1e-6
"""Probabilities are cut to [FLOOR, 1 - FLOOR], so that one certain mistake does not make the log loss infinite."""

EDGES = (0.0, 0.01, 0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.99, 1.0)
"""Edges of the reliability table."""

RIDGE = 1e-2
"""Weight that holds slope 1 and intercept 0 where a corpus is perfectly separable."""


def to_logit(p: Array) -> Array:
    """Return the natural log odds of ``p``, cut to [FLOOR, 1 - FLOOR]."""
    cut = np.clip(p, FLOOR, 1 - FLOOR)
    return np.asarray(np.log(cut / (1 - cut)))


def to_probability(logit: Array) -> Array:
    """Return the probability of log odds ``logit``."""
    return np.asarray(1 / (1 + np.exp(-logit)))


def shift_prior(p: Array, prior: Array, wanted: float) -> Array:
    """Return posteriors ``p`` at ``prior`` as posteriors at the prior ``wanted``, the evidence being the same."""
    return to_probability(to_logit(p) - to_logit(prior) + to_logit(np.array([wanted])))


def log_loss(p: Array, truth: Array) -> Array:
    """Return the loss of each row in nats."""
    cut = np.clip(p, FLOOR, 1 - FLOOR)
    return np.asarray(-(truth * np.log(cut) + (1 - truth) * np.log(1 - cut)))


def rate_calibration(cases: Sequence[Case]) -> list[tuple[str, Ratio]]:
    """Return the calibration figures over ``cases``; a verdict without a probability does not count."""
    has = np.array([case.verdict.get("p_blocked") is not None for case in cases], dtype=bool)
    rows = [case for case in cases if case.verdict.get("p_blocked") is not None]
    if not rows:
        return []
    truth = np.array([case.is_blocked for case in rows], dtype=np.float64)
    stated = np.array([case.verdict["p_blocked"] for case in rows], dtype=np.float64)
    prior = np.array([case.verdict["prior"] for case in rows], dtype=np.float64)
    here = shift_prior(stated, prior, float(truth.mean()))
    folds = [fold_of(case) for case in rows]
    rates: list[tuple[str, Ratio]] = []
    for name, p in (("at the stated prior", stated), ("at the corpus's prevalence", here)):
        rates += [_spread(f"log loss {name}", log_loss(p, truth), has), _spread(f"Brier {name}", (p - truth) ** 2, has)]
    if len(set(folds)) > 1:
        refit = recalibrate_held_out(here, truth, folds)
        rates.append(_spread("log loss recalibrated, policy or network left out", log_loss(refit, truth), has))
    return rates + _rate_bins(here, truth, has)


def _spread(name: str, values: Array, has: NDArray[np.bool_]) -> tuple[str, Ratio]:
    upper = np.zeros(len(has))
    upper[has] = values
    return "calibration", Ratio(name, upper, has.astype(np.float64), share=False)


def _rate_bins(p: Array, truth: Array, has: NDArray[np.bool_]) -> list[tuple[str, Ratio]]:
    places = np.clip(np.digitize(p, EDGES) - 1, 0, len(EDGES) - 2)
    rates = []
    for place in np.unique(places):
        name = f"{EDGES[place]:g} to {EDGES[place + 1]:g}"
        inside = np.zeros(len(has))
        inside[has] = places == place
        for what, values in (("claimed", p), ("blocked", truth)):
            upper = np.zeros(len(has))
            upper[has] = values
            rates.append(("reliability", Ratio(f"{name}: {what}", upper * inside, inside, share=what == "blocked")))
    return rates


def fold_of(case: Case) -> str:
    """Return what must be left out together with ``case``: its policy or innocent cause, its scenario, or its network."""
    if case.truth.measurement_uid is None:
        return f"scenario {case.run}"
    return f"policy {case.policy}" if case.policy else f"network {case.verdict.get('probe_asn') or case.run}"


def recalibrate_held_out(p: Array, truth: Array, folds: Sequence[str]) -> Array:
    """Return ``p`` with intercept and slope of the log odds fitted on all folds but the row's own."""
    logit, names = to_logit(p), np.array(folds)
    out = np.empty(len(p))
    for name in np.unique(names):
        held = names == name
        intercept, slope = fit_line(logit[~held], truth[~held])
        out[held] = to_probability(intercept + slope * logit[held])
    return out


def fit_line(logit: Array, truth: Array, rounds: int = 25) -> tuple[float, float]:
    """Return intercept and slope of a logistic regression of ``truth`` on ``logit``; :data:`RIDGE` holds them."""
    design = np.stack([np.ones(len(logit)), logit], axis=1)
    at_rest = np.array([0.0, 1.0])
    beta = at_rest.copy()
    for _ in range(rounds):
        p = to_probability(np.clip(design @ beta, -30, 30))
        slope = design.T @ (truth - p) - RIDGE * (beta - at_rest)
        curve = (design * (p * (1 - p))[:, None]).T @ design + RIDGE * np.eye(2)
        step = np.linalg.solve(curve, slope)
        beta = beta + np.clip(step, -1, 1)
        if np.abs(step).max() < 1e-8:
            break
    return float(beta[0]), float(beta[1])
