"""Every way in which an address is written: dotted, escaped, reversed, as a number, in hexadecimal, in base64.

``find_addresses`` reads a short text and returns what may be an address, where it stands, and how sure the spelling
is: *certain* spellings are addresses and nothing else, *likely* ones are also numbers and identifiers, *possible*
ones are also words. Whether to act on a doubtful one is for the caller, who knows the probe's network. Octets are
read as decimal, and as octal too where they begin with 0 (``inet_aton`` of POSIX); integers and hexadecimal in both
byte orders.
"""

import re
from base64 import b64decode
from collections.abc import Callable, Iterator
from enum import IntEnum
from functools import lru_cache
from typing import NamedTuple

from netglass.refdata.address import Address, embedded_addresses, parse_address
from netglass.refdata.mark import COLONS, DOTS, Mark


class Surety(IntEnum):
    """How sure a spelling is."""

    POSSIBLE = 0
    LIKELY = 1
    CERTAIN = 2


class Written(NamedTuple):
    """A piece of text that may be an address, and the addresses that it may be."""

    start: int
    end: int
    readings: tuple[Address, ...]
    surety: Surety


Found = Iterator[Written]

_DOT = "(?:" + "|".join(re.escape(dot) for dot in DOTS) + ")"
_COLON = "(?:" + "|".join(re.escape(colon) for colon in COLONS) + ")"
_DIGIT = "(?:[0-9]|%3[0-9])"
_OCTET = f"(?:0x[0-9a-f]{{1,2}}|{_DIGIT}{{1,4}})"
_ESCAPED = "(?<=%[2-7][0-9A-Fa-f])"  # a percent-encoded character ends here
_LEFT = f"(?:(?<![0-9A-Za-z%])|{_ESCAPED})"
_RIGHT = "(?![0-9A-Za-z])"
_GROUP = "[0-9a-f]{1,4}"

_DOTTED = re.compile(
    f"(?:(?<![0-9%])(?<!%[2-7])|{_ESCAPED}){_OCTET}(?:{_DOT}{_OCTET}){{3,}}(?![0-9]|(?<=[^0-9][0-9])[a-f](?![0-9a-z]))",
    re.I,
)
_DASHED = re.compile(
    rf"(?:(?<![0-9%])(?<!%[2-7])|{_ESCAPED})([0-9]{{1,3}})([-_])([0-9]{{1,3}})\2([0-9]{{1,3}})\2([0-9]{{1,3}})(?![0-9])"
)
_HEX_PAIRS = re.compile(rf"{_LEFT}(?:[0-9a-f]{{2}}([.:-])(?:[0-9a-f]{{2}}\1){{2}}[0-9a-f]{{2}}){_RIGHT}", re.I)
_HEX_BYTES = re.compile(r"(?:(?:%|\\x)[0-9a-f]{2}){4,}", re.I)
_IPV6 = re.compile(
    rf"{_LEFT}(?<!:)(?:(?:[0-9a-f]{{0,4}}{_COLON}){{2,8}})(?:[0-9]{{1,3}}(?:\.[0-9]{{1,3}}){{3}}|[0-9a-f]{{0,4}}){_RIGHT}",
    re.I,
)
_IPV6_DASHED = re.compile(rf"{_LEFT}{_GROUP}(?:--?{_GROUP}){{1,7}}{_RIGHT}", re.I)
_REVERSE6 = re.compile(rf"{_LEFT}(?:[0-9a-f]\.){{31}}[0-9a-f]{_RIGHT}", re.I)
_DECIMAL = re.compile(rf"{_LEFT}(?:[0-9]{{8,10}}|[0-9]{{12}}|[0-9]{{38}}){_RIGHT}")
_HEX = re.compile(rf"{_LEFT}(?:0x)?([0-9a-f]{{32}}|[0-9a-f]{{8}}(?!-[0-9a-f]{{4}}-)){_RIGHT}", re.I)
_HEX_TEXT = re.compile(r"(?:3[0-9]|2e|3a|[46][1-6]){7,}", re.I)
_BASE64 = re.compile(r"[0-9A-Za-z+/_-]{9,}")
_BASE64_RAW = re.compile(rf"{_LEFT}(?:[0-9A-Za-z+/_-]{{21}}|[0-9A-Za-z+/_-]{{5}})[AQgw](?:==|%3[dD]%3[dD])")
_BASE64_BARE = re.compile(
    r"(?:(?<=[=:\"'&?;,\s(/])|(?<=%3[dD])|^)(?:[0-9A-Za-z+/_-]{21}|[0-9A-Za-z+/_-]{5})[AQgw](?![0-9A-Za-z+_=%-])"
)
_MAX_OCTETS = 64  # a longer run is a drawing or a table, not a list of addresses without a space
_COLON_SIGNS = (":", "%", "&", "\\")  # one is in every spelling of the colon
_DOT_HINT = re.compile(r"[0-9][.%&\\\[(]")
_INNER = re.compile(r"[0-9.]{7}|[0-9a-f:.]{7}", re.I)  # the shortest address has seven characters
_WORD = re.compile(r"[A-Z]?[a-z]+\Z")


