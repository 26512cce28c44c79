"""One end of an established TCP connection (RFC 9293), as a client or server on Linux shows itself on the wire.

What decides a race between a real and a forged packet is kept exactly:

- The first copy of a byte that is next in order wins; later ones are acknowledged and dropped (section 3.10.7.4).
- A reset counts only at exactly the next expected number; elsewhere in the window it is answered by an acknowledgement
  (RFC 5961 section 3.2).
- After a FIN nothing more is taken.
- What ICMP says is kept as the reason if the connection ever times out (RFC 1122 section 4.2.3.9).

Acknowledgements wait 40 ms for data to go along with, or for a second segment (RFC 9293 section 3.8.6.3).

Left out: urgent data, timestamps, selective acknowledgements, a receive window that closes. ``opening`` has what comes before.
"""

import errno
from math import inf

from netglass.lab.sim.inbox import Inbox
from netglass.lab.sim.machine import Key, Machine
from netglass.lab.sim.offer import SEGMENT_BYTES, WINDOW, Offer
from netglass.lab.sim.outbox import Outbox, Piece
from netglass.lab.sim.timer import Timer
from netglass.lab.sim.waiter import Waiter
from netglass.wire.ip import format_address
from netglass.wire.net import Endpoint
from netglass.wire.tcp import ACK, FIN, MODULUS, PSH, RST, SYN, TcpSegment

_HALF = MODULUS // 2
_ACKNOWLEDGE_AFTER_S = 0.04
_CORRECT_AFTER_S = 0.5
"""**Source**: Linux's ``net.ipv4.tcp_invalid_ratelimit``."""


