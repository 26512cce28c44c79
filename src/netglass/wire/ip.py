"""Packets of IPv4 (RFC 791 section 3.1) and IPv6 (RFC 8200 sections 3 and 4).

Both versions give one record. The addresses are packed, 4 or 16 bytes, so equality, dictionaries and checksums need no
conversion and the length tells the version.

IPv6 puts what IPv4 has as options into *extension headers*, a chain of which each member names the type of the next; the
first type stands in the fixed header. The chain is walked to the upper-layer protocol and kept as bytes in ``options``.
A fragment other than the first has no upper-layer header: its payload must not be read as TCP or UDP.

Bytes behind the packet's own length (padding of a short Ethernet frame) are ignored.
"""

import socket
from functools import lru_cache
from struct import Struct

import msgspec

from netglass.vocab.error import UsageError

ICMP, TCP, UDP, ICMP6 = 1, 6, 17, 58
"""Protocol numbers, as IANA assigned them."""

DONT_FRAGMENT, MORE_FRAGMENTS, FRAGMENT_OFFSET = 0x4000, 0x2000, 0x1FFF
"""Bits of the ``fragment`` field. The offset counts units of 8 bytes."""

_HOP_BY_HOP, _ROUTING, _FRAGMENT, _AUTHENTICATION, _DESTINATION = 0, 43, 44, 51, 60
_EXTENSIONS = frozenset((_HOP_BY_HOP, _ROUTING, _FRAGMENT, _AUTHENTICATION, _DESTINATION))
_HEADER_4 = Struct("!BBHHHBBH4s4s")
_HEADER_6 = Struct("!IHBB16s16s")


class IpPacket(msgspec.Struct, frozen=True, gc=False):
    """A packet of either version.

    Attributes:
        source: packed address, 4 or 16 bytes.
        destination: packed address of the same length.
        protocol: number of the upper-layer protocol, 0 to 255.
        payload: everything behind header and options.
        ttl: time to live or hop limit, 0 to 255 hops.
        identification: IPv4: 0 to 65535. IPv6: always 0.
        fragment: IPv4's 16-bit field of flags and offset. An IPv6 fragment header is told in the same form; where there
            is none, ``DONT_FRAGMENT``, for no router fragments IPv6.
        traffic_class: DSCP and ECN, 0 to 255.
        flow_label: IPv6: 0 to 2^20 - 1.
        options: IPv4: the options, a multiple of 4 bytes, at most 40. IPv6: the chain of extension headers.
        first_header: IPv6: type of the first extension header, where there are any; else 0.
    """

    source: bytes
    destination: bytes
    protocol: int
    payload: bytes
    ttl: int = 64
    identification: int = 0
    fragment: int = DONT_FRAGMENT
    traffic_class: int = 0
    flow_label: int = 0
    options: bytes = b""
    first_header: int = 0

    @property
    def version(self) -> int:
        """The version, 4 or 6."""
        return 4 if len(self.source) == 4 else 6

    @property
    def is_later_fragment(self) -> bool:
        """Whether the payload begins inside of an upper-layer message."""
        return self.fragment & FRAGMENT_OFFSET != 0


@lru_cache(1 << 14)
def pack_address(text: str) -> bytes:
    """Return an address in packed form. Remembered.

    Raises:
        UsageError: not an address.
    """
    try:
        return socket.inet_pton(socket.AF_INET6 if ":" in text else socket.AF_INET, text)
    except (OSError, UnicodeError, ValueError) as error:
        raise UsageError(f"{text!r} is not an address") from error


@lru_cache(1 << 14)
def format_address(packed: bytes) -> str:
    """Return the text of a packed address of 4 or 16 bytes, as RFC 5952 has it for IPv6. Remembered."""
    return socket.inet_ntop(socket.AF_INET if len(packed) == 4 else socket.AF_INET6, packed)


def parse_ip(data: bytes) -> IpPacket | None:
    """Read a packet that begins at the first byte; None where it is none or is cut short."""
    version = data[0] >> 4 if data else 0
    if version == 4:
        return _parse_4(data, len(data))
    return _parse_6(data, len(data)) if version == 6 else None


