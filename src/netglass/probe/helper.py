"""The test helper: looks at the page of a client from a place that is not censored, and tells what it saw.

It serves the JSON API of OONI's helper (``control``), requests of a connection one after the other. It listens on loopback unless told
otherwise, reaches nothing but the public internet unless it was made for the lab, and keeps no record of its clients: what
it knows of them is how many requests they have left, in memory.

**Source**: ts-017-web-connectivity; the names of failures in ``control_failure``.
"""

import asyncio
import ssl
from collections.abc import Awaitable, Callable
from typing import NamedTuple

import msgspec

from netglass.probe.config import Patience
from netglass.probe.control import ControlRequest, ControlResponse
from netglass.probe.failure import BadAnswer, StreamEnded
from netglass.probe.forbidden import PublicNet
from netglass.probe.look import Lookout
from netglass.probe.lookup import FindNetwork
from netglass.probe.rate import RateLimit
from netglass.probe.secure_stream import SecureStream
from netglass.probe.url import Target, parse_target
from netglass.vocab.error import UsageError
from netglass.wire.http_head import (
    RequestHead,
    RequestHeadReader,
    ResponseHead,
    build_response_head,
    find_head_end,
    get_field,
)
from netglass.wire.net import Host, Stream
from netglass.wire.progress import Progress

REQUEST_BYTES = 1 << 16
REQUEST_SECONDS = 10.0
IDLE_SECONDS = 75.0
"""How long a connection may stand without a request."""

MOST_REMEMBERED = 10_000

REASONS = {
    200: "OK",
    400: "Bad Request",
    405: "Method Not Allowed",
    429: "Too Many Requests",
    503: "Service Unavailable",
}

_decode = msgspec.json.Decoder(ControlRequest).decode


Look = Callable[[ControlRequest, Target], Awaitable[ControlResponse]]
"""Looks at a page."""


class Refused(Exception):
    """A request is not served; ``status`` says why."""

    def __init__(self, status: int, text: str) -> None:
        super().__init__(text)
        self.status = status


class _Request(NamedTuple):
    """What a client asks, and whether it lets the connection stand."""

    body: bytes
    stays: bool


class HelperConfig(msgspec.Struct, frozen=True):
    """How a helper works.

    Attributes:
        context: roots by which it judges certificates, see ``handshake.make_context``.
        secure: its own certificate and key; None to serve without TLS, for loopback, the lab, or behind a server that has it.
        lab: whether any address may be reached. Only for a network that is sealed.
        per_minute: requests of one client in a minute.
        most_at_once: requests under way; further ones are sent away.
        cache_seconds: how long an answer serves for the same question; 0 for never.
        patience: time-outs of its steps.
        find_network: number and name of the network of an address, where a map is at hand.
    """

    context: ssl.SSLContext
    secure: ssl.SSLContext | None = None
    lab: bool = False
    per_minute: int = 60
    most_at_once: int = 64
    cache_seconds: float = 0.0
    patience: Patience = Patience()
    find_network: FindNetwork | None = None


