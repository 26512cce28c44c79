"""Events as rows: what is confirmed and what is not, and why.

An event is *confirmed* with at least five effective measurements over two hours, and two independent observers: two reporters
or two networks, such that without the busiest of them two effective measurements remain (one flooder and one mistake
elsewhere are not two witnesses). All else is *unconfirmed*, with flags that say what is missing.
"""

import math
from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import numpy as np

from netglass.detect.bracket import Bracket, Spread, pool_end, pool_onset
from netglass.detect.episode import Series
from netglass.detect.identity import Anchor
from netglass.detect.incident import Incident
from netglass.detect.telling import DAY_SECONDS, HOUR_SECONDS, Verdicts, count_effective, join_verdicts
from netglass.vocab.mechanism import expand_path, family
from netglass.vocab.state import State
from netglass.vocab.table import EVENT
from netglass.vocab.time import EPOCH

Row = dict[str, Any]

LEAST_EFFECTIVE = 5
"""Effective measurements of a confirmed event. **Source**: docs/explanation/events.md."""

LEAST_SPAN_HOURS = 2
"""Hours over which they must be spread. **Source**: docs/explanation/events.md."""

LEAST_OTHERS = 2
"""Effective measurements that must remain without the busiest reporter. **Source**: design choice against flooding."""

MOST_WITNESSES = 20
"""Witnesses in a row; ``series`` counts them all."""

HIGHEST_CONFIDENCE = {"confirmed": 0.99, "unconfirmed": 0.9}
"""Confidence is capped: the model's own doubts are not the only ones. **Source**: design choice."""

MECHANISM_SHARE = 0.2
"""A mechanism is named when two verdicts or this share of them show it."""

NOTES = {
    "few_measurements": "fewer than 5 effective measurements (at most one per reporter and day)",
    "short_span": "all seen within two hours",
    "independence_not_shown": "the lower bound on independent observers is 1",
    "one_busy_reporter": "without the busiest reporter fewer than 2 effective measurements remain",
    "likely_only": "no verdict rests on an artefact with a contrast; all are likely_blocked or throttled",
    "rollout": "began network by network; the bracket is that of the first",
    "onset_not_pooled": "the networks may have begun at different times; the bracket is that of the first",
    "piecemeal_end": "did not end everywhere at once; the bracket is that of the last network",
    "end_not_pooled": "the networks may have ended at different times; the bracket is that of the last",
    "no_measurement_before": "nothing telling was measured before it: it may have stood for long",
    "standing": "no telling measurement shows its end",
    "mechanism_switch": "the mechanism changed during the block",
    "recurring": "seen in the same hours on several days and not between them",
    "common_cause": "many unrelated countries, or one version of the client, show the same: an innocent common cause is likely",
    "block_unconfirmed": "the block that it ends is itself unconfirmed",
    "limit": "a pause on this network must be longer than this to be noticed",
    "volume_only": "rests on silence, not on measurements",
}
"""Flags of events and what they mean; a flag may carry detail after a colon."""


def to_moment(seconds: int | None) -> datetime | None:
    """Return seconds since 1970 as a naive UTC datetime, or None."""
    return None if seconds is None else EPOCH + timedelta(seconds=seconds)


def build_block(incident: Incident) -> Row:
    """Return the event row of ``incident``; ``event_id``, ``campaign`` and ``refdata`` are filled in later."""
    series = incident.series
    seen = gather_witnesses(series)
    onset, end = pool_onset([one.around_onset for one in series]), pool_end([one.around_end for one in series])
    flags = [*find_weaknesses(seen), *describe_course(incident, onset, end, seen)]
    state = "confirmed" if is_confirmed(flags) else "unconfirmed"
    return empty_row("block", incident.cc) | {
        "state": state,
        "asns": sorted({one.asn for one in series}),
        "targets": sorted({one.target for one in series}),
        "mechanisms": name_mechanisms(seen),
        "onset_earliest": to_moment(onset.earliest),
        "onset_latest": to_moment(onset.latest),
        "end_earliest": to_moment(end.earliest),
        "end_latest": to_moment(end.latest),
        "series": [build_series(one) for one in series],
        "n_measurements": sum(one.n_during for one in series),
        "n_reporters": len(set(seen.reporter)),
        "confidence": rate_confidence(sum(episode.log_odds for episode in incident.episodes), state),
        "witnesses": choose_witnesses(series),
        "flags": flags,
    }


def build_unblock(block: Row, incident: Incident) -> Row | None:
    """Return the row of the end of ``block``, which ``incident`` made, or None while it stands."""
    if block["end_latest"] is None:
        return None
    ended = [one for one in incident.series if one.first_after is not None]
    after = sum(one.n_after for one in ended)
    doubts = {
        "few_measurements": after < LEAST_EFFECTIVE,
        "block_unconfirmed": block["state"] != "confirmed",
        "piecemeal_end": "piecemeal_end" in block["flags"],
        "independence_not_shown": "independence_not_shown" in block["flags"],
    }
    firm = block["state"] == "confirmed" and after >= LEAST_EFFECTIVE
    kept = ("asns", "targets", "mechanisms", "n_reporters", "confidence", "campaign")
    return (
        empty_row("unblock", block["probe_cc"])
        | {name: block[name] for name in kept}
        | {
            "state": "confirmed" if firm else "unconfirmed",
            "onset_earliest": block["end_earliest"],
            "onset_latest": block["end_latest"],
            "series": [reverse_series(build_series(one)) for one in ended],
            "n_measurements": after,
            "witnesses": [uid for one in ended for uid in one.cleared][:MOST_WITNESSES],
            "flags": [name for name, holds in doubts.items() if holds],
            "refers_to": block["event_id"],
        }
    )


