"""A machine on real sockets (``netglass.wire.net.Host``): addresses within a namespace of the lab.

Every socket is made in the namespace and bound to one of the machine's own addresses, so many machines live side by side in
one namespace without seeing each other. What serves is bounded in number and time. A server that raises an ``OSError`` has
lost its peer and only that connection ends; any other error is a defect of the lab and is told to ``fail``.
"""

import asyncio
import errno
import os
import socket
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from datetime import datetime, timedelta
from functools import partial
from ipaddress import ip_interface
from random import Random
from typing import Any

from netglass.lab.netns.flow import Answer, ConnectedDatagrams, FlowTable, ServedDatagrams, SocketFlow
from netglass.lab.netns.neighbour import Neighbourhood, NeighbourStream
from netglass.lab.netns.seal import Namespace
from netglass.lab.netns.stream import SocketStream
from netglass.lab.sim.stub import Stub
from netglass.vocab.error import LabError
from netglass.wire.net import Endpoint, Flow, ServeDatagram, ServeStream, Stream

LONGEST_S = 120.0
"""How long one connection or flow is served, seconds."""

MOST_SERVED = 8_192
"""Connections, flows and questions that a machine serves at once; it resets or ignores what is beyond."""

_IP_BIND_ADDRESS_NO_PORT = 24
_IPV6_FREEBIND = 78
_BACKLOG = 1_024
_ALL = ("0.0.0.0", "::")

ServeFlow = Callable[[Flow], Awaitable[None]]
"""Serves the datagrams of one peer; the flow is closed when it returns."""


