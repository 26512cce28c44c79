"""TCP connects (df-005): one row each, with what the helper saw at the same endpoint.

**Source**: OONI spec df-005-tcpconnect; ``status`` without ``success`` and without ``failure`` says nothing.
"""

from collections.abc import Iterator, Sequence

from netglass.source.ooni.step import OTHER, Frame, Row
from netglass.source.ooni.structure import Connect, ConnectStatus


def list_connects(connects: Sequence[Connect] | None, frame: Frame, host: str | None) -> Iterator[Row]:
    """Yield the ``tcp`` rows; ``host`` is the name whose addresses an old client connected to."""
    for connect in connects or ():
        tag = frame.read_tags(connect.tags, host)
        place = frame.place(connect.ip, "test_keys.tcp_connect[].ip")
        status = connect.status
        failure = frame.read_failure(status.failure) if status else None
        yield (
            *frame.list_step(connect, tag, failure, find_outcome(status)),
            *place,
            connect.port,
            tag.fetch_body,
            frame.tcp_control.get((place.address, connect.port)),
        )


def find_outcome(status: ConnectStatus | None) -> str | None:
    """Return ``other`` where a status names no failure and claims no success; else None, the failure decides."""
    if status is None or (not status.failure and not status.success):
        return OTHER
    return None
