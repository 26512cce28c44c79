"""What every record is: a part with an id that is filed under a kind and a country, and most with evidence for each fact."""

from typing import Annotated, ClassVar

from netglass.register.evidence import Evidence, Unsourced
from netglass.register.field import CountryCode, Form, Identifier, Language, Text
from netglass.register.part import Part
from netglass.register.partial_date import PartialDate

Eli = Annotated[str, Form(r"https?://\S+/eli/\S+", "is no ELI", "write its address with /eli/ in it")]
"""**Source**: Council conclusions 2012/C 325/02."""

Ecli = Annotated[
    str, Form(r"ECLI:[A-Z]{2}:[A-Z0-9.]+:\d{4}:[A-Z0-9.]+", "is no ECLI", "write ECLI:country:court:year:number")
]
"""**Source**: Council conclusions 2011/C 127/01."""

Celex = Annotated[
    str,
    Form(r"[0-9CE]\d{4}[A-Z]{1,2}\d{4}(\(\d+\))?", "is no CELEX number", "write it as EUR-Lex does: 32022R0350"),
]
"""**Source**: EUR-Lex, how CELEX numbers are composed."""

Akn = Annotated[str, Form(r"/akn/[a-z]{2,}\S*", "is no Akoma Ntoso reference", "begin it with /akn/ and the country")]
"""**Source**: Akoma Ntoso Naming Convention 1.0."""

Lei = Annotated[str, Form(r"[A-Z0-9]{18}\d{2}", "is no LEI", "write 18 letters or digits and two digits")]
"""**Source**: ISO 17442-1."""


class Record(Part):
    """One file of the register. ``kind`` and what it may hold are said by the models of the kinds."""

    STRUCTURAL: ClassVar[frozenset[str]] = frozenset({"id", "kind", "cc"})
    PARTS: ClassVar[tuple[str, ...]] = ()

    kind: str
    """What the record is; the folder that it lies in."""
    id: Identifier
    """Stable, speaking, unique; begins with the country. The file's name without `.yml`."""
    cc: CountryCode
    """The country under which it is filed: ISO 3166, EU or INT."""

    def tell_name(self) -> str:
        """Return what the record is called, in one line of English."""
        return self.id

    def tell_date(self) -> PartialDate | None:
        """Return the date by which it is sorted."""
        return None


class SourcedRecord(Record):
    """A record whose every fact has a source."""

    evidence: tuple[Evidence, ...] = ()
    """The passages behind the fields."""
    unsourced: tuple[Unsourced, ...] = ()
    """What could not be sourced, and why."""

    def tell_review(self) -> str:
        """Return the weakest state of review of its facts: disputed, draft or reviewed; draft where nothing is sourced."""
        states = {entry.review for entry in self.evidence}
        return next((state for state in ("disputed", "draft", "reviewed") if state in states), "draft")


class Title(Part):
    """What a text is called, officially and in English."""

    STRUCTURAL: ClassVar[frozenset[str]] = frozenset({"language"})

    official: Text
    """The title as the official text has it, in its own script."""
    language: Language
    """The language of the official title, as a tag of BCP 47."""
    english: Text
    """The title in English; the official one where that is English."""
    short: Text | None = None
    """What it is commonly called."""


class Identifiers(Part):
    """How others name the same thing."""

    number: Text | None = None
    """The official number, such as `2022/350`."""
    eli: Eli | None = None
    """European Legislation Identifier."""
    ecli: Ecli | None = None
    """European Case Law Identifier."""
    celex: Celex | None = None
    """CELEX number of EUR-Lex."""
    akn: Akn | None = None
    """Akoma Ntoso reference."""
    ftm: Text | None = None
    """Id of the entity in a FollowTheMoney data set."""
    lei: Lei | None = None
    """Legal Entity Identifier of a company."""
