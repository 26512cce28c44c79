"""How a TCP connection begins, on either side (RFC 9293 sections 3.5, 3.10.7.3 and 3.10.7.4).

A reset in answer to our SYN has to acknowledge it, and means *refused*; what ICMP says of it ends the attempt too (RFC 1122
section 4.2.3.9 would have it wait, Linux does not). An acknowledgement of what was never sent is answered by a reset.
Simultaneous opening is left out.

A SYN is sent again after 1, 2, 4 ... seconds, six times, so a black hole costs 127 s; the answer to a SYN five times
(Linux's ``tcp_syn_retries`` and ``tcp_synack_retries``).
"""

import errno
import os
from collections.abc import Callable

from netglass.lab.sim.machine import Key, Machine
from netglass.lab.sim.offer import OFFERS, WINDOW, Offer, read_offer
from netglass.lab.sim.outbox import FIRST_TIMEOUT_S
from netglass.lab.sim.tcp import Connection
from netglass.lab.sim.timer import Timer
from netglass.lab.sim.waiter import Waiter
from netglass.wire.tcp import ACK, MODULUS, RST, SYN, TcpSegment

_SYN_REPETITIONS, _ANSWER_REPETITIONS = 6, 5


class Opening:
    """A connection that is being opened: the first SYN is sent or answered at once.

    Args:
        machine: where it is.
        key: its addresses and ports.
        on_open: called with the connection when it is established.
        syn: the peer's SYN; None where ours begins.
    """

    __slots__ = (
        "_connection",
        "_error",
        "_first",
        "_key",
        "_machine",
        "_offer",
        "_on_open",
        "_repetitions",
        "_started",
        "_syn",
        "_timer",
        "_waiter",
    )

    def __init__(
        self, machine: Machine, key: Key, on_open: Callable[[Connection], None], syn: TcpSegment | None = None
    ) -> None:
        self._machine, self._key, self._on_open, self._syn = machine, key, on_open, syn
        self._offer = read_offer(syn.options) if syn else None
        self._first = machine.random.getrandbits(32)
        self._started = machine.loop.now
        self._timer = Timer(machine.loop, self._expire)
        self._waiter = Waiter(machine.loop)
        self._repetitions = 0
        self._connection: Connection | None = None
        self._error: int | None = None
        self._send_syn()

    async def wait(self) -> Connection:
        """Wait until our connection is established.

        Raises:
            OSError: it was refused, the network says that there is no way, or nothing answered for 127 s.
        """
        try:
            while self._connection is None:
                if self._error is not None:
                    raise OSError(self._error, os.strerror(self._error))
                await self._waiter.wait()
        except BaseException:
            self._give_up()
            raise
        return self._connection

    def _give_up(self) -> None:
        if self._connection is None:
            self._end(None)
        else:
            self._connection.abort()

    def receive(self, segment: TcpSegment) -> None:
        """Take a segment of this connection."""
        if self._syn is None:
            self._take_answer(segment)
        else:
            self._take_confirmation(segment, self._syn)

    def take_error(self, number: int, sequence: int) -> None:
        """Take an ICMP error about a segment of this connection that had ``sequence``."""
        if self._syn is None and sequence == self._first:
            self._end(number)

    def _take_answer(self, segment: TcpSegment) -> None:
        """Take what answers our SYN."""
        flags = segment.flags
        is_ours = flags & ACK and segment.acknowledgment == (self._first + 1) % MODULUS
        if flags & RST:
            if is_ours:
                self._end(errno.ECONNREFUSED)
        elif flags & ACK and not is_ours:
            self._send(segment.acknowledgment, RST)
        elif flags & SYN and is_ours:
            self._connection = self._open(segment, read_offer(segment.options))
            self._connection.acknowledge()
            self._waiter.wake()

    def _take_confirmation(self, segment: TcpSegment, syn: TcpSegment) -> None:
        """Take what follows our answer to a SYN."""
        flags = segment.flags
        if flags & RST:
            if segment.sequence == syn.next_sequence:
                self._end(None)
        elif flags & SYN:
            if segment.sequence == syn.sequence:
                self._send_syn()
        elif flags & ACK and segment.acknowledgment != (self._first + 1) % MODULUS:
            self._send(segment.acknowledgment, RST)
        elif flags & ACK and self._offer is not None:
            self._open(syn, self._offer).receive(segment)

    def _open(self, syn: TcpSegment, offer: Offer) -> Connection:
        self._timer.clear()
        round_trip_s = None if self._repetitions else self._machine.loop.now - self._started
        first = self._first + 1, (syn.sequence + 1) % MODULUS
        connection = Connection(self._machine, self._key, first, syn.window, offer, round_trip_s)
        self._on_open(connection)
        return connection

    def _send_syn(self) -> None:
        """Send our SYN, or the answer to the peer's, and set the timer for its repetition."""
        with_scale = self._offer is None or self._offer.shift > 0
        options = OFFERS[len(self._key[0]), with_scale]
        if self._syn is None:
            self._send(self._first, SYN, 0, options)
        else:
            self._send(self._first, SYN | ACK, self._syn.next_sequence, options)
        self._timer.set(FIRST_TIMEOUT_S * (1 << self._repetitions))

    def _send(self, sequence: int, flags: int, acknowledgment: int = 0, options: bytes = b"") -> None:
        here, port, there, peer_port = self._key
        segment = TcpSegment(port, peer_port, sequence, acknowledgment, flags, b"", WINDOW, options)
        self._machine.send(here, there, segment)

    def _expire(self) -> None:
        self._repetitions += 1
        if self._repetitions <= (_SYN_REPETITIONS if self._syn is None else _ANSWER_REPETITIONS):
            self._send_syn()
        else:
            self._end(errno.ETIMEDOUT)

    def _end(self, error: int | None) -> None:
        """Leave the table; who waits is told the error number."""
        self._timer.clear()
        self._error = error
        self._waiter.wake()
        self._machine.forget(self._key, None)
