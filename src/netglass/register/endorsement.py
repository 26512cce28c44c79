"""Endorsements: how a state stood to a text. The record's country is the state, and is a fact like the rest."""

from typing import Annotated, ClassVar, Literal

from netglass.register.field import RecordId, Reference, Text
from netglass.register.partial_date import PartialDate
from netglass.register.record import SourcedRecord


class Endorsement(SourcedRecord):
    """What a state did for or against a text."""

    STRUCTURAL: ClassVar[frozenset[str]] = frozenset({"id", "kind"})

    kind: Literal["endorsement"]
    text: Annotated[RecordId, Reference(("instrument", "statement"))]
    """The instrument or statement."""
    act: Literal[
        "sponsored",
        "voted_for",
        "voted_against",
        "abstained",
        "absent",
        "signed",
        "ratified",
        "acceded",
        "withdrew",
        "supported",
        "opposed",
    ]
    """What the state did."""
    date: PartialDate
    """When."""
    forum: Text | None = None
    """In which body."""

    def tell_name(self) -> str:
        """Return who did what with which text."""
        return f"{self.cc} {self.act} {self.text}"

    def tell_date(self) -> PartialDate | None:
        """Return when."""
        return self.date
