"""Names of events that stay the same when late data arrive.

An event is named by what late data hardly ever change: its kind, its country, its first target by alphabet (or its network
for a shutdown), and the quarter of the year in which it was first seen. Exact times are no part of the name. Where that is not
enough to tell two events apart, both are named by month, week, day, or hour, the coarsest that does; no name is ever passed on
from one event to another by counting them.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import NamedTuple

from netglass.vocab.id import hash_names


class Anchor(NamedTuple):
    """What an event is named by."""

    kind: str
    cc: str
    name: str
    """First target by alphabet, or the network of a shutdown."""
    seen: datetime
    """First telling measurement during."""


def _name_quarter(moment: datetime) -> str:
    return f"{moment.year}-Q{(moment.month + 2) // 3}"


def _name_week(moment: datetime) -> str:
    year, week, _ = moment.isocalendar()
    return f"{year}-W{week:02d}"


PERIODS: tuple[Callable[[datetime], str], ...] = (
    _name_quarter,
    lambda moment: moment.strftime("%Y-%m"),
    _name_week,
    lambda moment: moment.strftime("%Y-%m-%d"),
    lambda moment: moment.strftime("%Y-%m-%dT%H"),
    lambda moment: moment.strftime("%Y-%m-%dT%H:%M:%S"),
)
"""From coarse to fine."""


def name_events(anchors: Sequence[Anchor]) -> list[str]:
    """Return one distinct id (``ev-`` and 16 hexadecimal digits) for each of ``anchors``, in their order."""
    ids: list[str] = []
    siblings: dict[tuple[str, str, str], list[datetime]] = {}
    for anchor in anchors:
        siblings.setdefault(anchor[:3], []).append(anchor.seen)
    for anchor in anchors:
        period = _choose_period(siblings[anchor[:3]])
        ids.append(hash_names("ev", *anchor[:3], period(anchor.seen)))
    return _part_twins(ids, anchors)


def _choose_period(moments: Sequence[datetime]) -> Callable[[datetime], str]:
    for period in PERIODS[:-1]:
        if len({period(moment) for moment in moments}) == len(moments):
            return period
    return PERIODS[-1]


def _part_twins(ids: list[str], anchors: Sequence[Anchor]) -> list[str]:
    """Tell events apart that began in the same second, by their order."""
    seen: Counter[str] = Counter()
    out = []
    for name, anchor in zip(ids, anchors, strict=True):
        out.append(name if not seen[name] else hash_names("ev", name, *anchor[:3], str(seen[name])))
        seen[name] += 1
    return out
