"""What a reading of a document is: drafts with fields, protected drafts without any, and what found no place.

Spans are half open and count characters of the original from 0. A protected draft has no text at all.
"""

from typing import Literal

from msgspec import Struct, field

from netglass.reader.document import Span

FORM = "netglass-drafts-1"
"""The form of a file of drafts; a file of another form is refused."""

Value = str | float | int | bool | list[str] | None


class Field(Struct, frozen=True, forbid_unknown_fields=True):
    """One field of a draft: its path in the record, its value, and the wording that it rests on."""

    path: str
    value: Value
    """None where a date stayed relative."""
    span: Span
    quote: str
    confidence: float
    relative: str | None = None
    """A date as it is written, such as ``last year``."""


class Draft(Struct, frozen=True, forbid_unknown_fields=True):
    """One record that the text may hold. ``rule`` says by which row of which table it was found."""

    id: str
    kind: str
    cc: str | None
    rule: str
    confidence: float
    span: Span
    fields: list[Field]
    matches: str | None = None
    """The record of the register that it seems to be."""
    mentions: list[Span] = field(default_factory=list)
    """Where else the text speaks of it."""
    statement: str | None = None
    """The draft of the statement that it was said in."""

    def find_field(self, path: str) -> Field | None:
        """Return the field at a path, if there is one."""
        return next((item for item in self.fields if item.path == path), None)


Fact = Literal["detention", "arrest", "charge", "trial", "sentence", "release"]
Accusation = Literal["rumours", "insult", "state_security", "secrets", "terrorism", "online_speech", "unknown"]


class Protected(Struct, frozen=True, forbid_unknown_fields=True):
    """What befell a person: where it stands, and nothing of what it says."""

    id: str
    fact: Fact
    accusation: Accusation
    rule: str
    confidence: float
    span: Span
    salted_sha256: str
    year: int | None = None
    kind: str = "case"


class Unplaced(Struct, frozen=True, forbid_unknown_fields=True):
    """A passage that no rule took. ``text`` is None where it may not be shown."""

    span: Span
    reason: str
    text: str | None = None


class Origin(Struct, frozen=True, forbid_unknown_fields=True):
    """The document that was read, without its name."""

    sha256: str
    language: str
    characters: int
    published: str | None
    cc: str | None


class Reading(Struct, frozen=True, forbid_unknown_fields=True):
    """All that was read from one document."""

    form: str
    ruleset: str
    document: Origin
    salt: str
    drafts: list[Draft]
    protected: list[Protected]
    unplaced: list[Unplaced]
