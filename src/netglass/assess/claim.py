"""What was claimed, beside what is measured: on the day of the claim and since. The reader judges whether the one bears the other out.

The language of rights, values and intentions gets no truth value. Where nothing was measured at the time, the evidence is *not testable*,
which is neither for the claim nor against it.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import NamedTuple

from netglass.assess.demand import BEGINNING, FOREVER, Bracket, bound_date, cite_record
from netglass.assess.observed import Observed, Row, Spell
from netglass.detect.telling import NEUTRAL, to_seconds
from netglass.register.claim import Claim
from netglass.register.library import Register
from netglass.register.link import Link
from netglass.register.statement import Statement
from netglass.vocab.time import format_time

COLUMNS = (
    "claim_id",
    "statement_id",
    "cc",
    "office",
    "said",
    "summary",
    "about",
    "checkable",
    "not_checkable_because",
    "checked_by",
    "at_the_time",
    "since",
    "beside",
    "evidence",
    "witnesses",
    "register",
    "inputs",
    "limits",
)

MEASURED = frozenset({"events", "verdicts", "shutdown_events", "throttling_events", "orders_beside_events"})
"""What a claim is checked by that is measured; the rest stands in the register."""

MARGIN = timedelta(days=7)
"""How near to the claim a measurement must lie to say anything of its day. **Source**: design choice; most targets are tested weekly."""

REGISTERED = {
    "endorsements": "endorsement",
    "company_reports": "company",
    "attributed_incidents": "incident",
    "indicator_series": "indicator",
    "text_of_instruments": "instrument",
}
"""Kinds of records that a claim may be checked by."""

NO_TRUTH_VALUE = "no_truth_value"


class Finding(NamedTuple):
    """What is seen in one span: the word for it, a sentence, and the events behind it."""

    word: str
    sentence: str
    spells: tuple[Spell, ...] = ()
    event_ids: tuple[str, ...] = ()


def assess_claims(observed: Observed, counted: Observed, register: Register) -> list[Row]:
    """Return the claims of a country, each beside the evidence.

    Args:
        observed: what was measured in the country, for what was seen.
        counted: the same, for counts of measurements.
        register: with statements and claims.
    """
    claims = [record for record in register.list_records("claim", observed.cc) if isinstance(record, Claim)]
    return [_tell_claim(observed, counted, register, claim) for claim in claims]


def _tell_claim(observed: Observed, counted: Observed, register: Register, claim: Claim) -> Row:
    statement = register.find(claim.statement)
    assert isinstance(statement, Statement)
    said = bound_date(statement.date)
    then, since = _look_twice(observed, counted, claim, said)
    spells = [*then.spells, *since.spells]
    records = list(_list_beside(register, claim))
    return {
        "claim_id": claim.id,
        "statement_id": claim.statement,
        "cc": claim.cc,
        "office": statement.speaker.office,
        "said": str(statement.date),
        "summary": claim.summary,
        "about": list(claim.about),
        "checkable": claim.checkable,
        "not_checkable_because": claim.not_checkable_because,
        "checked_by": list(claim.checked_by),
        "at_the_time": then.word,
        "since": since.word,
        "beside": [text for text in (then.sentence, since.sentence) if text] + records,
        "evidence": sorted({*then.event_ids, *since.event_ids}),
        "witnesses": list(dict.fromkeys(uid for spell in spells for uid in spell.witnesses)),
        "register": cite_record(claim, "summary"),
        "inputs": {**observed.inputs, "register": register.digest},
        "limits": _list_limits(claim),
    }


def _look_twice(observed: Observed, counted: Observed, claim: Claim, said: Bracket) -> tuple[Finding, Finding]:
    if not claim.checkable:
        nothing = Finding(NO_TRUTH_VALUE, "")
        return nothing, nothing
    if not MEASURED & set(claim.checked_by):
        nothing = Finding("not_measured", "")
        return nothing, nothing
    begin, end = _bound_period(claim)
    now = Bracket(max(said.first, begin), min(said.after, end)) if begin < said.after and end > said.first else said
    later = Bracket(said.after, end if end > said.after else said.after)
    return (
        _look(observed, counted, claim, now, f"on {tell_day(said)}", MARGIN),
        _look(observed, counted, claim, later, f"after {tell_day(said)}", timedelta(0)),
    )


def tell_day(said: Bracket) -> str:
    """Return a bracket of days in words."""
    first, last = said.first.date(), (said.after - timedelta(days=1)).date()
    return f"{first}" if first == last else f"a day from {first} to {last}"


def _bound_period(claim: Claim) -> tuple[datetime, datetime]:
    """Return the time that a claim speaks of; a claim of what is so now speaks of what follows too, until it is taken back."""
    period = claim.period
    begins = bound_date(period.begins).first if period and period.begins else BEGINNING
    ends = bound_date(period.ends).after if period and period.ends else FOREVER
    return begins, ends


def _look(observed: Observed, counted: Observed, claim: Claim, span: Bracket, when: str, margin: timedelta) -> Finding:
    if span.first >= span.after:
        return Finding("not_claimed", f"The claim says nothing of the time {when}.")
    spells = tuple(spell for spell in _list_spells(observed, claim) if spell.overlaps(span.first, span.after))
    ids = {spell.event_id for spell in spells} | set(_list_shutdowns(observed, claim, span))
    if ids:
        targets = len({spell.target for spell in spells})
        what = f"{len(ids)} confirmed events on {targets} targets" if targets else f"{len(ids)} confirmed shutdowns"
        return Finding("seen", f"Seen {when}: {what}.", spells, tuple(sorted(ids)))
    return _tell_silence(counted, Bracket(_move(span.first, -margin), _move(span.after, margin)), when)


def _move(moment: datetime, by: timedelta) -> datetime:
    return moment if moment in (BEGINNING, FOREVER) else moment + by


def _list_spells(observed: Observed, claim: Claim) -> Iterator[Spell]:
    """Yield confirmed blocks of the kind that a claim is about."""
    if set(claim.about) == {"shutdown"}:
        return
    only_slow = set(claim.about) == {"throttling"}
    for spell in observed.spells:
        if spell.state == "confirmed" and (not only_slow or any(".throttle" in path for path in spell.mechanisms)):
            yield spell


def _list_shutdowns(observed: Observed, claim: Claim, span: Bracket) -> Iterator[str]:
    if "shutdown" not in claim.about:
        return
    for row in observed.shutdowns:
        last = row["end_earliest"] or row["onset_latest"]
        if row["state"] == "confirmed" and row["onset_latest"] < span.after and last >= span.first:
            yield row["event_id"]


def _tell_silence(counted: Observed, span: Bracket, when: str) -> Finding:
    verdicts = counted.verdicts
    within = (verdicts.time >= to_seconds(span.first)) & (verdicts.time < to_seconds(span.after))
    telling = verdicts.select(within & (verdicts.outcome != NEUTRAL))
    if not len(telling.time):
        first, last = format_time(counted.first), format_time(counted.last)
        known = f"measurements reach from {first} to {last}" if first else "there are no measurements"
        return Finding("not_testable", f"Not testable {when}: {known}.")
    targets, networks = len(set(telling.target)), len(set(telling.asn.tolist()))
    return Finding(
        "not_seen",
        f"No confirmed event {when}, in {len(telling.time)} telling measurements of {targets} targets on {networks} networks.",
    )


def _list_beside(register: Register, claim: Claim) -> Iterator[str]:
    """Yield what the register has beside a claim: what is linked to it, and records of the kinds that it is checked by."""
    for link in register.list_records("link"):
        if isinstance(link, Link) and claim.id in (link.subject, link.object):
            yield f"{link.id}: {link.subject} {link.type.replace('_', ' ')} {link.object}."
    for measure in claim.checked_by:
        records = register.list_records(REGISTERED[measure], claim.cc) if measure in REGISTERED else []
        if records:
            yield f"The register has {len(records)} of kind {REGISTERED[measure]}: {', '.join(r.id for r in records)}."


def _list_limits(claim: Claim) -> list[str]:
    if not claim.checkable:
        return [f"{str(claim.not_checkable_because).replace('_', ' ')}: neither true nor false is said of it"]
    limits = ["whether the evidence bears the claim out is for the reader"]
    if MEASURED & set(claim.checked_by):
        limits.append("a day without an event in a country where little is measured says little")
    return limits
