"""One bracket from many: when an incident began and ended, pooled over its networks and targets.

Where the brackets of all series have a moment in common, the incident is taken to have begun at once everywhere and its bracket
is what they share. Where they have none, it was rolled out, and the bracket is that of the network in which it was seen first.
Ends are treated alike, with the network in which it was seen last; while that one has no telling measurement after, the block
stands and has no end.
"""

from collections.abc import Sequence
from typing import NamedTuple

from netglass.detect.episode import Series


class Bracket(NamedTuple):
    """A transition lies after ``earliest`` and at or before ``latest``; seconds since 1970."""

    earliest: int | None
    latest: int | None
    pooled: bool
    """All series agree; False for a roll-out or a piecemeal end."""


def pool_onset(series: Sequence[Series]) -> Bracket:
    """Return when the incident began; ``earliest`` is None where nothing was measured before."""
    first = min(series, key=lambda one: (one.first_during, one.last_before or 0))
    latest_before = max((one.last_before for one in series if one.last_before is not None), default=None)
    if latest_before is None or latest_before < first.first_during:
        return Bracket(latest_before, first.first_during, True)
    return Bracket(first.last_before, first.first_during, False)


def pool_end(series: Sequence[Series]) -> Bracket:
    """Return when the incident ended; both ends are None while it stands."""
    last = max(series, key=lambda one: (one.last_during, one.first_after or 0))
    earliest_after = min((one.first_after for one in series if one.first_after is not None), default=None)
    if earliest_after is None:
        return Bracket(None, None, True)
    if last.last_during < earliest_after:
        return Bracket(last.last_during, earliest_after, True)
    if last.first_after is None:
        return Bracket(None, None, False)
    return Bracket(last.last_during, last.first_after, False)


def overlap(one: Bracket, other: Bracket) -> bool:
    """Return whether the two transitions may have been one; an open side reaches any time."""
    one_start, other_start = (-1 if b.earliest is None else b.earliest for b in (one, other))
    infinity = 1 << 62
    one_stop, other_stop = (infinity if b.latest is None else b.latest for b in (one, other))
    return one_start < other_stop and other_start < one_stop


def width(bracket: Bracket) -> float:
    """Return the width in seconds, infinite where a side is open."""
    if bracket.earliest is None or bracket.latest is None:
        return float("inf")
    return float(bracket.latest - bracket.earliest)
