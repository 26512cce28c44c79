"""What befell people: detention, arrest, charge, trial, sentence, release. Found first, told as place and class alone.

A rule of law (*may be jailed*) is no such fact, unless somebody is named beside it. A passage is the clause that tells of several
nameless people, and the whole sentence where it tells of one; what follows and begins with *he*, *she* or *they* belongs to it.
"""

import hashlib
import re
from collections.abc import Iterator
from typing import NamedTuple

from netglass.reader.document import Language, Span
from netglass.reader.draft.model import Accusation, Fact
from netglass.reader.draft.person import find_near_names, find_sure_names
from netglass.reader.draft.sentence import Sentence
from netglass.register.passage import normalise_passage


class CustodyRule(NamedTuple):
    """One row: what sort of fact these words tell."""

    id: str
    fact: Fact
    pattern: re.Pattern[str]
    confidence: float
    needs_person: bool = False
    """Whether the words tell a fact only where they speak of one person; a firm is fined too, and a law sets terms."""


def _rule(id: str, fact: Fact, pattern: str, confidence: float = 0.9, *, needs_person: bool = False) -> CustodyRule:
    return CustodyRule(f"custody.{id}", fact, re.compile(pattern, re.IGNORECASE), confidence, needs_person)


RULES = (
    _rule("sentenced", "sentence", r"\b(?:re-?)?sentenc(?:ed|ing)\b|\bsentence of\b(?! up to)|\bhanded (?:down )?(?:a|an) [\w-]+[ -](?:year|month)"),
    _rule("jailed", "sentence", r"\b(?:jail|imprison)(?:ed|ing|ment of)?\b(?! (?:terms?|sentences?|for up to))|\bbehind bars\b|\bin (?:prison|jail)\b|\bserving\b[^.]{0,20}\b(?:years?|months?|sentence|term)\b"),
    _rule("convicted", "sentence", r"\bconvict(?:ed|ing|ion of)\b|\bfound guilty\b|\bpleaded guilty\b|\bexecuted\b(?= (?:for|in|by|on)\b)"),
    _rule("tried", "trial", r"\b(?:on|stood|stand|stands|standing|awaiting|faces?|facing) trial\b|\btrial of\b|\btried (?:for|in|on|before)\b|\b(?:his|her|their|whose) trial\b|\bappear(?:ed|s|ing)? (?:in|before) (?:a |the )?(?:court|judge)\b|\bprosecuted\b|\bprosecution of\b"),
    _rule("charged", "charge", r"\bcharged (?:with|over|for|under)\b|\bindict(?:ed|ment of)\b|\b(?:faces?|facing) (?:\w+ )?charges?\b|\baccused of (?:spreading|inciting|insulting|subver|posting|leaking|sharing)"),
    _rule("arrested", "arrest", r"\b(?:re-?)?arrest(?:ed|s|ing)?\b(?! warrants?)|\bapprehended\b"),
    _rule("detained", "detention", r"\bdetain(?:ed|s|ing|ees?)?\b|\bdetention of\b|\b(?:in|into) (?:police )?custody\b|\bin detention\b|\bhouse arrest\b|\bheld (?:by police|without|incommunicado|for questioning|in a)\b|\binterrogated\b|\btaken away\b|\bsummoned (?:by|to|for)\b(?= (?:the )?(?:police|questioning))|\bdisappeared\b(?= (?:after|in|on|from|while)\b)"),
    _rule("released", "release", r"\b(?:released|freed) (?:from|on bail|after|without charge|by)\b|\bacquitted\b|\bpardoned\b"),
    _rule("term", "sentence", r"\b(?:years?|months?|weeks?|days?|life|prison|jail|suspended)[- ](?:prison |jail )?(?:terms?|sentences?)\b|\bimprisonment\b|\bincarcerat\w+|\bprisoners?\b|\bverdict\b|\b(?:lost|lodged|filed|won|rejected|dismissed|heard)\b[^.]{0,20}\bappeal\b|\bcourt-?martial\w*|\bfined\b", 0.7, needs_person=True),
    _rule("held", "detention", r"\bremanded\b|\bon bail\b|\bquestioned by\b|\bsummoned\b|\bwanted by\b|\babducted\b|\bkidnapped\b|\btortured\b|\bhunger strike\b|\bdeported\b|\bextradited\b|\bexiled?\b|\bin hiding\b|\bhome was (?:raided|searched)\b|\bdetention\b", 0.6, needs_person=True),
    _rule("zh-sentenced", "sentence", r"判处|获刑|被判|有罪"),
    _rule("zh-tried", "trial", r"受审|开庭|审理|提起公诉|被诉"),
    _rule("zh-arrested", "arrest", r"逮捕|被捕"),
    _rule("zh-detained", "detention", r"拘留|羁押|被抓|被带走|传唤"),
)  # fmt: skip
"""Rows in order: a passage is of the class of the first that fits."""

