"""Incidents: which episodes of different targets are one real-world event, and which only began together.

Episodes of one country on shared networks are one incident when they may have begun and ended together and share a cause: a
blocked address, which fells all sites behind it; or another artefact (block page, injected address, certificate) or the way of
blocking (``tls.reset``, ``dns.nxdomain``), when all that they have in time in common would hardly come by chance: onset, end, and in
a roll-out the onset on each network. A block page is shared by everything that a censor ever blocked, so alone it proves nothing.
What begins together without that much in common is linked in a campaign.
"""

import math
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from netglass.detect.bracket import (
    ROLLOUT_SECONDS,
    Bracket,
    Spread,
    Timeline,
    overlap,
    pool_end,
    pool_onset,
    width,
)
from netglass.detect.episode import Episode, Series
from netglass.vocab.mechanism import family

ADDRESS_LAYERS = frozenset({"tcp", "ip"})
"""Layers on which a block is of an address, and so of all that it serves."""

CHANCE_OF_ARTEFACT = 0.25
"""Incidents that may be expected to begin together by chance when they share an artefact, before they count as one."""

CHANCE_OF_WAY = 0.2
"""The same when they share no more than the way of blocking. **Source**: design choice, on the scale of a test's usual level."""

LEAST_SHARED_NETWORKS = 0.5
"""Jaccard of networks above which two episodes are on the same networks."""

LEAST_SHARED_TIME = 0.5
"""Share of their time that two blocks of one address must have in common. A blocked address fells all that it serves while it is
blocked, so brackets need not agree to the hour.
"""


class Trace(NamedTuple):
    """What ties an episode to others."""

    episode: Episode
    onset: Bracket
    end: Bracket
    asns: frozenset[int]
    layers: frozenset[str]
    ways: frozenset[str]
    signatures: frozenset[str]


class Incident(NamedTuple):
    """Episodes that are one event."""

    cc: str
    episodes: tuple[Episode, ...]

    @property
    def series(self) -> tuple[Series, ...]:
        """All series, by target and network."""
        rows = (one for episode in self.episodes for one in episode.series)
        return tuple(sorted(rows, key=lambda one: (one.target, one.asn)))


def trace_episode(episode: Episode) -> Trace:
    """Return what ties ``episode`` to others."""
    verdicts = [one.witnesses for one in episode.series]
    paths = {path for own in verdicts for listed in own.mechanisms for path in listed}
    return Trace(
        episode,
        pool_onset([one.around_onset for one in episode.series]),
        _bound_end(episode),
        frozenset(one.asn for one in episode.series),
        frozenset(family(path) for path in paths),
        frozenset(".".join(path.split(".")[:2]) for path in paths),
        frozenset(name for own in verdicts for listed in own.signatures for name in listed),
    )


def _bound_end(episode: Episode) -> Bracket:
    """Return the end's bracket, from the last sight of it on where the block stands."""
    end = pool_end([one.around_end for one in episode.series])
    return end if end.latest else Bracket(max(one.last_during for one in episode.series), None, end.spread)


def join_episodes(episodes: Iterable[Episode], window_seconds: int) -> tuple[list[Incident], list[tuple[int, int]]]:
    """Return incidents in order of onset, and the pairs of them that began together without being one.

    Args:
        episodes: episodes of one country.
        window_seconds: length of the window, over which onsets could have been spread.
    """
    traces = sorted(map(trace_episode, episodes), key=lambda one: (one.onset.latest or 0, one.episode.target))
    groups: list[list[Trace]] = []
    for trace in traces:
        home = next((g for g in groups if all(_is_one(trace, other, traces, window_seconds) for other in g)), None)
        if home is None:
            groups.append([trace])
        else:
            home.append(trace)
    incidents = [Incident(group[0].episode.cc, tuple(one.episode for one in group)) for group in groups]
    linked = [
        (i, j)
        for i in range(len(groups))
        for j in range(i + 1, len(groups))
        if any(_begin_together(one, other, traces, window_seconds) for one in groups[i][:1] for other in groups[j][:1])
    ]
    return incidents, linked


