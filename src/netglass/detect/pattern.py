"""Recurring windows: interference that comes back at the same hours, as during examinations.

A pattern says that a target is interfered from one hour of the day to another, on every day (or every working day) between
the first and the last day on which it was seen, and clear otherwise. It is preferred to plain segments when it explains the
same verdicts better after paying for its hours and days and for being rare, by the same Beta-Binomial evidence.
"""

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from netglass.detect.changepoint import Points, score_subsets
from netglass.detect.evidence import CLEAR_RATE, EVENT_COST, INTERFERED_RATE, Floats, log_marginal
from netglass.detect.telling import DAY_SECONDS, HOUR_SECONDS

Ints = NDArray[np.int64]

LONGEST_WINDOW_HOURS = 12
"""A longer daily window is a block with pauses, not a window."""

LEAST_DAYS = 3
"""Days on which interference must be seen before a pattern is thought of. **Source**: two points make any line."""

WEEKS = {"daily": (0, 1, 2, 3, 4, 5, 6), "Mon-Fri": (0, 1, 2, 3, 4), "Sun-Thu": (6, 0, 1, 2, 3)}
"""Days of the week (0 is Monday) that a pattern may have."""

PATTERN_COST = math.log(20) + math.log(24 * LONGEST_WINDOW_HOURS * len(WEEKS))
"""What a pattern pays: one event in twenty recurs (design choice), and each of its hours and weeks is as likely as another."""


class Pattern(NamedTuple):
    """A recurring window and how well it explains the points."""

    words: str
    """For example ``daily 05-08Z``."""
    inside: NDArray[np.bool_]
    """Which points lie in the window on one of its days."""
    log_odds: float
    """Log of the odds against no event at all, prior included."""


def find_pattern(points: Points, seconds: Ints, n_networks: int) -> Pattern | None:
    """Return the best recurring window of ``points`` measured at ``seconds``, or None where too few days show interference."""
    best: Pattern | None = None
    for begin in range(24):
        day, hour = np.divmod(seconds - begin * HOUR_SECONDS, DAY_SECONDS)
        seen = day[points.interfered]
        if len(np.unique(seen)) < LEAST_DAYS:
            continue
        for name, weekdays in WEEKS.items():
            chosen = (day >= seen.min()) & (day <= seen.max()) & np.isin((day + 3) % 7, weekdays)
            scores = _score_lengths(points, hour // HOUR_SECONDS, chosen, n_networks)
            cost = EVENT_COST + PATTERN_COST + 2 * math.log(max(int(day.max() - day.min()) + 1, 2))
            length = int(np.argmax(scores)) + 1
            if best is None or scores[length - 1] - cost > best.log_odds:
                inside = chosen & (hour < length * HOUR_SECONDS)
                words = f"{name} {_name_hours(begin, hour[inside & points.interfered])}"
                best = Pattern(words, inside, float(scores[length - 1] - cost))
    return best


def _score_lengths(points: Points, hour: Ints, chosen: NDArray[np.bool_], n_networks: int) -> Floats:
    """Return log ratios against no event for windows of 1, 2, … hours on the chosen days."""
    shape = (LONGEST_WINDOW_HOURS, n_networks)
    inside, total = [], []
    for outcome in (points.interfered, ~points.interfered):
        counts = np.zeros(shape)
        picked = outcome & chosen & (hour < LONGEST_WINDOW_HOURS)
        np.add.at(counts, (hour[picked], points.network[picked]), points.weight[picked])
        inside.append(np.cumsum(counts, axis=0))
        total.append(np.bincount(points.network[outcome], points.weight[outcome], n_networks).astype(np.float64))
    calm = log_marginal(inside[0], inside[1], CLEAR_RATE)
    outside = log_marginal(total[0] - inside[0], total[1] - inside[1], CLEAR_RATE)
    null = float(log_marginal(total[0], total[1], CLEAR_RATE).sum())
    ratios = log_marginal(inside[0], inside[1], INTERFERED_RATE) - calm
    return np.asarray((calm + outside).sum(axis=1) + score_subsets(ratios) - null)


def _name_hours(begin: int, seconds_of_day: Ints) -> str:
    """Name the hours in which interference was seen, ``seconds_of_day`` counted from ``begin``."""
    if not len(seconds_of_day):
        return f"{begin:02d}-{(begin + 1) % 24:02d}Z"
    first = (begin + int(seconds_of_day.min()) // HOUR_SECONDS) % 24
    after = (begin + int(seconds_of_day.max()) // HOUR_SECONDS + 1) % 24
    return f"{first:02d}-{after:02d}Z"