def _address4(octets: list[int]) -> Address | None:
    if any(octet > 255 for octet in octets):
        return None
    return Address(4, octets[0] << 24 | octets[1] << 16 | octets[2] << 8 | octets[3])


def _swap(value: int) -> Address:
    return Address(4, int.from_bytes(value.to_bytes(4, "big"), "little"))


def _expand(address: Address | None) -> tuple[Address, ...]:
    return () if address is None else (address, *embedded_addresses(address))


def _number(value: int) -> tuple[Address, ...]:
    """Return the readings of an integer: IPv4 in both byte orders, or IPv6."""
    if value >> 32 == 0:
        return (Address(4, value), _swap(value)) if value >> 24 else ()
    return _expand(Address(6, value)) if value >> 125 == 1 else ()


def _octet_readings(text: str) -> tuple[int, ...]:
    """Return an octet as decimal, as octal where it may be that, or as hexadecimal with ``0x``."""
    if text[:2].lower() == "0x":
        return (int(text, 16),)
    decimal = int(text)
    if text[0] == "0" and len(text) > 1 and not set(text) & set("89"):
        return decimal, int(text, 8)
    return (decimal,)


def _window_readings(octets: list[str]) -> tuple[Address, ...]:
    decimal = [_octet_readings(octet)[0] for octet in octets]
    octal = [_octet_readings(octet)[-1] for octet in octets]
    found = (_address4(decimal), _address4(octal), _address4(decimal[::-1]))
    return tuple(dict.fromkeys(address for address in found if address is not None))


def _find_dotted(text: str) -> Found:
    for match in _DOTTED.finditer(text) if _DOT_HINT.search(text) else ():
        plain = re.sub(_DOT, ".", re.sub("%3([0-9])", r"\1", match.group()), flags=re.I)
        octets = plain.split(".")
        if len(octets) > _MAX_OCTETS:
            continue
        readings = (address for at in range(len(octets) - 3) for address in _window_readings(octets[at : at + 4]))
        surety = Surety.CERTAIN if len(octets) == 4 else Surety.LIKELY
        yield Written(*match.span(), tuple(dict.fromkeys(readings)), surety)


def _find_dashed(text: str) -> Found:
    for match in _DASHED.finditer(text) if max(text.count("-"), text.count("_")) >= 3 else ():
        yield Written(*match.span(), _window_readings(list(match.group(1, 3, 4, 5))), Surety.LIKELY)


def _find_hex_pairs(text: str) -> Found:
    for match in _HEX_PAIRS.finditer(text) if max(map(text.count, ".:-")) >= 3 else ():
        digits = re.sub("[^0-9a-fA-F]", "", match.group())
        surety = Surety.POSSIBLE if digits.isdigit() else Surety.LIKELY  # without letters it is rather decimal
        value = int(digits, 16)
        yield Written(*match.span(), (Address(4, value), _swap(value)), surety)
    for match in _HEX_BYTES.finditer(text) if text.count("%") + text.count("\\") >= 4 else ():
        packed = bytes.fromhex(re.sub(r"%|\\x", "", match.group(), flags=re.I))
        if len(packed) in (4, 16):
            yield Written(*match.span(), _packed(packed), Surety.LIKELY)


def _packed(packed: bytes) -> tuple[Address, ...]:
    return _expand(Address(4 if len(packed) == 4 else 6, int.from_bytes(packed, "big")))


def _find_ipv6(text: str) -> Found:
    for match in _IPV6.finditer(text) if sum(map(text.count, _COLON_SIGNS)) >= 2 else ():
        plain = re.sub(_COLON, ":", match.group(), flags=re.I)
        address = parse_address(plain)
        while address is None and plain.count(":") > 7:  # a port without brackets
            plain = plain.rpartition(":")[0]
            address = parse_address(plain)
        if address is not None:
            yield Written(*match.span(), _expand(address), Surety.CERTAIN)
    for match in _IPV6_DASHED.finditer(text) if text.count("-") >= 2 else ():
        address = parse_address(match.group().replace("-", ":"))
        if address is not None:
            yield Written(*match.span(), _expand(address), Surety.LIKELY)
    for match in _REVERSE6.finditer(text) if text.count(".") >= 31 else ():
        nibbles = match.group().replace(".", "")
        readings = _expand(Address(6, int(nibbles[::-1], 16))) + _expand(Address(6, int(nibbles, 16)))
        yield Written(*match.span(), readings, Surety.CERTAIN)


def _find_decimal(text: str) -> Found:
    for match in _DECIMAL.finditer(text):
        digits = match.group()
        value = int(digits)
        readings = _number(value)
        if len(digits) == 12:
            address = _address4([int(digits[at : at + 3]) for at in range(0, 12, 3)])
            readings = () if address is None else (address,)
        elif match.start() and text[match.start() - 1] == "-" and value < 1 << 31:  # a signed 32-bit integer
            readings += (Address(4, (1 << 32) - value),)
        yield Written(*match.span(), readings, Surety.LIKELY)


