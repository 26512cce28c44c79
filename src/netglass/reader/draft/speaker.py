"""Who speaks: offices, bodies and groups by a table, and holders of offices by name."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from netglass.reader.document import Span
from netglass.reader.draft.finding import Scene
from netglass.reader.draft.lexicon import COUNTRY, INSTITUTION, NAMES
from netglass.register.word import Body

_BODIES: dict[str, Body] = {
    "head_of_state": "head_of_state",
    "head_of_government": "government",
    "minister": "ministry",
    "spokesperson": "government",
}


@dataclass(frozen=True, slots=True)
class Speaker:
    """Somebody who may speak: where the words that name the office stand, and where the mention stands."""

    rule: str
    role: str
    body: Body
    office: Span
    span: Span
    cc: str | None = None


_EXPERT = r"(?:researcher|analyst|lecturer|professor|fellow|expert|scholar|director|campaigner)s?"
ROWS: tuple[tuple[str, str, Body, str], ...] = (
    ("spokesperson", "spokesperson", "government", r"\bspokes(?:man|woman|person)(?:\s(?:for|of)\s(?:the\s)?(?:[\w’'-]+\s){0,2}(?:ministry|government|president|police|regulator|authority|agency|court))?"),
    ("minister", "minister", "ministry", r"\b(?:(?!prime\b)[a-z-]+\s)?(?<!prime )minister\b(?:\s(?:of|for)\s[a-z]+(?:\sand\s[a-z]+)?)?"),
    ("government-head", "head_of_government", "government", r"\b(?:prime minister|premier|chancellor)\b"),
    ("state-head", "head_of_state", "head_of_state", r"(?<!vice )(?<!former )\b(?:president|king|queen|emir|sultan)\b(?!\sof\sthe\s(?:court|board|company))"),
    ("expert", "expert", "civil_society", rf"\b(?:[a-z]+\s)?{_EXPERT}\s(?:at|of|from|with|for)\s(?:the\s)?[A-Z]"),
    ("official", "official", "government", r"\b(?:(?:senior|government|state)\s)?(?:officials?|envoys?|ambassadors?|aides?|diplomats?|commissioners?|governors?|delegates?)\b"),
    ("regulator", "official", "regulator", r"\b(?:regulators?|(?:[a-z]+\s)?watchdog)\b"),
    ("office", "official", "government", r"\b(?:the\s)?(?:[a-z]+\s)(?:office|agency|authority|bureau|department)\b"),
    ("ministry", "official", "ministry", r"\b(?:the\s)?(?:[a-z]+\s)?ministry\b(?:\s(?:of|for)\s[a-z]+)?"),
    ("police", "official", "police", r"\b(?:[Pp]olice)\b"),
    ("government", "official", "government", r"\b(?:the\s)?(?:government|authorities)\b"),
    ("legislator", "legislator", "legislature", r"\b(?:lawmakers?|legislators?|senators?|deputies)\b"),
    ("organisers", "organisers", "unknown", r"\borgani[sz]ers?\b"),
    ("company", "company", "company", r"\b(?:(?:[a-z]+\s)?(?:compan(?:y|ies)|firms?|providers?|platforms?|operators?))\b"),
    ("civil-society", "civil_society", "civil_society", r"\b(?:activists?|campaigners?|(?:rights\s)?groups?|critics|journalists|lawyers)\b"),
    ("engineers", "expert", "unknown", r"\b(?:engineers?|experts?|analysts?|researchers?|scholars?)\b"),
)  # fmt: skip
"""Id, role, sort of body and wording, in the order in which they are looked for."""

_PATTERNS = [
    (id, role, body, re.compile(pattern, re.IGNORECASE if id not in ("expert",) else 0))
    for id, role, body, pattern in ROWS
]

_INSTITUTIONS: tuple[tuple[str, str, Body, str], ...] = (
    ("company-name", "company", "company", r"Inc|Ltd|Corp|Company|GmbH|LLC|PLC|Telecom|Networks?"),
    ("international", "international_organisation", "international_organisation", r"Nations|Union|International Telecommunication"),
    ("society-name", "civil_society", "civil_society", r"Foundation|Amnesty|Watch|Association|Society|League|Alliance|Initiative|Federation|Forum|Group|Club"),
    ("institute-name", "expert", "civil_society", r"Institute|University|Academy|Centre|Center"),
    ("court-name", "official", "court", r"Court|Tribunal"),
    ("legislature-name", "official", "legislature", r"Parliament|Assembly|Senate|Congress|House"),
    ("party-name", "official", "party", r"Party"),
    ("ministry-name", "official", "ministry", r"Ministry|Department"),
    ("authority-name", "official", "regulator", r"Authority|Agency|Administration|Commission|Board|Bureau|Council|Committee|Office|Inspectorate|Service|Police|Government"),
)  # fmt: skip


_ARTICLE = re.compile(r"(?:(?:the|an?)\s+)?", re.IGNORECASE)
_OWN = re.compile(r"(?:[’']s?)?\s+(?:\w+\s+)?")


def find_speakers(scene: Scene, sentence: Span) -> list[Speaker]:
    """Return who is mentioned in a sentence and may speak, longest first where they overlap, in order of place."""
    found: list[Speaker] = []
    for speaker in (
        *_find_holders(scene, sentence),
        *_find_rows(scene, sentence),
        *_find_institutions(scene, sentence),
    ):
        if not any(speaker.span.start < other.span.end and other.span.start < speaker.span.end for other in found):
            found.append(speaker)
    return sorted(found, key=lambda speaker: speaker.span)


def find_country(text: str, span: Span) -> str | None:
    """Return the country that a passage names first."""
    found = COUNTRY.search(text, *span)
    return NAMES[found[0]] if found else None


def _find_own_country(text: str, office: Span) -> str | None:
    """Return the country that stands right before an office: *China's president*, *Kenyan officials*."""
    found = list(COUNTRY.finditer(text, max(0, office.start - 40), office.start))
    return NAMES[found[-1][0]] if found and _OWN.fullmatch(text, found[-1].end(), office.start) else None


