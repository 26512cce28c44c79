"""Packets that the censor makes, with hop limits drawn at random: an injector is rarely as far away as the server.

Everything here answers a packet of the client. ``is_dropped`` says whether that packet goes no further, on which the
number of a reset to the server depends.
"""

from collections.abc import Sequence
from random import Random

from netglass.lab.censor.emission import Direction, Emission
from netglass.wire.forge import (
    forge_abort,
    forge_answer,
    forge_datagram,
    forge_reset,
    forge_unreachable,
)
from netglass.wire.icmp import Unreachable
from netglass.wire.ip import IpPacket
from netglass.wire.tcp import ACK, FIN, PSH, TcpSegment
from netglass.wire.udp import UdpDatagram

SEGMENT_BYTES = 1_200
"""Data in a forged segment: fits IPv6's least MTU of 1,280 bytes with both headers (RFC 8200 section 5)."""

_FIRST_TTL, _LAST_TTL = 37, 64


class Injector:
    """Makes packets.

    Args:
        random: source of hop limits.
        routers: packed addresses that ICMP errors come from, one of each version.
    """

    def __init__(self, random: Random, routers: Sequence[bytes]) -> None:
        self._random = random
        self._routers = {len(router): router for router in routers}

    def refuse(self, seen: IpPacket, segment: TcpSegment) -> Emission:
        """Return a reset to the client."""
        return Emission(forge_reset(seen, segment, self._draw_ttl()), Direction.INWARD, 0.0)

    def abort(self, seen: IpPacket, segment: TcpSegment, is_dropped: bool) -> Emission:
        """Return a reset to the server."""
        return Emission(forge_abort(seen, segment, is_dropped, self._draw_ttl()), Direction.OUTWARD, 0.0)

    def answer(self, seen: IpPacket, segment: TcpSegment, data: bytes) -> list[Emission]:
        """Return data and a FIN to the client."""
        ttl = self._draw_ttl()
        cuts = range(0, max(1, len(data)), SEGMENT_BYTES)
        return [
            Emission(self._forge_piece(seen, segment, data, at, at == cuts[-1], ttl), Direction.INWARD, 0.0)
            for at in cuts
        ]

    def _forge_piece(self, seen: IpPacket, segment: TcpSegment, data: bytes, at: int, is_last: bool, ttl: int) -> bytes:
        piece = data[at : at + SEGMENT_BYTES]
        flags = ACK | (PSH if piece else 0) | (FIN if is_last else 0)
        return forge_answer(seen, segment, flags, piece, ttl, at)

    def acknowledge(self, seen: IpPacket, segment: TcpSegment) -> Emission:
        """Return an acknowledgment of all that a segment holds."""
        return Emission(forge_answer(seen, segment, ACK, ttl=self._draw_ttl()), Direction.INWARD, 0.0)

    def answer_datagram(self, seen: IpPacket, datagram: UdpDatagram, payload: bytes) -> Emission:
        """Return a datagram to the client."""
        return Emission(forge_datagram(seen, datagram, payload, self._draw_ttl()), Direction.INWARD, 0.0)

    def report(self, packet: bytes, seen: IpPacket, reason: Unreachable) -> Emission:
        """Return an ICMP error to the client."""
        router = self._routers[len(seen.source)]
        return Emission(forge_unreachable(packet, seen, router, reason, self._draw_ttl()), Direction.INWARD, 0.0)

    def _draw_ttl(self) -> int:
        return self._random.randint(_FIRST_TTL, _LAST_TTL)
