"""Numbers of QUIC in one, two, four or eight bytes (RFC 9000 section 16): the first two bits tell how many."""

from netglass.wire.cursor import Cursor

LARGEST = (1 << 62) - 1
"""The largest number that has a form."""


def take_varint(cursor: Cursor) -> int:
    """Return the number at the cursor, 0 to 2^62 - 1.

    Raises:
        CutShort: the bytes end inside of it.
    """
    first = cursor.take_number(1)
    more = (1 << (first >> 6)) - 1
    return (first & 0x3F) << 8 * more | cursor.take_number(more)


def build_varint(value: int, least_bytes: int = 1) -> bytes:
    """Return the shortest form of a number that has at least ``least_bytes`` (1, 2, 4 or 8).

    Raises:
        OverflowError: the number is larger than 2^62 - 1.
    """
    for power, length in enumerate((1, 2, 4, 8)):
        if length >= least_bytes and value < 1 << (8 * length - 2):
            return (power << (8 * length - 2) | value).to_bytes(length, "big")
    raise OverflowError(f"{value} has no form as a number of QUIC")
