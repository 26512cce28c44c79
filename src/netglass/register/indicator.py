"""Indicators: a number over time, with its unit and how it was come by."""

from typing import Annotated, ClassVar, Literal

from pydantic import model_validator

from netglass.form.model import refuse
from netglass.register.field import Number, RecordId, Reference, Text
from netglass.register.part import Part
from netglass.register.partial_date import PartialDate
from netglass.register.record import SourcedRecord


class Value(Part):
    """One number of the series."""

    KEY: ClassVar[str] = "date"

    date: PartialDate
    """The time that it speaks of."""
    value: Number
    """The number, in the series' unit."""
    note: Text | None = None
    """What else must be known of it, such as `estimate`."""


class Imported(Part):
    """A series that is read from a data set instead of being typed."""

    source: Annotated[RecordId, Reference(("source",))]
    """The data set."""
    series: Text
    """What the data set calls the series."""


class Indicator(SourcedRecord):
    """A series of numbers."""

    kind: Literal["indicator"]
    title: Text
    """What is counted, in English."""
    series: Text
    """What its publisher calls it, such as `IT.NET.USER.ZS`."""
    unit: Text
    """The unit of its numbers, such as `percent of population`."""
    method: Text
    """How the numbers are come by, in own words."""
    values: tuple[Value, ...] = ()
    """The numbers, each with its date."""
    imported: Imported | None = None
    """Where the numbers are read from."""

    @model_validator(mode="after")
    def _check(self) -> "Indicator":
        if bool(self.values) == bool(self.imported):
            raise refuse(
                "needs either `values` or `imported`", "type the numbers, or name the data set that has them", "series"
            )
        dates = [value.date for value in self.values]
        for number, date in enumerate(dates):
            if date in dates[:number]:
                hint = "keep one, and say in `note` what the other was"
                raise refuse("has two values of one date", hint, "values", number, "date")
        return self

    def tell_name(self) -> str:
        """Return what is counted."""
        return self.title

    def tell_date(self) -> PartialDate | None:
        """Return the date of the last number."""
        return max((value.date for value in self.values), default=None)
