"""From a built part to a committed one: what the store holds already is left out, files are moved, the record is written.

Commits happen in the order of the plan, whatever the number of workers, so which of two copies is the stored one and which the
duplicate never depends on speed. A report that was forgotten is left out without a trace but its count.
"""

import hashlib
from collections.abc import Container, Iterable, Sequence
from pathlib import Path
from typing import NamedTuple, TypeAlias

import duckdb
import msgspec
import numpy as np

from netglass.store.build import UID_HASH, Built
from netglass.store.index import KeyIndex, Keys, list_files, read_column
from netglass.store.layout import SCHEMA_VERSION, Layout, sync_dir
from netglass.store.manifest import (
    FileEntry,
    InputEntry,
    Origin,
    Record,
    hash_report,
    read_forgotten,
    read_records,
    write_record,
)
from netglass.store.part import PartWriter, connect_writer, copy_query
from netglass.store.plan import Source
from netglass.vocab.table import OBSERVATIONS


class Gone(NamedTuple):
    """A measurement that is not stored: ``stored_uid`` names the one that it repeats, None if its report was forgotten."""

    key: int
    measurement_uid: str
    source_file: str
    source_offset: int
    stored_uid: str | None


class Committer:
    """Adds built parts to a store. Use it under the writer's lock."""

    def __init__(self, layout: Layout, refdata_hash: str) -> None:
        self.layout = layout
        self.records = read_records(layout)
        self._refdata_hash = refdata_hash
        self._forgotten = read_forgotten(layout)
        self._connection = connect_writer()
        self._keys, self._uids = KeyIndex(), KeyIndex()
        self._known: dict[str, InputEntry] = {}
        for number, record in enumerate(self.records):
            self._learn(number, record)

    def _learn(self, number: int, record: Record) -> None:
        """Remember the inputs and measurements of a part that is committed already."""
        files = self._locate(record.files.get("measurement", []))
        self._keys.add(read_column(self._connection, files, "key"), number)
        self._uids.add(read_column(self._connection, files, UID_HASH, "measurement_uid NOT LIKE 'ng-%'"), number)
        self._learn_inputs(record)

    def _learn_inputs(self, record: Record) -> None:
        for entry in (entry for origin in record.origins for entry in origin.inputs):
            self._known.setdefault(entry.sha256, entry)

    def _locate(self, files: Iterable[FileEntry]) -> list[str]:
        return [str(self.layout.part_dir / file.name) for file in files]

    def find_known(self, source: Source) -> InputEntry | None:
        """Return the input of the store with the content of ``source``; a file that was skipped by its name can still be given by name."""
        entry = self._known.get(source.sha256)
        return entry if entry and (entry.skipped is None or source.skipped is not None) else None

    @property
    def inputs(self) -> list[InputEntry]:
        """All inputs of the store."""
        return [entry for record in self.records for origin in record.origins for entry in origin.inputs]

    def commit(self, built: Built) -> Record:
        """Make the part visible, without what the store has already."""
        folder = Path(built.folder)
        keys, uids = np.load(folder / "keys.npy"), np.load(folder / "uids.npy")
        gone = self._find_gone(built, folder, keys, uids)
        drafts = list_drafts(folder, built.files)
        if gone:
            forgotten = {item.measurement_uid for item in gone if item.stored_uid is None}
            count_gone(built.inputs, gone, read_duplicates(self._connection, drafts), forgotten)
            drafts = drop_rows(self._connection, drafts, folder / "kept", gone, forgotten)
            keys = keys[~np.isin(keys, np.array([item.key for item in gone], dtype=np.uint64))]
        part_id = name_part(built.inputs, self._refdata_hash)
        files = move_files(self.layout, part_id, drafts)
        sequence = max((origin.sequence for record in self.records for origin in record.origins), default=0) + 1
        origin = Origin(part_id=part_id, sequence=sequence, refdata=self._refdata_hash, inputs=built.inputs)
        record = Record(part_id=part_id, origins=[origin], files=files)
        write_record(self.layout, record)
        self._keys.add(keys, len(self.records))
        self._uids.add(uids, len(self.records))
        self._learn_inputs(record)
        self.records.append(record)
        return record

    def _find_gone(self, built: Built, folder: Path, keys: Keys, uids: Keys) -> list[Gone]:
        key_places, uid_places = self._keys.find(keys), self._uids.find(uids)
        known_keys, known_uids = keys[key_places >= 0], uids[uid_places >= 0]
        if not (len(known_keys) or len(known_uids) or self._forgotten) or "measurement" not in built.files:
            return []
        files = [str(folder / file.name) for file in built.files["measurement"]]
        forgotten = self._find_forgotten(files)
        self._connection.register("known_key", {"key": known_keys})
        self._connection.register("known_uid", {"uid": known_uids})
        self._connection.register("forgotten", {"report_id": np.array([*forgotten, None], dtype=object)})
        rows = self._connection.execute(
            f"SELECT key, measurement_uid, source_file, source_offset, report_id IN (SELECT report_id::VARCHAR FROM forgotten)"
            f" FROM {list_files(files)} WHERE key IN (FROM known_key) OR report_id IN (SELECT report_id::VARCHAR FROM forgotten)"
            f" OR (measurement_uid NOT LIKE 'ng-%' AND {UID_HASH} IN (FROM known_uid))"
        ).fetchall()
        stored = self._find_stored(known_keys, set(key_places[key_places >= 0].tolist()))
        return [Gone(row[0], row[1], row[2], row[3], None if row[4] else stored.get(row[0], row[1])) for row in rows]

    def _find_forgotten(self, files: Sequence[str]) -> list[str]:
        if not self._forgotten:
            return []
        rows = self._connection.execute(
            f"SELECT DISTINCT report_id FROM {list_files(files)} WHERE report_id IS NOT NULL"
        ).fetchall()
        return sorted(report_id for (report_id,) in rows if hash_report(report_id) in self._forgotten)

    def _find_stored(self, keys: Keys, parts: set[int]) -> dict[int, str]:
        files = [
            file for part in sorted(parts) for file in self._locate(self.records[part].files.get("measurement", []))
        ]
        if not files:
            return {}
        self._connection.register("wanted", {"key": keys})
        query = f"SELECT key, measurement_uid FROM {list_files(files)} WHERE key IN (FROM wanted)"
        return dict(self._connection.execute(query).fetchall())


