"""Companies: what they committed themselves to, and what they did."""

from typing import Annotated, ClassVar, Literal

from netglass.register.field import Count, CountryCode, PartId, Reference, Slug, Text
from netglass.register.part import Part
from netglass.register.partial_date import PartialDate
from netglass.register.record import Identifiers, SourcedRecord


class Commitment(Part):
    """Something that the company said it would do or not do."""

    KEY: ClassVar[str] = "id"

    id: Slug
    """Its name within the record."""
    date: PartialDate
    """When it was made."""
    summary: Text
    """What was said, in own words."""
    text: Annotated[PartId | None, Reference(("instrument", "statement", "source"))] = None
    """The text that it is made in or that it signs up to."""


class Conduct(Part):
    """Something that the company did."""

    KEY: ClassVar[str] = "id"

    id: Slug
    """Its name within the record."""
    type: Literal[
        "takedown",
        "app_removal",
        "account_suspension",
        "search_filtering",
        "geoblocking",
        "data_location",
        "data_disclosure",
        "service_withdrawal",
        "market_entry",
        "refusal",
        "other",
    ]
    """What sort of act it is."""
    date: PartialDate
    """When, or the period's end for counts."""
    requested_by: CountryCode | None = None
    """The state that asked for it."""
    order: Annotated[PartId | None, Reference(("order", "instrument"))] = None
    """The order or the provision that it follows."""
    count: Count | None = None
    """How many, where the source counts."""
    summary: Text
    """What was done, in own words."""


class Company(SourcedRecord):
    """A company that carries, hosts or shows what others say."""

    PARTS: ClassVar[tuple[str, ...]] = ("commitments", "conduct")

    kind: Literal["company"]
    name: Text
    """Its name, or a description where the source names none, such as `foreign technology companies`."""
    commitments: tuple[Commitment, ...] = ()
    """What it committed itself to."""
    conduct: tuple[Conduct, ...] = ()
    """What it did."""
    identifiers: Identifiers | None = None
    """How others name it."""

    def tell_name(self) -> str:
        """Return its name."""
        return self.name

    def tell_date(self) -> PartialDate | None:
        """Return the date of the last thing that it said or did."""
        said, done = [item.date for item in self.commitments], [item.date for item in self.conduct]
        return max(said + done, default=None)
