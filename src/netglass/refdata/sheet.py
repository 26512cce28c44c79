"""Rows of CSV files, with the line that each one ends on, so that messages can name it."""

import csv
from collections.abc import Iterator
from pathlib import Path

from netglass.vocab.error import InputError


def read_rows(path: Path) -> Iterator[tuple[int, list[str]]]:
    """Yield line number and cells of every row that is not blank; bytes that are no UTF-8 become U+FFFD.

    Raises:
        InputError: the file is no CSV (RFC 4180) or holds a cell over 128 kB; the message names file and line.
    """
    with path.open(encoding="utf-8-sig", errors="replace", newline="") as file:
        reader = csv.reader(file)
        try:
            yield from ((reader.line_num, row) for row in reader if row)
        except csv.Error as error:
            raise InputError(f"{path}:{reader.line_num}: {error}; expected comma-separated values") from error


def read_records(path: Path, columns: tuple[str, ...], layout: str) -> Iterator[tuple[int, dict[str, str]]]:
    """Yield line number and the cells of ``columns`` by name, empty where a row is short.

    Raises:
        InputError: the header has not all of ``columns``; the message says what ``layout`` was expected.
    """
    rows = read_rows(path)
    line, header = next(rows, (1, []))
    missing = [name for name in columns if name not in header]
    if missing:
        raise InputError(f"{path}:{line}: no column {', '.join(missing)}; expected {layout}: {','.join(columns)}")
    for line, row in rows:
        cells = dict(zip(header, row, strict=False))
        yield line, {name: cells.get(name, "") for name in columns}
