"""The dates that a text tells of itself: adopted, promulgated, amended, in force, each with its span.

Only the head and the sentences on entry into force are read; dates within provisions are the text's matter, not its history.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from netglass.reader.document import Span
from netglass.reader.numeral import CHINESE, parse_chinese
from netglass.reader.provision import Structure

MONTHS = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
]

_ZH_DATE = re.compile(
    f"(?P<y>\\d{{4}}|[〇零一二三四五六七八九]{{4}})\\s*年\\s*(?P<m>[{CHINESE}\\d]+)\\s*月\\s*(?P<d>[{CHINESE}\\d]+)\\s*日"
)
_EN_DATE = re.compile(
    rf"(?P<d>\d{{1,2}})(?:st|nd|rd|th)?\s+(?P<m>{'|'.join(MONTHS)})\s+(?P<y>\d{{4}})"
    rf"|(?P<m2>{'|'.join(MONTHS)})\s+(?P<d2>\d{{1,2}}),?\s+(?P<y2>\d{{4}})|(?P<iso>\d{{4}}-\d{{2}}-\d{{2}})",
    re.IGNORECASE,
)
_HEAD_KINDS = (
    ("amended", re.compile(r"修订|修正|修改|通过的$|amended|revised", re.IGNORECASE)),
    ("in_force", re.compile(r"施行|生效|in force|into force|effective", re.IGNORECASE)),
    ("promulgated", re.compile(r"公布|发布|国务院令|promulgated|published|gazetted", re.IGNORECASE)),
    ("adopted", re.compile(r"通过|批准|adopted|passed|approved|enacted|done at|\bof\b", re.IGNORECASE)),
)
"""Kinds in the order in which they are looked for: 修订通过 tells of an amendment, and so does 通过的《…修正案》."""

_FORCE = re.compile(
    r"自(?P<zh>[^，。；]{4,20}?)起(?:正式)?(?:施行|实施|生效)"
    r"|(?:enters?|comes?|came|shall (?:enter|come)) into (?:force|operation|effect) on (?P<en>[^.;]{6,40})"
    r"|(?:shall (?:apply|have effect)|applies|(?:takes?|shall take) effect) (?:from|on) (?P<en2>[^.;]{6,40})",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class DateFact:
    """One date: ``kind`` is adopted, promulgated, amended or in_force; ``source`` is the date's span in the original."""

    kind: str
    day: date
    source: Span
    quote: str
    """The line or sentence that says so."""


def find_dates(structure: Structure) -> list[DateFact]:
    """Return the dates that the head and the sentences on entry into force tell, in the order of the text."""
    document = structure.document
    made = []
    for span in (structure.title, *structure.head):
        line = document.text[span.start : span.end]
        for found, day in _list_dates(line, 0, len(line)):
            kind = _choose_kind(line, found.end())
            if kind:
                made.append(DateFact(kind, day, document.find_source(_move(found, span.start)), line))
                break  # a later date on the line belongs to the name of another act
    for provision in structure.provisions:
        for sentence in _FORCE.finditer(provision.text):
            group = sentence.lastgroup or "zh"
            for found, day in _list_dates(provision.text, *sentence.span(group)):
                source = document.find_source(_move(found, provision.body.start))
                made.append(DateFact("in_force", day, source, sentence[0]))
                break
    return made


def _move(found: re.Match[str], by: int) -> Span:
    return Span(found.start() + by, found.end() + by)


def _choose_kind(line: str, after: int) -> str | None:
    rest = re.sub(r"[《〈<].*?[》〉>]", "", line[after:])
    ends = re.search(r"(?:修订|修正|施行|公布|发布|通过的?|批准)(?=[^\w]*$)", rest)
    text = ends[0] if ends else rest if any(pattern.search(rest) for _, pattern in _HEAD_KINDS) else line
    return next((kind for kind, pattern in _HEAD_KINDS if pattern.search(text)), None)


def _list_dates(text: str, start: int, end: int) -> Iterator[tuple[re.Match[str], date]]:
    for pattern in (_ZH_DATE, _EN_DATE):
        for found in pattern.finditer(text, start, end):
            day = _read_date(found)
            if day:
                yield found, day


def _read_date(found: re.Match[str]) -> date | None:
    got = found.groupdict()
    try:
        if got.get("iso"):
            return date.fromisoformat(got["iso"])
        if month := got.get("m2") or (got["m"] if got["m"].lower() in MONTHS else None):
            return date(int(got.get("y2") or got["y"]), MONTHS.index(month.lower()) + 1, int(got.get("d2") or got["d"]))
        return date(*(parse_chinese(got[part]) for part in "ymd"))
    except ValueError:
        return None
