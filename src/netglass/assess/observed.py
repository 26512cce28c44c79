"""What was measured in one country, ready to be asked: spells of blocking per target and network, verdicts, and where they come from."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from netglass.detect.telling import COLUMNS, INTERFERED, Verdicts, encode, read_verdicts, to_seconds
from netglass.vocab.time import EPOCH

if TYPE_CHECKING:
    import duckdb

Row = dict[str, Any]
Pair = tuple[str, int]
"""A target and a network."""

READ_VERDICTS = f"""
SELECT {", ".join(COLUMNS)}, epoch(observed_at)::BIGINT AS seconds FROM verdict
WHERE observed_at IS NOT NULL AND probe_cc = $cc
"""

READ_EVENTS = """
SELECT event_id, kind, state, asns, targets, mechanisms, onset_earliest, onset_latest, end_earliest, end_latest, series, witnesses, flags
FROM event WHERE probe_cc = $cc AND kind IN ('block', 'shutdown') ORDER BY onset_latest, event_id
"""

READ_INPUTS = """
SELECT string_agg(DISTINCT ruleset, ' ' ORDER BY ruleset), string_agg(DISTINCT refdata, ' ' ORDER BY refdata) FROM verdict
"""


class Spell(NamedTuple):
    """A block on one target and network, as an event has it; times are UTC and naive.

    Attributes:
        end_earliest: the last moment at which it was seen.
        end_latest: the first at which it was gone, or None while it stands.
    """

    event_id: str
    state: str
    target: str
    asn: int
    mechanisms: tuple[str, ...]
    onset_earliest: datetime | None
    onset_latest: datetime
    end_earliest: datetime
    end_latest: datetime | None
    witnesses: tuple[str, ...]
    flags: tuple[str, ...]

    @property
    def is_recurring(self) -> bool:
        """Whether it is there in certain hours alone, so that being clear in between shows neither begin nor end."""
        return any(flag.startswith("recurring") for flag in self.flags)

    def overlaps(self, begin: datetime, end: datetime) -> bool:
        """Return whether it was seen at or between two moments, or on both sides of one."""
        return self.onset_latest < end and self.end_earliest >= begin


@dataclass(frozen=True)
class Observed:
    """All that was measured in a country.

    Attributes:
        cc: the country.
        spells: blocks of targets.
        shutdowns: rows of events of that kind.
        verdicts: of the country, sorted by time.
        inputs: hashes of what they were made from.
    """

    cc: str
    spells: tuple[Spell, ...]
    shutdowns: tuple[Row, ...]
    verdicts: Verdicts
    inputs: dict[str, str]

    @cached_property
    def networks(self) -> frozenset[int]:
        """Networks from which anything was measured."""
        return frozenset(map(int, np.unique(self.verdicts.asn)))

    @cached_property
    def places(self) -> dict[Pair, NDArray[np.int64]]:
        """Positions of the verdicts of each target and network."""
        if not len(self.verdicts.time):
            return {}
        codes, names = encode(list(self.verdicts.target))
        order = np.lexsort((self.verdicts.time, self.verdicts.asn, codes))
        keys = np.stack((codes, self.verdicts.asn))[:, order]
        cuts = np.flatnonzero((keys[:, 1:] != keys[:, :-1]).any(axis=0)) + 1
        groups = np.split(order, cuts)
        return {(names[codes[group[0]]], int(self.verdicts.asn[group[0]])): group for group in groups}

    @cached_property
    def by_pair(self) -> dict[Pair, tuple[Spell, ...]]:
        """Spells of each target and network, oldest first."""
        found: dict[Pair, list[Spell]] = {}
        for spell in sorted(self.spells, key=lambda spell: (spell.onset_latest, spell.event_id)):
            found.setdefault((spell.target, spell.asn), []).append(spell)
        return {pair: tuple(spells) for pair, spells in found.items()}

    @property
    def first(self) -> datetime | None:
        """Time of the first verdict."""
        return to_moment(self.verdicts.time[0]) if len(self.verdicts.time) else None

    @property
    def last(self) -> datetime | None:
        """Time of the last verdict."""
        return to_moment(self.verdicts.time[-1]) if len(self.verdicts.time) else None

    def find_verdicts(self, target: str, asn: int, begin: datetime, end: datetime) -> Verdicts:
        """Return the verdicts of a target and network from ``begin`` to before ``end``."""
        places = self.places.get((target, asn), np.empty(0, np.int64))
        times = self.verdicts.time[places]
        return self.verdicts.select(places[(times >= to_seconds(begin)) & (times < to_seconds(end))])

    def date_uids(self, uids: Collection[str]) -> list[datetime]:
        """Return the times of some measurements."""
        return [to_moment(time) for time in self.verdicts.time[np.isin(self.verdicts.uid.astype(str), list(uids))]]

    def hide(self, targets: Collection[str]) -> "Observed":
        """Return the same without the verdicts of some targets; that they were seen blocked stays."""
        kept = ~np.isin(self.verdicts.target.astype(str), sorted(targets)) if targets else slice(None)
        return replace(self, verdicts=self.verdicts.select(kept))

    def cut(self, end: datetime) -> "Observed":
        """Return what was known from measurements before ``end`` alone."""
        spells = tuple(spell for spell in self.spells if spell.onset_latest < end)
        return replace(self, spells=spells, verdicts=self.verdicts.select(self.verdicts.time < to_seconds(end)))


def to_moment(seconds: Any) -> datetime:
    """Return seconds since 1970 as a naive UTC datetime."""
    return EPOCH + timedelta(seconds=int(seconds))


def read_observed(connection: "duckdb.DuckDBPyConnection", cc: str, manifest: str) -> Observed:
    """Read what a store knows of a country.

    Args:
        connection: with the views of a store that ``judge`` and ``detect`` have been run on.
        cc: country, two letters.
        manifest: hash of the store's manifest.
    """
    rows = connection.execute(READ_VERDICTS, {"cc": cc}).fetchall()
    names = (*COLUMNS, "seconds")
    columns = dict(zip(names, zip(*rows, strict=True), strict=True)) if rows else dict.fromkeys(names, ())
    verdicts = read_verdicts(columns | {"observed_at": columns.pop("seconds")})
    events = _fetch(connection, READ_EVENTS, {"cc": cc})
    last = _find_last_seen(verdicts)
    ruleset, refdata = connection.execute(READ_INPUTS).fetchall()[0]
    return Observed(
        cc,
        tuple(spell for event in events if event["kind"] == "block" for spell in _list_spells(event, last)),
        tuple(event for event in events if event["kind"] == "shutdown"),
        verdicts,
        {"ruleset": ruleset or "", "refdata": refdata or "", "manifest": manifest},
    )


def _find_last_seen(verdicts: Verdicts) -> dict[Pair, datetime]:
    """Return the time of the last interfered verdict of each target and network."""
    seen = verdicts.select(verdicts.outcome == INTERFERED)
    pairs = zip(seen.target.tolist(), seen.asn.tolist(), strict=True)
    return {pair: to_moment(time) for pair, time in zip(pairs, seen.time.tolist(), strict=True)}


def _list_spells(event: Row, last: Mapping[Pair, datetime]) -> Iterator[Spell]:
    for one in event["series"]:
        pair = (one["target"], int(one["probe_asn"]))
        yield Spell(
            event["event_id"],
            event["state"],
            *pair,
            tuple(event["mechanisms"]),
            one["onset_earliest"],
            one["onset_latest"],
            one["end_earliest"] or max(last.get(pair, one["onset_latest"]), one["onset_latest"]),
            one["end_latest"],
            tuple(event["witnesses"]),
            tuple(event["flags"]),
        )


def _fetch(connection: "duckdb.DuckDBPyConnection", query: str, values: dict[str, Any]) -> list[Row]:
    cursor = connection.execute(query, values)
    names = [column[0] for column in cursor.description or ()]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
