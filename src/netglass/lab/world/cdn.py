"""Where sites are hosted: on an address of their own, on one with others, or at the edges of a content network.

A content network gives each country its own addresses, in networks with other numbers, and every edge serves all of its sites:
addresses and AS numbers that a control has never seen are then no sign of anything.
"""

import random
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from netglass.lab.world.place import AddressPlan, Holder, deal_addresses
from netglass.lab.world.zone import ELSEWHERE

EDGES = 2
"""Addresses of a content network that a country is given."""


class Edge(NamedTuple):
    """The machines of a content network in one country."""

    holder: Holder
    addresses: tuple[str, ...]


class ContentNetwork:
    """A content network with an edge in each country, and one for everybody else.

    Args:
        plan: gives addresses.
        name: of the company.
        countries: where it has edges.
        home: country of the edge for everybody else.
    """

    def __init__(self, plan: AddressPlan, name: str, countries: Iterable[str], home: str) -> None:
        self.domain = f"{name.lower()}-edge.test"
        self._edges = {cc: _build_edge(plan, f"{name} Edge {cc}", cc) for cc in countries}
        self._edges[ELSEWHERE] = _build_edge(plan, f"{name} Core", home)

    def spread(self, rng: random.Random) -> Mapping[str, tuple[str, ...]]:
        """Return the addresses of one site by country."""
        return {cc: tuple(rng.sample(edge.addresses, EDGES)) for cc, edge in self._edges.items()}


def _build_edge(plan: AddressPlan, name: str, cc: str) -> Edge:
    holder = plan.settle(name, cc)
    return Edge(holder, tuple(deal_addresses(holder))[:6])


class Hosters:
    """Hosting companies that give single addresses, a new company whenever one has no more.

    Args:
        plan: gives addresses.
        names: names for the companies.
        countries: where they may be.
        rng: chooses.
    """

    def __init__(self, plan: AddressPlan, names: list[str], countries: list[str], rng: random.Random) -> None:
        self._plan, self._names, self._countries, self._rng = plan, names, countries, rng
        self._open: list[tuple[Holder, Iterator[str]]] = []
        self._shared: dict[str, tuple[Holder, str]] = {}

    def take(self) -> tuple[Holder, str]:
        """Return an address that nobody has, and its company."""
        if len(self._open) < 3:
            name = f"{self._names.pop().capitalize()} Hosting"
            holder = self._plan.settle(name, self._rng.choice(self._countries))
            self._open.append((holder, deal_addresses(holder)))
        place = self._rng.randrange(len(self._open))
        holder, left = self._open[place]
        address = next(left, None)
        if address is None:
            del self._open[place]
            return self.take()
        return holder, address

    def share(self, group: str) -> tuple[Holder, str]:
        """Return the address of a group of sites."""
        if group not in self._shared:
            self._shared[group] = self.take()
        return self._shared[group]