def _find_holders(scene: Scene, sentence: Span) -> Iterator[Speaker]:
    for holder in scene.holders:
        parts = "|".join(map(re.escape, sorted(holder.parts, key=len, reverse=True)))
        office = scene.cut(holder.office)
        pattern = re.compile(
            rf"(?:(?:Mr|Ms|Mrs|{re.escape(office)})\.?\s+)?\b(?:{parts})\b(?:\s+(?:{parts})\b)*(?![’'])"
        )
        cc = _find_own_country(scene.text, holder.office)
        for found in pattern.finditer(scene.text, *sentence):
            yield Speaker("speaker.holder", holder.role, _BODIES[holder.role], holder.office, Span(*found.span()), cc)


def _find_rows(scene: Scene, sentence: Span) -> Iterator[Speaker]:
    for id, role, body, pattern in _PATTERNS:
        for found in pattern.finditer(scene.text, *sentence):
            span = Span(*found.span())
            if id == "expert" and (name := INSTITUTION.search(scene.text, found.end() - 1, sentence.end)):
                span = Span(span.start, name.end())
            words = scene.cut(span)
            start = span.start + len(_ARTICLE.match(words)[0])  # type: ignore[index]
            yield Speaker(f"speaker.{id}", role, body, Span(start, span.end), span, _find_own_country(scene.text, span))


def _find_institutions(scene: Scene, sentence: Span) -> Iterator[Speaker]:
    for found in INSTITUTION.finditer(scene.text, *sentence):
        for id, role, body, words in _INSTITUTIONS:
            if re.search(rf"\b(?:{words})\b", found[0]):
                span = Span(found.start() + len(_ARTICLE.match(found[0])[0]), found.end())  # type: ignore[index]
                yield Speaker(f"speaker.{id}", role, body, span, span, _find_own_country(scene.text, span))
                break
