"""Sources: the texts and tables that everything else rests on. A source is its own evidence, by its address and its hash."""

from typing import Literal

from pydantic import model_validator

from netglass.form.model import refuse
from netglass.register.evidence import require_reviewer
from netglass.register.field import Day, Sha256, Text, Url
from netglass.register.partial_date import PartialDate
from netglass.register.record import Identifiers, Record, Title
from netglass.register.word import Review, Reviewer


class Source(Record):
    """A text, page or table from which facts are taken."""

    kind: Literal["source"]
    title: Title
    """What it is called."""
    type: Literal[
        "official_text",
        "official_gazette",
        "court_decision",
        "press_release",
        "speech",
        "news_report",
        "report",
        "transparency_report",
        "data_set",
        "block_page",
        "web_page",
    ]
    """What sort of source it is."""
    publisher: Text
    """The body that published it; an institution, not a person."""
    published: PartialDate | None = None
    """When it was published."""
    url: Url | None = None
    """Where it is."""
    archive_url: Url | None = None
    """Where a copy is kept that does not change."""
    obtained: Text | None = None
    """By way of whom the text was had, where not from its publisher."""
    edition: Text | None = None
    """Which version, edition or snapshot was read."""
    licence: Text | None = None
    """Under which licence it may be reused."""
    retrieved: Day
    """The day on which it was read."""
    sha256: Sha256 | None = None
    """The SHA-256 of the file that was read."""
    identifiers: Identifiers | None = None
    """How others name it."""
    review: Review
    """How far this description has been checked."""
    reviewer: Reviewer | None = None
    """The role of who checked it."""

    @model_validator(mode="after")
    def _check(self) -> "Source":
        require_reviewer(self.review, self.reviewer)
        if self.url is None and self.obtained is None and self.sha256 is None:
            raise refuse("cannot be found again", "give `url`, or `obtained` and `sha256`", "title")
        return self

    def tell_name(self) -> str:
        """Return its title in English."""
        return self.title.english

    def tell_date(self) -> PartialDate | None:
        """Return when it was published."""
        return self.published
