"""A TCP connection of the kernel as a ``Stream``.

What has arrived is read before an error or the end is told. ``close`` ends our side and the stream can still be read; the
socket goes when the peer has ended too, or after :data:`LINGER_S`.
"""

import asyncio
import errno
import os
import socket
import struct
from collections.abc import Callable

from netglass.wire.net import Endpoint

LINGER_S = 20.0
"""How long a peer may go on after we have ended our side, seconds."""

_MOST_WAITING_BYTES = 1 << 18
_RESET_ON_CLOSE = struct.pack("ii", 1, 0)


class SocketStream(asyncio.Protocol):
    """A ``Stream``.

    Args:
        opened: is called when the connection stands.
        lost: is called when it is over.
    """

    local: Endpoint
    peer: Endpoint
    _transport: asyncio.Transport

    def __init__(self, opened: Callable[["SocketStream"], object], lost: Callable[["SocketStream"], object]) -> None:
        self._opened, self._lost = opened, lost
        self._loop = asyncio.get_running_loop()
        self._arrived = bytearray()
        self._error: Exception | None = None
        self._is_ended = self._is_lost = self._is_closing = False
        self._reader: asyncio.Future[None] | None = None
        self._writer: asyncio.Future[None] | None = None
        self._must_wait = self._is_paused = False
        self._linger: asyncio.TimerHandle | None = None

    # What a program does.

    async def read(self, most_bytes: int = 65_536) -> bytes:
        """Return what has arrived, or nothing at the end of the stream."""
        while not self._arrived:
            if self._error is not None:
                raise self._error
            if self._is_ended:
                return b""
            self._reader = self._loop.create_future()
            await self._reader
        data = bytes(self._arrived[:most_bytes])
        del self._arrived[:most_bytes]
        if self._is_paused and len(self._arrived) < _MOST_WAITING_BYTES:
            self._is_paused = False
            self._transport.resume_reading()
        return data

    async def write(self, data: bytes) -> None:
        """Send ``data``; waits while much is on its way already."""
        self._require_open()
        self._transport.write(data)
        while self._must_wait:
            self._writer = self._loop.create_future()
            await self._writer
            self._require_open()

    def close(self) -> None:
        """Send what waits and end our side; the peer may go on."""
        if self._is_closing or self._is_lost:
            return
        self._is_closing = True
        if self._is_ended:
            self._transport.close()
        else:
            self._transport.write_eof()
            self._linger = self._loop.call_later(LINGER_S, self._transport.abort)

    def abort(self) -> None:
        """Reset the connection."""
        if not self._is_lost:
            own: socket.socket = self._transport.get_extra_info("socket")
            own.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET_ON_CLOSE)
            self._transport.abort()

    def release(self) -> None:
        """Close both ways: what comes yet is answered by a reset."""
        self._is_closing = True
        self._transport.close()

    # What the loop tells.

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Take the connection."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self.local = Endpoint(*transport.get_extra_info("sockname")[:2])
        self.peer = Endpoint(*transport.get_extra_info("peername")[:2])
        self._opened(self)

    def data_received(self, data: bytes) -> None:
        """Take what has arrived."""
        self._arrived += data
        if len(self._arrived) >= _MOST_WAITING_BYTES and not self._is_paused:
            self._is_paused = True
            self._transport.pause_reading()
        _wake(self._reader)

    def eof_received(self) -> bool:
        """Take the peer's end; our side stays open until we close it."""
        self._is_ended = True
        _wake(self._reader)
        return not self._is_closing

    def connection_lost(self, exc: Exception | None) -> None:
        """Take the end of the connection."""
        self._is_lost = self._is_ended = True
        self._error = exc
        if self._linger is not None:
            self._linger.cancel()
        _wake(self._reader)
        _wake(self._writer)
        self._lost(self)

    def pause_writing(self) -> None:
        """Let writers wait."""
        self._must_wait = True

    def resume_writing(self) -> None:
        """Let writers go on."""
        self._must_wait = False
        _wake(self._writer)

    def _require_open(self) -> None:
        if self._error is not None:
            raise self._error
        if self._is_lost or self._is_closing:
            raise BrokenPipeError(errno.EPIPE, os.strerror(errno.EPIPE))


def _wake(waiter: "asyncio.Future[None] | None") -> None:
    if waiter is not None and not waiter.done():
        waiter.set_result(None)
