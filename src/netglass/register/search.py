"""Searches: where somebody looked for an order and found none. Without one, nobody may say that there is no order.

A search describes itself, as a source does: what was read, by whom in which role, on which day.
"""

from typing import Annotated, Literal

from pydantic import Field, model_validator

from netglass.form.model import refuse
from netglass.register.field import Day, Language, PartId, Reference, Text
from netglass.register.partial_date import PartialDate
from netglass.register.record import Record
from netglass.register.word import Reviewer


class Search(Record):
    """A search for orders that found none."""

    kind: Literal["search"]
    targets: tuple[Text, ...] = ()
    """The hosts for which an order was looked for; all of the country where none is named."""
    places: Annotated[tuple[Text, ...], Field(min_length=1)]
    """Where it was looked: gazettes, lists of orders, courts, registers of companies."""
    languages: Annotated[tuple[Language, ...], Field(min_length=1)]
    """In which languages."""
    role: Reviewer
    """The role of who looked."""
    date: Day
    """On which day."""
    since: PartialDate | None = None
    """From when on orders were looked for; open where it is left out."""
    outcome: Literal["nothing", "law_only"]
    """What was found: nothing, or only laws that authorise such an order."""
    authorised_by: Annotated[tuple[PartId, ...], Reference(("instrument",))] = ()
    """The laws, or with `#` the provisions, that authorise it."""
    note: Text | None = None
    """What else must be known to weigh the search."""

    @model_validator(mode="after")
    def _check(self) -> "Search":
        if (self.outcome == "law_only") != bool(self.authorised_by):
            hint = "give `authorised_by` with outcome: law_only only"
            raise refuse("has `outcome` and `authorised_by` that do not fit", hint, "outcome")
        return self

    def tell_name(self) -> str:
        """Return what was looked for."""
        return f"orders about {', '.join(self.targets) or 'any target'}: {self.outcome.replace('_', ' ')}"

    def tell_date(self) -> PartialDate | None:
        """Return when."""
        return self.date
