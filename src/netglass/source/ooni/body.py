"""What a page says: its title, and whether the server turned the visitor away.

The title is read as OONI's own client reads it (``<title>`` without regard to case, up to the next tag; probe-cli,
internal/webconnectivityalgo), with entities resolved and white space folded. The refusal is read off status, headers,
title and body by the table of ``refusal``.
"""

import html
import re
from collections.abc import Sequence
from functools import cache, lru_cache

from netglass.refdata.pattern import CASELESS, ONCE, Expression, PatternSet, quote_literal
from netglass.source.ooni.refusal import (
    BODY_SIGNS,
    GEO,
    GEO_SIGNS,
    HEADER_SIGNS,
    ORDER_WORDS,
    REFUSING_STATUS,
    TITLE_SIGNS,
    Sign,
)

UNAVAILABLE = "451"
"""Status 451, *unavailable for legal reasons* (RFC 7725). An intermediary may send it too, so a rule still needs to know who
answered."""

SHORT_PAGE = 6_000
"""Bytes up to which a page with status 200 is looked at; refusals that come with 200 are short."""

SHORT_TEXT = 600
"""Characters of visible text up to which a page with status 200 can be a refusal by its words."""

MAX_TEXT = 4_000
"""Characters of visible text in which a sentence of refusal is looked for; it stands before menus and footers end."""

MAX_PAGE = 65_536
"""Bytes of a page with a refusing status that are looked at."""

_TITLE = re.compile(rb"<title(?:\s[^>]{0,200})?>([^<]{1,2000})", re.IGNORECASE)
_OPENING = b"<title"
_HIDDEN = re.compile(
    r"<(script|style|noscript|svg|template)\b[^<]*+(?:<(?!/\1\s*+>)[^<]*+)*+(?:</\1\s*+>)?"
    r"|<!--[^-]*+(?:-(?!->)[^-]*+)*+(?:-->)?",
    re.IGNORECASE,
)
_PIECE = 2 * MAX_TEXT  # characters with tags that are read at a time
_REDIRECTS = range(300, 400)

Signs = tuple[tuple[Sign, re.Pattern[str]], ...]
"""Signs with their compiled expressions, in the order in which they count."""


@cache
def _compile_opening() -> PatternSet:
    return PatternSet([Expression(quote_literal(_OPENING), CASELESS | ONCE)])


def read_title(body: bytes) -> str | None:
    """Return the title of a page, at most 2,000 characters, None without one."""
    hits = _compile_opening().scan(body)  # at most one, and the page is read no further
    match = _TITLE.search(body, hits[0][1] - len(_OPENING)) if hits else None
    if match is None:
        return None
    text = match.group(1).decode("utf-8", "replace")
    return " ".join(html.unescape(text).split()) or None


def _drop_tags(html_text: str) -> str:
    """Put a space in place of every ``<`` with what follows it up to ``>``, unless another ``<`` comes first."""
    before, *pieces = html_text.split("<")
    texts = [" " + piece.partition(">")[2] if ">" in piece else "<" + piece for piece in pieces]
    return "".join((before, *texts))


def read_visible_text(page: str, enough: int | None = None) -> str:
    """Return the text of a page that a reader sees, in lower case, white space folded.

    Reading may end where there are ``enough`` characters. The page is read in pieces that end before a ``<``, since no tag and no
    entity is cut there.
    """
    shown = _HIDDEN.sub(" ", page)
    parts: list[str] = []
    start = size = 0
    while start < len(shown) and (enough is None or size < enough):
        end = shown.find("<", start + _PIECE)
        end = len(shown) if end < 0 else end
        part = html.unescape(_drop_tags(shown[start:end]))
        parts.append(part)
        size += len(" ".join(part.split()))
        start = end
    return " ".join("".join(parts).split()).lower()


def _compile(signs: Sequence[Sign]) -> Signs:
    return tuple((sign, re.compile(sign.expression)) for sign in signs)


