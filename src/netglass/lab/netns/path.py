"""The way of a lane's packets through the middlebox, without a socket or a clock: lines, the censor, the routes behind it.

It is the way that ``lab.sim.network`` gives them, in the same order: the client's line with its loss, the border with the censor,
the line of the machine; and back. An address that leads nowhere is answered by *host unreachable*, one in a hole by silence.
What machines say to each other does not come here (``neighbour``).
"""

from enum import Enum
from random import Random
from typing import NamedTuple

import msgspec

from netglass.lab.censor import AnyRule, Censor, Direction, Trigger
from netglass.lab.netns.conversation import Conversations
from netglass.lab.sim.route import RouteTable
from netglass.wire import ip
from netglass.wire.icmp import Unreachable, quote_unreachable
from netglass.wire.ip import pack_address
from netglass.wire.packet import build_packet

_ROUTERS = {4: pack_address("192.88.99.254"), 16: pack_address("2620:4f:8000:ffff::1")}
_ICMP = {4: ip.ICMP, 6: ip.ICMP6}
_HOLE = -1.0
_CLIENT = -2.0


class PathSetting(msgspec.Struct, frozen=True, kw_only=True):
    """What holds on a lane's path.

    Attributes:
        clients: addresses of the client.
        routes: prefixes of the machines, with the length of their lines, seconds one way.
        holes: prefixes from which nothing is heard.
        rules: of the censor at the client's border.
        delay_s: length of the client's line, seconds one way.
        loss: share of packets that are lost on it, each way.
        seed: decides what is lost and what the censor chooses.
        clock_s: second on the clock of the rules' times at which the path begins.
    """

    clients: tuple[str, ...]
    routes: tuple[tuple[str, float], ...] = ()
    holes: tuple[str, ...] = ()
    rules: tuple[AnyRule, ...] = ()
    delay_s: float = 0.0
    loss: float = 0.0
    seed: str = "0"
    clock_s: float = 0.0


class Stop(Enum):
    """Where a packet is when something happens to it."""

    BORDER_OUT = "border_out"
    CORE = "core"
    BORDER_IN = "border_in"
    CLIENT = "client"
    WORLD = "world"


class Hop(NamedTuple):
    """A packet will be somewhere, in so many seconds."""

    delay_s: float
    stop: Stop
    packet: bytes


class Path:
    """The path of a lane.

    Args:
        setting: what holds.
        begun: reading of the caller's clock at which it begins, seconds.

    Raises:
        LabError: a rule is outside of the fence, or an address belongs to two machines.
    """

    def __init__(self, setting: PathSetting, begun: float) -> None:
        self._ahead_s = setting.clock_s - begun
        self._delay_s, self._loss = setting.delay_s, setting.loss
        self._losses = {way: Random(f"{setting.seed}/{way}") for way in (True, False)}
        self._censor = Censor(setting.rules, Random(f"{setting.seed}/censor")) if setting.rules else None
        self._near, self._far = Conversations(), Conversations()
        self._routes: RouteTable[float] = RouteTable()
        for prefix, delay_s in setting.routes:
            self._routes.add(prefix, delay_s)
        for hole in setting.holes:
            self._routes.add(hole, _HOLE)
        for client in setting.clients:
            self._routes.add(client, _CLIENT)

    def take_triggers(self) -> list[Trigger]:
        """Return what the censor did since the last call."""
        return self._censor.take_triggers() if self._censor else []

    def leave_client(self, packet: bytes) -> list[Hop]:
        """Take a packet from the client's wire."""
        if not self._near.begin(packet):
            return []
        stop = Stop.CORE if self._censor is None else Stop.BORDER_OUT
        return self._take_line(True, Hop(self._delay_s, stop, packet))

    def leave_world(self, packet: bytes) -> list[Hop]:
        """Take a packet from the world's wire."""
        source, destination = _read_addresses(packet)
        if self._routes.find(destination) != _CLIENT or not self._far.go_on(packet):
            return []
        return [Hop(max(self._routes.find(source) or 0.0, 0.0), Stop.CORE, packet)]

    def go_on(self, stop: Stop, packet: bytes, now: float) -> list[Hop]:
        """Take a packet that is at a stop of the way and return where it goes, or what goes instead."""
        if stop is Stop.CORE:
            return self._route(packet)
        assert self._censor is not None
        direction = Direction.OUTWARD if stop is Stop.BORDER_OUT else Direction.INWARD
        hops: list[Hop] = []
        for changed, where, delay_s in self._censor.process(packet, direction, now + self._ahead_s):
            if where is Direction.OUTWARD:
                hops.append(Hop(delay_s, Stop.CORE, changed))
            else:
                hops += self._take_line(False, Hop(delay_s + self._delay_s, Stop.CLIENT, changed))
        return hops

    def _route(self, packet: bytes) -> list[Hop]:
        source, destination = _read_addresses(packet)
        delay_s = self._routes.find(destination)
        if delay_s is None:
            return self._refuse(packet, source)
        if delay_s >= 0:
            self._far.begin(packet)  # under the addresses that the machine sees, if a censor diverted it
            return [Hop(delay_s, Stop.WORLD, packet)]
        if delay_s == _HOLE:
            return []
        if self._censor is not None:
            return [Hop(0.0, Stop.BORDER_IN, packet)]
        return self._take_line(False, Hop(self._delay_s, Stop.CLIENT, packet))

    def _refuse(self, packet: bytes, source: bytes) -> list[Hop]:
        """Say that a destination is nowhere, unless it is an error itself or nobody is there to be told."""
        version = packet[0] >> 4
        protocol = packet[9] if version == 4 else packet[6]
        if protocol == _ICMP[version] or self._routes.find(source) is None:
            return []
        error = quote_unreachable(packet, Unreachable.HOST)
        return [Hop(0.0, Stop.CORE, build_packet(_ROUTERS[len(source)], source, error))]

    def _take_line(self, is_up: bool, hop: Hop) -> list[Hop]:
        return [] if self._loss and self._losses[is_up].random() < self._loss else [hop]


def _read_addresses(packet: bytes) -> tuple[bytes, bytes]:
    """Return source and destination of a packet, packed."""
    if packet[0] >> 4 == 4:
        return packet[12:16], packet[16:20]
    return packet[8:24], packet[24:40]
