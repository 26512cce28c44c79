"""Collateral: what a block of an address hits by the way, because it lies behind the same address.

Verdicts carry the address that was blocked. A reset that depends on no name (``tls.reset.other``) is of the address too, which is then the
one that the helper resolved. Targets that are blocked on one network at one time, at one address, are hit by one rule.
Those that no order names are collateral of those that one does. Where no order names any, which was meant is not known and not said.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from datetime import timedelta
from typing import TYPE_CHECKING

from netglass.assess.demand import cite_record, list_demands
from netglass.assess.observed import Observed, Row, Spell
from netglass.assess.tie import say_evidence
from netglass.detect.telling import INTERFERED
from netglass.register.library import Register

if TYPE_CHECKING:
    import duckdb

COLUMNS = (
    "order_id",
    "meant",
    "target",
    "probe_cc",
    "probe_asn",
    "address",
    "event_state",
    "mechanisms",
    "onset_earliest",
    "onset_latest",
    "end_earliest",
    "end_latest",
    "evidence",
    "witnesses",
    "register",
    "inputs",
    "limits",
)

PREFIX = "address:"
"""How the verdicts' signatures begin that name a blocked address."""

WHATEVER_NAME = "tls.reset.other"
"""The mechanism that resets handshakes whatever name they carry."""

READ_HOSTS = """
SELECT m.target, list_sort(list(DISTINCT c.address)) FROM measurement m JOIN control_address c USING (key)
WHERE m.probe_cc = $cc AND c.resolved AND m.target IS NOT NULL GROUP BY ALL
"""

UNKNOWN = "no order on record names any of them: which was meant is not known"


def find_hosts(connection: "duckdb.DuckDBPyConnection", cc: str) -> dict[str, list[str]]:
    """Return the addresses of each target that was measured in a country, as the helper resolved them."""
    return dict(connection.execute(READ_HOSTS, {"cc": cc}).fetchall())


def assess_collateral(observed: Observed, register: Register, hosts: Mapping[str, list[str]]) -> list[Row]:
    """Return the targets that are hit beside others at the same blocked address, per network.

    Args:
        observed: what was measured in the country.
        register: with orders.
        hosts: addresses of targets, of :func:`find_hosts`.
    """
    groups: dict[tuple[int, str], list[Spell]] = defaultdict(list)
    for spell in observed.spells:
        for address in find_addresses(observed, spell, hosts):
            groups[spell.asn, address].append(spell)
    rows = [
        row
        for (asn, address), spells in sorted(groups.items())
        for row in _tell_group(observed, register, asn, address, spells)
    ]
    return sorted(rows, key=lambda row: (row["target"], row["probe_asn"], row["address"]))


def find_addresses(observed: Observed, spell: Spell, hosts: Mapping[str, list[str]]) -> list[str]:
    """Return the addresses that are blocked in a spell, as its verdicts show them."""
    own = observed.find_verdicts(spell.target, spell.asn, spell.onset_latest, spell.end_earliest + timedelta(seconds=1))
    names = {name for listed in own.signatures[own.outcome == INTERFERED] for name in listed}
    shown = {name.removeprefix(PREFIX) for name in names if name.startswith(PREFIX)}
    is_of_address = any(WHATEVER_NAME in paths for paths in own.mechanisms[own.outcome == INTERFERED])
    return sorted(shown | set(hosts.get(spell.target, ()) if is_of_address else ()))


def _tell_group(observed: Observed, register: Register, asn: int, address: str, spells: list[Spell]) -> Iterator[Row]:
    named = {
        demand.target: demand.order
        for demand in list_demands(register, observed.cc)
        if demand.target and demand.names(asn)
    }
    for spell in spells:
        near = [other for other in spells if other.target != spell.target and _meets(spell, other)]
        meant = sorted({other.target for other in near} & named.keys())
        if not near or spell.target in named:
            continue
        order = named[meant[0]] if meant else None
        events, witnesses = say_evidence([spell, *near])
        yield dict.fromkeys(COLUMNS) | {
            "order_id": order.id if order else None,
            "meant": meant,
            "target": spell.target,
            "probe_cc": observed.cc,
            "probe_asn": asn,
            "address": address,
            "event_state": spell.state,
            "mechanisms": list(spell.mechanisms),
            "onset_earliest": spell.onset_earliest,
            "onset_latest": spell.onset_latest,
            "end_earliest": spell.end_earliest,
            "end_latest": spell.end_latest,
            "evidence": events,
            "witnesses": witnesses,
            "register": cite_record(order, "entries") if order else [],
            "inputs": {**observed.inputs, "register": register.digest},
            "limits": _list_limits(meant, near),
        }


def _meets(one: Spell, other: Spell) -> bool:
    return one.onset_latest <= other.end_earliest and other.onset_latest <= one.end_earliest


def _list_limits(meant: Collection[str], near: Collection[Spell]) -> list[str]:
    hit = ", ".join(sorted({other.target for other in near}))
    return ["an order that is not on record may name it"] if meant else [f"{UNKNOWN}; hit together with {hit}"]
