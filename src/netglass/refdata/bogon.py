"""Addresses that cannot be on the public internet.

A resolver that answers a public name with one of these did not ask the name's own servers. The list is data, each
prefix with its source; a file named by the setting ``NETGLASS_BOGONS`` (one prefix a line, ``#`` comments) replaces
it, because a laboratory may well use documentation prefixes for its sites. Special-purpose blocks that are globally
reachable (AS112 192.31.196.0/24 and 192.175.48.0/24, AMT 192.52.193.0/24, the former 6to4 relays 192.88.99.0/24) are
not bogons.
"""

from bisect import bisect_right
from collections.abc import Iterable
from pathlib import Path

from netglass.refdata.address import Address, parse_address, parse_range
from netglass.vocab.error import InputError

BOGONS: tuple[tuple[str, str], ...] = (
    ("0.0.0.0/8", "RFC 791 section 3.2: this network"),
    ("10.0.0.0/8", "RFC 1918: private use"),
    ("100.64.0.0/10", "RFC 6598: shared address space"),
    ("127.0.0.0/8", "RFC 1122 section 3.2.1.3: loopback"),
    ("169.254.0.0/16", "RFC 3927: link local"),
    ("172.16.0.0/12", "RFC 1918: private use"),
    ("192.0.0.0/24", "RFC 6890 section 2.1: IETF protocol assignments"),
    ("192.0.2.0/24", "RFC 5737: documentation"),
    ("192.168.0.0/16", "RFC 1918: private use"),
    ("198.18.0.0/15", "RFC 2544: benchmarking"),
    ("198.51.100.0/24", "RFC 5737: documentation"),
    ("203.0.113.0/24", "RFC 5737: documentation"),
    ("224.0.0.0/4", "RFC 5771: multicast"),
    ("240.0.0.0/4", "RFC 1112 section 4: reserved, with RFC 8190: limited broadcast"),
    ("::/96", "RFC 4291 section 2.5.5.1: IPv4-compatible, deprecated; with the unspecified address and loopback"),
    ("::ffff:0:0/96", "RFC 4291 section 2.5.5.2: IPv4-mapped, never on the wire"),
    ("64:ff9b:1::/48", "RFC 8215: local-use translation"),
    ("100::/64", "RFC 6666: discard only"),
    ("2001:2::/48", "RFC 5180: benchmarking"),
    ("2001:10::/28", "RFC 4843: ORCHID, returned"),
    ("2001:db8::/32", "RFC 3849: documentation"),
    ("2002::/24", "RFC 3056 section 2: 6to4 of 0.0.0.0/8"),
    ("2002:a00::/24", "RFC 3056 section 2: 6to4 of 10.0.0.0/8"),
    ("2002:7f00::/24", "RFC 3056 section 2: 6to4 of 127.0.0.0/8"),
    ("2002:a9fe::/32", "RFC 3056 section 2: 6to4 of 169.254.0.0/16"),
    ("2002:ac10::/28", "RFC 3056 section 2: 6to4 of 172.16.0.0/12"),
    ("2002:c000:200::/40", "RFC 3056 section 2: 6to4 of 192.0.2.0/24"),
    ("2002:c0a8::/32", "RFC 3056 section 2: 6to4 of 192.168.0.0/16"),
    ("2002:c612::/31", "RFC 3056 section 2: 6to4 of 198.18.0.0/15"),
    ("2002:c633:6400::/40", "RFC 3056 section 2: 6to4 of 198.51.100.0/24"),
    ("2002:cb00:7100::/40", "RFC 3056 section 2: 6to4 of 203.0.113.0/24"),
    ("2002:e000::/20", "RFC 3056 section 2: 6to4 of 224.0.0.0/4"),
    ("2002:f000::/20", "RFC 3056 section 2: 6to4 of 240.0.0.0/4"),
    ("3fff::/20", "RFC 9637: documentation"),
    ("5f00::/16", "RFC 9602: segment routing identifiers, one domain only"),
    ("fc00::/7", "RFC 4193: unique local"),
    ("fe80::/10", "RFC 4291 section 2.5.6: link local"),
    ("fec0::/10", "RFC 3879: site local, deprecated"),
    ("ff00::/8", "RFC 4291 section 2.7: multicast"),
)


class BogonList:
    """Prefixes in two sorted tables, one for each IP version."""

    def __init__(self, prefixes: Iterable[str]) -> None:
        ranges: dict[int, list[tuple[int, int]]] = {4: [], 6: []}
        for prefix in prefixes:
            version, first, last = parse_range(prefix)
            ranges[version].append((first, last))
        self._ranges = {version: merge_ranges(found) for version, found in ranges.items()}
        self._firsts = {version: [first for first, _ in found] for version, found in self._ranges.items()}

    def holds(self, address: Address) -> bool:
        """Say whether ``address`` lies in one of the prefixes."""
        at = bisect_right(self._firsts[address.version], address.value) - 1
        return at >= 0 and address.value <= self._ranges[address.version][at][1]

    def is_bogon(self, text: str) -> bool:
        """Say whether the address in ``text`` is a bogon; what is no address is none."""
        address = parse_address(text)
        return address is not None and self.holds(address)


def merge_ranges(ranges: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return ``ranges`` (first and last value) sorted, with overlapping ones joined."""
    merged: list[tuple[int, int]] = []
    for first, last in sorted(ranges):
        if merged and first <= merged[-1][1] + 1:
            merged[-1] = (merged[-1][0], max(last, merged[-1][1]))
        else:
            merged.append((first, last))
    return merged


def read_bogons(path: Path) -> list[str]:
    """Read prefixes, one a line; blank lines and what follows ``#`` are ignored.

    Raises:
        InputError: a line is not a prefix; the message names file and line.
    """
    prefixes: list[str] = []
    for number, line in enumerate(path.read_text(encoding="utf-8", errors="replace").splitlines(), 1):
        prefix = line.partition("#")[0].strip()
        if not prefix:
            continue
        try:
            parse_range(prefix)
        except ValueError as error:
            raise InputError(f"{path}:{number}: {error}; write one prefix a line, like 203.0.113.0/24") from error
        prefixes.append(prefix)
    return prefixes
