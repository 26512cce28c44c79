"""ICMP for IPv4 (RFC 792) and for IPv6 (RFC 4443): one layout, two sets of numbers.

An error quotes the packet that caused it, and its receiver finds the connection by the quoted addresses and ports. IPv4
routers quote so much that the error has at most 576 bytes (RFC 1812 section 4.3.2.3), IPv6 nodes up to the least MTU of
1,280 bytes (RFC 4443 section 2.4 c). ICMPv6 covers a pseudo header with its checksum, ICMPv4 does not.
"""

from enum import Enum
from struct import Struct
from typing import NamedTuple

import msgspec

from netglass.wire import ip
from netglass.wire.checksum import compute_checksum, compute_transport_checksum
from netglass.wire.ip import IpPacket, parse_quoted_ip

UNREACHABLE_4, UNREACHABLE_6 = 3, 1
"""Type of *destination unreachable*. **Source**: RFC 792; RFC 4443 section 3.1."""

_HEADER = Struct("!BBHI")
_QUOTE_BYTES_4 = 576 - 20 - _HEADER.size
_QUOTE_BYTES_6 = 1280 - 40 - _HEADER.size


class Unreachable(Enum):
    """Why a destination is unreachable, with its code in ICMPv4 and in ICMPv6.

    **Source**: RFC 792, RFC 1812 section 5.2.7.1 (13 is *communication administratively prohibited*), RFC 4443
    section 3.1.
    """

    NETWORK = (0, 0)
    HOST = (1, 3)
    PORT = (3, 4)
    PROHIBITED = (13, 1)


class IcmpMessage(msgspec.Struct, frozen=True, gc=False):
    """A message without its checksum.

    Attributes:
        type: 0 to 255; what a number means depends on the version of IP.
        code: 0 to 255.
        body: what stands behind the first 8 bytes: in an error, the begin of the packet that caused it.
        word: the 32 bits behind the checksum, whose use depends on the type.
    """

    type: int
    code: int
    body: bytes
    word: int = 0


class QuotedFlow(NamedTuple):
    """What an ICMP error says of the packet that caused it: protocol, packed addresses and ports."""

    protocol: int
    source: bytes
    destination: bytes
    source_port: int
    destination_port: int


def parse_icmp(data: bytes) -> IcmpMessage | None:
    """Read a message, the payload of an IP packet of either version; None where it is none."""
    if len(data) < _HEADER.size:
        return None
    kind, code, _, word = _HEADER.unpack_from(data)
    return IcmpMessage(kind, code, data[_HEADER.size :], word)


def build_icmp(message: IcmpMessage, source: bytes, destination: bytes) -> bytes:
    """Return the bytes of a message between two packed addresses, whose length tells the version."""
    data = _HEADER.pack(message.type, message.code, 0, message.word) + message.body
    is_4 = len(source) == 4
    checksum = compute_checksum(data) if is_4 else compute_transport_checksum(source, destination, ip.ICMP6, data)
    return data[:2] + checksum.to_bytes(2, "big") + data[4:]


def quote_unreachable(packet: bytes, reason: Unreachable) -> IcmpMessage:
    """Return the error that says why ``packet``, the bytes of an IP packet, was not delivered."""
    code_4, code_6 = reason.value
    if packet[:1] and packet[0] >> 4 == 6:
        return IcmpMessage(UNREACHABLE_6, code_6, packet[:_QUOTE_BYTES_6])
    return IcmpMessage(UNREACHABLE_4, code_4, packet[:_QUOTE_BYTES_4])


def parse_quoted_flow(message: IcmpMessage) -> QuotedFlow | None:
    """Read whose packet an error speaks of; None where no TCP or UDP ports are quoted."""
    quoted: IpPacket | None = parse_quoted_ip(message.body)
    if quoted is None or quoted.protocol not in (ip.TCP, ip.UDP) or quoted.is_later_fragment or len(quoted.payload) < 4:
        return None
    ports = int.from_bytes(quoted.payload[:4], "big")
    return QuotedFlow(quoted.protocol, quoted.source, quoted.destination, ports >> 16, ports & 0xFFFF)
