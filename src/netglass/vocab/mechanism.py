"""How a block is done: dotted paths, each prefix of which is a valid, less exact statement.

**Source**: OONI's censorship taxonomy v1, with ``dns.servfail``, ``dns.nodata``, ``tls.eof``, ``tls.alert``, ``http.eof``,
``doh``, ``dot``, ``ech`` and ``quic`` as additions of this project.
"""

from collections.abc import Iterable

LEAVES = (
    "dns.injection.blockpage",
    "dns.injection.bogon",
    "dns.injection.other",
    "dns.nxdomain",
    "dns.refused",
    "dns.timeout",
    "dns.servfail",
    "dns.nodata",
    "tcp.reset",
    "tcp.timeout",
    "tcp.refused",
    "tls.reset.sni",
    "tls.reset.other",
    "tls.timeout",
    "tls.eof",
    "tls.alert",
    "tls.mitm.self_signed",
    "tls.mitm.ca_signed",
    "tls.throttle.sni",
    "http.blockpage",
    "http.redirect",
    "http.error",
    "http.reset.host",
    "http.timeout",
    "http.eof",
    "http.throttle.host",
    "ip.unreachable",
    "ip.prefix_null_route",
    "doh",
    "dot",
    "ech",
    "quic.timeout",
    "quic.reset",
    "quic.throttle",
)


def expand_path(path: str) -> frozenset[str]:
    """Return ``path`` and all its ancestors: ``tls.reset.sni`` gives ``tls``, ``tls.reset`` and itself."""
    parts = path.split(".")
    return frozenset(".".join(parts[: i + 1]) for i in range(len(parts)))


MECHANISMS = frozenset().union(*(expand_path(leaf) for leaf in LEAVES))
"""Every valid node, leaves and prefixes."""


def expand_all(paths: Iterable[str]) -> frozenset[str]:
    """Return all nodes named by ``paths``, ancestors included."""
    return frozenset().union(*(expand_path(path) for path in paths))


def family(path: str) -> str:
    """Return the first step of a path, the mechanism's layer: ``dns``, ``tcp``, ``tls``, ``http``, ``ip``, ``quic``."""
    return path.split(".", 1)[0]
