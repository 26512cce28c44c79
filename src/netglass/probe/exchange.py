"""One HTTP/1.1 exchange over a channel: a request is sent, an answer is read as far as it comes.

An answer is bounded in head and body, and what came of it stays readable when the connection breaks in the middle: a page
that is cut off after some bytes is what throttling and keyword filters look like. Content codings are not asked for.

**Source**: RFC 9112 sections 6 and 7 (length of a body, chunks) and 9.3 (whether the connection stays), RFC 9110 section 15.2
(interim answers).
"""

from netglass.probe.channel import Channel
from netglass.probe.failure import BadAnswer, StreamEnded
from netglass.wire.http_head import HEAD_BYTES, ResponseHead, find_head_end, get_field, parse_response_head

BODY_BYTES = 1 << 19
"""Longest body that is kept, as in OONI's client; the rest is not read."""

_LINE_BYTES = 4096
_NO_BODY = frozenset((204, 304))


class Exchange:
    """An answer while it is read; another one may follow on the same channel.

    Attributes:
        head: the head, None until it is whole.
        body: what came of the body.
        is_truncated: whether the body was longer than the limit.
        can_follow: whether another request may follow on the channel.
    """

    __slots__ = ("_channel", "_waiting", "body", "can_follow", "head", "is_truncated", "most_bytes")

    def __init__(self, channel: Channel, most_bytes: int = BODY_BYTES) -> None:
        self._channel = channel
        self._waiting = bytearray()
        self.most_bytes = most_bytes
        self.head: ResponseHead | None = None
        self.body = bytearray()
        self.is_truncated = self.can_follow = False

    async def ask(self, request: bytes) -> None:
        """Send a request and read its answer.

        Raises:
            StreamEnded: the stream ended too early.
            BadAnswer: what came is no HTTP.
            OSError: as the channel raises.
        """
        self.head, self.body = None, bytearray()
        self.is_truncated = self.can_follow = False
        await self._channel.write(request)
        head = await self._read_head()
        while 100 <= head.status < 200:
            head = await self._read_head()
        self.head = head
        length = get_field(head.fields, "content-length")
        if head.status in _NO_BODY:
            pass
        elif "chunked" in (get_field(head.fields, "transfer-encoding") or "").lower():
            await self._read_chunks()
        elif length is None:
            return await self._read_to_end()
        elif length.isascii() and length.isdigit():
            await self._read_body(int(length))
        else:
            raise BadAnswer(f"http: bad Content-Length {length!r}")
        self.can_follow = not self.is_truncated and not self._waiting and _stays_open(head)

    async def _read_head(self) -> ResponseHead:
        searched = 0
        while (end := find_head_end(self._waiting, searched)) is None:
            if len(self._waiting) > HEAD_BYTES:
                raise BadAnswer("http: the head of the answer is too long")
            searched = max(0, len(self._waiting) - 2)
            await self._fill()
        head = parse_response_head(bytes(self._waiting[:end]))
        del self._waiting[:end]
        if head is None:
            raise BadAnswer("http: malformed HTTP response")
        return head

    async def _fill(self) -> None:
        data = await self._channel.read()
        if not data:
            raise StreamEnded
        self._waiting += data

    def _take(self, most: int) -> int:
        """Move up to ``most`` bytes that came into the body; return how many."""
        taken = min(most, len(self._waiting))
        room = self.most_bytes - len(self.body)
        self.body += self._waiting[: min(taken, room)]
        self.is_truncated = self.is_truncated or taken > room
        del self._waiting[:taken]
        return taken

    async def _read_body(self, length: int) -> None:
        while (length := length - self._take(length)) and not self.is_truncated:
            await self._fill()

    async def _read_to_end(self) -> None:
        while not self.is_truncated:
            self._take(len(self._waiting))
            try:
                await self._fill()
            except StreamEnded:
                return

    async def _read_chunks(self) -> None:
        while not self.is_truncated:
            size = (await self._read_line()).partition(b";")[0].strip()
            try:
                length = int(size, 16)
            except ValueError as error:
                raise BadAnswer("http: malformed chunked encoding") from error
            if length <= 0:
                break
            await self._read_body(length)
            if not self.is_truncated and await self._read_line():
                raise BadAnswer("http: malformed chunked encoding")
        while not self.is_truncated and await self._read_line():
            pass

    async def _read_line(self) -> bytes:
        while (end := self._waiting.find(b"\n")) < 0:
            if len(self._waiting) > _LINE_BYTES:
                raise BadAnswer("http: malformed chunked encoding")
            await self._fill()
        line = bytes(self._waiting[:end]).rstrip(b"\r")
        del self._waiting[: end + 1]
        return line


def _stays_open(head: ResponseHead) -> bool:
    return head.version == "HTTP/1.1" and "close" not in (get_field(head.fields, "connection") or "").lower()
