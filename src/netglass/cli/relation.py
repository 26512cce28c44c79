"""Rows of a DuckDB relation, in bounded memory however many there are.

A relation keeps no result between calls, and ``fetchall`` would hold every row as Python objects. So the rows are spooled as Parquet
and read back in batches; asked for Parquet, the spool is the answer. Times become text in SQL, which is faster than in Python.
"""

import tempfile
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import duckdb

from netglass.cli.format import copy_file, write_rows

BATCH_ROWS = 5000
"""Rows that are held at once."""

_READ_SQL = "SELECT {columns} FROM read_parquet(?)"
_TIME_SQL = "strftime({column}, '%Y-%m-%dT%H:%M:%SZ') AS {column}"


def write_relation(
    relation: duckdb.DuckDBPyRelation, format: str = "table", *, out: Path | None = None, brief: Sequence[str] = ()
) -> None:
    """Write the rows of ``relation`` as :func:`netglass.cli.format.write_rows` does, with all of its columns and types.

    Args:
        relation: what to write; it is run once.
        format: one of :data:`netglass.cli.format.FORMATS`.
        out: file to write instead of stdout.
        brief: the columns that a table shows, all by default.

    Raises:
        UsageError: the format does not exist, ``brief`` names no column, or Parquet would go to a terminal.
    """
    with tempfile.TemporaryDirectory(prefix="netglass-") as folder:
        spool = Path(folder) / "rows.parquet"
        if format == "parquet":
            return copy_file(lambda: relation.write_parquet(str(spool), compression="zstd"), spool, out)
        relation.write_parquet(str(spool))
        types = dict(zip(relation.columns, map(str, relation.types), strict=True))
        write_rows(relation.columns, read_spool(spool, types), format, out=out, brief=brief)


def read_spool(spool: Path, types: dict[str, str]) -> Iterator[tuple[Any, ...]]:
    """Yield the rows of a Parquet file; columns of type TIMESTAMP come as text.

    Args:
        spool: the file.
        types: the DuckDB type of each column, in the order wanted.
    """
    names = {name: '"' + name.replace('"', '""') + '"' for name in types}
    columns = (
        _TIME_SQL.format(column=names[name]) if kind == "TIMESTAMP" else names[name] for name, kind in types.items()
    )
    with duckdb.connect(config={"threads": 1}) as connection:
        result = connection.execute(_READ_SQL.format(columns=", ".join(columns)), [str(spool)])
        while batch := _fetch(result):
            yield from batch


def _fetch(result: duckdb.DuckDBPyConnection) -> Iterable[tuple[Any, ...]]:
    return result.fetchmany(BATCH_ROWS)
