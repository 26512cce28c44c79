"""A first look at a hit in a body: can these digits be an address of the probe's network at all?

Pages are full of numbers. Comparing their first 16 bits, in every reading, with those of the network's own ranges
drops nearly all of them for about 1 us each, before anything is parsed. The look may pass too much, never too little.
"""

import re
from binascii import a2b_base64

from netglass.refdata.network import Tops

_HEX_DIGITS = b"0123456789abcdefABCDEF"
_LONGEST = 40  # digits; the longest number is an IPv6 address in decimal, with a percent-encoded character before it
_RUN = re.compile(rb"(?:(?<![0-9])|(?<=%[2-7][0-9]))[0-9]{1,4}(?:[._-][0-9]{1,4}){3,}")
_INNER = re.compile(rb"[0-9.]{7}|[0-9a-f:.]{7}", re.IGNORECASE)
_NO_LETTERS = bytes(set(range(256)) - set(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/-_"))
_TO_LETTERS = bytes.maketrans(_NO_LETTERS + b"-_", b"A" * len(_NO_LETTERS) + b"+/")
_QUAD = re.compile(rb"(?:(?<![0-9.])|(?<=%[2-7][0-9]))[0-9]{1,4}(?:\.[0-9]{1,4}){3}(?!\.?[0-9])")
_PAIRS = re.compile(rb"[0-9a-fA-F]{2}(?:[.-][0-9a-fA-F]{2}){3}")
_GROUPS = re.compile(rb"([23][0-9a-fA-F]{3})(?:-[0-9a-fA-F]{1,4}){3}")
_SEPARATOR = re.compile(rb"[._-]")


def _near4(value: int, tops: Tops) -> bool:
    return value >> 16 in tops.of4 or (value & 0xFF) << 8 | value >> 8 & 0xFF in tops.of4


def may_be_number(body: bytes, end: int, tops: Tops) -> bool:
    """Say whether the number whose delimiter ends at ``end`` may be an address: decimal (also signed) or hexadecimal."""
    before = body[max(0, end - 1 - _LONGEST) : end - 1]
    token = before[len(before.rstrip(_HEX_DIGITS)) :]
    if body[end - 2 - len(token) : end - 1 - len(token)] == b"%":
        token = token[2:]
    if len(token) == 32:
        return token[0] in b"23" and int(token[:4], 16) in tops.of6  # 2000::/3 is all that counts among such numbers
    if len(token) > 10:
        return len(token) != 12 or int(token[:3]) << 8 | int(token[3:6]) in tops.of4
    if token.isdigit():
        value = int(token)
        if value >> 32 == 0 and (_near4(value, tops) or (value >> 31 == 0 and _near4((1 << 32) - value, tops))):
            return True
    return len(token) == 8 and _near4(int(token, 16), tops)


def may_be_dotted(body: bytes, end: int, tops: Tops) -> bool:
    """Say whether decimal groups with dots or dashes around ``end`` may hold an address: also octal, or reversed."""
    for run in _RUN.findall(body[max(0, end - 48) : end + 3]):
        octets = _SEPARATOR.split(run)
        for at in range(len(octets) - 3):
            if _near_window(octets[at : at + 4], tops):
                return True
    return False


def may_be_hex_groups(body: bytes, end: int, tops: Tops) -> bool:
    """Say whether groups with dashes, or hexadecimal ones, around ``end`` may hold an address: also pairs, or groups of IPv6."""
    if may_be_dotted(body, end, tops):
        return True
    text = body[max(0, end - 48) : end + 3]
    if any(_near4(int(_SEPARATOR.sub(b"", pair), 16), tops) for pair in _PAIRS.findall(text)):
        return True
    return any(int(group, 16) in tops.of6 for group in _GROUPS.findall(text))


def may_be_quad(body: bytes, end: int) -> bool:
    """Say whether four dotted octets, no more and no fewer, stand around ``end``; for bodies without a map of networks."""
    for match in _QUAD.finditer(body, max(0, end - 24), end + 6):
        if max(map(int, match.group().split(b"."))) < 256 or b"0" in match.group():
            return True
    return False


def _near_window(octets: list[bytes], tops: Tops) -> bool:
    """Compare one window in decimal, in both directions, and in octal where an octet begins with 0."""
    one, two, three, four = map(int, octets)
    if max(one, two, three, four) < 256 and (one << 8 | two in tops.of4 or four << 8 | three in tops.of4):
        return True
    if not any(octet[0] == 48 and len(octet) > 1 for octet in octets):
        return False
    one, two = (int(octet, 8) if octet[0] == 48 and not set(octet) & set(b"89") else int(octet) for octet in octets[:2])
    return one << 8 | two in tops.of4


def may_be_base64(body: bytes, end: int) -> bool:
    """Say whether the base64 group that ends at ``end`` stands in at least seven characters of an address."""
    start = end - 12 if end >= 12 else end % 4
    letters = body[start : end + 8].translate(_TO_LETTERS)
    return _INNER.search(a2b_base64(letters + b"A" * (-len(letters) % 4))) is not None
