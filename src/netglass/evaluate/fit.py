"""Fit log10 likelihood ratios of rules to a labelled corpus, with what they reach on policies and networks not seen.

For a rule and a hypothesis, ratio = P(fires | hypothesis) / P(fires | any other). Rows are not the unit: the many
measurements of one policy on one network are one draw, and so are those of one target on one network where nothing was
done. A unit counts with the share of its rows in which the rule fired. Half a unit is added to every count, the
logarithm is pulled towards 0 by a normal prior of width :data:`PRIOR_WIDTH`, and where a rule fired in fewer than
:data:`FEW` units the end of the interval nearer 0 is taken. What is fitted in a lab is labelled so: it says how rules
tell the lab's blocks from the lab's accidents, no more.

The held-out figures refit without one policy (or innocent cause; rows without one are left out by network), and
without one network. The strongest rule of a family counts and no family exceeds :data:`FAMILY_LIMIT`, as in judging.

**Source**: J. B. S. Haldane, Annals of Human Genetics 20 (1956), for the added half; D. Katz et al., "Obtaining
confidence intervals for the risk ratio in cohort studies", Biometrics 34 (1978).
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from math import log, log10, sqrt
from typing import NamedTuple

import numpy as np

from netglass.evaluate.calibration import Array, fold_of, log_loss, shift_prior, to_probability
from netglass.evaluate.verdict import Case
from netglass.evaluate.weight import read_family, read_weight
from netglass.vocab.state import Hypothesis

FEW = 30
"""Below this many units in which a rule fired, its ratio is the end of the interval nearer 0."""

PRIOR_WIDTH = 1.0
"""Width of the prior on a log10 ratio: that a rule moves the odds by more than a hundredfold is taken to be rare."""

FAMILY_LIMIT = 2.0
"""No family of rules moves the log10 odds further than this."""

Z_95 = 1.959963984540054

LABEL = "lab-fitted"

HYPOTHESES: dict[str, Hypothesis] = {
    "blocked": Hypothesis.NETWORK_INTERFERENCE,
    "interfered-but-reachable": Hypothesis.REACHABLE,
    "down": Hypothesis.SERVER_DOWN,
    "server_side": Hypothesis.SERVER_REFUSES,
    "instrument": Hypothesis.LOCAL_FAULT,
    "captive_portal": Hypothesis.LOCAL_FAULT,
    "resolver_down": Hypothesis.LOCAL_FAULT,
    "ok": Hypothesis.REACHABLE,
    "control_failed": Hypothesis.REACHABLE,
}
"""The hypothesis that each truth word makes true."""


class RatioFit(NamedTuple):
    """One rule under one hypothesis: the log10 ratio in use, the fitted one with its 95 % interval, the usable one.

    ``in_use`` is None for a rule that the present rules do not have. ``n_rows`` and ``n_units`` say how often and in
    how many units the rule fired; ``units`` and ``units_other`` how many there are under the hypothesis and under the
    others.
    """

    rule_id: str
    hypothesis: str
    in_use: float | None
    fitted: float
    low: float
    high: float
    usable: float
    n_rows: int
    n_units: int
    rate: float
    rate_other: float
    units: int
    units_other: int
    label: str


class HeldOut(NamedTuple):
    """How well evidence tells interference on rows that it was (not) fitted to, at the corpus's prevalence.

    ``ratios`` are those ``in use``, the ``fitted`` ones, or the ``usable`` ones, which show the price of caution where units
    are few. ``log_loss`` in nats; precision and recall at a probability of one half.
    """

    ratios: str
    left_out: str
    folds: int
    n: int
    log_loss: float
    brier: float
    precision: float | None
    recall: float | None


class Fit(NamedTuple):
    """The fitted ratios and their figures."""

    ratios: tuple[RatioFit, ...]
    held_out: tuple[HeldOut, ...]


class _Row(NamedTuple):
    hypothesis: Hypothesis
    unit: tuple[str, ...]
    policy_fold: str
    network_fold: str
    rules: frozenset[str]
    p_in_use: float | None
    prior: float | None

    @property
    def interfered(self) -> bool:
        return self.hypothesis == Hypothesis.NETWORK_INTERFERENCE


_Units = dict[tuple[Hypothesis, tuple[str, ...]], list[_Row]]


def fit_ratios(cases: Sequence[Case]) -> Fit:
    """Fit the ratios of all rules that fired in ``cases``; nothing where the truth has only one side."""
    rows = [_read_case(case) for case in cases]
    if len({row.interfered for row in rows}) < 2:
        return Fit((), ())
    fitted = _fit_rows(rows)
    return Fit(fitted, tuple(_judge_fits(rows, fitted)))


def _read_case(case: Case) -> _Row:
    verdict = case.verdict
    network = f"{verdict['probe_cc']} {verdict['probe_asn'] or case.run}"
    return _Row(
        HYPOTHESES[case.word],
        (case.policy, network) if case.policy else ("", network, str(verdict["target"])),
        fold_of(case),
        network,
        frozenset(rule["rule_id"] for rule in verdict["rules"] or ()),
        verdict.get("p_blocked"),
        verdict.get("prior"),
    )


def _fit_rows(rows: Sequence[_Row], only: Hypothesis | None = None) -> tuple[RatioFit, ...]:
    units: _Units = defaultdict(list)
    for row in rows:
        units[row.hypothesis, row.unit].append(row)
    present = [h for h in Hypothesis if h in {row.hypothesis for row in rows} and only in (None, h)]
    return tuple(_fit_rule(rule, h, units) for rule in sorted({r for row in rows for r in row.rules}) for h in present)


def _fit_rule(rule: str, hypothesis: Hypothesis, units: _Units) -> RatioFit:
    shares: dict[bool, list[float]] = {True: [], False: []}
    for (other, _), rows in units.items():
        shares[other == hypothesis].append(sum(rule in row.rules for row in rows) / len(rows))
    n_units = sum(share > 0 for side in shares.values() for share in side)
    counts = (sum(shares[True]), len(shares[True]), sum(shares[False]), len(shares[False]))
    fitted, error = shrink(*measure_ratio(*counts))
    low, high = fitted - Z_95 * error, fitted + Z_95 * error
    return RatioFit(
        rule,
        hypothesis,
        read_weight(rule, hypothesis),
        fitted,
        low,
        high,
        choose_usable(fitted, low, high, n_units),
        sum(rule in row.rules for rows in units.values() for row in rows),
        n_units,
        counts[0] / counts[1],
        counts[2] / counts[3],
        counts[1],
        counts[3],
        LABEL,
    )


def measure_ratio(fired: float, units: int, fired_other: float, units_other: int) -> tuple[float, float]:
    """Return the log10 ratio of two rates and its standard error, half a unit added to each count."""
    one, other = fired + 0.5, fired_other + 0.5
    all_one, all_other = units + 1.0, units_other + 1.0
    ratio = log10(one / all_one) - log10(other / all_other)
    return ratio, sqrt(1 / one - 1 / all_one + 1 / other - 1 / all_other) / log(10)


def shrink(ratio: float, error: float) -> tuple[float, float]:
    """Return ``ratio`` and its error under a normal prior around 0 of width :data:`PRIOR_WIDTH`."""
    kept = PRIOR_WIDTH**2 / (PRIOR_WIDTH**2 + error**2)
    return ratio * kept, error * sqrt(kept)


def choose_usable(fitted: float, low: float, high: float, n_units: int) -> float:
    """Return the ratio to use: the fitted one, or the interval's end nearer 0 (0 inside) where units are few; cut."""
    value = fitted if n_units >= FEW else low if low > 0 else high if high < 0 else 0.0
    return max(-FAMILY_LIMIT, min(FAMILY_LIMIT, value))


