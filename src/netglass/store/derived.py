"""Derived tables: what ``judge`` and ``detect`` make of the observations, replaced as a whole in one atomic step.

A derived table is a set of Parquet files and a record beside them that names the files with their hashes, the window that was
asked for and the inputs (manifest, ruleset, reference data) that made it. The same rows give the same bytes.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import duckdb
import msgspec

from netglass.store.layout import SCHEMA_VERSION, Layout, make_work_dir, read_json, sync_dir, write_json
from netglass.store.lock import try_exclusive
from netglass.store.manifest import FileEntry
from netglass.store.part import SLICE_ROWS, Row, TableWriter, connect_writer
from netglass.vocab.error import SchemaDrift
from netglass.vocab.table import TABLES


class DerivedRecord(msgspec.Struct, kw_only=True):
    """A derived table as it was written last. ``window`` is the half-open window in UTC, null where it is open."""

    schema: int = SCHEMA_VERSION
    table: str
    window: tuple[str | None, str | None] = (None, None)
    inputs: dict[str, str]
    files: list[FileEntry]

    @property
    def rows(self) -> int:
        """Rows of the table."""
        return sum(entry.rows for entry in self.files)


def read_derived(layout: Layout, table: str) -> DerivedRecord | None:
    """Return the record of a derived table, or None where there is none.

    Raises:
        SchemaDrift: the record can not be read.
    """
    path = _record_path(layout, table)
    if not path.exists():
        return None
    try:
        return msgspec.convert(read_json(path), DerivedRecord)
    except msgspec.ValidationError as error:
        raise SchemaDrift(f"{path}: not a record of this schema ({error}). Run judge and detect again.") from error


def _record_path(layout: Layout, table: str) -> Path:
    return layout.derived_dir / f"{table}.json"


class DerivedWriter:
    """Takes the rows of a derived table, in the order of its columns."""

    def __init__(self, folder: Path, table: str) -> None:
        self._writer = TableWriter(connect_writer(), folder, table, TABLES[table])

    def add(self, rows: Sequence[Row]) -> None:
        """Add rows; they are written in slices, so memory stays bounded."""
        for start in range(0, len(rows), SLICE_ROWS):
            self._writer.rows.extend(rows[start : start + SLICE_ROWS])
            if len(self._writer.rows) >= SLICE_ROWS:
                self._writer.flush()

    def add_query(self, connection: duckdb.DuckDBPyConnection, query: str) -> None:
        """Add the rows of ``query``, which should have an ORDER BY: the same rows in the same order give the same bytes."""
        self._writer.write_query(connection, query)

    def finish(self) -> list[FileEntry]:
        """Write the rest and return the files."""
        self._writer.flush()
        return self._writer.files


@contextmanager
def write_derived(
    layout: Layout, table: str, inputs: Mapping[str, str], window: tuple[str | None, str | None] = (None, None)
) -> Iterator[DerivedWriter]:
    """Give a writer whose rows replace the derived table when the block ends well; on an error the old table stays.

    Use it under the writer's lock.

    Args:
        layout: the store.
        table: a derived table of :data:`netglass.vocab.table.TABLES`.
        inputs: names and hashes of what the rows were made from.
        window: start and end as ``YYYY-MM-DDTHH:MM:SSZ``, None where open.
    """
    with make_work_dir(layout) as folder:
        writer = DerivedWriter(folder, table)
        yield writer
        files = [_move(layout, folder, table, entry) for entry in writer.finish()]
        if files:
            sync_dir(layout.derived_dir / table)
        record = DerivedRecord(table=table, window=window, inputs=dict(sorted(inputs.items())), files=files)
        write_json(_record_path(layout, table), record)
    drop_unnamed(layout, table)


def _move(layout: Layout, folder: Path, table: str, entry: FileEntry) -> FileEntry:
    (layout.derived_dir / table).mkdir(parents=True, exist_ok=True)
    number = Path(entry.name).stem
    name = f"{table}/{number}-{entry.sha256[:16]}.parquet"
    (folder / entry.name).replace(layout.derived_dir / name)
    return msgspec.structs.replace(entry, name=name)


def drop_derived(layout: Layout, table: str) -> None:
    """Remove a derived table."""
    _record_path(layout, table).unlink(missing_ok=True)
    drop_unnamed(layout, table)


def drop_unnamed(layout: Layout, table: str) -> None:
    """Delete files of a derived table that its record does not name, unless somebody reads the store."""
    record = read_derived(layout, table)
    named = {entry.name for entry in record.files} if record else set()
    with try_exclusive(layout) as alone:
        for path in (layout.derived_dir / table).glob("*.parquet") if alone else ():
            if f"{table}/{path.name}" not in named:
                path.unlink()
