"""When interference began and ended: exact segmentation of the verdicts of one target in one country.

The verdicts of all networks are laid in one order of time and cut into segments. In each segment every network is either
clear or interfered, and a segment with an interfered network pays for saying that there is an event, how many networks it
has and which. All rates are integrated out (:mod:`netglass.detect.evidence`), and every cut pays the logarithm of the number
of places where it could be. Dynamic programming finds the best cuts; nothing is learned, so the result depends on the
verdicts and the window alone.

Cuts are tried where one run of equal outcomes of one network meets the next. This loses nothing: within a run the score is
convex in the place of the cut, because the Beta function is log-convex, so its maximum is at an end of the run. Dense data of
many networks have too many such places; there cuts are tried where the outcome of some network changes, and every network
is given its own best stretch afterwards (:func:`refine_span`), which is exact again.

**Source**: optimal partitioning, Jackson et al. (2005), IEEE Signal Processing Letters 12(2); Bayesian segment marginals,
Fearnhead (2006), Statistics and Computing 16; subsets of streams, Neill (2012), J. R. Statist. Soc. B 74(2).
"""

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from netglass.detect.evidence import (
    CLEAR_RATE,
    EVENT_COST,
    INTERFERED_RATE,
    Floats,
    log_marginal,
    log_subset_cost,
)

Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]


MOST_EXACT_CUTS = 128
"""Places up to which all are tried; the work grows with their square."""


class Points(NamedTuple):
    """Telling verdicts of one target and country in order of time."""

    network: Ints
    """Codes 0 … n-1."""
    interfered: Flags
    weight: Floats
    """Effective count of each, above 0."""


class Segment(NamedTuple):
    """Points ``start`` to ``stop`` (not included) and the networks that are interfered in them."""

    start: int
    stop: int
    networks: tuple[int, ...]


class Segmentation(NamedTuple):
    """The best cuts, and how much better they are than none."""

    segments: tuple[Segment, ...]
    log_odds: float
    """Log of the odds of these segments against no event at all, prior included; 0 where there is no event."""


class Table(NamedTuple):
    """Cumulative effective counts at every possible cut (rows) for every network (columns)."""

    place: Ints
    interfered: Floats
    clear: Floats


def segment_points(points: Points, n_networks: int) -> Segmentation:
    """Return the best segmentation of ``points``; all clear where no event is more likely than not."""
    size = len(points.network)
    if not points.interfered.any():
        return Segmentation((Segment(0, size, ()),), 0.0)
    table = tabulate_counts(points, n_networks, find_cuts(points))
    return _find_best(table, math.log(size) if size > 1 else 0.0)


def find_cuts(points: Points) -> Ints:
    """Return the places where a cut is tried, both ends included.

    Up to :data:`MOST_EXACT_CUTS` these are all places where a cut can be best; above, those where some network's outcome changes.
    """
    network, interfered = points.network, points.interfered
    changes = np.flatnonzero((network[1:] != network[:-1]) | (interfered[1:] != interfered[:-1])) + 1
    if len(changes) > MOST_EXACT_CUTS:
        order = np.lexsort((np.arange(len(network)), network))
        network, interfered = network[order], interfered[order]
        changes = order[1:][(network[1:] == network[:-1]) & (interfered[1:] != interfered[:-1])]
    return np.unique(np.concatenate(([0], changes, [len(network)])))


def tabulate_counts(points: Points, n_networks: int, cuts: Ints) -> Table:
    """Return cumulative effective counts up to each of ``cuts``."""
    shape = (len(points.network) + 1, n_networks)
    sums = []
    for chosen in (points.interfered, ~points.interfered):
        counts = np.zeros(shape)
        counts[np.flatnonzero(chosen) + 1, points.network[chosen]] = points.weight[chosen]
        sums.append(np.cumsum(counts, axis=0)[cuts])
    return Table(cuts, *sums)


def weigh_stretches(table: Table, end: int) -> tuple[Floats, Floats]:
    """Return clear log marginals and log ratios for interference, by start (rows 0 … end-1) and network, up to cut ``end``."""
    interfered = table.interfered[end] - table.interfered[:end]
    clear = table.clear[end] - table.clear[:end]
    calm = log_marginal(interfered, clear, CLEAR_RATE)
    return calm, log_marginal(interfered, clear, INTERFERED_RATE) - calm


