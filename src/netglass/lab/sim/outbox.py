"""What one end of a TCP connection still has to get across: bytes, windows and the retransmission timer's value.

Positions count what takes a sequence number: the SYN is 0, the first byte 1, the FIN comes after the last byte. They
never wrap; only ``tcp`` turns them into sequence numbers. Bytes stay here until they are acknowledged.

- Congestion: slow start from 10 segments (RFC 6928), congestion avoidance, fast retransmit after three duplicate
  acknowledgements and NewReno's recovery (RFC 5681, RFC 6582). There are no selective acknowledgements.
- Retransmission time-out: RFC 6298 with Linux's least variation of 200 ms and largest time-out of 120 s. It doubles with each
  expiry; the 16th ends the connection, as ``tcp_retries2`` = 15 does. After an expiry everything is sent again from
  the first unacknowledged byte, as the window allows.
- A round trip is measured for one segment at a time, never for one that was sent again (Karn's algorithm).
"""

from typing import NamedTuple

FIRST_TIMEOUT_S = 1.0
"""**Source**: RFC 6298 section 2.1."""

_LEAST_VARIATION_S, _LARGEST_TIMEOUT_S = 0.2, 120.0
_EXPIRIES = 15
_FIRST_SEGMENTS = 10
_DUPLICATES = 3
_NO_THRESHOLD = 1 << 30


class Piece(NamedTuple):
    """What one segment carries: position, data, and whether the FIN follows."""

    position: int
    data: bytes
    is_last: bool


class Outbox:
    """The sending half of an established connection.

    Args:
        segment_bytes: the most data that a segment carries.
        window_bytes: the peer's first receive window.

    Attributes:
        acknowledged: position of the first unit that the peer has not acknowledged.
        sent: position of the next unit to be sent; it goes back when everything is sent again.
        highest: the largest position that ``sent`` has had.
        window_bytes: the peer's receive window.
    """

    __slots__ = (
        "_congestion",
        "_data",
        "_duplicates",
        "_end",
        "_expiries",
        "_is_finished",
        "_recovery",
        "_round_trip",
        "_segment_bytes",
        "_threshold",
        "_timed",
        "_timed_at",
        "_timeout",
        "_variation",
        "acknowledged",
        "highest",
        "sent",
        "window_bytes",
    )

    def __init__(self, segment_bytes: int, window_bytes: int) -> None:
        self.acknowledged = self.sent = self.highest = self._end = 1
        self.window_bytes = window_bytes
        self._data = bytearray()
        self._is_finished = False
        self._segment_bytes = segment_bytes
        self._congestion = _FIRST_SEGMENTS * segment_bytes
        self._threshold = _NO_THRESHOLD
        self._recovery = self._duplicates = self._expiries = 0
        self._timeout = FIRST_TIMEOUT_S
        self._round_trip = self._variation = 0.0
        self._timed, self._timed_at = 0, 0.0

    @property
    def waiting_bytes(self) -> int:
        """How much data the peer has not acknowledged, sent or not."""
        return len(self._data)

    @property
    def is_finished(self) -> bool:
        """Whether nothing more can be added."""
        return self._is_finished

    @property
    def is_drained(self) -> bool:
        """Whether the peer has acknowledged everything and the FIN."""
        return self.acknowledged > self._end

    @property
    def is_under_way(self) -> bool:
        """Whether something was sent that the peer has not acknowledged."""
        return self.highest > self.acknowledged

    @property
    def timeout_s(self) -> float:
        """The retransmission time-out in force, seconds."""
        return min(self._timeout * (1 << self._expiries), _LARGEST_TIMEOUT_S)

    def add(self, data: bytes) -> None:
        """Take data to be sent."""
        self._data += data
        self._end += len(data)

    def finish(self) -> None:
        """Let the FIN follow the data."""
        self._is_finished = True

    def take(self, now: float) -> Piece | None:
        """Return what is to be sent next, or None where nothing is or the windows are full."""
        position, end = self.sent, self._end
        if position > end or (position == end and not self._is_finished):
            return None
        room = self.acknowledged + min(self._congestion, self.window_bytes) - position
        size = min(self._segment_bytes, end - position)
        if size > room and (room <= 0 or position > self.acknowledged):
            return None
        is_new = position >= self.highest
        piece = self._cut(position, min(size, room))
        self.sent = position + len(piece.data) + piece.is_last
        if is_new and not self._timed:
            self._timed, self._timed_at = self.sent, now
        return piece

    def _cut(self, position: int, size: int) -> Piece:
        start, stop = position - self.acknowledged, position + size
        is_last = self._is_finished and stop == self._end
        self.highest = max(self.highest, stop + is_last)
        return Piece(position, bytes(self._data[start : start + size]), is_last)

    def acknowledge(self, position: int, now: float) -> Piece | None:
        """Take an acknowledgement of everything below ``position``, which is new; return what is to be sent again."""
        fresh = position - self.acknowledged
        del self._data[:fresh]
        self.acknowledged = position
        self.sent = max(self.sent, position)
        self._duplicates = self._expiries = 0
        if self._timed and position >= self._timed:
            self.measure(now - self._timed_at)
            self._timed = 0
        if self._recovery:
            return self._recover(fresh)
        if self._congestion < self._threshold:
            self._congestion += min(fresh, 2 * self._segment_bytes)
        else:
            self._congestion += max(1, self._segment_bytes * fresh // self._congestion)
        return None

    def _recover(self, fresh: int) -> Piece | None:
        if self.acknowledged >= self._recovery:
            self._congestion = self._threshold
            self._recovery = 0
            return None
        self._congestion = max(self._congestion - fresh, 0) + self._segment_bytes
        return self._cut_first()

    def _cut_first(self) -> Piece:
        self._timed = 0
        return self._cut(self.acknowledged, min(self._segment_bytes, self._end - self.acknowledged))

    def count_duplicate(self) -> Piece | None:
        """Take an acknowledgement that says nothing new; return what is to be sent again."""
        if self._recovery:
            self._congestion += self._segment_bytes
            return None
        self._duplicates += 1
        if self._duplicates != _DUPLICATES:
            return None
        self._halve()
        self._congestion = self._threshold + _DUPLICATES * self._segment_bytes
        self._recovery = self.highest
        return self._cut_first()

    def expire(self) -> bool:
        """Take an expiry of the timer: go back to what was not acknowledged. Returns False where it is time to give up."""
        self._halve()
        self._congestion = self._segment_bytes
        self._recovery = self._duplicates = self._timed = 0
        self.sent = self.acknowledged
        self._expiries += 1
        return self._expiries <= _EXPIRIES

    def _halve(self) -> None:
        self._threshold = max((self.highest - self.acknowledged) // 2, 2 * self._segment_bytes)

    def measure(self, round_trip_s: float) -> None:
        """Take a measured round trip into the time-out (RFC 6298 section 2)."""
        if self._round_trip:
            self._variation += (abs(self._round_trip - round_trip_s) - self._variation) / 4
            self._round_trip += (round_trip_s - self._round_trip) / 8
        else:
            self._round_trip, self._variation = round_trip_s, round_trip_s / 2
        self._timeout = self._round_trip + max(4 * self._variation, _LEAST_VARIATION_S)
