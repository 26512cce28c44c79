"""The specification of an effect: what is asked, of which data, against which donors, written and hashed before any of them are opened.

Whoever publishes the hash first shows later that nothing was chosen by its result.
"""

import hashlib
from datetime import datetime
from pathlib import Path
from typing import Annotated, Literal, NamedTuple

from pydantic import Field, ValidationError, model_validator

from netglass.assess.demand import bound_date
from netglass.form.document import read_document
from netglass.form.fault import FaultError
from netglass.form.model import describe_errors, refuse
from netglass.register.field import CountryCode, Day, RecordId, Text
from netglass.register.part import Part
from netglass.vocab.error import InputError


class Specification(Part):
    """What is asked."""

    instrument: RecordId
    """The instrument whose effect is asked for, as the register calls it."""
    cc: CountryCode
    """The country in which it applies."""
    outcome: Literal["blocked_share"] = "blocked_share"
    """What is counted: the mean, over pairs of target and network, of the share of measurements that show interference."""
    mechanism: Text | None = None
    """Only interference by this mechanism or below it, such as `dns`."""
    targets: tuple[Text, ...] = ()
    """The targets; all that are measured throughout where none is named."""
    drafted: Day | None = None
    """When the draft became known. Periods from here to `in_force` are left out."""
    adopted: Day | None = None
    """When it was adopted; counts as `drafted` does where that is left out."""
    in_force: Day
    """When it came into force. The periods after begin here."""
    period_days: Annotated[int, Field(ge=1, le=366)] = 28
    """Length of a period."""
    periods_before: Annotated[int, Field(ge=1, le=400)]
    """Periods before the draft."""
    periods_after: Annotated[int, Field(ge=1, le=400)]
    """Periods from the day in force on."""
    donors: Annotated[tuple[CountryCode, ...], Field(min_length=1)]
    """Countries without a like law that the country is compared with."""

    @model_validator(mode="after")
    def _check(self) -> "Specification":
        dates = [date for date in (self.drafted, self.adopted, self.in_force) if date is not None]
        if dates != sorted(dates):
            raise refuse("comes after a later stage", "put the dates in order: drafted, adopted, in_force", "in_force")
        if self.cc in self.donors:
            raise refuse("is its own donor", "take it out of `donors`", "donors")
        return self

    @property
    def known_from(self) -> datetime:
        """The moment from which behaviour may have changed because the law was foreseen."""
        return bound_date(self.drafted or self.adopted or self.in_force).first

    @property
    def binding_from(self) -> datetime:
        """The moment from which it is in force."""
        return bound_date(self.in_force).first


class Specified(NamedTuple):
    """A specification and the SHA-256 of its file."""

    specification: Specification
    sha256: str


def read_specification(path: Path) -> Specified:
    """Read a specification and hash its bytes.

    Raises:
        InputError: it cannot be read, or is not valid; with file, line, column and hint of each fault.
    """
    try:
        document = read_document(path)
        found = Specification.model_validate(document.content)
    except FaultError as error:
        raise InputError(str(error)) from error
    except ValidationError as error:
        raise InputError("\n".join(map(str, describe_errors(document, Specification, error)))) from error
    return Specified(found, hashlib.sha256(path.read_bytes()).hexdigest())
