"""Everything that exists in a scenario before anybody blocks anything, and that never changes."""

import random
from dataclasses import dataclass, field

from netglass.lab.authority import Authority
from netglass.lab.scenario import Network, Scenario
from netglass.lab.world.blockpage import Notice
from netglass.lab.world.page import Page
from netglass.lab.world.place import AddressPlan
from netglass.lab.world.portal import Portal
from netglass.lab.world.site import WebSite
from netglass.lab.world.zone import ELSEWHERE, Entry

_MOST_HOPS = 6


@dataclass(frozen=True)
class AccessNetwork:
    """A network from which probes measure.

    Attributes:
        cc: country.
        asn: AS number.
        name: of the company.
        resolver: address of its resolver.
        client: address of a client.
        client6: its IPv6 address, where the network has IPv6.
        proxy: address of its transparent proxy, which is used where a scenario says so.
        line: loss, delay and the rest, as the scenario has it.
    """

    cc: str
    asn: int
    name: str
    resolver: str
    client: str
    client6: str | None
    proxy: str
    line: Network


@dataclass(frozen=True)
class Services:
    """Machines that are no sites: each an address, and a name where it has one.

    Attributes:
        public: the public resolver.
        public_host: its name, for DNS over HTTPS and TLS.
        helper: the test helper.
        helper_host: its name.
        filter: a resolver that users choose because it filters, and the machine of its own page.
        advertiser: where names that do not exist lead to on networks that do that.
        forgers: machines that intercept, by how they sign.
        antivirus: interception on the device.
        stranger: somebody who has nothing to do with it, whose address is injected.
        bogon: an address that nobody can have.
    """

    public: str
    public_host: str
    helper: str
    helper_host: str
    filter: str
    advertiser: str
    forgers: dict[str, str]
    antivirus: str
    stranger: str
    bogon: str


@dataclass
class World:
    """Everything that exists; ``portals`` are the hotspots on each network."""

    scenario: Scenario
    plan: AddressPlan
    authorities: list[Authority]
    foreign: Authority
    antivirus: Authority
    words: list[str]
    networks: list[AccessNetwork] = field(default_factory=list)
    sites: dict[str, WebSite] = field(default_factory=dict)
    notices: dict[str, list[Notice]] = field(default_factory=dict)
    entries: dict[str, Entry] = field(default_factory=dict)
    services: Services = field(init=False)
    portals: dict[int, Portal] = field(default_factory=dict)
    filter_page: Page = field(init=False)
    advertisement: Page = field(init=False)

    def draw(self, purpose: str) -> random.Random:
        """Return the random numbers for one purpose, the same each time."""
        return random.Random(f"{self.scenario.seed}:{purpose}")

    def find_country(self, address: str) -> str | None:
        """Return the country of an address."""
        holder = self.plan.find(address)
        return holder.cc if holder else None

    def find_address(self, name: str) -> str | None:
        """Return one true address of a name."""
        entry = self.entries.get(name) or self.entries.get(name.removeprefix("www."))
        return entry.at(ELSEWHERE)[0] if entry else None

    def find_network(self, asn: int) -> AccessNetwork:
        """Return an access network by its number."""
        return next(network for network in self.networks if network.asn == asn)

    def list_hops(self, host: str) -> list[tuple[WebSite, str]]:
        """Return the sites on the way from a site to where it leads, each with the scheme by which it is asked."""
        site, scheme = self.sites[host], self.sites[host].scheme
        hops = [(site, scheme)]
        while site.leads_to and len(hops) < _MOST_HOPS:
            scheme, _, rest = site.leads_to.partition("://")
            name = rest.rstrip("/").removeprefix("www.")
            if (self.sites[name], scheme) in hops:
                break
            site = self.sites[name]
            hops.append((site, scheme))
        return hops
