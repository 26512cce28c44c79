"""How the provisions of legal texts begin: a table of markers, in Chinese and in English.

**Source**: the numbering rules of Chinese statutes (Legislation Law 2015, article 61: 编、章、节、条、款、项、目; only 条, 项 and 目 carry
numbers); EU Joint Practical Guide, part 15 (recitals, articles, paragraphs, points); the U.S. Code's sections.
"""

import re
from typing import NamedTuple

from netglass.reader.numeral import CHINESE, normalise_number

_N = f"[{CHINESE}\\d]+"

DIVISIONS = {"编": "part", "分编": "subpart", "章": "chapter", "节": "division", "条": "article"}
"""What a Chinese unit is called here. 节 is a division, for a section is a provision in English."""

_ZH_UNIT = re.compile(
    f"第(?P<number>{_N})(?P<unit>分编|编|章|节|条)(?:之(?P<inserted>{_N}))?(?P<gap>\\s*)(?P<rest>.*)", re.DOTALL
)
_ZH_ITEM = re.compile(f"(?P<number>[{CHINESE}]+)、\\s*(?P<rest>.*)", re.DOTALL)
_ZH_ANNEX = re.compile(f"附(?:件|录|表|则)(?P<number>{_N})?\\s*[:：]?(?P<rest>)$")
_EN_UNIT = re.compile(
    r"(?P<unit>Article|Art\.|Section|Sec\.|§|Chapter|Title|Part|Annex|Schedule)\s*(?P<number>\d+[A-Za-z]{0,2}|[IVXLC]+)\b"
    r"(?P<gap>\s*[.:)—–-]?\s*)(?P<rest>.*)",
    re.IGNORECASE | re.DOTALL,
)
_EN_NAMES = {"art.": "article", "sec.": "section", "§": "section", "title": "part", "schedule": "annex"}
_EN_BARE_ANNEX = re.compile(r"(?:ANNEX|Annex|SCHEDULE|Schedule)(?P<rest>)$")
_EN_NUMBERED = re.compile(r"(?P<number>\d{1,3})[.)]\s+(?P<rest>.*)", re.DOTALL)
_EN_RECITAL = re.compile(r"\((?P<number>\d{1,3})\)\s+(?P<rest>.*)", re.DOTALL)
_EN_CLOSING = re.compile(r"(?:Done at|Adopted at|Given at|For the (?:Council|Commission|Parliament))\b")

_POINT = re.compile(
    f"(?:[（(](?P<zh>[{CHINESE}]+)[）)]|[（(](?P<bracket>\\d{{1,3}}|[a-z]{{1,5}}|[A-Z]{{1,3}})[）)]|(?P<dot>\\d{{1,3}})[.．](?!\\d)|[—–•-]\\s)\\s*"
)


class Mark(NamedTuple):
    """The beginning of a unit: ``chapter`` 2, ``article`` ``120-1``; ``rest`` is what follows on the line."""

    kind: str
    number: str
    rest: str
    certain: bool = True
    """False where the line may also be a sentence that begins with a reference to an article."""


class Point(NamedTuple):
    """A mark within a provision: ``a``, ``1``; ``style`` tells the sorts apart, ``length`` is its characters."""

    label: str
    style: str
    length: int


def read_mark(line: str, language: str) -> Mark | None:
    """Return the unit that ``line`` begins, if it begins one."""
    return _read_chinese(line) if language == "zh" else _read_english(line)


def _read_chinese(line: str) -> Mark | None:
    if found := _ZH_UNIT.match(line):
        kind = DIVISIONS[found["unit"]]
        certain = bool(found["gap"] or not found["rest"] or found["rest"][0] in "【［[")
        return Mark(kind, normalise_number(found["number"], found["inserted"]), found["rest"], certain)
    if found := _ZH_ITEM.match(line):
        return Mark("item", normalise_number(found["number"]), found["rest"])
    if (found := _ZH_ANNEX.match(line)) and not line.startswith("附则"):
        return Mark("annex", normalise_number(found["number"] or "1"), "")
    return None


def _read_english(line: str) -> Mark | None:
    if (found := _EN_UNIT.match(line)) and not found["unit"].islower():
        unit, rest = found["unit"].lower(), found["rest"]
        stopped = found["gap"].strip() or not rest
        if stopped or not (rest[0].islower() or rest[0] in ",;)"):
            certain = bool(stopped) or not re.match(r"\(\w+\)", rest)
            return Mark(_EN_NAMES.get(unit, unit), normalise_number(found["number"]), rest, certain)
    if _EN_BARE_ANNEX.match(line):
        return Mark("annex", "1", "")
    if found := _EN_NUMBERED.match(line):
        return Mark("paragraph", found["number"], found["rest"])
    if found := _EN_RECITAL.match(line):
        return Mark("recital", found["number"], found["rest"])
    return Mark("closing", "1", line) if _EN_CLOSING.match(line) else None


def read_point(line: str) -> Point | None:
    """Return the mark of an item that ``line`` begins: （一）, (a), (1), 1. or a dash."""
    found = _POINT.match(line)
    if not found:
        return None
    if found["zh"]:
        return Point(normalise_number(found["zh"]), "zh", found.end())
    if label := found["bracket"]:
        style = "digit" if label.isdigit() else "letter" if len(label) == 1 else "roman"
        return Point(label.lower(), style, found.end())
    return Point(found["dot"], "dot", found.end()) if found["dot"] else Point("", "dash", found.end())


def begins_provision(line: str, whole: bool = False) -> bool:
    """Say whether a line begins a unit or an item; with ``whole``, whether it is nothing but the mark of a unit."""
    stripped = line.strip()
    mark = _read_english(stripped)
    if whole:
        return mark is not None and not mark.rest
    return (
        (mark is not None and mark.kind != "closing")
        or read_point(stripped) is not None
        or stripped.startswith(("#", "* "))
    )
