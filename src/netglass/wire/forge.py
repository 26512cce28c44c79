"""Packets that pretend to come from one end of a connection, made from a packet that was seen.

A middlebox that injects has to guess nothing: the seen segment holds both numbers. Towards its **sender** a forged
segment takes the seen acknowledgment as its own sequence number, and acknowledges all that was seen. Towards its
**receiver** it takes the number where the seen segment began, if that is dropped, or ended, if it is let through.

A reset is accepted only at exactly the number that is expected (RFC 9293 section 3.10.7.4, after RFC 5961), except in
answer to a SYN, where it has to acknowledge the SYN (section 3.10.7.3).
"""

from netglass.wire.icmp import Unreachable, quote_unreachable
from netglass.wire.ip import IpPacket
from netglass.wire.packet import build_packet
from netglass.wire.tcp import ACK, FIN, PSH, RST, TcpSegment
from netglass.wire.udp import UdpDatagram


def forge_answer(
    seen: IpPacket, segment: TcpSegment, flags: int, payload: bytes = b"", ttl: int = 64, offset: int = 0
) -> bytes:
    """Return a segment to the sender of ``segment`` as if its peer had answered.

    Args:
        seen: the packet that was seen.
        segment: the segment in it.
        flags: flags of the answer, such as ``PSH | ACK`` for a block page.
        payload: its data.
        ttl: its hop limit; a middlebox often differs from the server here.
        offset: bytes of other forged data that come before this segment.
    """
    answer = TcpSegment(
        segment.destination_port,
        segment.source_port,
        segment.acknowledgment + offset if segment.flags & ACK else offset,
        segment.next_sequence,
        flags,
        payload,
    )
    return build_packet(seen.destination, seen.source, answer, ttl)


def forge_reset(seen: IpPacket, segment: TcpSegment, ttl: int = 64) -> bytes:
    """Return a reset to the sender of ``segment``, as from its peer (RFC 9293 section 3.5.2)."""
    return forge_answer(seen, segment, RST | ACK, ttl=ttl)


def forge_finish(seen: IpPacket, segment: TcpSegment, payload: bytes = b"", ttl: int = 64) -> bytes:
    """Return a FIN to the sender of ``segment``, as from its peer, with data before it where a page is to be shown."""
    return forge_answer(seen, segment, FIN | ACK | (PSH if payload else 0), payload, ttl)


def forge_abort(seen: IpPacket, segment: TcpSegment, is_dropped: bool, ttl: int = 64) -> bytes:
    """Return a reset to the *receiver* of ``segment``, as from its sender.

    Args:
        seen: the packet that was seen.
        segment: the segment in it.
        is_dropped: whether the receiver will not get ``seen`` itself, and so still expects its first byte.
        ttl: hop limit.
    """
    sequence = segment.sequence if is_dropped else segment.next_sequence
    flags = RST | (segment.flags & ACK)
    abort = TcpSegment(
        segment.source_port, segment.destination_port, sequence, segment.acknowledgment if flags & ACK else 0, flags
    )
    return build_packet(seen.source, seen.destination, abort, ttl)


def forge_datagram(seen: IpPacket, datagram: UdpDatagram, payload: bytes, ttl: int = 64) -> bytes:
    """Return a datagram to the sender of ``datagram`` as if its peer had answered: an injected DNS answer."""
    answer = UdpDatagram(datagram.destination_port, datagram.source_port, payload)
    return build_packet(seen.destination, seen.source, answer, ttl)


def forge_unreachable(packet: bytes, seen: IpPacket, router: bytes, reason: Unreachable, ttl: int = 64) -> bytes:
    """Return the ICMP error that a router sends back for a packet.

    Args:
        packet: the bytes of the packet that was seen.
        seen: the same, parsed.
        router: packed address that the error comes from.
        reason: why.
        ttl: hop limit.
    """
    return build_packet(router, seen.source, quote_unreachable(packet, reason), ttl)
