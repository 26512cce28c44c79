"""What a test helper does for one request: look up, connect to every endpoint, fetch the page.

The name is looked up once, and the addresses found are the ones that are connected to; so is the name of each redirect. The
page is asked for on the connection that was tried, so that a site sees no more of them than it has to. A ``Net`` that refuses
an address makes its endpoint fail like any other.

**Source**: ts-017-web-connectivity; names of failures are those of OONI's helper, which keeps spellings of its first
version (``dns_name_error``, ``connection_refused_error``).
"""

import asyncio
import ipaddress
import ssl
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from netglass.probe.channel import Channel
from netglass.probe.config import Patience
from netglass.probe.connect import connect
from netglass.probe.control import (
    ControlAddress,
    ControlConnect,
    ControlDns,
    ControlHandshake,
    ControlPage,
    ControlRequest,
    ControlResponse,
)
from netglass.probe.cookie import CookieJar
from netglass.probe.failure import NO_ANSWER, NXDOMAIN, TIMEOUT, StepFailed
from netglass.probe.fetch import BROWSER, fetch
from netglass.probe.handshake import shake_hands
from netglass.probe.lookup import FindNetwork, ask_system
from netglass.probe.page import read_length, read_title
from netglass.probe.record import Response
from netglass.probe.redirect import MOST_REDIRECTS, find_redirect
from netglass.probe.trace import SYSTEM, Trace
from netglass.probe.url import Target
from netglass.wire.http_head import Fields
from netglass.wire.net import Endpoint, Net

MOST_ENDPOINTS = 20
BODY_BYTES = 1 << 22
"""Longest body that a helper counts."""

FIELD_CHARACTERS = 1024
FROM_CLIENT, FROM_HELPER, GOOD_CERTIFICATE = 1, 2, 8
"""Bits of ``ip_info[].flags``."""

REFUSED = {TIMEOUT: TIMEOUT, "connection_refused": "connection_refused_error"}


def rename_connect(failure: str) -> str:
    """Return the helper's name for the failure of a connect."""
    return REFUSED.get(failure, "connect_error")


def rename_lookup(failure: str) -> str | None:
    """Return the helper's name for the failure of a lookup; that a name has no address is none."""
    if failure == NO_ANSWER:
        return None
    return {NXDOMAIN: "dns_name_error", TIMEOUT: TIMEOUT}.get(failure, "dns_server_failure")


def rename_page(failure: str) -> str:
    """Return the helper's name for the failure of a page."""
    if failure.startswith("dns_"):
        return "dns_lookup_error"
    return REFUSED.get(failure, "unknown_error")


class Tried(NamedTuple):
    """How an endpoint ended: what is told of it, and the channel that stands or why none does."""

    connect: ControlConnect
    handshake: ControlHandshake | None
    channel: Channel | None
    failure: str = ""


