"""Instruments that a text speaks of: by name, by what they are about and what becomes of them, and by what they make a crime."""

import re
from collections.abc import Iterator

from netglass.reader.document import Span
from netglass.reader.draft.finding import Finding, Found, Scene, make_date
from netglass.reader.draft.lexicon import COMMON
from netglass.reader.draft.speaker import find_country
from netglass.reader.draft.subject import find_subjects

TYPES = (
    ("amendment", r"amendments?"),
    ("law", r"laws?|acts?|statutes?|codes?|legislation"),
    ("draft", r"bills?"),
    ("decree", r"decrees?"),
    ("regulation", r"regulations?|rules|ordinances?"),
    ("guideline", r"guidelines?|guidance"),
    ("treaty", r"treat(?:y|ies)|conventions?|pacts?|protocol"),
    ("resolution", r"resolutions?"),
    ("constitution", r"constitutions?"),
)
"""Type and the nouns that name it."""

_NOUNS = "|".join(words for _, words in TYPES)
_TOPICS = (
    r"security|safety|internet|cyber[\w-]*|web|online|network|networks|digital|data|media|press|broadcast\w*|hosting|telecom\w*|communications?|information|speech"
    r"|surveillance|privacy|encryption|terror\w*|counter-?\w+|anti-\w+|licensing|platform|content|retention|copyright|intelligence|espionage|secrets"
)
_TOPICAL = re.compile(
    rf"\b(?P<words>(?:(?:[\w-]+)\s+){{0,3}}?(?P<topic>(?:(?:{_TOPICS})\s+)+))(?P<noun>{_NOUNS})\b(?:\s+on\s+(?P<on>[\w-]+(?:\s[\w-]+)?))?",
    re.IGNORECASE,
)
_ABOUT = re.compile(
    rf"\b(?P<noun>{_NOUNS})\s+(?:on|against|governing|concerning|about|for)\s+(?P<on>(?:[\w-]+\s){{0,2}}?(?:{_TOPICS}|fraud|rumou?rs|sovereignty|crime)(?:\s(?:safety|security|sovereignty|speech))?)\b",
    re.IGNORECASE,
)
_NAMED = re.compile(
    r"\b(?:[A-Z][\w-]+\s+(?:(?:of|and|on|for)\s+(?:the\s+)?)?)+(?P<noun>Act|Law|Code|Bill|Decree|Regulations?|Ordinance|Directive|Amendment|Rules|Treaty|Convention|Charter|Constitution|Protocol)\b"
    r"(?:\s+(?:on|for|of|against)\s+(?:the\s+)?[A-Z]\w+(?:\s+(?:(?:of|and|on)\s+)?[A-Z]\w+)*)?(?:\s+(?:of\s+)?(?:19|20)\d\d)?"
    r"|\b(?P<noun2>Treaty|Convention|Charter|Protocol|Resolution|Declaration)\s+(?:on|for|of|against)\s+(?:the\s+)?[A-Z]\w+(?:\s+(?:(?:of|and|on)\s+)?[A-Z]\w+)*"
)
_DUTY = re.compile(
    rf"\b(?P<noun>{_NOUNS})\s+(?:that\s+|which\s+)?(?P<verb>would\s+|will\s+)?(?:requir(?:e|es|ed|ing)|oblig(?:e|es|ed|ing)|let(?:ting)?|allow(?:s|ed|ing)?|forc(?:e|es|ed|ing)|order(?:s|ed|ing)?|force|compel\w*|ban(?:s|ning)?)\s+"
    r"(?P<who>(?:[\w-]+\s+){0,6}?)(?:in\s+(?P<sector>[\w-]+(?:\s[\w-]+)?\s+sectors?)\s+)?(?P<duty>(?:to\s+)?only\s+use\b[^.]*|to\s+[^.]*|use\b[^.]*)",
    re.IGNORECASE,
)
_CRIME = re.compile(
    r"\b(?:making|made|make|makes)\s+(?P<what>(?:[\w’-]+\s+){1,9}?)(?:a\s+(?:criminal\s+offence|crime)|an\s+offence|punishable)\b"
    r"|\b(?:criminali[sz](?:es|ed|ing)|outlaw(?:s|ed|ing)|penali[sz](?:es|ed|ing))\s+(?P<what2>[^.,;]{4,80})"
    r"|\b(?:people|anyone|users|those|citizens)\s+(?:[^.,;]{0,40}\s)?(?:to|may|can|could)\s+be\s+(?:jailed|imprisoned|fined|punished|prosecuted)\b(?:\s+for\s+(?P<what3>(?!up\b)[^.,;]{4,80}))?",
    re.IGNORECASE,
)
_LEADS = re.compile(
    r"\s+(?:(?:that|which|issued|passed|adopted|of|in|\d{4}|allow\w*|let\w*|under which|would|will)\s+){0,4}",
    re.IGNORECASE,
)
_ISSUING = re.compile(rf"\b(?P<noun>{_NOUNS})\b", re.IGNORECASE)

