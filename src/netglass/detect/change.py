"""What changed since the last run: the public change log, and which events replace which.

Rows of this run are compared with those of the last by id. An event whose id is gone is *superseded* by the events of the same
kind and country that share a target (or network) and a time with it, and *withdrawn* where there are none. The log only grows.
"""

import hashlib
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from netglass.detect.event import Row
from netglass.vocab.time import format_time

COMPARED = (
    "state",
    "asns",
    "targets",
    "mechanisms",
    "onset_earliest",
    "onset_latest",
    "end_earliest",
    "end_latest",
    "n_measurements",
    "n_reporters",
    "flags",
)
"""Columns whose change is a change of the event."""


def compare_events(old: Sequence[Row], new: Sequence[Row], run: str) -> list[Row]:
    """Return rows of the change table from the last run's events to this one's.

    Args:
        old: events of the last run that lie in this run's window.
        new: events of this run.
        run: hash of the inputs of this run.
    """
    before = {row["event_id"]: row for row in old}
    after = {row["event_id"]: row for row in new}
    rows = [(name, "new", describe_new(after[name])) for name in after.keys() - before.keys()]
    rows += [(name, "changed", _describe_change(before[name], after[name])) for name in after.keys() & before.keys()]
    rows += [(name, *_describe_end(before[name], new)) for name in before.keys() - after.keys()]
    return [
        {"event_id": name, "change": change, "detail": detail, "run": run}
        for name, change, detail in sorted(rows)
        if detail
    ]


def describe_new(row: Row) -> str:
    """Return in a few words what an event is."""
    where = ", ".join(f"AS{asn}" for asn in row["asns"])
    return f"{row['state']} {row['kind']} of {', '.join(row['targets']) or 'the whole network'} in {row['probe_cc']} on {where}"


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return format_time(value)
    if isinstance(value, str) or value is None or isinstance(value, int | float):
        return value
    return [_plain(one) for one in value]


def _describe_change(old: Row, new: Row) -> str:
    """Return the columns that differ, old and new value; empty where nothing does."""
    pairs = ((name, _plain(old[name]), _plain(new[name])) for name in COMPARED)
    return "; ".join(f"{name}: {before} -> {after}" for name, before, after in pairs if before != after)


def _describe_end(old: Row, new: Iterable[Row]) -> tuple[str, str]:
    heirs = [row["event_id"] for row in new if _replaces(row, old)]
    if heirs:
        return "superseded", f"by {', '.join(sorted(heirs))}"
    return "withdrawn", f"no longer found: {describe_new(old)}"


def _span(row: Row) -> tuple[datetime, datetime]:
    return row["onset_earliest"] or row["onset_latest"], row["end_latest"] or datetime.max


def _replaces(new: Row, old: Row) -> bool:
    if (new["kind"], new["probe_cc"]) != (old["kind"], old["probe_cc"]):
        return False
    if not set(new["targets"]) & set(old["targets"]) and not (
        new["kind"] == "shutdown" and set(new["asns"]) & set(old["asns"])
    ):
        return False
    (start, stop), (old_start, old_stop) = _span(new), _span(old)
    return bool(start <= old_stop and old_start <= stop)


def list_superseded(changes: Iterable[Row]) -> dict[str, list[str]]:
    """Return for every event the ids that it replaced, by the change log."""
    out: dict[str, set[str]] = {}
    for row in changes:
        if row["change"] == "superseded":
            for heir in row["detail"].removeprefix("by ").split(", "):
                out.setdefault(heir, set()).add(row["event_id"])
    return {heir: sorted(ids) for heir, ids in out.items()}


def hash_run(*names: str) -> str:
    """Return the id of a run: 16 hexadecimal digits over its inputs, as text."""
    return hashlib.sha256("\x1f".join(names).encode()).hexdigest()[:16]
