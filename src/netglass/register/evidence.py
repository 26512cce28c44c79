"""Where facts come from: the source and the passage behind fields, or the plain word that there is none."""

from typing import Annotated

from pydantic import Field, model_validator

from netglass.form.model import refuse
from netglass.register.field import Day, RecordId, Reference, Sha256, Text
from netglass.register.part import Part
from netglass.register.word import Review, Reviewer

EVERYTHING = "all"
"""The path that stands for all fields of a record."""

Fields = Annotated[tuple[Text, ...], Field(min_length=1)]


def require_reviewer(review: Review, reviewer: Reviewer | None) -> None:
    """Refuse what was reviewed or disputed by nobody."""
    if review != "draft" and reviewer is None:
        raise refuse(
            f"is {review}, and `reviewer` is missing", "add the role of who checked it, such as editor", "review"
        )


class Evidence(Part):
    """The passage that bears out some fields."""

    fields: Fields
    """Paths of the fields that it bears out, such as `title` or `stages.adopted.date`; each covers what is below it, `all` the record."""
    source: Annotated[RecordId, Reference(("source",))]
    """The id of the source record."""
    locator: Text
    """Where in the source the passage stands: `art. 25`, `chars 120-180`, `row 12`."""
    retrieved: Day
    """The day on which the passage was read."""
    passage_sha256: Sha256
    """The SHA-256 of the passage, as `netglass register hash` gives it."""
    review: Review
    """How far it has been checked."""
    reviewer: Reviewer | None = None
    """The role of who checked it."""

    @model_validator(mode="after")
    def _check_reviewer(self) -> "Evidence":
        require_reviewer(self.review, self.reviewer)
        return self


class Unsourced(Part):
    """Fields whose passage could not be read."""

    fields: Fields
    """Paths of the fields, as in `evidence`."""
    reason: Text
    """Why there is no passage."""
    source: Annotated[RecordId | None, Reference(("source",))] = None
    """The source in which they should be found."""
    locator: Text | None = None
    """Where in it."""
