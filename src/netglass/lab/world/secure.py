"""The server's side of TLS over any stream: real OpenSSL, which sees bytes and no socket."""

import ssl
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from netglass.lab.authority import pin_group
from netglass.wire.net import ServeStream, Stream

ChooseContext = Callable[[str | None], ssl.SSLContext]
"""Gives the context for a server name, or for none."""

_READ_BYTES = 65_536


class _ChoosingObject(ssl.SSLObject):
    """The state of a connection, which knows who chooses its certificate."""

    choose: ChooseContext


def _make_front() -> ssl.SSLContext:
    """Return the context that every connection begins with: it holds no certificate, the server name chooses one."""

    def answer(connection: Any, name: str | None, _: ssl.SSLContext) -> None:
        connection.context = connection.choose(name)

    context = pin_group(ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER))
    context.sslobject_class = _ChoosingObject
    context.num_tickets = 0
    context.set_alpn_protocols(["http/1.1"])
    context.sni_callback = answer
    return context


_FRONT = _make_front()


class SecureStream:
    """A stream inside TLS, as the server has it.

    Attributes:
        local: our end.
        peer: the client's end.
    """

    def __init__(self, below: Stream, choose: ChooseContext) -> None:
        self.local, self.peer = below.local, below.peer
        self._below = below
        self._incoming, self._outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        connection = _FRONT.wrap_bio(self._incoming, self._outgoing, server_side=True)
        assert isinstance(connection, _ChoosingObject)
        connection.choose = choose
        self._tls = connection

    async def shake_hands(self) -> bool:
        """Bring the handshake to its end; False where the client went away or would not have us."""
        while True:
            try:
                self._tls.do_handshake()
            except ssl.SSLWantReadError:
                await self._flush()
                if not await self._fill():
                    return False
            except ssl.SSLError:
                await self._flush()  # the alert, which asyncio's own server does not send
                return False
            else:
                await self._flush()
                return True

    async def read(self, most_bytes: int = _READ_BYTES) -> bytes:
        """Return what has arrived, or nothing at the end, as ``Stream.read`` does."""
        while True:
            try:
                return self._tls.read(most_bytes)
            except ssl.SSLWantReadError:
                await self._flush()
                if not await self._fill():
                    return b""
            except ssl.SSLError:
                return b""

    async def write(self, data: bytes) -> None:
        """Send ``data``."""
        if data:
            self._tls.write(data)
        await self._flush()

    async def finish(self) -> None:
        """Say that we are done, as TLS has it, and close."""
        with suppress(ssl.SSLError):  # the client does not have to answer
            self._tls.unwrap()
        await self._flush()
        self.close()

    def close(self) -> None:
        """Close the connection below."""
        self._below.close()

    def abort(self) -> None:
        """Reset the connection below."""
        self._below.abort()

    async def _fill(self) -> bool:
        data = await self._below.read(_READ_BYTES)
        if data:
            self._incoming.write(data)
        else:
            self._incoming.write_eof()
        return bool(data)

    async def _flush(self) -> None:
        if self._outgoing.pending:
            await self._below.write(self._outgoing.read())


def secure(choose: ChooseContext, serve: ServeStream) -> ServeStream:
    """Return what serves inside TLS, with a certificate by server name."""

    async def serve_secure(stream: Stream) -> None:
        inside = SecureStream(stream, choose)
        try:
            if await inside.shake_hands():
                await serve(inside)
                await inside.finish()
        except OSError:
            return  # the client reset the connection, or cannot be reached any more

    return serve_secure
