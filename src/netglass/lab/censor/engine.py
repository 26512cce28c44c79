"""The engine: takes each packet on a network's path and says what leaves the path instead."""

from collections.abc import Iterable
from random import Random

from netglass.lab.censor.admit import admit_rules
from netglass.lab.censor.book import UNREACHABLE
from netglass.lab.censor.desk import Desk
from netglass.lab.censor.emission import Direction, Emission, Trigger
from netglass.lab.censor.injector import Injector
from netglass.lab.censor.rule import AddressRule, AnyRule
from netglass.lab.censor.tcp import TcpPath
from netglass.lab.censor.udp import UdpPath
from netglass.lab.fence import is_lab_address, require_lab_address
from netglass.vocab.error import LabError
from netglass.wire import ip
from netglass.wire.ip import FRAGMENT_OFFSET, MORE_FRAGMENTS, IpPacket, parse_ip
from netglass.wire.tcp import SYN, parse_tcp
from netglass.wire.udp import parse_udp

ROUTERS = ("192.175.48.1", "2620:4f:8000::1")
"""Where ICMP errors come from if nothing else is said."""


class Censor:
    """What stands on one network's path.

    Args:
        rules: the rules, in order; the first that matches acts.
        random: source of the hop limits of forged packets.
        routers: addresses of the lab that ICMP errors come from, one of each version.

    Raises:
        LabError: a rule or a router is outside of the fence, or a rule contradicts itself.
    """

    def __init__(self, rules: Iterable[AnyRule], random: Random, routers: tuple[str, str] = ROUTERS) -> None:
        packed = [require_lab_address(router) for router in routers]
        if {len(router) for router in packed} != {4, 16}:
            raise LabError(f"routers {routers}: an IPv4 and an IPv6 address are needed")
        self._desk = Desk(admit_rules(rules), Injector(random, packed))
        self._tcp = TcpPath(self._desk)
        self._udp = UdpPath(self._desk)
        self._harmless_tcp = self._desk.harmless_tcp
        self._harmless_udp = self._desk.harmless_udp

    def process(self, packet: bytes, direction: Direction, now: float) -> list[Emission]:
        """Take a packet and return what goes on, in order of leaving; never raises, whatever the bytes are.

        Args:
            packet: an IPv4 or IPv6 packet; other bytes pass as they are.
            direction: where it is going.
            now: seconds on the clock of the rules' times, not less than at the last call.
        """
        desk = self._desk
        if not desk.since <= now < desk.until:
            desk.turn(now)
        try:
            if packet[0] == 0x45:  # no options: protocol, addresses with ports, and TCP's flags have fixed places
                protocol, key, flags_at = packet[9], packet[12:24], 33
            elif packet[0] >> 4 == 6:
                protocol, key, flags_at = packet[6], packet[8:44], 53
            else:
                protocol, key, flags_at = -1, b"", 0
            if protocol == ip.TCP:
                if key in self._harmless_tcp and not packet[flags_at] & SYN:
                    return [Emission(packet, direction, 0.0)]
            elif protocol == ip.UDP and key in self._harmless_udp:
                return [Emission(packet, direction, 0.0)]
        except IndexError:
            pass
        return self._look_closely(packet, direction, now)

    def take_triggers(self) -> list[Trigger]:
        """Return what the rules did since the last call, in the order of time."""
        return self._desk.take_triggers()

    @property
    def lost_triggers(self) -> int:
        """How many triggers were lost because nobody took them."""
        return self._desk.lost_triggers

    def _look_closely(self, packet: bytes, direction: Direction, now: float) -> list[Emission]:
        seen = parse_ip(packet)
        is_outward = direction is Direction.OUTWARD
        if seen is None or not is_lab_address(seen.destination if is_outward else seen.source):
            return [Emission(packet, direction, 0.0)]
        if not seen.fragment & (MORE_FRAGMENTS | FRAGMENT_OFFSET):
            if seen.protocol == ip.TCP:
                segment = parse_tcp(seen.payload)
                if segment is not None:
                    take = self._tcp.process_outward if is_outward else self._tcp.process_inward
                    return take(packet, seen, segment, now)
            elif seen.protocol == ip.UDP:
                datagram = parse_udp(seen.payload)
                if datagram is not None:
                    send = self._udp.process_outward if is_outward else self._udp.process_inward
                    return send(packet, seen, datagram, now)
        return self._meet_other(packet, seen, direction)

    def _meet_other(self, packet: bytes, seen: IpPacket, direction: Direction) -> list[Emission]:
        """Hold a packet against rules by address where it shows no port: ICMP, fragments, damaged headers."""
        is_outward = direction is Direction.OUTWARD
        server = seen.destination if is_outward else seen.source
        for rule in self._desk.book.find_address(server, None, seen.protocol):
            if isinstance(rule, AddressRule) and rule.action in UNREACHABLE:
                return [] if rule.in_path else [Emission(packet, direction, 0.0)]
        return [Emission(packet, direction, 0.0)]
