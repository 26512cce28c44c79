"""What orders demand: each thing that an order names, of whom, from when to when, and whether any network could show it.

A date of the register is a bracket of days. An order binds from the first moment that its date may stand for to the last.
"""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import NamedTuple
from urllib.parse import urlsplit

from netglass.register.evidence import Evidence
from netglass.register.fact import find_entries
from netglass.register.instrument import Instrument
from netglass.register.library import Register
from netglass.register.order import Entry, Order
from netglass.register.partial_date import PartialDate
from netglass.register.record import SourcedRecord
from netglass.register.search import Search

NETWORK_ADDRESSEES = frozenset({"isp", "registry"})
"""Addressees whose obedience shows on networks."""

SHOWN_ACTIONS = frozenset({"block", "throttle", "shutdown", "suspend_broadcast"})
"""What networks do to targets. The other actions happen on machines that no probe stands in front of."""

FOREVER = datetime(2200, 1, 1)
BEGINNING = datetime(1900, 1, 1)

_UNION = "AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK"
MEMBER_STATES = frozenset(_UNION.split())
"""States in which orders and instruments of the Union apply. **Source**: Treaty on European Union, article 52, since 2020-02-01."""


class Bracket(NamedTuple):
    """The time in which something lies: from ``first`` to before ``after``, UTC and naive."""

    first: datetime
    after: datetime


class Demand(NamedTuple):
    """One thing that an order names, or for a shutdown the networks themselves.

    Attributes:
        target: the host, None where it names none.
        untestable: why no network can show it, None where one can.
        issued: when the order was given; None where the register does not know.
        ended: when it ceased to bind; None where it still does.
        asns: the networks that it names; None where it names all.
    """

    order: Order
    target: str | None
    untestable: str | None
    issued: Bracket | None
    ended: Bracket | None
    asns: frozenset[int] | None

    @property
    def begin(self) -> datetime:
        """The first moment at which it may have bound."""
        return self.issued.first if self.issued else BEGINNING

    @property
    def end(self) -> datetime:
        """The moment after the last at which it may have bound."""
        return self.ended.after if self.ended else FOREVER

    def names(self, asn: int) -> bool:
        """Return whether it is addressed to a network."""
        return self.asns is None or asn in self.asns


def bound_date(when: PartialDate) -> Bracket:
    """Return the bracket of days that a date of the register stands for."""
    return Bracket(_midnight(when.first), _midnight(when.last + timedelta(days=1)))


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time())


def select_countries(cc: str) -> tuple[str, ...]:
    """Return the codes under which the law of a country is filed: its own, and the Union's where it is a member."""
    return (cc, "EU") if cc in MEMBER_STATES else (cc,)


def list_demands(register: Register, cc: str) -> list[Demand]:
    """Return what the orders on record demand in a country, by order and entry."""
    orders = [record for code in select_countries(cc) for record in register.list_records("order", code)]
    return [demand for order in orders if isinstance(order, Order) for demand in _split_order(order)]


def _split_order(order: Order) -> Iterator[Demand]:
    begins = [bound_date(when) for when in (order.issued, order.begins) if when is not None]
    issued, ended = begins[0] if begins else None, bound_date(order.ends) if order.ends else None
    asns = frozenset(order.networks) or None
    if order.action == "restore":
        return
    for entry in order.entries:
        target, reason = read_entry(entry)
        yield Demand(order, target, _find_bar(order) or reason, issued, ended, asns)
    if order.action == "shutdown" and not order.entries:
        yield Demand(order, None, _find_bar(order), issued, ended, asns)


def _find_bar(order: Order) -> str | None:
    if not NETWORK_ADDRESSEES & set(order.addressee_types):
        return f"an order to a {order.addressee_types[0]} shows on no network"
    if order.action not in SHOWN_ACTIONS:
        return f"what an order to {order.action} changes shows on no network"
    return None


def read_entry(entry: Entry) -> tuple[str | None, str | None]:
    """Return the host that an entry is about, if any, and why measurements of hosts cannot show it, None where they can."""
    if entry.type == "domain":
        return entry.value, None
    if entry.type == "service":
        return None, "a service is many hosts, and the register does not say which"
    if entry.type == "address":
        return None, "an address is not measured by itself, only hosts are"
    parts = urlsplit(entry.value)
    if parts.path in ("", "/") and not parts.query:
        return parts.hostname, None
    if parts.scheme == "https":
        return parts.hostname, "an HTTPS path cannot be tested by the home page"
    return parts.hostname, "a page below the home page was not measured by itself"


def find_laws(register: Register, cc: str, moment: datetime, subject: str = "blocking") -> tuple[str, ...]:
    """Return the instruments in force at a moment with a provision about a subject, as ``id#provision``."""
    found = []
    for code in select_countries(cc):
        for record in register.list_records("instrument", code):
            if isinstance(record, Instrument) and is_in_force(record, moment):
                found += [f"{record.id}#{item.id}" for item in record.provisions if subject in item.subjects]
    return tuple(found)


def is_in_force(instrument: Instrument, moment: datetime) -> bool:
    """Return whether an instrument may be in force at a moment; what is not known to have ended still is."""
    begins = [bound_date(item.date).first for item in instrument.stages if item.stage == "in_force"]
    ends = [bound_date(item.date).after for item in instrument.stages if item.stage in ("repealed", "expired")]
    return any(begin <= moment for begin in begins) and not any(end <= moment for end in ends)


def find_search(register: Register, cc: str, target: str, moment: datetime) -> Search | None:
    """Return the most exact search for orders about a target, made on the day of ``moment`` or later; None where nobody looked."""
    searches = [record for code in select_countries(cc) for record in register.list_records("search", code)]
    fitting = [
        record
        for record in searches
        if isinstance(record, Search)
        and (target in record.targets or not record.targets)
        and bound_date(record.date).after > moment
    ]
    return max(fitting, key=lambda record: (bool(record.targets), record.date, record.id), default=None)


def list_protected(register: Register, cc: str, moment: datetime) -> frozenset[str]:
    """Return the targets that orders name which bind at a moment, or whose instrument is still in force.

    What is published of them is bound by the rule of ``publication``. An order that rests on nothing known binds until it ends.
    """
    return frozenset(
        demand.target
        for demand in list_demands(register, cc)
        if demand.target is not None and (demand.end > moment or _rests_on_law(register, demand.order, moment))
    )


def _rests_on_law(register: Register, order: Order, moment: datetime) -> bool:
    laws = [register.find(name) for name in order.relies_on]
    return any(isinstance(law, Instrument) and is_in_force(law, moment) for law in laws)


def cite_record(record: SourcedRecord, path: str) -> list[str]:
    """Return the passages behind a field of a record: ``id: source, locator``."""
    entries = [entry for entry in find_entries(record, path) if isinstance(entry, Evidence)]
    return [f"{record.id}: {entry.source}, {entry.locator}" for entry in entries] or [f"{record.id}: unsourced"]


def cite_search(search: Search) -> str:
    """Return a search in words: who looked where, in which languages, when."""
    what = ", ".join(search.targets) or "any target"
    return (
        f"{search.id}: orders about {what} were looked for in {'; '.join(search.places)}, in {', '.join(search.languages)},"
        f" by a {search.role} on {search.date}"
    )
