"""Rows for people and for machines: table, json, jsonl, csv, parquet.

One set of conventions for all lists: values as :mod:`netglass.cli.cell` says, always UTF-8. Lists and structs are JSON, in
CSV JSON within the cell; there a missing value is an empty cell and an empty string is ``""``. Rows are streamed, except for
Parquet, which is spooled, and for a table in a terminal, which shows the first :data:`TABLE_ROWS` rows. A table that is piped
is tab-separated, with every row. Text in a table comes from strangers' servers, so control characters are shown, not obeyed.

**Source**: RFC 4180 (CSV), RFC 8259 (JSON), JSON Lines 1.0.
"""

import os
import re
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import chain, islice
from pathlib import Path
from typing import Any, BinaryIO

import msgspec
from rich.console import Console
from rich.table import Table
from rich.text import Text

from netglass.cli.cell import PLAIN, infer_type, plain_value
from netglass.cli.parquet import write_parquet
from netglass.vocab.error import UsageError
from netglass.vocab.table import TABLES

FORMATS = ("table", "json", "jsonl", "csv", "parquet")
"""Every form that a list can take."""

TABLE_ROWS = 500
"""Rows of a table that a terminal shows at most; the other forms give them all."""

Row = Sequence[Any]

_JOINERS = frozenset("\u200c\u200d")  # invisible, harmless, and part of Persian and Indic spelling
_UNSAFE = re.compile(r"""[,"\r\n]|^\s|\s$""")
_encode = msgspec.json.Encoder().encode


def write_rows(
    columns: Sequence[str],
    rows: Iterable[Row],
    format: str = "table",
    *,
    table: str | None = None,
    out: Path | None = None,
    brief: Sequence[str] = (),
) -> None:
    """Write ``rows`` to stdout, or to the file ``out``, which appears whole or not at all.

    Args:
        columns: names, in the order of the values.
        rows: values as DuckDB, numpy or Python gives them.
        format: one of :data:`FORMATS`.
        table: name in :data:`netglass.vocab.table.TABLES` that gives the types of columns for Parquet; the type of another
            column is inferred from its values.
        out: file to write instead of stdout.
        brief: the columns that a table shows, all by default; the other forms always have them all.

    Raises:
        UsageError: the format does not exist, ``brief`` names no column, or Parquet would go to a terminal.
    """
    if format not in FORMATS:
        raise UsageError(f"format {format!r} does not exist: use one of {', '.join(FORMATS)}")
    if format == "table":
        columns, rows = _choose(columns, rows, brief)
        if out is None and sys.stdout.isatty():
            return _write_terminal(columns, rows)
    if format == "parquet":
        return _write_parquet(columns, rows, table, out)
    with _open_target(out) as target:
        _WRITERS[format](columns, rows, target)


def _choose(columns: Sequence[str], rows: Iterable[Row], brief: Sequence[str]) -> tuple[Sequence[str], Iterable[Row]]:
    if not brief:
        return columns, rows
    unknown = [name for name in brief if name not in columns]
    if unknown:
        raise UsageError(f"there is no column {unknown[0]!r}: the columns are {', '.join(columns)}")
    places = [list(columns).index(name) for name in brief]
    return brief, ([row[place] for place in places] for row in rows)


@contextmanager
def _open_target(out: Path | None) -> Iterator[BinaryIO]:
    if out is None:
        sys.stdout.flush()
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
        return
    beside = out.with_name(f".{out.name}.{os.getpid()}")
    try:
        with beside.open("wb") as target:
            yield target
        beside.replace(out)
    finally:
        beside.unlink(missing_ok=True)


def _plain_rows(rows: Iterable[Row]) -> Iterator[list[Any]]:
    return ([value if type(value) in PLAIN else plain_value(value) for value in row] for row in rows)


def _write_json(columns: Sequence[str], rows: Iterable[Row], target: BinaryIO) -> None:
    before = b"[\n"
    for row in _plain_rows(rows):
        target.write(before + _encode(dict(zip(columns, row, strict=True))))
        before = b",\n"
    target.write(b"\n]\n" if before == b",\n" else b"[]\n")


def _write_jsonl(columns: Sequence[str], rows: Iterable[Row], target: BinaryIO) -> None:
    for row in _plain_rows(rows):
        target.write(_encode(dict(zip(columns, row, strict=True))) + b"\n")


def _write_csv(columns: Sequence[str], rows: Iterable[Row], target: BinaryIO) -> None:
    for row in chain([list(columns)], _plain_rows(rows)):
        target.write((",".join(map(_format_cell, row)) + "\n").encode())


def _format_cell(value: Any) -> str:
    text = "" if value is None else value if isinstance(value, str) else _encode(value).decode()
    if text:
        return '"' + text.replace('"', '""') + '"' if _UNSAFE.search(text) else text
    return "" if value is None else '""'


def _write_tabbed(columns: Sequence[str], rows: Iterable[Row], target: BinaryIO) -> None:
    for row in chain([list(columns)], _plain_rows(rows)):
        target.write(("\t".join(map(show_value, row)) + "\n").encode())


def _write_parquet(columns: Sequence[str], rows: Iterable[Row], table: str | None, out: Path | None) -> None:
    known = {column.name: column.type for column in TABLES[table]} if table else {}
    if any(name not in known for name in columns):
        rows = list(rows)
        known = {name: infer_type(row[place] for row in rows) for place, name in enumerate(columns)} | known
    with tempfile.TemporaryDirectory(prefix="netglass-") as folder:
        made = Path(folder) / "rows.parquet"
        types = [known[name] for name in columns]
        copy_file(lambda: write_parquet(columns, types, _plain_rows(rows), made), made, out)


def copy_file(make: Callable[[], None], made: Path, out: Path | None) -> None:
    """Let ``make`` write the binary file ``made``, and copy it to ``out``, or to stdout if that is no terminal.

    Raises:
        UsageError: it would go to a terminal.
    """
    if out is None and sys.stdout.isatty():
        raise UsageError("Parquet is no text for a terminal: write it to a file with --out FILE or pipe it")
    make()
    with made.open("rb") as source, _open_target(out) as target:
        shutil.copyfileobj(source, target, 1 << 20)


def show_value(value: Any) -> str:
    """Return one plain value as text for a table: a dash for a missing one, lists joined, control characters escaped."""
    if value is None:
        return "-"
    if isinstance(value, list):
        return ", ".join(map(show_value, value)) or "-"
    if isinstance(value, float):
        return f"{value:.4g}"
    text = value if isinstance(value, str) else _encode(value).decode()
    return "".join(mark if mark.isprintable() or mark in _JOINERS else ascii(mark)[1:-1] for mark in text)


def _write_terminal(columns: Sequence[str], rows: Iterable[Row]) -> None:
    stream = iter(rows)
    drawn = Table(box=None, pad_edge=False, header_style="bold")
    for name in columns:
        drawn.add_column(name, overflow="fold")
    for row in _plain_rows(islice(stream, TABLE_ROWS)):
        drawn.add_row(*(Text(show_value(value)) for value in row))
    Console().print(drawn)
    if next(stream, None) is not None:
        Console(stderr=True).print(f"The first {TABLE_ROWS} rows; --format csv, jsonl or parquet gives them all.")


_WRITERS = {"table": _write_tabbed, "json": _write_json, "jsonl": _write_jsonl, "csv": _write_csv}
