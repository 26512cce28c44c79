"""What a client says in a TCP connection, as a censor reads it: put in order, and as far as it needs.

Clients that dodge censors cut a hello inside of the name, into segments, records or both, and send the pieces in any order. A
censor that puts them together first is the harder case for a measurement, and the one that is built here.
"""

from netglass.lab.censor.book import DNS_PORT, Book, Content, NameKind
from netglass.lab.censor.dns import is_question
from netglass.lab.censor.rule import DnsRule, HttpRule, TlsRule
from netglass.wire.client_hello import ClientHelloReader
from netglass.wire.dns_message import parse_message, split_frames
from netglass.wire.http_head import RequestHeadReader
from netglass.wire.progress import Progress
from netglass.wire.tcp_stream import TcpStream

STREAM_BYTES = 65_536
"""How much of a client's stream is read before the censor loses interest."""

WAITING_BYTES = 16_384
"""How much may wait for a gap to be filled."""


class StreamInspector:
    """Reads one client's stream for what the rules of its port look for.

    Args:
        book: the rules.
        port: the server's port.
        next_sequence: number of the stream's first byte.

    Attributes:
        is_over: whether nothing that comes could matter any more.
    """

    __slots__ = ("_frames", "_head", "_hello", "_room", "_stream")

    def __init__(self, book: Book, port: int, next_sequence: int) -> None:
        self._stream = TcpStream(next_sequence, WAITING_BYTES)
        self._room = STREAM_BYTES
        self._hello = ClientHelloReader() if book.reads(TlsRule, port) else None
        self._head = RequestHeadReader() if book.reads(HttpRule, port) else None
        self._frames = b"" if port == DNS_PORT and book.reads(DnsRule, port) else None

    @property
    def is_over(self) -> bool:
        """Whether nothing that comes could matter any more."""
        return self._room <= 0 or (self._hello is None and self._head is None and self._frames is None)

    def feed(self, sequence: int, payload: bytes) -> list[tuple[NameKind, Content]]:
        """Take the payload of a segment and return what has become complete with it."""
        fresh = self._stream.feed(sequence, payload)
        if not fresh:
            return []
        self._room -= len(fresh)
        return [*self._feed_hello(fresh), *self._feed_head(fresh), *self._feed_frames(fresh)]

    def _feed_hello(self, fresh: bytes) -> list[tuple[NameKind, Content]]:
        reader = self._hello
        if reader is None or reader.feed(fresh) is Progress.MORE:
            return []
        self._hello = None
        return [] if reader.hello is None else [(TlsRule, reader.hello)]

    def _feed_head(self, fresh: bytes) -> list[tuple[NameKind, Content]]:
        reader = self._head
        if reader is None or reader.feed(fresh) is Progress.MORE:
            return []
        head = reader.head
        has_body = head is None or head.method not in ("GET", "HEAD", "OPTIONS")
        self._head = None if has_body else RequestHeadReader()  # the connection may carry another request
        return [] if head is None else [(HttpRule, head)]

    def _feed_frames(self, fresh: bytes) -> list[tuple[NameKind, Content]]:
        if self._frames is None:
            return []
        frames, self._frames = split_frames(self._frames + fresh)
        messages = [message for message in map(parse_message, frames) if message is not None and is_question(message)]
        return [(DnsRule, message) for message in messages]
