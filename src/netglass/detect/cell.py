"""Cells: what was measured in each hour of each series, with the empty hours present.

A cell is one target, country, network and hour, or one resolver network more where DNS is looked at. It holds how many verdicts
of each state there were, on which layers interference was seen, how many reporters there were, and how many measurements count
(at most one per reporter and day). An hour without a measurement is a cell with n = 0 and the state ``not_measured``; it is
never ``ok``.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from netglass.detect.telling import DAY_SECONDS, HOUR_SECONDS, INTERFERED, NEUTRAL, Verdicts, encode
from netglass.vocab.mechanism import family
from netglass.vocab.state import NOT_MEASURED, State

STATES = tuple(State)
"""Outcome classes, in the order of the last axis of ``counts``."""

LAYERS = ("dns", "tcp", "tls", "http", "ip", "quic")
"""Layers on which interference is counted, in the order of the last axis of ``layers``."""


class Cells(NamedTuple):
    """Dense counts by series (first axis) and hour (second axis)."""

    series: list[tuple[str, int, str, int]]
    """Country, network, target, and resolver network (0 where cells are not split by it)."""
    hours: NDArray[np.int64]
    """Start of each hour, seconds since 1970."""
    counts: NDArray[np.uint32]
    """Verdicts by state."""
    layers: NDArray[np.uint32]
    """Interfered verdicts by layer."""
    reporters: NDArray[np.uint32]
    """Lower bound on independent observers within the hour."""
    effective: NDArray[np.uint32]
    """Measurements that count: a reporter's first telling one of each day."""

    @property
    def n(self) -> NDArray[np.uint32]:
        """Measurements by series and hour."""
        return np.asarray(self.counts.sum(axis=2, dtype=np.uint32))


def count_cells(verdicts: Verdicts, since: int, until: int, by_resolver: bool = False) -> Cells:
    """Count ``verdicts`` by series and hour from ``since`` to ``until`` (seconds since 1970, whole hours).

    Args:
        verdicts: sorted verdicts, of which those outside are left out.
        since: start of the first hour.
        until: end of the last hour.
        by_resolver: split every series by the network of the resolver, as DNS evidence needs it.
    """
    inside = verdicts.select((verdicts.time >= since) & (verdicts.time < until))
    resolvers = inside.resolver_asn if by_resolver else np.zeros(len(inside.time), np.int64)
    keys = list(zip(inside.cc, inside.asn.tolist(), inside.target, resolvers.tolist(), strict=True))
    series, names = encode(keys)
    hour = (inside.time - since) // HOUR_SECONDS
    shape = (len(names), -(-(until - since) // HOUR_SECONDS))
    states = np.array([STATES.index(State(state)) for state in inside.state], np.int64)
    telling = inside.outcome != NEUTRAL
    return Cells(
        names,
        since + np.arange(shape[1], dtype=np.int64) * HOUR_SECONDS,
        _tally((*shape, len(STATES)), series, hour, states),
        _count_layers(shape, inside, series, hour),
        _count_reporters(shape, inside, series, hour),
        _count_effective(shape, inside.select(telling), series[telling], hour[telling]),
    )


def _tally(shape: tuple[int, ...], *index: NDArray[np.int64]) -> NDArray[np.uint32]:
    counts = np.zeros(shape, np.uint32)
    np.add.at(counts, index, 1)
    return counts


def _count_layers(
    shape: tuple[int, int], inside: Verdicts, series: NDArray[np.int64], hour: NDArray[np.int64]
) -> NDArray[np.uint32]:
    rows = [
        (series[i], hour[i], LAYERS.index(layer))
        for i in np.flatnonzero(inside.outcome == INTERFERED)
        for layer in {family(path) for path in inside.mechanisms[i]} & set(LAYERS)
    ]
    index = np.array(rows, np.int64).reshape(-1, 3).T
    return _tally((*shape, len(LAYERS)), *index)


def _count_reporters(
    shape: tuple[int, int], inside: Verdicts, series: NDArray[np.int64], hour: NDArray[np.int64]
) -> NDArray[np.uint32]:
    reporters, _ = encode(list(inside.reporter))
    distinct = np.unique(np.stack((series, hour, reporters)), axis=1)
    return _tally(shape, distinct[0], distinct[1])


def _count_effective(
    shape: tuple[int, int], telling: Verdicts, series: NDArray[np.int64], hour: NDArray[np.int64]
) -> NDArray[np.uint32]:
    reporters, _ = encode(list(telling.reporter))
    keys = np.stack((series, reporters, telling.time // DAY_SECONDS))
    _, first = np.unique(keys, axis=1, return_index=True)
    return _tally(shape, series[first], hour[first])


def name_state(counts: NDArray[np.uint32]) -> str:
    """Return the state of one cell from its verdicts by state (in the order of :data:`STATES`).

    The majority of telling verdicts decides; a tie is ``insufficient``. Without telling ones the commonest state does, and with no
    verdict at all the cell is ``not_measured``.
    """
    n = dict(zip(STATES, counts.tolist(), strict=True))
    interfered = n[State.BLOCKED] + n[State.LIKELY_BLOCKED]
    if not sum(n.values()):
        return NOT_MEASURED
    if interfered > n[State.OK]:
        return State.BLOCKED if n[State.BLOCKED] else State.LIKELY_BLOCKED
    if interfered:
        return State.OK if n[State.OK] > interfered else State.INSUFFICIENT
    best = max(n.values())
    return next(state for state in (State.INSUFFICIENT, State.IMPAIRED, State.DOWN, State.OK) if n[state] == best)
