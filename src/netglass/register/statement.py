"""Statements: what an office said, when and where. What is said in them is taken apart into claims and pledges."""

from typing import Annotated, Literal

from pydantic import Field, model_validator

from netglass.form.model import refuse
from netglass.register.field import CountryCode, Language, RecordId, Reference, Text
from netglass.register.part import Part
from netglass.register.partial_date import PartialDate
from netglass.register.record import SourcedRecord
from netglass.register.word import Body, Subject

NAMED_ROLES = ("head_of_state", "head_of_government", "minister", "spokesperson")
"""Roles in which a person speaks for the state by name; of all others only the office is kept."""


class Speaker(Part):
    """Who spoke: an office, and the name of its holder only where the holder speaks for a state."""

    role: Literal[
        "head_of_state",
        "head_of_government",
        "minister",
        "spokesperson",
        "official",
        "legislator",
        "organisers",
        "international_organisation",
        "company",
        "civil_society",
        "expert",
    ]
    """In which role."""
    office: Text
    """The office or organisation, such as `President of the People's Republic of China`."""
    body: Body | None = None
    """What sort of body it is."""
    cc: CountryCode | None = None
    """The state that is spoken for."""
    name: Text | None = None
    """The name of a head of state or government, a minister or a spokesperson; of nobody else."""

    @model_validator(mode="after")
    def _check_name(self) -> "Speaker":
        if self.name is not None and self.role not in NAMED_ROLES:
            raise refuse("names a person who does not speak for a state", "remove `name`; the office is enough", "name")
        return self


class Statement(SourcedRecord):
    """A speech, a declaration, or a draft of one."""

    kind: Literal["statement"]
    title: Text
    """What it is called in English, or what it is."""
    form: Literal[
        "speech",
        "declaration",
        "draft_declaration",
        "press_release",
        "press_conference",
        "interview",
        "letter",
        "testimony",
    ]
    """In which form."""
    speaker: Speaker
    """Who spoke."""
    date: PartialDate
    """When."""
    place: Text | None = None
    """Where."""
    occasion: Text | None = None
    """At which event."""
    about: Annotated[tuple[Subject, ...], Field(min_length=1)]
    """What it is about."""
    summary: Text
    """What was said, in own words."""
    language: Language | None = None
    """In which language it was made."""
    text: Annotated[RecordId | None, Reference(("source",))] = None
    """The source that has its wording."""

    def tell_name(self) -> str:
        """Return its title."""
        return self.title

    def tell_date(self) -> PartialDate | None:
        """Return when it was made."""
        return self.date
