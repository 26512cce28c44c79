"""The server's side of TLS over a stream: ``ssl.MemoryBIO`` on either backend."""

import ssl

from netglass.wire.net import Stream

READ_BYTES = 1 << 16


class SecureStream:
    """A stream under TLS, once ``accept`` has returned."""

    def __init__(self, below: Stream, context: ssl.SSLContext) -> None:
        self._below = below
        self._incoming, self._outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        self._tls = context.wrap_bio(self._incoming, self._outgoing, server_side=True)
        self.local, self.peer = below.local, below.peer

    async def accept(self) -> None:
        """Shake hands as a server; an alert is sent where it fails.

        Raises:
            OSError: there is no secure stream.
        """
        while True:
            try:
                self._tls.do_handshake()
            except ssl.SSLWantReadError:
                await self._fill()
                continue
            finally:
                await self._flush()
            return

    async def read(self, most_bytes: int = READ_BYTES) -> bytes:
        """Return what has arrived; nothing at the end."""
        while True:
            try:
                return self._tls.read(most_bytes)
            except ssl.SSLWantReadError:
                await self._fill()
            except (ssl.SSLZeroReturnError, ssl.SSLEOFError):
                return b""

    async def write(self, data: bytes) -> None:
        """Send ``data``."""
        self._tls.write(data)
        await self._flush()

    def close(self) -> None:
        """End our side."""
        self._below.close()

    def abort(self) -> None:
        """Reset the connection."""
        self._below.abort()

    async def _flush(self) -> None:
        if self._outgoing.pending:
            await self._below.write(self._outgoing.read())

    async def _fill(self) -> None:
        await self._flush()
        data = await self._below.read(READ_BYTES)
        if data:
            self._incoming.write(data)
        else:
            self._incoming.write_eof()
