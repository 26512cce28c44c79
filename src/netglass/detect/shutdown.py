"""A whole network falls silent: volume as a signal of its own, and what silence cannot show.

A network is *active* in an hour in which anybody on it measured anything. A pause is a possible shutdown when it is far longer
than the network's other pauses explain, at least five reporters were heard both before and after it, and the other networks
went on meanwhile (so that it is no fault of the collection). At the density of most volunteer data this never happens: silence
there is not a shutdown, and the *limit* says how long a pause would have to be. Uploads come late, so a pause that nobody has
ended yet is not reported.

A network may fall silent more than once, and one long pause must not hide another: the longest are set apart together, up to
:data:`MOST_PAUSES`, and measured by the rhythm of the rest.

**Source**: a Poisson process of activity with its scale raised to the longest other pause, whose expected size among n pauses of
scale s is s ln n; Bonferroni over pauses, networks and numbers tried. Setting several apart: B. Rosner, "Percentage points for a
generalized ESD many-outlier procedure", Technometrics 25 (1983). Design choice: level 0.01 for a whole run.
"""

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from netglass.detect.event import Row, empty_row, to_moment
from netglass.detect.telling import HOUR_SECONDS, Verdicts

Ints = NDArray[np.int64]

LEVEL = 0.01
"""Probability of one false shutdown in a run."""

LEAST_REPORTERS = 5
"""Reporters that must be heard before and after. **Source**: as many observers as a confirmed event has measurements."""

LEAST_PAUSES = 20
"""Pauses from which the usual rhythm of a network can be read. **Source**: design choice."""

MOST_PAUSES = 4
"""Silences of one network that may be found in a run. **Source**: design choice."""

LEAST_ELSEWHERE = 0.5
"""Share of their usual activity that the other networks must keep during the pause."""


class Pause(NamedTuple):
    """A silence of one network; times in seconds since 1970."""

    cc: str
    asn: int
    last_before: int
    first_after: int
    scale_hours: float
    limit_hours: float


def find_shutdowns(verdicts: Verdicts, since: int, until: int) -> list[Row]:
    """Return one row for every shutdown between ``since`` and ``until``, networks of a country that fell silent together in one."""
    networks = sorted(set(zip(verdicts.cc, verdicts.asn.tolist(), strict=True)))
    pauses = []
    for cc, asn in networks:
        here = (verdicts.asn == asn) & (verdicts.cc == cc)
        pauses += [
            pause
            for pause in find_pauses(cc, asn, verdicts.time[here], len(networks))
            if _is_heard(pause, verdicts.select(here)) and _others_go_on(pause, verdicts.time[~here], since, until)
        ]
    return [_build_row(group) for group in _group_pauses(pauses)]


def find_pauses(cc: str, asn: int, times: Ints, n_networks: int) -> list[Pause]:
    """Return the pauses of a network that are longer than the limit, in order of time: the most that can be set apart together."""
    gaps = np.diff(times)
    longest = np.argsort(-gaps, kind="stable")
    for count in range(min(MOST_PAUSES, len(gaps)), 0, -1):
        scale, limit = measure_rhythm(times, n_networks, count)
        if gaps[longest[count - 1]] / HOUR_SECONDS > limit:
            places = sorted(longest[:count].tolist())
            return [Pause(cc, asn, int(times[i]), int(times[i + 1]), scale, limit) for i in places]
    return []


def measure_rhythm(times: Ints, n_networks: int, apart: int = 1) -> tuple[float, float]:
    """Return the scale of a network's pauses and the limit above which a pause is a possible shutdown, in hours.

    Args:
        times: sorted times of everything measured on the network, in seconds.
        n_networks: networks that are looked at in the same run.
        apart: how many of the longest pauses are no part of the rhythm, at least 1.
    """
    pauses = np.sort(np.diff(np.unique(times // HOUR_SECONDS)))
    if len(pauses) < LEAST_PAUSES:
        return math.inf, math.inf
    others = pauses[:-apart].astype(float)
    scale = max(float(others.mean()), float(others[-1]) / math.log(len(others)))
    return scale, scale * math.log(len(pauses) * n_networks * apart / LEVEL)


def _is_heard(pause: Pause, own: Verdicts) -> bool:
    before = set(own.reporter[own.time <= pause.last_before])
    after = set(own.reporter[own.time >= pause.first_after])
    return min(len(before), len(after)) >= LEAST_REPORTERS


def _others_go_on(pause: Pause, times: Ints, since: int, until: int) -> bool:
    """Return whether the hours of activity elsewhere, per hour of the pause, are at least half of the usual."""
    hours = np.unique(times // HOUR_SECONDS) * HOUR_SECONDS
    during = int(((hours > pause.last_before) & (hours < pause.first_after)).sum())
    length = pause.first_after - pause.last_before
    usual = (len(hours) - during) / max(until - since - length, 1) * length
    return during >= 1 and during >= LEAST_ELSEWHERE * usual


def _group_pauses(pauses: list[Pause]) -> list[list[Pause]]:
    groups: list[list[Pause]] = []
    for pause in sorted(pauses, key=lambda one: (one.cc, one.last_before)):
        last = groups[-1][-1] if groups else None
        if last and last.cc == pause.cc and pause.last_before < last.first_after:
            groups[-1].append(pause)
        else:
            groups.append([pause])
    return groups


def _build_row(group: list[Pause]) -> Row:
    """Return the event row: silence began within three scales after the last sign of life and ended so before the next."""
    slack = round(3 * max(one.scale_hours for one in group) * HOUR_SECONDS)
    began, ended = max(one.last_before for one in group), min(one.first_after for one in group)
    first = min(one.last_before for one in group)
    return empty_row("shutdown", group[0].cc) | {
        "state": "unconfirmed",
        "asns": sorted(one.asn for one in group),
        "onset_earliest": to_moment(first),
        "onset_latest": to_moment(min(began + slack, ended)),
        "end_earliest": to_moment(max(ended - slack, began)),
        "end_latest": to_moment(max(one.first_after for one in group)),
        "confidence": 0.5,
        "flags": ["volume_only", f"limit:{max(one.limit_hours for one in group):.0f}h"],
    }
