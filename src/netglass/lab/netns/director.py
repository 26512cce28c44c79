"""The lab's first process: seals itself off before anything else, lays the lanes, runs the play, and tells how it goes."""

import asyncio
import os
import resource
import socket
import traceback
from contextlib import suppress

from netglass.lab.netns.kernel import die_with_parent
from netglass.lab.netns.lab import Lab, end_after
from netglass.lab.netns.launch import BEAT_S, Beat, Ended, Play, Task, Yielded, pack, receive, send
from netglass.lab.netns.seal import seal_network
from netglass.vocab.error import LabError

MOST_FILES = 1 << 18
"""Open files that are asked for."""

_GRACE_S = 2.0


def direct(channel: socket.socket, parent: int) -> None:
    """Play what the other end of the channel asks for.

    Args:
        channel: to who launched the lab.
        parent: number of that process.
    """
    problem = None
    with suppress(ConnectionError, EOFError):  # whoever asked is gone, and so will be all of this
        try:
            die_with_parent(parent)
            home = seal_network()
            die_with_parent(parent)  # changing the user forgets it
            _play(home, receive(channel), channel)
        except LabError as error:
            problem = str(error)
        except Exception:
            problem = f"the play failed:\n{traceback.format_exc()}"
        send(channel, Ended(problem))
    os._exit(0)


def _play(home: int, task: Task, channel: socket.socket) -> None:
    end_after(task.longest_s)
    _raise_limit()
    play = task.begin(*task.arguments)
    lab = Lab(home, task.lanes, play.prepare, task.longest_s, [channel])
    channel.setblocking(False)
    try:
        asyncio.run(_run(lab, play, channel))
    finally:
        channel.settimeout(_GRACE_S)


def _raise_limit() -> None:
    """Allow as many open files as can be had: every server of every lane is one."""
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    for wanted in (MOST_FILES, most):
        with suppress(ValueError, OSError):  # beyond what the system, or whoever is not root, may have
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, max(wanted, most)))
            return


async def _run(lab: Lab, play: Play, channel: socket.socket) -> None:
    sending = asyncio.Lock()
    acting = asyncio.create_task(_act(lab, play, channel, sending))
    watching = [asyncio.create_task(lab.watch()), asyncio.create_task(_beat(channel, sending))]
    done, _ = await asyncio.wait([acting, *watching], return_when=asyncio.FIRST_COMPLETED)
    for task in (acting, *watching):
        task.cancel()
    await asyncio.gather(acting, *watching, return_exceptions=True)
    for task in done:
        if (error := task.exception()) is not None:
            raise _unpack(error)


async def _act(lab: Lab, play: Play, channel: socket.socket, sending: asyncio.Lock) -> None:
    async for value in play.act(lab):
        await _send(channel, sending, pack(Yielded(value)))


async def _beat(channel: socket.socket, sending: asyncio.Lock) -> None:
    while True:
        await _send(channel, sending, pack(Beat()))
        await asyncio.sleep(BEAT_S)


async def _send(channel: socket.socket, sending: asyncio.Lock, data: bytes) -> None:
    async with sending:
        await asyncio.get_running_loop().sock_sendall(channel, data)


def _unpack(error: BaseException) -> BaseException:
    """Return the first error of a group."""
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return error
