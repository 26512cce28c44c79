"""Sources as BibTeX and as CSL-JSON, for papers and for programs that cite.

**Source**: BibTeX's entry ``misc`` with the fields of biblatex 3.19 (``urldate``, ``langid``); CSL 1.0.2 appendix III (types) and its
JSON schema (``date-parts``).
"""

import re
from typing import Any

from netglass.register.partial_date import PartialDate
from netglass.register.source import Source

_TYPES = {
    "official_text": "legislation",
    "official_gazette": "legislation",
    "court_decision": "legal_case",
    "press_release": "document",
    "speech": "speech",
    "news_report": "article-newspaper",
    "report": "report",
    "transparency_report": "report",
    "data_set": "dataset",
    "block_page": "webpage",
    "web_page": "webpage",
}

_SPECIAL = re.compile(r"[\\{}%&#_$~^]")
_ESCAPED = {"\\": r"\textbackslash{}", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}"}


def format_bibtex(source: Source) -> str:
    """Return one entry of BibTeX."""
    fields = {
        "title": _escape(source.title.english),
        "author": f"{{{_escape(source.publisher)}}}",
        "date": str(source.published) if source.published else None,
        "origlanguage": source.title.language,
        "titleaddon": _escape(source.title.official) if source.title.official != source.title.english else None,
        "url": source.url,
        "urldate": str(source.retrieved) if source.url else None,
        "note": _escape(source.obtained) if source.obtained else None,
    }
    lines = "".join(f"  {name} = {{{value}}},\n" for name, value in fields.items() if value)
    return f"@misc{{{source.id},\n{lines}}}\n"


def make_csl(source: Source) -> dict[str, Any]:
    """Return one item of CSL-JSON."""
    item = {
        "id": source.id,
        "type": _TYPES[source.type],
        "title": source.title.english,
        "original-title": source.title.official if source.title.official != source.title.english else None,
        "language": source.title.language,
        "publisher": source.publisher,
        "issued": _make_date(source.published) if source.published else None,
        "accessed": _make_date(source.retrieved),
        "URL": source.url,
        "note": source.obtained,
    }
    return {name: value for name, value in item.items() if value is not None}


def _make_date(date: PartialDate) -> dict[str, list[list[int]]]:
    return {"date-parts": [[part for part in date if part]]}


def _escape(text: str) -> str:
    return _SPECIAL.sub(lambda found: _ESCAPED.get(found[0], f"\\{found[0]}"), text)
