"""The names of the lab and what they resolve to, by the country from which one asks."""

from collections.abc import Mapping
from typing import NamedTuple

from netglass.wire.dns_message import NOERROR, NXDOMAIN

ELSEWHERE = "*"
"""The key for every country that is not named."""


class Entry(NamedTuple):
    """What a name has.

    Attributes:
        addresses: IPv4 and IPv6 addresses by country, :data:`ELSEWHERE` for the others.
        alias: the name that really has them, as content networks do it.
        http3: whether its service records offer HTTP/3.
    """

    addresses: Mapping[str, tuple[str, ...]]
    alias: str | None = None
    http3: bool = False

    def at(self, cc: str) -> tuple[str, ...]:
        """Return the addresses for a country."""
        return self.addresses.get(cc, self.addresses[ELSEWHERE])

    def everywhere(self) -> tuple[str, ...]:
        """Return the addresses for all countries."""
        return tuple(dict.fromkeys(address for group in self.addresses.values() for address in group))


class Answer(NamedTuple):
    """What the servers of a name say: a response code and, with ``NOERROR``, an entry."""

    code: int
    entry: Entry | None = None


class Zone:
    """All names.

    Args:
        entries: by host in lower case.
        broken: response codes of names whose servers do not answer well at the moment.
    """

    def __init__(self, entries: Mapping[str, Entry], broken: Mapping[str, int]) -> None:
        self._entries, self._broken = entries, broken

    def find(self, name: str) -> Answer:
        """Return what is known of a name; ``www.`` of a name is the same machine."""
        host = name.lower().removesuffix(".")
        for known in (host, host.removeprefix("www.")):
            if known in self._broken:
                return Answer(self._broken[known])
            if known in self._entries:
                return Answer(NOERROR, self._entries[known])
        return Answer(NXDOMAIN)
