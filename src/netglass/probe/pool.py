"""Connections to the probe's own servers, its resolver over HTTPS and its test helper, that stand open between measurements.

They are no part of what is measured, and a handshake with them for each page would burden probe and servers for nothing.
Connections to the pages themselves are never kept: each is evidence.

**Source**: RFC 9112 section 9.3 (persistence).
"""

import asyncio

from netglass.probe.channel import Channel
from netglass.probe.trace import Strand
from netglass.probe.url import Target

IDLE_SECONDS = 60.0
"""A connection that nobody has used for so long is not used again; servers keep theirs somewhat longer."""

_Server = tuple[str, str, int]


class Pool:
    """Connections that stand and are not in use. Those of a run are closed at its end."""

    def __init__(self) -> None:
        self._idle: dict[_Server, list[tuple[float, Channel]]] = {}

    def take(self, target: Target, strand: Strand) -> Channel | None:
        """Return a connection to the server of a URL, whose steps are written to ``strand`` from now on; None where none stands."""
        idle, now = self._idle.get(_name_server(target), []), asyncio.get_running_loop().time()
        while idle:
            since, channel = idle.pop()
            if now - since <= IDLE_SECONDS:
                channel.follow(strand)
                return channel
            channel.close()
        return None

    def put(self, target: Target, channel: Channel) -> None:
        """Keep a connection on which another request can follow."""
        now = asyncio.get_running_loop().time()
        self._idle.setdefault(_name_server(target), []).append((now, channel))

    def close(self) -> None:
        """End all connections."""
        for idle in self._idle.values():
            for _, channel in idle:
                channel.close()
        self._idle.clear()


def _name_server(target: Target) -> _Server:
    return target.scheme, target.host, target.port