def add_evidence(rules: Collection[str], ratios: Mapping[str, float]) -> float:
    """Return the summed log10 ratio of the ``rules`` that fired: of each family the strongest, limited."""
    strongest: dict[str, float] = {}
    for rule in sorted(rules):
        value, family = ratios.get(rule, 0.0), read_family(rule)
        if abs(value) > abs(strongest.get(family, 0.0)):
            strongest[family] = value
    return sum(max(-FAMILY_LIMIT, min(FAMILY_LIMIT, value)) for value in strongest.values())


def _judge_fits(rows: Sequence[_Row], fitted: Sequence[RatioFit]) -> list[HeldOut]:
    truth = np.array([row.interfered for row in rows], dtype=np.float64)
    share = float(truth.mean())
    judged = _judge_in_use(rows, truth, share)
    for left_out, folds in (
        ("nothing: the rows fitted to", [""] * len(rows)),
        ("one policy or network at a time", [row.policy_fold for row in rows]),
        ("one network at a time", [row.network_fold for row in rows]),
    ):
        fits = _fit_folds(rows, folds) if folds[0] else {"": fitted}
        for kind in ("fitted", "usable"):
            ratios = {fold: _take(kind, fit) for fold, fit in fits.items()}
            evidence = np.array([add_evidence(row.rules, ratios[f]) for row, f in zip(rows, folds, strict=True)])
            judged.append(_judge(kind, left_out, len(fits), _posterior(evidence, share), truth))
    return judged


def _fit_folds(rows: Sequence[_Row], folds: Sequence[str]) -> dict[str, Sequence[RatioFit]]:
    """Return the ratios for each fold, fitted without it; none where one side of the truth is then missing."""
    fits: dict[str, Sequence[RatioFit]] = {}
    for fold in sorted(set(folds)):
        seen = [row for row, other in zip(rows, folds, strict=True) if other != fold]
        both = len({row.interfered for row in seen}) == 2
        fits[fold] = _fit_rows(seen, only=Hypothesis.NETWORK_INTERFERENCE) if both else ()
    return fits


def _take(kind: str, fits: Sequence[RatioFit]) -> dict[str, float]:
    return {fit.rule_id: getattr(fit, kind) for fit in fits if fit.hypothesis == Hypothesis.NETWORK_INTERFERENCE}


def _judge_in_use(rows: Sequence[_Row], truth: Array, share: float) -> list[HeldOut]:
    if any(row.p_in_use is None or row.prior is None for row in rows):
        return []
    p = np.array([row.p_in_use for row in rows], dtype=np.float64)
    prior = np.array([row.prior for row in rows], dtype=np.float64)
    return [_judge("in use", "not fitted here", 1, shift_prior(p, prior, share), truth)]


def _posterior(evidence: Array, share: float) -> Array:
    return to_probability(evidence * log(10) + log(share / (1 - share)))


def _judge(ratios: str, left_out: str, folds: int, p: Array, truth: Array) -> HeldOut:
    said = p >= 0.5
    right = float((said * truth).sum())
    return HeldOut(
        ratios,
        left_out,
        folds,
        len(p),
        float(log_loss(p, truth).mean()),
        float(((p - truth) ** 2).mean()),
        right / float(said.sum()) if said.any() else None,
        right / float(truth.sum()),
    )