class Draft(NamedTuple):
    """A finished file and where it lies now."""

    path: Path
    entry: FileEntry


Drafts: TypeAlias = dict[str, list[Draft]]


def list_drafts(folder: Path, files: dict[str, list[FileEntry]]) -> Drafts:
    """Return the files of a part below ``folder``."""
    return {table: [Draft(folder / entry.name, entry) for entry in entries] for table, entries in files.items()}


def drop_rows(
    connection: duckdb.DuckDBPyConnection, drafts: Drafts, folder: Path, gone: Sequence[Gone], forgotten: Container[str]
) -> Drafts:
    """Write files that hold the measurements ``gone`` again below ``folder``, without them; the other files stay where they are.

    Those that repeat a stored measurement become rows of ``duplicate``; of those ``forgotten``, here or in another part, nothing is
    left, nor of their duplicates.
    """
    connection.register("gone", {"key": np.array([item.key for item in gone], dtype=np.uint64)})
    kept = dict(drafts)
    for table in (table for table in drafts if table in OBSERVATIONS):
        kept[table] = [
            new
            for number, draft in enumerate(drafts[table])
            if (new := _drop_from_file(connection, draft, folder / table / f"{number:03d}.parquet"))
        ]
    connection.unregister("gone")
    old_rows = read_duplicates(connection, drafts)
    new_rows = merge_duplicates(old_rows, gone, forgotten)
    if new_rows != old_rows:
        writer = PartWriter(folder, ["duplicate"], connection)
        writer.add({"duplicate": new_rows})
        kept["duplicate"] = list_drafts(folder, writer.finish()).get("duplicate", [])
    return {table: left for table, left in kept.items() if left}


