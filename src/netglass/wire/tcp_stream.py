"""One direction of a TCP connection put in order (RFC 9293 section 3.10.7.4).

Segments come late, twice, out of order and overlapping. What is next in order is handed out at once, what is ahead waits,
what is old is dropped. Where two copies of a byte differ, **the first that could be handed out wins**, and of two waiting
segments that begin at the same byte the earlier; hosts differ here, which is how some clients slip past a censor.

What waits is bounded in bytes; beyond the bound a segment is forgotten, as a full receive window would do.
"""

from heapq import heappop, heappush

from netglass.wire.tcp import MODULUS

_HALF = MODULUS // 2


class TcpStream:
    """The bytes of one direction, beginning at a sequence number.

    Args:
        next_sequence: number of the first byte: the sequence number of the SYN plus one.
        waiting_bytes: how much may wait for a gap to be filled.
    """

    __slots__ = ("_delivered", "_order", "_room", "_start", "_waiting")

    def __init__(self, next_sequence: int, waiting_bytes: int = 65536) -> None:
        self._start = next_sequence
        self._delivered = 0
        self._waiting: dict[int, bytes] = {}
        self._order: list[int] = []
        self._room = waiting_bytes

    @property
    def next_sequence(self) -> int:
        """The number of the next byte that is expected: what a receiver acknowledges."""
        return (self._start + self._delivered) % MODULUS

    def feed(self, sequence: int, payload: bytes) -> bytes:
        """Take the payload of a segment and return the bytes that are now next in order, often none."""
        ahead = (sequence - self.next_sequence + _HALF) % MODULUS - _HALF
        if ahead > 0:
            self._wait(self._delivered + ahead, payload)
            return b""
        fresh = payload[-ahead:] if ahead else payload
        self._delivered += len(fresh)
        return fresh + self._release() if fresh and self._waiting else fresh

    def _wait(self, at: int, payload: bytes) -> None:
        earlier = self._waiting.get(at, b"")
        fresh = payload[len(earlier) :]
        if fresh and len(fresh) <= self._room:
            if not earlier:
                heappush(self._order, at)
            self._waiting[at] = earlier + fresh
            self._room -= len(fresh)

    def _release(self) -> bytes:
        freed = []
        while self._order and self._order[0] <= self._delivered:
            at = heappop(self._order)
            payload = self._waiting.pop(at)
            self._room += len(payload)
            fresh = payload[self._delivered - at :]
            self._delivered += len(fresh)
            freed.append(fresh)
        return b"".join(freed)
