"""Rows to Parquet files: bounded memory, one thread, the same bytes for the same rows.

Rows gather per table and become a file every :data:`SLICE_ROWS` rows, so a part of a 2 GB input takes no more memory than one of
2 MB. Compression, row groups and threads are fixed here because they are part of the bytes.
"""

import hashlib
import os
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TypeAlias

import duckdb

from netglass.store.column import clean_text, make_arrays, select_columns
from netglass.store.manifest import FileEntry
from netglass.vocab.error import EngineError
from netglass.vocab.table import TABLES, Column

SLICE_ROWS = 60_000
"""Rows of all tables together that are held in memory before they are written."""

COPY_OPTIONS = "FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE 61440"
"""Zstandard takes no more processor time here than Snappy and a quarter less space (``docs/explanation/performance.md``)."""

Row: TypeAlias = Sequence[object]


def connect_writer() -> duckdb.DuckDBPyConnection:
    """Return a connection that writes Parquet deterministically: one thread, rows in the order given."""
    connection = duckdb.connect(
        ":memory:", config={"threads": 1, "preserve_insertion_order": True, "enable_external_access": True}
    )
    # Columns of objects hold text and nothing else, so there is no type to guess.
    connection.execute("SET GLOBAL pandas_analyze_sample = 0").fetchall()
    return connection


def quote_literal(text: str | Path) -> str:
    """Return ``text`` as an SQL string."""
    return "'" + str(text).replace("'", "''") + "'"


def copy_query(connection: duckdb.DuckDBPyConnection, query: str, path: Path) -> FileEntry | None:
    """Write the rows of ``query`` to the Parquet file ``path``, through to the disk; None, and no file, for no rows.

    Raises:
        EngineError: DuckDB or the file system refused, for example because the disk is full.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        connection.execute(f"COPY ({query}) TO {quote_literal(path)} ({COPY_OPTIONS})")
        rows = int(connection.fetchall()[0][0])
    except (duckdb.IOException, duckdb.OutOfMemoryException, OSError) as error:
        raise EngineError(
            f"{path}: could not be written: {str(error).splitlines()[0]}. Free space or choose another --store, then run the same"
            " command again; what was finished is kept."
        ) from error
    if not rows:
        path.unlink()
        return None
    return describe_file(path, rows)


def describe_file(path: Path, rows: int) -> FileEntry:
    """Return the entry of a finished file, after its bytes are on the disk."""
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
        os.fsync(file.fileno())
        size = file.tell()
    return FileEntry(name=f"{path.parent.name}/{path.name}", rows=rows, size=size, sha256=digest)


class TableWriter:
    """Writes the rows of one table to ``<folder>/<table>/NNN.parquet``."""

    def __init__(
        self, connection: duckdb.DuckDBPyConnection, folder: Path, table: str, columns: Sequence[Column]
    ) -> None:
        self.rows: list[Row] = []
        self.files: list[FileEntry] = []
        self._connection = connection
        self._folder = folder / table
        self._columns = columns
        self._query = f"SELECT {select_columns(columns)} FROM slice"

    def flush(self) -> None:
        """Write the rows gathered so far as one more file."""
        if not self.rows:
            return
        try:
            self._write()
        except duckdb.InvalidInputException:  # DuckDB refuses lone surrogates only when it meets one
            self.rows = [_clean_row(row) for row in self.rows]
            self._write()
        self.rows = []

    def write_query(self, connection: duckdb.DuckDBPyConnection, query: str) -> None:
        """Write the rows of ``query``, whose columns are those of the table, as one more file, in the order of the query."""
        self.flush()
        threads = connection.execute("SELECT current_setting('threads')").fetchall()[0][0]
        names = ", ".join(f'"{column.name}"' for column in self._columns)
        connection.execute(f"CREATE OR REPLACE TEMP TABLE netglass_rows AS SELECT {names} FROM ({query})")
        try:
            connection.execute("SET threads = 1")  # the layout of the file must not depend on the number of processors
            self._append(copy_query(connection, "FROM netglass_rows", self._next_path()))
        finally:
            connection.execute(f"SET threads = {threads}")
            connection.execute("DROP TABLE netglass_rows")

    def _next_path(self) -> Path:
        return self._folder / f"{len(self.files):03d}.parquet"

    def _append(self, entry: FileEntry | None) -> None:
        if entry:
            self.files.append(entry)

    def _write(self) -> None:
        self._connection.register("slice", make_arrays(self._columns, self.rows))
        try:
            self._append(copy_query(self._connection, self._query, self._next_path()))
        finally:
            self._connection.unregister("slice")


def _clean_row(row: Row) -> Row:
    return tuple(
        clean_text(value)
        if isinstance(value, str)
        else [clean_text(item) if isinstance(item, str) else item for item in value]
        if isinstance(value, list)
        else value
        for value in row
    )


class PartWriter:
    """Writes the tables of one part, or of one derived table, below ``folder``."""

    def __init__(
        self, folder: Path, tables: Iterable[str], connection: duckdb.DuckDBPyConnection, slice_rows: int = SLICE_ROWS
    ) -> None:
        self._writers = {table: TableWriter(connection, folder, table, TABLES[table]) for table in tables}
        self._slice_rows = slice_rows
        self._waiting = 0

    def add(self, tables: Mapping[str, Sequence[Row]]) -> None:
        """Add rows by table, and write when enough have gathered."""
        for table, rows in tables.items():
            self._writers[table].rows.extend(rows)
            self._waiting += len(rows)
        if self._waiting >= self._slice_rows:
            self.flush()

    def flush(self) -> None:
        """Write what has gathered."""
        for writer in self._writers.values():
            writer.flush()
        self._waiting = 0

    def finish(self) -> dict[str, list[FileEntry]]:
        """Write the rest and return the files by table, without empty tables."""
        self.flush()
        return {table: writer.files for table, writer in self._writers.items() if writer.files}
