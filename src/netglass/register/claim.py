"""Claims: single things that a statement says are so, and whether and by what they can be checked.

The language of rights and of values gets no truth value: such a claim is recorded as not checkable, with the reason.
"""

from typing import Annotated, Literal

from pydantic import Field, model_validator

from netglass.form.model import refuse
from netglass.register.field import Flag, RecordId, Reference, Text
from netglass.register.part import Part
from netglass.register.partial_date import PartialDate
from netglass.register.record import SourcedRecord
from netglass.register.word import Measure, Subject


class Period(Part):
    """The time that a claim speaks of."""

    begins: PartialDate | None = None
    """From when; open where it is left out."""
    ends: PartialDate | None = None
    """Until when; open where it is left out."""


class Claim(SourcedRecord):
    """One thing that a statement says is so."""

    kind: Literal["claim"]
    statement: Annotated[RecordId, Reference(("statement",))]
    """The statement that it was made in."""
    summary: Text
    """What is claimed, in own words."""
    about: Annotated[tuple[Subject, ...], Field(min_length=1)]
    """What it is about."""
    period: Period | None = None
    """The time that it speaks of."""
    checkable: Flag
    """Whether evidence could show it right or wrong. This is a judgement of the register and has its source in the claim's wording."""
    checked_by: tuple[Measure, ...] = ()
    """By what it can be checked."""
    not_checkable_because: (
        Literal["language_of_rights", "value_judgement", "intention", "too_vague", "no_public_data"] | None
    ) = None
    """Why it cannot be checked."""

    @model_validator(mode="after")
    def _check(self) -> "Claim":
        if self.checkable and (not self.checked_by or self.not_checkable_because):
            raise refuse(
                "is checkable and does not say by what", "give `checked_by` and no `not_checkable_because`", "checkable"
            )
        if not self.checkable and (self.checked_by or not self.not_checkable_because):
            raise refuse(
                "is not checkable and does not say why", "give `not_checkable_because` and no `checked_by`", "checkable"
            )
        return self

    def tell_name(self) -> str:
        """Return what is claimed."""
        return self.summary
