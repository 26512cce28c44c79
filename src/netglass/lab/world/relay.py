"""Pass connections on to where they were going: by the server name of a ClientHello, or by the host of a request.

A transparent proxy is nothing but this. Interception passes on what it was not made for.
"""

import asyncio
from collections.abc import Callable
from contextlib import suppress

from netglass.wire.client_hello import ClientHelloReader
from netglass.wire.http_head import RequestHeadReader
from netglass.wire.net import Net, Stream
from netglass.wire.progress import Progress

FindAddress = Callable[[str], str | None]
"""Gives the true address of a name."""

_PATIENCE_S = 10.0


async def peek_name(stream: Stream, reader: ClientHelloReader | RequestHeadReader) -> tuple[str | None, bytes]:
    """Return the name that the first message of a stream is for, and all that was read."""
    received = b""
    with suppress(TimeoutError, OSError):
        async with asyncio.timeout(_PATIENCE_S):
            while reader.progress is Progress.MORE:
                data = await stream.read()
                if not data:
                    break
                received += data
                reader.feed(data)
    if isinstance(reader, ClientHelloReader):
        name = reader.hello.server_name if reader.hello else None
    else:
        name = reader.head.host.partition(":")[0] if reader.head and reader.head.host else None
    return (name.lower() if name else None), received


async def pass_on(net: Net, stream: Stream, received: bytes, address: str | None, port: int) -> None:
    """Connect to an address and carry bytes both ways until one side is done."""
    if address is None:
        return
    try:
        beyond = await net.connect(address, port)
    except (OSError, TimeoutError):
        stream.abort()
        return
    await beyond.write(received)
    carriers = [asyncio.ensure_future(_carry(stream, beyond)), asyncio.ensure_future(_carry(beyond, stream))]
    await asyncio.wait(carriers, return_when=asyncio.FIRST_COMPLETED)
    for carrier in carriers:
        carrier.cancel()
    await asyncio.gather(*carriers, return_exceptions=True)
    beyond.close()


async def _carry(source: Stream, sink: Stream) -> None:
    try:
        while data := await source.read():
            await sink.write(data)
    except OSError:
        sink.abort()


class Proxy:
    """A machine that passes everything on, whatever name a network's resolver gave it for.

    Args:
        net: the machine's way to the world.
        find_address: the truth about names.
    """

    def __init__(self, net: Net, find_address: FindAddress) -> None:
        self._net, self._find_address = net, find_address

    async def serve_plain(self, stream: Stream) -> None:
        """Carry one connection in the clear."""
        name, received = await peek_name(stream, RequestHeadReader())
        await pass_on(self._net, stream, received, name and self._find_address(name), 80)

    async def serve_tls(self, stream: Stream) -> None:
        """Carry one connection inside TLS, without looking in."""
        name, received = await peek_name(stream, ClientHelloReader())
        await pass_on(self._net, stream, received, name and self._find_address(name), 443)
