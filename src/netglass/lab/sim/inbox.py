"""What one end of a TCP connection has got: bytes in order, the end of the stream, or an error.

The order is that of ``wire.tcp_stream``: the first copy of a byte that is next in order wins. A FIN counts when
everything before it is there; what is sent behind it is never taken.
"""

import os
from asyncio import AbstractEventLoop

from netglass.lab.sim.waiter import Waiter
from netglass.wire.tcp import MODULUS
from netglass.wire.tcp_stream import TcpStream

_HALF = MODULUS // 2


class Inbox:
    """The receiving half of a connection.

    Args:
        loop: the loop that readers wait on.
        first: sequence number of the first byte.
        window_bytes: how far ahead of what is expected a segment may be.

    Attributes:
        expected: the next sequence number; what is acknowledged.
        window_bytes: as given.
        is_ended: whether the FIN has come and all before it.
    """

    __slots__ = ("_arrived", "_error", "_fin", "_stream", "_waiter", "expected", "is_ended", "window_bytes")

    def __init__(self, loop: AbstractEventLoop, first: int, window_bytes: int) -> None:
        self.expected = first
        self.window_bytes = window_bytes
        self.is_ended = False
        self._stream = TcpStream(first, window_bytes)
        self._waiter = Waiter(loop)
        self._arrived: list[bytes] = []
        self._fin: int | None = None
        self._error: int | None = None

    @property
    def has_unread(self) -> bool:
        """Whether there are bytes that nobody has read."""
        return bool(self._arrived)

    def measure_lead(self, sequence: int) -> int:
        """Return how far a sequence number is ahead of what is expected, negative behind it."""
        return (sequence - self.expected + _HALF) % MODULUS - _HALF

    def take(self, sequence: int, payload: bytes, is_last: bool) -> bool:
        """Take what a segment carries and return whether all of it was new and next in order."""
        if self.is_ended:
            return False
        before = self.expected
        if payload:
            fresh = self._stream.feed(sequence, payload)
            if fresh:
                self.expected = (before + len(fresh)) % MODULUS
                self._arrived.append(fresh)
        if is_last and self._fin is None:
            self._fin = (sequence + len(payload)) % MODULUS
        if self._fin == self.expected:
            self.expected = (self.expected + 1) % MODULUS
            self.is_ended = True
        if before == self.expected:
            return False
        self._waiter.wake()
        return before == sequence and self.expected == (sequence + len(payload) + is_last) % MODULUS

    def fail(self, error: int | None) -> None:
        """Let reads end: with an error number, or as at the end of the stream."""
        self._error = error
        self.is_ended = self.is_ended or error is None
        self._waiter.wake()

    async def read(self, most_bytes: int) -> bytes:
        """Return what has arrived; what came before an error or the end is returned first."""
        while not self._arrived:
            if self.is_ended:
                return b""
            if self._error is not None:
                raise OSError(self._error, os.strerror(self._error))
            await self._waiter.wait()
        data = b"".join(self._arrived) if len(self._arrived) > 1 else self._arrived[0]
        self._arrived = [data[most_bytes:]] if len(data) > most_bytes else []
        return data[:most_bytes]
