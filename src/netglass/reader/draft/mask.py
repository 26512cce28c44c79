"""What may not be shown: passages about what befell a person, and names. Every text that leaves the reader passes through here.

A name is found again however it is written: other case, other order, initials, without accents, joined to a handle or an address,
with invisible characters in it.
"""

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass

from netglass.reader.document import Span

HIDDEN = "[withheld]"

SHORTEST_FREE = 4
"""Letters of the shortest part of a name that is masked in any case; shorter ones only where they begin with a capital."""


@dataclass(frozen=True, slots=True)
class Mask:
    """The spans of a text that are hidden, merged and in order. ``withheld`` are whole passages, ``names`` words within others."""

    text: str
    withheld: tuple[Span, ...]
    names: tuple[Span, ...]

    def is_clear(self, span: Span) -> bool:
        """Return whether nothing of ``span`` is hidden."""
        return not self.is_withheld(span) and not _touches(span, self.names)

    def is_withheld(self, span: Span) -> bool:
        """Return whether ``span`` touches a passage that may not be shown."""
        return _touches(span, self.withheld)

    def show(self, span: Span) -> str | None:
        """Return the text of ``span`` with its names hidden, or None where it touches a withheld passage."""
        if self.is_withheld(span):
            return None
        parts, at = [], span.start
        for name in self.names:
            if name.start < span.end and span.start < name.end:
                parts += [self.text[at : name.start], HIDDEN]
                at = min(name.end, span.end)
        return "".join([*parts, self.text[at : span.end]])


def make_mask(text: str, withheld: Iterable[Span], names: Iterable[re.Pattern[str]]) -> Mask:
    """Return the mask of a text: passages of which nothing is shown, and names of people."""
    return Mask(text, _merge(withheld), _merge(find_names(text, names)))


def find_names(text: str, patterns: Iterable[re.Pattern[str]]) -> list[Span]:
    """Return where any of the names, or a part of one, stands in ``text``; see :func:`compile_names`."""
    folded, places = _fold(text)
    found = []
    for pattern in patterns:
        for match in pattern.finditer(folded):
            found.append(Span(places[match.start()], places[match.end() - 1] + 1))
    return found


def compile_names(names: Iterable[str]) -> list[re.Pattern[str]]:
    """Return patterns that find names however they are written, in text without accents and invisible characters."""
    patterns: dict[str, re.Pattern[str]] = {}
    for name in names:
        parts = [_fold(part)[0] for part in re.split(r"[\s.·]+", name) if part]
        words = [part for part in parts if len(part) > 1 or not part.isascii()]
        for part in words:
            free = len(part) >= SHORTEST_FREE or not part.isascii()
            written = re.escape(part) if free else f"(?:{re.escape(part.capitalize())}|{re.escape(part.upper())})"
            edge = ("", "") if not part.isascii() else (r"(?<![^\W_])", r"(?![^\W_])")
            spelled = rf"(?:(?<!\w)\w\.\s*)*{edge[0]}{written}{edge[1]}"
            patterns[spelled] = re.compile(spelled, re.IGNORECASE if free else 0)
        if len(words) > 1:
            for joined in ("".join(words), "".join(reversed(words))):
                patterns[f"joined {joined}"] = re.compile(rf"\S*{re.escape(joined)}\S*", re.IGNORECASE)
            whole = r"[\s\-_.·]+".join(map(re.escape, words))
            patterns[whole] = re.compile(whole, re.IGNORECASE)
            initials = r"\.?\s?".join(re.escape(word[0].upper()) for word in words)
            patterns[f"initials {initials}"] = re.compile(rf"(?<!\w){initials}(?:\.|(?![\w’'-]))")
    return list(patterns.values())


def make_plain(text: str) -> str:
    """Return text without invisible characters and with letters in their common form, in which names are found."""
    return "".join(letter for letter in unicodedata.normalize("NFKC", text) if unicodedata.category(letter) != "Cf")


def _fold(text: str) -> tuple[str, list[int]]:
    """Return text without accents and invisible characters, and the place of each of its characters."""
    letters, places = [], []
    for place, letter in enumerate(text):
        for part in unicodedata.normalize("NFKD", letter):
            if not unicodedata.combining(part) and unicodedata.category(part) != "Cf":
                letters.append(part)
                places.append(place)
    return "".join(letters), places


def _touches(span: Span, others: tuple[Span, ...]) -> bool:
    """Return whether a span touches one of others, which are apart and in order."""
    place = bisect_right(others, span.start, key=lambda other: other.end)
    return place < len(others) and others[place].start < span.end


def _merge(spans: Iterable[Span]) -> tuple[Span, ...]:
    made: list[Span] = []
    for span in sorted(spans):
        if made and span.start <= made[-1].end:
            made[-1] = Span(made[-1].start, max(made[-1].end, span.end))
        else:
            made.append(span)
    return tuple(made)
