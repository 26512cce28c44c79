"""The lab as its director has it: lanes with clients, and the processes of servers and middlebox behind them.

The director is the process that was sealed first. It lays the lanes, forks the others and runs the programs of clients. The
kernel kills them when it ends, and they also end when its channels do.
"""

import asyncio
import gc
import os
import random
import signal
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from contextlib import suppress
from datetime import datetime
from functools import partial
from itertools import cycle, islice
from typing import NamedTuple, NoReturn, TypeVar

from netglass.lab.censor import AnyRule, Trigger
from netglass.lab.netns.canary import CANARY_CLIENT, PATIENCE_S, hear
from netglass.lab.netns.channel import Caller
from netglass.lab.netns.host import SocketHost
from netglass.lab.netns.kernel import die_with_parent
from netglass.lab.netns.message import Done, Notes, SetPath, Settle, Settled, TakeNotes, TakeTriggers, Triggers, Wait
from netglass.lab.netns.middlebox import Middlebox
from netglass.lab.netns.path import PathSetting
from netglass.lab.netns.seal import Namespace
from netglass.lab.netns.servers import Prepare, Servers
from netglass.lab.netns.wiring import Lane as Wires
from netglass.lab.netns.wiring import lay_lanes
from netglass.vocab.error import LabError

CANARY_EVERY_S = 1.0
"""How often the canary of one lane after the other is asked, seconds."""

LANES_TOGETHER = 100
"""Lanes whose servers are in one process: each of their sockets is an open file, of which a process has 20,000 and more."""

_OBJECTS_BETWEEN_COLLECTIONS = 50_000

T = TypeVar("T")
R = TypeVar("R")


class Setting(NamedTuple):
    """What holds for a client on a lane.

    Attributes:
        order: what the servers are to be, in the words of ``prepare``.
        addresses: of the client, at most one of each version.
        resolvers: addresses that its system asks, in order.
        moment: its wall clock at first, UTC and naive; it may be wrong.
        rules: of the censor at its network's border.
        delay_s: length of its line, seconds one way.
        loss: share of packets that are lost on it, each way.
        seed: decides what is lost and what is chosen.
        clock_s: second on the clock of the rules' times at which it begins.
    """

    order: bytes
    addresses: Sequence[str]
    resolvers: Sequence[str]
    moment: datetime
    rules: Sequence[AnyRule] = ()
    delay_s: float = 0.0
    loss: float = 0.0
    seed: str = "0"
    clock_s: float = 0.0


class Lane:
    """A lane: one client at a time, and the world as it is for that one. Lanes do not see each other.

    Attributes:
        number: from 0.
        carried: frames that the middlebox had carried on all lanes when it was last asked.
        lost: frames that it had lost because too much was waiting.
    """

    def __init__(self, number: int, namespace: Namespace, servers: Caller, middlebox: Caller) -> None:
        self.number = number
        self.carried = self.lost = 0
        self._place = number % LANES_TOGETHER
        self._namespace, self._servers, self._middlebox = namespace, servers, middlebox
        self._client: SocketHost | None = None

    async def set_up(self, setting: Setting) -> SocketHost:
        """Put servers, censor and line in place of those that were there, and return the client.

        Raises:
            LabError: something is outside of the fence, or contradicts itself.
        """
        if self._client is not None:
            await self._client.stop()
        settled = await self._servers.ask(lambda number: Settle(number, self._place, setting.order), Settled)
        path = PathSetting(
            clients=tuple(setting.addresses),
            routes=settled.routes,
            holes=settled.holes,
            rules=tuple(setting.rules),
            delay_s=setting.delay_s,
            loss=setting.loss,
            seed=setting.seed,
            clock_s=setting.clock_s,
        )
        await self._middlebox.ask(lambda number: SetPath(number, self.number, path), Done)
        chooser = random.Random(f"{setting.seed}/client")
        self._client = SocketHost(self._namespace, setting.addresses, setting.moment, chooser, setting.resolvers)
        return self._client

    async def take_triggers(self) -> tuple[Trigger, ...]:
        """Return what the censor did since the last call."""
        found = await self._middlebox.ask(lambda number: TakeTriggers(number, self.number), Triggers)
        self.carried, self.lost = found.carried, found.lost
        return found.triggers

    async def take_notes(self) -> bytes:
        """Return what the servers noted since the last call, in the words of their cast."""
        return (await self._servers.ask(lambda number: TakeNotes(number, self._place), Notes)).data

    async def hear_canary(self) -> None:
        """Demand that the canary of the lane can be reached.

        Raises:
            LabError: it cannot.
        """
        host = SocketHost(self._namespace, [CANARY_CLIENT], datetime.min, random.Random())
        try:
            async with asyncio.timeout(PATIENCE_S):
                await hear(host)
        except OSError as error:
            raise LabError(f"the lab's own canary on lane {self.number} is silent: {error!r}") from error


