"""A legal text as its provisions: articles, sections, recitals, numbered items or, where nothing is numbered, paragraphs.

The unit is what lawyers cite: the article where a text has articles, else the section, else the numbered paragraph. Parts and
chapters are its path. Within it, paragraphs (款) and items (项) are kept with their spans.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from netglass.reader.document import Document, Span
from netglass.reader.marker import Mark, read_mark, read_point

SHORT = {"article": "art.", "section": "sec.", "recital": "rec.", "paragraph": "para.", "item": "item", "annex": "annex"} | {
    "preamble": "pre.", "text": "text", "closing": "closing", "part": "part", "subpart": "subpart", "chapter": "ch.",
    "division": "div.",
}  # fmt: skip
"""How a kind of unit is written in a locator."""

HEADING_LENGTH = 120
"""Characters of the longest line that can be a heading. **Source**: design choice."""

_DIVISIONS = ("part", "subpart", "chapter", "division")
_BASES = {"zh": ("article", "item"), "en": ("article", "section", "paragraph")}
_STOPS = tuple(".;:。；：,，")
_ZH_HEADING = re.compile(r"[【［\[](?P<heading>[^】］\]]+)[】］\]]")
_CONTENTS = re.compile(r"(?:目\s*录|(?:table of )?contents)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Item:
    """One item of a list, by its label (``1`` for （一）, ``a``), with what stands below it."""

    label: str
    span: Span


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One paragraph. ``label`` is its printed number, or its place in the provision, from 1."""

    label: str
    span: Span
    items: tuple[Item, ...] = ()


@dataclass(frozen=True, slots=True)
class Provision:
    """One provision. ``span`` is of the document's text and begins with the label, ``source`` is the same in the original."""

    kind: str
    number: str
    heading: str
    path: str
    text: str
    """Heading and body, without the label."""
    body: Span
    span: Span
    source: Span
    paragraphs: tuple[Paragraph, ...]

    @property
    def locator(self) -> str:
        """What it is cited by: ``art. 120-1``."""
        return f"{SHORT[self.kind]} {self.number}"


@dataclass(frozen=True, slots=True, eq=False)
class Structure:
    """What a document consists of. ``basis`` is the kind of its provisions, ``text`` where nothing is numbered."""

    document: Document
    basis: str
    title: Span
    head: tuple[Span, ...]
    """Lines before the first provision that tell its history: adopted, promulgated, amended."""
    provisions: tuple[Provision, ...]


def split_document(document: Document) -> Structure:
    """Split a document into its provisions, in their order. Every line is in one of them, in the head or a heading."""
    lines = list(_list_lines(document.text))
    marks = [read_mark(document.text[line.start : line.end], document.language) for line in lines]
    basis = _choose_basis(marks, document.language)
    if document.language == "en" and basis == "section":
        marks = [mark._replace(kind="part") if mark and mark.kind in _DIVISIONS else mark for mark in marks]
    return _Splitter(document, basis, lines, marks).run()


def _list_lines(text: str) -> Iterator[Span]:
    at = 0
    for line in text.split("\n"):
        yield Span(at, at + len(line))
        at += len(line) + 1


def _choose_basis(marks: Sequence[Mark | None], language: str) -> str:
    kinds = [mark.kind for mark in marks if mark and mark.certain]
    for basis in _BASES[language]:
        if kinds.count(basis) >= (1 if basis in ("article", "section") else 2):
            return basis
    return "text"


