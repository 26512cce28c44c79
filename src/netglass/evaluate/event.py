"""Events against truth: found, dated, split, swallowed, false.

A detected block and a true one can be a pair when they are of one country, overlap in time, and their targets and
their networks each have a Jaccard of at least 0.5; pairs are one to one. Other detected events are parts of a true
event when they share a network and target with it at the same time, and false when they share none with any. An event
is on a confounder when one of its networks and targets lies on a known innocent cause and on no true block.

An onset cannot be placed better than between the last telling measurement before and the first during. Three
yardsticks are given: per network and target (the plain one), the network of the event that was measured first during
it, and all networks that share the event's onset pooled (which a detector may only use if it knows that they began
together).

Shutdowns are silence, which at a lab's density cannot be told from a pause: they stay outside the score, with a rate
of false alarms per network-week. ``unblock`` rows are the ends of blocks and are not counted on their own.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from netglass.evaluate.bracket import (
    Found,
    Pair,
    best_of_first,
    best_pooled,
    core_span,
    count_hours,
    found_pairs,
    is_inside,
    likeness,
    overlap,
    shared_pairs,
    true_pairs,
    true_span,
    wide_span,
)
from netglass.evaluate.match import MINIMUM_JACCARD, jaccard, match_pairs
from netglass.evaluate.truth import EventTruth

COLUMNS = (
    "event_id",
    "kind",
    "state",
    "probe_cc",
    "asns",
    "targets",
    "mechanisms",
    "onset_earliest",
    "onset_latest",
    "end_earliest",
    "end_latest",
    "series",
    "flags",
)
"""Columns of the event table that evaluation reads."""


class Judged(NamedTuple):
    """What became of one true block."""

    event_id: str
    scenario: str
    counts: bool
    standing: bool
    match: str | None
    parts: int
    swallowed: bool
    onset_dated: bool
    onset_in_bracket: bool | None
    end_in_bracket: bool | None
    width_hours: float | None
    best_first_hours: float | None
    best_pooled_hours: float | None
    series_widths: tuple[tuple[float, float, bool], ...]
    mechanisms: tuple[str, ...]
    mechanisms_found: tuple[str, ...]
    note: str


class WrongEvent(NamedTuple):
    """A detected event that is no part of any true block, or that touches a confounder."""

    event_id: str
    state: str
    probe_cc: str
    asns: tuple[int, ...]
    targets: tuple[str, ...]
    onset_latest: datetime | None
    is_false: bool
    confounders: tuple[str, ...]


class EventScore(NamedTuple):
    """All that is known about the events of one evaluation."""

    true: tuple[Judged, ...]
    wrong: tuple[WrongEvent, ...]
    detected: int
    detected_confirmed: int
    elsewhere: int
    shutdown_true: int
    shutdown_found: int
    shutdown_false: int
    network_weeks: float


def score_events(
    truths: Sequence[EventTruth],
    found: Iterable[Found],
    countries: Iterable[str] = (),
    watched: Iterable[tuple[str, int, datetime, datetime]] = (),
) -> EventScore:
    """Score detected events against true ones.

    Args:
        truths: true events of all kinds.
        found: rows of the event table.
        countries: countries that the truth speaks of; detected events elsewhere are set aside and counted.
        watched: country, network, first and last measurement: the time over which silence could be heard.
    """
    known = set(countries)
    rows = sorted(found, key=lambda row: str(row["event_id"]))
    inside = [row for row in rows if not known or row["probe_cc"] in known]
    blocks = [row for row in inside if row["kind"] == "block"]
    true_blocks = [truth for truth in truths if truth.kind == "block"]
    confounders = [truth for truth in truths if truth.kind == "confounder"]
    alike = {(i, j): likeness(truth, row) for i, truth in enumerate(true_blocks) for j, row in enumerate(blocks)}
    pairs = match_pairs({pair: value for pair, value in alike.items() if value})
    owner = [_find_owner(j, row, true_blocks, pairs) for j, row in enumerate(blocks)]
    wrong = [_look_for_wrong(row, owner[j] is None, true_blocks, confounders) for j, row in enumerate(blocks)]
    shutdowns = _score_shutdowns(truths, inside)
    return EventScore(
        tuple(_judge_truth(i, true_blocks, blocks, pairs, owner) for i in range(len(true_blocks))),
        tuple(row for row in wrong if row.is_false or row.confounders),
        len(blocks),
        sum(row["state"] == "confirmed" for row in blocks),
        len(rows) - len(inside),
        *shutdowns,
        sum((last - first).total_seconds() for cc, _, first, last in watched if not known or cc in known) / 604800,
    )


def join_scores(scores: Sequence[tuple[str, EventScore]]) -> EventScore:
    """Return the scores of several worlds by name as one; events carry the name of their world."""
    if len(scores) == 1:
        return scores[0][1]
    totals = [sum(column) for column in zip(*(score[2:] for _, score in scores), strict=True)]
    true = tuple(one._replace(event_id=f"{name}/{one.event_id}") for name, score in scores for one in score.true)
    wrong = tuple(one._replace(event_id=f"{name}/{one.event_id}") for name, score in scores for one in score.wrong)
    return EventScore(true, wrong, *totals)


def _find_owner(j: int, row: Found, truths: Sequence[EventTruth], pairs: Mapping[int, int]) -> int | None:
    """Return the true event of which detected event ``j`` is a part: its match, else that with most in common."""
    for i, match in pairs.items():
        if match == j:
            return i
    shared = [(shared_pairs(truth, row), -i) for i, truth in enumerate(truths)]
    most, place = max(shared, default=(0, 0))
    return -place if most else None


def _look_for_wrong(
    row: Found, is_false: bool, truths: Sequence[EventTruth], confounders: Sequence[EventTruth]
) -> WrongEvent:
    hits = [
        truth.event_id
        for truth in confounders
        if any(
            _lies_on(truth, pair, one, row) and not _is_blocked(pair, one, row, truths)
            for pair, one in found_pairs(row).items()
        )
    ]
    return WrongEvent(
        row["event_id"],
        row["state"],
        row["probe_cc"],
        tuple(int(asn) for asn in row["asns"]),
        tuple(row["targets"]),
        row["onset_latest"],
        is_false,
        tuple(hits),
    )


def _lies_on(truth: EventTruth, pair: Pair, one: Found, row: Found) -> bool:
    """Return whether the pair lies on a confounder. One without targets touches every target of its networks."""
    return (
        truth.probe_cc in (None, row["probe_cc"])
        and pair[0] in truth.asns
        and (not truth.targets or pair[1] in truth.targets)
        and overlap(true_span(truth), core_span(one))
    )


def _is_blocked(pair: Pair, one: Found, row: Found, truths: Sequence[EventTruth]) -> bool:
    return any(
        truth.probe_cc in (None, row["probe_cc"])
        and pair in true_pairs(truth)
        and overlap(true_span(truth), core_span(one))
        for truth in truths
    )


def _judge_truth(
    i: int, truths: Sequence[EventTruth], rows: Sequence[Found], pairs: Mapping[int, int], owner: Sequence[int | None]
) -> Judged:
    truth = truths[i]
    parts = [row for j, row in enumerate(rows) if owner[j] == i]
    match = rows[pairs[i]] if i in pairs else None
    swallower = None if match else _find_swallower(truth, truths, rows)
    dated = match is not None and truth.dates_onset
    ended = match is not None and bool(truth.end_scoreable) and truth.end_utc is not None
    return Judged(
        event_id=truth.event_id,
        scenario=truth.scenario or truth.event_id,
        counts=truth.counts,
        standing=truth.standing,
        match=match["event_id"] if match else None,
        parts=len(parts),
        swallowed=swallower is not None,
        onset_dated=dated,
        onset_in_bracket=is_inside(truth.onset_utc, match["onset_earliest"], match["onset_latest"])
        if match and dated
        else None,
        end_in_bracket=is_inside(truth.end_utc, match["end_earliest"], match["end_latest"])
        if match and ended
        else None,
        width_hours=count_hours(match["onset_earliest"], match["onset_latest"]) if match and dated else None,
        best_first_hours=best_of_first(truth),
        best_pooled_hours=best_pooled(truth),
        series_widths=_compare_series(truth, match) if match and dated else (),
        mechanisms=truth.mechanisms,
        mechanisms_found=tuple(match["mechanisms"]) if match else (),
        note=_describe(match, parts, swallower),
    )


def _find_swallower(truth: EventTruth, truths: Sequence[EventTruth], rows: Sequence[Found]) -> str | None:
    """Return the detected event that holds at least half of this true one together with another true one."""
    need = len(true_pairs(truth)) / 2
    for row in rows:
        others = (other for other in truths if other is not truth)
        if shared_pairs(truth, row) >= max(need, 1) and any(shared_pairs(other, row) for other in others):
            return str(row["event_id"])
    return None


def _describe(match: Found | None, parts: Sequence[Found], swallower: str | None) -> str:
    if match:
        return f"{match['state']}" + (f", in {len(parts)} parts" if len(parts) > 1 else "")
    if swallower:
        return f"swallowed by {swallower}"
    return f"only touched by {', '.join(str(row['event_id']) for row in parts)}" if parts else "nothing detected here"


def _compare_series(truth: EventTruth, match: Found) -> tuple[tuple[float, float, bool], ...]:
    """Return width, best width and whether the onset lies inside, per network and target that both sides date."""
    found, out = found_pairs(match), []
    for row in truth.series:
        one = found.get((row.probe_asn, row.target))
        best = count_hours(row.last_before, row.first_during)
        width = count_hours(one["onset_earliest"], one["onset_latest"]) if one else None
        if one and best and width is not None:
            out.append((width, best, is_inside(row.onset_utc, one["onset_earliest"], one["onset_latest"])))
    return tuple(out)


def _score_shutdowns(truths: Sequence[EventTruth], rows: Sequence[Found]) -> tuple[int, int, int]:
    true = [truth for truth in truths if truth.kind == "shutdown"]
    found = [row for row in rows if row["kind"] == "shutdown"]
    alike = {
        (i, j): jaccard(truth.asns, [int(asn) for asn in row["asns"]])
        for i, truth in enumerate(true)
        for j, row in enumerate(found)
        if truth.probe_cc in (None, row["probe_cc"]) and overlap(true_span(truth), wide_span(row))
    }
    pairs = match_pairs({pair: value for pair, value in alike.items() if value >= MINIMUM_JACCARD})
    return len(true), len(pairs), len(found) - len(set(pairs.values()))
