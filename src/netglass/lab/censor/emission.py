"""What goes into a censor and what comes out: directions, emissions, and the log of what it did."""

from enum import Enum
from typing import NamedTuple


class Direction(Enum):
    """Where a packet on the path is going."""

    OUTWARD = "outward"
    """From the network's clients to the world."""

    INWARD = "inward"
    """From the world to the network's clients."""


class Emission(NamedTuple):
    """A packet that leaves the censor.

    Attributes:
        packet: bytes of an IPv4 or IPv6 packet.
        direction: where it is going; a forged answer to an outward packet goes inward.
        delay_s: seconds after the packet came in, 0 or more.
    """

    packet: bytes
    direction: Direction
    delay_s: float


class Trigger(NamedTuple):
    """A rule acted: once for a connection, once for each lie in DNS over UDP.

    Attributes:
        time: when, seconds on the clock that ``process`` was given.
        rule_id: the rule's id.
        name: name in lower case that was seen, where one was.
        address: server's address as text, before any diversion.
        port: server's port; 0 where the protocol has none.
        is_residual: whether an earlier trigger of the rule still held, and not this connection's own content.
    """

    time: float
    rule_id: str
    name: str | None
    address: str
    port: int
    is_residual: bool = False
