"""What the machines of a lane say to each other: it stays in the servers' process and never meets a wire or a censor.

A helper that looks for itself, a proxy, an interceptor: each connects to another machine for every client that it serves. Over
the kernel and the middlebox that would be two fifths of all packets, for nothing that a client could tell. So a connection
between neighbours is a pair of buffers that behave as sockets do; an address of nobody is unreachable, one in a hole silent.
"""

import asyncio
import errno
import os
from collections.abc import Callable, Iterable
from itertools import cycle

from netglass.lab.netns.flow import Answer, SocketFlow
from netglass.lab.sim.route import RouteTable
from netglass.wire.ip import pack_address
from netglass.wire.net import Endpoint, Flow

PATIENCE_S = 127.0
"""How long Linux tries to connect, seconds: 6 repetitions of the SYN, the first after 1 s (tcp(7), ``tcp_syn_retries``)."""

_MOST_WAITING_BYTES = 1 << 18
_PORTS = range(32_768, 61_000)


class NeighbourStream:
    """One end of a connection between neighbours; a ``Stream``."""

    _other: "NeighbourStream"

    def __init__(self, local: Endpoint, peer: Endpoint) -> None:
        self.local, self.peer = local, peer
        self._arrived = bytearray()
        self._is_ended = self._is_closing = self._is_released = False
        self._error: OSError | None = None
        self._reader: asyncio.Future[None] | None = None
        self._writer: asyncio.Future[None] | None = None

    async def read(self, most_bytes: int = 65_536) -> bytes:
        """Return what has arrived, or nothing at the end of the stream."""
        while not self._arrived:
            if self._error is not None:
                raise self._error
            if self._is_ended:
                return b""
            self._reader = asyncio.get_running_loop().create_future()
            await self._reader
        data = bytes(self._arrived[:most_bytes])
        del self._arrived[:most_bytes]
        _wake(self._writer)
        return data

    async def write(self, data: bytes) -> None:
        """Send ``data``; waits while much is on its way already."""
        self._require_open()
        other = self._other
        if other._is_released:
            self._fail()
            return
        other._arrived += data
        _wake(other._reader)
        while len(other._arrived) >= _MOST_WAITING_BYTES and not other._is_released:
            other._writer = asyncio.get_running_loop().create_future()
            await other._writer
            self._require_open()

    def close(self) -> None:
        """End our side; the peer may go on."""
        if not self._is_closing:
            self._is_closing = self._other._is_ended = True
            _wake(self._other._reader)

    def abort(self) -> None:
        """Reset the connection."""
        self._other._fail()
        self.release()

    def release(self) -> None:
        """Close both ways: what comes yet is answered by a reset."""
        self.close()
        self._is_released = self._is_ended = True
        self._arrived.clear()
        _wake(self._reader)
        _wake(self._writer)

    def _fail(self) -> None:
        """Take a reset."""
        if not self._is_released:
            self._error = ConnectionResetError(errno.ECONNRESET, os.strerror(errno.ECONNRESET))
            _wake(self._reader)
            _wake(self._other._writer)

    def _require_open(self) -> None:
        if self._error is not None:
            raise self._error
        if self._is_closing:
            raise BrokenPipeError(errno.EPIPE, os.strerror(errno.EPIPE))


class Neighbourhood:
    """The machines of a lane, as they find each other.

    Args:
        prefixes: of the machines.
        holes: prefixes from which nothing is heard.
    """

    def __init__(self, prefixes: Iterable[str], holes: Iterable[str]) -> None:
        self.streams: dict[Endpoint, Callable[[NeighbourStream], object]] = {}
        self.datagrams: dict[Endpoint, Answer] = {}
        self._answers: RouteTable[bool] = RouteTable()
        for prefix in prefixes:
            self._answers.add(prefix, True)
        for hole in holes:
            self._answers.add(hole, False)
        self._ports = cycle(_PORTS)

    async def connect(self, source: str, peer: Endpoint) -> NeighbourStream:
        """Connect a machine with another, as ``Net.connect`` does."""
        take, answers = self.streams.get(peer), self._answers.find(pack_address(peer.address))
        if take is None:
            if answers is False:
                await asyncio.sleep(PATIENCE_S)
                raise TimeoutError(errno.ETIMEDOUT, os.strerror(errno.ETIMEDOUT))
            number = errno.ECONNREFUSED if answers else errno.EHOSTUNREACH
            raise OSError(number, os.strerror(number))
        local = Endpoint(source, next(self._ports))
        near, far = NeighbourStream(local, peer), NeighbourStream(peer, local)
        near._other, far._other = far, near
        take(far)
        return near

    def open_flow(self, source: str, peer: Endpoint) -> Flow:
        """Begin to exchange datagrams between a machine and another, as ``Net.open_flow`` does."""
        local = Endpoint(source, next(self._ports))

        def send(data: bytes) -> None:
            take = self.datagrams.get(peer)
            if take is not None:
                take(data, local, flow.take)
            elif self._answers.find(pack_address(peer.address)):
                flow.take_error(OSError(errno.ECONNREFUSED, os.strerror(errno.ECONNREFUSED)))

        flow = SocketFlow(local, peer, send, lambda: None)
        return flow


def _wake(waiter: "asyncio.Future[None] | None") -> None:
    if waiter is not None and not waiter.done():
        waiter.set_result(None)