class Connection:
    """An established connection, to its very end. The states of RFC 9293 after a FIN follow from inbox and outbox.

    Args:
        machine: where it is.
        key: its addresses and ports.
        first: sequence numbers of our first byte and of the peer's.
        window_bytes: the peer's window.
        offer: what the peer offered.
        round_trip_s: how long its opening took, seconds; None where that is not known.

    Attributes:
        local: our address and port.
        peer: the peer's.
        inbox: what has arrived.
        waiter: where a program waits to write.
        error: number of the error that ended the connection, if one did.
    """

    __slots__ = (
        "_corrected",
        "_first",
        "_is_acknowledgment_posted",
        "_is_over",
        "_is_released",
        "_key",
        "_loop",
        "_machine",
        "_outbox",
        "_owed",
        "_shift",
        "_soft_error",
        "_timer",
        "error",
        "inbox",
        "local",
        "peer",
        "waiter",
    )

    def __init__(
        self,
        machine: Machine,
        key: Key,
        first: tuple[int, int],
        window_bytes: int,
        offer: Offer,
        round_trip_s: float | None,
    ) -> None:
        self.local = Endpoint(format_address(key[0]), key[1])
        self.peer = Endpoint(format_address(key[2]), key[3])
        self._machine, self._loop, self._key = machine, machine.loop, key
        self._first, self._shift = first[0] - 1, offer.shift
        self._outbox = Outbox(min(offer.segment_bytes, SEGMENT_BYTES[len(key[0])]), window_bytes)
        if round_trip_s is not None:
            self._outbox.measure(round_trip_s)
        self.inbox = Inbox(self._loop, first[1], offer.window_bytes)
        self.waiter = Waiter(self._loop)
        self._timer = Timer(self._loop, self._expire)
        self._owed = 0
        self._is_over = self._is_released = self._is_acknowledgment_posted = False
        self.error: int | None = None
        self._soft_error = errno.ETIMEDOUT
        self._corrected = -inf

    # What the program does.

    @property
    def is_writable(self) -> bool:
        """Whether data can be added."""
        return not self._is_over and not self._outbox.is_finished

    @property
    def waiting_bytes(self) -> int:
        """How much data the peer has not acknowledged."""
        return self._outbox.waiting_bytes

    def add(self, data: bytes) -> None:
        """Send data."""
        self._outbox.add(data)
        self._push()

    def finish(self) -> None:
        """Let the FIN follow."""
        if self.is_writable:
            self._outbox.finish()
            self._push()

    def release(self) -> None:
        """Finish, and answer by a reset what was not read or comes yet."""
        self._is_released = True
        if self.inbox.has_unread:
            self.abort()
        else:
            self.finish()

    def abort(self) -> None:
        """Reset the connection."""
        if not self._is_over:
            self._send(self._outbox.highest, RST | ACK)
        self._end(None)

    # What the network brings.

    def receive(self, segment: TcpSegment) -> None:
        """Take a segment of this connection."""
        flags, payload, inbox = segment.flags, segment.payload, self.inbox
        lead = inbox.measure_lead(segment.sequence)
        size = len(payload) + (flags & FIN)
        if flags & (RST | SYN) or lead > inbox.window_bytes or lead + size < 0:
            self._refuse(flags, lead, size)
            return
        if not flags & ACK or not self._take_acknowledgment(segment, size > 0):
            return
        if size:
            is_in_order = inbox.take(segment.sequence, payload, flags & FIN != 0)
            self._owed += 1 if is_in_order else 2
            if self._is_released and lead + len(payload) > 0:
                self.abort()
                return
        self._push()
        self._settle(flags & FIN != 0)

    def _refuse(self, flags: int, lead: int, size: int) -> None:
        """Take what is no part of the stream: a reset ends it at the right number, others are told where we are."""
        if flags & RST and lead == 0:
            self._end(errno.ECONNRESET)
        elif not flags & RST or 0 < lead <= self.inbox.window_bytes:
            self._correct(size)

    def _correct(self, size: int) -> None:
        """Tell the peer where we are; not often in answer to segments without data, lest two corrections feed each other."""
        now = self._loop.now
        if size or now >= self._corrected + _CORRECT_AFTER_S:
            self._corrected = now
            self.acknowledge()

    def take_error(self, number: int, sequence: int) -> None:
        """Take an ICMP error about a segment of this connection that had ``sequence``."""
        if (sequence - self._first) % MODULUS <= self._outbox.highest:
            self._soft_error = number

    def _take_acknowledgment(self, segment: TcpSegment, carries: bool) -> bool:
        """Take the acknowledgement and window; return False where it is for what was never sent."""
        outbox = self._outbox
        position = outbox.acknowledged
        fresh = (segment.acknowledgment - self._first - position + _HALF) % MODULUS - _HALF
        if position + fresh > outbox.highest:
            self._correct(0)
            return False
        window_bytes = segment.window << self._shift or 1  # a closed window is probed with a byte (section 3.8.6.1)
        again: Piece | None = None
        if fresh > 0:
            again = outbox.acknowledge(position + fresh, self._loop.now)
            if outbox.is_under_way:
                self._timer.set(outbox.timeout_s)
            else:
                self._timer.clear()
            self.waiter.wake()
        elif fresh == 0 and not carries and outbox.is_under_way and window_bytes == outbox.window_bytes:
            again = outbox.count_duplicate()
        outbox.window_bytes = window_bytes
        if again is not None:
            self._send_piece(again)
        return True

    def _push(self) -> None:
        """Send what the windows allow."""
        while (piece := self._outbox.take(self._loop.now)) is not None:
            self._send_piece(piece)

    def _send_piece(self, piece: Piece) -> None:
        flags = (PSH | ACK if piece.data else ACK) | (FIN if piece.is_last else 0)
        self._send(piece.position, flags, piece.data)
        if not self._timer.is_set:
            self._timer.set(self._outbox.timeout_s)

    def acknowledge(self) -> None:
        """Tell the peer what is expected."""
        self._send(self._outbox.highest, ACK)

    def _send(self, position: int, flags: int, payload: bytes = b"") -> None:
        here, _, there, _ = self._key
        self._owed = 0
        self._machine.send(here, there, self._make_segment(position, flags, payload))

    def _make_segment(self, position: int, flags: int, payload: bytes = b"") -> TcpSegment:
        _, port, _, peer_port = self._key
        acknowledgment = self.inbox.expected if flags & ACK else 0
        sequence = (self._first + position) % MODULUS
        return TcpSegment(port, peer_port, sequence, acknowledgment, flags, payload, WINDOW)

    def _settle(self, is_finish: bool) -> None:
        """Acknowledge what is owed, now or soon; leave the table when both sides have finished."""
        if self._outbox.is_drained and self.inbox.is_ended:
            if self._owed:
                self.acknowledge()
            self._is_over = True
            last = self._make_segment(self._outbox.highest, ACK) if is_finish else None
            self._machine.forget(self._key, last)
        elif self._owed > 1:
            self.acknowledge()
        elif self._owed and not self._is_acknowledgment_posted:
            self._is_acknowledgment_posted = True
            self._loop.post(self._loop.now + _ACKNOWLEDGE_AFTER_S, Connection._acknowledge_late, self)

    def _acknowledge_late(self) -> None:
        self._is_acknowledgment_posted = False
        if self._owed and not self._is_over:
            self.acknowledge()

    # Time passes, and ends.

    def _expire(self) -> None:
        if self._outbox.expire():
            self._push()
        else:
            self._end(self._soft_error)

    def _end(self, error: int | None) -> None:
        """Leave the table; what waits is woken with an error number, or as at the end of the stream."""
        if self._is_over:
            return
        self._is_over = True
        self.error = error
        self._timer.clear()
        self.inbox.fail(error)
        self.waiter.wake()
        self._machine.forget(self._key, None)
