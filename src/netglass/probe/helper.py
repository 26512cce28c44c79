"""The test helper: looks at the page of a client from a place that is not censored, and tells what it saw.

It serves the JSON API of OONI's helper (``control``), one request a connection. It listens on loopback unless told
otherwise, reaches nothing but the public internet unless it was made for the lab, and keeps no record of its clients: what
it knows of them is how many requests they have left, in memory.

**Source**: ts-017-web-connectivity; the names of failures in ``control_failure``.
"""

import asyncio
import ssl

import msgspec

from netglass.probe.config import Patience
from netglass.probe.control import ControlRequest
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
MOST_REMEMBERED = 10_000

REASONS = {
    200: "OK",
    400: "Bad Request",
    405: "Method Not Allowed",
    429: "Too Many Requests",
    503: "Service Unavailable",
}

_decode = msgspec.json.Decoder(ControlRequest).decode


class Refused(Exception):
    """A request is not served; ``status`` says why."""

    def __init__(self, status: int, text: str) -> None:
        super().__init__(text)
        self.status = status


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
    """A test helper on a host."""

    def __init__(self, host: Host, config: HelperConfig) -> None:
        self._host, self._config = host, config
        self._lookout = Lookout(
            host if config.lab else PublicNet(host), config.context, config.patience, config.find_network
        )
        self._limit = RateLimit(config.per_minute)
        self._under_way = 0
        self._remembered: dict[bytes, tuple[float, bytes]] = {}

    async def listen(self, address: str = "127.0.0.1", port: int = 8080) -> None:
        """Serve until the host stops."""
        await self._host.listen(address, port, self.serve)

    async def serve(self, stream: Stream) -> None:
        """Serve one connection: one request, one answer."""
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout(REQUEST_SECONDS):
                if self._config.secure is not None:
                    stream = SecureStream(stream, self._config.secure)
                    await stream.accept()
                body = await _read_request(stream)
        except Refused as error:
            return await _answer(stream, error.status, _describe(error))
        except (OSError, StreamEnded, BadAnswer):
            return stream.abort()
        if not self._limit.allows(stream.peer.address, loop.time()):
            return await _answer(stream, 429, _describe("too many requests"))
        if self._under_way >= self._config.most_at_once:
            return await _answer(stream, 503, _describe("too much to do"))
        self._under_way += 1
        try:
            answer = await self._find_answer(body, loop.time())
        except Refused as error:
            return await _answer(stream, error.status, _describe(error))
        finally:
            self._under_way -= 1
        return await _answer(stream, 200, answer)

    async def _find_answer(self, body: bytes, now: float) -> bytes:
        """Return the answer to a request, from memory where it is fresh enough."""
        request, target = read_control_request(body)
        fresh = self._config.cache_seconds
        if fresh and (known := self._remembered.get(body)) and now - known[0] <= fresh:
            return known[1]
        answer = msgspec.json.encode(await self._lookout.look(request, target))
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


async def _read_request(stream: Stream) -> bytes:
    """Return the body of a POST.

    Raises:
        Refused: it is another request, or too long.
        StreamEnded: it is not whole.
    """
    reader, received = RequestHeadReader(), bytearray()
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
    length = _read_length(head)
    begin = find_head_end(received) or 0
    while len(received) - begin < length:
        received += (data := await stream.read())
        if not data:
            raise StreamEnded
    return bytes(received[begin : begin + length])


def _read_length(head: RequestHead) -> int:
    text = get_field(head.fields, "content-length") or ""
    if not text.isascii() or not text.isdigit() or int(text) > REQUEST_BYTES:
        raise Refused(400, f"a control request has a Content-Length of at most {REQUEST_BYTES}")
    return int(text)


def _describe(problem: object) -> bytes:
    return msgspec.json.encode({"error": str(problem)})


async def _answer(stream: Stream, status: int, body: bytes) -> None:
    fields = (
        ("Content-Type", "application/json"),
        ("Content-Length", str(len(body))),
        ("Connection", "close"),
    )
    await stream.write(build_response_head(ResponseHead(status, fields, REASONS[status])) + body)
