"""Records as entities of FollowTheMoney, for the tools of investigators.

Texts are documents, what happened are events, what was claimed or promised are notes, ties are links; evidence is documentation, with
the locator as its role. Cases and indicators are left out: the one are protected, for the other FollowTheMoney has no schema.

A document must have a file name there; it gets that of its record.

**Source**: the model of followthemoney 3.8, schemas Document, Event, Note, Company, PublicBody, UnknownLink, Documentation.
"""

from collections.abc import Iterable, Iterator
from typing import Any

from netglass.register.claim import Claim
from netglass.register.company import Company
from netglass.register.country import is_invented
from netglass.register.endorsement import Endorsement
from netglass.register.incident import Incident
from netglass.register.instrument import Instrument
from netglass.register.link import Link
from netglass.register.order import Order
from netglass.register.partial_date import PartialDate
from netglass.register.pledge import Pledge
from netglass.register.record import Record, SourcedRecord
from netglass.register.source import Source
from netglass.register.statement import Statement
from netglass.vocab.id import hash_names

LEFT_OUT = ("case", "indicator")
"""Kinds of which no entity is made."""

Entity = dict[str, Any]
Properties = dict[str, str | PartialDate | None]


def make_entities(records: Iterable[Record]) -> Iterator[Entity]:
    """Yield the entities of all records, each id once, in the order of the records."""
    told: set[str] = set()
    kept = [record for record in records if record.kind not in LEFT_OUT]
    known = {record.id for record in kept}
    for record in kept:
        for entity in _make_all(record, known):
            if entity["id"] not in told:
                told.add(entity["id"])
                yield entity


def _make_all(record: Record, known: set[str]) -> Iterator[Entity]:
    if isinstance(record, Link):
        yield from _tie(record.subject, record.type, record.object, known, record.note)
        return
    yield _make_entity(record)
    if isinstance(record, Instrument):
        for issuer in record.issuers:
            body = _make_body(issuer.name, record.cc)
            yield body
            yield from _tie(body["id"], "issued", record.id, known | {body["id"]})
    if isinstance(record, Order):
        body = _make_body(record.issuer.name, record.cc)
        yield body
        yield from _tie(body["id"], "ordered", record.id, known | {body["id"]})
        for name in record.relies_on:
            yield from _tie(record.id, "relies on", name, known)
    if isinstance(record, Endorsement):
        yield from _tie(record.id, record.act, record.text, known)
    if isinstance(record, SourcedRecord):
        for entry in record.evidence:
            if entry.source in known:
                properties = {"entity": record.id, "document": entry.source, "role": entry.locator}
                yield _make("Documentation", hash_names("documentation", *properties.values()), {**properties})


def _make_entity(record: Record) -> Entity:
    own: Properties
    general: Properties = {"country": _tell_country(record.cc), "name": record.tell_name()}
    match record:
        case Source():
            schema, own = "Document", _describe_source(record)
        case Instrument():
            schema, own = "Document", _describe_instrument(record)
        case Company():
            schema, own = "Company", {}
        case Claim() | Pledge():
            schema, own = "Note", {"description": record.summary, "entity": record.statement}
        case Order():
            schema, own = (
                "Event",
                {"summary": record.aim, "startDate": record.begins or record.issued, "endDate": record.ends},
            )
        case Incident():
            schema, own = "Event", {"summary": record.summary, "startDate": record.begins, "endDate": record.ends}
        case Statement():
            schema, own = "Event", {"summary": record.summary, "location": record.place, "date": record.date}
        case _:
            schema, own = "Event", {"date": record.tell_date()}
    return _make(schema, record.id, general | own)


def _describe_source(source: Source) -> Properties:
    return {
        "fileName": f"{source.id}.yml",
        "title": source.title.official,
        "publisher": source.publisher,
        "publishedAt": source.published,
        "sourceUrl": source.url,
        "retrievedAt": source.retrieved,
    }


def _describe_instrument(instrument: Instrument) -> Properties:
    return {
        "fileName": f"{instrument.id}.yml",
        "title": instrument.title.official,
        "alias": instrument.title.short,
        "summary": instrument.aim,
        "date": instrument.tell_date(),
    }


def _make_body(name: str, cc: str) -> Entity:
    return _make("PublicBody", hash_names("body", cc, name), {"name": name, "country": _tell_country(cc)})


def _tie(subject: str, role: str, object: str, known: set[str], note: str | None = None) -> Iterator[Entity]:
    ends = [subject.partition("#")[0], object.partition("#")[0]]
    if set(ends) <= known:
        properties = {"subject": ends[0], "object": ends[1], "role": role.replace("_", " ")}
        yield _make("UnknownLink", hash_names("link", subject, role, object), {**properties, "summary": note})


def _tell_country(cc: str) -> str | None:
    return None if cc == "INT" or is_invented(cc) else cc.lower()


def _make(schema: str, id: str, properties: Properties) -> Entity:
    said = {name: [str(value)] for name, value in properties.items() if value is not None}
    return {"id": id, "schema": schema, "properties": said}
