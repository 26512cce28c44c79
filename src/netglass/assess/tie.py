"""How firmly an order and a block are tied, and how much time lies between them.

**G1** the block page or the notice cites the order; **G2** the order names exactly this host and is addressed to this network, and nothing
shows the block before the order; **G3** it names the host, and time or network do not fit; **G4** there is only a law that authorises.
"Ordered" is said of a block for G1 and G2 alone.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Literal, NamedTuple

from netglass.assess.demand import Bracket, Demand
from netglass.assess.observed import Spell
from netglass.register.library import Register
from netglass.register.source import Source

if TYPE_CHECKING:
    import duckdb

Grade = Literal["G1", "G2", "G3", "G4"]

LEAST_NUMBER = 4
"""Characters of an official number below which its presence on a page says nothing."""

FIND_CITATIONS = """
SELECT DISTINCT verdict.probe_asn FROM verdict JOIN http USING (key)
WHERE verdict.probe_cc = $cc AND verdict.target = $target AND verdict.state IN ('blocked', 'likely_blocked')
AND (list_contains($hosts, http.host) OR list_contains($hosts, http.location_host)
    OR ($number IS NOT NULL AND (contains(lower(http.title), $number) OR contains(lower(http.location), $number))))
"""


class Tie(NamedTuple):
    """The grade of a link and what it rests on."""

    grade: Grade
    why: str


class Delay(NamedTuple):
    """Hours between two moments that are known as brackets: at least, and at most; None where a side is open."""

    least_hours: float | None
    most_hours: float | None


def find_citations(
    connection: "duckdb.DuckDBPyConnection", register: Register, cc: str, demand: Demand
) -> frozenset[int]:
    """Return the networks on which a page that was shown instead of the target cites the order, as far as the data show it.

    A page cites the order where its title or address has the order's official number, or where it lies on the host of a block page
    that is a source of the order's record.
    """
    number = (demand.order.number or "").lower()
    telling = number if len(number) >= LEAST_NUMBER and any(map(str.isdigit, number)) else None
    hosts = _list_notice_hosts(register, demand)
    if demand.target is None or not (telling or hosts):
        return frozenset()
    values = {"cc": cc, "target": demand.target, "hosts": hosts, "number": telling}
    return frozenset(int(asn) for (asn,) in connection.execute(FIND_CITATIONS, values).fetchall())


def _list_notice_hosts(register: Register, demand: Demand) -> list[str]:
    sources = [register.find(entry.source) for entry in demand.order.evidence]
    addresses = [s.url for s in sources if isinstance(s, Source) and s.type == "block_page" and s.url]
    return sorted({address.split("/")[2].partition(":")[0] for address in addresses})


def grade_link(demand: Demand, asn: int, began: datetime, is_cited: bool) -> Tie:
    """Return how firmly an order is tied to a block on network ``asn``.

    Args:
        demand: names the host of the block.
        asn: the network.
        began: the first moment at which the block was seen.
        is_cited: whether its page cites the order.
    """
    if is_cited:
        return Tie("G1", "the page that is shown cites the order")
    if not demand.names(asn):
        return Tie("G3", "the order names the host, and is addressed to other networks")
    if demand.issued is None:
        return Tie("G3", "the order names host and network, and its date is not known")
    if began < demand.issued.first:
        return Tie("G3", "the order names host and network, and the block was there before it")
    return Tie("G2", "the order names host and network, and nothing shows the block before it")


def measure_delay(spells: Sequence[Spell], issued: Bracket | None) -> Delay:
    """Return the hours from the order to the block's onset; both are brackets, so the ends of both count."""
    if issued is None or not spells:
        return Delay(None, None)
    first = spells[0]
    return _bracket_hours(None if first.is_recurring else first.onset_earliest, first.onset_latest, issued)


def measure_lifting(spells: Sequence[Spell], ended: Bracket | None) -> Delay:
    """Return the hours from the order's end to the block's; the upper side is open while the block stands."""
    if ended is None or not spells:
        return Delay(None, None)
    last = find_last(spells)
    return _bracket_hours(last.end_earliest, None if last.is_recurring else last.end_latest, ended)


def find_last(spells: Sequence[Spell]) -> Spell:
    """Return the spell that was seen last, one that stands before all others."""
    return max(spells, key=lambda spell: (spell.end_latest is None, spell.end_earliest))


def _bracket_hours(earliest: datetime | None, latest: datetime | None, since: Bracket) -> Delay:
    return Delay(
        None if earliest is None else _count_hours(earliest - since.after),
        None if latest is None else _count_hours(latest - since.first),
    )


def _count_hours(span: timedelta) -> float:
    return round(span.total_seconds() / 3600, 2)


def say_evidence(spells: Sequence[Spell]) -> tuple[list[str], list[str]]:
    """Return the ids of events behind some spells, and the measurements that these name as witnesses."""
    ids = sorted({spell.event_id for spell in spells})
    uids = list(dict.fromkeys(uid for spell in spells for uid in spell.witnesses))
    return ids, uids
