"""Web servers: several sites on an address, over HTTP and HTTPS, each with its pages and with what is wrong with it now.

A fault is a word of ``confounding.CONFOUNDERS``; this module and the zone know what a server does then. What happens at the address
alone (nobody answers, nobody listens) is done by who settles the servers, since there is no server then.
"""

import asyncio
import random
import ssl
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from netglass.lab.authority import Authority, Grade
from netglass.lab.world.exchange import read_request, redirect_to, send_page
from netglass.lab.world.page import Page, park_domain, refuse_country, report_outage
from netglass.lab.world.zone import ELSEWHERE, Entry
from netglass.wire.http_head import RequestHead, get_field
from netglass.wire.net import Stream

SLOW_S = 4.0
"""What a slow site thinks before it answers, seconds: long, and less than a client waits."""

GRADES = {
    "down_expired": Grade.EXPIRED,
    "down_not_yet_valid": Grade.NOT_YET_VALID,
    "down_wrong_name": Grade.WRONG_NAME,
    "down_self_signed": Grade.SELF_SIGNED,
}
"""Faults that lie in the certificate."""

REFUSALS = ("server_geo451", "server_geo403", "server_captcha")
"""Faults that concern the clients of a country alone."""


class WebSite(NamedTuple):
    """A site as it is when nothing is wrong.

    Attributes:
        host: its name.
        scheme: how it is asked: ``http`` or ``https``.
        entry: its addresses.
        server: what it calls itself.
        pages: its front page by country of the client, :data:`ELSEWHERE` for the others.
        authority: who signs its certificate.
        is_under_second_root: whether that authority is the one that broken clients do not know.
        speaks_tls: whether it answers on port 443.
        leads_to: address line that its front page leads to instead, or none.
        rank: place in a list of popular sites, from 1.
        http3: whether it speaks HTTP/3.
    """

    host: str
    scheme: str
    entry: Entry
    server: str
    pages: Mapping[str, Page]
    authority: Authority
    is_under_second_root: bool = False
    speaks_tls: bool = True
    leads_to: str | None = None
    rank: int = 10_000
    http3: bool = False

    @property
    def url(self) -> str:
        """What a probe is asked to test."""
        return f"{self.scheme}://{self.host}/"

    @property
    def is_spread(self) -> bool:
        """Whether its addresses depend on where one asks."""
        return len(self.entry.addresses) > 1


class Fault(NamedTuple):
    """What is wrong with a site: a word of the table, and the countries that it concerns, empty for all."""

    kind: str
    countries: frozenset[str] = frozenset()


class WebServer:
    """All sites of an address.

    Args:
        sites: at least one; the first answers to names that nobody here has.
        faults: what is wrong, by host.
        find_country: country of a client's address.
    """

    def __init__(
        self,
        sites: Sequence[WebSite],
        faults: Mapping[str, Sequence[Fault]],
        find_country: Callable[[str], str | None],
    ) -> None:
        self._sites = {site.host: site for site in sites}
        self._first = sites[0]
        self._faults, self._find_country = faults, find_country

    @property
    def speaks_tls(self) -> bool:
        """Whether a site here does."""
        return any(site.speaks_tls for site in self._sites.values())

    @property
    def http3_site(self) -> WebSite | None:
        """The site here that speaks HTTP/3, if there is one."""
        return next((site for site in self._sites.values() if site.http3), None)

    def find_site(self, name: str | None) -> WebSite:
        """Return the site that answers to a name."""
        host = (name or "").lower().removesuffix(".")
        return self._sites.get(host) or self._sites.get(host.removeprefix("www.")) or self._first

    def choose_context(self, name: str | None) -> ssl.SSLContext:
        """Return the certificate for a server name."""
        site = self.find_site(name)
        grade = next((GRADES[kind] for kind in self._list_faults(site, None) if kind in GRADES), Grade.GOOD)
        asked = (name or "").lower()
        host = asked if asked == f"www.{site.host}" else site.host
        return site.authority.serve(host, grade)

    async def serve_plain(self, stream: Stream) -> None:
        """Answer one request in the clear."""
        await self._serve(stream, "http")

    async def serve_secure(self, stream: Stream) -> None:
        """Answer one request that came through TLS."""
        await self._serve(stream, "https")

    def find_page(self, head: RequestHead, scheme: str, address: str) -> Page | None:
        """Return the answer to a request of a client at ``address``; None where the connection is closed without one."""
        cc = self._find_country(address)
        site = self.find_site((head.host or "").partition(":")[0])
        faults = self._list_faults(site, cc)
        return None if "down_eof" in faults else _choose_page(site, faults, head, scheme, cc)

    async def _serve(self, stream: Stream, scheme: str) -> None:
        request = await read_request(stream)
        if request is None:
            return
        head = request[0]
        site = self.find_site((head.host or "").partition(":")[0])
        if "slow" in self._list_faults(site, None):
            await asyncio.sleep(SLOW_S)
        page = self.find_page(head, scheme, stream.peer.address)
        if page is not None:
            await send_page(stream, page, head.method)

    def _list_faults(self, site: WebSite, cc: str | None) -> list[str]:
        found = self._faults.get(site.host, ())
        return [fault.kind for fault in found if not fault.countries or cc in fault.countries]


def _choose_page(site: WebSite, faults: Sequence[str], head: RequestHead, scheme: str, cc: str | None) -> Page:
    if "down_503" in faults:
        return report_outage(site.server)
    if "parked" in faults:
        return park_domain(site.host)
    refusal = next((kind for kind in faults if kind in REFUSALS), None)
    if refusal is not None:
        return refuse_country(refusal, random.Random(site.host), site.server)
    asked = f"{scheme}://{(get_field(head.fields, 'host') or site.host).lower()}/"
    if site.leads_to and site.leads_to != asked:
        return redirect_to(site.leads_to, 301, site.server)
    return site.pages.get(cc or "", site.pages[ELSEWHERE])