class _Splitter:
    def __init__(self, document: Document, basis: str, lines: Sequence[Span], marks: Sequence[Mark | None]) -> None:
        self.document, self.basis, self.lines, self.marks = document, basis, lines, marks
        self.path: list[Mark] = []
        self.made: list[Provision] = []
        self.head: list[Span] = []
        self.last: dict[str, str] = {}
        self.begun = False

    def run(self) -> Structure:
        at = 1
        while at < len(self.lines):
            stop = at + 1
            mark = self._admit(at)
            if mark is None:
                self._put_loose(at)
            elif mark.kind in _DIVISIONS:
                stop = self._enter(mark, at)
            else:
                self.last[mark.kind] = mark.number
                while stop < len(self.lines) and not self._ends(stop, mark):
                    stop += 1
                self._put(mark, at, stop)
            at = stop
        if not self.made:  # a text of one line
            self._put(Mark("text", "1", self._line(0)), 0, 1)
        return Structure(self.document, self.basis, self.lines[0], tuple(self.head), tuple(self.made))

    def _line(self, at: int) -> str:
        return self.document.text[self.lines[at].start : self.lines[at].end]

    def _admit(self, at: int) -> Mark | None:
        """Return the unit that begins at a line, if it can be one here."""
        mark = self.marks[at]
        if mark is None:
            return None
        if mark.kind == "section" and self.basis == "article":
            mark = mark._replace(kind="division")
        if mark.kind in _DIVISIONS:
            return (
                mark if mark.certain and len(mark.rest) <= HEADING_LENGTH and not mark.rest.endswith(_STOPS) else None
            )
        if mark.kind == self.basis:
            return mark if mark.certain or self._follows(mark) else None
        if mark.kind == "recital":
            return mark if not self.begun and self._follows(mark) else None
        ends = mark.kind == "annex" or (mark.kind == "closing" and "closing" not in self.last)
        return mark if ends and self.begun else None

    def _follows(self, mark: Mark) -> bool:
        last = int(self.last.get(mark.kind, "0").partition("-")[0])
        number = mark.number.partition("-")[0]
        return number.isdigit() and int(number) - last in ((0, 1) if "-" in mark.number else (1,))

    def _ends(self, at: int, mark: Mark) -> bool:
        return self._admit(at) is not None or (mark.kind == "recital" and self.marks[at] is None)

    def _enter(self, mark: Mark, at: int) -> int:
        """Go into a division; its heading may stand on the next line."""
        depth = _DIVISIONS.index(mark.kind)
        self.path = [above for above in self.path if _DIVISIONS.index(above.kind) < depth] + [mark]
        following = at + 1
        if mark.rest or following >= len(self.lines) or self.marks[following] or self._line(following).endswith(_STOPS):
            return following
        return following + (len(self._line(following)) <= HEADING_LENGTH)

    def _put_loose(self, at: int) -> None:
        line = self._line(at)
        if _CONTENTS.fullmatch(line):
            return
        if not self.begun and not self.made and _is_head(line):
            self.head.append(self.lines[at])
            return
        kind = "preamble" if not self.begun and self.basis != "text" else "text"
        number = str(sum(made.kind == kind for made in self.made) + 1)
        self._put(Mark(kind, number, line), at, at + 1)

    def _put(self, mark: Mark, at: int, stop: int) -> None:
        line, last = self.lines[at], self.lines[stop - 1]
        start = line.end - len(mark.rest)
        if start == line.end and stop > at + 1:
            start = self.lines[at + 1].start
        heading, first = self._find_heading(mark, at, stop)
        paragraphs = _split_paragraphs(
            self.document.text, [Span(max(first, s.start), s.end) for s in self.lines[at:stop] if s.end > first]
        )
        span = Span(line.start, last.end)
        path = " / ".join(f"{SHORT[unit.kind]} {unit.number}" for unit in (*self.path, mark))
        body = Span(start, max(start, last.end))
        text = self.document.text[body.start : body.end]
        self.made.append(
            Provision(
                mark.kind, mark.number, heading, path, text, body, span, self.document.find_source(span), paragraphs
            )
        )
        self.begun |= mark.kind == self.basis

    def _find_heading(self, mark: Mark, at: int, stop: int) -> tuple[str, int]:
        """Return the heading, and where the text after it begins."""
        line = self.lines[at]
        start = line.end - len(mark.rest)
        if found := _ZH_HEADING.match(mark.rest):
            return found["heading"], start + found.end() + (mark.rest[found.end() : found.end() + 1] == " ")
        if self.document.language == "zh" or mark.kind not in ("article", "section", "annex") or stop == at + 1:
            return "", start
        place = at if mark.rest else at + 1
        text = mark.rest or self._line(place)
        if (
            place + 1 < stop
            and len(text) <= HEADING_LENGTH
            and (not text.endswith(_STOPS) or text.isupper())
            and not read_point(text)
        ):
            return text.removesuffix("."), self.lines[place].end + 1
        return "", start if mark.rest else self.lines[place].start


def _is_head(line: str) -> bool:
    dated = re.search(r"\d{4}\s*年|\b(?:1[6-9]|20)\d\d\b|[〇一二三四五六七八九]{4}年", line)
    return bool(dated) and len(line) <= 200 and (line[0] in "(（" or not line.endswith(_STOPS))


def _split_paragraphs(text: str, lines: Sequence[Span]) -> tuple[Paragraph, ...]:
    """Return the paragraphs of a provision. A mark that stands where a paragraph must begin numbers the paragraphs; another
    mark, or one after it, is an item of the paragraph above."""
    made: list[Paragraph] = []
    style = ""
    for line in lines:
        point = read_point(text[line.start : line.end])
        if point and (not made or point.style in (style, "dot")) and point.style != "dash":
            style = style or point.style
        if point and point.style == style:
            made.append(Paragraph(point.label, line))
        elif point and made:
            made[-1] = _add_item(made[-1], point.label, line, point.style)
        else:
            made.append(Paragraph(str(len(made) + 1), line))
    return tuple(made)


def _add_item(above: Paragraph, label: str, line: Span, style: str) -> Paragraph:
    items = above.items
    if items and style in ("dash", "roman"):  # a part of the item above
        items = (*items[:-1], Item(items[-1].label, Span(items[-1].span.start, line.end)))
    else:
        items = (*items, Item(label or str(len(items) + 1), line))
    return Paragraph(above.label, Span(above.span.start, line.end), items)
