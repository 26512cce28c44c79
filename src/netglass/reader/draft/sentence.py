"""Sentences and quotations of a text, in English and Chinese."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from netglass.reader.document import Span

_END = re.compile(
    r"[.!?]+[\"'”’»)]*(?:\s+(?=[\"'“‘«(]?[^\Wa-z_])|$)|[。！？]+[”’」』）]*|[”’]\.\s+(?=[\"'“‘«(]?[^\Wa-z_])"
)
_ABBREVIATION = re.compile(
    r"(?:^|[\s(“\"])(?:Mr|Mrs|Ms|Dr|Prof|Gen|Col|Capt|Sen|Gov|St|No|Art|Sec|vs|e\.g|i\.e|U\.S|U\.K|[A-Z])\.\s*$"
)
_QUOTE = re.compile(r"“(?P<curly>[^“”]{3,})”|\"(?P<plain>[^\"\n]{3,})\"|「(?P<corner>[^「」]{3,})」")


class Sentence(NamedTuple):
    """One sentence and the number of its paragraph."""

    span: Span
    paragraph: int


def split_sentences(text: str) -> list[Sentence]:
    """Return the sentences of a text whose lines are paragraphs."""
    made = []
    at = 0
    for number, line in enumerate(text.split("\n")):
        made += [Sentence(Span(at + start, at + end), number) for start, end in _split_line(line)]
        at += len(line) + 1
    return made


def _split_line(line: str) -> Iterator[tuple[int, int]]:
    start = 0
    for found in _END.finditer(line):
        if _ABBREVIATION.search(line[start : found.end()]):
            continue
        stop = len(line[: found.end()].rstrip())
        if stop > start:
            yield start, stop
        start = found.end()
    if line[start:].strip():
        yield start, len(line.rstrip())


def find_quotes(text: str, span: Span) -> list[Span]:
    """Return what stands between quotation marks within ``span``."""
    return [Span(*found.span(found.lastgroup or 0)) for found in _QUOTE.finditer(text, span.start, span.end)]