class SocketHost:
    """A machine.

    Args:
        namespace: where it is.
        addresses: its addresses, with or without a length; of each version the first is what it sends from.
        moment: its wall clock now, UTC and naive.
        random: chooses the numbers of its lookups.
        resolvers: addresses that its stub resolver asks, in order.
        fail: is told of defects.
        neighbours: the machines that it reaches without the kernel, and is reached by; then it reaches no others.
    """

    def __init__(
        self,
        namespace: Namespace,
        addresses: Sequence[str],
        moment: datetime,
        random: Random,
        resolvers: Sequence[str] = (),
        fail: Callable[[Exception], object] = lambda error: None,
        neighbours: Neighbourhood | None = None,
    ) -> None:
        self._neighbours = neighbours
        self._namespace, self._moment, self._fail = namespace, moment, fail
        self._loop = asyncio.get_running_loop()
        self._begun = self._loop.time()
        self._own: dict[int, str] = {}
        for address in addresses:
            own = ip_interface(address).ip
            self._own.setdefault(len(own.packed), str(own))
        self._stub = Stub(self, resolvers, random, 16 in self._own)
        self._listening: list[asyncio.AbstractServer | ServedDatagrams] = []
        self._served: set[asyncio.Task[None]] = set()
        self._opening: set[socket.socket] = set()
        self._streams: set[SocketStream] = set()
        self._flows: set[Flow] = set()

    async def connect(self, address: str, port: int) -> Stream:
        """Connect from this machine's address of that version."""
        here = self._find_own(address)
        if self._neighbours is not None:
            return await self._neighbours.connect(here, Endpoint(address, port))
        opened = self._open(here, socket.SOCK_STREAM)
        self._opening.add(opened)
        try:
            await self._loop.sock_connect(opened, (address, port))
            _, stream = await self._loop.create_connection(self._make_stream, sock=opened)
        except BaseException:
            opened.close()
            raise
        finally:
            self._opening.discard(opened)
        return stream

    async def open_flow(self, address: str, port: int) -> Flow:
        """Begin to exchange datagrams with one peer."""
        here = self._find_own(address)
        if self._neighbours is not None:
            return self._neighbours.open_flow(here, Endpoint(address, port))
        opened = self._open(here, socket.SOCK_DGRAM)
        try:
            opened.connect((address, port))
            make = partial(ConnectedDatagrams, self._flows.discard)
            _, protocol = await self._loop.create_datagram_endpoint(make, sock=opened)
        except BaseException:
            opened.close()
            raise
        self._flows.add(protocol.flow)
        return protocol.flow

    async def resolve(self, name: str) -> list[str]:
        """Ask the stub resolver."""
        return await self._stub.resolve(name)

    def read_clock(self) -> datetime:
        """Return this machine's wall clock, UTC and naive."""
        return self._moment + timedelta(seconds=self._loop.time() - self._begun)

    async def listen(self, address: str, port: int, serve: ServeStream) -> None:
        """Serve connections to an address of this machine."""
        opened = self._bind(address, port, socket.SOCK_STREAM)
        opened.listen(_BACKLOG)

        def take(stream: SocketStream | NeighbourStream) -> None:
            if not self._begin(partial(self._serve, serve, stream)):
                stream.abort()

        if self._neighbours is not None:
            self._neighbours.streams[Endpoint(address, port)] = take
        make = partial(self._make_stream, take)
        self._listening.append(await self._loop.create_server(make, sock=opened))

    async def listen_datagrams(self, address: str, port: int, serve: ServeDatagram) -> None:
        """Answer datagrams to an address of this machine, one by one."""

        def take(data: bytes, peer: Endpoint, send: Callable[[bytes], object]) -> None:
            self._begin(partial(self._answer, serve, data, peer, send))

        await self._listen_datagrams(address, port, take)

    async def listen_flows(self, address: str, port: int, serve: ServeFlow) -> None:
        """Serve the datagrams of each peer to an address of this machine as one flow."""

        def begin(flow: SocketFlow) -> None:
            if not self._begin(partial(self._serve_flow, serve, flow)):
                flow.close()

        await self._listen_datagrams(address, port, FlowTable(Endpoint(address, port), begin).take)

    async def stop(self) -> None:
        """End everything that is open here at once, as a machine does that is switched off."""
        for listening in self._listening:
            listening.close()
        for task in self._served:
            task.cancel()
        for opened in self._opening:
            opened.close()
        for stream in tuple(self._streams):
            stream.abort()
        for flow in tuple(self._flows):
            flow.close()
        await asyncio.gather(*self._served, return_exceptions=True)
        await asyncio.gather(*(served.closed for served in self._listening if isinstance(served, ServedDatagrams)))

    def _make_stream(self, serve: Callable[[SocketStream], object] = lambda stream: None) -> SocketStream:
        def open_here(stream: SocketStream) -> None:
            self._streams.add(stream)
            serve(stream)

        return SocketStream(open_here, self._streams.discard)

    def _find_own(self, address: str) -> str:
        """Return this machine's address of the version of ``address``."""
        here = self._own.get(16 if ":" in address else 4)
        if here is None:
            raise OSError(errno.ENETUNREACH, os.strerror(errno.ENETUNREACH))
        return here

    def _open(self, here: str, kind: int) -> socket.socket:
        """Return a socket that will send from one of this machine's addresses."""
        opened = self._make(here, kind)
        opened.setsockopt(socket.SOL_IP, _IP_BIND_ADDRESS_NO_PORT, 1)
        opened.bind((here, 0))
        return opened

    def _bind(self, address: str, port: int, kind: int) -> socket.socket:
        if address in _ALL:
            raise LabError(f"{address} would take the addresses of other machines: listen at one of your own")
        try:
            opened = self._make(address, kind)
            opened.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, kind == socket.SOCK_STREAM)
            opened.bind((address, port))
        except OSError as error:
            hint = ": use fewer lanes" if error.errno == errno.EMFILE else ""
            raise LabError(f"nobody can listen at {Endpoint(address, port)}: {error.strerror}{hint}") from error
        return opened

    def _make(self, address: str, kind: int) -> socket.socket:
        family = socket.AF_INET6 if ":" in address else socket.AF_INET
        opened = self._namespace.open_socket(family, kind)
        if family == socket.AF_INET6:
            opened.setsockopt(socket.IPPROTO_IPV6, _IPV6_FREEBIND, 1)
        return opened

    async def _listen_datagrams(self, address: str, port: int, take: Answer) -> None:
        opened = self._bind(address, port, socket.SOCK_DGRAM)
        if self._neighbours is not None:
            self._neighbours.datagrams[Endpoint(address, port)] = take
        _, served = await self._loop.create_datagram_endpoint(lambda: ServedDatagrams(take), sock=opened)
        self._listening.append(served)

    def _begin(self, work: Callable[[], Coroutine[Any, Any, None]]) -> bool:
        """Begin to serve; False where too much is being served already."""
        if len(self._served) >= MOST_SERVED:
            return False
        task = self._loop.create_task(self._guard(work))
        self._served.add(task)
        task.add_done_callback(self._served.discard)
        return True

    async def _guard(self, work: Callable[[], Coroutine[Any, Any, None]]) -> None:
        try:
            async with asyncio.timeout(LONGEST_S):
                await work()
        except OSError:  # a time-out is one too
            pass
        except Exception as error:
            self._fail(error)

    async def _serve(self, serve: ServeStream, stream: SocketStream | NeighbourStream) -> None:
        try:
            await serve(stream)
        except OSError:
            stream.abort()
        except asyncio.CancelledError:
            stream.abort()
            raise
        finally:
            stream.release()

    async def _answer(self, serve: ServeDatagram, data: bytes, peer: Endpoint, send: Callable[[bytes], object]) -> None:
        reply = await serve(data, peer)
        if reply is not None:
            send(reply)

    async def _serve_flow(self, serve: ServeFlow, flow: SocketFlow) -> None:
        try:
            await serve(flow)
        finally:
            flow.close()
