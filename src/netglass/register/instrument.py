"""Instruments: laws, rules and treaties, with what they demand, of whom, since when."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field, model_validator

from netglass.form.fault import suggest
from netglass.form.model import refuse
from netglass.register.field import RecordId, Reference, Slug, Text
from netglass.register.part import Part
from netglass.register.partial_date import PartialDate
from netglass.register.record import Identifiers, SourcedRecord, Title
from netglass.register.word import Body, Obliged, Sector, Subject


class Issuer(Part):
    """A body that issued it."""

    name: Text
    """Its name in English."""
    type: Body
    """What sort of body it is."""


class Stage(Part):
    """A step in the life of an instrument."""

    KEY: ClassVar[str] = "stage"

    stage: Literal[
        "drafted",
        "published_for_comment",
        "adopted",
        "promulgated",
        "signed",
        "in_force",
        "amended",
        "expired",
        "repealed",
    ]
    """Which step; it names the item in paths, the second of a kind with `-2`."""
    date: PartialDate
    """When, as exactly as is known."""
    version: Slug | None = None
    """The version of which this is said; all where it is left out."""
    note: Text | None = None
    """What else must be known to read the date rightly."""


class Version(Part):
    """A wording of the instrument."""

    KEY: ClassVar[str] = "id"

    id: Slug
    """Its name within the instrument, such as `2016` or `draft-1`."""
    date: PartialDate
    """The date by which it is called."""
    supersedes: Slug | None = None
    """The version that it replaced."""
    text: Annotated[RecordId | None, Reference(("source",))] = None
    """The source that has its wording."""


class Provision(Part):
    """An article or a section, in our own words."""

    KEY: ClassVar[str] = "id"

    id: Slug
    """Its name within the instrument, such as `art-58`."""
    number: Text
    """How the text counts it: `Art. 58`."""
    subjects: Annotated[tuple[Subject, ...], Field(min_length=1)]
    """What it is about."""
    summary: Text
    """What it says, in own words, never copied."""
    version: Slug | None = None
    """The version that it belongs to; all where it is left out."""


class Requirement(Part):
    """A duty that the instrument puts on somebody."""

    KEY: ClassVar[str] = "id"

    id: Slug
    """Its name within the instrument."""
    provision: Slug | None = None
    """The provision that it stands in."""
    sector: Sector
    """In which sector."""
    addressee: Obliged
    """Whom it binds."""
    duty: Text
    """What is to be done, in own words."""
    stage: Literal["proposed", "adopted", "in_force", "withdrawn", "repealed"]
    """How far it has come."""
    deadline: PartialDate | None = None
    """By when it is to be done, where a date is set."""


class Instrument(SourcedRecord):
    """A law, a rule, a treaty or a draft of one."""

    PARTS: ClassVar[tuple[str, ...]] = ("provisions", "requirements", "versions")

    kind: Literal["instrument"]
    title: Title
    """What it is called."""
    type: Literal[
        "constitution",
        "law",
        "amendment",
        "decree",
        "regulation",
        "ministerial_rule",
        "local_rule",
        "judicial_interpretation",
        "guideline",
        "treaty",
        "eu_regulation",
        "eu_decision",
        "declaration",
        "resolution",
        "draft",
    ]
    """What sort of instrument it is; `draft` for one that was never adopted."""
    issuers: Annotated[tuple[Issuer, ...], Field(min_length=1)]
    """Who issued it."""
    aim: Text | None = None
    """The aim that it states, in own words."""
    sectors: tuple[Sector, ...] = ()
    """Sectors that it speaks of."""
    stages: Annotated[tuple[Stage, ...], Field(min_length=1)]
    """The steps of its life."""
    versions: tuple[Version, ...] = ()
    """Its wordings."""
    provisions: tuple[Provision, ...] = ()
    """The provisions that matter here."""
    requirements: tuple[Requirement, ...] = ()
    """The duties that it puts on somebody."""
    identifiers: Identifiers | None = None
    """How others name it."""

    @model_validator(mode="after")
    def _check(self) -> "Instrument":
        versions = [version.id for version in self.versions]
        provisions = [provision.id for provision in self.provisions]
        for number, stage in enumerate(self.stages):
            _require(stage.version, versions, "stages", number, "version")
        for number, version in enumerate(self.versions):
            others = versions[:number] + versions[number + 1 :]
            _require(version.supersedes, others, "versions", number, "supersedes")
        for number, provision in enumerate(self.provisions):
            _require(provision.version, versions, "provisions", number, "version")
        for number, requirement in enumerate(self.requirements):
            _require(requirement.provision, provisions, "requirements", number, "provision")
        self._check_repeal()
        return self

    def _check_repeal(self) -> None:
        begins = [stage.date for stage in self.stages if stage.stage in ("adopted", "promulgated")]
        for number, stage in enumerate(self.stages):
            if stage.stage == "repealed" and any(stage.date.is_before(begin) for begin in begins):
                raise refuse(
                    "is repealed before it is adopted", "look at the dates in `stages`", "stages", number, "date"
                )

    def find_stage(self, stage: str, version: str | None = None) -> PartialDate | None:
        """Return the date of the first stage of that name, of a version where one is given."""
        dates = [item.date for item in self.stages if item.stage == stage and version in (None, item.version)]
        return min(dates, default=None)

    def tell_name(self) -> str:
        """Return its title in English."""
        return self.title.english

    def tell_date(self) -> PartialDate | None:
        """Return when it was adopted, else its first stage."""
        return self.find_stage("adopted") or min(stage.date for stage in self.stages)


def _require(name: str | None, known: list[str], *at: int | str) -> None:
    if name is not None and name not in known:
        hint = suggest(name, known) if known else "the record has none"
        raise refuse(f"names {name}, which the record has not", hint, *at)
