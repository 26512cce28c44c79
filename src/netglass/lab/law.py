"""The law of an invented world as records of a register, so that law and measurement can be joined where the truth is known.

The records are those that a careful reader of that world's gazette would write: instruments and orders as the scenario has them, a search
for each block that nobody ordered, statements with a claim each, pledges with their series. ``truth_claims.jsonl`` says beside them
whether each claim was true, and what came of each pledge. This room stands below the register, so it writes the YAML by itself;
a test reads it with the register's models.
"""

import hashlib
import re
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

import yaml

from netglass.lab.calendar import Calendar
from netglass.lab.scenario import Instrument, Order, Pledge, Policy, Scenario, Statement
from netglass.lab.truth import Row
from netglass.vocab.time import format_time

Data = dict[str, Any]

LANGUAGE = "en"
"""The gazettes of the lab are in English."""

RIGHTS = "Users are free to exchange ideas, and their rights are respected."
"""What an official says who says nothing that could be checked."""


def name_record(cc: str, id: str) -> str:
    """Return the id in a register of what the scenario calls ``id``."""
    return f"{cc.lower()}-{re.sub('-+', '-', id).strip('-')}"


def write_register(scenario: Scenario, folder: Path) -> int:
    """Write the records of a scenario into a folder, ``<kind>/<cc>/<id>.yml``; return how many.

    Args:
        scenario: what happens.
        folder: where to; it is made where it is missing.
    """
    count = 0
    for record in list_records(scenario):
        path = folder / record["kind"] / record["cc"].lower() / f"{record['id']}.yml"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(yaml.safe_dump(record, sort_keys=False, allow_unicode=True, width=120), encoding="utf-8")
        count += 1
    return count


def list_records(scenario: Scenario) -> Iterator[Data]:
    """Yield the records of a scenario, sources first."""
    laws = {item.id: item for item in scenario.instruments}
    for cc in scenario.countries:
        yield _tell_gazette(scenario, cc)
    for instrument in scenario.instruments:
        yield _tell_instrument(scenario, instrument)
    for order in scenario.orders:
        yield _tell_order(scenario, order, laws[order.instrument])
    for policy in scenario.policies:
        if policy.order is None:
            yield _tell_search(scenario, policy.cc, f"search-for-{policy.id}", policy.targets, policy)
    for cc in scenario.countries:
        yield _tell_search(scenario, cc, "search", (), None)
    for statement in scenario.statements:
        yield from _tell_statement(scenario, statement)
    for pledge in scenario.pledges:
        yield from _tell_pledge(scenario, pledge)


def tell_words(calendar: Calendar) -> Iterator[Row]:
    """Yield the truth of each claim, when it was made and later, and of each pledge."""
    scenario = calendar.scenario
    for statement in scenario.statements:
        moment = scenario.resolve(statement.when)
        spans = [(window.begin, window.end) for window in calendar.windows if window.policy.cc == statement.cc]
        checkable = statement.says == "nothing_blocked"
        yield {
            "claim_id": name_record(statement.cc, f"{statement.id}-claim"),
            "probe_cc": statement.cc,
            "said_utc": format_time(moment),
            "checkable": checkable,
            "true_then": not any(begin <= moment < end for begin, end in spans) if checkable else None,
            "true_since": not any(end > moment for _, end in spans) if checkable else None,
        }
    for pledge in scenario.pledges:
        yield {"pledge_id": name_record(pledge.cc, pledge.id), "outcome": pledge.outcome}


def _tell_gazette(scenario: Scenario, cc: str) -> Data:
    return {
        "kind": "source",
        "id": f"{cc.lower()}-gazette",
        "cc": cc,
        "title": {"official": f"Gazette of {cc}", "language": LANGUAGE, "english": f"Gazette of {cc}"},
        "type": "official_gazette",
        "publisher": f"Bureau of Print of {cc}",
        "url": f"https://gazette.{cc.lower()}.example/",
        "retrieved": _write_day(scenario.end),
        "review": "reviewed",
        "reviewer": "editor",
    }


def _tell_instrument(scenario: Scenario, law: Instrument) -> Data:
    in_force = str(scenario.start.year - 1) if law.in_force is None else _write_day(scenario.resolve(law.in_force))
    return {
        "kind": "instrument",
        "id": name_record(law.cc, law.id),
        "cc": law.cc,
        "title": {"official": law.title, "language": LANGUAGE, "english": law.title},
        "type": "law",
        "issuers": [{"name": "Assembly", "type": "legislature"}],
        "stages": [{"stage": "in_force", "date": in_force}],
        "provisions": [
            {
                "id": _name_provision(law),
                "number": law.provision or "Art. 1",
                "subjects": ["blocking"],
                "summary": "Lets the bureau name what networks have to block.",
            }
        ],
        **_cite(law.cc, scenario.end, law.provision or "art. 1", law.title),
    }


def _name_provision(law: Instrument) -> str:
    return re.sub(r"[^a-z0-9]+", "-", (law.provision or "Art. 1").lower()).strip("-")


