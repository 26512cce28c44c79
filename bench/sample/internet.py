"""What the world answers where nobody is in between: names, addresses, certificates, and what lasts innocently.

The outcomes of steps are here too, as the client and the views of the world speak of them. Times are in seconds.
"""

from datetime import datetime, timedelta
from typing import NamedTuple

from bench.sample.condition import Condition
from bench.sample.page import Reply
from bench.sample.plan import Plan
from bench.sample.policy import Notice
from bench.sample.world import Site, World


class Answer(NamedTuple):
    """Outcome of a lookup; ``late`` are addresses of a second reply."""

    failure: str | None
    addresses: tuple[str, ...]
    seconds: float
    rcode: int = 0
    late: tuple[str, ...] = ()


class Dial(NamedTuple):
    """Outcome of a TCP connect."""

    failure: str | None
    seconds: float


class Handshake(NamedTuple):
    """Outcome of a TLS handshake; ``certs`` is what the client saw."""

    failure: str | None
    certs: tuple[bytes, ...]
    seconds: float


class Fetch(NamedTuple):
    """Outcome of an HTTP request; ``reads`` are sizes and moments of what arrived."""

    failure: str | None
    reply: Reply | None
    seconds: float
    reads: tuple[tuple[int, float], ...] = ()


class Internet:
    """The world without censors."""

    def __init__(self, world: World, plan: Plan) -> None:
        """Index sites by address and block pages by address and name."""
        self.world, self.plan = world, plan
        self.notices: dict[str, Notice] = {}
        for policy in plan.policies:
            self.notices[policy.notice.address] = policy.notice
            self.notices[policy.notice.host] = policy.notice
        self.at: dict[str, list[Site]] = {}
        for site in world.sites.values():
            for address in site.all_addresses():
                self.at.setdefault(address, []).append(site)

    def condition(self, kind: str, host: str, moment: datetime, cc: str = "", asn: int = 0) -> Condition | None:
        """Return what innocently affects ``host``, if anything."""
        for found in self.plan.conditions:
            applies = found.kind == kind and host in found.hosts and found.onset <= moment < found.end
            if applies and found.cc in (None, cc) and (not found.asns or asn in found.asns):
                return found
        return None

    def addresses(self, host: str, cc: str, moment: datetime) -> tuple[str | None, tuple[str, ...], tuple[str, ...]]:
        """Return failure, IPv4 and IPv6 addresses of a name as seen from a country."""
        if host in self.notices:
            return None, (self.notices[host].address,), ()
        if host == self.world.portal_host:
            return None, (self.world.networks[0].portal,), ()
        site = self.world.sites.get(host)
        down = self.condition("down", host, moment)
        if site is None or (down and down.detail == "nxdomain"):
            return "dns_nxdomain_error", (), ()
        return None, site.addresses.get(cc, site.addresses["*"]), (site.address6,) if site.address6 else ()

    def site_at(self, address: str, host: str) -> Site | None:
        """Return the site that answers at an address for a name."""
        sites = self.at.get(address, [])
        return next((site for site in sites if site.host == host), sites[0] if sites else None)

    def certificate(self, site: Site, moment: datetime) -> tuple[str | None, tuple[bytes, ...]]:
        """Return what a correct client says of the site's certificate, and the chain."""
        authority = self.world.authorities[site.authority]
        start = self.world.start - timedelta(days=60)
        down = self.condition("down", site.host, moment)
        if down and down.detail == "expired":
            leaf = authority.issue(site.host, start - timedelta(days=200), 210)
            return "ssl_invalid_certificate", (leaf, *authority.chain)
        if down and down.detail == "wrong_name":
            return "ssl_invalid_hostname", (authority.issue(f"default.{site.host[-9:]}", start, 365), *authority.chain)
        return None, (authority.issue(site.host, start, 365), *authority.chain)
