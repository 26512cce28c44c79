"""Addresses as integers: one spelling for tables, sets and comparisons.

Text is read by the operating system's ``inet_pton`` (about 0.3 us), which accepts exactly the forms of RFC 4291
section 2.2 and dotted decimal. An IPv4 address inside an IPv6 one is treated as the IPv4 address where the prefix
says so.
"""

import socket
from functools import lru_cache
from typing import NamedTuple

MAPPED_PREFIX = 0xFFFF
"""Upper 96 bits of ``::ffff:0:0/96``. **Source**: RFC 4291 section 2.5.5.2."""

NAT64_PREFIX = 0x0064FF9B << 64
"""Upper 96 bits of ``64:ff9b::/96``. **Source**: RFC 6052 section 2.1."""


class Address(NamedTuple):
    """An address: IP version (4 or 6) and its value as an unsigned integer."""

    version: int
    value: int


@lru_cache(1 << 16)
def parse_address(text: str) -> Address | None:
    """Read an address in text form; brackets and a zone (``%eth0``) are ignored, anything else gives None. Remembered."""
    try:
        return Address(4, int.from_bytes(socket.inet_pton(socket.AF_INET, text), "big"))
    except (OSError, UnicodeError, ValueError):
        return _parse_other(text)


def _parse_other(text: str) -> Address | None:
    """Read what is no plain IPv4 address."""
    bare = text.strip("[]").partition("%")[0]
    family, version = (socket.AF_INET6, 6) if ":" in bare else (socket.AF_INET, 4)
    try:
        packed = socket.inet_pton(family, bare)
    except (OSError, UnicodeError, ValueError):
        return None
    return unmap_address(Address(version, int.from_bytes(packed, "big")))


def unmap_address(address: Address) -> Address:
    """Return the IPv4 address of an IPv4-mapped IPv6 address (RFC 4291), any other address unchanged."""
    if address.version == 6 and address.value >> 32 == MAPPED_PREFIX:
        return Address(4, address.value & 0xFFFFFFFF)
    return address


def format_address(address: Address) -> str:
    """Return the shortest text form (RFC 5952 for IPv6)."""
    if address.version == 4:
        return socket.inet_ntop(socket.AF_INET, address.value.to_bytes(4, "big"))
    return socket.inet_ntop(socket.AF_INET6, address.value.to_bytes(16, "big"))


def embedded_addresses(address: Address) -> tuple[Address, ...]:
    """Return the IPv4 addresses that an IPv6 address carries: mapped, NAT64, 6to4 and Teredo.

    **Source**: RFC 4291 section 2.5.5, RFC 6052 section 2.1, RFC 3056 section 2, RFC 4380 section 4 (the client's
    address is stored with every bit inverted).
    """
    version, value = address
    if version == 4:
        return ()
    if value >> 32 in (0, MAPPED_PREFIX, NAT64_PREFIX):
        return (Address(4, value & 0xFFFFFFFF),)
    if value >> 112 == 0x2002:
        return (Address(4, value >> 80 & 0xFFFFFFFF),)
    if value >> 96 == 0x20010000:
        return (Address(4, value & 0xFFFFFFFF ^ 0xFFFFFFFF), Address(4, value >> 64 & 0xFFFFFFFF))
    return ()


def parse_range(prefix: str) -> tuple[int, int, int]:
    """Read ``prefix/length`` (or one address) as version, first and last value.

    Raises:
        ValueError: not a prefix.
    """
    text, _, length = prefix.strip().partition("/")
    address = parse_plain(text)
    bits = 32 if address.version == 4 else 128
    size = int(length) if length else bits
    if not 0 <= size <= bits:
        raise ValueError(f"prefix length {size} is not between 0 and {bits}")
    first = address.value >> (bits - size) << (bits - size)
    return address.version, first, first | ((1 << (bits - size)) - 1)


def parse_plain(text: str) -> Address:
    """Read an address in text or integer form without unmapping.

    Raises:
        ValueError: not an address.
    """
    if text.isascii() and text.isdigit():
        value = int(text)
        if value >> 128:
            raise ValueError(f"{text!r} is larger than any address")
        return Address(6 if value >> 32 else 4, value)
    family, version = (socket.AF_INET6, 6) if ":" in text else (socket.AF_INET, 4)
    try:
        return Address(version, int.from_bytes(socket.inet_pton(family, text), "big"))
    except (OSError, UnicodeError) as error:
        raise ValueError(f"{text!r} is not an address") from error
