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
_TAG = re.compile(r"<[^<>]*>")
_FIRST_LOOK = 6 * MAX_TEXT
_REDIRECTS = range(300, 400)

Signs = tuple[tuple[Sign, re.Pattern[str]], ...]
"""Signs with their compiled expressions, in the order in which they count."""


@cache
def _compile_opening() -> PatternSet:
    return PatternSet([Expression(quote_literal(_OPENING), CASELESS)])


def read_title(body: bytes) -> str | None:
    """Return the title of a page, at most 2,000 characters, None without one."""
    ends = [end for _, end in _compile_opening().scan(body)]
    match = _TITLE.search(body, min(ends) - len(_OPENING)) if ends else None
    if match is None:
        return None
    text = match.group(1).decode("utf-8", "replace")
    return " ".join(html.unescape(text).split()) or None


def read_visible_text(page: str) -> str:
    """Return the text of a page that a reader sees, in lower case, white space folded."""
    shown = _TAG.sub(" ", _HIDDEN.sub(" ", page))
    return " ".join(html.unescape(shown).split()).lower()


def read_opening_text(page: str) -> str:
    """Return at least the first ``MAX_TEXT`` characters of the visible text, or all of it where it is shorter.

    The beginning of a page up to some ``<`` has the beginning of the text, since no tag, no hidden element and no entity is cut
    there.
    """
    end = _FIRST_LOOK
    while end < len(page):
        text = read_visible_text(page[: max(page.rfind("<", 0, end), 0)])
        if len(text) >= MAX_TEXT:
            return text
        end *= 4
    return read_visible_text(page)


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
    return _first_kind(hinted, page.decode("utf-8", "replace").lower()) if hinted else None


def _find_geo(text: str) -> str | None:
    """Return ``GEO`` where a sentence of ``text``, which is in lower case, turns a country away."""
    return _first_kind(_compile_geos().list_hinted(text.encode("utf-8", "replace")), text)


def _read_headers(headers: Sequence[tuple[str, str]]) -> str | None:
    for name, value in headers:
        lower = name.lower()
        if lower in _HEADER_NAMES:
            text = value.lower()
            for wanted, kind, pattern in _HEADERS:
                if wanted == lower and pattern.search(text):
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
    text = read_opening_text(body.decode("utf-8", "replace"))
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
