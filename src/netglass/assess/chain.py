"""The chain from order to effect: for each order, target and network what is ordered, what is seen, how firmly the two are tied, how late.

Order axis: ``ordered``, ``authorised_only``, ``no_order_found`` (with the search that found none), ``not_searched``. Effect axis: ``seen``,
``not_seen`` with the share that is excluded, ``not_testable`` with the reason. Blocks that no order on record asks for have rows of their
own. These rows are for local eyes; ``publication`` says what of them may be shown.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from typing import Any

from netglass.assess.demand import Demand, cite_record, cite_search, find_laws, find_search, list_demands
from netglass.assess.observed import Observed, Pair, Row, Spell
from netglass.assess.sight import Sight, look, look_for_shutdown
from netglass.assess.tie import Tie, find_last, grade_link, measure_delay, measure_lifting, say_evidence
from netglass.detect.coverage import RECALL
from netglass.register.library import Register
from netglass.register.record import SourcedRecord

COLUMNS = (
    "order_id",
    "instruments",
    "action",
    "addressee_types",
    "publicity",
    "target",
    "probe_cc",
    "probe_asn",
    "addressed",
    "untestable",
    "order",
    "effect",
    "answer",
    "reason",
    "excluded_share",
    "recall",
    "n_effective",
    "grade",
    "grade_why",
    "event_state",
    "mechanisms",
    "issued",
    "onset_earliest",
    "onset_latest",
    "delay_least_hours",
    "delay_most_hours",
    "ended",
    "end_earliest",
    "end_latest",
    "lifting_least_hours",
    "lifting_most_hours",
    "evidence",
    "witnesses",
    "register",
    "inputs",
    "limits",
)
"""Columns of the rows per network."""

ANSWERS = {
    ("ordered", "seen"): "ordered and seen",
    ("ordered", "not_seen"): "ordered, and not seen",
    ("ordered", "not_testable"): "ordered, and not testable here",
    ("authorised_only", "seen"): "seen; a law authorises it, and no order was found",
    ("no_order_found", "seen"): "seen, and no order was found",
    ("not_searched", "seen"): "seen; nobody has looked for an order",
}
"""The two axes in words."""

Cited = Callable[[Demand], frozenset[int]]


def assess_chain(
    observed: Observed, register: Register, cited: Cited = lambda demand: frozenset(), recall: float = RECALL
) -> list[Row]:
    """Return the chain of a country, order by order, then what is blocked beside all orders.

    Args:
        observed: what was measured there.
        register: with instruments, orders and searches.
        cited: the networks whose block pages cite an order.
        recall: probability that one measurement on a blocked path shows the block.
    """
    demands = list_demands(register, observed.cc)
    rows: list[Row] = []
    tied: set[tuple[str, Pair]] = set()
    for demand in demands:
        citing = cited(demand)
        asns = list_networks(observed, demand)
        if not asns:
            nothing = Sight("not_testable", demand.untestable or "nothing was measured in this country")
            rows.append(_tell_demand(observed, register, demand, None, nothing, citing, recall))
        for asn in asns:
            sight = look(observed, demand, asn, recall) if demand.target else _look_around(observed, demand, asn)
            rows.append(_tell_demand(observed, register, demand, asn, sight, citing, recall))
            tied |= {(spell.event_id, (spell.target, spell.asn)) for spell in sight.spells}
    loose = [spell for spell in observed.spells if (spell.event_id, (spell.target, spell.asn)) not in tied]
    rows += [_tell_loose(observed, register, demands, spells, recall) for spells in _group(loose)]
    return rows


def list_networks(observed: Observed, demand: Demand) -> list[int]:
    """Return the networks that an order is addressed to: those that it names, or all that measured or were seen to block."""
    if demand.asns is not None:
        return sorted(demand.asns)
    return sorted(observed.networks | {spell.asn for spell in observed.spells})


def _look_around(observed: Observed, demand: Demand, asn: int) -> Sight:
    if demand.order.action == "shutdown":
        return look_for_shutdown(observed, demand, asn)
    return Sight("not_testable", demand.untestable or "the order names no host")


def _tell_demand(
    observed: Observed,
    register: Register,
    demand: Demand,
    asn: int | None,
    sight: Sight,
    citing: frozenset[int],
    recall: float,
) -> Row:
    tie, spells = _tie_best(demand, asn, sight, asn in citing, observed)
    axis, found = "ordered", cite_record(demand.order, "entries")
    if tie is not None and tie.grade == "G3":
        axis, _, more = find_axis(register, observed.cc, demand.target or "", _find_begin(sight, observed))
        found = [*found, *more]
    return {
        **_begin_row(demand),
        "probe_cc": observed.cc,
        "probe_asn": asn,
        "addressed": True,
        "untestable": demand.untestable,
        "order": axis,
        "effect": sight.effect,
        "answer": ANSWERS[axis, sight.effect],
        "reason": sight.reason,
        "excluded_share": None if sight.share is None else round(sight.share, 4),
        "recall": recall if sight.effect == "not_seen" else None,
        "n_effective": sight.n_effective,
        "grade": tie.grade if tie else None,
        "grade_why": tie.why if tie else None,
        **_tell_times(demand, spells),
        **_tell_evidence(observed, register, sight.spells and spells, sight.uids),
        "register": found,
        "limits": _list_limits(demand, sight, spells, recall),
    }


def _tie_best(
    demand: Demand, asn: int | None, sight: Sight, is_cited: bool, observed: Observed
) -> tuple[Tie | None, tuple[Spell, ...]]:
    """Return the firmest tie, and the spells from the first on that has it."""
    if asn is None or sight.effect != "seen":
        return None, ()
    if not sight.spells:
        return grade_link(demand, asn, _find_begin(sight, observed), is_cited), ()
    ties = [grade_link(demand, asn, spell.onset_latest, is_cited) for spell in sight.spells]
    best = min(range(len(ties)), key=lambda place: (ties[place].grade, place))
    return ties[best], sight.spells[best:]


def _find_begin(sight: Sight, observed: Observed) -> datetime:
    if sight.spells:
        return sight.spells[0].onset_latest
    moments = observed.date_uids(sight.uids)
    return min(moments)


def find_axis(register: Register, cc: str, target: str, began: datetime) -> tuple[str, tuple[str, ...], list[str]]:
    """Return the order axis of a block that no order asks for, the laws that authorise it, and what was looked through.

    That there is no order is said only with a search that was made when the block was there already.
    """
    search = find_search(register, cc, target, began)
    if search is None:
        return "not_searched", find_laws(register, cc, began), []
    if search.outcome == "law_only":
        return "authorised_only", search.authorised_by, [cite_search(search)]
    return "no_order_found", (), [cite_search(search)]


def _tell_loose(
    observed: Observed, register: Register, demands: Sequence[Demand], spells: Sequence[Spell], recall: float
) -> Row:
    """Return the row of a block beside all orders; where one names the host, it is tied by that alone."""
    first = spells[0]
    demand = next((item for item in demands if item.target == first.target), None)
    axis, laws, found = find_axis(register, observed.cc, first.target, first.onset_latest)
    tie = Tie("G4", "a law authorises it, and no order on record names the host") if laws else None
    if demand is not None:
        tie = Tie("G3", _tell_misfit(demand))
        found = [*cite_record(demand.order, "entries"), *found]
    for law in laws:
        record = register.find(law)
        if isinstance(record, SourcedRecord):
            found = [*found, *cite_record(record, f"provisions.{law.partition('#')[2]}")]
    start: Row = dict.fromkeys(COLUMNS) if demand is None else _begin_row(demand)
    return {
        **start,
        "instruments": list(demand.order.relies_on) if demand else list(laws),
        "target": first.target,
        "probe_cc": observed.cc,
        "probe_asn": first.asn,
        "addressed": False,
        "order": axis,
        "effect": "seen",
        "answer": ANSWERS[axis, "seen"],
        "grade": tie.grade if tie else None,
        "grade_why": tie.why if tie else None,
        **_tell_times(None, spells),
        **_tell_evidence(observed, register, spells, ()),
        "register": found,
        "limits": []
        if axis != "not_searched"
        else ["no search for an order is on record: that there is none is not said"],
    }


def _tell_misfit(demand: Demand) -> str:
    if demand.untestable:
        return f"an order names the host, and {demand.untestable}"
    return "an order names the host, and was not in force then or is addressed to other networks"


def _begin_row(demand: Demand) -> Row:
    order = demand.order
    return dict.fromkeys(COLUMNS) | {
        "order_id": order.id,
        "instruments": list(order.relies_on),
        "action": order.action,
        "addressee_types": list(order.addressee_types),
        "publicity": order.publicity,
        "target": demand.target,
        "issued": None if demand.issued is None else str(order.issued or order.begins),
        "ended": None if order.ends is None else str(order.ends),
    }


def _tell_times(demand: Demand | None, spells: Sequence[Spell]) -> Row:
    if not spells:
        return {}
    last = find_last(spells)
    row: Row = {
        "event_state": "confirmed" if any(spell.state == "confirmed" for spell in spells) else "unconfirmed",
        "mechanisms": sorted({path for spell in spells for path in spell.mechanisms}),
        "onset_earliest": spells[0].onset_earliest,
        "onset_latest": spells[0].onset_latest,
        "end_earliest": last.end_earliest,
        "end_latest": last.end_latest,
    }
    if demand is not None:
        delay, lifting = measure_delay(spells, demand.issued), measure_lifting(spells, demand.ended)
        row |= {"delay_least_hours": delay.least_hours, "delay_most_hours": delay.most_hours}
        row |= {"lifting_least_hours": lifting.least_hours, "lifting_most_hours": lifting.most_hours}
    return row


def _tell_evidence(observed: Observed, register: Register, spells: Sequence[Spell], uids: Sequence[str]) -> Row:
    events, witnesses = say_evidence(spells)
    inputs = {**observed.inputs, "register": register.digest}
    return {"evidence": events, "witnesses": witnesses or list(uids), "inputs": inputs}


def _list_limits(demand: Demand, sight: Sight, spells: Sequence[Spell], recall: float) -> list[str]:
    limits = {
        "the order's date is known to the day or less, and widens the delays": demand.issued is not None
        and bool(spells),
        "it stood when first measured: whether it began after the order is not shown": bool(
            spells and spells[0].onset_earliest is None
        ),
        "it recurs in certain hours: a clear measurement between them dates neither begin nor end": any(
            spell.is_recurring for spell in spells
        ),
        "no event was found; single measurements show it": sight.effect == "seen" and not sight.spells,
        "the event is unconfirmed": bool(spells) and all(spell.state != "confirmed" for spell in spells),
        f"a blocked share below the excluded one may have been missed, at a recall of {recall:g} per measurement": sight.effect
        == "not_seen",
    }
    return [text for text, holds in limits.items() if holds]


def _group(spells: Sequence[Spell]) -> Iterator[list[Spell]]:
    groups: dict[Any, list[Spell]] = {}
    for spell in sorted(spells, key=lambda spell: (spell.target, spell.asn, spell.onset_latest)):
        groups.setdefault((spell.target, spell.asn), []).append(spell)
    yield from groups.values()
