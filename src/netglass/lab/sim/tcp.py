"""One end of a TCP connection (RFC 9293), as a client or server on Linux shows itself on the wire.

What decides a race between a real and a forged packet is kept exactly:

- The first copy of a byte that is next in order wins; later ones are acknowledged and dropped (section 3.10.7.4).
- A reset counts only at exactly the next expected number; elsewhere in the window it is answered by an acknowledgement
  (RFC 5961 section 3.2). In answer to a SYN it has to acknowledge the SYN, and means *refused*.
- After a FIN nothing more is taken.
- An ICMP *unreachable* ends a connection that is being opened, and is else kept as a reason (RFC 1122 section 4.2.3.9).

A SYN is sent again after 1, 2, 4 ... seconds, six times, so a black hole costs 127 s (Linux's ``tcp_syn_retries``).
Acknowledgements wait 40 ms for data to go along with, or for a second segment (RFC 9293 section 3.8.6.3).

Left out: urgent data, simultaneous open, timestamps, selective acknowledgements, a receive window that closes.
"""

import errno
import os
from collections.abc import Callable
from enum import Enum
from math import inf
from random import Random
from typing import Protocol

from netglass.lab.sim.inbox import Inbox
from netglass.lab.sim.loop import VirtualLoop
from netglass.lab.sim.outbox import FIRST_TIMEOUT_S, Outbox, Piece
from netglass.lab.sim.waiter import Waiter
from netglass.wire.ip import format_address
from netglass.wire.net import Endpoint
from netglass.wire.packet import Transport
from netglass.wire.tcp import ACK, FIN, MODULUS, PSH, RST, SYN, TcpSegment
from netglass.wire.tcp_option import MAXIMUM_SEGMENT, WINDOW_SCALE, TcpOption, build_tcp_options, parse_tcp_options

Key = tuple[bytes, int, bytes, int]
"""What tells a connection or flow apart on a machine: own packed address and port, the peer's packed address and port."""

_HALF = MODULUS // 2
_SYN_REPETITIONS, _SYN_ACK_REPETITIONS = 6, 5
_ACKNOWLEDGE_AFTER_S = 0.04
_CORRECT_AFTER_S = 0.5
"""**Source**: Linux's ``net.ipv4.tcp_invalid_ratelimit``."""
_MOST_WAITING_BYTES = 1 << 18
_WINDOW, _SHIFT = 65535, 7
_SEGMENT_BYTES = {4: 1460, 16: 1440}
_DEFAULT_SEGMENT_BYTES = 536
_SCALE = TcpOption(WINDOW_SCALE, bytes((_SHIFT,)))
_PLAIN_OFFERS = {
    size: build_tcp_options((TcpOption(MAXIMUM_SEGMENT, most.to_bytes(2, "big")),))
    for size, most in _SEGMENT_BYTES.items()
}
_OFFERS = {
    size: build_tcp_options((TcpOption(MAXIMUM_SEGMENT, most.to_bytes(2, "big")), _SCALE))
    for size, most in _SEGMENT_BYTES.items()
}


class Machine(Protocol):
    """What a connection needs of the machine that it is on."""

    loop: VirtualLoop
    random: Random

    def send(self, source: bytes, destination: bytes, transport: Transport) -> None:
        """Put a packet on the wire."""

    def forget(self, key: Key, last: TcpSegment | None) -> None:
        """Take a connection that is over off the table; ``last`` is what stragglers are answered with."""


class State(Enum):
    """How far a connection is. The states that RFC 9293 has after a FIN follow from its inbox and outbox."""

    SYN_SENT = 1
    SYN_RECEIVED = 2
    OPEN = 3
    CLOSED = 4


