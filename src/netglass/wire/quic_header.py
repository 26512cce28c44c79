"""Long headers of QUIC (RFC 9000 section 17.2; RFC 9369 section 3.2) and the packets in a datagram (section 12.2).

Several packets may share a datagram; each but the last, a Retry or a short header has its length before it. The lower bits
of the first byte and the packet number are protected and cannot be read here; versions, connection ids, tokens and lengths
are in the clear. The order of the types differs by version. The fixed bit is not asked for, since clients may grease it
(RFC 9287); an unknown version ends the reading, as nothing behind its connection ids is known.
"""

from enum import Enum

import msgspec

from netglass.wire.cursor import Cursor, CutShort
from netglass.wire.quic_key import VERSION_1, VERSION_2
from netglass.wire.quic_varint import take_varint

CONNECTION_ID_BYTES = 20
"""Longest connection id in both versions."""


class LongType(Enum):
    """Types of packets with a long header."""

    INITIAL = "initial"
    ZERO_RTT = "0-rtt"
    HANDSHAKE = "handshake"
    RETRY = "retry"


_ORDER = (LongType.INITIAL, LongType.ZERO_RTT, LongType.HANDSHAKE, LongType.RETRY)
TYPES = {
    VERSION_1: dict(enumerate(_ORDER)),
    VERSION_2: {(bits + 1) % 4: kind for bits, kind in enumerate(_ORDER)},
}
"""The type by version and the two bits of the first byte."""


class LongHeader(msgspec.Struct, frozen=True, gc=False):
    """Where a packet stands in its datagram, and what its header says in the clear.

    Attributes:
        type: type of the packet.
        version: ``VERSION_1`` or ``VERSION_2``.
        destination_id: 0 to 20 bytes.
        source_id: 0 to 20 bytes.
        token: token of an Initial packet, else empty.
        start: offset of the first byte in the datagram.
        number_at: offset of the protected packet number; that of the token in a Retry.
        end: offset behind the packet.
    """

    type: LongType
    version: int
    destination_id: bytes
    source_id: bytes
    token: bytes
    start: int
    number_at: int
    end: int


def parse_long_header(datagram: bytes, offset: int = 0) -> LongHeader | None:
    """Read the header at ``offset`` of a datagram; None where no long header of a known version stands there."""
    cursor = Cursor(datagram, offset)
    try:
        first, version = cursor.take_number(1), cursor.take_number(4)
        if not first & 0x80 or version not in TYPES:
            return None
        destination_id, source_id = cursor.take_vector(1), cursor.take_vector(1)
        kind = TYPES[version][first >> 4 & 3]
        token, length = b"", None
        if kind is LongType.INITIAL:
            token = cursor.take(take_varint(cursor))
        if kind is not LongType.RETRY:
            length = take_varint(cursor)
    except CutShort:
        return None
    number_at = cursor.offset
    end = len(datagram) if length is None else number_at + length
    if end > len(datagram) or max(len(destination_id), len(source_id)) > CONNECTION_ID_BYTES:
        return None
    return LongHeader(kind, version, destination_id, source_id, token, offset, number_at, end)


def split_datagram(datagram: bytes) -> list[LongHeader]:
    """Return the headers of all packets with a long header at the begin of a datagram."""
    headers: list[LongHeader] = []
    at = 0
    while header := parse_long_header(datagram, at):
        headers.append(header)
        at = header.end
    return headers
