"""Pledges: what was promised, how much of it, where and by when, and the indicator that can show what came of it."""

from typing import Annotated, Literal

from netglass.register.field import Number, RecordId, Reference, Text
from netglass.register.partial_date import PartialDate
from netglass.register.record import SourcedRecord


class Pledge(SourcedRecord):
    """A promise with a target and a deadline."""

    kind: Literal["pledge"]
    statement: Annotated[RecordId | None, Reference(("statement", "instrument"))] = None
    """The statement or the instrument that it was made in."""
    summary: Text
    """What is promised, in own words."""
    made: PartialDate
    """When."""
    measure: Text
    """What is counted, such as `administrative villages with broadband`."""
    direction: Literal["at_least", "at_most"] = "at_least"
    """Whether the target is a floor or a ceiling."""
    target: Number
    """The value that was promised."""
    unit: Text
    """Its unit, such as `percent of administrative villages`."""
    deadline: PartialDate
    """By when."""
    scope: Text
    """Where and for whom."""
    indicator: Annotated[RecordId | None, Reference(("indicator",))] = None
    """The series by which it is measured; without one the pledge is not measurable."""

    def tell_name(self) -> str:
        """Return what is promised."""
        return self.summary

    def tell_date(self) -> PartialDate | None:
        """Return when it was made."""
        return self.made
