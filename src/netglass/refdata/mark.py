"""Marks: where in a body an address or another trace of the person who measured may stand.

A mark is a cheap expression for a family of spellings; whoever scrubs looks closer at what lies before the end of a
hit. A mark may hit too often, never too seldom: ``tests/source/ooni/test_scrub.py`` holds every spelling against them.

Hyperscan finds thousands of literals in one fast run and looks at the rest of an expression only beside them; all
expressions in which it sees no literal share one slower run, byte by byte. So expressions with and without literals are
passes of their own, and a class is spelled out, a letter to an expression, where that gives it a literal.

Base64 of text shows itself by its groups (RFC 4648 section 4): three characters make four letters, and of an address,
which has at least seven characters and no four without a dot or colon, one whole group with such a separator lies in
the text at each of its three alignments.
"""

from base64 import b64encode
from collections.abc import Iterator
from enum import IntEnum
from itertools import product
from typing import NamedTuple

from netglass.refdata.pattern import CASELESS, Expression, quote_literal


class Mark(IntEnum):
    """Families of spellings: decimal groups with dots, other text forms, base64 of text, numbers (decimal and
    hexadecimal), base64 of raw bytes, private fields, and groups with dashes or of hexadecimal digits."""

    GROUPS = 0
    TEXT = 1
    BASE64 = 2
    NUMBER = 3
    RAW = 4
    PRIVATE = 5
    HEX_GROUPS = 6


class Spelling(NamedTuple):
    """An expression and the family that its hits belong to."""

    mark: Mark
    expression: Expression


Pass = tuple[Spelling, ...]
"""What is looked for in one run over a body."""


DOTS = (
    ".",
    "%2e",
    "%252e",
    "&#46;",
    "&#046;",
    "&#x2e;",
    "&#x002e;",
    "&period;",
    "\\u002e",
    "\\x2e",
    "[.]",
    "(.)",
    "[dot]",
    "(dot)",
)
"""Spellings of the dot between octets: percent-encoding (RFC 3986), HTML and script escapes, and what people write."""

COLONS = (":", "%3a", "%253a", "&#58;", "&#058;", "&#x3a;", "&colon;", "\\u003a", "\\x3a")
"""Spellings of the colon in IPv6 addresses."""

PRIVATE_HEADERS = (
    *("authorization", "proxy-authorization", "cookie", "set-cookie", "x-auth-token", "x-api-key"),
    *("x-msisdn", "x-up-calling-line-id", "x-up-subno", "x-nokia-msisdn", "x-wap-msisdn", "x-wsb-identity"),
    *("x-network-info", "x-wap-network-client-msisdn", "x-hts-clid", "x-fh-msisdn", "x-jphone-uid", "x-imsi", "x-imei"),
    *(
        "x-vodafone-3gpdpcontext",
        "x-acr",
        "x-uidh",
        "x-piper-id",
        "x-vf-acr",
        "x-nb-mo",
        "x-orange-id",
        "msisdn",
        "imsi",
    ),
    *("x-forwarded-for", "x-real-ip", "x-client-ip", "true-client-ip", "cf-connecting-ip"),
)
"""Headers that carry credentials, or in which mobile networks hand out the subscriber.

**Source**: RFC 9110 section 11, RFC 6265; Mulliner, *Privacy leaks in mobile phone internet access* (ICIN 2010); Access Now,
*The rise of mobile tracking headers* (2015).
"""

PRIVATE_PARAMETERS = (
    *("msisdn", "imsi", "imei", "phone", "mobile", "tel", "subscriber", "subscriberid", "subid", "customer", "account"),
    *("user", "username", "userid", "uname", "login", "email", "mail", "mac", "clientmac", "client_mac", "usermac"),
    *("session", "sessionid", "session_id", "sess", "sid", "phpsessid", "jsessionid", "token", "access_token", "auth"),
    *("ticket", "ticketid", "ticket_id", "tid", "reqid", "request_id", "requestid", "incident", "incident_id"),
    *(
        "support_id",
        "supportid",
        "refid",
        "trackid",
        "tracking_id",
        "uuid",
        "guid",
        "nonce",
        "password",
        "passwd",
        "pwd",
    ),
)
"""Parameters of block-page and portal addresses that name the subscriber or one visit.

**Source**: the ``header.location`` patterns of OONI's blocking-fingerprints and the redirects of hotspot gateways.
"""

TICKET_WORDS = (
    "ticket",
    "support",
    "incident",
    "reference",
    "request",
    "event",
    "session",
    "case",
    "transaction",
    "ray",
)
"""Words that announce the number of one visit: *Ray ID*, *Your support ID is*, *Reference #18.*."""

TICKET_SUFFIXES = ("id", "no", "number", "#", "&#35;")
TICKET_GAPS = (" ", "_", "-", "", "&nbsp;", "&#32;")


