"""Episodes: what segments say about one target in one country, network by network.

Segments that follow each other and share a network are one episode, so a roll-out over networks or a change of mechanism does
not break it. Each network then gets the stretch that fits its own verdicts best, and brackets that are exactly as wide as its
measurements allow: the last telling one before to the first interfered one, the last interfered one to the first telling one
after. A network without interference of its own is never listed.
"""

import math
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from netglass.detect.bracket import Timeline
from netglass.detect.changepoint import Points, Segment, Segmentation, Span, refine_span, segment_points
from netglass.detect.evidence import EVENT_COST, Floats, log_subset_cost
from netglass.detect.pattern import Pattern, find_pattern
from netglass.detect.telling import (
    INTERFERED,
    NEUTRAL,
    Verdicts,
    count_effective,
    effective_weight,
    ignore_other_resolvers,
    join_verdicts,
)

Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]

MOST_CLEARED = 5
"""Verdicts after an episode that are kept as witnesses of its end, per network and target."""

LEAST_COUNTED = 3
"""Effective measurements without which there is no event, whatever the odds. **Source**: two mistakes close together were nearly
all of the false events in seeded worlds.
"""

MOST_A_DAY = 3
"""Measurements of one reporter, day and outcome that may count whole where a bracket is drawn. Times of one observer are as good as
those of several, but a flood must not outvote the others. **Source**: design choice.
"""


class Series(NamedTuple):
    """One network and target during an episode. Times are seconds since 1970."""

    target: str
    asn: int
    last_before: int | None
    first_during: int
    last_during: int
    first_after: int | None
    n_before: int
    n_during: int
    n_after: int
    witnesses: Verdicts
    """The interfered verdicts."""
    cleared: tuple[str, ...]
    """Uids of the first telling verdicts after it."""
    around_onset: Timeline
    """What was measured until it was seen last."""
    around_end: Timeline
    """What was measured since it was seen first."""
    evidence: float
    """Nats for interference, costs not taken off."""


class Episode(NamedTuple):
    """Interference with one target in one country."""

    cc: str
    target: str
    series: tuple[Series, ...]
    log_odds: float
    recurring: str | None


def find_episodes(verdicts: Verdicts) -> list[Episode]:
    """Return the episodes in the verdicts of one target and country, in order of their beginning."""
    telling = _select_telling(verdicts)
    if not (telling.outcome == INTERFERED).any():
        return []
    networks = np.unique(telling.asn)
    points = Points(np.searchsorted(networks, telling.asn), telling.outcome == INTERFERED, effective_weight(telling))
    segmentation = segment_points(points, len(networks))
    pattern = find_pattern(points, telling.time, len(networks))
    if pattern and pattern.log_odds > max(segmentation.log_odds, 0.0):
        return _build_recurring(telling, points, networks, pattern)
    found = (_build_plain(telling, points, networks, chain) for chain in chain_segments(segmentation))
    return [episode for episode in found if episode is not None]


def _select_telling(verdicts: Verdicts) -> Verdicts:
    parts = [ignore_other_resolvers(verdicts.select(verdicts.asn == asn)) for asn in np.unique(verdicts.asn)]
    joined = join_verdicts(parts)
    telling = joined.select(joined.outcome != NEUTRAL)
    return telling.select(np.lexsort((telling.uid.astype(str), telling.time)))


class Stretch(NamedTuple):
    """Where one network is interfered: the segments' range, and the range that no other episode of it claims."""

    network: int
    start: int
    stop: int
    free_start: int
    free_stop: int


def chain_segments(segmentation: Segmentation) -> list[list[Stretch]]:
    """Return for every episode the stretches of its networks, from segments that touch and share a network."""
    chains: list[list[Segment]] = []
    for segment in segmentation.segments:
        before = chains[-1][-1] if chains else None
        if not segment.networks:
            continue
        if before and before.stop == segment.start and set(before.networks) & set(segment.networks):
            chains[-1].append(segment)
        else:
            chains.append([segment])
    end = segmentation.segments[-1].stop
    spans = [_span_networks(chain) for chain in chains]
    return [
        [
            Stretch(
                network,
                start,
                stop,
                max((other[network][1] for other in spans[:place] if network in other), default=0),
                min((other[network][0] for other in spans[place + 1 :] if network in other), default=end),
            )
            for network, (start, stop) in sorted(span.items())
        ]
        for place, span in enumerate(spans)
    ]


