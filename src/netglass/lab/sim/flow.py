"""Datagrams between a machine and one peer, as a connected UDP socket has them.

A *hard* ICMP error (``unreachable``) is raised by the next operation, once. Linux keeps about 200 kB that nobody has read
and drops what comes then.
"""

import errno
import os
from collections import deque
from collections.abc import Callable

from netglass.lab.sim.machine import Key, Machine
from netglass.lab.sim.waiter import Waiter
from netglass.wire.ip import format_address
from netglass.wire.net import Endpoint
from netglass.wire.udp import UdpDatagram

_MOST_WAITING_BYTES = 212_992
"""**Source**: Linux's ``net.core.rmem_default``."""

_MOST_BYTES = 65_507
"""What fits into one datagram of IPv4 (RFC 768, RFC 791)."""


class DatagramFlow:
    """A ``Flow``.

    Args:
        machine: where it is.
        key: its addresses and ports.
        forget: takes it off the machine's table.
    """

    __slots__ = ("_arrived", "_error", "_forget", "_is_closed", "_key", "_machine", "_size", "_waiter", "local", "peer")

    def __init__(self, machine: Machine, key: Key, forget: Callable[[Key], object]) -> None:
        self.local = Endpoint(format_address(key[0]), key[1])
        self.peer = Endpoint(format_address(key[2]), key[3])
        self._machine, self._key, self._forget = machine, key, forget
        self._arrived: deque[bytes] = deque()
        self._size = 0
        self._error: int | None = None
        self._is_closed = False
        self._waiter = Waiter(machine.loop)

    async def send(self, data: bytes) -> None:
        """Send one datagram."""
        self._raise_error()
        if len(data) > _MOST_BYTES:
            raise OSError(errno.EMSGSIZE, os.strerror(errno.EMSGSIZE))
        here, port, there, peer_port = self._key
        self._machine.send(here, there, UdpDatagram(port, peer_port, data))

    async def receive(self) -> bytes:
        """Return the next datagram."""
        while not self._arrived:
            self._raise_error()
            await self._waiter.wait()
        data = self._arrived.popleft()
        self._size -= len(data)
        return data

    def close(self) -> None:
        """Stop receiving."""
        if not self._is_closed:
            self._is_closed = True
            self._forget(self._key)
            self._waiter.wake()

    def take(self, data: bytes) -> None:
        """Take a datagram of the peer."""
        if self._size + len(data) <= _MOST_WAITING_BYTES:
            self._size += len(data)
            self._arrived.append(data)
            self._waiter.wake()

    def take_error(self, number: int) -> None:
        """Take what the network reports of a datagram that was sent."""
        self._error = number
        self._waiter.wake()

    def _raise_error(self) -> None:
        number, self._error = self._error, None
        if self._is_closed:
            number = errno.EBADF
        if number is not None:
            raise OSError(number, os.strerror(number))
