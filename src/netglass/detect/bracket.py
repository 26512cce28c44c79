"""One bracket from many: when an incident began and ended, pooled over its networks and targets.

The measurements of all series say together where the one moment of a common onset may lie: a clear one after it would be a miss,
an interfered one before it a false alarm, both rare. The bracket is the shortest run of gaps between measurements around the
likeliest that holds :data:`CREDIBLE` of the probability; with clean verdicts that is the one gap from the last clear
measurement anywhere to the first interfered one. A common moment is weighed against a roll-out, in which every network has its
own; where a roll-out cannot be put aside, the bracket is that of the network in which the block was seen first. Ends are the
same in reversed time; while no telling measurement comes after, the block stands and has no end.
"""

import math
from collections.abc import Sequence
from enum import StrEnum
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from netglass.detect.telling import DAY_SECONDS

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

MISS_RATE = 0.03
"""Probability that a measurement does not show the block that is there. **Source**: a judge with the recall of 0.97 that is asked of it."""

FALSE_RATE = 0.002
"""Probability that a measurement shows a block that is not there. **Source**: the mean of ``evidence.CLEAR_RATE``, rounded."""

CREDIBLE = 0.8
"""Probability at and above which gaps make a bracket; most brackets are one gap and hold far more. **Source**: as below."""

ROLLOUT_SECONDS = 7 * DAY_SECONDS
"""Time over which a roll-out spreads over networks. **Source**: design choice, the order of orders with days of grace."""

ROLLOUT_SHARE = 0.1
"""Share of incidents that are rolled out, or lifted, network by network. **Source**: design choice."""

LEAST_TOGETHER = 0.9
"""Posterior probability of one common moment from which networks are pooled. **Source**: measured on 120 seeded worlds, half of them
noisy: of 240 roll-outs 190 have their onset in the bracket, at 0.75 it was 183, and brackets are 5 % wider
(docs/explanation/events.md).
"""


class Spread(StrEnum):
    """How the transitions of an incident's networks lie to each other."""

    TOGETHER = "together"
    UNCLEAR = "unclear"
    APART = "apart"


class Bracket(NamedTuple):
    """A transition lies after ``earliest`` and at or before ``latest``; seconds since 1970."""

    earliest: int | None
    latest: int | None
    spread: Spread


class Timeline(NamedTuple):
    """The telling measurements of one series around one transition, in order of time."""

    asn: int
    time: Ints
    seen: NDArray[np.bool_]
    weight: Floats


class Posterior(NamedTuple):
    """Where a transition may lie: gap ``i`` ends at ``grid[i]``, and the first begins :data:`ROLLOUT_SECONDS` before it."""

    grid: Ints
    log_mass: Floats

    @property
    def log_total(self) -> float:
        """Log of the likelihood integrated over time, in seconds."""
        top = float(self.log_mass.max())
        return top + math.log(float(np.exp(self.log_mass - top).sum()))


def pool_onset(lines: Sequence[Timeline]) -> Bracket:
    """Return when the incident began; ``earliest`` is None where nothing was measured before."""
    whole = locate(lines)
    networks = [locate([line for line in lines if line.asn == asn]) for asn in sorted({line.asn for line in lines})]
    if all(_enclose(one)[0] is None for one in networks):
        return Bracket(*_enclose(whole), Spread.TOGETHER)
    probability = rate_together(whole, networks)
    if probability >= LEAST_TOGETHER:
        return Bracket(*_enclose(whole), Spread.TOGETHER)
    earliest, latest = min((_enclose(one) for one in networks), key=lambda edges: (edges[1], edges[0] or 0))
    return Bracket(earliest, latest, Spread.APART if probability < 1 - LEAST_TOGETHER else Spread.UNCLEAR)


def pool_end(lines: Sequence[Timeline]) -> Bracket:
    """Return when the incident ended; both sides are None while it stands."""
    mirrored = pool_onset([Timeline(line.asn, -line.time[::-1], line.seen[::-1], line.weight[::-1]) for line in lines])
    if mirrored.earliest is None or mirrored.latest is None:
        return Bracket(None, None, mirrored.spread)
    return Bracket(-mirrored.latest, -mirrored.earliest, mirrored.spread)


def locate(lines: Sequence[Timeline]) -> Posterior:
    """Return how likely each gap between the measurements of ``lines`` holds one common onset."""
    grid = np.unique(np.concatenate([line.time for line in lines]))
    likelihood = sum((_weigh_line(line, grid) for line in lines), np.zeros(len(grid)))
    lengths = np.diff(grid, prepend=grid[0] - ROLLOUT_SECONDS).astype(np.float64)
    log_mass = likelihood + np.log(lengths)
    if any(not line.seen[0] for line in lines):
        log_mass[0] = -np.inf  # it was measured before, so it did not stand already
    return Posterior(grid, log_mass)


def _weigh_line(line: Timeline, grid: Ints) -> Floats:
    """Return the log likelihood of one series for an onset in each gap."""
    before = np.where(line.seen, math.log(FALSE_RATE), math.log(1 - FALSE_RATE)) * line.weight
    after = np.where(line.seen, math.log(1 - MISS_RATE), math.log(MISS_RATE)) * line.weight
    gain = np.concatenate(([0.0], np.cumsum(before - after)))
    return np.asarray(gain[np.searchsorted(line.time, grid)] + after.sum())


def rate_together(whole: Posterior, networks: Sequence[Posterior]) -> float:
    """Return the posterior probability that all networks changed at one moment.

    In a roll-out the first network's moment is as free as the common one, and each other's lies within
    :data:`ROLLOUT_SECONDS`.
    """
    if len(networks) == 1:
        return 1.0
    first = min(range(len(networks)), key=lambda i: _enclose(networks[i])[1])
    spread = math.log(ROLLOUT_SECONDS)
    apart = sum(min(one.log_total - spread, 0.0) for i, one in enumerate(networks) if i != first)
    log_odds = whole.log_total - networks[first].log_total - apart + math.log((1 - ROLLOUT_SHARE) / ROLLOUT_SHARE)
    return 1 / (1 + math.exp(-max(min(log_odds, 50.0), -50.0)))


def _enclose(posterior: Posterior) -> tuple[int | None, int]:
    """Return the edges of the shortest run of gaps around the likeliest that is credible; the first edge is None if it is open."""
    mass = np.exp(posterior.log_mass - posterior.log_mass.max())
    low = high = int(np.argmax(mass))
    while mass[low : high + 1].sum() < CREDIBLE * mass.sum():
        left, right = (mass[low - 1] if low else -1.0), (mass[high + 1] if high + 1 < len(mass) else -1.0)
        low, high = (low - 1, high) if left >= right else (low, high + 1)
    return int(posterior.grid[low - 1]) if low else None, int(posterior.grid[high])


def overlap(one: Bracket, other: Bracket) -> bool:
    """Return whether the two transitions may have been one; an open side reaches any time."""
    one_start, other_start = (-math.inf if b.earliest is None else b.earliest for b in (one, other))
    one_stop, other_stop = (math.inf if b.latest is None else b.latest for b in (one, other))
    return one_start < other_stop and other_start < one_stop


def width(bracket: Bracket) -> float:
    """Return the width in seconds, infinite where a side is open."""
    if bracket.earliest is None or bracket.latest is None:
        return math.inf
    return float(bracket.latest - bracket.earliest)