def _span_networks(chain: list[Segment]) -> dict[int, tuple[int, int]]:
    spans: dict[int, tuple[int, int]] = {}
    for segment in chain:
        for network in segment.networks:
            start, _ = spans.get(network, (segment.start, 0))
            spans[network] = (start, segment.stop)
    return spans


def _build_plain(telling: Verdicts, points: Points, networks: Ints, chain: list[Stretch]) -> Episode | None:
    series = tuple(_refine_all(telling, points, networks, chain))
    if not series:
        return None
    if sum(count_effective(one.witnesses) for one in series) < LEAST_COUNTED:
        return None
    log_odds = _total_odds(series, len(networks), len(telling.time))
    return Episode(telling.cc[0], telling.target[0], series, log_odds, None) if log_odds > 0 else None


def _refine_all(telling: Verdicts, points: Points, networks: Ints, chain: list[Stretch]) -> Iterator[Series]:
    for stretch in chain:
        own = np.flatnonzero(points.network == stretch.network)
        free = own[(own >= stretch.free_start) & (own < stretch.free_stop)]
        inside = np.flatnonzero((free >= stretch.start) & (free < stretch.stop))
        if not points.interfered[free[inside]].any():
            continue
        alone = Points(np.zeros(len(free), np.int64), points.interfered[free], points.weight[free])
        span = refine_span(alone, int(inside[0]), int(inside[-1]))
        if span.evidence > 0:
            yield _measure_series(telling.select(free), points.weight[free], span)


def _measure_series(own: Verdicts, weight: Floats, span: Span, inside: Flags | None = None) -> Series:
    """Return the brackets and counts of one network from its telling verdicts; ``inside`` are those in a recurring window."""
    place = np.arange(len(own.time))
    during = (place >= span.first) & (place <= span.last)
    if inside is not None:
        during &= inside
    before, after = place < span.first, place > span.last
    seen = own.outcome == INTERFERED

    def draw_line(chosen: Flags) -> Timeline:
        return Timeline(int(own.asn[0]), own.time[chosen], seen[chosen], np.minimum(MOST_A_DAY * weight[chosen], 1.0))

    return Series(
        target=own.target[0],
        asn=int(own.asn[0]),
        last_before=int(own.time[span.first - 1]) if span.first else None,
        first_during=int(own.time[span.first]),
        last_during=int(own.time[span.last]),
        first_after=int(own.time[span.last + 1]) if after.any() else None,
        n_before=int(before.sum()),
        n_during=int(during.sum()),
        n_after=int(after.sum()),
        witnesses=own.select(during & seen),
        cleared=tuple(own.uid[after][:MOST_CLEARED]),
        around_onset=draw_line(before | during),
        around_end=draw_line(during | after),
        evidence=span.evidence,
    )


def _total_odds(series: tuple[Series, ...], n_networks: int, n_points: int) -> float:
    """Return the log posterior odds of an episode: its networks' evidence less the costs of its event, cuts and subset."""
    cuts = any(one.last_before is not None for one in series) + any(one.first_after is not None for one in series)
    subset = float(log_subset_cost(n_networks)[len(series) - 1])
    return sum(one.evidence for one in series) - EVENT_COST - subset - cuts * math.log(n_points)


def _build_recurring(telling: Verdicts, points: Points, networks: Ints, pattern: Pattern) -> list[Episode]:
    series = []
    for network in range(len(networks)):
        own = np.flatnonzero(points.network == network)
        seen = np.flatnonzero(points.interfered[own] & pattern.inside[own])
        clear = np.flatnonzero(~points.interfered[own] & pattern.inside[own])
        if len(seen) > len(clear):
            span = Span(int(seen[0]), int(seen[-1]), 0.0)
            series.append(_measure_series(telling.select(own), points.weight[own], span, pattern.inside[own]))
    if not series:
        return []
    return [Episode(telling.cc[0], telling.target[0], tuple(series), pattern.log_odds, pattern.words)]