class Helper:
    """A test helper on a host.

    Args:
        host: where it serves.
        config: how it works.
        wrap: makes something of how it looks at pages.
    """

    def __init__(self, host: Host, config: HelperConfig, wrap: Callable[[Look], Look] = lambda look: look) -> None:
        self._host, self._config = host, config
        net = host if config.lab else PublicNet(host)
        self._look = wrap(Lookout(net, config.context, config.patience, config.find_network).look)
        self._limit = RateLimit(config.per_minute)
        self._under_way = 0
        self._remembered: dict[bytes, tuple[float, bytes]] = {}

    async def listen(self, address: str = "127.0.0.1", port: int = 8080) -> None:
        """Serve until the host stops."""
        await self._host.listen(address, port, self.serve)

    async def serve(self, stream: Stream) -> None:
        """Serve one connection: one request after the other, until the client ends it or falls silent."""
        received = bytearray()
        try:
            async with asyncio.timeout(REQUEST_SECONDS):
                if self._config.secure is not None:
                    stream = SecureStream(stream, self._config.secure)
                    await stream.accept()
                request: _Request | None = await _read_request(stream, received)
        except Refused as error:
            return await _answer(stream, error.status, _describe(error), False)
        except (OSError, StreamEnded, BadAnswer):
            return stream.abort()
        while request is not None and await self._serve_request(stream, request):
            request = await _await_request(stream, received)

    async def _serve_request(self, stream: Stream, request: _Request) -> bool:
        """Answer a request, and tell whether another may follow."""
        now = asyncio.get_running_loop().time()
        status, answer = 200, b""
        if not self._limit.allows(stream.peer.address, now):
            status, answer = 429, _describe("too many requests")
        elif self._under_way >= self._config.most_at_once:
            status, answer = 503, _describe("too much to do")
        else:
            self._under_way += 1
            try:
                answer = await self._find_answer(request.body, now)
            except Refused as error:
                status, answer = error.status, _describe(error)
            finally:
                self._under_way -= 1
        stays = status == 200 and request.stays
        await _answer(stream, status, answer, stays)
        return stays

    async def _find_answer(self, body: bytes, now: float) -> bytes:
        """Return the answer to a request, from memory where it is fresh enough."""
        request, target = read_control_request(body)
        fresh = self._config.cache_seconds
        if fresh and (known := self._remembered.get(body)) and now - known[0] <= fresh:
            return known[1]
        answer = msgspec.json.encode(await self._look(request, target))
        if fresh:
            if len(self._remembered) >= MOST_REMEMBERED:
                self._remembered.clear()
            self._remembered[body] = now, answer
        return answer


def read_control_request(body: bytes) -> tuple[ControlRequest, Target]:
    """Read what a client asks.

    Raises:
        Refused: it is no such request.
    """
    try:
        request = _decode(body)
        return request, parse_target(request.http_request)
    except (msgspec.MsgspecError, UsageError) as error:
        raise Refused(400, str(error)) from error


async def _await_request(stream: Stream, received: bytearray) -> _Request | None:
    """Return the next request of a connection; None where the client has ended it, falls silent, or sends what is none."""
    try:
        async with asyncio.timeout(IDLE_SECONDS):
            return await _read_request(stream, received)
    except (OSError, StreamEnded, BadAnswer):
        return None
    except Refused as error:
        await _answer(stream, error.status, _describe(error), False)
        return None


async def _read_request(stream: Stream, received: bytearray) -> _Request:
    """Return the next request, a POST, and leave what came behind it in ``received``.

    Raises:
        Refused: it is another request, or too long.
        StreamEnded: it is not whole.
    """
    reader = RequestHeadReader()
    reader.feed(bytes(received))
    while reader.progress is Progress.MORE:
        received += (data := await stream.read())
        if not data:
            raise StreamEnded
        reader.feed(data)
    head = reader.head
    if head is None:
        raise Refused(400, "no HTTP request")
    if head.method != "POST":
        raise Refused(405, "POST a control request")
    begin = find_head_end(received) or 0
    end = begin + _read_length(head)
    while len(received) < end:
        received += (data := await stream.read())
        if not data:
            raise StreamEnded
    body = bytes(received[begin:end])
    del received[:end]
    return _Request(body, head.version == "HTTP/1.1" and get_field(head.fields, "connection") is None)


def _read_length(head: RequestHead) -> int:
    text = get_field(head.fields, "content-length") or ""
    if not text.isascii() or not text.isdigit() or int(text) > REQUEST_BYTES:
        raise Refused(400, f"a control request has a Content-Length of at most {REQUEST_BYTES}")
    return int(text)


def _describe(problem: object) -> bytes:
    return msgspec.json.encode({"error": str(problem)})


async def _answer(stream: Stream, status: int, body: bytes, stays: bool) -> None:
    fields = (
        ("Content-Type", "application/json"),
        ("Content-Length", str(len(body))),
        *(() if stays else (("Connection", "close"),)),
    )
    await stream.write(build_response_head(ResponseHead(status, fields, REASONS[status])) + body)
