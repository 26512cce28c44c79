"""The text of a law itself: title, dates and articles, in English and in Chinese, as one draft of an instrument."""

import re

from netglass.reader.date import find_dates
from netglass.reader.document import Document, Span
from netglass.reader.draft.finding import Finding, Found
from netglass.reader.draft.subject import find_subjects
from netglass.reader.provision import Provision, Structure

LEAST_PROVISIONS = 2
"""Numbered provisions from which a text is taken for a law. **Source**: design choice; one may be a reference at a line's begin."""

TYPES = (
    ("amendment", r"修正案|修改.*决定|Amend"),
    ("judicial_interpretation", r"最高人民(?:法院|检察院).*(?:解释|规定|批复)|解释|Interpretation"),
    ("constitution", r"宪法|Constitution"),
    ("eu_regulation", r"Regulation \((?:EU|EC)\)"),
    ("regulation", r"条例|Regulations?"),
    ("ministerial_rule", r"办法|规定|细则|Measures|Provisions|Rules"),
    ("guideline", r"意见|指南|Guidelines"),
    ("resolution", r"决议|Resolution"),
    ("decree", r"令$|Decree|Order"),
    ("treaty", r"公约|条约|Treaty|Convention"),
    ("law", r"法$|法（|Law|Act|Code|Statute"),
    ("draft", r"草案|Bill"),
)
"""Type and what titles of it hold; the first that fits."""

_LEGAL_TITLE = re.compile(r"(?:法|修正案（.+）|修正案|条例|办法|规定|解释|决定|细则)$")
_STAGES = {"adopted": "adopted", "promulgated": "promulgated", "amended": "amended", "in_force": "in_force"}
_ISSUERS = (
    ("legislature", r"全国人民代表大会(?:常务委员会)?|\w{0,6}议会|人大常委会|Parliament|Assembly|Senate|Congress"),
    ("government", r"国务院|Council of Ministers|Cabinet"),
    ("court", r"最高人民法院|Supreme (?:People's )?Court"),
    ("ministry", r"\w{1,12}部(?=令)|Ministry of \w+"),
    ("regulator", r"国家互联网信息办公室|\w{1,12}(?:局|办公室|委员会)(?=令)"),
)
_ZH_NUMBER = {"article": "第{}条", "item": "{}、"}
_EN_NUMBER = {"article": "Art. {}", "section": "Sec. {}", "paragraph": "Para. {}", "item": "Item {}"}


def is_statute(structure: Structure) -> bool:
    """Return whether a text is a law itself: its provisions are numbered articles, sections or items."""
    numbered = [item for item in structure.provisions if item.kind in _EN_NUMBER]
    return structure.basis != "text" and len(numbered) >= LEAST_PROVISIONS


def names_nobody(structure: Structure) -> bool:
    """Return whether a text is a law by its form or its title, in which a punishment is a rule and not what befell somebody."""
    title = structure.document.text[structure.title.start : structure.title.end]
    return is_statute(structure) and (structure.basis in ("article", "section") or bool(_LEGAL_TITLE.search(title)))


def read_statute(document: Document, structure: Structure) -> tuple[Finding, list[Span]] | None:
    """Return the draft of a law and the provisions that are about nothing of the register; None where the text is no law."""
    if not is_statute(structure):
        return None
    title = structure.title
    name = document.text[title.start : title.end]
    fields = [
        Found("title.official", name, title, 0.9),
        Found("title.language", document.language, title, 0.9),
        *([Found("title.english", name, title, 0.9)] if document.language == "en" else []),
    ]
    type_ = next((word for word, pattern in TYPES if re.search(pattern, name)), None)
    if type_:
        fields.append(Found("type", type_, title, 0.8))
    fields += [*_read_issuers(document, structure), *_read_stages(document, structure)]
    loose = []
    for provision in structure.provisions:
        found = _read_provision(provision, document.language)
        fields += found
        loose += [] if found else [provision.span]
    return Finding("instrument", "statute.text", title, 0.9, tuple(fields), ("statute",)), loose


def _read_issuers(document: Document, structure: Structure) -> list[Found]:
    made: list[Found] = []
    for line in structure.head:
        for type_, pattern in _ISSUERS:
            found = re.compile(pattern).search(document.text, *line)
            if found and not made:
                span = Span(*found.span())
                made += [Found("issuers.0.name", found[0], span, 0.6), Found("issuers.0.type", type_, span, 0.6)]
    return made


def _read_stages(document: Document, structure: Structure) -> list[Found]:
    made: list[Found] = []
    counts = dict.fromkeys(_STAGES, 0)
    for fact in find_dates(structure):
        stage = _STAGES.get(fact.kind)
        if stage is None:
            continue
        if any(item.value == str(fact.day) and item.path.startswith(f"stages.{stage}") for item in made):
            continue
        counts[stage] += 1
        name = stage if counts[stage] == 1 else f"{stage}-{counts[stage]}"
        span = document.find_text(fact.source)
        made += [
            Found(f"stages.{name}.stage", stage, span, 0.8),
            Found(f"stages.{name}.date", str(fact.day), span, 0.9),
        ]
    return made


def _read_provision(provision: Provision, language: str) -> list[Found]:
    numbers = _ZH_NUMBER if language == "zh" else _EN_NUMBER
    subjects = find_subjects(provision.text)
    if provision.kind not in numbers or not subjects:
        return []
    short = {"article": "art", "section": "sec", "paragraph": "para", "item": "item"}[provision.kind]
    path = f"provisions.{short}-{provision.number.lower()}"
    label = (
        Span(provision.span.start, provision.body.start)
        if provision.body.start > provision.span.start
        else provision.span
    )
    return [
        Found(f"{path}.number", _EN_NUMBER[provision.kind].format(provision.number), label, 0.9),
        Found(f"{path}.subjects", list(subjects), provision.body, 0.5),
        Found(f"{path}.summary", f"About {', '.join(subjects).replace('_', ' ')}.", provision.body, 0.2),
    ]
