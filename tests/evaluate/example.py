"""Small truths and verdicts that the tests of this room talk about."""

from datetime import datetime
from typing import Any

from netglass.evaluate.truth import EventTruth, MeasurementTruth, SeriesTruth, Truth


def verdict(uid: str, state: str, **more: Any) -> dict[str, Any]:
    row = {
        "measurement_uid": uid,
        "key": hash(uid) & 0xFFFF,
        "report_id": "run-1",
        "source_file": f"{uid}.json",
        "target": "site.test",
        "probe_cc": "XA",
        "probe_asn": 64512,
        "measurement_start_time": None,
        "state": state,
        "locus": "network" if state in ("blocked", "likely_blocked") else None,
        "mechanisms": [],
        "p_blocked": 0.9 if state == "blocked" else 0.01,
        "prior": 0.01,
        "rules": [],
        "probe_verdict": "blocked" if state == "blocked" else "not_blocked",
        "issues": [],
        "why": "because",
        "ruleset": "r",
        "refdata": "none",
    }
    return row | more


def truth_row(uid: str, state: str, **more: Any) -> MeasurementTruth:
    return MeasurementTruth(measurement_uid=uid, state=state, probe_cc="XA", **{"report_id": "run-1", **more})


def make_truth(*rows: MeasurementTruth, events: tuple[EventTruth, ...] = ()) -> Truth:
    corpus = {row.measurement_uid: row for row in rows if row.measurement_uid}
    scenarios = {row.scenario: row for row in rows if row.measurement_uid is None and row.scenario}
    return Truth(corpus, scenarios, events, ("truth.jsonl",))


def day(number: float) -> datetime:
    whole = int(number)
    return datetime(2026, 3, whole, round((number - whole) * 24))


def block(event_id: str, start: float | None, end: float | None, **more: Any) -> EventTruth:
    """Return a true block of site.test on two networks, measured a day before and half a day after each change."""
    fields: dict[str, Any] = {"asns": (1, 2), "targets": ("site.test",), "probe_cc": "XA", "mechanisms": ("tcp.reset",)}
    fields |= more
    series = tuple(
        SeriesTruth(
            probe_asn=asn,
            target=target,
            onset_utc=start and day(start),
            end_utc=end and day(end),
            last_before=start and day(start - 1),
            first_during=day((start or 1) + 0.5),
            last_during=end and day(end - 1),
            first_after=end and day(end + 0.5),
        )
        for asn in fields["asns"]
        for target in fields["targets"]
    )
    return EventTruth(
        event_id=event_id,
        kind="block",
        onset_utc=start and day(start),
        end_utc=end and day(end),
        series=fields.pop("series", series),
        scoreable=fields.pop("scoreable", start is not None),
        onset_scoreable=fields.pop("onset_scoreable", start is not None),
        end_scoreable=end is not None,
        standing=start is None and end is None,
        **fields,
    )


def confounder(event_id: str, targets: tuple[str, ...], asns: tuple[int, ...] = (1, 2), **more: Any) -> EventTruth:
    return EventTruth(event_id=event_id, kind="confounder", targets=targets, asns=asns, scoreable=False, **more)


def event(event_id: str, start: float | None, end: float | None, **more: Any) -> dict[str, Any]:
    """Return a detected block of site.test on two networks, with brackets from a day before to half a day after."""
    row: dict[str, Any] = {
        "event_id": event_id,
        "kind": "block",
        "state": "confirmed",
        "probe_cc": "XA",
        "asns": [1, 2],
        "targets": ["site.test"],
        "mechanisms": ["tcp.reset"],
        "onset_earliest": start and day(start - 1),
        "onset_latest": day((start or 1) + 0.5),
        "end_earliest": end and day(end - 1),
        "end_latest": end and day(end + 0.5),
        "series": [],
        "flags": [],
    }
    return row | more
