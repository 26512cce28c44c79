"""Records as rows: the columns of a list and of CSV, one table per kind.

Every field of the model is a column; lists and structs stay what they are, so the writer of a form says how they look in a cell.
"""

import csv
import io
import json
from collections.abc import Iterable, Sequence
from typing import Any

from netglass.register.kind import KINDS
from netglass.register.record import Record, SourcedRecord

GENERAL = ("id", "kind", "cc", "label", "dated", "review", "sources", "unsourced")
"""The columns of a list of all kinds, and of each kind beside its own."""

_HIDDEN = ("evidence",)


def list_columns(kind: str | None) -> tuple[str, ...]:
    """Return the columns of a kind: the general ones, then each further field of its model; of no kind the general ones."""
    own = [] if kind is None else [name for name in KINDS[kind].model_fields if name not in (*GENERAL, *_HIDDEN)]
    return (*GENERAL, *own)


def make_row(record: Record, columns: Sequence[str]) -> list[Any]:
    """Return the values of a record, None where it says nothing."""
    dated = record.tell_date()
    values = record.model_dump(mode="json", exclude_none=True)
    values |= {
        "label": record.tell_name(),
        "dated": None if dated is None else str(dated),
        "sources": [],
        "unsourced": [],
    }
    if isinstance(record, SourcedRecord):
        values["review"] = record.tell_review()
        values["sources"] = sorted({entry.source for entry in record.evidence})
        values["unsourced"] = [path for entry in record.unsourced for path in entry.fields]
    return [values.get(column) for column in columns]


def format_csv(kind: str, records: Iterable[Record]) -> str:
    """Return the records of one kind as CSV; lists and structs are JSON in the cell. **Source**: RFC 4180."""
    columns = list_columns(kind)
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([_format_cell(value) for value in make_row(record, columns)] for record in records)
    return text.getvalue()


def _format_cell(value: Any) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, separators=(",", ":"))
