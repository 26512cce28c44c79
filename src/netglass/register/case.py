"""Cases: people against whom an instrument was used, counted and never told.

No field can hold a name, initials, a handle, or the text or the address of a post, and nothing is finer than the year. The repository
holds invented cases alone; real ones live in a local folder, see ``casebook``. What a case says is never quoted in a message.
"""

from typing import Annotated, Literal

from netglass.register.field import Day, Flag, Form, PartId, Reference, Year
from netglass.register.part import Part
from netglass.register.partial_date import PartialDate
from netglass.register.record import Record

CASE_ID = r"[a-z]{2,3}-case-[0-9a-f]{6,16}"
"""Ids of cases are drawn, not chosen, so that they cannot speak."""


class Status(Part):
    """How far the case has come."""

    state: Literal[
        "summoned",
        "detained",
        "charged",
        "on_trial",
        "convicted",
        "acquitted",
        "dropped",
        "released",
        "pardoned",
        "unknown",
    ]
    """Where it stands."""
    date: Year
    """Since which year."""


class PublicSource(Part):
    """Where the case is public already."""

    type: Literal["court_publication", "official_notice", "news_report", "report_of_organisation"]
    """What sort of source it is."""
    year: Year
    """When it was published."""
    identifies: Flag
    """Whether it makes the person known to everybody, which weighs in the review."""


class Case(Record):
    """One case, without the person."""

    kind: Literal["case"]
    id: Annotated[
        str,
        Form(CASE_ID, "is no id of a case", "write country, -case- and 6 to 16 hexadecimal digits that say nothing"),
    ]
    """Drawn at random: country, `case`, and hexadecimal digits."""
    fictional: Flag
    """Whether the case is invented; only such cases may lie in a register."""
    provision: Annotated[PartId, Reference(("instrument",))]
    """The provision that was used, as instrument#provision."""
    year: Year
    """The year of the first step."""
    region: (
        Annotated[str, Form(r"[A-Z]{2}-[A-Z0-9]{1,3}", "is no region", "write the code of ISO 3166-2, such as XA-01")]
        | None
    ) = None
    """Province or region by its ISO 3166-2 code, nothing finer."""
    occupation: Literal[
        "journalist",
        "lawyer",
        "academic",
        "student",
        "activist",
        "religious",
        "artist",
        "business",
        "worker",
        "public_servant",
        "health",
        "other",
        "unknown",
    ] = "unknown"
    """Class of occupation."""
    status: Status
    """How far it has come."""
    legal_basis: Literal[
        "consent", "journalism", "research", "archiving", "legal_claims", "manifestly_public", "vital_interests"
    ]
    """On which legal basis it is kept. **Source**: Regulation (EU) 2016/679 articles 6, 9, 85 and 89."""
    review_by: Day
    """The day by which somebody must look whether it may still be kept, at most 180 days ahead; after it the case is hidden."""
    source: PublicSource
    """Where it is public already."""
    objection_contact: Annotated[
        str,
        Form(
            r"[a-z][a-z0-9._-]*@[a-z0-9-]+(\.[a-z0-9-]+)+",
            "is no mailbox",
            "write the mailbox of an office: objections@observatory.example",
        ),
    ]
    """The mailbox of an office to which the person may object, such as `objections@observatory.example`."""

    def tell_date(self) -> PartialDate | None:
        """Return its year."""
        return self.year
