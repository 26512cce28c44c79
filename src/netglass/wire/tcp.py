"""Segments of TCP (RFC 9293 section 3.1).

Sequence numbers are modulo 2^32. SYN and FIN each take one number, as a byte of data does, so a segment covers
``sequence`` up to ``next_sequence``, and that is what its receiver acknowledges.

The checksum is made from the fields as numbers, not from packed bytes: adding them is cheaper than packing twice
(``checksum`` says why this is allowed).
"""

from struct import Struct

import msgspec

from netglass.vocab.error import UsageError
from netglass.wire import ip

FIN, SYN, RST, PSH, ACK, URG, ECE, CWR = 1, 2, 4, 8, 16, 32, 64, 128
"""Bits of ``flags``."""

MODULUS = 1 << 32
"""Sequence numbers wrap here."""

_HEADER = Struct("!HHIIHHHH")


class TcpSegment(msgspec.Struct, frozen=True, gc=False):
    """A segment without its checksum.

    Attributes:
        source_port: 0 to 65535.
        destination_port: 0 to 65535.
        sequence: number of the first byte, or of the SYN; 0 to 2^32 - 1.
        acknowledgment: the next number that the sender expects; of use with ``ACK`` only.
        flags: sum of ``FIN`` ... ``CWR``; the four reserved bits above them are kept.
        payload: the data.
        window: receive window as written, without its scale; 0 to 65535.
        options: raw options, a multiple of 4 bytes, at most 40 (``tcp_option`` reads them).
        urgent: urgent pointer, 0 to 65535.
    """

    source_port: int
    destination_port: int
    sequence: int
    acknowledgment: int
    flags: int
    payload: bytes = b""
    window: int = 65535
    options: bytes = b""
    urgent: int = 0

    @property
    def next_sequence(self) -> int:
        """The number behind everything that this segment holds."""
        flags = self.flags
        return (self.sequence + len(self.payload) + (flags >> 1 & 1) + (flags & 1)) % MODULUS


def parse_tcp(data: bytes) -> TcpSegment | None:
    """Read a segment, the payload of an IP packet; None where it is none."""
    if len(data) < 20:
        return None
    source, destination, sequence, acknowledgment, word, window, _, urgent = _HEADER.unpack_from(data)
    header = word >> 12 << 2
    if not 20 <= header <= len(data):
        return None
    options = data[20:header] if header > 20 else b""
    return TcpSegment(
        source, destination, sequence, acknowledgment, word & 0xFFF, data[header:], window, options, urgent
    )


def build_tcp(segment: TcpSegment, source: bytes, destination: bytes) -> bytes:
    """Return the bytes of a segment between two packed addresses.

    Raises:
        UsageError: the options do not fit.
    """
    options, payload = segment.options, segment.payload
    header = 20 + len(options)
    if header % 4 or header > 60:
        raise UsageError(f"{len(options)} bytes of TCP options: a multiple of 4 up to 40 is needed")
    length = header + len(payload)
    sequence = segment.sequence % MODULUS
    acknowledgment = segment.acknowledgment % MODULUS
    word = header << 10 | segment.flags
    total = (
        int.from_bytes(source + destination + options, "big")
        + ip.TCP
        + length
        + segment.source_port
        + segment.destination_port
        + sequence
        + acknowledgment
        + word
        + segment.window
        + segment.urgent
    )
    if payload:
        total += int.from_bytes(payload, "big") << (length % 2 * 8)
    packed = _HEADER.pack(
        segment.source_port,
        segment.destination_port,
        sequence,
        acknowledgment,
        word,
        segment.window,
        -total % 0xFFFF,
        segment.urgent,
    )
    return packed + options + payload