def parse_quoted_ip(data: bytes) -> IpPacket | None:
    """Read the begin of a packet, as ICMP errors quote it: it may end anywhere behind its headers."""
    version = data[0] >> 4 if data else 0
    if version == 4:
        return _parse_4(data, 0xFFFF)
    return _parse_6(data, 0xFFFF + _HEADER_6.size) if version == 6 else None


def _parse_4(data: bytes, available: int) -> IpPacket | None:
    if len(data) < 20:
        return None
    first, tos, total, identification, fragment, ttl, protocol, _, source, destination = _HEADER_4.unpack_from(data)
    header = (first & 15) * 4
    if header < 20 or not header <= total <= available or header > len(data):
        return None
    options = data[20:header] if header > 20 else b""
    payload = data[header:total]
    return IpPacket(source, destination, protocol, payload, ttl, identification, fragment, tos, 0, options)


def _parse_6(data: bytes, available: int) -> IpPacket | None:
    if len(data) < 40:
        return None
    first, length, protocol, ttl, source, destination = _HEADER_6.unpack_from(data)
    end = 40 + length
    if end > available:
        return None
    at, fragment, first_header = 40, DONT_FRAGMENT, 0
    if protocol in _EXTENSIONS:
        first_header = protocol
        walked = _walk_extensions(data, protocol, min(end, len(data)))
        if walked is None:
            return None
        protocol, at, fragment = walked
    traffic_class, flow_label = first >> 20 & 0xFF, first & 0xFFFFF
    return IpPacket(
        source,
        destination,
        protocol,
        data[at:end],
        ttl,
        0,
        fragment,
        traffic_class,
        flow_label,
        data[40:at],
        first_header,
    )


def _walk_extensions(data: bytes, header: int, end: int) -> tuple[int, int, int] | None:
    """Return upper-layer protocol, its offset and the fragment field; None where the chain does not end in the packet."""
    at, fragment = 40, DONT_FRAGMENT
    while header in _EXTENSIONS:
        if at + 8 > end:
            return None
        kind, header = header, data[at]
        if kind == _FRAGMENT:
            offset = int.from_bytes(data[at + 2 : at + 4], "big")
            fragment = offset >> 3 | (MORE_FRAGMENTS if offset & 1 else 0)
            at += 8
            if offset >> 3:
                break
        else:
            at += (data[at + 1] + 2) * 4 if kind == _AUTHENTICATION else (data[at + 1] + 1) * 8
    return (header, at, fragment) if at <= end else None


def build_ip(packet: IpPacket) -> bytes:
    """Return the bytes of a packet, with lengths and, for IPv4, the header's checksum.

    IPv6 extension headers are written as they stand in ``options``; the last of them has to name ``protocol``.

    Raises:
        UsageError: the addresses are of different versions, or the options do not fit.
    """
    source, destination, options, payload = packet.source, packet.destination, packet.options, packet.payload
    if len(source) == len(destination) == 4:
        if len(options) % 4 or len(options) > 40:
            raise UsageError(f"{len(options)} bytes of IPv4 options: a multiple of 4 up to 40 is needed")
        first = 0x45 + len(options) // 4
        total = 20 + len(options) + len(payload)
        checksum = -(
            (first << 8 | packet.traffic_class)
            + total
            + packet.identification
            + packet.fragment
            + (packet.ttl << 8 | packet.protocol)
            + int.from_bytes(source + destination + options, "big")
        )
        header = _HEADER_4.pack(
            first,
            packet.traffic_class,
            total,
            packet.identification,
            packet.fragment,
            packet.ttl,
            packet.protocol,
            checksum % 0xFFFF,
            source,
            destination,
        )
        return header + options + payload
    if len(source) != 16 or len(destination) != 16:
        raise UsageError(f"an address of {len(source)} bytes and one of {len(destination)} are in no packet together")
    header = _HEADER_6.pack(
        6 << 28 | packet.traffic_class << 20 | packet.flow_label,
        len(options) + len(payload),
        packet.first_header if options else packet.protocol,
        packet.ttl,
        source,
        destination,
    )
    return header + options + payload