def _text(expression: bytes) -> Spelling:
    return Spelling(Mark.TEXT, Expression(expression, CASELESS))


def _literal(text: str) -> Spelling:
    return Spelling(Mark.PRIVATE, Expression(quote_literal(text.encode()), CASELESS))


_ENCODED_DOTS = b"|".join(quote_literal(dot.encode()) for dot in DOTS[1:])
_ENCODED_COLONS = b"|".join(quote_literal(colon.encode()) for colon in COLONS[1:])


def _base64_groups(characters: str, separator: str) -> set[bytes]:
    """Return the base64 groups of three of ``characters`` with at least one ``separator`` among them."""
    return {b64encode("".join(three).encode()) for three in product(characters, repeat=3) if separator in three}


def _spell_out(mark: Mark, before: bytes, letters: str, after: bytes, flags: int = CASELESS) -> Iterator[Spelling]:
    """Yield ``before``, one of ``letters`` and ``after``, an expression for each letter."""
    for letter in letters:
        yield Spelling(mark, Expression(before + quote_literal(letter.encode()) + after, flags))


_HEX_DIGITS = "0123456789abcdef"
_BASE64_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/_-"
_BASE64_GROUPS = sorted(_base64_groups("0123456789.", ".") | _base64_groups("0123456789abcdef:", ":"))

_ANYWHERE: Pass = (
    Spelling(Mark.GROUPS, Expression(rb"[0-9]\.[0-9]{1,3}\.[0-9]{1,3}\.[0-9]", 0)),
    _text(rb"[0-9]\.0[0-9]{3}\.|\.0x[0-9a-f]"),
    _text(rb"[0-9](?:" + _ENCODED_DOTS + rb")(?:[0-9]|%3[0-9])"),
    _text(rb"%3[0-9]\.%3[0-9]"),
    _text(rb"[0-9a-f](?:" + _ENCODED_COLONS + rb")[0-9a-f%&\\]"),
    _text(rb"[23][0-9a-f]{3}(?::[0-9a-f]{1,4}){0,6}::"),
    _text(rb":(?:ffff|ff9b):"),
    _text(rb"[23][0-9a-f]{3}(?:-[0-9a-f]{1,4}){0,5}--[0-9a-f]"),
    _text(rb"\.ip6\.arpa"),
    _text(rb"3[0-9]2e3[0-9]"),
    _text(rb"(?:3[0-9]|[46][1-6])3a(?:3[0-9]|[46][1-6]|3a)"),
    *(Spelling(Mark.BASE64, Expression(quote_literal(group), 0)) for group in _BASE64_GROUPS),
    *(_literal(f"{name}{sign}") for name in PRIVATE_HEADERS for sign in (":", "=")),
    *(_literal(f"{word}{gap}{end}") for word in TICKET_WORDS for gap in TICKET_GAPS for end in TICKET_SUFFIXES),
)
"""What is looked for with and without a map of networks."""

_WITH_MAP: Pass = (
    *_spell_out(Mark.HEX_GROUPS, rb"[0-9a-f]\.", _HEX_DIGITS, rb"[0-9a-f]\.[0-9a-f]{2}\.[0-9a-f]"),
    *_spell_out(Mark.RAW, b"=", _BASE64_LETTERS, rb"[0-9A-Za-z+/_-]{4}[AQgw][&\"'<\s]", 0),
    Spelling(Mark.RAW, Expression(rb"[0-9a-z+/_-]{5}[agqw](?:==|%3d%3d)", CASELESS)),
)
"""Of what these find nothing can be said in a body without a map; nor of numbers."""

_WITHOUT_LITERALS: Pass = (
    _text(rb"(?::[0-9a-f]{1,4}){4}:"),
    Spelling(
        Mark.HEX_GROUPS,
        Expression(rb"[0-9a-f][_-][0-9a-f]{1,4}[_-][0-9a-f]{1,4}[_-][0-9a-f]", CASELESS),
    ),
    Spelling(
        Mark.NUMBER,
        Expression(
            rb"(?:[^0-9a-wyz]|%[2-7][0-9a-f])(?:[0-9a-f]{8}|[0-9]{9,10}|[0-9]{12}|[0-9]{38}|[0-9a-f]{32})[^0-9a-z]",
            CASELESS,
        ),
    ),
)
"""Expressions for one slower run. Numbers may stand behind ``0x``, and behind a percent-encoded character, whose two digits
cannot be told from theirs."""

PASSES_WITH_MAP: tuple[Pass, ...] = ((*_ANYWHERE, *_WITH_MAP), _WITHOUT_LITERALS)
PASSES: tuple[Pass, ...] = (
    (*_ANYWHERE, *_spell_out(Mark.TEXT, b":", _HEX_DIGITS, rb"[0-9a-f]{0,3}(?::[0-9a-f]{1,4}){3}:")),
)
