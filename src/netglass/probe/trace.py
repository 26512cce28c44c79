"""The steps of one measurement while it is made.

A :class:`Trace` collects what is written later, with times in seconds since the measurement began, from the clock of the
event loop (monotonic). A :class:`Strand` is one chain of steps in it that belong together: it has a transaction id and
tags, and all that is done to one endpoint, or to one resolver, is written under them.

**Source**: ts-017-web-connectivity on tags and ``transaction_id``; numbers as Web Connectivity 0.5 gives them, one range
for each kind of chain.
"""

import asyncio

from msgspec import UNSET

from netglass.probe.record import Connect, Event, Handshake, Query, Tags, Transaction

SYSTEM, UDP, DOH, CLEARTEXT, SECURE, QUIC = 10_000, 20_000, 30_000, 40_000, 50_000, 60_000
"""Where the transaction ids of each kind of chain begin."""

_DIGITS = 6


class Trace:
    """What was done so far. The lists are in the order in which steps ended; ``asides`` are requests that decide nothing."""

    __slots__ = (
        "_last",
        "_read_clock",
        "asides",
        "connects",
        "duplicates",
        "events",
        "handshakes",
        "late",
        "queries",
        "quic_handshakes",
        "start",
        "transactions",
    )

    def __init__(self, start: float | None = None) -> None:
        self._read_clock = asyncio.get_running_loop().time
        self.start = self._read_clock() if start is None else start
        self._last: dict[int, int] = {}
        self.queries: list[Query] = []
        self.duplicates: list[Query] = []
        self.late: list[Query] = []
        self.connects: list[Connect] = []
        self.handshakes: list[Handshake] = []
        self.quic_handshakes: list[Handshake] = []
        self.transactions: list[Transaction] = []
        self.asides: list[Transaction] = []
        self.events: list[Event] = []

    def read_time(self) -> float:
        """Return the seconds since the measurement began, to the microsecond."""
        return round(self._read_clock() - self.start, _DIGITS)

    def begin(self, kind: int, tags: Tags) -> "Strand":
        """Begin a chain of steps of a kind (``SYSTEM`` … ``QUIC``)."""
        number = self._last.get(kind, 0) + 1
        self._last[kind] = number
        return Strand(self, kind + number, tags)


class Strand:
    """Steps under one transaction id and the same tags."""

    __slots__ = ("read_time", "tags", "trace", "transaction_id")

    def __init__(self, trace: Trace, transaction_id: int, tags: Tags) -> None:
        self.trace = trace
        self.transaction_id = transaction_id
        self.tags = tags
        self.read_time = trace.read_time

    def note(
        self,
        operation: str,
        t0: float,
        failure: str | None = None,
        *,
        address: str | None = None,
        proto: str = "tcp",
        num_bytes: int | None = None,
    ) -> None:
        """Write a network event that began at ``t0`` and ends now."""
        t = self.read_time()
        event = Event(failure, operation, t0, t, self.transaction_id, self.tags)
        if address is not None:
            event.address, event.proto = address, proto
        if num_bytes is not None:
            event.num_bytes = num_bytes
        self.trace.events.append(event)

    def mark(self, operation: str, address: str | None = None, proto: str = "tcp") -> float:
        """Write an event that takes no time, and return that time."""
        t = self.read_time()
        self.trace.events.append(
            Event(
                None,
                operation,
                t,
                t,
                self.transaction_id,
                self.tags,
                UNSET if address is None else address,
                UNSET if address is None else proto,
            )
        )
        return t
