"""Who lives at which address: the lab's prefixes, dealt out to networks and hosting companies, and told as ``asn.csv``.

Every holder has an IPv4 block and a /64 of IPv6, both inside the prefixes of the fence. Blocks are dealt in an order that the
seed shuffles, so that no two worlds have the same addresses for the same thing.
"""

import csv
import io
import random
from collections.abc import Iterator
from ipaddress import IPv4Address, IPv4Network, IPv6Network, ip_network
from typing import NamedTuple

from netglass.lab.fence import LAB_PREFIXES
from netglass.vocab.error import LabError

_ROUTERS = (IPv4Address("192.175.48.1"), IPv4Address("192.88.99.254"))
"""Where errors of the path come from: the censor's router and the core's."""

BLOCK_BITS = 28
"""Length of the prefixes that are dealt out: 14 addresses each."""


class Holder(NamedTuple):
    """An organisation with addresses.

    Attributes:
        name: of the organisation.
        cc: country in which its addresses are.
        asn: AS number.
        prefix: IPv4 prefix.
        prefix6: IPv6 prefix.
    """

    name: str
    cc: str
    asn: int
    prefix: IPv4Network
    prefix6: IPv6Network


class AddressPlan:
    """The addresses of one world.

    Args:
        rng: shuffles what is dealt out.
        taken: AS numbers that the scenario gives itself.
    """

    def __init__(self, rng: random.Random, taken: set[int]) -> None:
        prefixes = [ip_network(prefix) for prefix in LAB_PREFIXES]
        whole = [prefix for prefix in prefixes if isinstance(prefix, IPv4Network)]
        blocks = [block for prefix in whole for block in prefix.subnets(new_prefix=BLOCK_BITS)]
        self._blocks = [block for block in blocks if not any(router in block for router in _ROUTERS)]
        rng.shuffle(self._blocks)
        wide = next(prefix for prefix in prefixes if isinstance(prefix, IPv6Network))
        self._blocks6 = wide.subnets(new_prefix=64)
        next(self._blocks6)
        numbers = [asn for asn in range(64512, 65500) if asn not in taken]
        self._asns = rng.sample(numbers, 200)
        self._holders: dict[IPv4Network | IPv6Network, Holder] = {}
        self._found: dict[str, Holder | None] = {}

    def settle(self, name: str, cc: str, asn: int | None = None) -> Holder:
        """Give a block of each version to an organisation.

        Raises:
            LabError: the lab's prefixes are used up.
        """
        if not self._blocks:
            raise LabError("the lab's addresses are used up: play fewer networks or fewer sites")
        holder = Holder(
            name,
            cc,
            self._asns.pop() if asn is None else asn,
            self._blocks.pop(),
            next(self._blocks6),
        )
        self._holders[holder.prefix] = self._holders[holder.prefix6] = holder
        self._found.clear()
        return holder

    def find(self, address: str) -> Holder | None:
        """Return who holds an address."""
        if address not in self._found:
            bits = 64 if ":" in address else BLOCK_BITS
            self._found[address] = self._holders.get(ip_network(f"{address}/{bits}", strict=False))
        return self._found[address]

    def list_holders(self) -> list[Holder]:
        """Return all who hold addresses, in the order in which they came."""
        return list(dict.fromkeys(self._holders.values()))

    def render(self) -> str:
        """Return ``asn.csv``: ``prefix,asn,name,cc``, a line for each prefix."""
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\n")
        writer.writerow(("prefix", "asn", "name", "cc"))
        rows = [(prefix, holder) for prefix, holder in self._holders.items()]
        for prefix, holder in sorted(rows, key=lambda row: (row[0].version, int(row[0].network_address))):
            writer.writerow((prefix, holder.asn, holder.name, holder.cc))
        return text.getvalue()


def deal_addresses(holder: Holder) -> Iterator[str]:
    """Yield the usable IPv4 addresses of a holder, from the first."""
    return (str(address) for address in holder.prefix.hosts())


def pair_address(holder: Holder, address: str) -> str:
    """Return the IPv6 address of the machine that has an IPv4 address of the same holder."""
    offset = int.from_bytes(bytes(map(int, address.split(".")))) - int(holder.prefix.network_address)
    return str(holder.prefix6.network_address + offset)
