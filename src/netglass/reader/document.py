"""A file of text as it can be compared: decoded, without markup, white space collapsed, with the way back to the original.

A line of :attr:`Document.text` is a paragraph. Spans are half open. *Source* spans count characters of the decoded original, the
byte order mark left out, so that they can be found again in any editor.
"""

import re
import unicodedata
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Literal, NamedTuple

from netglass.reader.marker import begins_provision
from netglass.reader.markup import Piece, read_html, read_markdown, read_plain
from netglass.reader.numeral import CHINESE
from netglass.vocab.error import InputError

Language = Literal["zh", "en"]

WRAPPED_WIDTH = 100
"""Characters of the longest line of a text that counts as hard-wrapped. **Source**: design choice; e-mail and RFCs wrap at 72."""

_HAN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003134f]")
_LATIN_WORD = re.compile(r"[A-Za-z]{2,}")
_EMPTY_LINE = re.compile(r"\n[^\S\n]*\n")
_BLANK = re.compile(r"[^\S\n]*\n\s*|[^\S\n]+")
_READERS = {"html": read_html, "htm": read_html, "xhtml": read_html, "md": read_markdown, "markdown": read_markdown}
_LONE_MARK = re.compile(
    rf"^[^\S\n]*(?:[（(](?:\d{{1,3}}|[a-z]{{1,4}}|[{CHINESE}]+)[）)]|\d{{1,3}}\.|[—–•])[^\S\n]*\n\s*(?=\S)",
    re.MULTILINE,
)
_HTML = re.compile(r"\s*(?:<\?xml[^>]*>\s*)?<(?:!doctype html|html)\b", re.IGNORECASE)


class Span(NamedTuple):
    """Characters from ``start`` to before ``end``."""

    start: int
    end: int


@dataclass(frozen=True, slots=True, eq=False)
class Document:
    """One text. ``starts`` and ``ends`` give for each character of ``text`` its place in the original."""

    name: str
    text: str
    language: Language
    encoding: str
    starts: "array[int]" = field(repr=False)
    ends: "array[int]" = field(repr=False)

    def find_source(self, span: Span) -> Span:
        """Return where ``span`` of the text stands in the original."""
        if span.start >= span.end:
            at = self.starts[span.start] if span.start < len(self.starts) else (self.ends[-1] if self.ends else 0)
            return Span(at, at)
        return Span(self.starts[span.start], self.ends[span.end - 1])

    def find_text(self, source: Span) -> Span:
        """Return the span of the text that ``source``, a span of the original, covers at least in part."""
        start = bisect_right(self.ends, source.start)
        return Span(start, max(start, bisect_left(self.starts, source.end)))


def read_document(data: bytes, name: str) -> Document:
    """Read the bytes of a file: plain text, Markdown or HTML in UTF-8, UTF-16 or GB 18030.

    Args:
        data: the whole file.
        name: the file's name; its suffix says what it is, and messages name it.

    Raises:
        InputError: it is no text, or holds none.
    """
    source, encoding = decode_text(data, name)
    suffix = name.rpartition(".")[2].lower()
    reader = _READERS.get(suffix, read_html if _HTML.match(source) else read_plain)
    raw, starts, ends = _join_pieces(reader(source))
    if not raw.strip():
        raise InputError(f"{name}: there is no text in it; give a file of plain text, Markdown or HTML")
    language = guess_language(raw)
    raw = _LONE_MARK.sub(
        lambda found: found[0].replace("\n", " "), raw
    )  # pages set the number of a paragraph in a column of its own
    raw = _unwrap_lines(raw, language) if reader is not read_html else raw
    return Document(name, *_collapse_blanks(raw, starts, ends, language, encoding))


