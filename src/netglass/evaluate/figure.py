"""Figures, and how the ones about events are made from a score."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np

from netglass.evaluate.event import EventScore, Judged
from netglass.evaluate.interval import LEVEL, Array, Estimate, Ratio, estimate_ratios, number_levels
from netglass.evaluate.mechanism import score_mechanisms
from netglass.evaluate.verdict import ACCEPTED


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


def make_figure(section: str, name: str, estimate: Estimate) -> Figure:
    """Return an estimate as a figure; that of a truth word notes what the word may be called."""
    value, low, high, n, clusters = estimate
    return Figure(section, name, value, low, high, n, clusters, ACCEPTED.get(name, "") if section == "state" else "")


def figure_events(score: EventScore, replicates: int, seed: int) -> list[Figure]:
    """Return all figures about events; shutdowns in a section of their own."""
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
    figures = [make_figure("event", ratio.name, one) for ratio, one in zip(ratios, estimates, strict=True)]
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
