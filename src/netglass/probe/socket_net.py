"""The machine that this program runs on, as a ``Net`` and a ``Host``: real sockets, IPv4 and IPv6.

Sockets are used bare, through the event loop's ``sock_*`` calls, so a connect, a read and a reset are each seen for
themselves. Datagrams go over connected sockets, which is how the kernel hands on that nobody listens there.
"""

import asyncio
import os
import socket
import struct
from collections.abc import Coroutine
from datetime import UTC, datetime
from typing import Any

from netglass.wire.net import Endpoint, LookupFailed, LookupProblem, ServeDatagram, ServeStream, Stream

BACKLOG = 128
DATAGRAM_BYTES = 1 << 16

PROBLEMS = {
    socket.EAI_NONAME: LookupProblem.NO_SUCH_NAME,
    socket.EAI_AGAIN: LookupProblem.TRY_AGAIN,
    socket.EAI_FAIL: LookupProblem.FAILED,
    getattr(socket, "EAI_NODATA", -5): LookupProblem.NO_ADDRESS,
    getattr(socket, "EAI_ADDRFAMILY", -9): LookupProblem.NO_ADDRESS,
}
"""What the codes of ``getaddrinfo`` mean; any other is ``FAILED``."""

_PAUSE_SECONDS = 0.1
"""How long no connection is accepted when the system has no descriptor left."""

_RESET_ON_CLOSE = struct.pack("ii", 1, 0)


def _open(address: str, kind: socket.SocketKind) -> socket.socket:
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    opened = socket.socket(family, kind)
    opened.setblocking(False)
    return opened


def _name(found: tuple[object, ...]) -> Endpoint:
    return Endpoint(str(found[0]).partition("%")[0], int(str(found[1])))


class SocketStream:
    """A TCP connection over a socket, which it owns."""

    def __init__(self, opened: socket.socket, peer: Endpoint) -> None:
        self._socket = opened
        self._loop = asyncio.get_running_loop()
        self.local = _name(opened.getsockname())
        self.peer = peer
        opened.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    async def read(self, most_bytes: int = 65_536) -> bytes:
        """Return what has arrived; nothing at the end of the stream."""
        return await self._loop.sock_recv(self._socket, most_bytes)

    async def write(self, data: bytes) -> None:
        """Send ``data``."""
        await self._loop.sock_sendall(self._socket, data)

    def close(self) -> None:
        """Send what waits and end our side."""
        self._socket.close()

    def abort(self) -> None:
        """Reset the connection."""
        if self._socket.fileno() >= 0:
            self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET_ON_CLOSE)
        self._socket.close()


class SocketFlow:
    """Datagrams over a connected socket, which it owns."""

    def __init__(self, opened: socket.socket, peer: Endpoint) -> None:
        self._socket = opened
        self._loop = asyncio.get_running_loop()
        self.local = _name(opened.getsockname())
        self.peer = peer

    async def send(self, data: bytes) -> None:
        """Send one datagram."""
        await self._loop.sock_sendall(self._socket, data)

    async def receive(self) -> bytes:
        """Return the next datagram."""
        return await self._loop.sock_recv(self._socket, DATAGRAM_BYTES)

    def close(self) -> None:
        """Stop receiving."""
        self._socket.close()


class SocketNet:
    """What this machine has as a client."""

    async def connect(self, address: str, port: int) -> Stream:
        """Connect, as ``wire.net.Net.connect``."""
        opened = _open(address, socket.SOCK_STREAM)
        try:
            await asyncio.get_running_loop().sock_connect(opened, (address, port))
        except BaseException:
            opened.close()
            raise
        return SocketStream(opened, Endpoint(address, port))

    async def open_flow(self, address: str, port: int) -> SocketFlow:
        """Begin to exchange datagrams with one peer."""
        opened = _open(address, socket.SOCK_DGRAM)
        try:
            opened.connect((address, port))
        except OSError:
            opened.close()
            raise
        return SocketFlow(opened, Endpoint(address, port))

    async def resolve(self, name: str) -> list[str]:
        """Ask the system's resolver.

        Raises:
            LookupFailed: it gave no address.
        """
        try:
            found = await asyncio.get_running_loop().getaddrinfo(name, None, type=socket.SOCK_STREAM)
        except socket.gaierror as error:
            raise LookupFailed(PROBLEMS.get(error.errno or 0, LookupProblem.FAILED)) from error
        except UnicodeError as error:
            raise LookupFailed(LookupProblem.FAILED) from error
        return list(dict.fromkeys(_name(entry[4]).address for entry in found))

    def read_clock(self) -> datetime:
        """Return the machine's clock, UTC and naive."""
        return datetime.now(UTC).replace(tzinfo=None)


class SocketHost(SocketNet):
    """This machine as one that also serves. Every task that it begins ends with ``stop``."""

    def __init__(self) -> None:
        self._sockets: list[socket.socket] = []
        self._tasks: set[asyncio.Task[None]] = set()

    async def listen(self, address: str, port: int, serve: ServeStream) -> None:
        """Serve connections to an address until ``stop``; return once it can be connected to."""
        opened = self._bind(address, port, socket.SOCK_STREAM)
        opened.listen(BACKLOG)
        self._begin(self._accept(opened, serve))

    async def listen_datagrams(self, address: str, port: int, serve: ServeDatagram) -> None:
        """Answer datagrams to an address until ``stop``."""
        self._begin(self._answer(self._bind(address, port, socket.SOCK_DGRAM), serve))

    @property
    def endpoints(self) -> list[Endpoint]:
        """Where it listens, in the order of the calls; port 0 has become the port that the system chose."""
        return [_name(opened.getsockname()) for opened in self._sockets]

    async def stop(self) -> None:
        """End all connections and stop to listen."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for opened in self._sockets:
            opened.close()
        self._sockets.clear()

    def _bind(self, address: str, port: int, kind: socket.SocketKind) -> socket.socket:
        opened = _open(address, kind)
        try:
            if kind == socket.SOCK_STREAM and os.name == "posix":
                opened.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            opened.bind((address, port))
        except OSError:
            opened.close()
            raise
        self._sockets.append(opened)
        return opened

    def _begin(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _accept(self, opened: socket.socket, serve: ServeStream) -> None:
        loop = asyncio.get_running_loop()
        while True:
            try:
                accepted, peer = await loop.sock_accept(opened)
            except OSError:
                await asyncio.sleep(_PAUSE_SECONDS)
                continue
            self._begin(self._serve(SocketStream(accepted, _name(peer)), serve))

    async def _serve(self, stream: SocketStream, serve: ServeStream) -> None:
        try:
            await serve(stream)
        except OSError:
            stream.abort()
        finally:
            stream.close()

    async def _answer(self, opened: socket.socket, serve: ServeDatagram) -> None:
        loop = asyncio.get_running_loop()
        while True:
            data, peer = await loop.sock_recvfrom(opened, DATAGRAM_BYTES)
            answer = await serve(data, _name(peer))
            if answer is not None:
                await loop.sock_sendto(opened, answer, peer)


def find_own_addresses() -> list[str]:
    """Return the addresses from which this machine would reach the internet. Nothing is sent: a route is asked for."""
    found = []
    for somewhere in ("192.0.2.1", "2001:db8::1"):
        with _open(somewhere, socket.SOCK_DGRAM) as opened:
            try:
                opened.connect((somewhere, 9))
            except OSError:
                continue
            found.append(_name(opened.getsockname()).address)
    return found
