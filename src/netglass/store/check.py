"""Is the store what its records say? Hashes of files, and digests of tables that do not depend on how rows lie in files."""

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import duckdb

from netglass.store.derived import read_derived
from netglass.store.layout import Layout
from netglass.store.manifest import FileEntry, InputEntry, Record, read_records
from netglass.store.plan import SKIP_UNREADABLE, hash_file
from netglass.vocab.table import TABLES


class Difference(NamedTuple):
    """Something that is not as it should be."""

    where: str
    what: str


def check_files(layout: Layout) -> Iterator[Difference]:
    """Compare every file of parts and derived tables with its hash."""
    for record in read_records(layout):
        for entries in record.files.values():
            for entry in entries:
                yield from _check_file(layout.part_dir / entry.name, entry)
    for table in TABLES:
        derived = read_derived(layout, table)
        for entry in derived.files if derived else ():
            yield from _check_file(layout.derived_dir / entry.name, entry)


def _check_file(path: Path, entry: FileEntry) -> Iterator[Difference]:
    try:
        if path.stat().st_size != entry.size:
            yield Difference(str(path), f"has {path.stat().st_size} bytes, was written with {entry.size}")
        elif hash_file(path) != entry.sha256:
            yield Difference(str(path), "has other bytes than were written (SHA-256 differs)")
    except OSError as error:
        yield Difference(str(path), f"can not be read: {error.strerror or error}")


def check_inputs(records: list[Record]) -> Iterator[Difference]:
    """Tell which raw files are gone or not what they were, so that the store can not be built again."""
    for entry in list_inputs(records):
        if entry.skipped != SKIP_UNREADABLE:
            yield from _check_input(entry)


def _check_input(entry: InputEntry) -> Iterator[Difference]:
    try:
        if hash_file(Path(entry.path)) != entry.sha256:
            yield Difference(entry.path, "the raw file has other bytes than when it was ingested")
    except OSError as error:
        yield Difference(entry.path, f"the raw file can not be read: {error.strerror or error}")


def list_inputs(records: list[Record]) -> list[InputEntry]:
    """Return all inputs in the order in which they were ingested."""
    origins = sorted((origin for record in records for origin in record.origins), key=lambda origin: origin.sequence)
    return [entry for origin in origins for entry in origin.inputs]


def digest_table(connection: duckdb.DuckDBPyConnection, table: str) -> tuple[int, str]:
    """Return the number of rows and a digest of them that depends neither on order nor on files.

    Only digests of the same version of DuckDB can be compared.
    """
    names = ", ".join(f'"{column.name}"' for column in TABLES[table])
    query = (
        f'SELECT count(*), coalesce(sum(hash({names})::HUGEINT), 0), coalesce(bit_xor(hash({names})), 0) FROM "{table}"'
    )
    rows, total, mixed = connection.execute(query).fetchall()[0]
    return int(rows), f"{total:x}-{mixed:x}"
