"""Endorsements: what a state did for or against a treaty, a resolution or a declaration."""

import re
from collections.abc import Iterator

from netglass.reader.document import Span
from netglass.reader.draft.finding import Finding, Found, Scene, make_date
from netglass.reader.draft.lexicon import COUNTRY, NAMES

ACTS = (
    ("endorsement.ratified", "ratified", r"ratif(?:ied|ies)"),
    ("endorsement.signed", "signed", r"sign(?:ed|s)(?! up)"),
    ("endorsement.acceded", "acceded", r"acced(?:ed|es) to|join(?:ed|s)"),
    ("endorsement.against", "voted_against", r"vot(?:ed|es) against"),
    ("endorsement.for", "voted_for", r"vot(?:ed|es) (?:for|in favou?r of)"),
    ("endorsement.abstained", "abstained", r"abstain(?:ed|s) (?:from|on|in)"),
    ("endorsement.sponsored", "sponsored", r"(?:co-?)?sponsor(?:ed|s)|put forward|tabled"),
    ("endorsement.withdrew", "withdrew", r"withdr(?:ew|aws) from"),
    ("endorsement.opposed", "opposed", r"oppos(?:ed|es)|reject(?:ed|s)"),
    (
        "endorsement.supported",
        "supported",
        r"(?:fully |strongly )?(?:back(?:ed|s)|support(?:ed|s)|endors(?:ed|es)|welcom(?:ed|es))",
    ),
)
"""Rule, act of the register and wording."""

_TEXT = r"(?:treaty|convention|resolution|declaration|protocol|pact|charter|Treaty|Convention|Resolution|Declaration|Protocol|Charter)"
_PATTERNS = [
    (
        id,
        act,
        re.compile(
            rf"\b{verb}\s+(?P<text>[^.;,]{{0,70}}?\b{_TEXT}\b(?:\s+(?:on|against|for)\s+[\w-]+(?:\s[A-Z]\w+)*(?:\ssovereignty|\scrime|\ssecurity|\sfraud)?)?)"
        ),
    )
    for id, act, verb in ACTS
]
_SUBJECT = re.compile(
    r"(?P<who>[A-Z]\w+(?:\s[A-Z]\w+)?|the government|the country|the delegation)(?:\s+and\s+[A-Z]\w+)?\s+(?:also\s+|has\s+|had\s+|fully\s+|strongly\s+)*$"
)
_FORUM = re.compile(
    r"\b(?:at|in)\s+(?:the\s+)?(?P<forum>(?:UN|United Nations|General Assembly|Security Council|Human Rights Council|ITU)\b(?:\s+[A-Z]\w+)*)"
)


def read_endorsements(scene: Scene) -> list[Finding]:
    """Return what states did for or against a text; one finding for each state that is named before the verb."""
    return [finding for sentence in scene.sentences for finding in _read_sentence(scene, sentence.span)]


def _read_sentence(scene: Scene, sentence: Span) -> Iterator[Finding]:
    for id, act, pattern in _PATTERNS:
        for found in pattern.finditer(scene.text, *sentence):
            subject = _SUBJECT.search(scene.text[sentence.start : found.start()])
            if subject is None:
                continue
            who = Span(sentence.start + subject.start(), sentence.start + subject.end())
            countries = [NAMES[item[0]] for item in COUNTRY.finditer(scene.text, *who)]
            span = Span(found.start(), found.end("text"))
            fields = [
                Found("act", act, span, 0.8),
                Found("text", None, Span(*found.span("text")), 0.5),
                *make_date("date", scene.find_when(sentence, found.start())),
            ]
            if forum := _FORUM.search(scene.text, *sentence):
                fields.append(Found("forum", forum["forum"], Span(*forum.span("forum")), 0.7))
            cc = countries[0] if countries else None
            start = who.start if cc else span.start
            if cc:
                fields.append(Found("cc", cc, Span(who.start, who.end), 0.8))
            yield Finding("endorsement", id, Span(start, span.end), 0.7, tuple(fields), cc=cc)
