"""One value of a row: from what DuckDB, numpy and Python give to what JSON can say, and to the type of a column.

Times become ``YYYY-MM-DDTHH:MM:SSZ``, days ``YYYY-MM-DD``, arrays lists, structs dicts. NaN, infinities and NaT become
None: RFC 8259 section 6 has no such numbers, and a form that keeps them would say something else than the other forms.
"""

import math
from collections.abc import Iterable
from datetime import date, datetime
from enum import Enum
from pathlib import Path
from typing import Any

import numpy as np

from netglass.vocab.time import format_time

PLAIN = frozenset((str, int, bool, type(None)))
"""Types whose values are plain as they are."""

_LARGEST_BIGINT = 2**63 - 1


def plain_value(value: Any) -> Any:
    """Return ``value`` as None, bool, int, finite float, str, list or dict of such.

    Raises:
        TypeError: there is no rule for the type of ``value``.
    """
    kind = type(value)
    if kind in PLAIN:
        return value
    if kind is float:
        return value if math.isfinite(value) else None
    if kind is datetime:
        return format_time(value)
    if isinstance(value, dict):
        return {str(key): plain_value(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [plain_value(item) for item in (sorted(value) if isinstance(value, set | frozenset) else value)]
    return _plain_rare(value)


def _plain_rare(value: Any) -> Any:
    if isinstance(value, np.datetime64):
        return None if np.isnat(value) else format_time(value.astype("datetime64[s]").item())
    if value is np.ma.masked:
        return None
    if isinstance(value, np.ndarray):
        return [plain_value(item) for item in value]
    if isinstance(value, np.generic):
        return plain_value(value.item())
    if isinstance(value, Enum):
        return plain_value(value.value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, str | Path):
        return str(value)
    if hasattr(value, "_asdict"):
        return plain_value(value._asdict())
    raise TypeError(f"no plain form for a value of type {type(value).__name__}")


def infer_type(values: Iterable[Any]) -> str:
    """Return the DuckDB type that holds all of ``values`` as Python gave them: BOOLEAN, BIGINT, UBIGINT, DOUBLE,
    TIMESTAMP, a list of one of these, JSON for structs and mixtures, and VARCHAR where nothing is known."""
    kinds = {_kind_of(value) for value in values} - {None}
    if not kinds:
        return "VARCHAR"
    if "DOUBLE" in kinds and kinds <= {"BIGINT", "UBIGINT", "DOUBLE"}:
        return "DOUBLE"
    if kinds == {"BIGINT", "UBIGINT"}:
        return "UBIGINT"
    if "[]" in kinds:
        lists = kinds - {"[]"}
        return lists.pop() or "JSON" if len(lists) == 1 else "VARCHAR[]" if not lists else "JSON"
    return kinds.pop() or "JSON" if len(kinds) == 1 else "JSON"


def _kind_of(value: Any) -> str | None:
    if value is None or value is np.ma.masked:
        return None
    if isinstance(value, bool | np.bool_):
        return "BOOLEAN"
    if isinstance(value, int | np.integer):
        return "UBIGINT" if value > _LARGEST_BIGINT else "BIGINT"
    if isinstance(value, float | np.floating):
        return "DOUBLE"
    if isinstance(value, datetime | np.datetime64):
        return "TIMESTAMP"
    if isinstance(value, list | tuple | np.ndarray):
        return f"{infer_type(value)}[]" if len(value) else "[]"
    return "JSON" if isinstance(value, dict) else "VARCHAR"
