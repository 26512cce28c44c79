"""A whole packet at once: IP with the TCP segment, UDP datagram or ICMP message in it.

This is what a middlebox handles. Bytes that are no IP packet give None; an IP packet whose payload is none of the three
(another protocol, a later fragment, a header that is cut short) has ``transport`` None and can still be passed on.
"""

import msgspec

from netglass.wire import ip
from netglass.wire.icmp import IcmpMessage, build_icmp, parse_icmp
from netglass.wire.ip import IpPacket, build_ip, parse_ip
from netglass.wire.tcp import TcpSegment, build_tcp, parse_tcp
from netglass.wire.udp import UdpDatagram, build_udp, parse_udp

Transport = TcpSegment | UdpDatagram | IcmpMessage


class Packet(msgspec.Struct, frozen=True, gc=False):
    """A parsed packet: its IP layer and what it carries."""

    ip: IpPacket
    transport: Transport | None


def parse_packet(data: bytes) -> Packet | None:
    """Read an IP packet and its payload; None where it is no IP packet."""
    packet = parse_ip(data)
    if packet is None:
        return None
    return Packet(packet, _parse_transport(packet))


def _parse_transport(packet: IpPacket) -> Transport | None:
    protocol = packet.protocol
    if packet.is_later_fragment:
        return None
    if protocol == ip.TCP:
        return parse_tcp(packet.payload)
    if protocol == ip.UDP:
        return parse_udp(packet.payload)
    if protocol == (ip.ICMP if len(packet.source) == 4 else ip.ICMP6):
        return parse_icmp(packet.payload)
    return None


def build_packet(
    source: bytes, destination: bytes, transport: Transport, ttl: int = 64, identification: int = 0
) -> bytes:
    """Return the bytes of a packet between two packed addresses, with all lengths and checksums.

    Args:
        source: packed address, 4 or 16 bytes.
        destination: packed address of the same length.
        transport: what the packet carries.
        ttl: time to live or hop limit, 0 to 255 hops.
        identification: IPv4's identification, 0 to 65535; of no use in IPv6.
    """
    if isinstance(transport, TcpSegment):
        protocol, payload = ip.TCP, build_tcp(transport, source, destination)
    elif isinstance(transport, UdpDatagram):
        protocol, payload = ip.UDP, build_udp(transport, source, destination)
    else:
        protocol = ip.ICMP if len(source) == 4 else ip.ICMP6
        payload = build_icmp(transport, source, destination)
    return build_ip(IpPacket(source, destination, protocol, payload, ttl, identification))
