"""The simulated internet: regions with hosts, and a core that takes packets from one to another.

Each host has a line to its region. A packet takes the sender's line, passes the border of its region and that of the
receiver's, and takes the receiver's line. Servers and helpers are in a region without a border, so what they say to each
other passes no censor.

An address that leads nowhere is answered by *host unreachable*, one in a hole by silence. When the program has ended, nothing
is sent any more: servers are then cancelled in no certain order, and what is seen shall not depend on it.
"""

import asyncio
from collections.abc import Callable, Iterable, Sequence
from datetime import timedelta
from random import Random
from typing import Any

from netglass.lab.sim.host import SimHost
from netglass.lab.sim.line import Line
from netglass.lab.sim.loop import VirtualLoop
from netglass.lab.sim.parcel import Parcel
from netglass.lab.sim.region import Middlebox, Region
from netglass.lab.sim.route import RouteTable
from netglass.vocab.error import LabError
from netglass.wire.icmp import IcmpMessage, Unreachable, quote_unreachable
from netglass.wire.ip import pack_address

Observer = Callable[[float, SimHost, bool, bytes], None]
"""Sees what a host sends (True) or gets (False): virtual time in seconds, the host, which of both, the packet."""

_HOLE = "hole"
_ROUTERS = {4: pack_address("192.88.99.254"), 16: pack_address("2620:4f:8000:ffff::1")}


class Network:
    """An internet on the running ``VirtualLoop``.

    Args:
        seed: decides what is lost, and the numbers that hosts choose.
        observer: sees every packet at every host.

    Raises:
        LabError: the running loop is another.
    """

    def __init__(self, seed: int = 0, observer: Observer | None = None) -> None:
        loop = asyncio.get_running_loop()
        if not isinstance(loop, VirtualLoop):
            raise LabError("the simulated network runs on virtual time only: start it with run_virtual")
        self.loop = loop
        self.observer = observer
        self._seed = seed
        self._names: set[str] = set()
        self._routes: RouteTable[SimHost | str] = RouteTable()
        self._core = self.add_region()

    def add_region(self, middleboxes: Iterable[Middlebox[Any]] = ()) -> Region:
        """Return a new region; the innermost middlebox comes first."""
        return Region(self.loop, middleboxes, self._cross, self._deliver_inside)

    def add_host(
        self,
        name: str,
        addresses: Sequence[str],
        region: Region | None = None,
        *,
        delay_s: float = 0.01,
        loss: float = 0.0,
        bits_per_s: float | None = None,
        resolvers: Sequence[str] = (),
        clock_offset: timedelta = timedelta(),
    ) -> SimHost:
        """Add a host.

        Args:
            name: unique; with the seed it decides what the host chooses and what is lost on its line.
            addresses: its addresses, the preferred one first. With a length, as ``192.31.196.10/24``, the whole prefix
                is the host's own and the address is what it sends from.
            region: where it is; by default among the servers.
            delay_s: seconds that a packet takes on its line, each way.
            loss: share of packets that are lost on its line, each way.
            bits_per_s: rate of its line, each way.
            resolvers: addresses that its stub resolver asks, in order.
            clock_offset: how far its wall clock is ahead.

        Raises:
            LabError: the name or an address is taken.
        """
        if name in self._names:
            raise LabError(f"there is a host {name!r} already")
        self._names.add(name)
        random = Random(f"{self._seed}/{name}")
        lines = [Line(delay_s, loss, bits_per_s, f"{self._seed}/{name}/{way}") for way in ("up", "down")]
        host = SimHost(self, name, addresses, region or self._core, lines[0], lines[1], random, resolvers, clock_offset)
        for address in addresses:
            self._routes.add(address, host)
        return host

    def add_hole(self, prefix: str) -> None:
        """Let packets to a prefix vanish, where no host has a longer one."""
        self._routes.add(prefix, _HOLE)

    def carry(self, host: SimHost, parcel: Parcel) -> None:
        """Take a packet from a host."""
        if self.loop.is_ending:
            return
        now = self.loop.now
        if self.observer is not None:
            self.observer(now, host, True, parcel.data)
        when = host.up.plan(now, parcel)
        if when is None:
            return
        region = host.region
        if region.is_watched and not self._is_inside(parcel, region):
            self.loop.post(when, region.pass_outward, parcel)
        else:
            self._forward(parcel, when, region)

    def _is_inside(self, parcel: Parcel, region: Region) -> bool:
        target = self._routes.find(parcel.destination)
        return isinstance(target, SimHost) and target.region is region

    def _cross(self, parcel: Parcel) -> None:
        """Take a packet that has left its region."""
        self._forward(parcel, self.loop.now, None)

    def _forward(self, parcel: Parcel, when: float, origin: Region | None) -> None:
        """Take a packet to the border of its target's region, or to its line where nothing stands between."""
        target = self._routes.find(parcel.destination)
        if isinstance(target, SimHost):
            region = target.region
            if region.is_watched and region is not origin:
                self.loop.post(when, region.pass_inward, parcel)
            else:
                self._deliver(target, parcel, when)
        elif target is None and not isinstance(parcel.transport, IcmpMessage):
            error = quote_unreachable(parcel.data, Unreachable.HOST)
            router = _ROUTERS[len(parcel.source)]
            self._forward(Parcel(router, parcel.source, error), when, None)

    def _deliver_inside(self, parcel: Parcel, region: Region) -> None:
        """Take a packet that has come into a region."""
        target = self._routes.find(parcel.destination)
        if isinstance(target, SimHost) and target.region is region:
            self._deliver(target, parcel, self.loop.now)

    def _deliver(self, target: SimHost, parcel: Parcel, when: float) -> None:
        if target.down.is_limited:
            self.loop.post(when, target.queue, parcel)
            return
        arrival = target.down.plan(when, parcel)
        if arrival is not None:
            self.loop.post(arrival, target.receive, parcel)
