"""What connections and flows know of the machine that they are on."""

from random import Random
from typing import Protocol

from netglass.lab.sim.loop import VirtualLoop
from netglass.wire.packet import Transport
from netglass.wire.tcp import TcpSegment

Key = tuple[bytes, int, bytes, int]
"""What tells a connection or flow apart on a machine: own packed address and port, the peer's packed address and port."""


class Machine(Protocol):
    """A machine as its connections see it."""

    loop: VirtualLoop
    random: Random

    def send(self, source: bytes, destination: bytes, transport: Transport) -> None:
        """Put a packet on the wire."""

    def forget(self, key: Key, last: TcpSegment | None) -> None:
        """Take a connection that is over off the table; ``last`` is what stragglers are answered with."""
