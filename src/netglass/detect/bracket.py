"""One bracket from many: when an incident began and ended, pooled over its networks and targets.

A block that begins everywhere at once leaves brackets that share a moment, and what they share is the bracket of the incident.
A roll-out does not, unless by chance, so the two are weighed against each other: a common onset is as likely as the shared
stretch is long, onsets spread over days as likely as each bracket is long. Where a roll-out cannot be put aside, the bracket is
that of the network in which the block was seen first, which holds the shared stretch as well. Ends are treated alike, with the
network in which the block was seen last; while that one has no telling measurement after it, the block stands and has no end.
"""

import math
from collections.abc import Sequence
from enum import StrEnum
from typing import NamedTuple

from netglass.detect.episode import Series
from netglass.detect.telling import DAY_SECONDS

ROLLOUT_SECONDS = 7 * DAY_SECONDS
"""Time over which a roll-out spreads over networks. **Source**: design choice, the order of orders with days of grace."""

ROLLOUT_SHARE = 0.1
"""Share of incidents that are rolled out, or lifted, network by network. **Source**: design choice."""

LEAST_TOGETHER = 0.8
"""Posterior probability of one common moment from which brackets are pooled. **Source**: measured on seeded worlds, where more than
nine of ten brackets then hold the true onset (docs/explanation/detection.md).
"""


class Spread(StrEnum):
    """How the transitions of an incident's series lie to each other."""

    TOGETHER = "together"
    UNCLEAR = "unclear"
    APART = "apart"


class Bracket(NamedTuple):
    """A transition lies after ``earliest`` and at or before ``latest``; seconds since 1970."""

    earliest: int | None
    latest: int | None
    spread: Spread
    """Together: what all series share; else that of the first or last network. Apart: the series' brackets share no moment."""


def pool_onset(series: Sequence[Series]) -> Bracket:
    """Return when the incident began; ``earliest`` is None where nothing was measured before."""
    first = min(series, key=lambda one: (one.first_during, one.last_before or 0))
    spans = [(one.last_before, one.first_during) for one in series if one.last_before is not None]
    if not spans:
        return Bracket(None, first.first_during, Spread.TOGETHER)
    latest_before = max(earliest for earliest, _ in spans)
    spread = judge_spread(spans, latest_before, first.first_during)
    earliest = latest_before if spread is Spread.TOGETHER else first.last_before
    return Bracket(earliest, first.first_during, spread)


def pool_end(series: Sequence[Series]) -> Bracket:
    """Return when the incident ended; both ends are None while it stands."""
    last = max(series, key=lambda one: (one.last_during, one.first_after or 0))
    spans = [(one.last_during, one.first_after) for one in series if one.first_after is not None]
    if not spans:
        return Bracket(None, None, Spread.TOGETHER)
    earliest_after = min(latest for _, latest in spans)
    spread = judge_spread(spans, last.last_during, earliest_after)
    latest = earliest_after if spread is Spread.TOGETHER else last.first_after
    return Bracket(None if latest is None else last.last_during, latest, spread)


def judge_spread(spans: Sequence[tuple[int, int]], start: int, stop: int) -> Spread:
    """Return whether transitions inside ``spans`` were one transition between ``start`` and ``stop``, which all of them share."""
    if start >= stop:
        return Spread.APART
    widths = sorted(latest - earliest for earliest, latest in spans)
    log_ratio = math.log((1 - ROLLOUT_SHARE) / ROLLOUT_SHARE) + math.log((stop - start) / widths[0])
    log_ratio += sum(max(0.0, math.log(ROLLOUT_SECONDS / width)) for width in widths[1:])
    return Spread.TOGETHER if log_ratio >= math.log(LEAST_TOGETHER / (1 - LEAST_TOGETHER)) else Spread.UNCLEAR


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