def _drop_from_file(connection: duckdb.DuckDBPyConnection, draft: Draft, target: Path) -> Draft | None:
    source = list_files([str(draft.path)])
    if not connection.execute(f"SELECT count(*) FROM {source} WHERE key IN (FROM gone)").fetchall()[0][0]:
        return draft
    entry = copy_query(connection, f"FROM {source} WHERE key NOT IN (FROM gone)", target)
    return Draft(target, msgspec.structs.replace(entry, group=draft.entry.group)) if entry else None


DuplicateRow: TypeAlias = tuple[str, str, str, int]


def read_duplicates(connection: duckdb.DuckDBPyConnection, drafts: Drafts) -> list[DuplicateRow]:
    """Return the rows of ``duplicate`` of a part."""
    names = [str(draft.path) for draft in drafts.get("duplicate", [])]
    return connection.execute(f"FROM {list_files(names)}").fetchall() if names else []


def merge_duplicates(
    old: Iterable[DuplicateRow], gone: Iterable[Gone], forgotten: Container[str]
) -> list[DuplicateRow]:
    """Return the duplicates after ``gone`` went: those of what became a duplicate itself name what is stored, those of ``forgotten``
    measurements go with them."""
    named = [item for item in gone if item.stored_uid]
    renamed = {item.measurement_uid: item.stored_uid or "" for item in named}
    rows = [(item.measurement_uid, item.stored_uid or "", item.source_file, item.source_offset) for item in named]
    rows += [(row[0], renamed.get(row[1], row[1]), row[2], row[3]) for row in old if row[1] not in forgotten]
    return sorted(rows, key=lambda row: (row[2], row[3], row[0]))


def count_gone(
    inputs: Sequence[InputEntry], gone: Sequence[Gone], old: Iterable[DuplicateRow], forgotten: Container[str]
) -> None:
    """Move the measurements ``gone``, and the duplicates of ``forgotten`` ones, to where they belong in the counts of their inputs."""
    by_name = {entry.name: entry.counts for entry in inputs}
    for item in gone:
        counts = by_name[find_name(by_name, item.source_file)]
        counts.stored -= 1
        if item.stored_uid is None:
            counts.forgotten += 1
        else:
            counts.duplicate += 1
    for row in (row for row in old if row[1] in forgotten):
        counts = by_name[find_name(by_name, row[2])]
        counts.duplicate -= 1
        counts.forgotten += 1


def find_name(names: Container[str], source_file: str) -> str:
    """Return the name of the input that ``source_file`` (name, or name, colon and member) speaks of."""
    name = source_file
    while name and name not in names:
        name = name.rpartition(":")[0]
    return name


def name_part(inputs: Iterable[InputEntry], refdata_hash: str) -> str:
    """Return the id of a part: a hash of its inputs, the schema and the reference data."""
    content = (SCHEMA_VERSION, refdata_hash, [(entry.name, entry.sha256, entry.skipped) for entry in inputs])
    return hashlib.sha256(msgspec.json.encode(content)).hexdigest()[:32]


def move_files(layout: Layout, part_id: str, drafts: Drafts) -> dict[str, list[FileEntry]]:
    """Rename finished files to where a record can name them; those that lie there already stay.

    Part, number and content are in the name, so no file is ever overwritten by another content.
    """
    return {
        table: [_move_file(layout, part_id, table, number, draft) for number, draft in enumerate(drafts[table])]
        for table in drafts
    }


def _move_file(layout: Layout, part_id: str, table: str, number: int, draft: Draft) -> FileEntry:
    if draft.path == layout.part_dir / draft.entry.name:
        return draft.entry
    target = layout.part_dir / table
    target.mkdir(exist_ok=True)
    name = f"{table}/{part_id}-{number:03d}-{draft.entry.sha256[:8]}.parquet"
    draft.path.replace(layout.part_dir / name)
    sync_dir(target)
    return msgspec.structs.replace(draft.entry, name=name)