_TITLES, _BODIES, _GEOS = _compile(TITLE_SIGNS), _compile(BODY_SIGNS), _compile(GEO_SIGNS)
_HEADERS = tuple((name, sign.kind, re.compile(sign.expression)) for name, sign in HEADER_SIGNS)
_HEADER_NAMES = frozenset(name for name, _ in HEADER_SIGNS)


class _SignSet:
    """Signs whose hints are looked for all at once."""

    def __init__(self, signs: Signs) -> None:
        hinted = [(hint.encode(), place) for place, (sign, _) in enumerate(signs) for hint in sign.hints]
        self._signs = signs
        self._places = [place for _, place in hinted]
        self._hints = PatternSet([Expression(quote_literal(hint), CASELESS | ONCE) for hint, _ in hinted])

    def list_hinted(self, text: bytes) -> Signs:
        """Return the signs of which a hint is in ``text`` (ASCII letters of either case), in the order in which they count."""
        places = sorted({self._places[number] for number, _ in self._hints.scan(text)})
        return tuple(self._signs[place] for place in places)


@cache
def _compile_bodies() -> _SignSet:
    return _SignSet(_BODIES)


@cache
def _compile_geos() -> _SignSet:
    return _SignSet(_GEOS)


def _first_kind(signs: Signs, text: str) -> str | None:
    """Return the kind of the first sign in ``text``."""
    return next((sign.kind for sign, pattern in signs if pattern.search(text)), None)


def _first_kind_in_page(page: bytes) -> str | None:
    """Return the kind of the first sign of a body in the bytes of a page."""
    hinted = _compile_bodies().list_hinted(page)
    return _first_kind(hinted, page.lower().decode("utf-8", "replace")) if hinted else None


def _find_geo(text: str) -> str | None:
    """Return ``GEO`` where a sentence of ``text``, which is in lower case, turns a country away."""
    return _first_kind(_compile_geos().list_hinted(text.encode("utf-8", "replace")), text)


@lru_cache(maxsize=4_096)
def _find_signing(names: tuple[str, ...]) -> tuple[tuple[int, str], ...]:
    """Return position and lower-case name of the headers that may be a sign."""
    return tuple((at, name.lower()) for at, name in enumerate(names) if name.lower() in _HEADER_NAMES)


def _read_headers(headers: Sequence[tuple[str, str]]) -> str | None:
    for at, name in _find_signing(tuple([name for name, _ in headers])):
        text = headers[at][1].lower()
        for wanted, kind, pattern in _HEADERS:
            if wanted == name and pattern.search(text):
                return kind
    return None


@lru_cache(maxsize=16_384)
def _read_title_sign(title: str) -> str | None:
    lower = title.lower()
    found = _first_kind(_TITLES, lower)
    if found is None and _find_geo(lower) and not ORDER_WORDS.search(lower):
        return GEO
    return found


@lru_cache(maxsize=256)
def _read_page(body: bytes, refusing: bool) -> str | None:
    """Read words: scripts and vendors' sentences under a refusing status, sentences about countries on short pages too."""
    text = read_visible_text(body.decode("utf-8", "replace"), MAX_TEXT)
    if not refusing and len(text) > SHORT_TEXT:
        return None
    found = _find_geo(text[:MAX_TEXT])
    if found is None and refusing:
        found = _first_kind_in_page(body)
    return None if found is None or ORDER_WORDS.search(text[:MAX_TEXT]) else found


def find_refusal(status: int | None, headers: Sequence[tuple[str, str]], title: str | None, body: bytes) -> str | None:
    """Return how a server refused: ``451``, ``geo``, ``captcha``, ``challenge``, ``denied``, or None.

    Below 1 us for an ordinary long page with status 200.

    Args:
        status: Status code.
        headers: Names and values of the answer.
        title: Title of the page.
        body: The page.
    """
    if status is None or status in _REDIRECTS:
        return None
    if status == 451:
        return UNAVAILABLE
    found = _read_headers(headers) or (_read_title_sign(title) if title else None)
    if found is not None:
        return found
    refusing = status in REFUSING_STATUS
    if not body or (not refusing and (status != 200 or len(body) > SHORT_PAGE)):
        return None
    return _read_page(body[:MAX_PAGE], refusing)
