"""The effect axis: whether a demand is seen carried out on one network, not seen, or cannot be tested, and why.

*Seen* rests on an event, or short of one on verdicts that show an artefact or repeat themselves and are not drowned by clear ones. *Not
seen* says which share of paths is excluded. What was not measured while the order bound, or too rarely to exclude anything, is *not
testable*.
"""

from datetime import datetime
from typing import Literal, NamedTuple

from netglass.assess.demand import Demand
from netglass.assess.observed import Observed, Spell
from netglass.detect.coverage import RECALL, exclude_share
from netglass.detect.telling import CLEAR, INTERFERED, Verdicts, count_effective
from netglass.vocab.state import State

LEAST_SEEN = 2
"""Effective interfered measurements that show a block where no event was found; one with an artefact will do. **Source**: an event needs
three, so that chance makes none among all targets and times; an order names target and time beforehand.
"""

MOST_CLEAR = 3
"""Clear effective measurements for each interfered one, after the first, beyond which the latter are taken for mistakes."""

MOST_UNTOLD = 2
"""Effective measurements after the last clear one that may tell nothing, before *not seen* is no longer said. **Source**: design choice;
what turns from clear to unclear in a row may be a block that is not recognised.
"""

MOST_UIDS = 20
"""Clear measurements that a row names."""

Effect = Literal["seen", "not_seen", "not_testable"]


class Sight(NamedTuple):
    """What a network shows of a demand.

    Attributes:
        reason: why it is not testable.
        share: the share of blocked paths that is excluded where it is not seen.
        n_effective: telling measurements while the order bound, at most one per reporter and day.
        spells: the blocks that show it, oldest first; none where only verdicts do.
        uids: the measurements that show it where no event does, or of what is not seen the latest clear ones.
    """

    effect: Effect
    reason: str | None = None
    share: float | None = None
    n_effective: int = 0
    spells: tuple[Spell, ...] = ()
    uids: tuple[str, ...] = ()


def look(observed: Observed, demand: Demand, asn: int, recall: float = RECALL) -> Sight:
    """Return what network ``asn`` shows of a demand that names a host.

    Args:
        observed: what was measured in the country.
        demand: with a target.
        asn: the network.
        recall: probability that one measurement on a blocked path shows the block, above 0 to 1.
    """
    assert demand.target is not None
    if demand.untestable:
        return Sight("not_testable", demand.untestable)
    begin, end = demand.begin, demand.end
    spells = tuple(s for s in observed.by_pair.get((demand.target, asn), ()) if s.overlaps(begin, end))
    own = observed.find_verdicts(demand.target, asn, begin, end)
    if spells:
        return Sight("seen", n_effective=_count(own, CLEAR, INTERFERED), spells=spells)
    if uids := _find_uids(own):
        return Sight("seen", n_effective=_count(own, CLEAR, INTERFERED), uids=uids)
    n_clear = _count(own, CLEAR)
    if not n_clear:
        return Sight("not_testable", _tell_silence(observed, demand.target, asn, len(own.time)))
    if demand.order.action == "throttle":
        return Sight("not_testable", "a slowed page that arrives in time is not told from a fast one", None, n_clear)
    untold = _count_untold(own)
    if untold > MOST_UNTOLD:
        return Sight(
            "not_testable", f"the last {untold} measurements failed in a way that tells nothing", None, n_clear
        )
    share = exclude_share(n_clear, recall)
    if share is None:
        return Sight("not_testable", f"measured too rarely while the order was in force: {n_clear}", None, n_clear)
    clear = own.uid[own.outcome == CLEAR].tolist()
    return Sight("not_seen", None, share, n_clear, uids=tuple(clear[-MOST_UIDS:]))


def _find_uids(own: Verdicts) -> tuple[str, ...]:
    seen = own.select(own.outcome == INTERFERED)
    count, firm = count_effective(seen), bool((seen.state == State.BLOCKED).any())
    if count < LEAST_SEEN and not firm:
        return ()
    first = int(seen.time[0])
    later = own.select(own.time >= first)
    return tuple(seen.uid) if _count(later, CLEAR) <= MOST_CLEAR * count else ()


def _count(own: Verdicts, *outcomes: int) -> int:
    return sum(count_effective(own.select(own.outcome == outcome)) for outcome in outcomes)


def _count_untold(own: Verdicts) -> int:
    """Return how many effective measurements there are after the last clear one; one that is here tells nothing."""
    last = int(own.time[own.outcome == CLEAR].max())
    return count_effective(own.select(own.time > last))


def _tell_silence(observed: Observed, target: str, asn: int, n_here: int) -> str:
    if (target, asn) not in observed.places:
        return "never measured here"
    if n_here:
        return "measured while the order was in force, and no measurement tells: the site was down, or the evidence too thin"
    return "not measured while the order was in force"


def look_for_shutdown(observed: Observed, demand: Demand, asn: int) -> Sight:
    """Return what network ``asn`` shows of an order to switch networks off; silence is no measurement, so it is never *not seen*."""
    begin, end = demand.begin, demand.end
    spells = tuple(_as_spell(row, asn) for row in observed.shutdowns if asn in row["asns"])
    spells = tuple(spell for spell in spells if spell.overlaps(begin, end))
    if demand.untestable:
        return Sight("not_testable", demand.untestable)
    if spells:
        return Sight("seen", spells=spells)
    return Sight(
        "not_testable",
        "a network that goes on measuring may have been cut in part; silence was not seen",
    )


def _as_spell(row: dict[str, object], asn: int) -> Spell:
    onset, last = row["onset_latest"], row["end_earliest"]
    assert isinstance(onset, datetime)
    return Spell(
        str(row["event_id"]),
        str(row["state"]),
        "",
        asn,
        (),
        row["onset_earliest"],  # type: ignore[arg-type]
        onset,
        last if isinstance(last, datetime) else onset,
        row["end_latest"],  # type: ignore[arg-type]
        (),
        tuple(row["flags"]),  # type: ignore[arg-type]
    )
