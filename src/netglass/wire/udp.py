"""Datagrams of UDP (RFC 768; RFC 8200 section 8.1 for IPv6).

A checksum field of zero means that none was made; a checksum that comes out as zero is therefore sent as 65535. The
length field must cover the header and may be shorter than what IP carried; the rest is no part of the datagram.
"""

from struct import Struct

import msgspec

from netglass.wire import ip

_HEADER = Struct("!HHHH")


class UdpDatagram(msgspec.Struct, frozen=True, gc=False):
    """A datagram without its checksum: ports of 0 to 65535 and the data."""

    source_port: int
    destination_port: int
    payload: bytes


def parse_udp(data: bytes) -> UdpDatagram | None:
    """Read a datagram, the payload of an IP packet; None where it is none."""
    if len(data) < 8:
        return None
    source, destination, length, _ = _HEADER.unpack_from(data)
    if not 8 <= length <= len(data):
        return None
    return UdpDatagram(source, destination, data[8:length])


def build_udp(datagram: UdpDatagram, source: bytes, destination: bytes) -> bytes:
    """Return the bytes of a datagram between two packed addresses."""
    payload = datagram.payload
    length = 8 + len(payload)
    total = (
        int.from_bytes(source + destination, "big")
        + ip.UDP
        + length * 2  # once in the pseudo header, once in the header
        + datagram.source_port
        + datagram.destination_port
        + (int.from_bytes(payload, "big") << (length % 2 * 8))
    )
    checksum = -total % 0xFFFF or 0xFFFF
    return _HEADER.pack(datagram.source_port, datagram.destination_port, length, checksum) + payload