def _find_hex(text: str) -> Found:
    for match in _HEX.finditer(text):
        yield Written(*match.span(), _number(int(match.group(1), 16)), Surety.LIKELY)


def _find_hex_text(text: str) -> Found:
    for match in _HEX_TEXT.finditer(text):
        pairs = match.group()
        inner = bytes.fromhex(pairs).decode("latin-1")
        for found in (*_find_dotted(inner), *_find_ipv6(inner)):
            yield Written(match.start() + 2 * found.start, match.start() + 2 * found.end, found.readings, found.surety)


def _find_base64_text(text: str) -> Found:
    """Read base64 runs at all four offsets, since what stands before the address in the run may be no base64."""
    for match in _BASE64.finditer(text):
        run = match.group().replace("-", "+").replace("_", "/")
        for offset in range(4):
            usable = run[offset:] + "A" * (-len(run[offset:]) % 4)
            inner = b64decode(usable).decode("latin-1")
            if not _INNER.search(inner):
                continue
            for found in (*_find_dotted(inner), *_find_ipv6(inner)):
                start, end = offset + found.start * 4 // 3, offset + -(-found.end * 4 // 3)
                yield Written(match.start() + start, match.start() + min(end, len(run)), found.readings, found.surety)


def _find_base64_raw(text: str) -> Found:
    for match in _BASE64_RAW.finditer(text):
        yield Written(*match.span(), _unpack(match.group()[:-2].partition("%")[0].rstrip("=")), Surety.LIKELY)
    for match in _BASE64_BARE.finditer(text):
        before = text[max(0, match.start() - 3) : match.start()].lower()
        if before.endswith(("=", "%3d")):
            yield Written(*match.span(), _unpack(match.group()), Surety.LIKELY)
        elif not _WORD.match(match.group()):
            yield Written(*match.span(), _unpack(match.group()), Surety.POSSIBLE)


def _unpack(letters: str) -> tuple[Address, ...]:
    return _packed(b64decode(letters.replace("-", "+").replace("_", "/") + "=="))


_GROUP_FINDERS = (_find_dotted, _find_dashed, _find_hex_pairs, _find_ipv6)
FINDERS: dict[Mark, tuple[Callable[[str], Found], ...]] = {
    Mark.GROUPS: _GROUP_FINDERS,
    Mark.HEX_GROUPS: _GROUP_FINDERS,
    Mark.TEXT: (_find_dotted, _find_ipv6, _find_hex_text),
    Mark.BASE64: (_find_base64_text,),
    Mark.NUMBER: (_find_decimal, _find_hex),
    Mark.RAW: (_find_base64_raw,),
}
"""Who reads which family of spellings."""

_FOUR_DIGITS = re.compile("[0-9](?:[^0-9]*[0-9]){3}")
_EIGHT_HEX_DIGITS = re.compile("[0-9a-f]{8}", re.I)
_BASE64_GROUP = re.compile(
    "[LMNOQRYZ][02CDEGSTUWijkmyz][0-9A-Za-z+/_-]{2}"
)  # of three digits, letters to F, dots or colons
_BASE64_END = re.compile("[0-9A-Za-z+/_-]{5}[AQgw](?![0-9A-Za-z+_-])")


def _has_separators(text: str) -> bool:
    """Say whether ``text`` has as many separators as the shortest pairs of digits or IPv6 address."""
    return text.count("-") >= 2 or text.count(".") >= 3 or sum(map(text.count, _COLON_SIGNS)) >= 2


HINTS: tuple[tuple[Callable[[str], object], tuple[Callable[[str], Found], ...]], ...] = (
    (_FOUR_DIGITS.search, (_find_dotted, _find_dashed)),
    (_has_separators, (_find_hex_pairs, _find_ipv6)),
    (_FOUR_DIGITS.search, (_find_hex_text,)),
    (_BASE64_GROUP.search, (_find_base64_text,)),
    (_FOUR_DIGITS.search, (_find_decimal,)),
    (_EIGHT_HEX_DIGITS.search, (_find_hex,)),
    (_BASE64_END.search, (_find_base64_raw,)),
)
"""What is in every text in which some finders find anything, so that most texts need only this look."""


def list_addresses(text: str) -> tuple[Written, ...]:
    """Return everything in ``text`` that may be an address, in the order of the finders; pieces may overlap.

    About 3 us for an ordinary URL, 20 us for 100 characters of addresses; made for short texts.
    """
    return tuple(
        [
            found
            for has_hint, finders in HINTS
            if has_hint(text)
            for finder in finders
            for found in finder(text)
            if found.readings
        ]
    )


@lru_cache(maxsize=32_768)
def find_addresses(text: str) -> tuple[Written, ...]:
    """Return ``list_addresses(text)``, remembered: below 0.1 us for a text seen before."""
    return list_addresses(text)