def score_subsets(ratios: Floats) -> Floats:
    """Return, per row, the log ratio of the best non-empty subset of interfered networks, its cost taken off."""
    best_first = -np.sort(-ratios, axis=1)
    return np.asarray((np.cumsum(best_first, axis=1) - log_subset_cost(ratios.shape[1])).max(axis=1))


def _choose_subset(ratios: Floats) -> tuple[int, ...]:
    order = np.argsort(-ratios, kind="stable")
    size = int(np.argmax(np.cumsum(ratios[order]) - log_subset_cost(len(ratios)))) + 1
    return tuple(sorted(int(network) for network in order[:size] if ratios[network] > 0))


def _find_best(table: Table, cut_cost: float) -> Segmentation:
    """Run the recursion over cuts: the best score of all points before a cut, ending clear or ending in an event."""
    last = len(table.place) - 1
    calm_best = np.zeros(last + 1)
    event_best = np.full(last + 1, -np.inf)
    back: list[tuple[int, int, bool]] = [(0, 0, False)]  # start if clear, start if event, event goes on from an event
    calm_best[0] = cut_cost  # the first segment needs no cut
    for end in range(1, last + 1):
        calm, ratios = weigh_stretches(table, end)
        calm_sum = calm.sum(axis=1)
        event_sum = calm_sum + score_subsets(ratios)
        from_event = event_best[:end] - cut_cost + calm_sum
        from_event[0] = calm_sum[0]
        fresh = calm_best[:end] - cut_cost - EVENT_COST + event_sum
        longer = event_best[:end] - cut_cost + event_sum
        calm_start, fresh_start, longer_start = (int(np.argmax(score)) for score in (from_event, fresh, longer))
        goes_on = bool(longer[longer_start] > fresh[fresh_start])
        calm_best[end] = from_event[calm_start]
        event_best[end] = max(longer[longer_start], fresh[fresh_start])
        back.append((calm_start, longer_start if goes_on else fresh_start, goes_on))
    null = float(log_marginal(table.interfered[last], table.clear[last], CLEAR_RATE).sum())
    best = max(calm_best[last], event_best[last])
    if best <= null:
        return Segmentation((Segment(0, int(table.place[last]), ()),), 0.0)
    return Segmentation(tuple(_trace_back(table, back, event_best[last] > calm_best[last])), float(best - null))


def _trace_back(table: Table, back: list[tuple[int, int, bool]], in_event: bool) -> list[Segment]:
    segments: list[Segment] = []
    end = len(table.place) - 1
    while end > 0:
        calm_start, event_start, goes_on = back[end]
        start = event_start if in_event else calm_start
        networks = _choose_subset(weigh_stretches(table, end)[1][start]) if in_event else ()
        segments.append(Segment(int(table.place[start]), int(table.place[end]), networks))
        in_event = goes_on if in_event else True
        end = start
    return segments[::-1]


class Span(NamedTuple):
    """The interfered stretch of one network: its first and last interfered point, and the evidence for it in nats."""

    first: int
    last: int
    evidence: float


def refine_span(points: Points, first: int, last: int) -> Span:
    """Return the interfered stretch that fits the outcomes of one network best.

    Args:
        points: the points of one network (codes all 0).
        first: a point at or before the end of the stretch; the result overlaps ``first`` … ``last``.
        last: a point at or after ``first``; at least one of the points between is interfered.
    """
    table = tabulate_counts(points, 1, find_cuts(points))
    k, c, place = table.interfered[:, 0], table.clear[:, 0], table.place
    start, stop = np.triu_indices(len(place), 1)
    inside = log_marginal(k[stop] - k[start], c[stop] - c[start], INTERFERED_RATE)
    before = log_marginal(k[start], c[start], CLEAR_RATE)
    after = log_marginal(k[-1] - k[stop], c[-1] - c[stop], CLEAR_RATE)
    null = float(log_marginal(k[-1:], c[-1:], CLEAR_RATE)[0])
    fits = (place[start] <= last) & (place[stop] > first) & (k[stop] > k[start])
    scores = np.where(fits, inside + before + after - null, -np.inf)
    best = int(np.argmax(scores))
    seen = np.flatnonzero(points.interfered[place[start[best]] : place[stop[best]]]) + place[start[best]]
    return Span(int(seen[0]), int(seen[-1]), float(scores[best]))
