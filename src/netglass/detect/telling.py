"""Verdicts as arrays, and what each of them tells about a block.

A verdict *tells* when it could have come out the other way: ``blocked``, ``likely_blocked`` and *throttled* are interfered,
``ok`` and a refusal by the server itself (which was reached) are clear. A dead site, a local fault and missing evidence tell
nothing. One reporter counts at most once a day for each outcome and series, however often it measures, so that flooding gains
nothing; ``report_id`` is not used at all.
"""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from netglass.vocab.mechanism import family
from netglass.vocab.state import Locus, State
from netglass.vocab.time import EPOCH

Ints = NDArray[np.int64]
Objects = NDArray[np.object_]

NEUTRAL, CLEAR, INTERFERED = 0, 1, 2

DAY_SECONDS = 86_400
HOUR_SECONDS = 3_600

LEAST_WEIGHT = 0.5
"""Effective count of the weakest interfered verdict; a throttled page that still arrived has it."""

COLUMNS = (
    "measurement_uid",
    "observed_at",
    "probe_cc",
    "probe_asn",
    "resolver_asn",
    "target",
    "state",
    "locus",
    "mechanisms",
    "signatures",
    "reporter",
    "engine",
    "p_blocked",
)
"""Columns of the verdict table that detection reads."""


class Verdicts(NamedTuple):
    """Verdicts of known country, network, target and time, sorted by time and uid; one array element each."""

    uid: Objects
    time: Ints
    cc: Objects
    asn: Ints
    resolver_asn: Ints
    target: Objects
    state: Objects
    outcome: NDArray[np.int8]
    mechanisms: Objects
    signatures: Objects
    reporter: Objects
    engine: Objects
    p_blocked: NDArray[np.float64]

    def select(self, rows: NDArray[Any] | slice) -> "Verdicts":
        """Return the verdicts at ``rows`` (indices, a mask or a slice)."""
        return Verdicts._make(column[rows] for column in self)


def join_verdicts(parts: Iterable[Verdicts]) -> Verdicts:
    """Return the verdicts of all ``parts`` (one or more), in their order."""
    return Verdicts._make(np.concatenate(columns) for columns in zip(*parts, strict=True))


def to_seconds(moment: datetime) -> int:
    """Return seconds since 1970 of a naive UTC time."""
    return round((moment - EPOCH).total_seconds())


def read_verdicts(columns: Mapping[str, Sequence[Any]]) -> Verdicts:
    """Return sorted verdicts from columns named as in :data:`COLUMNS`.

    Rows without a time, a target, a country (``ZZ``) or a network (AS0) cannot stand in a series and are left out.
    ``observed_at`` is a naive UTC ``datetime`` or whole seconds since 1970.
    """
    times = columns["observed_at"]
    asns = columns["probe_asn"]
    places = columns["probe_cc"]
    kept = [
        i
        for i, moment in enumerate(times)
        if moment is not None and asns[i] and places[i] not in (None, "", "ZZ") and columns["target"][i]
    ]
    uids = columns["measurement_uid"]
    seconds = {i: to_seconds(times[i]) if isinstance(times[i], datetime) else int(times[i]) for i in kept}
    kept.sort(key=lambda i: (seconds[i], uids[i]))
    states = [columns["state"][i] for i in kept]
    loci = [columns["locus"][i] for i in kept]
    mechanisms = [_as_tuple(columns["mechanisms"][i]) for i in kept]
    return Verdicts(
        uid=_objects([uids[i] for i in kept]),
        time=np.array([seconds[i] for i in kept], np.int64),
        cc=_objects([places[i] for i in kept]),
        asn=np.array([asns[i] for i in kept], np.int64),
        resolver_asn=np.array([columns["resolver_asn"][i] or 0 for i in kept], np.int64),
        target=_objects([columns["target"][i] for i in kept]),
        state=_objects(states),
        outcome=np.array(list(map(classify_outcome, states, loci, mechanisms)), np.int8),
        mechanisms=_objects(mechanisms),
        signatures=_objects([_as_tuple(columns["signatures"][i]) for i in kept]),
        reporter=_objects([columns["reporter"][i] or "" for i in kept]),
        engine=_objects([columns["engine"][i] or "" for i in kept]),
        p_blocked=np.array([columns["p_blocked"][i] or 0.0 for i in kept], np.float64),
    )


