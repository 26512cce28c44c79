"""Merge small parts into one Parquet file per table, day and test; content and content manifest hash stay.

The bucket's files are tiny and a query opens every file, so a store grows slow with the number of its parts. Compaction writes new
files beside the old ones and switches by one record that names the parts that it replaces; groups to which nothing came since the last
compaction keep their files.
"""

import hashlib
import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

import duckdb
import msgspec

from netglass.store.index import list_files
from netglass.store.layout import Layout, make_work_dir, sync_dir
from netglass.store.manifest import FileEntry, Origin, Record, read_records, write_record
from netglass.store.part import connect_writer, copy_query, quote_literal
from netglass.vocab.error import EngineError
from netglass.vocab.table import OBSERVATIONS

GROUP = "coalesce(strftime(observed_at, '%Y-%m-%d'), 'undated') || ' ' || coalesce(test_name, 'unnamed')"
"""SQL for the group of a measurement: day and test."""

ALL = "all"
"""The group of tables that have no measurements: quarantine and duplicate."""


class Compaction(NamedTuple):
    """What a compaction did."""

    parts: int
    files_before: int
    files_after: int


def compact_parts(layout: Layout) -> Compaction:
    """Merge all parts of a store. Use it under the writer's lock.

    Raises:
        EngineError: the disk is full, or a merged table has not the rows of its parts; then nothing has changed.
    """
    records = read_records(layout)
    before = sum(len(entries) for record in records for entries in record.files.values())
    if len(records) < 2:
        return Compaction(len(records), before, before)
    with make_work_dir(layout) as folder:
        merged = _Merge(layout, folder, records).run()
    write_record(layout, merged)
    return Compaction(len(records), before, sum(len(entries) for entries in merged.files.values()))


class _Merge:
    def __init__(self, layout: Layout, folder: Path, records: Sequence[Record]) -> None:
        self._layout = layout
        self._folder = folder
        self._records = records
        self._connection = connect_writer()
        self._groups = [_list_groups(self._connection, layout, record) for record in records]

    def run(self) -> Record:
        origins = [origin for record in self._records for origin in record.origins]
        part_id = _name_merged(origins)
        files: dict[str, list[FileEntry]] = defaultdict(list)
        for group in sorted(set().union(*self._groups)):
            for table in OBSERVATIONS:
                files[table] += self._merge_group(part_id, table, group)
        for table in ("quarantine", "duplicate"):
            entries = [entry for record in self._records for entry in record.files.get(table, [])]
            files[table] += self._write(part_id, table, ALL, self._read(entries)) if entries else []
        self._check(files)
        for table in files:
            (self._layout.part_dir / table).mkdir(exist_ok=True)
            sync_dir(self._layout.part_dir / table)
        replaces = [record.part_id for record in self._records]
        held = {table: entries for table, entries in files.items() if entries}
        return Record(part_id=part_id, origins=origins, files=held, replaces=replaces)

    def _merge_group(self, part_id: str, table: str, group: str) -> list[FileEntry]:
        """Merge one table of one group, in the order of the commits."""
        holders = [number for number, groups in enumerate(self._groups) if group in groups]
        if len(holders) == 1 and _is_merged(self._records[holders[0]]):
            return _choose(self._records[holders[0]], table, group)
        queries = [query for number in holders if (query := self._select(number, table, group))]
        return self._write(part_id, table, group, " UNION ALL ".join(queries)) if queries else []

    def _select(self, number: int, table: str, group: str) -> str | None:
        record = self._records[number]
        entries = _choose(record, table, group)
        if not entries:
            return None
        if _is_merged(record) or len(self._groups[number]) == 1:
            return self._read(entries)
        keys = f"SELECT key FROM ({self._read(record.files['measurement'])}) WHERE {GROUP} = {quote_literal(group)}"
        return f"{self._read(entries)} WHERE key IN ({keys})"

    def _read(self, entries: Iterable[FileEntry]) -> str:
        return f"SELECT * FROM {list_files([str(self._layout.part_dir / entry.name) for entry in entries])}"

    def _write(self, part_id: str, table: str, group: str, query: str) -> list[FileEntry]:
        entry = copy_query(self._connection, query, self._folder / table / "new.parquet")
        if entry is None:
            return []
        label = re.sub(r"[^a-z0-9_]+", "-", group.lower())[:60]
        name = f"{table}/{part_id[:8]}-{label}-{entry.sha256[:16]}.parquet"
        (self._layout.part_dir / table).mkdir(exist_ok=True)
        (self._folder / table / "new.parquet").replace(self._layout.part_dir / name)
        return [msgspec.structs.replace(entry, name=name, group=group)]

    def _check(self, files: dict[str, list[FileEntry]]) -> None:
        for table in (*OBSERVATIONS, "quarantine", "duplicate"):
            before = sum(entry.rows for record in self._records for entry in record.files.get(table, []))
            after = sum(entry.rows for entry in files[table])
            if before != after:
                raise EngineError(
                    f"{self._layout.root}: compaction of {table} gave {after} rows of {before}; nothing was changed. Run"
                    " `netglass doctor`."
                )


def _is_merged(record: Record) -> bool:
    return any(entry.group for entries in record.files.values() for entry in entries)


def _choose(record: Record, table: str, group: str) -> list[FileEntry]:
    return [entry for entry in record.files.get(table, []) if entry.group in ("", group)]


def _list_groups(connection: duckdb.DuckDBPyConnection, layout: Layout, record: Record) -> set[str]:
    entries = record.files.get("measurement", [])
    if _is_merged(record):
        return {entry.group for entry in entries}
    if not entries:
        return set()
    files = list_files([str(layout.part_dir / entry.name) for entry in entries])
    return {group for (group,) in connection.execute(f"SELECT DISTINCT {GROUP} FROM {files}").fetchall()}


def _name_merged(origins: Iterable[Origin]) -> str:
    names = "\n".join(origin.part_id for origin in origins)
    return hashlib.sha256(f"compact\n{names}".encode()).hexdigest()[:32]
