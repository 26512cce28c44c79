"""Datagrams of the kernel: a ``Flow`` over a connected socket, and flows and answers over a socket that serves many peers."""

import asyncio
import errno
import os
from collections import deque
from collections.abc import Callable
from typing import Any, cast

from netglass.wire.net import Endpoint

_MOST_WAITING = 512
"""Datagrams that nobody has read; what comes then is lost, as in the kernel."""


class SocketFlow:
    """A ``Flow``.

    Args:
        local: our end.
        peer: the other end.
        send: sends one datagram.
        close: is called once, when the flow is closed.
    """

    def __init__(
        self, local: Endpoint, peer: Endpoint, send: Callable[[bytes], object], close: Callable[[], object]
    ) -> None:
        self.local, self.peer = local, peer
        self._send, self._close = send, close
        self._arrived: deque[bytes] = deque()
        self._error: Exception | None = None
        self._is_closed = False
        self._reader: asyncio.Future[None] | None = None

    async def send(self, data: bytes) -> None:
        """Send one datagram."""
        self._raise_error()
        self._send(data)

    async def receive(self) -> bytes:
        """Return the next datagram."""
        while not self._arrived:
            self._raise_error()
            self._reader = asyncio.get_running_loop().create_future()
            await self._reader
        return self._arrived.popleft()

    def close(self) -> None:
        """Stop receiving."""
        if not self._is_closed:
            self._is_closed = True
            self._close()
            self._wake()

    def take(self, data: bytes) -> None:
        """Take a datagram of the peer."""
        if len(self._arrived) < _MOST_WAITING:
            self._arrived.append(data)
            self._wake()

    def take_error(self, error: Exception) -> None:
        """Take what the network reports of a datagram that was sent; the next operation raises it."""
        self._error = error
        self._wake()

    def _raise_error(self) -> None:
        error, self._error = self._error, None
        if self._is_closed:
            error = OSError(errno.EBADF, os.strerror(errno.EBADF))
        if error is not None:
            raise error

    def _wake(self) -> None:
        if self._reader is not None and not self._reader.done():
            self._reader.set_result(None)


class ConnectedDatagrams(asyncio.DatagramProtocol):
    """A connected socket.

    Args:
        closed: is called when the socket is gone.
    """

    flow: SocketFlow

    def __init__(self, closed: Callable[[SocketFlow], object]) -> None:
        self._closed = closed

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Make the flow."""
        socket = cast(asyncio.DatagramTransport, transport)  # it is, but not by its class before Python 3.12
        local = Endpoint(*socket.get_extra_info("sockname")[:2])
        peer = Endpoint(*socket.get_extra_info("peername")[:2])
        self.flow = SocketFlow(local, peer, socket.sendto, socket.close)

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the flow."""
        self._closed(self.flow)

    def datagram_received(self, data: bytes, addr: Any) -> None:
        """Take a datagram of the peer."""
        self.flow.take(data)

    def error_received(self, exc: Exception) -> None:
        """Take what the network reports."""
        self.flow.take_error(exc)


Answer = Callable[[bytes, Endpoint, Callable[[bytes], object]], object]
"""Takes a datagram, who sent it, and what sends to that one."""


class ServedDatagrams(asyncio.DatagramProtocol):
    """A socket that serves many peers.

    Args:
        answer: is given each datagram.

    Attributes:
        closed: is done when the socket is gone.
    """

    _transport: asyncio.DatagramTransport

    def __init__(self, answer: Answer) -> None:
        self._answer = answer
        self.closed = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Take the socket."""
        self._transport = cast(asyncio.DatagramTransport, transport)

    def connection_lost(self, exc: Exception | None) -> None:
        """Say that the socket is gone."""
        if not self.closed.done():  # it is cancelled when the loop ends
            self.closed.set_result(None)

    def close(self) -> None:
        """Close the socket."""
        self._transport.close()

    def datagram_received(self, data: bytes, addr: Any) -> None:
        """Pass a datagram on."""
        self._answer(data, Endpoint(*addr[:2]), lambda reply: self._transport.sendto(reply, addr))


class FlowTable:
    """The flows of one socket, by peer.

    Args:
        local: address and port of the socket.
        serve: begins to serve a new flow.
    """

    def __init__(self, local: Endpoint, serve: Callable[[SocketFlow], object]) -> None:
        self._local, self._serve = local, serve
        self._flows: dict[Endpoint, SocketFlow] = {}

    def take(self, data: bytes, peer: Endpoint, send: Callable[[bytes], object]) -> None:
        """Take a datagram; one of a new peer begins a flow."""
        flow = self._flows.get(peer)
        if flow is not None:
            flow.take(data)
            return
        flow = self._flows[peer] = SocketFlow(self._local, peer, send, lambda: self._flows.pop(peer, None))
        flow.take(data)
        self._serve(flow)
