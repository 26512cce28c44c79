"""Rows to columns: tuples in the order of a table's columns become numpy arrays, and the SQL that gives them their types.

DuckDB reads numpy arrays in place, so a row costs one transposition and no statement. Numbers travel as floats with NaN for
a missing value, which is exact up to 2**53; columns beyond that travel as objects. A list of strings travels as one string
with a separator before each element, which DuckDB splits again (a third of the cost of a Python list); other lists and
structs travel as JSON.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from typing import Any

import msgspec
import numpy as np

from netglass.vocab.table import Column

Array = np.ndarray[Any, Any]
Row = Sequence[Any]

SEPARATOR = "\x1f"
"""Stands before each element of a list of strings on its way; one inside an element becomes U+FFFD."""

EXACT_LIMIT = 2.0**53
"""The largest integer below which every integer is a float. **Source**: IEEE 754 binary64, 53 bits of significand."""

_encode = msgspec.json.Encoder().encode


def make_arrays(columns: Sequence[Column], rows: Sequence[Row]) -> dict[str, Array]:
    """Return one array per column for :func:`select_columns` to read.

    Args:
        columns: the table's columns.
        rows: at least one row, each with one value per column: None, str, int, float, bool, naive UTC datetime, a list of
            these, or for a struct a dict or a tuple in the order of its fields.
    """
    return {
        column.name: pack_values(column.type, values)
        for column, values in zip(columns, zip(*rows, strict=True), strict=True)
    }


def select_columns(columns: Iterable[Column]) -> str:
    """Return the SELECT list that turns the arrays of :func:`make_arrays` into the columns with their types."""
    return ", ".join(f'{_unpack(column)} AS "{column.name}"' for column in columns)


def pack_values(type: str, values: Sequence[Any]) -> Array:
    """Return ``values`` as the array in which a column of DuckDB type ``type`` travels."""
    if isinstance(values, np.ndarray) and values.dtype != object and not _is_nested(type):
        return values
    return _pack_text(values) if type == "VARCHAR" else _PACKERS.get(type, _pack_nested)(values)


def clean_text(text: str | None) -> str | None:
    """Return ``text`` with lone surrogates, which are no characters, replaced by U+FFFD (UTF-8 can not hold them)."""
    return None if text is None else text.encode("utf-8", "surrogatepass").decode("utf-8", "replace")


def _is_nested(type: str) -> bool:
    return type.endswith("[]") or type.startswith("STRUCT")


def _pack_objects(values: Sequence[Any]) -> Array:
    array = np.empty(len(values), dtype=object)
    array[:] = values
    return array


def _pack_text(values: Sequence[str | None]) -> Array:
    return _pack_objects(values)


def _pack_numbers(values: Sequence[float | None]) -> Array:
    return np.array(values, dtype=np.float64)


def _pack_integers(values: Sequence[int | None]) -> Array:
    numbers = np.array(values, dtype=np.float64)
    if numbers.size and np.nanmax(np.abs(numbers), initial=0.0) >= EXACT_LIMIT:
        return _pack_wide(values)
    return numbers


def _pack_keys(values: Sequence[int | None]) -> Array:
    try:
        return np.array(values, dtype=np.uint64)
    except (TypeError, OverflowError):
        return _pack_wide(values)


def _pack_wide(values: Sequence[int | None]) -> Array:
    return _pack_objects([None if value is None else str(int(value)) for value in values])


def _pack_times(values: Sequence[date | None]) -> Array:
    """Convert each distinct time once: numpy takes 2 us for one, and certificates come again and again."""
    distinct = list(set(values))
    numbers = np.array(distinct, dtype="datetime64[us]").astype(np.int64).tolist()
    number_of = dict(zip(distinct, numbers, strict=True))
    return np.array([number_of[value] for value in values], dtype=np.int64).astype("datetime64[us]")


def _pack_lists(values: Sequence[Sequence[str] | None]) -> Array:
    return _pack_objects([None if value is None else join_strings(value) for value in values])


def join_strings(values: Sequence[str]) -> str:
    """Return ``values`` as one string with :data:`SEPARATOR` before each."""
    joined = SEPARATOR.join(("", *values)) if values else ""
    if joined.count(SEPARATOR) != len(values):
        joined = SEPARATOR.join(("", *(value.replace(SEPARATOR, "\ufffd") for value in values)))
    return joined


def _pack_nested(values: Sequence[Any]) -> Array:
    return _pack_objects([None if value is None else _encode(_plain(value)).decode() for value in values])


def _plain(value: Any) -> Any:
    if hasattr(value, "_asdict"):
        return {name: _plain(item) for name, item in value._asdict().items()}
    if isinstance(value, Mapping):
        return {name: _plain(item) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return value.item() if isinstance(value, np.generic) else value


_PACKERS: dict[str, Callable[[Sequence[Any]], Array]] = {
    "UBIGINT": _pack_keys,
    "DOUBLE": _pack_numbers,
    "BOOLEAN": _pack_numbers,
    "TIMESTAMP": _pack_times,
    "DATE": _pack_times,
    "VARCHAR[]": _pack_lists,
    **dict.fromkeys(("BIGINT", "INTEGER", "UINTEGER", "SMALLINT", "USMALLINT"), _pack_integers),
}


def _unpack(column: Column) -> str:
    name, type = f'"{column.name}"', column.type
    if type == "VARCHAR[]":
        return f"CASE WHEN {name} = '' THEN [] ELSE string_split({name}[2:], chr(31)) END::VARCHAR[]"
    if _is_nested(type):
        return f"{name}::VARCHAR::JSON::{type}"
    if type == "DOUBLE":
        return f"CASE WHEN isnan({name}) THEN NULL ELSE {name} END::DOUBLE"
    if type == "BOOLEAN":
        return f"CASE WHEN isnan({name}) THEN NULL ELSE {name} <> 0 END"
    return f"{name}::{type}" if type in ("VARCHAR", "TIMESTAMP") else f"TRY_CAST({name} AS {type})"
