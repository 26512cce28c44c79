"""No fact without a source: which fields of a record state facts, and which entry stands behind each.

Of the entries that cover a field, those with the longest path count, so one entry may cover ``all`` and others what differs from it.
Several passages may bear out one field; that a field is sourced and unsourced at once is a contradiction.
"""

from collections.abc import Iterator
from typing import NamedTuple

from netglass.form.document import Place
from netglass.form.fault import suggest
from netglass.register.evidence import EVERYTHING, Evidence, Unsourced
from netglass.register.part import Leaf, walk_leaves
from netglass.register.record import SourcedRecord

_ENTRIES = ("evidence", "unsourced")

Entry = Evidence | Unsourced


class Gap(NamedTuple):
    """What is wrong with the evidence of a record, and where."""

    place: Place
    message: str
    hint: str


class Claimant(NamedTuple):
    """One path of one entry: who says that it covers what."""

    place: Place
    path: str
    entry: Entry

    def covers(self, fact: str) -> bool:
        """Return whether the path is that of the fact, or above it."""
        return self.path == EVERYTHING or fact == self.path or fact.startswith(f"{self.path}.")

    @property
    def rank(self) -> int:
        """How exact the path is."""
        return 0 if self.path == EVERYTHING else 1 + self.path.count(".")


def list_facts(record: SourcedRecord) -> list[Leaf]:
    """Return the fields of a record that state a fact, in the order of the model."""
    return [leaf for leaf in walk_leaves(record) if leaf.place[0] not in _ENTRIES and leaf.states_fact]


def find_entries(record: SourcedRecord, path: str) -> tuple[Entry, ...]:
    """Return the entries that stand behind the field at ``path``; none where it has no source and nothing says why."""
    return tuple(item.entry for item in _pick(_list_claimants(record), path))


def find_gaps(record: SourcedRecord) -> Iterator[Gap]:
    """Yield what is missing, contradictory or idle in the evidence of a record."""
    facts, claimants = list_facts(record), _list_claimants(record)
    if not claimants:
        hint = (
            "add `evidence` with fields: [all], source, locator, retrieved, passage_sha256 and review; or `unsourced`"
        )
        yield Gap((), "no field has a source", hint)
        return
    used: set[Place] = set()
    for fact in facts:
        behind = _pick(claimants, fact.path)
        used |= {item.place for item in behind}
        if not behind:
            hint = f"add {fact.path} to `fields` of an entry of `evidence`, or to `unsourced` with a reason"
            yield Gap(fact.place, "has no source", hint)
        elif len({type(item.entry) for item in behind}) > 1:
            yield Gap(fact.place, "is sourced and unsourced at once", f"take {fact.path} out of one of the two")
    yield from _find_idle(record, facts, [item for item in claimants if item.place not in used])


def _list_claimants(record: SourcedRecord) -> list[Claimant]:
    return [
        Claimant((name, number, "fields", position), path, entry)
        for name in _ENTRIES
        for number, entry in enumerate(getattr(record, name))
        for position, path in enumerate(entry.fields)
    ]


def _pick(claimants: list[Claimant], fact: str) -> list[Claimant]:
    covering = [item for item in claimants if item.covers(fact)]
    rank = max((item.rank for item in covering), default=0)
    return [item for item in covering if item.rank == rank]


def _find_idle(record: SourcedRecord, facts: list[Leaf], idle: list[Claimant]) -> Iterator[Gap]:
    known = {prefix: None for fact in facts for prefix in _list_prefixes(fact.path)}
    silent = {leaf.path for leaf in walk_leaves(record) if not leaf.states_fact}
    for item in idle:
        if item.path in silent:
            yield Gap(item.place, f"{item.path!r} states no fact and needs no source", "take it out")
        elif item.path in known or item.path == EVERYTHING:
            hint = "take it out, or take those that are more exact out"
            yield Gap(item.place, f"{item.path!r} covers nothing, as other entries are more exact", hint)
        else:
            yield Gap(item.place, f"{item.path!r} is no field of this record", suggest(item.path, [*known, EVERYTHING]))


def _list_prefixes(path: str) -> list[str]:
    steps = path.split(".")
    return [".".join(steps[:count]) for count in range(1, len(steps) + 1)]