class Connection:
    """A connection; to its program it is a ``Stream``.

    Args:
        machine: where it is.
        key: its addresses and ports.
        on_open: called once when a connection that the peer began is established.
    """

    __slots__ = (
        "_corrected",
        "_deadline",
        "_error",
        "_expiries",
        "_first",
        "_inbox",
        "_is_acknowledgment_posted",
        "_is_released",
        "_key",
        "_loop",
        "_machine",
        "_on_open",
        "_outbox",
        "_owed",
        "_posted_at",
        "_segment_bytes",
        "_shift",
        "_soft_error",
        "_started",
        "_state",
        "_waiter",
        "local",
        "peer",
    )

    def __init__(self, machine: Machine, key: Key, on_open: "Callable[[Connection], None] | None" = None) -> None:
        self.local = Endpoint(format_address(key[0]), key[1])
        self.peer = Endpoint(format_address(key[2]), key[3])
        self._machine, self._loop, self._key, self._on_open = machine, machine.loop, key, on_open
        self._state = State.SYN_SENT
        self._first = machine.random.getrandbits(32)
        self._segment_bytes = _SEGMENT_BYTES[len(key[0])]
        self._outbox = Outbox(self._segment_bytes, _WINDOW)
        self._inbox = Inbox(self._loop, 0, _WINDOW)
        self._waiter = Waiter(self._loop)
        self._shift = 0
        self._is_released = self._is_acknowledgment_posted = False
        self._error: int | None = None
        self._soft_error = errno.ETIMEDOUT
        self._owed = self._expiries = 0
        self._started = self._loop.now
        self._corrected = -inf
        self._deadline = self._posted_at = inf

    # What the program does.

    async def connect(self) -> None:
        """Send the SYN and wait until the connection is established.

        Raises:
            OSError: it was refused, the network says that there is no way, or nothing answered for 127 s.
        """
        self._send_offer()
        try:
            while self._state is State.SYN_SENT:
                await self._waiter.wait()
        except BaseException:
            self._end(None)
            raise
        self._raise_error()

    async def read(self, most_bytes: int = 65_536) -> bytes:
        """Return what has arrived, or nothing at the end of the stream."""
        return await self._inbox.read(most_bytes)

    async def write(self, data: bytes) -> None:
        """Send ``data``; wait while much is on its way already."""
        self._raise_error()
        if self._state is not State.OPEN or self._outbox.is_finished:
            raise BrokenPipeError(errno.EPIPE, os.strerror(errno.EPIPE))
        self._outbox.add(data)
        self._push()
        while self._outbox.waiting_bytes > _MOST_WAITING_BYTES and self._state is State.OPEN:
            await self._waiter.wait()
        self._raise_error()

    def close(self) -> None:
        """Send what waits, then the FIN; the peer may go on sending."""
        if self._state is State.OPEN and not self._outbox.is_finished:
            self._outbox.finish()
            self._push()

    def release(self) -> None:
        """Close for reading as well: what was not read, or comes yet, is answered by a reset (RFC 1122 section 4.2.2.13)."""
        self._is_released = True
        if self._inbox.has_unread:
            self.abort()
        else:
            self.close()

    def abort(self) -> None:
        """Reset the connection."""
        if self._state in (State.OPEN, State.SYN_RECEIVED):
            self._send(self._outbox.highest, RST | ACK)
        self._end(None)

    def _raise_error(self) -> None:
        if self._error is not None:
            raise OSError(self._error, os.strerror(self._error))

    # What the network brings.

    def accept(self, segment: TcpSegment) -> None:
        """Take the SYN that begins the connection at the side that listens."""
        self._state = State.SYN_RECEIVED
        self._take_offer(segment)
        self._send_offer()

    def receive(self, segment: TcpSegment) -> None:
        """Take a segment of this connection."""
        if self._state is not State.OPEN and not self._begin(segment):
            return
        flags, payload, inbox = segment.flags, segment.payload, self._inbox
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
            if self._is_released and payload:
                self.abort()
                return
        self._push()
        self._settle(flags & FIN != 0)

    def _refuse(self, flags: int, lead: int, size: int) -> None:
        """Take what is no part of the stream: a reset ends it at the right number, others are told where we are."""
        if flags & RST and lead == 0:
            self._end(errno.ECONNRESET)
        elif not flags & RST or 0 < lead <= self._inbox.window_bytes:
            self._correct(size)

    def _correct(self, size: int) -> None:
        """Tell the peer where we are; not often in answer to segments without data, lest two corrections feed each other."""
        now = self._loop.now
        if size or now >= self._corrected + _CORRECT_AFTER_S:
            self._corrected = now
            self._acknowledge()

    def take_error(self, number: int, sequence: int) -> None:
        """Take an ICMP error about a segment of this connection that had ``sequence``."""
        if not 0 <= (sequence - self._first) % MODULUS <= self._outbox.highest:
            return
        if self._state is State.SYN_SENT:
            self._end(number)
        self._soft_error = number

    # Opening.

    def _send_offer(self) -> None:
        """Send the SYN, or the SYN that answers one, and set the timer for its repetition."""
        size = len(self._key[0])
        is_answer = self._state is State.SYN_RECEIVED
        options = (_OFFERS if self._shift or not is_answer else _PLAIN_OFFERS)[size]
        self._send(0, SYN | ACK if is_answer else SYN, options=options)
        self._set_deadline(self._loop.now + FIRST_TIMEOUT_S * (1 << self._expiries))

    def _take_offer(self, segment: TcpSegment) -> None:
        most = _DEFAULT_SEGMENT_BYTES
        window_bytes = _WINDOW
        for kind, value in parse_tcp_options(segment.options) or ():
            if kind == MAXIMUM_SEGMENT and len(value) == 2:
                most = max(int.from_bytes(value, "big"), 64)
            elif kind == WINDOW_SCALE and len(value) == 1 and value[0]:
                self._shift = min(value[0], 14)
                window_bytes = _WINDOW << _SHIFT
        self._outbox = Outbox(min(most, self._segment_bytes), segment.window)
        self._inbox = Inbox(self._loop, (segment.sequence + 1) % MODULUS, window_bytes)

    def _begin(self, segment: TcpSegment) -> bool:
        """Take a segment while the connection is not open; return whether it opened it and may carry more."""
        if self._state is State.SYN_SENT:
            self._take_answer(segment)
        elif self._state is State.SYN_RECEIVED:
            return self._take_confirmation(segment)
        return False

    def _take_answer(self, segment: TcpSegment) -> None:
        """Take what answers our SYN (RFC 9293 section 3.10.7.3)."""
        flags = segment.flags
        is_ours = flags & ACK and segment.acknowledgment == (self._first + 1) % MODULUS
        if flags & RST:
            if is_ours:
                self._end(errno.ECONNREFUSED)
        elif flags & ACK and not is_ours:
            self._send(segment.acknowledgment - self._first, RST)
        elif flags & SYN and is_ours:
            self._take_offer(segment)
            self._open()
            self._send(1, ACK)
            self._waiter.wake()

    def _take_confirmation(self, segment: TcpSegment) -> bool:
        """Take what follows our answer to a SYN; return whether the connection is open now."""
        flags, lead = segment.flags, self._inbox.measure_lead(segment.sequence)
        if flags & RST:
            if lead == 0:
                self._end(None)
        elif flags & SYN:
            if lead == -1:
                self._send_offer()
        elif flags & ACK and segment.acknowledgment != (self._first + 1) % MODULUS:
            self._send(segment.acknowledgment - self._first, RST)
        elif flags & ACK:
            self._open()
            if self._on_open is not None:
                self._on_open(self)
            return True
        return False

    def _open(self) -> None:
        self._state = State.OPEN
        self._deadline = inf
        if not self._expiries:
            self._outbox.measure(self._loop.now - self._started)

    # While it is open.

    def _take_acknowledgment(self, segment: TcpSegment, carries: bool) -> bool:
        """Take the acknowledgement and window; return False where it is for what was never sent."""
        outbox = self._outbox
        position = outbox.acknowledged
        fresh = (segment.acknowledgment - self._first - position + _HALF) % MODULUS - _HALF
        if position + fresh > outbox.highest:
            self._correct(0)
            return False
        window_bytes = segment.window << self._shift or self._segment_bytes
        again: Piece | None = None
        if fresh > 0:
            again = outbox.acknowledge(position + fresh, self._loop.now)
            self._deadline = inf
            if outbox.is_under_way:
                self._set_deadline(self._loop.now + outbox.timeout_s)
            if outbox.waiting_bytes <= _MOST_WAITING_BYTES:
                self._waiter.wake()
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
        if self._deadline == inf:
            self._set_deadline(self._loop.now + self._outbox.timeout_s)

    def _send(self, position: int, flags: int, payload: bytes = b"", options: bytes = b"") -> None:
        self._owed = 0
        here, port, there, peer_port = self._key
        acknowledgment = self._inbox.expected if flags & ACK else 0
        sequence = (self._first + position) % MODULUS
        segment = TcpSegment(port, peer_port, sequence, acknowledgment, flags, payload, _WINDOW, options)
        self._machine.send(here, there, segment)

    def _acknowledge(self) -> None:
        self._send(self._outbox.highest, ACK)

    def _settle(self, is_finish: bool) -> None:
        """Acknowledge what is owed, now or soon; leave the table when both sides have finished."""
        if self._outbox.is_drained and self._inbox.is_ended:
            if self._owed:
                self._acknowledge()
            self._state = State.CLOSED
            self._deadline = inf
            self._machine.forget(self._key, self._make_last() if is_finish else None)
        elif self._owed > 1:
            self._acknowledge()
        elif self._owed and not self._is_acknowledgment_posted:
            self._is_acknowledgment_posted = True
            self._loop.post(self._loop.now + _ACKNOWLEDGE_AFTER_S, Connection._acknowledge_late, self)

    def _make_last(self) -> TcpSegment:
        sequence = (self._first + self._outbox.highest) % MODULUS
        return TcpSegment(self._key[1], self._key[3], sequence, self._inbox.expected, ACK)

    def _acknowledge_late(self) -> None:
        self._is_acknowledgment_posted = False
        if self._owed and self._state is State.OPEN:
            self._acknowledge()

    # The timer. What was posted cannot be taken back, so it looks at the deadline when it comes.

    def _set_deadline(self, deadline: float) -> None:
        self._deadline = deadline
        if deadline < self._posted_at:
            self._posted_at = deadline
            self._loop.post(deadline, Connection._look_at_deadline, self)

    def _look_at_deadline(self) -> None:
        if self._loop.now >= self._posted_at:
            self._posted_at = inf
        if self._deadline == inf:
            return
        if self._loop.now < self._deadline:
            self._set_deadline(self._deadline)
        elif self._state is State.OPEN:
            self._repeat_data()
        else:
            self._repeat_offer()

    def _repeat_data(self) -> None:
        if self._outbox.expire():
            self._deadline = inf
            self._push()
        else:
            self._end(self._soft_error)

    def _repeat_offer(self) -> None:
        self._expiries += 1
        is_ours = self._state is State.SYN_SENT
        if self._expiries <= (_SYN_REPETITIONS if is_ours else _SYN_ACK_REPETITIONS):
            self._send_offer()
        else:
            self._end(self._soft_error if is_ours else None)

    def _end(self, error: int | None) -> None:
        """Leave the table; what waits is woken with an error number, or as at the end of the stream."""
        if self._state is State.CLOSED:
            return
        self._state = State.CLOSED
        self._error = error
        self._deadline = inf
        self._inbox.fail(error)
        self._waiter.wake()
        self._machine.forget(self._key, None)
