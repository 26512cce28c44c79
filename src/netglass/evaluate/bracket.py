"""Where and when true and detected events are: spans, pairs of network and target, brackets, likeness."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from netglass.evaluate.match import MINIMUM_JACCARD, jaccard
from netglass.evaluate.truth import EventTruth, SeriesTruth

Found = Mapping[str, Any]
"""A row of the event table, or one entry of its ``series``."""

Pair = tuple[int, str]
"""A network and a target."""


def core_span(row: Found) -> tuple[datetime, datetime]:
    """Return when the event was surely there: first to last telling measurement during."""
    start = row["onset_latest"] or datetime.min
    return start, max(start, row["end_earliest"] or datetime.max)


def wide_span(row: Found) -> tuple[datetime, datetime]:
    """Return when the event may have been there: both brackets to their outer ends."""
    _, end = core_span(row)
    return row["onset_earliest"] or datetime.min, row["end_latest"] or end


def true_span(truth: EventTruth | SeriesTruth) -> tuple[datetime, datetime]:
    """Return when the true event was there."""
    return truth.onset_utc or datetime.min, truth.end_utc or datetime.max


def overlap(one: tuple[datetime, datetime], other: tuple[datetime, datetime]) -> bool:
    """Return whether two spans share a moment."""
    return one[0] <= other[1] and other[0] <= one[1]


def true_pairs(truth: EventTruth) -> set[Pair]:
    """Return the networks and targets of a true event, collateral damage included."""
    if truth.series:
        return {(row.probe_asn, row.target) for row in truth.series}
    return {(asn, target) for asn in truth.asns for target in (*truth.targets, *truth.collateral_targets)}


def found_pairs(row: Found) -> dict[Pair, Found]:
    """Return the networks and targets of a detected event, each with the row that dates it."""
    series = row.get("series")
    if series is not None and len(series):
        return {(int(one["probe_asn"]), one["target"]): one for one in series}
    return {(int(asn), target): row for asn in row["asns"] for target in row["targets"]}


def likeness(truth: EventTruth, row: Found) -> float:
    """Return how alike a true and a detected event are, 0 when they cannot be a pair, else 1 to 2.

    Collateral targets may be in the detected event or not.
    """
    if truth.probe_cc not in (None, row["probe_cc"]) or not overlap(true_span(truth), wide_span(row)):
        return 0.0
    named, all_hit = truth.targets, (*truth.targets, *truth.collateral_targets)
    targets = max(jaccard(named, row["targets"]), jaccard(all_hit, row["targets"]))
    asns = jaccard(truth.asns, [int(asn) for asn in row["asns"]])
    return targets + asns if min(targets, asns) >= MINIMUM_JACCARD else 0.0


def shared_pairs(truth: EventTruth, row: Found) -> int:
    """Return how many networks and targets a detected event shares with a true one at the same time."""
    if truth.probe_cc not in (None, row["probe_cc"]):
        return 0
    spans = {(one.probe_asn, one.target): true_span(one) for one in truth.series}
    whole, pairs = true_span(truth), true_pairs(truth)
    return sum(
        overlap(spans.get(pair, whole), core_span(one)) for pair, one in found_pairs(row).items() if pair in pairs
    )


def is_inside(moment: datetime | None, earliest: datetime | None, latest: datetime | None) -> bool:
    """Return whether a bracket with two ends holds ``moment``."""
    return moment is not None and earliest is not None and latest is not None and earliest <= moment <= latest


def count_hours(earliest: datetime | None, latest: datetime | None) -> float | None:
    """Return the width of a bracket in hours, None where an end is open."""
    return None if earliest is None or latest is None else (latest - earliest).total_seconds() / 3600


def _at_onset(truth: EventTruth) -> list[SeriesTruth]:
    """Return the series that began with the event and were measured on both sides of its onset."""
    return [s for s in truth.series if s.onset_utc == truth.onset_utc and s.last_before and s.first_during]


def best_of_first(truth: EventTruth) -> float | None:
    """Return the best bracket in hours by the series that was first measured during the event."""
    first = min(_at_onset(truth), key=lambda row: (row.first_during, row.last_before), default=None)
    return count_hours(first.last_before, first.first_during) if first else None


def best_pooled(truth: EventTruth) -> float | None:
    """Return the best bracket in hours by all series that began with the event taken together."""
    rows = _at_onset(truth)
    if not rows:
        return None
    return count_hours(
        max(r.last_before for r in rows if r.last_before), min(r.first_during for r in rows if r.first_during)
    )