ACCUSATIONS: tuple[tuple[Accusation, re.Pattern[str]], ...] = (
    ("rumours", re.compile(r"rumou?r|false (?:news|information)|fake news|谣|虚假信息", re.IGNORECASE)),
    ("insult", re.compile(r"insult|defam|slander|libel|mock|诽谤|侮辱", re.IGNORECASE)),
    ("secrets", re.compile(r"state secret|spying|espionage|国家秘密|间谍", re.IGNORECASE)),
    ("terrorism", re.compile(r"terror|extremis|恐怖", re.IGNORECASE)),
    ("state_security", re.compile(r"subver|incit|sedition|separatis|treason|national security|颠覆|煽动|分裂", re.IGNORECASE)),
    ("online_speech", re.compile(
        r"\b(?:posts?|posted|posting|tweets?|tweeting|messages?|blogs?|blogg\w+|online|internet|video|forum|comments?|wrote|writing|criticis\w+)\b|发帖|言论|网络",
        re.IGNORECASE)),
)  # fmt: skip
"""Of what somebody is accused, by class; the first that fits."""

_RULE_OF_LAW = re.compile(
    r"\b(?:may|can|could|would|shall|must|might|to|not|never|be)\s+(?:also\s+)?(?:be\s+)?(?:\w+ly\s+)?$|\b(?:powers?|right|allow\w*|risk\w*|threat\w*)\b[^.;]{0,40}$|\banyone\b[^.;]{0,60}$",
    re.IGNORECASE,
)
_ZH_RULE_OF_LAW = re.compile(r"处.{0,30}(?:以下|以上)|应当|可以|不得|依法|规定|本法|第.{1,6}条")
_ONE = re.compile(
    r"\b(?:he|she|his|her|him|herself|himself)\b|\bone of\b|\b(?:an?|the)\s+(?:[\w-]+\s+){0,3}(?:blogger|lawyer|journalist|activist|teacher|student|poet|"
    r"writer|editor|reporter|professor|doctor|man|woman|artist|user|priest|pastor|monk|singer|worker|farmer|publisher|scholar|critic|dissident)\b",
    re.IGNORECASE,
)
_PRONOUN = re.compile(r"[“\"‘']?(?:He|She|His|Her|Hers|They|Their|Him)\b|^(?:他|她|其|该)")
_LEFT = re.compile(r"[,;:—]\s+(?:and\s+)?|\s+and\s+(?=\w+(?:ing|ed)\b)|\s+while\s+|\s+after\s+(?=\w+ing\b)")


class Custody(NamedTuple):
    """One fact: by which row, of which class, and the passage that tells it."""

    rule: CustodyRule
    accusation: Accusation
    span: Span
    year: int | None = None


class Watch(NamedTuple):
    """The facts of a text, all passages that are withheld for them, and the names that stand near."""

    facts: list[Custody]
    withheld: list[Span]
    names: set[str]


