"""Zombies: blocks that outlive what they were for. The order has ended and the block persists, or the site is dead and still blocked.

A site counts as dead when in the last interfered measurements, two or more in a row, the helper got no page either, and nobody anywhere
has got it since. A dead site looks blocked to a careless eye, so the block needs its own event.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

from netglass.assess.demand import Demand, cite_record, list_demands
from netglass.assess.observed import Observed, Row, Spell
from netglass.assess.tie import measure_lifting, say_evidence
from netglass.register.library import Register

if TYPE_CHECKING:
    import duckdb

COLUMNS = (
    "kind",
    "order_id",
    "target",
    "probe_cc",
    "probe_asn",
    "event_state",
    "mechanisms",
    "ended",
    "dead_since",
    "last_seen",
    "gone_by",
    "persists_least_hours",
    "persists_most_hours",
    "evidence",
    "witnesses",
    "register",
    "inputs",
    "limits",
)

LEAST_DEAD = 2
"""Measurements in a row for which a site must be dead to the helper too. **Source**: design choice; one may be the helper's own failure."""

READ_BLOCKED = """
SELECT v.target, v.observed_at, v.measurement_uid, m.control_http_outcome = 'success' AS alive
FROM verdict v JOIN measurement m USING (key)
WHERE v.probe_cc = $cc AND v.state IN ('blocked', 'likely_blocked') AND m.has_control AND m.control_http_outcome IS NOT NULL
ORDER BY v.target, v.observed_at, v.measurement_uid
"""

READ_REACHED = """
SELECT target, max(observed_at) FROM verdict WHERE state = 'ok' AND list_contains($targets, target) GROUP BY target
"""


class Death(NamedTuple):
    """That a site is dead: since when, and the measurements that show it."""

    since: datetime
    uids: tuple[str, ...]


def find_deaths(connection: "duckdb.DuckDBPyConnection", cc: str) -> dict[str, Death]:
    """Return the blocked sites of a country that nobody gets any more.

    Args:
        connection: with the views of a store.
        cc: the country.
    """
    rows = connection.execute(READ_BLOCKED, {"cc": cc}).fetchall()
    by_target: dict[str, list[tuple[datetime, str, bool]]] = defaultdict(list)
    for target, moment, uid, alive in rows:
        by_target[target].append((moment, uid, alive))
    reached = dict(connection.execute(READ_REACHED, {"targets": list(by_target)}).fetchall())
    found = {}
    for target, seen in by_target.items():
        last_alive = max((place for place, (_, _, alive) in enumerate(seen) if alive), default=-1)
        dead = [
            (moment, uid) for moment, uid, _ in seen[last_alive + 1 :] if moment > reached.get(target, datetime.min)
        ]
        if len(dead) >= LEAST_DEAD:
            found[target] = Death(dead[0][0], tuple(uid for _, uid in dead))
    return found


def assess_zombies(observed: Observed, register: Register, deaths: Mapping[str, Death]) -> list[Row]:
    """Return the blocks that outlive their order, then those that outlive their site, per target and network.

    Args:
        observed: what was measured in the country.
        register: with orders.
        deaths: of :func:`find_deaths`.
    """
    demands = list_demands(register, observed.cc)
    rows = [row for demand in demands if demand.ended for row in _list_persisting(observed, register, demands, demand)]
    for spell in observed.spells:
        death = deaths.get(spell.target)
        if death is not None and spell.end_earliest >= death.since:
            rows.append(_tell_dead(observed, register, spell, death))
    return rows


def _list_persisting(observed: Observed, register: Register, demands: list[Demand], demand: Demand) -> Iterator[Row]:
    assert demand.ended is not None
    for spell in observed.spells:
        persists = spell.onset_latest < demand.ended.after <= spell.end_earliest
        if spell.target == demand.target and demand.names(spell.asn) and persists and not _is_renewed(demands, spell):
            lifting = measure_lifting([spell], demand.ended)
            yield {
                **_begin_row(observed, register, spell),
                "kind": "order_ended",
                "order_id": demand.order.id,
                "ended": str(demand.order.ends),
                "persists_least_hours": lifting.least_hours,
                "persists_most_hours": lifting.most_hours,
                "register": cite_record(demand.order, "ends"),
                "limits": ["an order that is not on record may have taken its place"],
            }


def _is_renewed(demands: list[Demand], spell: Spell) -> bool:
    """Return whether another order asks for the block when it is last seen."""
    return any(
        other.target == spell.target and other.names(spell.asn) and other.begin <= spell.end_earliest < other.end
        for other in demands
    )


def _tell_dead(observed: Observed, register: Register, spell: Spell, death: Death) -> Row:
    return {
        **_begin_row(observed, register, spell),
        "kind": "dead_site",
        "dead_since": death.since,
        "witnesses": list(death.uids),
        "register": [],
        "limits": ["dead means that neither the helper nor a probe anywhere got a page; it may come back"],
    }


def _begin_row(observed: Observed, register: Register, spell: Spell) -> Row:
    events, witnesses = say_evidence([spell])
    return dict.fromkeys(COLUMNS) | {
        "target": spell.target,
        "probe_cc": observed.cc,
        "probe_asn": spell.asn,
        "event_state": spell.state,
        "mechanisms": list(spell.mechanisms),
        "last_seen": spell.end_earliest,
        "gone_by": spell.end_latest,
        "evidence": events,
        "witnesses": witnesses,
        "inputs": {**observed.inputs, "register": register.digest},
    }
