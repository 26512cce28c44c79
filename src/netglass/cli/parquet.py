"""Rows as one Parquet file, through DuckDB, with the types of the columns contract.

The rows are spooled as JSON lines, so memory stays bounded however many there are, and DuckDB reads them with the types
given: 64-bit integers, nested structs and empty lists arrive as they left.
"""

import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import duckdb
import msgspec

LONGEST_ROW = 1 << 30
"""Bytes of one row as JSON that DuckDB accepts."""


def write_parquet(columns: Sequence[str], types: Sequence[str], rows: Iterable[Sequence[Any]], path: Path) -> None:
    """Write plain ``rows`` to ``path``, overwriting it; also a file without rows names all columns.

    Args:
        columns: names, all different.
        types: DuckDB type of each column.
        rows: values as :func:`netglass.cli.cell.plain_value` gives them, in the order of ``columns``.
        path: file to write.
    """
    encode = msgspec.json.Encoder().encode
    with tempfile.NamedTemporaryFile(suffix=".jsonl") as spool, duckdb.connect(config={"threads": 1}) as connection:
        for row in rows:
            spool.write(encode(dict(zip(columns, row, strict=True))) + b"\n")
        spool.flush()
        fields = ", ".join(f"{_quote(name)}: {_literal(kind)}" for name, kind in zip(columns, types, strict=True))
        options = f"format='newline_delimited', maximum_object_size={LONGEST_ROW}, columns={{{fields}}}"
        source = f"read_json({_literal(spool.name)}, {options})"
        connection.execute(f"COPY (SELECT * FROM {source}) TO {_literal(str(path))} (FORMAT parquet, COMPRESSION zstd)")


def _quote(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
