"""The text in HTML and Markdown, piece by piece, each with its place in the original."""

import re
from collections.abc import Iterator
from html import unescape
from html.parser import HTMLParser
from itertools import accumulate
from typing import NamedTuple

_BLOCKS = frozenset(
    {
        "address",
        "article",
        "aside",
        "blockquote",
        "body",
        "br",
        "caption",
        "dd",
        "div",
        "dl",
        "dt",
        "fieldset",
        "figcaption",
    }
    | {
        "figure",
        "footer",
        "form",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
        "hr",
        "li",
        "main",
        "nav",
        "ol",
        "p",
        "pre",
    }
    | {"section", "table", "td", "th", "tr", "ul"}
)
_HIDDEN = frozenset(("script", "style", "template", "noscript", "svg", "title", "nav"))
_MARKS = re.compile(
    r"<!--.*?-->|^[ \t]{0,3}#{1,6}[ \t]+|^[ \t]{0,3}>[ \t]?|\*\*|(?<!\w)__|__(?!\w)", re.DOTALL | re.MULTILINE
)


class Piece(NamedTuple):
    """Text, and the characters of the original that it stands for; equal length means character by character."""

    text: str
    start: int
    end: int


def read_plain(source: str) -> Iterator[Piece]:
    """Give plain text as it is."""
    yield Piece(source, 0, len(source))


def read_markdown(source: str) -> Iterator[Piece]:
    """Give the text of Markdown without comments and without the marks of headings, quotes and bold type."""
    at = 0
    for mark in _MARKS.finditer(source):
        yield Piece(source[at : mark.start()], at, mark.start())
        at = mark.end()
    yield Piece(source[at:], at, len(source))


def read_html(source: str) -> Iterator[Piece]:
    """Give the text that a page shows, a line break around each block, without its navigation."""
    reader = _Reader(source)
    reader.feed(source)
    reader.close()
    yield from reader.pieces


class _Reader(HTMLParser):
    def __init__(self, source: str) -> None:
        super().__init__(convert_charrefs=False)
        self.pieces: list[Piece] = []
        self._lines = [0, *accumulate(len(line) + 1 for line in source.split("\n"))]
        self._hidden = 0

    def _place(self) -> int:
        line, column = self.getpos()
        return self._lines[line - 1] + column

    def _break(self, tag: str) -> None:
        if tag in _BLOCKS:
            self.pieces.append(Piece("\n", self._place(), self._place()))

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self._hidden += tag in _HIDDEN
        self._break(tag)

    def handle_startendtag(self, tag: str, attrs: object) -> None:
        self._break(tag)

    def handle_endtag(self, tag: str) -> None:
        self._hidden = max(0, self._hidden - (tag in _HIDDEN))
        self._break(tag)

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            start = self._place()
            self.pieces.append(Piece(re.sub(r"[\r\n]", " ", data), start, start + len(data)))

    def handle_entityref(self, name: str) -> None:
        self._put(f"&{name};")

    def handle_charref(self, name: str) -> None:
        self._put(f"&#{name};")

    def _put(self, written: str) -> None:
        if not self._hidden:
            start = self._place()
            self.pieces.append(Piece(unescape(written), start, start + len(written)))