STAGES = (
    ("repealed", r"\b(?:repeal|scrap|revok|annul)\w*"),
    ("in_force", r"\b(?:c[ao]me|entered|comes?|enters?)\s+into\s+(?:force|effect)|\btook effect|\btakes effect"),
    (
        "drafted",
        r"\b(?:draft(?:s|ing|ed)?|propos\w+|advanc\w+|plan(?:s|ned|ning)|consider\w*|debat\w+|tabl(?:ed|ing)|drawing up|negotiat\w+|preparing|would|new)\b",
    ),
    ("adopted", r"\b(?:pass(?:ed|ing|es)?|adopt\w*|approv\w+|enact\w*|vot(?:ed|ing) (?:through|for))\b"),
    ("promulgated", r"\b(?:issu(?:ed|ing|es)|publish(?:ed|ing|es)|promulgat\w+|introduc\w+|impos(?:ed|ing|es))\b"),
)
"""Stage and the words around an instrument that tell it; the nearest before it counts, then the nearest after."""

_STAGE_PATTERNS = [(stage, re.compile(pattern, re.IGNORECASE)) for stage, pattern in STAGES]
_REACH = 60
"""Characters from a word of a stage to the instrument at most. **Source**: design choice, on the passages for tuning."""

_SECTORS = (
    ("finance", r"\bbank|financ"), ("energy", r"\benergy|power"), ("telecommunications", r"telecom"), ("health", r"hospital|health"),
    ("transport", r"transport|rail"), ("critical_infrastructure", r"key sectors?|critical|vital|strategic"), ("media", r"\bmedia|press"),
)  # fmt: skip
_LEADING = re.compile(
    r"^(?:(?:the|an?|its|new|tough|two|some|other|such|these|his|her|their|passing|drafting|introducing|advancing|for|of|on|is|are|was|to|and|that|by|in|under|over|passed|passes|debating|issued|published|approved|adopted|drafted|drawing|up|said|says|with|supported|all)\s+)+",
    re.IGNORECASE,
)


def read_instruments(scene: Scene) -> list[Finding]:
    """Return the instruments that a text speaks of; crimes and duties are provisions and requirements of the one they stand with."""
    made: list[Finding] = []
    for sentence in scene.sentences:
        taken: list[Span] = []
        for reader in (_read_named, _read_duties, _read_crimes, _read_topical):
            for finding in reader(scene, sentence.span):
                if not any(finding.span.start < other.end and other.start < finding.span.end for other in taken):
                    taken.append(finding.span)
                    made.append(finding)
    return made


def _read_named(scene: Scene, sentence: Span) -> Iterator[Finding]:
    for found in _NAMED.finditer(scene.text, *sentence):
        words = found[0].split()
        start = found.start() + (len(words[0]) + 1 if words[0] in ("The", "An", "A", "Under") else 0)
        noun = found["noun"] or found["noun2"]
        title = Span(start, found.end())
        if len(scene.cut(title).split()) < 2 or all(word in COMMON for word in words):
            continue
        fields = [Found("title.english", scene.cut(title), title, 0.9)]
        yield _make(scene, sentence, "instrument.named", title, noun, fields, 0.9, (scene.cut(title).lower(),))


def _read_topical(scene: Scene, sentence: Span) -> Iterator[Finding]:
    for pattern in (_TOPICAL, _ABOUT):
        for found in pattern.finditer(scene.text, *sentence):
            lead = _LEADING.match(found[0])
            span = Span(found.start() + (lead.end() if lead else 0), found.end())
            words = scene.cut(span)
            topic = (found.groupdict().get("topic") or found["on"] or "").split()
            key = (_find_type(found["noun"]), topic[0].lower() if topic else words.lower())
            fields = [Found("title.english", words, span, 0.5)]
            yield _make(scene, sentence, "instrument.topic", span, found["noun"], fields, 0.7, key)


