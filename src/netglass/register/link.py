"""Links: how one record stands to another."""

from typing import Annotated, Literal

from pydantic import Field, model_validator

from netglass.form.model import refuse
from netglass.register.field import Number, PartId, Reference, Text
from netglass.register.record import SourcedRecord


class Link(SourcedRecord):
    """A typed tie between two records."""

    kind: Literal["link"]
    type: Literal[
        "implements", "amends", "repeals", "cites", "orders", "claims", "contradicts", "reuses_text_of", "successor_of"
    ]
    """How `subject` stands to `object`."""
    subject: Annotated[PartId, Reference()]
    """The record, or with `#` the part of it, that the link speaks of."""
    object: Annotated[PartId, Reference()]
    """The record or part that it stands to."""
    grade: Literal["G1", "G2", "G3", "G4"] | None = None
    """How firmly order and effect are tied: G1 a notice cites it, G2 exact entry, network and time, G3 entry alone, G4 only a law."""
    score: Annotated[Number, Field(ge=0, le=1)] | None = None
    """How much of the text is shared, 0 to 1, for `reuses_text_of`."""
    note: Text | None = None
    """What else must be known of it."""

    @model_validator(mode="after")
    def _check(self) -> "Link":
        if self.subject == self.object:
            raise refuse("ties a record to itself", "look at `subject` and `object`", "object")
        if self.score is not None and self.type != "reuses_text_of":
            raise refuse("has a score, which only `reuses_text_of` has", "remove `score`", "score")
        return self

    def tell_name(self) -> str:
        """Return the tie in words."""
        return f"{self.subject} {self.type} {self.object}"