def classify_outcome(state: str, locus: str | None, mechanisms: tuple[str, ...]) -> int:
    """Return what a verdict tells: :data:`INTERFERED`, :data:`CLEAR` or :data:`NEUTRAL`."""
    if state in (State.BLOCKED, State.LIKELY_BLOCKED):
        return INTERFERED
    if state == State.IMPAIRED and locus == Locus.NETWORK and any(".throttle" in path for path in mechanisms):
        return INTERFERED
    if (state == State.OK and not mechanisms) or (state == State.IMPAIRED and locus == Locus.SERVER_SIDE):
        return CLEAR
    return NEUTRAL


def _as_tuple(values: Sequence[str] | None) -> tuple[str, ...]:
    return () if values is None else tuple(values)


def _objects(values: Sequence[Any]) -> Objects:
    out = np.empty(len(values), object)
    for i, value in enumerate(values):  # element by element: numpy would unfold a list of equally long tuples
        out[i] = value
    return out


def encode(values: Sequence[Hashable]) -> tuple[Ints, list[Any]]:
    """Return codes 0, 1, … in sorted order of the distinct ``values``, and those values."""
    names = sorted(set(values))  # type: ignore[type-var]
    codes = {name: code for code, name in enumerate(names)}
    return np.fromiter((codes[value] for value in values), np.int64, len(values)), names


def effective_weight(verdicts: Verdicts) -> NDArray[np.float64]:
    """Return the effective count of every verdict of one target and country.

    The telling verdicts of one reporter, network, day and outcome share one count; neutral ones have none.
    """
    reporters, _ = encode(list(verdicts.reporter))
    keys = np.stack((reporters, verdicts.asn, verdicts.time // DAY_SECONDS, verdicts.outcome.astype(np.int64)))
    _, inverse, counts = np.unique(keys, axis=1, return_inverse=True, return_counts=True)
    return np.asarray(weigh_verdicts(verdicts) / counts[inverse.reshape(-1)])


def weigh_verdicts(verdicts: Verdicts) -> NDArray[np.float64]:
    """Return the effective count of every verdict on its own.

    ``blocked`` (an artefact with a contrast) and clear verdicts count whole, weaker interference by its own probability.
    """
    likely = np.clip(verdicts.p_blocked, LEAST_WEIGHT, 1.0)
    likely[verdicts.state == State.IMPAIRED] = LEAST_WEIGHT
    whole = (verdicts.outcome == CLEAR) | (verdicts.state == State.BLOCKED)
    return np.where(verdicts.outcome == NEUTRAL, 0.0, np.where(whole, 1.0, likely))


def ignore_other_resolvers(verdicts: Verdicts) -> Verdicts:
    """Return the verdicts of one series with the outcome of resolvers outside a purely DNS-made block set to neutral.

    A block in one resolver says nothing of who asks another: a clear answer of resolver networks that never showed the block
    neither ends nor contradicts it. Applied only where all interference is DNS and its resolver networks are known.
    """
    seen = verdicts.outcome == INTERFERED
    by_dns = all(paths and all(family(path) == "dns" for path in paths) for paths in verdicts.mechanisms[seen])
    resolvers = set(verdicts.resolver_asn[seen].tolist())
    if not seen.any() or not by_dns or 0 in resolvers:
        return verdicts
    elsewhere = ~np.isin(verdicts.resolver_asn, [0, *resolvers])
    return verdicts._replace(outcome=np.where(elsewhere & ~seen, NEUTRAL, verdicts.outcome).astype(np.int8))


def count_effective(verdicts: Verdicts) -> int:
    """Return how many of the verdicts count: at most one per reporter, network and day."""
    return len(set(zip(verdicts.reporter, verdicts.asn.tolist(), (verdicts.time // DAY_SECONDS).tolist(), strict=True)))
