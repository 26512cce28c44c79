"""Looking after a store: what it holds, whether it is sound, making it compact, and forgetting a report."""

import shutil
from collections.abc import Iterator
from datetime import datetime
from importlib import import_module
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from netglass.refdata.snapshot import load_refdata
from netglass.store.check import Difference, check_files, check_inputs, list_inputs
from netglass.store.compact import Compaction, compact_parts
from netglass.store.derived import read_derived
from netglass.store.forget import Forgotten, forget_report, list_remade
from netglass.store.layout import SCHEMA_VERSION
from netglass.store.lock import hold_writer
from netglass.store.manifest import read_forgotten, read_records
from netglass.store.sweep import find_orphans, sweep_store
from netglass.vocab.error import NetglassError
from netglass.vocab.table import TABLES
from netglass.vocab.time import parse_time

if TYPE_CHECKING:
    import duckdb

    from netglass.store.query import Store

FREE_SHARE = 0.5
"""Share of the store's size that should be free on its disk, because compaction writes the store a second time, denser."""

FREE_BYTES = 500_000_000
"""Bytes that should be free in any case: two workers' parts and DuckDB's spill files."""


class Info(msgspec.Struct, kw_only=True):
    """What a store holds: the content manifest hash, records by what became of them, rows per table, and sizes in bytes."""

    store: str
    schema: int
    manifest: str
    refdata: list[str]
    inputs: int
    raw_bytes: int
    parts: int
    files: int
    bytes: int
    records: dict[str, int]
    rows: dict[str, int]
    derived: dict[str, dict[str, str]]
    forgotten_reports: int


class Finding(NamedTuple):
    """One result of ``doctor``: ``level`` is good, note or problem."""

    level: str
    check: str
    detail: str
    advice: str


def info(store: "Store") -> Info:
    """Return what the store holds, from its records alone."""
    records = read_records(store.layout)
    inputs = list_inputs(records)
    entries = [entry for record in records for entries in record.files.values() for entry in entries]
    derived = {table: made for table in TABLES if (made := read_derived(store.layout, table))}
    rows = {table: sum(entry.rows for record in records for entry in record.files.get(table, [])) for table in TABLES}
    counted = [entry.counts for entry in inputs]
    return Info(
        store=str(store.root),
        schema=SCHEMA_VERSION,
        manifest=store.manifest_hash,
        refdata=sorted({origin.refdata for record in records for origin in record.origins}),
        inputs=sum(entry.skipped is None for entry in inputs),
        raw_bytes=sum(entry.size for entry in inputs if entry.skipped is None),
        parts=len(records),
        files=len(entries),
        bytes=sum(entry.size for entry in entries),
        records={
            name: sum(getattr(counts, name) for counts in counted)
            for name in ("stored", "duplicate", "quarantined", "not_understood", "forgotten")
        },
        rows=rows | {table: made.rows for table, made in derived.items()},
        derived={table: made.inputs for table, made in derived.items()},
        forgotten_reports=len(read_forgotten(store.layout)),
    )


def quarantine(store: "Store") -> "duckdb.DuckDBPyRelation":
    """Return what was not stored, with reason and byte range, as a DuckDB relation in the order of the files."""
    return store.connect().sql("SELECT * FROM quarantine ORDER BY source_file, source_offset, line, reason, detail")


def compact(store: "Store") -> Compaction:
    """Merge the parts of the store by day and test. Content and manifest hash do not change.

    Raises:
        EngineError: another command is writing to the store, or the disk is full.
    """
    with hold_writer(store.layout):
        sweep_store(store.layout)
        done = compact_parts(store.layout)
        sweep_store(store.layout)
    return done


def forget(store: "Store", report_id: str) -> Forgotten:
    """Remove one report everywhere; verdicts and events, where there were any, are made again from what is left.

    The store keeps a hash of the identifier, so that the report does not come back with its raw file.

    Raises:
        EngineError: the store is being read or written to; nothing has changed.
    """
    with hold_writer(store.layout):
        remade = list_remade(store.layout)
        done = forget_report(store.layout, report_id)
    remake(store, remade)
    return done


