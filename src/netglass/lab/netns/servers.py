"""The servers: a process that holds all machines but the clients, on every lane those that were ordered.

What an order means is the business of ``prepare``, which was given when the lab began.
"""

import asyncio
import random
import socket
import traceback
from collections.abc import Callable, Coroutine, Sequence
from contextlib import suppress
from datetime import datetime
from typing import Any, NamedTuple

from netglass.lab.netns.canary import CANARY, CANARY_PORT, sing
from netglass.lab.netns.channel import Frames, pack_message, unpack_message
from netglass.lab.netns.host import SocketHost
from netglass.lab.netns.message import AnyMessage, Broken, Done, Notes, Refused, Settle, Settled, TakeNotes, Wait
from netglass.lab.netns.neighbour import Neighbourhood
from netglass.lab.netns.seal import Namespace
from netglass.lab.world.settle import Machine
from netglass.vocab.error import LabError

_READ_BYTES = 1 << 16


class Cast(NamedTuple):
    """All machines of a lane.

    Attributes:
        machines: the machines; ``name`` and addresses of each are its own.
        holes: prefixes from which nothing is heard.
        moment: their wall clock at first, UTC and naive.
        resolvers: addresses that they ask themselves.
        take_notes: gives what they noted since the last call.
    """

    machines: Sequence[Machine]
    holes: Sequence[str]
    moment: datetime
    resolvers: Sequence[str] = ()
    take_notes: Callable[[], bytes] = bytes


Prepare = Callable[[bytes], Cast]
"""Makes a cast as ordered."""


class Servers:
    """The servers of all lanes.

    Args:
        control: channel to who asks; when it ends, the servers end.
        namespaces: of the lanes.
        prepare: makes casts.
    """

    def __init__(self, control: socket.socket, namespaces: Sequence[Namespace], prepare: Prepare) -> None:
        control.setblocking(False)
        self._control, self._namespaces, self._prepare = control, namespaces, prepare
        self._casts: dict[int, tuple[Cast, list[SocketHost]]] = {}
        self._replying: set[asyncio.Task[None]] = set()
        self._sending = asyncio.Lock()

    async def run(self) -> None:
        """Serve until nobody is there any more to ask."""
        loop, frames = asyncio.get_running_loop(), Frames()
        for namespace in self._namespaces:
            canary = SocketHost(namespace, [CANARY], datetime.min, random.Random(), fail=self._fail)
            await canary.listen(CANARY, CANARY_PORT, sing)
        while data := await loop.sock_recv(self._control, _READ_BYTES):
            for whole in frames.feed(data):
                self._start(self._reply(unpack_message(whole)))

    def _start(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._replying.add(task)
        task.add_done_callback(self._replying.discard)

    async def _reply(self, message: AnyMessage) -> None:
        try:
            if isinstance(message, Settle):
                await self._send(await self._settle(message))
            elif isinstance(message, Wait):
                await self._send(Done(message.number))
            else:
                assert isinstance(message, TakeNotes)
                found = self._casts.get(message.lane)
                await self._send(Notes(message.number, found[0].take_notes() if found else b""))
        except LabError as error:
            await self._send(Refused(message.number, str(error)))
        except Exception as error:
            await self._send(Broken(0, _describe(error)))

    async def _settle(self, message: Settle) -> Settled:
        if message.lane in self._casts:
            for host in self._casts.pop(message.lane)[1]:
                await host.stop()
        cast = self._prepare(message.order)
        hosts: list[SocketHost] = []
        self._casts[message.lane] = cast, hosts
        prefixes = [prefix for machine in cast.machines for prefix in machine.prefixes]
        neighbours = Neighbourhood(prefixes, cast.holes)
        for machine in cast.machines:
            host = SocketHost(
                self._namespaces[message.lane],
                machine.prefixes,
                cast.moment,
                random.Random(machine.name),
                cast.resolvers,
                self._fail,
                neighbours,
            )
            hosts.append(host)
            await machine.start(host)
        routes = tuple((prefix, machine.delay_s) for machine in cast.machines for prefix in machine.prefixes)
        return Settled(message.number, routes, tuple(cast.holes))

    def _fail(self, error: Exception) -> None:
        self._start(self._send(Broken(0, _describe(error))))

    async def _send(self, message: AnyMessage) -> None:
        with suppress(ConnectionError):  # whoever asked is gone, and the servers go too
            async with self._sending:
                await asyncio.get_running_loop().sock_sendall(self._control, pack_message(message))


def _describe(error: Exception) -> str:
    return "".join(traceback.format_exception(error)).strip()
