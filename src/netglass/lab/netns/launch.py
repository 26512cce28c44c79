"""Launch a lab: one new process that seals itself off first, and what its program yields.

The caller stays where it is and never enters a namespace. The new process (``director``) is told what to do over a pair of sockets and
gives back results over it. It ends when the caller's end is closed, when the caller dies, when it hangs, and in any case
after ``longest_s``; and all that it made ends with it.
"""

import os
import pickle
import select
import socket
import struct
import subprocess
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any, NamedTuple

from netglass.lab.netns.lab import Lab
from netglass.lab.netns.servers import Prepare
from netglass.vocab.error import LabError

STALL_S = 30.0
"""A director that says nothing for so long hangs, seconds."""

BEAT_S = 1.0
"""How often a director says that it lives, seconds."""

_LENGTH = struct.Struct("!I")


class Play(NamedTuple):
    """What is played in a lab.

    Attributes:
        prepare: makes the servers that are ordered; runs in the servers' process.
        act: runs the clients and yields results; runs in the director's process.
    """

    prepare: Prepare
    act: Callable[[Lab], AsyncIterator[Any]]


class Task(NamedTuple):
    """What a director is told: what makes the play, how many lanes, and for how long at most, seconds."""

    begin: Callable[..., Play]
    arguments: tuple[Any, ...]
    lanes: int
    longest_s: float


class Beat(NamedTuple):
    """The director lives."""


class Yielded(NamedTuple):
    """A result."""

    value: Any


class Ended(NamedTuple):
    """The play is over, with what went wrong, if anything did."""

    problem: str | None


def launch(begin: Callable[..., Play], *arguments: Any, lanes: int = 1, longest_s: float = 600.0) -> Iterator[Any]:
    """Play in a lab of namespaces, and yield what the play yields.

    Args:
        begin: a function of a module; it is called within the lab and makes the play.
        arguments: for ``begin``; they are pickled, and so are the results.
        lanes: how many runs there can be side by side.
        longest_s: how long all of it may take, seconds.

    Raises:
        LabError: the machine does not allow it, the play went wrong, hung, or took too long.
    """
    ours, theirs = socket.socketpair()
    gone, alive = os.pipe()
    with ours:
        with theirs:
            director = _start(theirs, alive)
        os.close(alive)
        try:
            ours.settimeout(STALL_S)
            send(ours, Task(begin, arguments, lanes, longest_s))
            yield from _receive_all(ours)
        except TimeoutError as error:
            raise LabError(f"the lab has said nothing for {STALL_S:.0f} s and was ended") from error
        except (EOFError, ConnectionError) as error:
            raise LabError(f"the lab was ended, or took longer than {longest_s:.0f} s") from error
        finally:
            director.kill()
            director.wait()
            _wait_until_gone(gone)


def send(channel: socket.socket, message: NamedTuple) -> None:
    """Send a message and wait until it is on its way."""
    channel.sendall(pack(message))


def pack(message: NamedTuple) -> bytes:
    """Return the bytes of a message; both ends are the same program, so they are pickled."""
    data = pickle.dumps(message)
    return _LENGTH.pack(len(data)) + data


def receive(channel: socket.socket) -> Any:
    """Wait for a message.

    Raises:
        EOFError: there is nobody any more.
    """
    (length,) = _LENGTH.unpack(_receive_bytes(channel, _LENGTH.size))
    return pickle.loads(_receive_bytes(channel, length))


def _wait_until_gone(gone: int) -> None:
    """Wait until no process of the lab is left: each keeps the other end of that pipe open for as long as it lives."""
    try:
        if not select.select([gone], [], [], STALL_S)[0]:
            raise LabError(f"a process of the lab is still there {STALL_S:.0f} s after it was killed")
    finally:
        os.close(gone)


def _start(channel: socket.socket, alive: int) -> "subprocess.Popen[bytes]":
    return subprocess.Popen(
        [sys.executable, "-m", "netglass.lab.netns", str(channel.fileno()), str(os.getpid())],
        stdin=subprocess.DEVNULL,
        stdout=sys.__stderr__ if sys.__stderr__ else subprocess.DEVNULL,
        pass_fds=[channel.fileno(), alive],
        env=os.environ | {"PYTHONPATH": os.pathsep.join(path or os.getcwd() for path in sys.path)},
        start_new_session=True,  # an interrupt is for the caller, who ends the lab
    )


def _receive_all(channel: socket.socket) -> Iterator[Any]:
    while True:
        message = receive(channel)
        if isinstance(message, Yielded):
            yield message.value
        elif isinstance(message, Ended):
            if message.problem is not None:
                raise LabError(message.problem)
            return


def _receive_bytes(channel: socket.socket, length: int) -> bytes:
    found = bytearray()
    while len(found) < length:
        data = channel.recv(min(length - len(found), 1 << 20))
        if not data:
            raise EOFError
        found += data
    return bytes(found)
