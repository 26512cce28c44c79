"""HTTP/1.1 as the lab's servers speak it: a request, an answer of known length or in chunks, and goodbye.

Sites answer one request a connection, since a probe asks for one page a connection. Resolvers let theirs stand.
"""

import asyncio

from netglass.lab.world.page import Page
from netglass.wire.http_head import RequestHead, RequestHeadReader, ResponseHead, build_response_head, get_field
from netglass.wire.net import Stream
from netglass.wire.progress import Progress

PATIENCE_S = 15.0
"""How long a server waits for a request, seconds."""

BODY_BYTES = 1 << 20
"""Longest body of a request that is read."""

_CHUNK_BYTES = 16_384

_REASONS = {
    200: "OK",
    301: "Moved Permanently",
    302: "Found",
    400: "Bad Request",
    403: "Forbidden",
    404: "Not Found",
    451: "Unavailable For Legal Reasons",
    502: "Bad Gateway",
    503: "Service Unavailable",
}


async def read_request(stream: Stream, patience_s: float = PATIENCE_S) -> tuple[RequestHead, bytes] | None:
    """Return the head and the body of a request; None where none came in time, or what came is none."""
    reader, received = RequestHeadReader(), bytearray()
    try:
        async with asyncio.timeout(patience_s):
            while reader.progress is Progress.MORE:
                data = await stream.read()
                if not data:
                    return None
                received += data
                reader.feed(data)
            if reader.head is None:
                return None
            return reader.head, await _read_body(stream, reader.head, received)
    except (TimeoutError, OSError):
        return None


async def _read_body(stream: Stream, head: RequestHead, received: bytearray) -> bytes:
    length = get_field(head.fields, "content-length") or "0"
    wanted = min(int(length), BODY_BYTES) if length.isdecimal() else 0
    body = received.partition(b"\r\n\r\n")[2]
    while len(body) < wanted:
        data = await stream.read()
        if not data:
            break
        body += data
    return bytes(body[:wanted])


async def send_page(stream: Stream, page: Page, method: str = "GET", *, stays: bool = False) -> None:
    """Send an answer, and with ``HEAD`` only its head; ``stays`` lets another request follow."""
    await stream.write(render_page(page, method, stays=stays))


def render_page(page: Page, method: str = "GET", *, stays: bool = False) -> bytes:
    """Return the bytes of an answer."""
    ending = ("Content-Length", str(len(page.body))) if page.is_measured else ("Transfer-Encoding", "chunked")
    fields = (*page.fields, ending) if stays else (*page.fields, ending, ("Connection", "close"))
    head = build_response_head(ResponseHead(page.status, fields, _REASONS.get(page.status, "")))
    if method == "HEAD":
        return head
    return head + (page.body if page.is_measured else _chunk(page.body))


def _chunk(body: bytes) -> bytes:
    pieces = [body[at : at + _CHUNK_BYTES] for at in range(0, len(body), _CHUNK_BYTES)]
    return b"".join(b"%x\r\n%s\r\n" % (len(piece), piece) for piece in pieces) + b"0\r\n\r\n"


def redirect_to(url: str, status: int = 302, server: str = "nginx") -> Page:
    """Return an answer that leads elsewhere."""
    return Page(status, (("Location", url), ("Server", server)), b"")
