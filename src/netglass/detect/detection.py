"""One run of detection: from verdicts to event rows and coverage rows, over a stated window.

The run is a function of the verdicts and the window. Late data are part of the next run and change what they touch.
"""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from netglass.detect.common_cause import flag_common_causes
from netglass.detect.coverage import measure_coverage
from netglass.detect.episode import Episode, find_episodes
from netglass.detect.event import Row, anchor_row, build_block, build_unblock
from netglass.detect.identity import name_events
from netglass.detect.incident import Incident, join_episodes
from netglass.detect.shutdown import find_shutdowns
from netglass.detect.telling import INTERFERED, Verdicts, encode
from netglass.vocab.id import hash_names


class Window(NamedTuple):
    """The time that a run looks at: seconds since 1970, ``until`` not included."""

    since: int
    until: int


class Detection(NamedTuple):
    """What one run found."""

    window: Window
    events: list[Row]
    coverage: list[Row]


def span_window(verdicts: Verdicts) -> Window:
    """Return the window that holds all ``verdicts``, to whole hours."""
    if not len(verdicts.time):
        return Window(0, 0)
    return Window(int(verdicts.time[0]) // 3600 * 3600, (int(verdicts.time[-1]) // 3600 + 1) * 3600)


def detect_events(verdicts: Verdicts, window: Window | None = None) -> Detection:
    """Return events and coverage of ``verdicts`` inside ``window`` (by default all of them)."""
    window = window or span_window(verdicts)
    inside = verdicts.select((verdicts.time >= window.since) & (verdicts.time < window.until))
    episodes = [episode for part in split_targets(inside) for episode in find_episodes(part)]
    blocks, incidents = _build_blocks(episodes, window)
    flag_common_causes(blocks, inside)
    shutdowns = find_shutdowns(inside, window.since, window.until)
    _name_all([*blocks, *shutdowns])
    unblocks = [_build_end(block, incident) for block, incident in zip(blocks, incidents, strict=True)]
    events = [*blocks, *shutdowns, *(row for row in unblocks if row)]
    events.sort(key=lambda row: (row["onset_latest"], row["event_id"]))
    return Detection(window, events, measure_coverage(inside, window.since, window.until))


def split_targets(verdicts: Verdicts) -> Iterator[Verdicts]:
    """Yield the verdicts of every country and target that shows interference."""
    if not len(verdicts.time):
        return
    countries, _ = encode(list(verdicts.cc))
    targets, names = encode(list(verdicts.target))
    pair = countries * len(names) + targets
    touched = np.unique(pair[verdicts.outcome == INTERFERED])
    order = np.argsort(pair, kind="stable")
    starts = np.searchsorted(pair[order], touched, "left")
    stops = np.searchsorted(pair[order], touched, "right")
    for start, stop in zip(starts, stops, strict=True):
        yield verdicts.select(order[start:stop])


def _build_blocks(episodes: list[Episode], window: Window) -> tuple[list[Row], list[Incident]]:
    rows: list[Row] = []
    incidents: list[Incident] = []
    for cc in sorted({episode.cc for episode in episodes}):
        own = [episode for episode in episodes if episode.cc == cc]
        joined, linked = join_episodes(own, max(window.until - window.since, 1))
        built = [build_block(incident) for incident in joined]
        _link_campaigns(built, linked)
        rows += built
        incidents += joined
    return rows, incidents


def _link_campaigns(rows: list[Row], linked: list[tuple[int, int]]) -> None:
    """Give all rows that are linked, directly or through others, one campaign."""
    leader = list(range(len(rows)))

    def find(i: int) -> int:
        while leader[i] != i:
            i = leader[i]
        return i

    for i, j in linked:
        one, other = sorted((find(i), find(j)))
        leader[other] = one
    members: dict[int, list[Row]] = {}
    for i, row in enumerate(rows):
        members.setdefault(find(i), []).append(row)
    for group in members.values():
        if len(group) > 1:
            first = min(group, key=lambda row: (row["onset_latest"], row["targets"]))
            name = hash_names("ca", first["probe_cc"], first["targets"][0], first["onset_latest"].strftime("%Y-%m"))
            for row in group:
                row["campaign"] = name


def _name_all(rows: list[Row]) -> None:
    for row, name in zip(rows, name_events([anchor_row(row) for row in rows]), strict=True):
        row["event_id"] = name


def _build_end(block: Row, incident: Incident) -> Row | None:
    row = build_unblock(block, incident)
    return row and row | {"event_id": hash_names("ev", "unblock", block["event_id"])}