def _read_duties(scene: Scene, sentence: Span) -> Iterator[Finding]:
    for found in _DUTY.finditer(scene.text, *sentence):
        if re.search(r"be (?:jailed|imprisoned|fined|punished)", found[0]) or re.search(
            rf"\b(?:{_TOPICS})\s+$", scene.text[max(0, found.start() - 20) : found.start()], re.IGNORECASE
        ):
            continue
        noun, duty = Span(*found.span("noun")), Span(found.start("who"), found.end())
        sector_text = f"{found['who']} {found['sector'] or ''}"
        sector = next((name for name, pattern in _SECTORS if re.search(pattern, sector_text, re.IGNORECASE)), "all")
        stage = "proposed" if found["verb"] or _find_stage(scene.text, sentence, noun)[0] == "drafted" else "in_force"
        fields = [
            Found("title.english", scene.cut(noun), noun, 0.3),
            Found("requirements.duty.sector", sector, duty, 0.6),
            Found("requirements.duty.addressee", "anyone", duty, 0.3),
            Found(
                "requirements.duty.duty",
                f"A duty about {' and '.join(find_subjects(scene.cut(duty))) or 'something else'}.".replace("_", " "),
                duty,
                0.2,
            ),
            Found("requirements.duty.stage", stage, noun, 0.5),
        ]
        yield _make(scene, sentence, "instrument.duty", Span(noun.start, found.end()), found["noun"], fields, 0.7, ())


def _read_crimes(scene: Scene, sentence: Span) -> Iterator[Finding]:
    for found in _CRIME.finditer(scene.text, *sentence):
        span = Span(*found.span())
        what = next((Span(*found.span(name)) for name in ("what", "what2", "what3") if found[name]), span)
        nouns = [
            item
            for item in _ISSUING.finditer(scene.text, sentence.start, span.start)
            if _LEADS.fullmatch(scene.text, item.end(), span.start)
            or (not (found["what"] or found["what2"]) and scene.text[item.end() : span.start] == ", ")
        ]
        noun = nouns[-1]["noun"] if nouns else "law"
        start = nouns[-1].start() if nouns else span.start
        subject = (
            "content_offence"
            if re.search(
                r"rumou?r|news|information|insult|defam|post|speech|criticis|spread|publi",
                scene.cut(what),
                re.IGNORECASE,
            )
            else "penalty"
        )
        words = re.findall(r"rumou?rs?|false|fake|insult|defam\w+|secrets?|server|vpn", scene.cut(what), re.IGNORECASE)
        fields = [
            Found("title.english", f"Provision on {subject.replace('_', ' ')}", span, 0.3),
            Found("provisions.offence.number", "unknown", span, 0.2),
            Found("provisions.offence.subjects", [subject], what, 0.7),
            Found(
                "provisions.offence.summary",
                f"Makes something a punishable act ({subject.replace('_', ' ')}).",
                what,
                0.2,
            ),
        ]
        key = ("offence", words[0].lower().replace("ou", "o").rstrip("s")) if words else ()
        yield _make(scene, sentence, "instrument.offence", Span(start, span.end), noun, fields, 0.7, key)


def _make(
    scene: Scene,
    sentence: Span,
    rule: str,
    span: Span,
    noun: str,
    fields: list[Found],
    confidence: float,
    key: tuple[str, ...],
) -> Finding:
    stage, where = _find_stage(scene.text, sentence, span)
    type_ = _find_type(noun)
    if stage == "drafted" and type_ == "law":
        type_ = "draft"
    made = [*fields, Found("title.language", "en", span, 0.3), Found("type", type_, span, 0.7)]
    if stage and where:
        made.append(Found(f"stages.{stage}.stage", stage, where, 0.6))
        made += make_date(f"stages.{stage}.date", scene.find_when(sentence, where.start), 0.6)
    return Finding("instrument", rule, span, confidence, tuple(made), key, find_country(scene.text, sentence))


def _find_type(noun: str) -> str:
    return next((type_ for type_, words in TYPES if re.fullmatch(words, noun, re.IGNORECASE)), "law")


def _find_stage(text: str, sentence: Span, span: Span) -> tuple[str | None, Span | None]:
    """Return the stage whose word stands nearest before the instrument, or within or after it."""
    before, after = [], []
    for stage, pattern in _STAGE_PATTERNS:
        for found in pattern.finditer(text, *sentence):
            if found.end() <= span.start and span.start - found.end() <= _REACH:
                before.append((found.end(), stage, Span(*found.span())))
            elif found.start() >= span.start and found.start() - span.end <= _REACH:
                after.append((found.start(), stage, Span(*found.span())))
    if before:
        return max(before)[1:]
    return min(after)[1:] if after else (None, None)
