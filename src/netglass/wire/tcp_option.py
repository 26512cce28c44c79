"""Options of TCP: what a SYN offers and what later segments carry (RFC 9293 section 3.2).

An option is one byte (*end of list*, *no operation*) or kind, length and value, where the length counts all three. A
length below 2 or behind the end makes the whole list unreadable, and a host that meets one drops the segment.
"""

from collections.abc import Iterable
from typing import NamedTuple

from netglass.vocab.error import UsageError

END, NO_OPERATION, MAXIMUM_SEGMENT, WINDOW_SCALE, SACK_PERMITTED, SACK, TIMESTAMPS = 0, 1, 2, 3, 4, 5, 8
"""Kinds. **Source**: RFC 9293 section 3.1; RFC 7323 sections 2.2 and 3.2; RFC 2018 sections 2 and 3."""


class TcpOption(NamedTuple):
    """An option: its kind, 2 to 255, and its value of 0 to 38 bytes."""

    kind: int
    value: bytes


def parse_tcp_options(data: bytes) -> tuple[TcpOption, ...] | None:
    """Read a list of options; padding is left out, None where the list is not well-formed."""
    found: list[TcpOption] = []
    at = 0
    while at < len(data) and data[at] != END:
        if data[at] == NO_OPERATION:
            at += 1
            continue
        length = data[at + 1] if at + 1 < len(data) else 0
        if length < 2 or at + length > len(data):
            return None
        found.append(TcpOption(data[at], data[at + 2 : at + length]))
        at += length
    return tuple(found)


def build_tcp_options(options: Iterable[TcpOption]) -> bytes:
    """Return the bytes of a list of options, padded to a multiple of 4.

    Raises:
        UsageError: they need more than 40 bytes.
    """
    data = b"".join(bytes((kind, len(value) + 2)) + value for kind, value in options)
    if len(data) > 40:
        raise UsageError(f"{len(data)} bytes of TCP options: 40 fit")
    return data + bytes(-len(data) % 4)


def parse_maximum_segment(data: bytes) -> int | None:
    """Return the maximum segment size in bytes that the options of a SYN offer, 0 to 65535; None without one."""
    for kind, value in parse_tcp_options(data) or ():
        if kind == MAXIMUM_SEGMENT and len(value) == 2:
            return int.from_bytes(value, "big")
    return None
