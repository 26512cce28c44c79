"""One evaluation put together: every figure with its interval, the confusion, the events, the mistakes, what was
excluded.

Everything is rows of one shape per section, so that a table, JSON, CSV and Parquet say the same.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

import numpy as np

from netglass.evaluate.baseline import rate_keys, rate_probe
from netglass.evaluate.calibration import rate_calibration
from netglass.evaluate.event import EventScore, Judged, WrongEvent, score_events
from netglass.evaluate.interval import (
    LEVEL,
    REPLICATES,
    SEED,
    Array,
    Estimate,
    Ratio,
    estimate_ratios,
    number_levels,
)
from netglass.evaluate.mechanism import score_mechanisms
from netglass.evaluate.truth import Truth
from netglass.evaluate.verdict import ACCEPTED, Case, Excluded, count_confusion, join_truth, rate_verdicts


class Figure(NamedTuple):
    """One figure: ``n`` is what it is over, ``clusters`` how many policies and runs that are."""

    section: str
    figure: str
    value: float | None
    low: float | None
    high: float | None
    n: int
    clusters: int
    note: str


class Confusion(NamedTuple):
    """How often a truth word was called a state."""

    truth: str
    called: str
    n: int
    right: bool


class Mistake(NamedTuple):
    """One measurement that was judged wrongly, or whose mechanism was named wrongly."""

    measurement_uid: str
    source_file: str
    target: str
    probe_cc: str
    probe_asn: int | None
    scenario: str
    truth: str
    state: str
    locus: str | None
    truth_mechanisms: tuple[str, ...]
    mechanisms: tuple[str, ...]
    hf1: float | None
    p_blocked: float | None
    rules: tuple[str, ...]
    issues: tuple[str, ...]
    why: str


class Report(NamedTuple):
    """Everything that an evaluation found."""

    figures: tuple[Figure, ...]
    confusion: tuple[Confusion, ...]
    mistakes: tuple[Mistake, ...]
    events: tuple[Judged, ...]
    wrong_events: tuple[WrongEvent, ...]
    excluded: tuple[Excluded, ...]
    about: dict[str, Any]


class Baselines(NamedTuple):
    """Keys of the measurements that the simpler judges call blocked; None where observations are not at hand."""

    any_failure: Collection[int] | None = None
    address_mismatch: Collection[int] | None = None


NO_BASELINE = Baselines()


def build_report(
    truth: Truth,
    verdicts: Iterable[Mapping[str, Any]],
    events: Iterable[Mapping[str, Any]] = (),
    watched: Iterable[tuple[str, int, datetime, datetime]] = (),
    baselines: Baselines = NO_BASELINE,
    replicates: int = REPLICATES,
    seed: int = SEED,
) -> Report:
    """Return the evaluation of ``verdicts`` and ``events`` against ``truth``.

    Args:
        truth: as read from the truth files.
        verdicts: rows with :data:`netglass.evaluate.verdict.COLUMNS`.
        events: rows with :data:`netglass.evaluate.event.COLUMNS`.
        watched: country, network, first and last measurement, for the false-alarm rate of shutdowns.
        baselines: what simpler judges say.
        replicates: resamples of the bootstrap; 0 gives no intervals.
        seed: the same seed gives the same intervals.
    """
    joined = join_truth(truth, verdicts)
    rates = _rate_all(joined.cases, baselines)
    estimates = (
        estimate_ratios([ratio for _, ratio in rates], joined.clusters, replicates, seed) if joined.cases else []
    )
    figures = [_figure(section, ratio.name, e) for (section, ratio), e in zip(rates, estimates, strict=bool(estimates))]
    excluded = list(joined.excluded)
    score = score_events(truth.events, events, truth.countries, watched) if truth.events else None
    if score:
        figures += _figure_events(score, replicates, seed)
        excluded += _exclude_events(score)
    return Report(
        tuple(figures),
        tuple(_confusion(joined.cases)),
        tuple(_mistake(case) for case in joined.cases if is_mistake(case)),
        score.true if score else (),
        score.wrong if score else (),
        tuple(excluded),
        _about(truth, joined.cases, replicates, seed),
    )


def _rate_all(cases: Sequence[Case], baselines: Baselines) -> list[tuple[str, Ratio]]:
    if not cases:
        return []
    rates = rate_verdicts(cases) + rate_calibration(cases) + rate_probe(cases)
    for name, keys in (("any failure", baselines.any_failure), ("address mismatch", baselines.address_mismatch)):
        rates += rate_keys(name, cases, keys) if keys is not None else []
    return rates


def _figure(section: str, name: str, estimate: Estimate) -> Figure:
    value, low, high, n, clusters = estimate
    return Figure(section, name, value, low, high, n, clusters, ACCEPTED.get(name, "") if section == "state" else "")


def _confusion(cases: Sequence[Case]) -> list[Confusion]:
    right = {(case.word, case.called): case.accepted for case in cases}
    return [Confusion(word, called, n, right[word, called]) for (word, called), n in count_confusion(cases).items()]


def is_mistake(case: Case) -> bool:
    """Return whether the state is wrong, or the mechanisms of what truly was interfered with are."""
    return not case.accepted or (bool(case.truth.mechanisms) and case.mechanism.f1 < 1)


def _mistake(case: Case) -> Mistake:
    row = case.verdict
    return Mistake(
        row["measurement_uid"],
        row["source_file"],
        row["target"],
        row["probe_cc"],
        row["probe_asn"],
        case.scenario,
        case.word,
        row["state"],
        row["locus"],
        case.truth.mechanisms,
        tuple(row["mechanisms"] or ()),
        case.mechanism.f1 if case.truth.mechanisms else None,
        row["p_blocked"],
        tuple(f"{rule['rule_id']} {rule['log10_lr']:+.2f}" for rule in row["rules"] or ()),
        tuple(row["issues"] or ()),
        row["why"],
    )


def _figure_events(score: EventScore, replicates: int, seed: int) -> list[Figure]:
    true = score.true
    counts = _flags(event.counts for event in true)
    found = _flags(event.match is not None for event in true) * counts
    parts = np.array([event.parts for event in true], dtype=np.float64)
    dated = _flags(event.onset_dated for event in true)
    ended = _flags(event.end_in_bracket is not None for event in true)
    hf1 = np.array([score_mechanisms(event.mechanisms, event.mechanisms_found).f1 for event in true])
    touched = _flags(event.parts > 0 for event in true) * counts
    ratios = [
        Ratio("found of those that can be scored or stand", found, counts),
        Ratio("detected events per true event", parts * touched, touched, share=False),
        Ratio("onset in bracket", _flags(bool(event.onset_in_bracket) for event in true) * dated, dated),
        Ratio("end in bracket", _flags(bool(event.end_in_bracket) for event in true) * ended, ended),
        Ratio("mechanism hF1 of those found", hf1 * found, found),
        Ratio("swallowed", _flags(event.swallowed for event in true), np.ones(len(true))),
    ]
    clusters = number_levels([event.event_id for event in true], [None] * len(true))
    estimates = estimate_ratios(ratios, clusters, replicates, seed)
    figures = [_figure("event", ratio.name, one) for ratio, one in zip(ratios, estimates, strict=True)]
    return figures + _figure_widths(true, replicates, seed) + _count_wrong(score) + _figure_shutdowns(score)


def _flags(values: Iterable[bool]) -> Array:
    return np.array([float(value) for value in values], dtype=np.float64)


def _figure_widths(true: Sequence[Judged], replicates: int, seed: int) -> list[Figure]:
    """Return median bracket widths and their ratio to the best, by each yardstick, resampled by event."""
    first = [[(e.width_hours, e.best_first_hours)] if e.width_hours and e.best_first_hours else [] for e in true]
    pooled = [[(e.width_hours, e.best_pooled_hours)] if e.width_hours and e.best_pooled_hours else [] for e in true]
    series = [[(width, best) for width, best, _ in e.series_widths] for e in true]
    inside = [hit for event in true for *_, hit in event.series_widths]
    figures = []
    for name, groups in (("first network", first), ("networks pooled", pooled), ("per network and target", series)):
        figures += _figure_width(name, [group for group in groups if group], replicates, seed)
    if inside:
        share, units = sum(inside) / len(inside), sum(bool(event.series_widths) for event in true)
        figures.append(
            Figure("event", "onset in bracket, per network and target", share, None, None, len(inside), units, "")
        )
    return figures


def _figure_width(
    name: str, groups: Sequence[Sequence[tuple[float, float]]], replicates: int, seed: int
) -> list[Figure]:
    if not groups:
        return []
    n = sum(map(len, groups))
    rng = np.random.default_rng(seed)
    drawn = [
        _ratio_of_medians([groups[i] for i in rng.integers(len(groups), size=len(groups))]) for _ in range(replicates)
    ]
    low, high = np.quantile(drawn, [(1 - LEVEL) / 2, (1 + LEVEL) / 2]) if drawn else (None, None)
    width, best = _medians(groups)
    return [
        Figure("event", f"median bracket width, hours ({name})", width, None, None, n, len(groups), ""),
        Figure("event", f"best that the measurements allow, hours ({name})", best, None, None, n, len(groups), ""),
        Figure(
            "event", f"width against the best ({name})", width / best, low, high, n, len(groups), "ratio of medians"
        ),
    ]


def _medians(groups: Sequence[Sequence[tuple[float, float]]]) -> tuple[float, float]:
    both = np.median(np.array([pair for group in groups for pair in group]), axis=0)
    return float(both[0]), float(both[1])


def _ratio_of_medians(groups: Sequence[Sequence[tuple[float, float]]]) -> float:
    width, best = _medians(groups)
    return width / best


def _count_wrong(score: EventScore) -> list[Figure]:
    false = [row for row in score.wrong if row.is_false]
    sure = sum(row.state == "confirmed" for row in false)
    n, note = score.detected, f"{sure} of them confirmed; {score.detected_confirmed} of all detected are confirmed"
    touching = sum(bool(row.confounders) for row in score.wrong)
    return [
        Figure("event", "false events", len(false), None, None, n, n, note),
        Figure("event", "events on a confounder", touching, None, None, n, n, ""),
    ]


def _figure_shutdowns(score: EventScore) -> list[Figure]:
    found, true, false = score.shutdown_found, score.shutdown_true, score.shutdown_false
    weeks = score.network_weeks
    return [
        Figure("shutdown", "found", found / true if true else None, None, None, true, true, "outside the score"),
        Figure("shutdown", "false alarms", false, None, None, false + found, false + found, "outside the score"),
        Figure(
            "shutdown",
            "false alarms per network-week",
            false / weeks if weeks else None,
            None,
            None,
            round(weeks),
            round(weeks),
            "outside the score; silence cannot be told from a pause at this density",
        ),
    ]


def _exclude_events(score: EventScore) -> list[Excluded]:
    silent = [event.event_id for event in score.true if not event.counts]
    found = [
        Excluded("true block that cannot be scored and does not stand", len(silent), tuple(silent[:5])),
        Excluded("detected event in a country that the truth does not speak of", score.elsewhere, ()),
        Excluded("true shutdown, reported outside the score", score.shutdown_true, ()),
    ]
    return [row for row in found if row.n]


def _about(truth: Truth, cases: Sequence[Case], replicates: int, seed: int) -> dict[str, Any]:
    return {
        "truth": list(truth.files),
        "scored": len(cases),
        "policies": len({case.policy for case in cases if case.policy}),
        "runs": len({case.run for case in cases}),
        "ruleset": sorted({str(case.verdict.get("ruleset")) for case in cases}),
        "refdata": sorted({str(case.verdict.get("refdata")) for case in cases}),
        "bootstrap": {"replicates": replicates, "seed": seed, "level": LEVEL, "clusters": "policies and runs"},
    }
