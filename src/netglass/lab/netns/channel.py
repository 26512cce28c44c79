"""Channels between the lab's processes: pairs of sockets of one machine, and messages with their length before them."""

import asyncio
import socket
import struct
from collections.abc import Callable, Iterator
from itertools import count
from typing import TypeVar

import msgspec

from netglass.lab.netns.message import AnyMessage, Broken, Refused
from netglass.vocab.error import LabError

_LENGTH = struct.Struct("!I")
_READ_BYTES = 1 << 16

T = TypeVar("T", bound=AnyMessage)

_encoder = msgspec.msgpack.Encoder()
_decoder: msgspec.msgpack.Decoder[AnyMessage] = msgspec.msgpack.Decoder(AnyMessage)


def pack_message(message: AnyMessage) -> bytes:
    """Return the bytes of a message."""
    return frame(_encoder.encode(message))


def unpack_message(data: bytes) -> AnyMessage:
    """Return a message from what was framed."""
    return _decoder.decode(data)


def frame(data: bytes) -> bytes:
    """Return data with their length before them."""
    return _LENGTH.pack(len(data)) + data


class Frames:
    """Puts together what comes in pieces."""

    def __init__(self) -> None:
        self._received = b""

    def feed(self, data: bytes) -> Iterator[bytes]:
        """Take a piece and yield what is whole now."""
        self._received += data
        while len(self._received) >= _LENGTH.size:
            end = _LENGTH.size + _LENGTH.unpack_from(self._received)[0]
            if len(self._received) < end:
                return
            whole, self._received = self._received[_LENGTH.size : end], self._received[end:]
            yield whole


class Caller:
    """The asking end of a channel.

    Args:
        channel: our end.
        whom: who is at the other, for errors.
    """

    def __init__(self, channel: socket.socket, whom: str) -> None:
        channel.setblocking(False)
        self._channel, self._whom = channel, whom
        self._numbers = count(1)
        self._asked: dict[int, asyncio.Future[AnyMessage]] = {}
        self._sending = asyncio.Lock()

    async def ask(self, make: Callable[[int], AnyMessage], reply: type[T]) -> T:
        """Ask and return the reply.

        Args:
            make: makes the question with a number.
            reply: kind of the reply.

        Raises:
            LabError: it could not be done.
        """
        number = next(self._numbers)
        future: asyncio.Future[AnyMessage] = asyncio.get_running_loop().create_future()
        self._asked[number] = future
        try:
            async with self._sending:
                await asyncio.get_running_loop().sock_sendall(self._channel, pack_message(make(number)))
            message = await future
        finally:
            del self._asked[number]
        if isinstance(message, Refused):
            raise LabError(f"{self._whom}: {message.reason}")
        assert isinstance(message, reply)
        return message

    async def listen(self) -> None:
        """Take replies for as long as there is somebody.

        Raises:
            LabError: the process at the other end has ended, or reports a defect.
        """
        frames, loop = Frames(), asyncio.get_running_loop()
        while data := await loop.sock_recv(self._channel, _READ_BYTES):
            for whole in frames.feed(data):
                message = unpack_message(whole)
                if isinstance(message, Broken):
                    raise LabError(f"{self._whom} is broken: {message.reason}")
                future = self._asked.get(message.number)
                if future is not None and not future.done():
                    future.set_result(message)
        raise LabError(f"{self._whom} has ended unasked")
