"""What would have been seen: how long a block may be and still be missed, and what *not seen* excludes.

The detection limit of a series is the longest time in which fewer effective measurements were made than an event needs to be
noticed on one network, window edges included: a block that falls into it would be missed. *Not seen* in n effective
measurements excludes that a share q of the paths is blocked when (1 - q r)^n <= 0.05, with recall r per measurement, and only
for interference that the test could see at all.

**Source**: docs/explanation/events.md; for r = 1 this is the rule of three, Hanley and Lippman-Hand (1983), JAMA 249(13).
"""

import math
from functools import cache

import numpy as np
from numpy.typing import NDArray

from netglass.detect.episode import LEAST_COUNTED
from netglass.detect.event import Row, to_moment
from netglass.detect.evidence import CLEAR_RATE, EVENT_COST, INTERFERED_RATE, log_marginal
from netglass.detect.telling import (
    DAY_SECONDS,
    HOUR_SECONDS,
    INTERFERED,
    NEUTRAL,
    Verdicts,
    encode,
)
from netglass.vocab.state import INTERFERED as INTERFERED_STATES
from netglass.vocab.state import State

Ints = NDArray[np.int64]

RECALL = INTERFERED_RATE.a / (INTERFERED_RATE.a + INTERFERED_RATE.b)
"""Probability that one measurement shows a block that is there; the mean that segmentation assumes."""

MISS_LEVEL = 0.05
"""Probability of seeing nothing at which a share counts as excluded. **Source**: docs/explanation/events.md."""


def exclude_share(n_effective: int, recall: float = RECALL) -> float | None:
    """Return the smallest share of blocked paths that ``n_effective`` clear measurements exclude, or None for none.

    Args:
        n_effective: clear measurements, at most one per reporter and day.
        recall: probability that a measurement on a blocked path shows it, above 0 to 1.
    """
    if n_effective <= 0:
        return None
    share = (1 - MISS_LEVEL ** (1 / n_effective)) / recall
    return share if share <= 1 else None


@cache
def count_needed(n_telling: int) -> int:
    """Return how many blocked reporter-days in a row make an event on one network, among ``n_telling`` measurements."""
    for k in range(LEAST_COUNTED, 50):
        counts, none = np.array([float(k)]), np.zeros(1)
        rest = np.array([float(max(n_telling - k, 0))])
        gain = log_marginal(counts, none, INTERFERED_RATE) + log_marginal(none, rest, CLEAR_RATE)
        gain -= log_marginal(counts, rest, CLEAR_RATE)
        if gain[0] > EVENT_COST + math.log(2) + 2 * math.log(max(n_telling, 2)):
            return k
    return 50


def limit_hours(times: Ints, since: int, until: int, needed: int) -> float | None:
    """Return the longest stretch in hours with fewer than ``needed`` of ``times``, or None where there are fewer in all."""
    if len(times) < needed:
        return None
    edges = np.concatenate(([since], times, [until]))
    return float((edges[needed:] - edges[:-needed]).max()) / HOUR_SECONDS


def measure_coverage(verdicts: Verdicts, since: int, until: int) -> list[Row]:
    """Return one row for every country, network and target measured between ``since`` and ``until`` (seconds)."""
    if not len(verdicts.time):
        return []
    countries, _ = encode(list(verdicts.cc))
    targets, _ = encode(list(verdicts.target))
    order = np.lexsort((verdicts.time, targets, verdicts.asn, countries))
    keys = np.stack((countries, verdicts.asn, targets))[:, order]
    starts = np.flatnonzero(np.concatenate(([True], (keys[:, 1:] != keys[:, :-1]).any(axis=0))))
    stops = np.concatenate((starts[1:], [len(order)]))
    return [
        _measure_series(verdicts.select(order[start:stop]), since, until)
        for start, stop in zip(starts, stops, strict=True)
    ]


def _measure_series(own: Verdicts, since: int, until: int) -> Row:
    telling = own.time[own.outcome != NEUTRAL]
    gaps = np.diff(np.concatenate(([since], telling, [until]))) / HOUR_SECONDS
    effective = _pick_effective(own)
    needed = count_needed(len(telling))
    limit = limit_hours(effective, since, until, needed)
    n_blocked = int(np.isin(own.state.astype(str), INTERFERED_STATES).sum())
    return {
        "probe_cc": own.cc[0],
        "probe_asn": int(own.asn[0]),
        "target": own.target[0],
        "first_measured": to_moment(int(telling[0])) if len(telling) else None,
        "last_measured": to_moment(int(telling[-1])) if len(telling) else None,
        "n_measurements": len(own.time),
        "n_telling": len(telling),
        "n_reporters": len(set(own.reporter)),
        "n_blocked": n_blocked,
        "n_ok": int((own.state == State.OK).sum()),
        "median_gap_hours": round(float(np.median(np.diff(telling))) / HOUR_SECONDS, 2) if len(telling) > 1 else None,
        "longest_gap_hours": round(float(gaps.max()), 2),
        "detection_limit_hours": None if limit is None else round(limit, 2),
        "note": describe_coverage(limit, needed, len(effective), int((own.outcome == INTERFERED).sum())),
    }


def _pick_effective(own: Verdicts) -> Ints:
    """Return the times of the first telling measurement of every reporter and day."""
    first: dict[tuple[str, int], int] = {}
    for moment, reporter, outcome in zip(own.time.tolist(), own.reporter, own.outcome.tolist(), strict=True):
        if outcome != NEUTRAL:
            first.setdefault((reporter, moment // DAY_SECONDS), moment)
    return np.array(sorted(first.values()), np.int64)


def describe_coverage(limit: float | None, needed: int, n_effective: int, n_interfered: int) -> str:
    """Return in words what this series can and cannot show."""
    if limit is None:
        first = (
            f"any block here may be missed: {n_effective} effective measurements, and one network alone needs {needed}"
        )
    else:
        first = f"a block shorter than {limit:.0f} h here may be missed"
    if n_interfered:
        return f"{first}; interference was seen"
    share = exclude_share(n_effective)
    if share is None:
        return f"{first}; not seen, which excludes nothing"
    return f"{first}; not seen: a blocked share of {share:.0%} of paths or more is excluded at recall {RECALL:.2f}"
