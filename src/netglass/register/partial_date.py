"""Dates that are known to the year, the month or the day, and the days that they may stand for.

**Source**: ISO 8601-1:2019 section 5.2.2, calendar dates with reduced precision (``2015``, ``2015-07``).
"""

import re
from calendar import monthrange
from datetime import date
from typing import Any, Literal, NamedTuple

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, core_schema

from netglass.form.model import refuse

_PATTERN = r"^[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?$"

Precision = Literal["year", "month", "day"]


class PartialDate(NamedTuple):
    """A date with precision. Dates sort by their first day, the less exact one first."""

    year: int
    month: int = 0
    day: int = 0

    def __str__(self) -> str:
        """Return the date as it is written: ``2015``, ``2015-07`` or ``2015-07-01``."""
        parts = (f"{self.year:04}", f"{self.month:02}", f"{self.day:02}")
        return "-".join(parts[: 1 + bool(self.month) + bool(self.day)])

    @property
    def precision(self) -> Precision:
        """How exactly the date is known."""
        return "day" if self.day else "month" if self.month else "year"

    @property
    def first(self) -> date:
        """The first day that the date may stand for."""
        return date(self.year, self.month or 1, self.day or 1)

    @property
    def last(self) -> date:
        """The last day that the date may stand for."""
        month = self.month or 12
        return date(self.year, month, self.day or monthrange(self.year, month)[1])

    def is_before(self, other: "PartialDate") -> bool:
        """Return whether every day of this date lies before every day of ``other``."""
        return self.last < other.first

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_plain_validator_function(
            _validate, serialization=core_schema.to_string_ser_schema(when_used="always")
        )

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        return {"type": "string", "pattern": _PATTERN, "examples": ["2015", "2015-07", "2015-07-01"]}


def parse_date(text: str) -> PartialDate:
    """Read ``2015``, ``2015-07`` or ``2015-07-01``.

    Raises:
        ValueError: ``text`` is none of these, or no such day exists.
    """
    if not re.fullmatch(_PATTERN, text):
        raise ValueError(f"{text!r} is no date")
    found = PartialDate(*map(int, text.split("-")))
    if "-00" in text:
        raise ValueError(f"{text!r} is no date")
    _ = found.first
    return found


def _validate(value: Any) -> PartialDate:
    if isinstance(value, PartialDate):
        return value
    try:
        return parse_date(value)
    except (TypeError, ValueError) as error:
        hint = "write as much as is known of it: 2015, 2015-07 or 2015-07-01"
        raise refuse("is no date", hint) from error