class Lookout:
    """Looks at pages from one machine."""

    def __init__(
        self, net: Net, context: ssl.SSLContext, patience: Patience, find_network: FindNetwork | None = None
    ) -> None:
        self._net, self._context, self._patience = net, context, patience
        self._find_network = find_network

    async def look(self, request: ControlRequest, target: Target) -> ControlResponse:
        """Return what a client's page looks like from here; whatever the network does is in it."""
        addresses, failure = await self._resolve(target)
        endpoints = list_endpoints(request, target, addresses)
        async with asyncio.TaskGroup() as group:
            tries = {
                endpoint: group.create_task(self._try(endpoint, target, is_secure(endpoint, target)))
                for endpoint in endpoints
            }
            page = group.create_task(self._fetch(target, addresses, failure, list_browser(request), tries))
        connects: dict[str, ControlConnect] = {}
        handshakes: dict[str, ControlHandshake] = {}
        for endpoint, task in tries.items():
            tried = task.result()
            connects[str(endpoint)] = tried.connect
            if tried.handshake is not None:
                handshakes[str(endpoint)] = tried.handshake
            if tried.channel is not None:
                tried.channel.close()
        return ControlResponse(
            tcp_connect=connects,
            tls_handshake=handshakes,
            http_request=page.result(),
            dns=ControlDns(rename_lookup(failure) if failure else None, addresses),
            ip_info=self._describe(endpoints, addresses, handshakes),
        )

    async def _resolve(self, target: Target) -> tuple[list[str], str | None]:
        if target.is_address:
            return [target.host], None
        strand = Trace().begin(SYSTEM, ())
        try:
            return await ask_system(self._net, target.host, strand, self._patience.lookup), None
        except StepFailed as error:
            return [], error.failure

    async def _try(self, endpoint: Endpoint, target: Target, secures: bool) -> Tried:
        """Connect to an endpoint, and shake hands where it is to be secure."""
        strand = Trace().begin(SYSTEM, ())
        try:
            below = await connect(self._net, endpoint, strand, self._patience.connect)
        except StepFailed as error:
            return Tried(ControlConnect(False, rename_connect(error.failure)), None, None, error.failure)
        reached = ControlConnect(True, None)
        if not secures:
            return Tried(reached, None, below)
        clock, seconds = self._net.read_clock(), self._patience.handshake
        try:
            secure = await shake_hands(below, target.host, self._context, clock, seconds)
        except StepFailed as error:
            return Tried(reached, ControlHandshake(target.host, False, error.failure), None, error.failure)
        return Tried(reached, ControlHandshake(target.host, True, None), secure)

    async def _fetch(
        self,
        target: Target,
        addresses: Sequence[str],
        failure: str | None,
        browser: Fields,
        tries: Mapping[Endpoint, asyncio.Task[Tried]],
    ) -> ControlPage:
        """Follow a page and its redirects to the end; ``tries`` are the endpoints of the page itself."""
        cookies, referer = CookieJar(), ""
        try:
            for depth in range(MOST_REDIRECTS + 1):
                if failure is not None:
                    raise StepFailed(failure)
                channel = await self._reach(target, addresses, tries if depth == 0 else {})
                transaction = await fetch(
                    channel,
                    target,
                    self._patience.fetch,
                    browser=browser,
                    referer=referer,
                    cookie=cookies.list_for(target.host),
                    most_bytes=BODY_BYTES,
                )
                channel.close()
                if transaction.failure is not None:
                    raise StepFailed(transaction.failure)
                following = find_redirect(target, transaction.response, depth, cookies)
                if following is None:
                    return describe_page(transaction.response)
                referer, target = target.reference, following
                addresses, failure = await self._resolve(target)
        except StepFailed as error:
            return ControlPage(failure=rename_page(error.failure))
        return ControlPage(failure="unknown_error")

    async def _reach(
        self, target: Target, addresses: Sequence[str], tries: Mapping[Endpoint, asyncio.Task[Tried]]
    ) -> Channel:
        """Return a channel by the first address that works.

        Raises:
            StepFailed: none works; the failure is that of the first.
        """
        failures, secures = [], target.scheme == "https"
        for address in addresses[:MOST_ENDPOINTS]:
            endpoint = Endpoint(address, target.port)
            task = tries.get(endpoint) if is_secure(endpoint, target) is secures else None
            tried = await (task or self._try(endpoint, target, secures))
            if tried.channel is not None:
                return tried.channel
            failures.append(tried.failure)
        raise StepFailed(failures[0] if failures else NO_ANSWER)

    def _describe(
        self, endpoints: Sequence[Endpoint], addresses: Sequence[str], handshakes: dict[str, ControlHandshake]
    ) -> dict[str, ControlAddress | None]:
        """Return what is known of each address."""
        found: dict[str, ControlAddress | None] = {}
        good = {endpoint.address for endpoint in endpoints if (done := handshakes.get(str(endpoint))) and done.status}
        for address in dict.fromkeys([*addresses, *(endpoint.address for endpoint in endpoints)]):
            network = self._find_network(address) if self._find_network else None
            flags = (FROM_HELPER if address in addresses else FROM_CLIENT) | (GOOD_CERTIFICATE * (address in good))
            found[address] = ControlAddress(network[0] if network else 0, flags)
        return found


def is_secure(endpoint: Endpoint, target: Target) -> bool:
    """Tell whether an endpoint of a page speaks TLS."""
    return endpoint.port == 443 or (target.scheme == "https" and endpoint.port == target.port)


def list_endpoints(request: ControlRequest, target: Target, addresses: Sequence[str]) -> list[Endpoint]:
    """Return what to connect to: the client's endpoints, and the helper's own addresses at the same ports."""
    asked = [endpoint for text in request.tcp_connect or () if (endpoint := read_endpoint(text))]
    ports = list(dict.fromkeys([*(endpoint.port for endpoint in asked), target.port]))[:3]
    own = [Endpoint(address, port) for address in addresses for port in ports]
    return list(dict.fromkeys([*asked, *own]))[:MOST_ENDPOINTS]


def read_endpoint(text: str) -> Endpoint | None:
    """Read ``192.0.2.1:443`` or ``[2001:db8::1]:443``; None for what is neither."""
    address, _, port = text.rpartition(":")
    try:
        found = Endpoint(str(ipaddress.ip_address(address.removeprefix("[").removesuffix("]"))), int(port))
    except ValueError:
        return None
    return found if 0 < found.port < 1 << 16 else None


def list_browser(request: ControlRequest) -> Fields:
    """Return the fields that a client wants to be sent, of those that a browser sends; no others."""
    given = {name.lower(): values for name, values in request.http_request_headers.items()}
    found = []
    for name, default in BROWSER:
        value = next(iter(given.get(name.lower(), ())), default)
        is_sound = len(value) <= FIELD_CHARACTERS and value.isascii() and value.isprintable()
        found.append((name, value if is_sound else default))
    return tuple(found)


def describe_page(response: Response) -> ControlPage:
    """Return what is told of a page."""
    headers = {name: value for name, value in response.headers.items() if isinstance(value, str)}
    return ControlPage(read_length(response.body), "", None, read_title(response.body), headers, response.code)