def remake(store: "Store", tables: dict[str, tuple[str | None, str | None]]) -> None:
    """Run ``judge`` and ``detect`` again over the windows of the derived ``tables`` that there were."""
    for table, verb in (("verdict", "judge"), ("event", "detect")):
        if table in tables:
            function = getattr(import_module(f"netglass.api.{verb}"), verb)
            function(store, *(parse_moment(edge) for edge in tables[table]))


def parse_moment(text: str | None) -> datetime | None:
    """Return the moment that the record of a derived table names."""
    return None if text is None else parse_time(text)


def doctor(store: "Store") -> list[Finding]:
    """Look for trouble: files that are not what was written, leftovers, missing reference data or raw files, a full disk."""
    try:
        records = read_records(store.layout)
    except NetglassError as error:
        return [Finding("problem", "records", str(error), "ingest the raw files into a new store")]
    checks: list[Finding] = []
    checks += _report("files", check_files(store.layout), "problem", "ingest the raw files into a new store")
    checks += _report("raw files", check_inputs(records), "note", "the store is whole without, but can not be rebuilt")
    checks += _check_leftovers(store)
    checks += _check_refdata(store, {origin.refdata for record in records for origin in record.origins})
    checks += _check_derived(store)
    checks += _check_disk(store)
    return checks


def _report(check: str, differences: Iterator[Difference], level: str, advice: str) -> list[Finding]:
    found = [Finding(level, check, f"{where}: {what}", advice) for where, what in differences]
    return found or [Finding("good", check, "as they were written", "")]


def _check_leftovers(store: "Store") -> list[Finding]:
    layout = store.layout
    left = find_orphans(layout, read_records(layout))
    left += sorted(layout.temporary_dir.iterdir()) if layout.temporary_dir.exists() else []
    if not left:
        return [Finding("good", "leftovers", "none", "")]
    size = sum(path.stat().st_size for path in left if path.is_file())
    detail = f"{len(left)} files and folders of interrupted or replaced work, {size} bytes"
    return [Finding("note", "leftovers", detail, "the next ingest removes them")]


def _check_refdata(store: "Store", used: set[str]) -> list[Finding]:
    try:
        loaded = load_refdata(store.refdata_dir)
    except NetglassError as error:
        return [Finding("problem", "reference data", str(error), "add the file again with `netglass refdata add`")]
    advice = "`netglass refdata add`, then ingest into a new store"
    found = [Finding("note", "reference data", missing, advice) for missing in loaded.missing]
    for other in sorted(used - {loaded.hash}):
        detail = f"parts were made with {other}, now there is {loaded.hash}"
        found.append(Finding("note", "reference data", detail, "ingest into a new store to enrich everything alike"))
    return found or [Finding("good", "reference data", loaded.hash, "")]


def _check_derived(store: "Store") -> list[Finding]:
    stale = [
        table
        for table in ("verdict", "event", "coverage")
        if (made := read_derived(store.layout, table))
        and made.inputs.get("manifest") not in (None, store.manifest_hash)
    ]
    if stale:
        detail = f"{', '.join(stale)}: older than the observations"
        return [Finding("note", "derived tables", detail, "run `netglass judge` and `netglass detect`")]
    return [Finding("good", "derived tables", "as new as the observations", "")]


def _check_disk(store: "Store") -> list[Finding]:
    free = shutil.disk_usage(store.root).free
    size = sum(
        entry.size for record in read_records(store.layout) for entries in record.files.values() for entry in entries
    )
    needed = max(FREE_BYTES, int(FREE_SHARE * size))
    if free < needed:
        return [
            Finding(
                "problem",
                "disk",
                f"{free} bytes free, {needed} are advisable",
                "free space, or move the store to a larger disk",
            )
        ]
    return [Finding("good", "disk", f"{free} bytes free", "")]
