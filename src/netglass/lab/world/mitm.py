"""Interception of TLS: a machine that ends the connections for some names with another certificate, and carries the rest.

It is led to by a rule that diverts flows (``censor.rule.DivertRule``), so it sees where a connection was going by its server name
alone. Who does not mind the certificate gets an empty page.
"""

import ssl
from collections.abc import Callable

from netglass.lab.world.exchange import read_request, render_page
from netglass.lab.world.page import HTML, Page
from netglass.lab.world.relay import FindAddress, pass_on, peek_name
from netglass.lab.world.secure import SecureStream
from netglass.wire.client_hello import ClientHelloReader
from netglass.wire.net import Net, Stream

_SEEN = Page(200, (HTML, ("Server", "gateway")), b"<html><head><title>OK</title></head><body></body></html>")


class Forger:
    """A machine that signs for the names of others.

    Args:
        net: the machine's way to the world.
        find_address: the truth about names.
        present: gives the certificate that is shown instead of that of a name.
        names: the names that it signs for; None for all.
    """

    def __init__(
        self,
        net: Net,
        find_address: FindAddress,
        present: Callable[[str], ssl.SSLContext],
        names: frozenset[str] | None,
    ) -> None:
        self._net, self._find_address = net, find_address
        self._present, self._names = present, names

    async def serve(self, stream: Stream) -> None:
        """Take one connection that was meant for somebody else."""
        name, received = await peek_name(stream, ClientHelloReader())
        if name is None or not self._forges(name):
            await pass_on(self._net, stream, received, name and self._find_address(name), 443)
            return
        inside = SecureStream(_Rewound(stream, received), self._choose)
        try:
            if await inside.shake_hands() and await read_request(inside):
                await inside.write(render_page(_SEEN))
                await inside.finish()
        except OSError:
            return  # the client saw the certificate and left

    def _forges(self, name: str) -> bool:
        return self._names is None or name in self._names or name.removeprefix("www.") in self._names

    def _choose(self, name: str | None) -> ssl.SSLContext:
        return self._present(name or "unknown.test")


class _Rewound:
    """A stream whose first bytes were read already and are there again."""

    def __init__(self, below: Stream, received: bytes) -> None:
        self.local, self.peer = below.local, below.peer
        self._below, self._received = below, received

    async def read(self, most_bytes: int = 65_536) -> bytes:
        received, self._received = self._received[:most_bytes], self._received[most_bytes:]
        return received or await self._below.read(most_bytes)

    async def write(self, data: bytes) -> None:
        await self._below.write(data)

    def close(self) -> None:
        self._below.close()

    def abort(self) -> None:
        self._below.abort()
