"""A balanced panel: for each country and period the blocked share of the same pairs of target and network.

A pair that was not measured in every period is left out, so who comes and goes changes nothing. In a pair and period each reporter counts
once a day, and each pair counts alike, so a surge of volunteers changes nothing either.
"""

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from netglass.assess.observed import Observed
from netglass.assess.specification import Specification
from netglass.detect.telling import DAY_SECONDS, INTERFERED, NEUTRAL, to_seconds
from netglass.vocab.mechanism import expand_path

Floats = NDArray[np.float64]


class Panel(NamedTuple):
    """Blocked shares.

    Attributes:
        countries: the treated one first, then the donors.
        shares: a row for each country, a column for each period, 0 to 1.
        pairs: how many pairs of target and network stand behind each country.
        before: how many of the periods lie before.
    """

    countries: tuple[str, ...]
    shares: Floats
    pairs: tuple[int, ...]
    before: int


def list_periods(specification: Specification) -> list[tuple[datetime, datetime]]:
    """Return the periods, those before the draft first, then those in force; what lies between is left out."""
    length = timedelta(days=specification.period_days)
    before = [specification.known_from - count * length for count in range(specification.periods_before, 0, -1)]
    after = [specification.binding_from + count * length for count in range(specification.periods_after)]
    return [(begin, begin + length) for begin in (*before, *after)]


def build_panel(countries: Sequence[Observed], specification: Specification, least_pairs: int) -> Panel:
    """Return the panel of countries, the treated one first; countries with too few pairs are left out.

    Args:
        countries: what was measured in each.
        specification: periods, targets, mechanism.
        least_pairs: pairs below which a country tells nothing.
    """
    periods = list_periods(specification)
    kept = [(observed.cc, *_average(observed, specification, periods)) for observed in countries]
    kept = [item for number, item in enumerate(kept) if item[2] >= least_pairs or number == 0]
    return Panel(
        tuple(cc for cc, _, _ in kept),
        np.array([shares for _, shares, _ in kept], np.float64),
        tuple(count for _, _, count in kept),
        specification.periods_before,
    )


def _average(
    observed: Observed, specification: Specification, periods: Sequence[tuple[datetime, datetime]]
) -> tuple[Floats, int]:
    """Return the blocked share in each period over the pairs that were measured in all of them, and how many these are."""
    rows = [
        shares
        for (target, _), places in sorted(observed.places.items())
        if not specification.targets or target in specification.targets
        if (shares := _share(observed, places, specification.mechanism, periods)) is not None
    ]
    return (np.mean(rows, axis=0) if rows else np.full(len(periods), np.nan)), len(rows)


def _share(
    observed: Observed,
    places: NDArray[np.int64],
    mechanism: str | None,
    periods: Sequence[tuple[datetime, datetime]],
) -> Floats | None:
    own = observed.verdicts.select(places)
    starts = np.array([to_seconds(begin) for begin, _ in periods])
    ends = np.array([to_seconds(end) for _, end in periods])
    counts: dict[tuple[int, str, int], list[bool]] = defaultdict(list)
    slots = np.searchsorted(starts, own.time, side="right") - 1
    rows = zip(slots.tolist(), own.time.tolist(), own.reporter, own.outcome.tolist(), own.mechanisms, strict=True)
    for slot, time, reporter, outcome, paths in rows:
        if slot >= 0 and time < ends[slot] and outcome != NEUTRAL:
            counts[slot, reporter, time // DAY_SECONDS].append(outcome == INTERFERED and _fits(mechanism, paths))
    days: list[list[float]] = [[] for _ in periods]
    for (slot, _, _), seen in counts.items():
        days[slot].append(sum(seen) / len(seen))
    return np.array([float(np.mean(day)) for day in days]) if all(days) else None


def _fits(mechanism: str | None, paths: Collection[str]) -> bool:
    return mechanism is None or any(mechanism in expand_path(path) for path in paths)