def empty_row(kind: str, cc: str) -> Row:
    """Return an event row with every column, the lists empty."""
    row: Row = {column.name: [] if column.type.endswith("[]") else None for column in EVENT}
    return row | {"kind": kind, "probe_cc": cc, "n_measurements": 0, "n_reporters": 0}


def gather_witnesses(series: Sequence[Series]) -> Verdicts:
    """Return all interfered verdicts of ``series``."""
    return join_verdicts(one.witnesses for one in series)


def find_weaknesses(seen: Verdicts) -> list[str]:
    """Return the flags that keep an event from being confirmed, or weaken it."""
    flags = []
    if count_effective(seen) < LEAST_EFFECTIVE:
        flags.append("few_measurements")
    if int(seen.time.max() - seen.time.min()) < LEAST_SPAN_HOURS * HOUR_SECONDS:
        flags.append("short_span")
    if len(set(seen.reporter)) == 1:
        flags.append("independence_not_shown")
    if _count_others(seen) < LEAST_OTHERS:
        flags.append("one_busy_reporter")
    if not (seen.state == State.BLOCKED).any():
        flags.append("likely_only")
    return flags


def _count_others(seen: Verdicts) -> int:
    """Return the effective measurements without the busiest reporter of the busiest network."""
    days = set(zip(seen.asn.tolist(), seen.reporter, (seen.time // DAY_SECONDS).tolist(), strict=True))
    by_reporter = Counter((asn, reporter) for asn, reporter, _ in days)
    return len(days) - max(by_reporter.values())


BARS = frozenset({"few_measurements", "short_span", "one_busy_reporter", "common_cause"})
"""Flags with which no event is confirmed. One reporter on two networks is two networks, so that alone bars nothing."""


def is_confirmed(flags: Sequence[str]) -> bool:
    """Return whether none of ``flags`` bars confirmation."""
    return not any(flag.split(":")[0] in BARS for flag in flags)


def describe_course(incident: Incident, onset: Bracket, end: Bracket, seen: Verdicts) -> list[str]:
    """Return the flags that tell how the event began, went on and ended."""
    patterns = sorted({episode.recurring for episode in incident.episodes if episode.recurring})
    course = {
        "rollout": onset.spread is Spread.APART,
        "onset_not_pooled": onset.spread is Spread.UNCLEAR,
        "piecemeal_end": end.spread is Spread.APART,
        "end_not_pooled": end.spread is Spread.UNCLEAR,
        "no_measurement_before": onset.earliest is None,
        "standing": end.latest is None,
        "mechanism_switch": _switched(seen),
    }
    return [*(name for name, holds in course.items() if holds), *(f"recurring:{words}" for words in patterns)]


def _switched(seen: Verdicts) -> bool:
    """Return whether one layer was last seen before another was first seen on at least one network."""
    for asn in np.unique(seen.asn):
        own = seen.select(seen.asn == asn)
        times: dict[str, list[int]] = {}
        for moment, paths in zip(own.time.tolist(), own.mechanisms, strict=True):
            for layer in {family(path) for path in paths}:
                times.setdefault(layer, []).append(moment)
        often = [found for found in times.values() if len(found) > 1]
        if any(max(one) < min(other) for one in often for other in often):
            return True
    return False


def name_mechanisms(seen: Verdicts) -> list[str]:
    """Return the mechanisms that more than a stray verdict shows, only the deepest of each branch."""
    counts = Counter(path for paths in seen.mechanisms for path in set(paths))
    kept = {path for path, count in counts.items() if count >= 2 or count >= MECHANISM_SHARE * len(seen.time)}
    above = {upper for path in kept for upper in expand_path(path) if upper != path}
    return sorted(kept - above)


def rate_confidence(log_odds: float, state: str) -> float:
    """Return the posterior probability of the event, capped by its state."""
    return round(min(1 / (1 + math.exp(-min(log_odds, 50.0))), HIGHEST_CONFIDENCE[state]), 4)


def choose_witnesses(series: Sequence[Series]) -> list[str]:
    """Return uids of the clearest verdicts, taken in turn from every series, at most :data:`MOST_WITNESSES`."""
    ranked = []
    for place, one in enumerate(series):
        own = one.witnesses
        clear_first = sorted(
            range(len(own.uid)),
            key=lambda i: (own.state[i] != State.BLOCKED, -own.p_blocked[i], own.time[i], own.uid[i]),
        )
        ranked += [(rank, place, own.uid[i]) for rank, i in enumerate(clear_first)]
    return [uid for _, _, uid in sorted(ranked)[:MOST_WITNESSES]]


def build_series(one: Series) -> Row:
    """Return the struct of one series, in the order of ``vocab.table.SERIES_TYPE``."""
    ended = one.first_after is not None
    return {
        "target": one.target,
        "probe_asn": one.asn,
        "onset_earliest": to_moment(one.last_before),
        "onset_latest": to_moment(one.first_during),
        "end_earliest": to_moment(one.last_during) if ended else None,
        "end_latest": to_moment(one.first_after),
        "n_before": one.n_before,
        "n_during": one.n_during,
        "n_after": one.n_after,
        "n_reporters": len(set(one.witnesses.reporter)),
    }


def reverse_series(one: Row) -> Row:
    """Return the series of an unblock: its onset is the block's end."""
    return one | {
        "onset_earliest": one["end_earliest"],
        "onset_latest": one["end_latest"],
        "end_earliest": None,
        "end_latest": None,
        "n_before": one["n_during"],
        "n_during": one["n_after"],
        "n_after": 0,
    }


def anchor_row(row: Row) -> Anchor:
    """Return what ``row`` is named by."""
    name = row["targets"][0] if row["targets"] else f"AS{row['asns'][0]}"
    return Anchor(row["kind"], row["probe_cc"], name, row["onset_latest"])
