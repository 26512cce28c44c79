"""``rebuild --check``: make the store again from its recorded inputs and compare, so that nobody has to take our word.

First every file is compared with its hash, which needs no input. Then, if all raw files and the same reference data are there, the
inputs are ingested batch by batch into a temporary store, judged and searched for events as they were here, and every table is compared
by a digest of its rows.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from netglass.api.upkeep import remake
from netglass.refdata.snapshot import Refdata, load_refdata
from netglass.store.check import Difference, check_files, check_inputs, digest_table
from netglass.store.commit import Committer
from netglass.store.forget import list_remade
from netglass.store.layout import Layout, make_work_dir, prepare_layout, write_json
from netglass.store.lock import hold_writer
from netglass.store.manifest import InputEntry, Record, read_forgotten, read_records
from netglass.store.plan import Source, Task
from netglass.store.pool import run_tasks
from netglass.vocab.table import TABLES

if TYPE_CHECKING:
    from netglass.store.query import Store

HISTORY = ("change",)
"""Tables that tell what happened when; they can not follow from the inputs and are checked by their hashes alone."""


class Check(msgspec.Struct, kw_only=True):
    """The result: ``same`` if nothing differs, ``rebuilt`` if the inputs allowed to make everything again, rows compared per table."""

    same: bool
    rebuilt: bool
    rows: dict[str, int]
    differences: list[Difference]


def rebuild(store: "Store", *, workers: int = 1) -> Check:
    """Compare the store with one that is made again from its inputs; the store is not changed.

    Args:
        store: the store.
        workers: processes that decode.

    Raises:
        EngineError: another command is writing to the store, or the disk is full.
    """
    with hold_writer(store.layout):
        records = read_records(store.layout)
        refdata = load_refdata(store.refdata_dir)
        differences = [*check_files(store.layout), *check_inputs(records), *_check_refdata(records, refdata)]
        if differences:
            return Check(same=False, rebuilt=False, rows={}, differences=differences)
        with make_work_dir(store.layout) as folder:
            again = _build_again(store, records, refdata, folder, workers)
            rows, differences = _compare(store, again)
    return Check(same=not differences, rebuilt=True, rows=rows, differences=differences)


def _check_refdata(records: list[Record], refdata: Refdata) -> Iterator[Difference]:
    for used in sorted({origin.refdata for record in records for origin in record.origins} - {refdata.hash}):
        yield Difference(
            "refdata",
            f"parts were made with reference data {used}, now there is {refdata.hash}: bring that snapshot back",
        )


def _build_again(store: "Store", records: list[Record], refdata: Refdata, folder: Path, workers: int) -> "Store":
    layout = _prepare(store, folder)
    origins = sorted((origin for record in records for origin in record.origins), key=lambda origin: origin.sequence)
    tasks = [
        Task(number=number, sources=[_make_source(entry) for entry in origin.inputs])
        for number, origin in enumerate(origins)
    ]
    with hold_writer(layout):
        committer = Committer(layout, refdata.hash)
        for built in run_tasks(tasks, folder / "work", refdata, workers):
            committer.commit(built)
    again = type(store)(layout)
    remake(again, list_remade(store.layout))
    return again


def _prepare(store: "Store", folder: Path) -> Layout:
    layout = prepare_layout(folder / "store")
    if store.refdata_dir.exists():
        (layout.root / "refdata").symlink_to(store.refdata_dir)
    forgotten = read_forgotten(store.layout)
    if forgotten:
        write_json(layout.forgotten_file, sorted(forgotten))
    return layout


def _make_source(entry: InputEntry) -> Source:
    return Source(entry.name, entry.path, entry.size, entry.skipped, entry.detail, entry.sha256)


def _compare(store: "Store", again: "Store") -> tuple[dict[str, int], list[Difference]]:
    rows: dict[str, int] = {}
    differences = []
    ours, theirs = store.connect(), again.connect()
    for table in (table for table in TABLES if table not in HISTORY):
        here, there = digest_table(ours, table), digest_table(theirs, table)
        rows[table] = here[0]
        if here != there:
            differences.append(
                Difference(table, f"{here[0]} rows here, {there[0]} made again; digests {here[1]} and {there[1]}")
            )
    if store.manifest_hash != again.manifest_hash:
        differences.append(Difference("manifest", f"{store.manifest_hash} here, {again.manifest_hash} made again"))
    return rows, differences
