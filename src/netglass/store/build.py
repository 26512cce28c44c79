"""One batch of raw files to one uncommitted part: decode, drop what repeats within the batch, write, describe.

Runs in a worker, knows nothing of the rest of the store, and gives the same bytes for the same batch wherever it runs.
"""

import gc
import hashlib
import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeAlias

import duckdb
import msgspec
import numpy as np

from netglass.refdata.snapshot import Refdata
from netglass.source.ooni.container import open_records
from netglass.source.ooni.record import decode_records
from netglass.source.ooni.row import Quarantine, Record, Rows
from netglass.store.manifest import Counts, FileEntry, InputEntry
from netglass.store.part import PartWriter
from netglass.store.plan import SKIP_NAME, SKIP_UNREADABLE, Source, Task, identify_source
from netglass.vocab.error import InputError
from netglass.vocab.id import derive_key
from netglass.vocab.table import OBSERVATIONS

GROUP_BYTES = 2_000_000
"""Bytes of records that are decoded together, stage by stage: 4 to 9 % less time than one by one, and more gain nothing
(``docs/explanation/performance.md``)."""

REPORT_EVERY = 1000
"""Records between two reports of progress."""

UID_HASH = "('0x' || substr(sha256(measurement_uid), 1, 16))::UBIGINT"
"""SQL for :func:`hash_uid`."""

_TABLES = (*OBSERVATIONS, "quarantine", "duplicate")
_COLUMNS = [column.name for column in OBSERVATIONS["measurement"]]
_SOURCE_FILE = _COLUMNS.index("source_file")
_SOURCE_OFFSET = _COLUMNS.index("source_offset")

Report: TypeAlias = Callable[[int], None]


class Built(msgspec.Struct, kw_only=True):
    """A part that waits in ``folder`` to be committed. ``keys.npy`` there holds its keys, ``uids.npy`` the hashes of official uids."""

    number: int
    folder: str
    inputs: list[InputEntry]
    details: list[str]
    files: dict[str, list[FileEntry]]


def build_part(
    task: Task,
    folder: Path,
    refdata: Refdata,
    connection: duckdb.DuckDBPyConnection,
    report: Report = lambda records: None,
) -> Built:
    """Decode the inputs of ``task`` and write their rows below ``folder``.

    A file that can not be read, or that changes while it is read, is skipped and named; nothing else is lost by it.

    Raises:
        EngineError: the disk is full or refuses.
    """
    folder.mkdir(parents=True)
    batch = _Batch(PartWriter(folder, _TABLES, connection), refdata, report)
    inputs = [batch.take(source) for source in task.sources]
    files = batch.writer.finish()
    np.save(folder / "keys.npy", np.fromiter(batch.keys, dtype=np.uint64, count=len(batch.keys)))
    np.save(folder / "uids.npy", np.fromiter(batch.uids, dtype=np.uint64, count=len(batch.uids)))
    return Built(number=task.number, folder=str(folder), inputs=inputs, details=batch.details, files=files)


@contextmanager
def pause_collection() -> Iterator[None]:
    """Keep the cyclic garbage collector from walking millions of rows that hold no cycle, for as long as parts are built."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


class _Batch:
    """The state of one batch: what was seen, and where rows go."""

    def __init__(self, writer: PartWriter, refdata: Refdata, report: Report) -> None:
        self.writer = writer
        self.keys: dict[int, str] = {}
        self.uids: dict[int, str] = {}
        self.details: list[str] = []
        self._refdata = refdata
        self._report = report
        self._since_report = 0

    def take(self, source: Source) -> InputEntry:
        """Read one file and return its entry."""
        stamp = _read_stamp(source)
        source = identify_source(source)
        counts = Counts()
        if source.skipped:
            self._note(source, source.skipped, source.detail, counts)
        else:
            self._read_whole(source, stamp, counts)
        return InputEntry(
            name=source.name,
            path=(source.recorded or source.path).encode("utf-8", "backslashreplace").decode(),
            sha256=source.sha256,
            size=source.size,
            skipped=source.skipped,
            detail=source.detail,
            counts=counts,
        )

    def _read_whole(self, source: Source, stamp: object, counts: Counts) -> None:
        try:
            for group in _group(open_records(Path(source.path), source.name)):
                self._take_group(group, counts)
        except InputError as error:
            self._note(source, SKIP_UNREADABLE, str(error), counts)
        else:
            if _read_stamp(source) != stamp:
                self._note(
                    source, "changed_while_read", "the file was written to while it was read; ingest it again", counts
                )

    def _note(self, source: Source, reason: str, detail: str, counts: Counts) -> None:
        """Put a whole file into the quarantine table; one that should have been read counts as one record."""
        disposition = "skipped" if reason == SKIP_NAME else "quarantined"
        counts.quarantined += disposition == "quarantined"
        self.details.append(f"{source.path}: {disposition}: {detail}")
        self.writer.add({"quarantine": [(source.name, None, None, None, disposition, reason, detail[:200])]})

    def _take_group(self, group: list[Record | Quarantine], counts: Counts) -> None:
        decoded = iter(decode_records([record for record in group if isinstance(record, Record)], self._refdata))
        for record in group:
            item = next(decoded) if isinstance(record, Record) else record
            if isinstance(item, Rows):
                self._store(item, counts)
            else:
                self._refuse(item, counts)
        self._since_report += len(group)
        if self._since_report >= REPORT_EVERY:
            self._report(self._since_report)
            self._since_report = 0

    def _refuse(self, item: Quarantine, counts: Counts) -> None:
        if item.disposition == "not_understood":
            counts.not_understood += 1
        elif item.disposition == "quarantined":
            counts.quarantined += 1
        self.writer.add({"quarantine": [tuple(item)]})

    def _store(self, item: Rows, counts: Counts) -> None:
        key = derive_key(item.content_id)
        uid = item.measurement_uid
        uid_hash = None if uid.startswith("ng-") else hash_uid(uid)
        stored = self.keys.get(key) or (self.uids.get(uid_hash) if uid_hash is not None else None)
        if stored is not None:
            counts.duplicate += 1
            row = item.tables["measurement"][0]
            self.writer.add({"duplicate": [(uid, stored, row[_SOURCE_FILE], row[_SOURCE_OFFSET])]})
            return
        self.keys[key] = uid
        if uid_hash is not None:
            self.uids[uid_hash] = uid
        counts.stored += 1
        self.writer.add(item.tables)


def _group(records: Iterable[Record | Quarantine]) -> Iterator[list[Record | Quarantine]]:
    """Yield records in groups of about :data:`GROUP_BYTES`. Those before an error are yielded before it."""
    group: list[Record | Quarantine] = []
    size = 0
    try:
        for record in records:
            group.append(record)
            size += len(record.raw) if isinstance(record, Record) else 0
            if size >= GROUP_BYTES:
                yield group
                group, size = [], 0
    except InputError:
        yield group
        raise
    yield group


def hash_uid(uid: str) -> int:
    """Return 64 bits of SHA-256 of an official uid: :data:`UID_HASH` is the same in SQL."""
    return int(hashlib.sha256(uid.encode()).hexdigest()[:16], 16)


def _read_stamp(source: Source) -> tuple[int, int] | None:
    try:
        status = os.stat(source.path)
    except OSError:
        return None
    return status.st_size, status.st_mtime_ns
