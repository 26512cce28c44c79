"""How often a client may ask: a bucket of tokens for each, in memory only, forgotten when it is full again."""

import ipaddress
from collections import OrderedDict

_PREFIX = 64


class RateLimit:
    """Allows each client some requests a minute, and as many at once after a pause."""

    __slots__ = ("_buckets", "_most_clients", "_per_second", "_size")

    def __init__(self, per_minute: int, most_clients: int = 10_000) -> None:
        self._size = float(per_minute)
        self._per_second = per_minute / 60
        self._most_clients = most_clients
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def allows(self, client: str, now: float) -> bool:
        """Tell whether a client may ask now, and count it.

        Args:
            client: its address; an IPv6 network of 64 bits is one client.
            now: monotonic time, in seconds.
        """
        key = name_client(client)
        tokens, last = self._buckets.pop(key, (self._size, now))
        tokens = min(self._size, tokens + (now - last) * self._per_second)
        allowed = tokens >= 1
        self._buckets[key] = (tokens - 1 if allowed else tokens), now
        while len(self._buckets) > self._most_clients:
            self._buckets.popitem(last=False)
        return allowed


def name_client(address: str) -> str:
    """Return what counts as one client."""
    if ":" not in address:
        return address
    try:
        return str(ipaddress.ip_network((address.partition("%")[0], _PREFIX), strict=False))
    except ValueError:
        return address
