"""Addresses that a test helper must never reach, and a ``Net`` that cannot reach them.

A helper connects where strangers tell it to. It must not become their way into the network that it stands in, nor to the
metadata service of the cloud that it runs in. What is checked is the address that a connection goes to, at the moment of
connecting and after every lookup: so it holds on redirects, for every spelling, and for a name that answers otherwise the
second time.

**Source**: IANA's registries of special-purpose addresses (RFC 6890), as ``ipaddress`` knows them. IPv4 inside of IPv6 is
looked at too: mapped (RFC 4291), NAT64 (RFC 6052), 6to4 (RFC 3056), Teredo (RFC 4380).
"""

import ipaddress
from datetime import datetime

from netglass.wire.net import Flow, LookupFailed, LookupProblem, Net, Stream

METADATA = frozenset(
    (
        "168.63.129.16",  # Azure
        "169.254.169.254",  # most clouds
        "100.100.100.200",  # Alibaba
        "192.0.0.192",  # Oracle
        "fd00:ec2::254",  # Amazon
        "fd20:ce::254",  # Google
    )
)
"""Addresses of clouds' metadata services, some of which look public."""

BLOCKS = tuple(
    map(
        ipaddress.ip_network,
        ("100.64.0.0/10", "192.0.0.0/24", "192.88.99.0/24", "fec0::/10", "5f00::/16", "3fff::/20", "64:ff9b:1::/48"),
    )
)
"""Blocks that ``ipaddress`` calls global in one version of Python or another, and that hold no site."""

_NAT64 = ipaddress.ip_network("64:ff9b::/96")
_WELL_KNOWN = (80, 443)
_FIRST_OPEN = 1024


def is_forbidden(text: str) -> bool:
    """Tell whether an address is not on the public internet, or is no address at all."""
    try:
        address = ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return True
    if str(address) in METADATA or any(address in block for block in BLOCKS if block.version == address.version):
        return True
    if isinstance(address, ipaddress.IPv6Address):
        return any(is_forbidden(str(inner)) for inner in _list_inner(address)) or not _is_public(address)
    return not _is_public(address)


def _is_public(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> bool:
    if isinstance(address, ipaddress.IPv6Address) and _list_inner(address):
        return True
    return address.is_global and not address.is_multicast and not address.is_reserved


def _list_inner(address: ipaddress.IPv6Address) -> list[ipaddress.IPv4Address]:
    """Return the IPv4 addresses that an IPv6 address carries."""
    found = [address.ipv4_mapped, address.sixtofour, *(address.teredo or ())]
    if address in _NAT64:
        found.append(ipaddress.IPv4Address(int(address) & 0xFFFFFFFF))
    return [inner for inner in found if inner is not None]


def is_open_port(port: int) -> bool:
    """Tell whether a helper connects to a port: those of the web, and those without a well-known service."""
    return port in _WELL_KNOWN or port >= _FIRST_OPEN


class PublicNet:
    """A ``Net`` that reaches the public internet alone, and no datagrams."""

    def __init__(self, net: Net) -> None:
        self._net = net

    async def connect(self, address: str, port: int) -> Stream:
        """Connect, where the address may be reached.

        Raises:
            PermissionError: it may not.
        """
        if is_forbidden(address) or not is_open_port(port):
            raise PermissionError(f"{address}:{port} is not on the public internet")
        return await self._net.connect(address, port)

    async def open_flow(self, address: str, port: int) -> Flow:
        """Refuse.

        Raises:
            PermissionError: always.
        """
        raise PermissionError("a test helper sends no datagrams")

    async def resolve(self, name: str) -> list[str]:
        """Return the addresses of a name that may be reached.

        Raises:
            LookupFailed: it has none.
        """
        found = [address for address in await self._net.resolve(name) if not is_forbidden(address)]
        if not found:
            raise LookupFailed(LookupProblem.NO_ADDRESS)
        return found

    def read_clock(self) -> datetime:
        """Return the machine's clock."""
        return self._net.read_clock()