def decode_text(data: bytes, name: str) -> tuple[str, str]:
    """Return the text of ``data`` and the name of its encoding; the byte order mark is dropped.

    UTF-8 is tried before GB 18030: text that is valid UTF-8 by chance is very rare, and every UTF-8 text with two-byte
    characters can be misread as GB 18030. **Source**: GB 18030-2022; the WHATWG Encoding standard, section 10.

    Raises:
        InputError: it is no text.
    """
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", "replace"), "utf-16"
    if data.startswith((b"%PDF-", b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        raise InputError(
            f"{name}: this is a PDF or office file; save it as plain text first (a PDF with `pdftotext -layout`)"
        )
    if b"\0" in data[:65536]:
        raise InputError(f"{name}: this is a binary file; give plain text, Markdown or HTML")
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return data.decode(encoding), encoding.removesuffix("-sig")
        except UnicodeDecodeError:
            continue
    raise InputError(f"{name}: this is neither UTF-8 nor GB 18030; convert it to UTF-8 (`iconv -f … -t UTF-8`)")


def guess_language(text: str) -> Language:
    """Return ``zh`` where Han characters outnumber Latin words, else ``en``."""
    return "zh" if len(_HAN.findall(text)) > len(_LATIN_WORD.findall(text)) else "en"


def _join_pieces(pieces: Iterable[Piece]) -> tuple[str, "array[int]", "array[int]"]:
    texts, starts, ends = [], array("I"), array("I")
    for text, start, end in pieces:
        texts.append(text)
        if len(text) == end - start:
            starts.extend(range(start, end))
            ends.extend(range(start + 1, end + 1))
        else:
            starts.extend([start] * len(text))
            ends.extend([end] * len(text))
    raw = "".join(texts)
    return (raw, starts, ends) if unicodedata.is_normalized("NFC", raw) else _compose(raw, starts, ends)


def _compose(raw: str, starts: "array[int]", ends: "array[int]") -> tuple[str, "array[int]", "array[int]"]:
    """Return the text in NFC, cluster by cluster of a base and its combining marks."""
    texts, new_starts, new_ends = [], array("I"), array("I")
    for cluster in re.finditer(
        r".[\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\u3099\u309a]*", raw, re.DOTALL
    ):
        text = unicodedata.normalize("NFC", cluster[0])
        texts.append(text)
        new_starts.extend([starts[cluster.start()]] * len(text))
        new_ends.extend([ends[cluster.end() - 1]] * len(text))
    return "".join(texts), new_starts, new_ends


def _unwrap_lines(raw: str, language: Language) -> str:
    """Return the text with a blank for each line break inside of a paragraph, where the text is hard-wrapped."""
    lines = raw.split("\n")
    pairs = [(line, following) for line, following in pairwise(lines) if line.strip()]
    inner = sum(bool(following.strip()) for _, following in pairs)
    if (
        language == "zh"
        or 2 * inner <= len(pairs)
        or max(map(len, lines)) > WRAPPED_WIDTH
        or not _EMPTY_LINE.search(raw)
    ):
        return raw
    joined = [lines[0]]
    for line, following in pairwise(lines):
        apart = (
            not line.strip()
            or not following.strip()
            or begins_provision(following)
            or begins_provision(line, whole=True)
        )
        joined += ["\n" if apart else " ", following]
    return "".join(joined)


def _collapse_blanks(
    raw: str, starts: "array[int]", ends: "array[int]", language: Language, encoding: str
) -> tuple[str, Language, str, "array[int]", "array[int]"]:
    texts, new_starts, new_ends = [], array("I"), array("I")
    at = len(raw) - len(raw.lstrip())
    stop = len(raw.rstrip())
    for blank in _BLANK.finditer(raw, at, stop):
        texts += [raw[at : blank.start()], "\n" if "\n" in blank[0] else " "]
        new_starts.extend(starts[at : blank.start() + 1])
        new_ends.extend(ends[at : blank.start()])
        new_ends.append(ends[blank.end() - 1])
        at = blank.end()
    texts.append(raw[at:stop])
    new_starts.extend(starts[at:stop])
    new_ends.extend(ends[at:stop])
    return "".join(texts), language, encoding, new_starts, new_ends
