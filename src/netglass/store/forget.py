"""Remove one report everywhere, so that it does not come back.

First a tombstone is written, then every part that holds the report is written again without it and its record replaced in one step.
A run that was killed is finished by running it again. Replaced files are deleted at once, so nobody may read the store meanwhile.
"""

from collections.abc import Iterable
from typing import NamedTuple

import duckdb

from netglass.store.commit import Gone, count_gone, drop_rows, list_drafts, move_files, read_duplicates
from netglass.store.derived import drop_derived, read_derived, write_derived
from netglass.store.index import list_files
from netglass.store.layout import Layout, make_work_dir, write_json
from netglass.store.lock import try_exclusive
from netglass.store.manifest import Record, hash_report, read_forgotten, read_records, write_record
from netglass.store.part import connect_writer, quote_literal
from netglass.store.sweep import delete_orphans
from netglass.vocab.error import EngineError

REMADE = ("verdict", "event", "coverage")
"""Derived tables that are made again from what is left."""


class Forgotten(NamedTuple):
    """What was removed: measurements, and the raw files that still hold them."""

    measurements: int
    raw_files: tuple[str, ...]


def forget_report(layout: Layout, report_id: str) -> Forgotten:
    """Remove the report from all parts and derived tables. Use it under the writer's lock.

    Raises:
        EngineError: somebody reads the store; nothing has changed.
    """
    with try_exclusive(layout) as alone:
        if not alone:
            raise EngineError(
                f"{layout.root}: the store is being read, so files can not be deleted. Close the readers, then run this again."
            )
        write_json(layout.forgotten_file, sorted(read_forgotten(layout) | {hash_report(report_id)}))
        connection = connect_writer()
        found = [(record, _find_rows(connection, layout, record, report_id)) for record in read_records(layout)]
        uids = {item.measurement_uid for _, gone in found for item in gone}
        raw_files = {path for record, gone in found for path in _list_raw(record, gone)}
        for record, gone in reversed(
            found
        ):  # a duplicate lies no earlier than what it repeats: a killed run finds both again
            _rewrite(connection, layout, record, gone, uids)
        _forget_derived(connection, layout, uids, report_id)
        delete_orphans(layout)
    return Forgotten(sum(len(gone) for _, gone in found), tuple(sorted(raw_files)))


def _find_rows(connection: duckdb.DuckDBPyConnection, layout: Layout, record: Record, report_id: str) -> list[Gone]:
    files = [str(layout.part_dir / entry.name) for entry in record.files.get("measurement", [])]
    if not files:
        return []
    query = f"SELECT key, measurement_uid, source_file, source_offset FROM {list_files(files)} WHERE report_id = {quote_literal(report_id)}"
    return [Gone(row[0], row[1], row[2], row[3], None) for row in connection.execute(query).fetchall()]


def _list_raw(record: Record, gone: Iterable[Gone]) -> set[str]:
    names = {item.source_file for item in gone}
    entries = [entry for origin in record.origins for entry in origin.inputs]
    return {
        entry.path
        for entry in entries
        if any(name == entry.name or name.startswith(f"{entry.name}:") for name in names)
    }


def _rewrite(
    connection: duckdb.DuckDBPyConnection, layout: Layout, record: Record, gone: list[Gone], forgotten: set[str]
) -> None:
    """Write a part again without its rows of the report, and without duplicates of rows that any part had."""
    drafts = list_drafts(layout.part_dir, record.files)
    duplicates = read_duplicates(connection, drafts)
    if not gone and not any(row[1] in forgotten for row in duplicates):
        return
    count_gone([entry for origin in record.origins for entry in origin.inputs], gone, duplicates, forgotten)
    with make_work_dir(layout) as folder:
        record.files = move_files(layout, record.part_id, drop_rows(connection, drafts, folder, gone, forgotten))
    write_record(layout, record)


def _forget_derived(connection: duckdb.DuckDBPyConnection, layout: Layout, uids: set[str], report_id: str) -> None:
    """Drop the tables that are made again, and from the change log the lines that speak of the report."""
    for table in REMADE:
        drop_derived(layout, table)
    change = read_derived(layout, "change")
    if change is None or not change.files:
        return
    files = list_files([str(layout.derived_dir / entry.name) for entry in change.files])
    rows = connection.execute(f"FROM {files}").fetchall()
    kept = [row for row in rows if not any(name in str(value) for value in row for name in (report_id, *uids))]
    if len(kept) < len(rows):
        with write_derived(layout, "change", change.inputs, change.window) as writer:
            writer.add(kept)


def list_remade(layout: Layout) -> dict[str, tuple[str | None, str | None]]:
    """Return the derived tables that exist, with their windows."""
    return {table: record.window for table in REMADE if (record := read_derived(layout, table))}
