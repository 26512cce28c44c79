"""The trend of a country: what was seen blocked month by month, with how much was measured beside it.

A rise of what is seen where more is measured is no rise of blocking. So events stand beside the targets, networks and measurements in which
they could have been seen, and the share is over targets that were measured in that month.
"""

from collections.abc import Iterator
from datetime import datetime

from netglass.assess.observed import Observed, Row
from netglass.detect.telling import NEUTRAL, to_seconds

COLUMNS = (
    "probe_cc",
    "month",
    "events_begun",
    "events_standing",
    "shutdowns_begun",
    "targets_seen_blocked",
    "targets_measured",
    "measured_targets_blocked",
    "blocked_share",
    "networks",
    "reporters",
    "measurements",
    "telling",
    "evidence",
    "register",
    "inputs",
    "limits",
)

STATE = "confirmed"

HIDDEN = "targets that orders in force name are in no count of measurements, and so not in the share"


def assess_trend(observed: Observed, counted: Observed) -> list[Row]:
    """Return a row for each month from the first measurement to the last.

    Args:
        observed: what was measured in the country, for what was seen.
        counted: the same, for counts of measurements.
    """
    if observed.first is None or observed.last is None:
        return []
    hides = len(counted.verdicts.time) < len(observed.verdicts.time)
    return [
        _tell_month(observed, counted, begin, end) | {"limits": [HIDDEN] if hides else []}
        for begin, end in list_months(observed.first, observed.last)
    ]


def list_months(first: datetime, last: datetime) -> Iterator[tuple[datetime, datetime]]:
    """Yield begin and end of every month from that of ``first`` to that of ``last``."""
    begin = datetime(first.year, first.month, 1)
    while begin <= last:
        end = datetime(begin.year + begin.month // 12, begin.month % 12 + 1, 1)
        yield begin, end
        begin = end


def _tell_month(observed: Observed, counted: Observed, begin: datetime, end: datetime) -> Row:
    spells = [spell for spell in observed.spells if spell.state == STATE and spell.overlaps(begin, end)]
    shutdowns = [row for row in observed.shutdowns if row["state"] == STATE and begin <= row["onset_latest"] < end]
    onsets: dict[str, datetime] = {}
    for spell in spells:
        onsets[spell.event_id] = min(onsets.get(spell.event_id, spell.onset_latest), spell.onset_latest)
    verdicts = counted.verdicts
    own = verdicts.select((verdicts.time >= to_seconds(begin)) & (verdicts.time < to_seconds(end)))
    telling = own.select(own.outcome != NEUTRAL)
    measured, blocked = set(telling.target), {spell.target for spell in spells}
    share = len(measured & blocked) / len(measured) if measured else None
    return {
        "probe_cc": observed.cc,
        "month": f"{begin:%Y-%m}",
        "events_begun": sum(begin <= onset for onset in onsets.values()),
        "events_standing": len(onsets),
        "shutdowns_begun": len(shutdowns),
        "targets_seen_blocked": len(blocked),
        "targets_measured": len(measured),
        "measured_targets_blocked": len(measured & blocked),
        "blocked_share": None if share is None else round(share, 4),
        "networks": len(set(own.asn.tolist())),
        "reporters": len(set(zip(own.asn.tolist(), own.reporter, strict=True))),
        "measurements": len(own.time),
        "telling": len(telling.time),
        "evidence": sorted({*onsets, *(row["event_id"] for row in shutdowns)}),
        "register": [],
        "inputs": dict(observed.inputs),
    }
