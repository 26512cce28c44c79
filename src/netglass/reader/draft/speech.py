"""Statements and what is claimed in them: who says what, when, in which words.

A statement is one speaker at one date; what a text quotes without saying whose it is stays without a speaker. Claims are the clauses
after a verb of saying, and quotations. The language of rights and of values gets no truth value.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from netglass.reader.document import Span
from netglass.reader.draft.finding import Finding, Found, Scene, make_date
from netglass.reader.draft.sentence import Sentence, find_quotes
from netglass.reader.draft.speaker import Speaker, find_country, find_speakers
from netglass.reader.draft.subject import find_subjects, list_measures

SAYING = re.compile(
    r"\b(?P<verb>said|says|say|told|tells|stated|added|insist(?:ed|s)|declared|announced|claim(?:ed|s)|argu(?:ed|es)|warn(?:ed|s)|den(?:ied|ies)"
    r"|stress(?:ed|es)|reiterat(?:ed|es)|call(?:ed|s)(?: for)?|urg(?:ed|es)|reported|report|accus(?:ed|es?)|wrote|noted|explained|maintain(?:ed|s)"
    r"|promis(?:ed|es)|pledg(?:ed|es)|vow(?:ed|s)|committed)\b"
    r"|\b(?P<source>according to)\b",
    re.IGNORECASE,
)
PROMISING = re.compile(r"promis|pledg|vow|committed", re.IGNORECASE)
_NOUN = re.compile(r"\b(?:argument|claim|view|position|assertion|warning) that\s+", re.IGNORECASE)
_DRAFT = re.compile(r"\bdraft (?P<what>statement|declaration|communiqu[ée]|outcome document)\b", re.IGNORECASE)
_LEAD = re.compile(
    r"\s*(?:(?:reporters|journalists|parliament|delegates|the (?:council|parliament|court|assembly|conference|nation|press|media|newspaper|agency|committee))\b\s*)?(?:(?:on |last )?(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day|yesterday|today)?[,:]?\s*(?:that\s+)?[“\"]?",
)
_CUT = re.compile(
    r",\s+(?:which|who|while|adding|but|up from|down from)\b|(?P<aside>,\s+an?\s+\w+\s+(?:to|of|that|for)\b)|;\s+|\s+and\s+(?=(?:was|were|is|are|has|had|would|will|opposed)\b)|[”\"]"
)
_TAIL = re.compile(r"(?:,\s+(?:an?|the|its))?\s*$")
_PRONOUN = re.compile(r"\b(?:[Hh]e|[Ss]he|[Tt]hey|[Ii]t)\s+(?:also\s+)?$")
_GAP = 70
"""Characters between a speaker and the verb at most. **Source**: seen in the passages for tuning, appositions included."""

_RIGHTS = re.compile(
    r"\brights?\b|freedoms?\b|free speech|free expression|free[- ]speech|\bliberty|open and free", re.IGNORECASE
)
_VALUES = re.compile(
    r"\b(?:should|must|ought|needs?|call for|urg|can ?not just|still less|oppos|unfair|fair|respectable|too much|attempt|sound)\w*\b|\bbe free to\b|^\s*(?:respect|honou?r)\b",
    re.IGNORECASE,
)
_TO = re.compile(r"\bto [“\"]$")
_INTENTION = re.compile(r"\b(?:will|would|plans?|aims?|intends?|wants?|promis\w+|goal|tactic)\b|^to\b", re.IGNORECASE)
FORMS = (
    ("press_conference", re.compile(r"told reporters|press conference|news conference|briefing", re.IGNORECASE)),
    ("interview", re.compile(r"\binterview\b", re.IGNORECASE)),
    ("letter", re.compile(r"\b(?:open )?letter\b|\bwrote to\b", re.IGNORECASE)),
    ("testimony", re.compile(r"\btestif|\bhearing\b", re.IGNORECASE)),
    ("press_release", re.compile(r"in a (?:written )?statement|press release", re.IGNORECASE)),
    (
        "speech",
        re.compile(
            r"(?<!free-)(?<!free )\bspeech(?! offen| law)\b|\baddress(?:ed|ing)?\b|\bconference\b", re.IGNORECASE
        ),
    ),
)
"""In which form something was said, by the words around it; the first that fits."""

DENIED = "claim.denied"
"""The rule of claims that are the contrary of their clause: *denied that any site was blocked*."""

_DENYING = re.compile(r"den(?:ied|ies)", re.IGNORECASE)
SUMMARY = "Speaks about {subjects}."


class Speech(NamedTuple):
    """One act of saying: the speaker, the verb, and the clauses that are claimed."""

    speaker: Speaker
    verb: re.Match[str]
    clauses: list[Span]
    confidence: float
    sentence: Span


def find_speeches(scene: Scene) -> list[Speech]:
    """Return who says what in a text, in its order."""
    made: list[Speech] = []
    for sentence in scene.sentences:
        speakers = find_speakers(scene, sentence.span)
        done: list[Span] = []
        for verb in SAYING.finditer(scene.text, *sentence.span):
            if any(span.start <= verb.start() < span.end for span in done) or _is_quoted(scene, sentence.span, verb):
                continue
            found = _find_speaker(scene, speakers, verb, made, sentence)
            if found:
                clauses = _list_clauses(scene, sentence.span, verb, found[0])
                made.append(Speech(found[0], verb, clauses, found[1], sentence.span))
                done += clauses
    return made


def read_speeches(scene: Scene) -> list[Finding]:
    """Return statements and claims of a text."""
    statements: dict[tuple[str, ...], Finding] = {}
    claims: list[Finding] = []
    speeches = find_speeches(scene)
    dates = {
        make_key(scene, speech): when
        for speech in speeches
        if (when := scene.find_when(speech.sentence, speech.verb.start()))
    }
    for speech in speeches:
        promise = bool(PROMISING.match(speech.verb[0]))
        if promise and speech.speaker.role == "official" and speech.speaker.rule != "speaker.official":
            continue
        key = make_key(scene, speech)
        when = dates.get(key)
        if key not in statements:
            statements[key] = _make_statement(scene, speech, key, [*make_date("date", when)])
        if not promise:
            claims += _make_claims(scene, speech, statements[key])
    drafts = list(_read_drafts(scene))
    quoted = list(_read_quotes(scene, [*claims, *drafts], speeches))
    return [*statements.values(), *claims, *drafts, *quoted, *_read_nouns(scene)]


def make_claim(
    scene: Scene, rule: str, span: Span, confidence: float, said_by: Finding | None, cc: str | None
) -> Finding | None:
    """Return the claim that a clause makes; None where it is about nothing of the register."""
    span = _trim(scene.text, span)
    text = scene.cut(span)
    subjects = find_subjects(text)
    if not subjects:
        official = said_by is not None and any(
            item.path == "speaker.role" and item.value in _STATE_ROLES for item in said_by.fields
        )
        if not official or len(text.split()) < 4:
            return None
        subjects, confidence = ["governance"], 0.3
    measures = list_measures(subjects)
    meant = bool(_TO.search(scene.text[max(0, span.start - 6) : span.start]))
    reason = (
        "language_of_rights" if _RIGHTS.search(text) else "value_judgement" if _VALUES.search(text)
        else "intention" if meant or _INTENTION.search(text) else None if measures else "too_vague"
    )  # fmt: skip
    fields = [
        Found("about", list(subjects), span, confidence),
        Found("summary", f"{'Denies' if rule == DENIED else 'Says'} something about {_tell(subjects)}.", span, 0.2),
        Found("checkable", reason is None, span, 0.6),
        Found("not_checkable_because", reason, span, 0.6) if reason else Found("checked_by", measures, span, 0.5),
    ]
    return Finding("claim", rule, span, confidence, tuple(fields), cc=cc, said_by=said_by)


_STATE_ROLES = ("head_of_state", "head_of_government", "minister", "spokesperson", "official")


def make_key(scene: Scene, speech: Speech) -> tuple[str, ...]:
    """Return by what statements of one speaker are known as one."""
    return (scene.cut(speech.speaker.office).lower(),)


def _is_quoted(scene: Scene, sentence: Span, verb: re.Match[str]) -> bool:
    return any(quote.start <= verb.start() < quote.end for quote in find_quotes(scene.text, sentence))


def _find_speaker(
    scene: Scene, speakers: list[Speaker], verb: re.Match[str], before: list[Speech], sentence: Sentence
) -> tuple[Speaker, float] | None:
    if verb["source"]:
        right = [item for item in speakers if 0 <= item.span.start - verb.end() <= _GAP]
        return (right[0], 0.7) if right else None
    if _PRONOUN.search(scene.text, max(sentence.span.start, verb.start() - 12), verb.start()):
        known = [speech.speaker for speech in before] or _list_earlier(scene, sentence)
        return (known[-1], 0.5) if known else None
    left = [
        item
        for item in speakers
        if 0 <= verb.start() - item.span.end <= _GAP and _reaches(scene.text, item.span.end, verb.start())
    ]
    if left:
        return left[-1], 0.8
    right = [item for item in speakers if 0 <= item.span.start - verb.end() <= 6]
    return (right[0], 0.7) if right else None


def _list_earlier(scene: Scene, sentence: Sentence) -> list[Speaker]:
    earlier = [item for item in scene.sentences if item.span.end <= sentence.span.start]
    found = [speaker for item in earlier for speaker in find_speakers(scene, item.span)]
    return [speaker for speaker in found if speaker.rule == "speaker.holder"]


def _reaches(text: str, start: int, stop: int) -> bool:
    """Return whether nothing but adverbs, dates and appositions stands between a speaker and the verb."""
    gap = text[start:stop].strip()
    return not gap or bool(
        re.fullmatch(
            r"(?:has|have|had|also|on \w+|last \w+|then|again|later|repeatedly|and|\w+ly|,.*,|,|’s \w+|'s \w+|\s)+", gap
        )
    )


def _list_clauses(scene: Scene, sentence: Span, verb: re.Match[str], speaker: Speaker) -> list[Span]:
    quotes = find_quotes(scene.text, sentence)
    start = _LEAD.match(scene.text, verb.end(), sentence.end)
    begin = start.end() if start else verb.end()
    if verb["source"] or scene.text[begin : sentence.end].strip(' .,”"') == "" or not verb["verb"]:
        return quotes or [Span(sentence.start, min(speaker.span.start, verb.start()))]
    if speaker.span.start > verb.start():
        return quotes or [Span(sentence.start, verb.start())]
    after = [quote for quote in quotes if quote.start >= verb.end()]
    if quotes and not after:
        return quotes
    if after and verb[0].lower().startswith("call"):
        return after
    return _split_clauses(scene.text, Span(begin, sentence.end))


def _split_clauses(text: str, span: Span) -> list[Span]:
    made, at = [], span.start
    for cut in _CUT.finditer(text, *span):
        made.append(Span(at, cut.start()))
        at = cut.end()
        if cut["aside"]:
            break
    else:
        made.append(Span(at, span.end))
    return [item for item in made if len(text[item.start : item.end].split()) >= 3]


def _trim(text: str, span: Span) -> Span:
    start, stop = span
    while start < stop and text[start] in " ,;:“”\"'‘’.":
        start += 1
    stop -= len(_TAIL.search(text[start:stop])[0])  # type: ignore[index]
    while stop > start and text[stop - 1] in ' ,;:“”"‘.':
        stop -= 1
    return Span(start, stop)


def _make_statement(scene: Scene, speech: Speech, key: tuple[str, ...], dates: list[Found]) -> Finding:
    speaker, sentence = speech.speaker, speech.sentence
    about = _trim(scene.text, speech.clauses[0]) if speech.clauses else sentence
    subjects = find_subjects(scene.cut(about)) or ["governance"] * (speaker.role in _STATE_ROLES)
    office = scene.cut(speaker.office)
    fields = [
        Found("title", f"Statement of the {office}", speaker.office, 0.5),
        Found("speaker.role", speaker.role, speaker.office, speech.confidence),
        Found("speaker.office", office, speaker.office, speech.confidence),
        Found("speaker.body", speaker.body, speaker.office, 0.6),
        *dates,
    ]
    if speaker.cc and speaker.role in _STATE_ROLES:
        fields.append(Found("speaker.cc", speaker.cc, speaker.office, 0.6))
    form = next(((name, found) for name, pattern in FORMS if (found := pattern.search(scene.text, *sentence))), None)
    if form:
        fields.append(Found("form", form[0], Span(*form[1].span()), 0.6))
    if subjects:
        fields.append(Found("about", list(subjects), about, 0.5))
        fields.append(Found("summary", SUMMARY.format(subjects=_tell(subjects)), about, 0.2))
    return Finding("statement", speaker.rule, speaker.span, speech.confidence, tuple(fields), key, speaker.cc)


def _tell(subjects: list[str]) -> str:
    return ", ".join(subject.replace("_", " ") for subject in subjects)


def _make_claims(scene: Scene, speech: Speech, statement: Finding) -> Iterator[Finding]:
    for clause in speech.clauses:
        rule = "claim.quoted" if clause.start and scene.text[clause.start - 1] in '“"「' else "claim.reported"
        rule = DENIED if _DENYING.match(speech.verb[0]) else rule
        claim = make_claim(scene, rule, clause, speech.confidence - 0.1, statement, speech.speaker.cc)
        if claim:
            yield claim


def _read_drafts(scene: Scene) -> Iterator[Finding]:
    """Read drafts of declarations, which have no speaker yet."""
    for sentence in scene.sentences:
        for found in _DRAFT.finditer(scene.text, *sentence.span):
            span, subjects = Span(*found.span()), find_subjects(scene.cut(sentence.span))
            fields = [
                Found("title", f"Draft {found['what'].lower()}", span, 0.6),
                Found("form", "draft_declaration", span, 0.8),
                *make_date("date", scene.find_when(sentence.span, found.start())),
            ]
            if subjects:
                fields.append(Found("about", list(subjects), sentence.span, 0.5))
                fields.append(Found("summary", SUMMARY.format(subjects=_tell(subjects)), sentence.span, 0.2))
            statement = Finding("statement", "statement.draft", span, 0.8, tuple(fields), (f"draft {found.start()}",))
            yield statement
            for quote in find_quotes(scene.text, sentence.span):
                claim = make_claim(scene, "claim.draft", quote, 0.7, statement, None)
                if claim:
                    yield claim


def _read_quotes(scene: Scene, claims: list[Finding], speeches: list[Speech]) -> Iterator[Finding]:
    """Read quotations of a sentence or more of which the text does not say whose they are."""
    for sentence in scene.sentences:
        for quote in find_quotes(scene.text, sentence.span):
            known = any(claim.span.start < quote.end and quote.start < claim.span.end for claim in claims)
            spoken = any(speech.sentence == sentence.span for speech in speeches)
            if not known and not spoken and len(scene.cut(quote).split()) >= 8:
                claim = make_claim(scene, "claim.unattributed", quote, 0.4, None, None)
                if claim:
                    yield claim


def _read_nouns(scene: Scene) -> Iterator[Finding]:
    for sentence in scene.sentences:
        for found in _NOUN.finditer(scene.text, *sentence.span):
            for clause in _split_clauses(scene.text, Span(found.end(), sentence.span.end))[:1]:
                claim = make_claim(
                    scene,
                    "claim.noun",
                    clause,
                    0.5,
                    None,
                    find_country(scene.text, Span(sentence.span.start, found.start())),
                )
                if claim:
                    yield claim
