"""The truth from order to effect: for each order, target and network what is ordered, what is done, and what can be seen of it.

Two axes, as an account of law and measurement has them. *Order*: ``ordered``, ``authorised_only`` (a law, and no order), or
``no_order_found``, which in a lab is the truth and not the end of a search. *Effect*: ``seen``, ``not_seen``, or ``not_testable`` with the
reason. A block that is in force and was never measured is not testable, whatever the censor did.
"""

from collections.abc import Iterator
from datetime import datetime

from netglass.lab.calendar import Calendar
from netglass.lab.chronicle import Chronicle
from netglass.lab.scenario import Order, Policy
from netglass.lab.truth import Row
from netglass.vocab.time import format_time

_NETWORK_ADDRESSEES = ("isp", "registry")


def tell_chain(calendar: Calendar, chronicle: Chronicle, measured: set[tuple[int, str]]) -> Iterator[Row]:
    """Yield a row for each order, target and network, and for each block without one.

    Args:
        calendar: what happens.
        chronicle: what was counted.
        measured: pairs of network and host that were measured at all.
    """
    for order in calendar.scenario.orders:
        yield from _tell_order(calendar, chronicle, measured, order)
    for policy in calendar.scenario.policies:
        if policy.order is None:
            axis = "authorised_only" if policy.instrument else "no_order_found"
            for target in policy.targets:
                for asn in sorted(calendar.list_asns(policy.cc, policy.networks)):
                    yield _tell_pair(calendar, chronicle, measured, (axis, None, policy), target, asn)


def _tell_order(
    calendar: Calendar, chronicle: Chronicle, measured: set[tuple[int, str]], order: Order
) -> Iterator[Row]:
    scenario = calendar.scenario
    cc = next(instrument.cc for instrument in scenario.instruments if instrument.id == order.instrument)
    policies = [policy for policy in scenario.policies if policy.order == order.id]
    for target in order.targets:
        policy = next((policy for policy in policies if target in policy.targets), None)
        for asn in sorted(calendar.list_asns(cc, order.networks)):
            yield _tell_pair(calendar, chronicle, measured, ("ordered", order, policy), target, asn)


def _tell_pair(
    calendar: Calendar,
    chronicle: Chronicle,
    measured: set[tuple[int, str]],
    cause: tuple[str, Order | None, Policy | None],
    target: str,
    asn: int,
) -> Row:
    axis, order, policy = cause
    windows = [window for window in calendar.windows if window.policy is policy and asn in window.asns]
    during, first_seen = chronicle.count_during(policy.id, asn, target) if policy else (0, None)
    issued = calendar.scenario.resolve(order.issued) if order else None
    lifted = calendar.scenario.resolve(order.lifted) if order and order.lifted is not None else None
    begin, end = (min(w.begin for w in windows), max(w.end for w in windows)) if windows else (None, None)
    effect, reason = _judge_effect(bool(windows), during, (asn, target) in measured, order)
    return {
        "order_id": order.id if order else None,
        "instrument_id": order.instrument if order else policy.instrument if policy else None,
        "addressee_type": order.addressee if order else None,
        "policy_id": policy.id if policy else None,
        "target": target,
        "probe_cc": calendar.world.find_network(asn).cc,
        "probe_asn": asn,
        "order": axis,
        "effect": effect,
        "reason": reason,
        "carried_out": bool(windows),
        "issued_utc": format_time(issued),
        "onset_utc": format_time(begin) if begin and begin > calendar.scenario.start else None,
        "delay_hours": _count_hours(issued, begin),
        "lifted_utc": format_time(lifted),
        "end_utc": format_time(end) if end and end <= calendar.scenario.end else None,
        "lifting_delay_hours": _count_hours(lifted, end) if end and end <= calendar.scenario.end else None,
        "first_seen_utc": format_time(first_seen),
        "n_during": during,
    }


def _judge_effect(is_carried_out: bool, during: int, is_measured: bool, order: Order | None) -> tuple[str, str | None]:
    if during:
        return "seen", None
    if order is not None and order.addressee not in _NETWORK_ADDRESSEES:
        return "not_testable", f"an order to a {order.addressee} shows on no network"
    if not is_measured:
        return "not_testable", "never measured here"
    if is_carried_out:
        return "not_testable", "not measured while the block was in force"
    return "not_seen", None


def _count_hours(first: datetime | None, then: datetime | None) -> float | None:
    if first is None or then is None:
        return None
    return round((then - first).total_seconds() / 3600, 3)
