"""The matters of law that a change of words touches: amounts, dates, deadlines, duties, addressees, references.

They are found by a table of patterns, so a list of them is a reader's aid and no finding.
"""

import re
from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

from netglass.reader.document import Language
from netglass.reader.numeral import CHINESE

_N = f"[{CHINESE}\\d]"
_COUNT = r"(?:\d[\d,.]*|one|two|three|four|five|six|seven|eight|nine|ten|twelve|fourteen|fifteen|twenty|thirty|sixty|ninety|hundred)"
_MONTH = r"(?:January|February|March|April|May|June|July|August|September|October|November|December)"

_ZH = {
    "amount": f"{_N}+(?:元|倍|％|%|人|次|篇|件|张|部)(?:以上|以下)?|百分之{_N}+|{_N}+[^\\W\\d{CHINESE}日天月周年时以]{{1,3}}(?:以上|以下)",
    "date": f"{_N}{{2,4}}年{_N}+月{_N}+日",
    "deadline": f"{_N}+(?:个)?(?:工作日|小时|日|天|月|周|年)(?:以内|之内|内|以上|以下|前)?|立即|及时|每年|定期",
    "duty": "应当|不得|可以|必须|禁止|严禁|有权|有义务|责令|不予|无须",
    "addressee": "(?:^|[，。；：\\n])(?P<who>[^，。；：\\n]{2,24}?)(?=应当|不得|必须|可以|有权|有义务)",
    "reference": f"第{_N}+条(?:之{_N}+)?(?:第{_N}+款)?(?:第[（(]?{_N}+[）)]?项)?|《[^》]+》",
}
_EN = {
    "amount": rf"(?:EUR|USD|GBP|[€$£])\s?\d[\d,.]*|{_COUNT}\s?(?:%|per cent|percent|euros?|dollars|crowns|times\b)",
    "date": rf"\d{{1,2}} {_MONTH} \d{{4}}|{_MONTH} \d{{1,2}}, \d{{4}}|\d{{4}}-\d\d-\d\d",
    "deadline": rf"\b{_COUNT}\s(?:working\s|calendar\s)?(?:hours?|days?|weeks?|months?|years?)\b"
    r"|immediately|without (?:undue )?delay|promptly",
    "duty": r"\b(?:shall not|may not|must not|shall|must|may|(?:is|are) (?:prohibited|entitled|required))\b",
    "addressee": r"(?:^|[.;:,\n]\s*)(?P<who>(?:an?|the|any|every|each|all|no)\s[^,.;:\n]{3,60}?)\s(?=(?:shall|must|may)\b)",
    "reference": r"\b(?:Articles?|Sections?|Regulation|Directive|Act)\s[\d(][\w()/]*",
}
MATTERS: dict[Language, dict[str, re.Pattern[str]]] = {
    "zh": {name: re.compile(pattern) for name, pattern in _ZH.items()},
    "en": {name: re.compile(pattern, re.IGNORECASE) for name, pattern in _EN.items()},
}
"""The matters that readers look for, and the patterns that find them."""


class Matter(NamedTuple):
    """What a matter was and is: ``deadline``, 五日 and 三日; what both have is left out."""

    name: str
    removed: tuple[str, ...]
    added: tuple[str, ...]


def find_matters(old: str, new: str, language: Language) -> list[Matter]:
    """Return the matters that one text has and the other has not, by count. A date is no deadline, and its month no duty."""
    dates = MATTERS[language]["date"]
    made = []
    for name, pattern in MATTERS[language].items():
        texts = (old, new) if name == "date" else (dates.sub(" ", old), dates.sub(" ", new))
        before, after = (Counter(_list_matches(pattern, text)) for text in texts)
        removed, added = before - after, after - before
        if removed or added:
            made.append(Matter(name, tuple(removed.elements()), tuple(added.elements())))
    return made


def _list_matches(pattern: re.Pattern[str], text: str) -> Iterator[str]:
    for found in pattern.finditer(text):
        yield (found["who"] if "who" in pattern.groupindex else found[0]).strip()
