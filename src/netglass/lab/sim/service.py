"""Who serves at which address and port of a host, and the tasks that do.

A server that raises an ``OSError`` has lost its peer, and only that connection ends. Any other error of a server ends the
whole run: in a lab a broken server looks like a censored country.
"""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, Generic, TypeVar

from netglass.lab.sim.flow import DatagramFlow
from netglass.lab.sim.loop import VirtualLoop
from netglass.lab.sim.stream import SimStream
from netglass.vocab.error import LabError
from netglass.wire.ip import pack_address
from netglass.wire.net import Endpoint, Flow, ServeDatagram, ServeStream

ServeFlow = Callable[[Flow], Awaitable[None]]
"""Serves the datagrams of one peer; the flow is closed when it returns."""

_ANY = {4: bytes(4), 16: bytes(16)}

_T = TypeVar("_T")


class ListenerTable(Generic[_T]):
    """What serves where; one address goes before all (``0.0.0.0`` or ``::``)."""

    def __init__(self) -> None:
        self._listeners: dict[tuple[bytes, int], _T] = {}

    def add(self, address: str, port: int, serve: _T) -> None:
        """Let ``serve`` serve there.

        Raises:
            LabError: another does.
        """
        if self._listeners.setdefault((pack_address(address), port), serve) is not serve:
            raise LabError(f"somebody listens at {Endpoint(address, port)} of this host already")

    def remove(self, address: str, port: int) -> None:
        """Let nobody serve there."""
        self._listeners.pop((pack_address(address), port), None)

    def find(self, address: bytes, port: int) -> _T | None:
        """Return who serves at a packed address and a port."""
        return self._listeners.get((address, port)) or self._listeners.get((_ANY[len(address)], port))


class Servants:
    """The tasks that serve on a host."""

    def __init__(self, loop: VirtualLoop) -> None:
        self._loop = loop
        self._tasks: set[asyncio.Task[None]] = set()

    def serve_stream(self, serve: ServeStream, stream: SimStream) -> None:
        """Begin to serve a connection; it is closed both ways at the end."""
        self._start(self._serve_stream(serve, stream))

    def serve_flow(self, serve: ServeFlow, flow: DatagramFlow) -> None:
        """Begin to serve a peer's datagrams."""
        self._start(self._serve_flow(serve, flow))

    def answer(self, serve: ServeDatagram, data: bytes, peer: Endpoint, reply: Callable[[bytes], None]) -> None:
        """Begin to answer a datagram."""
        self._start(self._answer(serve, data, peer, reply))

    def _start(self, work: Coroutine[Any, Any, None]) -> None:
        task = self._loop.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _serve_stream(self, serve: ServeStream, stream: SimStream) -> None:
        try:
            await serve(stream)
        except OSError:
            stream.abort()
        except Exception as error:
            self._loop.fail(error)
        finally:
            stream.release()

    async def _serve_flow(self, serve: ServeFlow, flow: DatagramFlow) -> None:
        try:
            await serve(flow)
        except OSError:
            pass
        except Exception as error:
            self._loop.fail(error)
        finally:
            flow.close()

    async def _answer(self, serve: ServeDatagram, data: bytes, peer: Endpoint, reply: Callable[[bytes], None]) -> None:
        try:
            answer = await serve(data, peer)
        except OSError:
            return
        except Exception as error:
            self._loop.fail(error)
            return
        if answer is not None:
            reply(answer)