def watch_text(
    text: str, sentences: list[Sentence], language: Language, holders: frozenset[str], *, strict: bool = False
) -> Watch:
    """Find what befell people, and whom.

    Args:
        text: of the document.
        sentences: of the text.
        language: of the text; a rule of law is worded differently in each.
        holders: parts of the names of office holders, who stay named unless it befell them.
        strict: whether the text is a law itself, in which only a name makes a fact of what is else a rule.
    """
    watch = Watch([], [], set())
    for place, sentence in enumerate(sentences):
        for custody in _read_sentence(text, sentence, language, holders, strict):
            watch.facts.append(custody)
            watch.withheld.append(custody.span)
            watch.names.update(_name_victims(text, custody.span, holders))
            if custody.span == sentence.span:
                watch.withheld.extend(_follow(text, sentences, place))
                watch.names.update(_look_back(text, sentences, place, holders))
    return watch


def hash_passage_with_salt(passage: str, salt: str) -> str:
    """Return the SHA-256 of a salt and a passage, so that whoever has both can find it again and nobody else can."""
    return hashlib.sha256(f"{salt}\0{normalise_passage(passage)}".encode()).hexdigest()


def _read_sentence(
    text: str, sentence: Sentence, language: Language, holders: frozenset[str], strict: bool
) -> Iterator[Custody]:
    taken: list[Span] = []
    for rule in RULES:
        for found in rule.pattern.finditer(text, *sentence.span):
            clause = _cut_clause(text, sentence.span, found)
            named = bool(_name_victims(text, clause, holders)) if language == "en" else False
            if strict and not find_sure_names(text, sentence.span):
                continue
            if not named and _tells_law(text, sentence.span, found, language):
                continue
            passage = text[sentence.span.start : sentence.span.end]
            one = bool(_ONE.search(passage)) or bool(_name_victims(text, sentence.span, holders)) or language == "zh"
            if rule.needs_person and not one:
                continue
            span = sentence.span if one else clause
            if not any(span.start < other.end and other.start < span.end for other in taken):
                taken.append(span)
                yield Custody(rule, _choose_accusation(text[span.start : span.end]), span)


def _tells_law(text: str, sentence: Span, found: re.Match[str], language: Language) -> bool:
    if language == "zh":
        return bool(_ZH_RULE_OF_LAW.search(text, *sentence))
    return bool(_RULE_OF_LAW.search(text[sentence.start : found.start()]))


def _cut_clause(text: str, sentence: Span, found: re.Match[str]) -> Span:
    starts = [cut.end() for cut in _LEFT.finditer(text, sentence.start, found.end()) if cut.end() <= found.start()]
    stops = [cut.start() for cut in _LEFT.finditer(text, found.end(), sentence.end)]
    return Span(starts[-1] if starts else sentence.start, stops[0] if stops else sentence.end)


def _name_victims(text: str, span: Span, holders: frozenset[str]) -> set[str]:
    names = find_near_names(text, span)
    return {name for name in names if not set(name.split()) <= holders or _befell(text, span, name)}


def _befell(text: str, span: Span, name: str) -> bool:
    """Return whether an office holder is the one whom it befell: the name stands right before the fact."""
    before = re.search(
        rf"{re.escape(name)}\s+(?:was|is|were|has been|had been|faces?|stood|stands)\s+(?:\w+\s+)?",
        text[span.start : span.end],
    )
    return bool(before and any(rule.pattern.match(text, span.start + before.end()) for rule in RULES))


def _follow(text: str, sentences: list[Sentence], place: int) -> Iterator[Span]:
    for sentence in sentences[place + 1 :]:
        if sentence.paragraph != sentences[place].paragraph or not _PRONOUN.match(text, sentence.span.start):
            return
        yield sentence.span


def _look_back(text: str, sentences: list[Sentence], place: int, holders: frozenset[str]) -> set[str]:
    """Return every word before a fact that may be a name, where the fact speaks of one person and names none."""
    if _name_victims(text, sentences[place].span, holders) and not _PRONOUN.search(text, *sentences[place].span):
        return set()
    names = {name for item in sentences[:place] for name in find_near_names(text, item.span)}
    return {name for name in names if not set(name.split()) <= holders}


def _choose_accusation(passage: str) -> Accusation:
    return next((name for name, pattern in ACCUSATIONS if pattern.search(passage)), "unknown")
