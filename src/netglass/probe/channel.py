"""A connection whose every read and write is written down, in clear and under TLS.

TLS is ``ssl.MemoryBIO`` over the stream, so what the records of TLS do to the network is seen read by read. A time-out of
the step around it reaches a read as a cancellation and is written as that step's failure.
"""

import asyncio
import ssl
from typing import Protocol

from netglass.probe.failure import EOF, TIMEOUT, name_failure
from netglass.probe.trace import Strand
from netglass.wire.net import Endpoint, Stream

READ_BYTES = 1 << 16


class Channel(Protocol):
    """What an HTTP request is sent over."""

    strand: Strand
    endpoint: Endpoint
    protocol: str | None

    async def read(self) -> bytes:
        """Return what has arrived; nothing at the end."""

    async def write(self, data: bytes) -> None:
        """Send ``data``."""

    def follow(self, strand: Strand) -> None:
        """Write what is done from now on to another strand."""

    def close(self) -> None:
        """End the connection."""


class ClearChannel:
    """A TCP connection.

    Attributes:
        strand: where its events are written.
        endpoint: the other side.
        protocol: None, for nothing was negotiated.
    """

    __slots__ = ("_address", "_stream", "endpoint", "protocol", "received", "strand")

    def __init__(self, stream: Stream, endpoint: Endpoint, strand: Strand) -> None:
        self._stream = stream
        self._address = str(endpoint)
        self.endpoint = endpoint
        self.strand = strand
        self.protocol: str | None = None
        self.received = 0

    async def read(self) -> bytes:
        """Return what has arrived; nothing at the end. Raises as the stream does."""
        strand = self.strand
        t0 = strand.read_time()
        try:
            data = await self._stream.read(READ_BYTES)
        except OSError as error:
            strand.note("read", t0, name_failure(error), address=self._address)
            raise
        except asyncio.CancelledError:
            strand.note("read", t0, TIMEOUT, address=self._address)
            raise
        if data:
            self.received += len(data)
            strand.note("read", t0, address=self._address, num_bytes=len(data))
        else:
            strand.note("read", t0, EOF, address=self._address)
        return data

    async def write(self, data: bytes) -> None:
        """Send ``data``. Raises as the stream does."""
        strand = self.strand
        t0 = strand.read_time()
        try:
            await self._stream.write(data)
        except OSError as error:
            strand.note("write", t0, name_failure(error), address=self._address)
            raise
        except asyncio.CancelledError:
            strand.note("write", t0, TIMEOUT, address=self._address)
            raise
        strand.note("write", t0, address=self._address, num_bytes=len(data))

    def follow(self, strand: Strand) -> None:
        """Write what is done from now on, and what is received, to another strand."""
        self.strand, self.received = strand, 0

    def close(self) -> None:
        """End the connection, and write how much was received over it."""
        strand = self.strand
        t = strand.read_time()
        strand.note("bytes_received_cumulative", t, address=self._address, num_bytes=self.received)
        self._stream.close()

    def abort(self) -> None:
        """Reset the connection."""
        self._stream.abort()


class SecureChannel:
    """TLS over a connection; ``handshake`` makes it.

    Attributes:
        strand: where its events are written.
        endpoint: the other side.
        protocol: what ALPN chose, else None.
    """

    __slots__ = ("_below", "_incoming", "_outgoing", "endpoint", "protocol", "strand", "tls")

    def __init__(self, below: ClearChannel, context: ssl.SSLContext, server_name: str) -> None:
        self._below = below
        self._incoming, self._outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        self.tls = context.wrap_bio(self._incoming, self._outgoing, server_hostname=server_name.encode("ascii"))
        self.endpoint = below.endpoint
        self.strand = below.strand
        self.protocol: str | None = None

    async def flush(self) -> None:
        """Send what TLS wants to send."""
        if self._outgoing.pending:
            await self._below.write(self._outgoing.read())

    async def fill(self) -> None:
        """Send what TLS wants to send, and give it what has arrived, or the end."""
        await self.flush()
        data = await self._below.read()
        if data:
            self._incoming.write(data)
        else:
            self._incoming.write_eof()

    async def read(self) -> bytes:
        """Return what has arrived; nothing at the end, with or without a closing alert, which many servers do not send."""
        while True:
            try:
                return self.tls.read(READ_BYTES)
            except ssl.SSLWantReadError:
                await self.fill()
            except (ssl.SSLZeroReturnError, ssl.SSLEOFError):
                return b""

    async def write(self, data: bytes) -> None:
        """Send ``data``."""
        self.tls.write(data)
        await self.flush()

    def follow(self, strand: Strand) -> None:
        """Write what is done from now on to another strand."""
        self.strand = strand
        self._below.follow(strand)

    def close(self) -> None:
        """End the connection."""
        self._below.close()
