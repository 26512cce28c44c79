"""Recurring windows: interference that comes back at the same hours, as during examinations.

A pattern says that a target is interfered from one hour of the day to another, on every day (or every working day) between
the first and the last day on which it was seen, and clear otherwise. It is preferred to plain segments when it explains the
same verdicts better after paying for its hours and days and for being rare, by the same Beta-Binomial evidence.
"""

import math
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from netglass.detect.changepoint import Points, score_subsets
from netglass.detect.evidence import CLEAR_RATE, EVENT_COST, INTERFERED_RATE, Floats, log_marginal
from netglass.detect.telling import DAY_SECONDS, HOUR_SECONDS

Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]

LONGEST_WINDOW_HOURS = 12
"""A longer daily window is a block with pauses, not a window."""

LEAST_DAYS = 3
"""Days on which interference must be seen before a pattern is thought of. **Source**: two points make any line."""

WEEKS = {
    "daily": np.ones(7, bool),
    "Mon-Fri": np.array([True, True, True, True, True, False, False]),
    "Sun-Thu": np.array([True, True, True, True, False, False, True]),
}
"""Days of the week, Monday first, that a pattern may have."""

PATTERN_COST = math.log(20) + math.log(24 * LONGEST_WINDOW_HOURS * len(WEEKS))
"""What a pattern pays: one event in twenty recurs (design choice), and each of its hours and weeks is as likely as another."""


class Pattern(NamedTuple):
    """A recurring window and how well it explains the points."""

    words: str
    """For example ``daily 05-08Z``."""
    inside: Flags
    """Which points lie in the window on one of its days."""
    log_odds: float
    """Log of the odds against no event at all, prior included."""


class Candidate(NamedTuple):
    """The days on which a window may open at one hour of the day."""

    begin: int
    week: str
    hour: Ints
    """Whole hours since the window's opening, by point."""
    chosen: Flags
    """Points on the pattern's days."""


def find_pattern(points: Points, seconds: Ints, n_networks: int) -> Pattern | None:
    """Return the best recurring window of ``points`` measured at ``seconds``, or None where too few days show interference."""
    candidates = list(_list_candidates(points, seconds)) if count_returns(points) >= LEAST_DAYS else []
    if not candidates:
        return None
    scores = _score_windows(points, candidates, n_networks)
    place, length = np.unravel_index(int(np.argmax(scores)), scores.shape)
    best = candidates[place]
    inside = best.chosen & (best.hour <= length)
    days = int(seconds.max() - seconds.min()) // DAY_SECONDS + 2
    cost = EVENT_COST + PATTERN_COST + 2 * math.log(days)
    words = f"{best.week} {_name_hours(best.begin, best.hour[inside & points.interfered])}"
    return Pattern(words, inside, float(scores[place, length]) - cost)


def count_returns(points: Points) -> int:
    """Return how often interference begins anew, over all networks that ever show it taken together."""
    shown = np.isin(points.network, points.network[points.interfered])
    seen = points.interfered[shown]
    return int((seen & ~np.concatenate(([False], seen[:-1]))).sum())


def _list_candidates(points: Points, seconds: Ints) -> Iterator[Candidate]:
    for begin in range(24):
        day, second = np.divmod(seconds - begin * HOUR_SECONDS, DAY_SECONDS)
        seen = day[points.interfered]
        if len(set(seen.tolist())) < LEAST_DAYS:
            continue
        within = (day >= seen.min()) & (day <= seen.max())
        for week, on_days in WEEKS.items():
            yield Candidate(begin, week, second // HOUR_SECONDS, within & on_days[(day + 3) % 7])


def _score_windows(points: Points, candidates: list[Candidate], n_networks: int) -> Floats:
    """Return log ratios against no event: one row for each candidate, one column for windows of 1, 2, … hours."""
    inside = [
        _count_inside(points, candidates, outcome, n_networks) for outcome in (points.interfered, ~points.interfered)
    ]
    total = [
        np.bincount(points.network[outcome], points.weight[outcome], n_networks).astype(np.float64)
        for outcome in (points.interfered, ~points.interfered)
    ]
    calm = log_marginal(inside[0], inside[1], CLEAR_RATE)
    outside = log_marginal(total[0] - inside[0], total[1] - inside[1], CLEAR_RATE)
    ratios = log_marginal(inside[0], inside[1], INTERFERED_RATE) - calm
    subsets = score_subsets(ratios.reshape(-1, n_networks)).reshape(ratios.shape[:2])
    null = float(log_marginal(total[0], total[1], CLEAR_RATE).sum())
    return np.asarray((calm + outside).sum(axis=2) + subsets - null)


def _count_inside(points: Points, candidates: list[Candidate], outcome: Flags, n_networks: int) -> Floats:
    """Return effective counts by candidate, length of the window and network."""
    size = LONGEST_WINDOW_HOURS * n_networks
    counts = np.empty((len(candidates), LONGEST_WINDOW_HOURS, n_networks))
    for i, candidate in enumerate(candidates):
        picked = outcome & candidate.chosen & (candidate.hour < LONGEST_WINDOW_HOURS)
        index = candidate.hour[picked] * n_networks + points.network[picked]
        counts[i] = np.bincount(index, points.weight[picked], size).reshape(LONGEST_WINDOW_HOURS, n_networks)
    return np.cumsum(counts, axis=1)


def _name_hours(begin: int, hours: Ints) -> str:
    """Name the hours in which interference was seen, ``hours`` (one or more) counted from ``begin``."""
    return f"{(begin + int(hours.min())) % 24:02d}-{(begin + int(hours.max()) + 1) % 24:02d}Z"