class Lab:
    """All lanes.

    Args:
        home: descriptor of this process's own, sealed namespace.
        count: how many lanes, at least 1.
        prepare: makes the servers that are ordered.
        longest_s: when the processes end by themselves, seconds from now.
        not_theirs: what the other processes are not to keep open.

    Attributes:
        lanes: the lanes.
    """

    def __init__(
        self, home: int, count: int, prepare: Prepare, longest_s: float, not_theirs: Sequence[socket.socket] = ()
    ) -> None:
        wires = lay_lanes(home, count)
        _collect_seldom()
        channels: list[socket.socket] = []
        for first in range(0, count, LANES_TOGETHER):
            serve = partial(_serve, [lane.world for lane in wires[first : first + LANES_TOGETHER]], prepare)
            channels.append(_fork(serve, longest_s, [*channels, *not_theirs]))
        carry = partial(_carry, wires)
        self._middlebox = Caller(_fork(carry, longest_s, [*channels, *not_theirs]), "the middlebox")
        self._servers = [Caller(channel, "the servers' process") for channel in channels]
        _close_wires(wires)
        self.lanes = [
            Lane(number, lane.client, self._servers[number // LANES_TOGETHER], self._middlebox)
            for number, lane in enumerate(wires)
        ]

    async def share(self, items: Iterable[T], work: Callable[[Lane, T], Awaitable[R]]) -> AsyncIterator[R]:
        """Share work out to the lanes, one item for each at a time, and yield results as they come.

        Args:
            items: are taken when a lane is free.
            work: is given a lane for itself and an item.
        """
        left, free = iter(items), list(self.lanes)
        working: dict[asyncio.Task[R], Lane] = {}
        try:
            while True:
                for item in islice(left, len(free)):
                    lane = free.pop(0)
                    working[asyncio.ensure_future(work(lane, item))] = lane
                if not working:
                    return
                for task in (await asyncio.wait(working, return_when=asyncio.FIRST_COMPLETED))[0]:
                    free.append(working.pop(task))
                    yield task.result()
        finally:
            for task in working:
                task.cancel()

    async def watch(self) -> None:
        """Watch over the lab; returns never.

        Raises:
            LabError: something is broken, and nothing that the lab shows can be believed.
        """
        async with asyncio.TaskGroup() as group:
            for caller in (*self._servers, self._middlebox):
                group.create_task(caller.listen())
            for servers in self._servers:
                await servers.ask(Wait, Done)  # or the canaries would be asked before they are there
            for lane in cycle(self.lanes):
                await lane.hear_canary()
                await asyncio.sleep(CANARY_EVERY_S)


def _collect_seldom() -> None:
    """Spare the processes the search for garbage: the world stays as it is, and little else goes in circles."""
    gc.freeze()
    gc.set_threshold(_OBJECTS_BETWEEN_COLLECTIONS, 20, 50)


def _carry(lanes: Sequence[Wires], control: socket.socket) -> None:
    Middlebox(control, lanes).run()


def _serve(worlds: Sequence[Namespace], prepare: Prepare, control: socket.socket) -> None:
    asyncio.run(Servers(control, worlds, prepare).run())


def _close_wires(lanes: Sequence[Wires]) -> None:
    for lane in lanes:
        lane.client_wire.close()
        lane.world_wire.close()


def _fork(
    work: Callable[[socket.socket], object], longest_s: float, not_theirs: Sequence[socket.socket]
) -> socket.socket:
    """Start a process for some work and return our end of its channel."""
    ours, theirs = socket.socketpair()
    parent = os.getpid()
    if os.fork() == 0:
        _live(work, theirs, parent, longest_s, [ours, *not_theirs])
    theirs.close()
    return ours


def _live(
    work: Callable[[socket.socket], object],
    channel: socket.socket,
    parent: int,
    longest_s: float,
    not_ours: Sequence[socket.socket],
) -> NoReturn:
    status = 1
    try:
        die_with_parent(parent)
        end_after(longest_s)
        for other in not_ours:
            other.close()
        with suppress(ConnectionError):  # whoever asked is gone
            work(channel)
        status = 0
    finally:
        os._exit(status)


def end_after(seconds: float) -> None:
    """Have the kernel end this process after some time, whatever it is doing then."""
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.setitimer(signal.ITIMER_REAL, seconds)
