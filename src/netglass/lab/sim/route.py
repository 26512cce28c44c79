"""Where packets to an address go: the longest prefix that holds it decides (RFC 1812 section 5.2.4.3)."""

from functools import lru_cache
from ipaddress import IPv4Network, IPv6Network, ip_network
from typing import Generic, TypeVar

from netglass.vocab.error import LabError

_MOST_REMEMBERED = 1 << 16

_T = TypeVar("_T")


@lru_cache(1 << 14)
def _read_prefix(text: str) -> IPv4Network | IPv6Network:
    """Return a prefix; bits set behind its length do not matter. Remembered."""
    try:
        return ip_network(text, strict=False)
    except ValueError as error:
        raise LabError(f"{text!r} is no prefix of addresses") from error


class RouteTable(Generic[_T]):
    """Prefixes of both versions and what they lead to."""

    def __init__(self) -> None:
        self._tables: dict[tuple[int, int], dict[int, _T]] = {}
        self._shifts: list[tuple[int, int]] = []
        self._found: dict[bytes, _T | None] = {}

    def add(self, prefix: str, target: _T) -> None:
        """Lead a prefix to ``target``.

        Raises:
            LabError: not a prefix, or it leads somewhere already.
        """
        network = _read_prefix(prefix)
        kind = network.max_prefixlen // 8, network.max_prefixlen - network.prefixlen
        table = self._tables.setdefault(kind, {})
        number = int(network.network_address) >> kind[1]
        if table.setdefault(number, target) is not target:
            raise LabError(f"{network} leads to somebody already: give each host addresses of its own")
        self._shifts = sorted(self._tables)
        self._found.clear()

    def find(self, address: bytes) -> _T | None:
        """Return what a packed address leads to, None where nothing does."""
        try:
            return self._found[address]
        except KeyError:
            pass
        if len(self._found) >= _MOST_REMEMBERED:
            self._found.clear()
        number, size = int.from_bytes(address, "big"), len(address)
        hits = (self._tables[kind].get(number >> kind[1]) for kind in self._shifts if kind[0] == size)
        self._found[address] = target = next((hit for hit in hits if hit is not None), None)
        return target