def _tell_order(scenario: Scenario, order: Order, law: Instrument) -> Data:
    record: Data = {
        "kind": "order",
        "id": name_record(law.cc, order.id),
        "cc": law.cc,
        "summary": f"Block {', '.join(order.targets)}." if order.targets else "Switch the named networks off.",
        "action": "block" if order.targets else "shutdown",
        "relies_on": [f"{name_record(law.cc, law.id)}#{_name_provision(law)}"],
        "issuer": {"name": f"Bureau of Networks of {law.cc}", "type": "regulator"},
        "addressee_types": [order.addressee],
        "publicity": "published" if order.published else "secret",
        "issued": _write_day(scenario.resolve(order.issued)),
    }
    if order.lifted is not None:
        record["ends"] = _write_day(scenario.resolve(order.lifted))
    record |= {"duration": "indefinite" if order.lifted is None else "fixed", "notice": "to_addressee"}
    record |= {"reach": "named_networks", "networks": list(order.networks)} if order.networks else {}
    record.setdefault("reach", "all_networks")
    if order.targets:
        record["entries"] = [{"type": "domain", "value": target} for target in order.targets]
    return record | _cite(law.cc, scenario.end, f"order {order.id}", record["summary"])


def _tell_search(scenario: Scenario, cc: str, name: str, targets: Iterable[str], policy: Policy | None) -> Data:
    laws = {item.id: item for item in scenario.instruments}
    law = laws[policy.instrument] if policy is not None and policy.instrument else None
    record: Data = {"kind": "search", "id": name_record(cc, name), "cc": cc}
    record |= {"targets": list(targets)} if targets else {}
    record |= {
        "places": [f"Gazette of {cc}", f"book of orders of the Bureau of Networks of {cc}"],
        "languages": [LANGUAGE],
        "role": "researcher",
        "date": _write_day(scenario.end),
        "outcome": "law_only" if law else "nothing",
    }
    return record | ({"authorised_by": [f"{name_record(cc, law.id)}#{_name_provision(law)}"]} if law else {})


def _tell_statement(scenario: Scenario, statement: Statement) -> Iterator[Data]:
    denies = statement.says == "nothing_blocked"
    summary = "No site is blocked in the country." if denies else RIGHTS
    about = ["blocking"] if denies else ["rights"]
    cc, id = statement.cc, name_record(statement.cc, statement.id)
    said = {"date": _write_day(scenario.resolve(statement.when)), "about": about, "summary": summary}
    speaker = {"role": "spokesperson", "office": f"Ministry of Networks of {cc}", "body": "ministry", "cc": cc}
    evidence = _cite(cc, scenario.end, f"statement {statement.id}", summary)
    yield (
        {"kind": "statement", "id": id, "cc": cc, "title": f"Statement {statement.id}", "form": "press_conference"}
        | {"speaker": speaker}
        | said
        | evidence
    )
    checked: Data = (
        {"checkable": True, "checked_by": ["events", "verdicts"]}
        if denies
        else {"checkable": False, "not_checkable_because": "language_of_rights"}
    )
    claim = {"kind": "claim", "id": f"{id}-claim", "cc": cc, "statement": id, "summary": summary, "about": about}
    yield claim | checked | evidence


def _tell_pledge(scenario: Scenario, pledge: Pledge) -> Iterator[Data]:
    cc, id = pledge.cc, name_record(pledge.cc, pledge.id)
    summary = f"{pledge.measure} will be {pledge.direction.replace('_', ' ')} {pledge.target:g} {pledge.unit}."
    series = {"indicator": f"{id}-series"} if pledge.values else {}
    yield (
        {"kind": "pledge", "id": id, "cc": cc, "summary": summary, "made": _write_day(scenario.resolve(pledge.made))}
        | {
            "measure": pledge.measure,
            "direction": pledge.direction,
            "target": pledge.target,
            "unit": pledge.unit,
            "deadline": _write_day(scenario.resolve(pledge.deadline)),
            "scope": "the whole country",
        }
        | series
        | _cite(cc, scenario.end, f"pledge {pledge.id}", summary)
    )
    if pledge.values:
        values = [{"date": _write_day(scenario.resolve(item.when)), "value": item.value} for item in pledge.values]
        indicator: Data = {"kind": "indicator", "id": f"{id}-series", "cc": cc, "title": pledge.measure}
        indicator |= {"series": f"LAB.{pledge.id}", "unit": pledge.unit, "method": "Counted once a year by the lab."}
        yield indicator | {"values": values} | _cite(cc, scenario.end, f"series {pledge.id}", pledge.measure)


def _cite(cc: str, read: datetime, locator: str, passage: str) -> Data:
    """Return the evidence of a record: all of it stands in the gazette. The hash is that of ``register.passage``."""
    entry = {
        "fields": ["all"],
        "source": f"{cc.lower()}-gazette",
        "locator": locator,
        "retrieved": _write_day(read),
        "passage_sha256": hashlib.sha256(" ".join(passage.split()).encode()).hexdigest(),
        "review": "reviewed",
        "reviewer": "editor",
    }
    return {"evidence": [entry]}


def _write_day(moment: date) -> str:
    return f"{moment:%Y-%m-%d}"
