"""A TCP connection as the program on a simulated host has it: a ``Stream`` over what the kernel keeps of it.

What has arrived is read before an error or the end is told, as on Linux. ``write`` waits only while a quarter of a
megabyte is on its way already.
"""

import errno
import os

from netglass.lab.sim.tcp import Connection

_MOST_WAITING_BYTES = 1 << 18


class SimStream:
    """A ``Stream``."""

    __slots__ = ("_connection", "local", "peer")

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self.local, self.peer = connection.local, connection.peer

    async def read(self, most_bytes: int = 65_536) -> bytes:
        """Return what has arrived, or nothing at the end of the stream."""
        return await self._connection.inbox.read(most_bytes)

    async def write(self, data: bytes) -> None:
        """Send ``data``."""
        connection = self._connection
        self._raise_error()
        if not connection.is_writable:
            raise BrokenPipeError(errno.EPIPE, os.strerror(errno.EPIPE))
        connection.add(data)
        while connection.waiting_bytes > _MOST_WAITING_BYTES and connection.is_writable:
            await connection.waiter.wait()
        self._raise_error()

    def close(self) -> None:
        """Send what waits, then the FIN; the peer may go on sending."""
        self._connection.finish()

    def abort(self) -> None:
        """Reset the connection."""
        self._connection.abort()

    def release(self) -> None:
        """Close for reading as well: what was not read, or comes yet, is answered by a reset (RFC 1122 section 4.2.2.13)."""
        self._connection.release()

    def _raise_error(self) -> None:
        number = self._connection.error
        if number is not None:
            raise OSError(number, os.strerror(number))