def count_onsets(onsets: Sequence[Bracket]) -> int:
    """Return the least number of moments that explains all known onsets (greedy stabbing of intervals)."""
    count, moment = 0, -1
    for latest, earliest in sorted((b.latest or 0, b.earliest) for b in onsets if b.earliest is not None):
        if earliest >= moment:
            count, moment = count + 1, latest
    return count


def _chance(one: Trace, other: Trace, traces: Sequence[Trace], window_seconds: int) -> float:
    """Return how many pairs like this would begin and end together by chance.

    That is the number of onsets with which this one could be confused (those of blocks that share as much with it), times, for each
    transition that the two have in common, the share of time in which the other's might have fallen at random and still overlap.
    """
    shared = _shared_artefacts(one, other) or one.ways & other.ways
    pairs = ((one.onset, other.onset), (one.end, other.end))
    widths = [total for total in (width(here) + width(there) for here, there in pairs) if total < math.inf]
    if not widths:
        return math.inf  # neither begins or ends within the window: nothing shows that they are one
    rivals = count_onsets([trace.onset for trace in traces if shared <= (trace.signatures | trace.ways)])
    chance = max(rivals - 1, 1) * math.prod(min(total / window_seconds, 1.0) for total in widths)
    if one.onset.spread is other.onset.spread is Spread.APART:
        chance *= math.prod(_chances_apart(one, other))
    return chance


def _chances_apart(one: Trace, other: Trace) -> Iterator[float]:
    """Yield, for each shared network but the first, the chance that two roll-outs reach it together."""
    shared = sorted(one.asns & other.asns, key=lambda asn: _locate(one, asn).latest or 0)
    for asn in shared[1:]:
        here, there = _locate(one, asn), _locate(other, asn)
        if not overlap(here, there):
            yield math.inf
        elif width(here) + width(there) < math.inf:
            yield min((width(here) + width(there)) / ROLLOUT_SECONDS, 1.0)


def _locate(trace: Trace, asn: int) -> Bracket:
    lines: list[Timeline] = [series.around_onset for series in trace.episode.series if series.asn == asn]
    return pool_onset(lines)


def _shared_artefacts(one: Trace, other: Trace) -> frozenset[str]:
    return frozenset(name for name in one.signatures & other.signatures if not name.startswith("address:"))


def _share_networks(one: Trace, other: Trace) -> bool:
    return len(one.asns & other.asns) >= LEAST_SHARED_NETWORKS * len(one.asns | other.asns)


def _is_one(one: Trace, other: Trace, traces: Sequence[Trace], window_seconds: int) -> bool:
    if not _share_networks(one, other):
        return False
    shared = one.signatures & other.signatures
    layers = one.layers & other.layers
    if layers & ADDRESS_LAYERS and any(name.startswith("address:") for name in shared):
        return _share_time(one, other)
    alike = _shared_artefacts(one, other) and layers
    limit = CHANCE_OF_ARTEFACT if alike else CHANCE_OF_WAY if one.ways & other.ways else 0.0
    together = overlap(one.onset, other.onset) and overlap(one.end, other.end)
    return together and _chance(one, other, traces, window_seconds) <= limit


def _share_time(one: Trace, other: Trace) -> bool:
    """Return whether the two were seen at the same time for at least half of the time in which either was."""
    spans = [
        (trace.onset.latest or 0, max(series.last_during for series in trace.episode.series)) for trace in (one, other)
    ]
    both = min(stop for _, stop in spans) - max(start for start, _ in spans)
    either = max(stop for _, stop in spans) - min(start for start, _ in spans)
    return both >= LEAST_SHARED_TIME * either


def _begin_together(one: Trace, other: Trace, traces: Sequence[Trace], window_seconds: int) -> bool:
    related = one.signatures & other.signatures or one.layers & other.layers
    limit = CHANCE_OF_ARTEFACT if related else CHANCE_OF_WAY
    return overlap(one.onset, other.onset) and _chance(one, other, traces, window_seconds) <= limit
