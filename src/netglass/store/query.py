"""The store as its readers see it: a DuckDB connection with one view per table, and the identity of its content.

The views list the files of the committed parts explicitly, so a reader sees the store as it was when it connected, however much
a writer adds meanwhile.
"""

import os
import weakref
from pathlib import Path

import duckdb

from netglass.store.derived import DerivedRecord, read_derived
from netglass.store.index import list_files
from netglass.store.layout import Layout, prepare_layout
from netglass.store.lock import hold_reader
from netglass.store.manifest import hash_manifest, read_forgotten, read_records
from netglass.vocab.table import TABLES


class Store:
    """One store on disk. Cheap to make; every call reads the manifest as it is at that moment."""

    def __init__(self, layout: Layout) -> None:
        self.layout = layout

    def __repr__(self) -> str:
        return f"Store({str(self.root)!r})"

    @property
    def root(self) -> Path:
        """Folder of the store."""
        return self.layout.root

    @property
    def refdata_dir(self) -> Path:
        """Folder of the reference data that this store uses."""
        return self.layout.refdata_dir

    @property
    def manifest_hash(self) -> str:
        """Hash of what was ingested, 32 hexadecimal digits; it names neither folders nor times nor how files lie on the disk."""
        return hash_manifest(read_records(self.layout), read_forgotten(self.layout))

    def describe_table(self, name: str) -> DerivedRecord | None:
        """Return the record of a derived table: its inputs, window, files and hashes; None where it was not made yet."""
        return read_derived(self.layout, name)

    def connect(self) -> duckdb.DuckDBPyConnection:
        """Return an in-memory DuckDB connection with a view per table of :data:`netglass.vocab.table.TABLES`.

        Files that the views name are kept until the connection is gone, also when a writer replaces them meanwhile.
        """
        descriptor = hold_reader(self.layout)
        connection = duckdb.connect(
            ":memory:", config={"temp_directory": str(self.layout.temporary_dir / f"spill-{os.getpid()}")}
        )
        weakref.finalize(connection, os.close, descriptor)
        for table, files in self.list_tables().items():
            connection.execute(_make_view(table, files))
        return connection

    def list_tables(self) -> dict[str, list[str]]:
        """Return the files of every table."""
        files: dict[str, list[str]] = {table: [] for table in TABLES}
        for record in read_records(self.layout):
            for table, entries in record.files.items():
                files[table] += [str(self.layout.part_dir / entry.name) for entry in entries]
        for table in TABLES:
            derived = read_derived(self.layout, table)
            if derived:
                files[table] = [str(self.layout.derived_dir / entry.name) for entry in derived.files]
        return files


def open_store(path: Path | str) -> Store:
    """Open the store at ``path``, making it where there is none.

    Raises:
        SchemaDrift: it was written by another schema version.
        EngineError: the folder holds something else, or can not be made.
    """
    return Store(prepare_layout(Path(path)))


def _make_view(table: str, files: list[str]) -> str:
    if files:
        names = ", ".join(f'"{column.name}"' for column in TABLES[table])
        return f'CREATE VIEW "{table}" AS SELECT {names} FROM {list_files(files)}'
    nulls = ", ".join(f'NULL::{column.type} AS "{column.name}"' for column in TABLES[table])
    return f'CREATE VIEW "{table}" AS SELECT {nulls} WHERE false'
