"""Cross-border incidents: one state's network acts on another's, and who says so on what evidence.

They are kept apart from domestic shutdowns and blocks. An attribution is somebody's word: the record says whose and on what it rests.
"""

from typing import Annotated, Literal

from pydantic import Field, model_validator

from netglass.form.model import refuse
from netglass.register.field import Asn, CountryCode, Text
from netglass.register.part import Part
from netglass.register.partial_date import PartialDate
from netglass.register.record import SourcedRecord
from netglass.register.word import Body


class Attribution(Part):
    """Who says that it was whom."""

    by: Text
    """The office or organisation that attributes it; never a person."""
    by_type: Body
    """What sort of body it is."""
    by_cc: CountryCode | None = None
    """Its country."""
    to_cc: tuple[CountryCode, ...] = ()
    """The states that it is attributed to; none where none is named."""
    evidence_basis: Literal[
        "own_measurement", "technical_report", "intelligence", "court_finding", "admission", "assertion_only"
    ]
    """On what evidence."""
    date: PartialDate
    """When it was said."""
    summary: Text
    """What is said, in own words."""


class Incident(SourcedRecord):
    """Something that crossed a border."""

    kind: Literal["incident"]
    title: Text
    """What it is called, or what it is."""
    type: Literal["hijack", "dns_injection_collateral", "attack", "cable", "espionage", "disruption"]
    """What sort of incident it is."""
    begins: PartialDate | None = None
    """From when."""
    ends: PartialDate | None = None
    """Until when."""
    affected: tuple[CountryCode, ...] = ()
    """The countries that were affected, where they are named."""
    networks: tuple[Asn, ...] = ()
    """AS numbers of the networks that were affected."""
    summary: Text
    """What happened, in own words."""
    attributions: Annotated[tuple[Attribution, ...], Field(min_length=1)]
    """Who says that it was whom."""

    @model_validator(mode="after")
    def _check(self) -> "Incident":
        if self.begins and self.ends and self.ends.is_before(self.begins):
            raise refuse("ends before it begins", "look at `begins` and `ends`", "ends")
        return self

    def tell_name(self) -> str:
        """Return its title."""
        return self.title

    def tell_date(self) -> PartialDate | None:
        """Return from when, else when it was first attributed."""
        return self.begins or min(item.date for item in self.attributions)
