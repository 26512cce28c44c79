"""Network events (df-008), summed per connection: what throttling and cut connections are read from.

**Source**: OONI spec df-008-netevents. Clients before 2022 put the address on ``connect`` alone, and made one connection after the
other: events without one belong to the last connect of the same transaction. ``bytes_received_cumulative`` is a speed sample, no read.
A connection keeps at most 64 other events (probe-cli, measurexlite ``NetworkEventBufferSize``), so of a long page only the begin is here.
"""

from collections.abc import Iterator, Sequence
from itertools import pairwise

from netglass.source.ooni.address import split_endpoint
from netglass.source.ooni.step import Frame, Row
from netglass.source.ooni.structure import Event

_READ = frozenset(("read", "read_from"))
_WRITTEN = frozenset(("write", "write_to"))
_HELLO = frozenset(("tls_handshake_start", "quic_handshake_start"))
HELLO_END = frozenset(("tls_handshake_done", "quic_handshake_done"))
_OTHER = frozenset(("connect", "close", "bytes_received_cumulative"))
_OPERATIONS = _READ | _WRITTEN | _HELLO | HELLO_END | _OTHER

Connection = tuple[int | None, int | None, str]
Groups = dict[Connection, list[Event]]


def group_events(events: Sequence[Event] | None) -> Groups:
    """Return the events of each connection, in order. Events that belong to none (resolver, HTTP) are left out."""
    groups: Groups = {}
    latest: dict[tuple[int | None, int | None], Connection] = {}
    for event in events or ():
        if event.operation not in _OPERATIONS:
            continue
        transaction, number, address = event.transaction_id, event.conn_id, event.address
        if address:
            connection = (transaction, number, address)
            latest[transaction, None] = connection
            if number is not None:
                latest[transaction, number] = connection
        elif (found := latest.get((transaction, number))) is not None:
            connection = found
        else:
            continue
        if connection in groups:
            groups[connection].append(event)
        else:
            groups[connection] = [event]
    return groups


def list_transfers(groups: Groups, frame: Frame) -> Iterator[Row]:
    """Yield one ``transfer`` row per connection."""
    for (transaction_id, _, endpoint), group in groups.items():
        address, port = split_endpoint(endpoint)
        if address == frame.probe_ip:
            address = None
        yield (frame.key, transaction_id, address, port, *sum_events(group, frame))


def sum_events(events: Sequence[Event], frame: Frame) -> Row:
    """Return protocol, sums, times and the first failure of one connection's events.

    What is written outside of the handshake is the request, and what is read after it the answer.
    """
    proto = failure = operation = None
    reads = bytes_read = bytes_written = reads_after_hello = 0
    hello_open = hello_started = hello_written = asked = False
    read_times: list[float] = []
    answer: list[tuple[float, int]] = []
    end: float | None = None
    for event in events:
        kind = event.operation
        proto = proto or event.proto
        if event.t is not None and (end is None or event.t > end):
            end = event.t
        if event.failure and failure is None:
            failure, operation = frame.read_failure(event.failure), kind
        if kind in _READ and not event.failure:
            reads += 1
            bytes_read += event.num_bytes or 0
            reads_after_hello += hello_open
            if event.t is not None:
                read_times.append(event.t)
                if asked:
                    answer.append((event.t, event.num_bytes or 0))
        elif kind in _WRITTEN and not event.failure:
            bytes_written += event.num_bytes or 0
            hello_written = hello_written or hello_started
            asked = asked or not hello_open
        elif kind in _HELLO:
            hello_open = hello_started = True
        elif kind in HELLO_END:
            hello_open = False
    read_times.sort()
    first, last = (read_times[0], read_times[-1]) if read_times else (None, None)
    return (
        *(proto, reads, bytes_read, bytes_written, hello_written, reads_after_hello),
        *(first, last, end, find_longest_gap(read_times, end), *sum_answer(answer), failure, operation),
    )


def sum_answer(reads: Sequence[tuple[float, int]]) -> tuple[float | None, int, float | None]:
    """Return when the first of an answer's reads ended, the bytes read after it, and the longest wait between two reads.

    The first read's bytes are left out: how long they took is the server's thinking and the way there, and no speed.
    """
    if not reads:
        return None, 0, None
    ordered = sorted(reads)
    times = [t for t, _ in ordered]
    gaps = [later - earlier for earlier, later in pairwise(times)]
    return times[0], sum(size for _, size in ordered[1:]), max(gaps, default=None)


def find_longest_gap(read_times: Sequence[float], end: float | None) -> float | None:
    """Return the longest wait between two reads, or from the last one to the end, in seconds; None without a read."""
    if not read_times or end is None:
        return None
    return max(later - earlier for earlier, later in zip(read_times, [*read_times[1:], end], strict=True))
