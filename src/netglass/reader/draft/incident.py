"""Incidents that crossed a border, and who says so. What stays within one country is none; a report is an attribution, no proof."""

import re
from collections.abc import Iterator

from netglass.reader.document import Span
from netglass.reader.draft.finding import Finding, Found, Scene, make_date
from netglass.reader.draft.lexicon import COUNTRY
from netglass.reader.draft.speaker import find_country
from netglass.reader.draft.speech import Speech, find_speeches, make_claim

TYPES = (
    ("incident.hijack", "hijack", r"\bhijack(?:ed|ing|s)?\b(?:\s+(?:the\s+)?routes?)?|\broute leaks?\b|\bBGP\b"),
    ("incident.injection", "dns_injection_collateral", r"\b(?:DNS|injected)\b[^.]{0,30}\b(?:poison|inject|answers|collateral)\w*"),
    ("incident.cable", "cable", r"\b(?:cut|damaged|severed|sabotag\w+)\b[^.]{0,30}\bcables?\b|\bcables?\b[^.]{0,20}\b(?:cut|damaged|severed|sabotag\w+)"),
    ("incident.espionage", "espionage", r"\bespionage\b|\bspy(?:ing)?\s+on\b(?:\s+\w+){1,2}|\bspied\s+on\b|\bcyber-?espionage\b"),
    ("incident.disruption", "disruption", r"\bdisrupt(?:ed|ing|s|ion of)?\b"),
    ("incident.attack", "attack", r"\bcyber-?attacks?\b|\bhack(?:ed|ing|s)?\b|\bdenial[- ]of[- ]service\b|\battack(?:ed|s|ing)?\b(?=[^.]{0,40}\b(?:networks?|servers?|systems?|web ?sites?)\b)"),
)  # fmt: skip
"""Rule, type and wording."""

_PATTERNS = [(id, type_, re.compile(pattern, re.IGNORECASE)) for id, type_, pattern in TYPES]
_BORDER = re.compile(
    r"\bother (?:states?|countr(?:y|ies)|nations?)|\bforeign\b|\bneighbou?r(?:ing|s)?\b|\babroad\b|\banother (?:state|country|nation)|\bcross-border\b|\binternational\b|\bstates[’']|\boverseas\b|\bembass(?:y|ies)\b",
    re.IGNORECASE,
)
_NAMED_NATION = re.compile(r"\b[A-Z]\w+[’']s national\b|\bin [A-Z]\w+\b")
_TREATY = re.compile(r"\b(?:treaty|convention|law|bill|rules|exercise|drill)\b", re.IGNORECASE)


def read_incidents(scene: Scene) -> list[Finding]:
    """Return the cross-border incidents of a text, and the claim that each is where somebody says it."""
    speeches = find_speeches(scene)
    made: list[Finding] = []
    for sentence in scene.sentences:
        for finding in _read_sentence(scene, sentence.span, speeches):
            made.append(finding)
    return made


def _read_sentence(scene: Scene, sentence: Span, speeches: list[Speech]) -> Iterator[Finding]:
    text = scene.cut(sentence)
    nations = {found[0] for found in COUNTRY.finditer(text)} | {found[0] for found in _NAMED_NATION.finditer(text)}
    if not _BORDER.search(text) and len(nations) < 2:
        return
    speech = next((item for item in speeches if item.sentence == sentence), None)
    for id, type_, pattern in _PATTERNS:
        for found in pattern.finditer(scene.text, *sentence):
            if _TREATY.match(scene.text[found.end() : found.end() + 12].strip()):
                continue
            span = Span(*found.span())
            yield _make(scene, id, type_, span, sentence, speech)
            if speech and not any(clause.start <= span.start < clause.end for clause in speech.clauses):
                claim = make_claim(
                    scene,
                    "claim.incident",
                    Span(span.start, _end_clause(scene.text, span, sentence)),
                    0.6,
                    None,
                    speech.speaker.cc,
                )
                if claim:
                    yield claim
            break


def _make(scene: Scene, id: str, type_: str, span: Span, sentence: Span, speech: Speech | None) -> Finding:
    when = scene.find_when(sentence, span.start)
    words = type_.replace("_", " ")
    fields = [
        Found("title", words.capitalize(), span, 0.4),
        Found("type", type_, span, 0.8),
        Found("summary", f"An incident is told: {words}.", span, 0.2),
    ]
    if speech is None:
        fields += make_date("begins", when)
        return Finding("incident", id, span, 0.6, tuple(fields), cc=find_country(scene.text, sentence))
    office = speech.speaker.office
    fields += [
        *make_date("begins" if when and when.relative is None else "attributions.0.date", when),
        Found("attributions.0.by", scene.cut(office), office, 0.7),
        Found("attributions.0.by_type", speech.speaker.body, office, 0.6),
        Found("attributions.0.evidence_basis", "assertion_only", speech.speaker.span, 0.5),
        Found("attributions.0.summary", f"Says that there was an incident: {words}.", span, 0.2),
    ]
    return Finding("incident", id, span, 0.7, tuple(fields), cc=None)


def _end_clause(text: str, span: Span, sentence: Span) -> int:
    cut = re.compile(r"[,;.]|\s+and\s+").search(text, span.end, sentence.end)
    return cut.start() if cut else sentence.end
