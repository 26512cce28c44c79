"""What a rule found, before anything of it may leave: spans of the text, and values without their wording."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from netglass.reader.document import Span
from netglass.reader.draft.model import Value
from netglass.reader.draft.person import Holder
from netglass.reader.draft.sentence import Sentence
from netglass.reader.draft.when import When, find_whens
from netglass.register.partial_date import PartialDate

OPENING = 12
"""Characters from the begin of a sentence within which a date speaks of all of it. **Source**: design choice (*At the end of 2029*)."""

_CLAUSE = re.compile(r"[,;:] ")
_SINCE = re.compile(r"\bsince\b[^,;]*$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Found:
    """One field: path, value, span of the text. ``value`` is made from what stands in ``span``, or told by the rule."""

    path: str
    value: Value
    span: Span
    confidence: float
    relative: str | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was found. Those of one kind and ``key`` are the same thing, mentioned twice; no key, no twin."""

    kind: str
    rule: str
    span: Span
    confidence: float
    fields: tuple[Found, ...]
    key: tuple[str, ...] = ()
    cc: str | None = None
    said_by: "Finding | None" = None
    mentions: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True)
class Scene:
    """What all rules look at: the text, its sentences that may be read, office holders, the day of publication."""

    text: str
    sentences: tuple[Sentence, ...]
    holders: tuple[Holder, ...] = ()
    published: PartialDate | None = None

    def _belongs(self, span: Span, sentence: Span, near: int) -> bool:
        if _is_since(self.text, sentence, span):
            return False
        between = self.text[min(span.end, near) : max(span.start, near)]
        return span.start - sentence.start <= OPENING or not _CLAUSE.search(between)

    def cut(self, span: Span) -> str:
        """Return the text of a span."""
        return self.text[span.start : span.end]

    def find_when(self, sentence: Span, near: int) -> When | None:
        """Return the date that a sentence gives for a place: the nearest of the same clause, or one that opens it all."""
        whens = [
            when for when in find_whens(self.text, sentence, self.published) if self._belongs(when.span, sentence, near)
        ]
        return min(whens, key=lambda when: min(abs(when.span.start - near), abs(when.span.end - near)), default=None)


def _is_since(text: str, sentence: Span, span: Span) -> bool:
    return bool(_SINCE.search(text[sentence.start : span.start]))


def make_date(path: str, when: When | None, confidence: float = 0.8) -> list[Found]:
    """Return the field of a date, or none."""
    if when is None:
        return []
    value = str(when.value) if when.value else None
    return [Found(path, value, when.span, confidence if when.value else confidence - 0.2, when.relative)]


def merge_findings(findings: Iterable[Finding]) -> list[Finding]:
    """Return findings with each thing once: the mention with the most fields, then the first; the others as mentions."""
    groups: dict[tuple[str, ...], list[Finding]] = {}
    for number, finding in enumerate(findings):
        groups.setdefault((finding.kind, *(finding.key or (f"#{number}",))), []).append(finding)
    made = []
    for group in groups.values():
        best = max(group, key=lambda item: (len(item.fields), -item.span.start))
        others = tuple(item.span for item in group if item is not best)
        made.append(best if not others else _join(best, others))
    return made


def _join(best: Finding, mentions: tuple[Span, ...]) -> Finding:
    return Finding(
        best.kind, best.rule, best.span, best.confidence, best.fields, best.key, best.cc, best.said_by, mentions
    )
