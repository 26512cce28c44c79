"""Web Connectivity: can this page be had from here, and where does it fail.

Lookups by the system's resolver, a public one over UDP and one over HTTPS; the test helper's view of the same page; a
connect, and TLS where it is spoken, to every address found; the page by one of them; then the same for each redirect. Every
step is kept apart and written with its time.

**Source**: ts-017-web-connectivity with its extensions E001 to E005, in the shape of Web Connectivity 0.5.
"""

import asyncio

import msgspec

from netglass.probe.config import Config
from netglass.probe.control import ControlRequest, ControlResponse, ask_control, make_control_request
from netglass.probe.cookie import CookieJar
from netglass.probe.failure import StepFailed
from netglass.probe.fetch import fetch
from netglass.probe.hop import Hop
from netglass.probe.measurement import Measurement, WebKeys, list_steps, make_measurement
from netglass.probe.record import Transaction
from netglass.probe.redirect import MOST_REDIRECTS, find_redirect
from netglass.probe.trace import Trace
from netglass.probe.url import Target, parse_target
from netglass.probe.verdict import Seen, compare
from netglass.wire.net import Endpoint, Net


async def measure(net: Net, url: str, config: Config) -> Measurement[WebKeys]:
    """Measure a URL.

    Args:
        net: the machine that measures.
        url: ``http`` or ``https``.
        config: how to measure.

    Returns:
        The measurement; whatever the network does is in it and is not raised.

    Raises:
        UsageError: ``url`` cannot be measured.
    """
    target = parse_target(url)
    started = net.read_clock()
    visit = _Visit(net, config, target)
    async with asyncio.TaskGroup() as group:
        await visit.walk(group)
    runtime = visit.trace.read_time()
    return make_measurement(url, config, started, runtime, visit.make_keys())


class _Visit:
    """One measurement while it is made."""

    def __init__(self, net: Net, config: Config, target: Target) -> None:
        self._net, self._config, self._target = net, config, target
        self.trace = Trace()
        self._udp_trace, self._doh_trace = Trace(self.trace.start), Trace(self.trace.start)
        self._hops: list[Hop] = []
        self._cookies = CookieJar()
        self._asking: asyncio.Task[None] | None = None
        self._request: ControlRequest | None = None
        self._control: ControlResponse | None = None
        self._control_failure: str | None = None
        self._page: Transaction | None = None
        self._failure: str | None = None

    async def walk(self, group: asyncio.TaskGroup) -> None:
        """Measure the URL and where it redirects to, and wait for what runs beside."""
        target: Target | None = self._target
        referer = ""
        for depth in range(MOST_REDIRECTS + 1):
            if target is None:
                break
            traces = (self.trace, self._udp_trace, self._doh_trace)
            hop = Hop(self._net, self._config, target, depth, traces, group)
            self._hops.append(hop)
            self._page = await self._visit(hop, group, referer)
            referer = target.reference
            target = self._follow(hop.target, self._page, depth) if self._page else None
        if self._asking is not None:
            await self._asking
            await self._hops[0].reach_more(self._list_control_addresses())
        for hop in self._hops:
            await hop.finish()
        if self._config.http3 and self._target.scheme == "https":
            await self._hops[0].try_http3()

    async def _visit(self, hop: Hop, group: asyncio.TaskGroup, referer: str) -> Transaction | None:
        """Measure one URL; return its page where it came whole."""
        found = await hop.look_up()
        if hop.depth == 0 and self._config.helper is not None:
            self._request = make_control_request(hop.target, [*found.classic, *found.others], self._config.http3)
            self._asking = group.create_task(self._ask_control(self._config.helper, self._request))
        channel = await hop.reach()
        if channel is None and hop.depth == 0 and self._asking is not None:
            await self._asking
            channel = await hop.reach_more(self._list_control_addresses())
        if channel is None:
            await hop.finish()
            self._failure = hop.name_failure()
            return None
        cookie = self._cookies.list_for(hop.target.host)
        try:
            transaction = await fetch(channel, hop.target, self._config.patience.fetch, referer=referer, cookie=cookie)
        finally:
            channel.close()
        self._failure = transaction.failure
        return None if transaction.failure else transaction

    async def _ask_control(self, helper: str, request: ControlRequest) -> None:
        try:
            self._control = await ask_control(self._net, helper, request, self._config)
        except StepFailed as error:
            self._control_failure = error.failure

    def _list_control_addresses(self) -> list[str]:
        return list(self._control.dns.addrs or ()) if self._control else []

    def _follow(self, target: Target, page: Transaction, depth: int) -> Target | None:
        """Return where a page redirects to; None where it does not, or where that cannot be followed."""
        try:
            return find_redirect(target, page.response, depth, self._cookies)
        except StepFailed as error:
            self._page, self._failure = None, error.failure
            return None

    def make_keys(self) -> WebKeys:
        """Return the test keys."""
        trace, config, first = self.trace, self._config, self._hops[0]
        wanted = [attempt for attempt in first.attempts if attempt.is_classic and attempt.fetches]
        seen = Seen(
            addresses=first.found.classic,
            dns_failure=first.found.failure,
            is_address=self._target.is_address,
            connects=list_connects(trace, {str(attempt.endpoint) for attempt in wanted}),
            has_certificate=any(item.is_classic and item.is_secure and item.failure is None for item in first.attempts),
            page=self._page,
            failure=self._failure,
        )
        verdict = compare(seen, self._control, config.find_network)
        return WebKeys(
            network_events=trace.events,
            x_doh=list_steps(self._doh_trace),
            x_do53=list_steps(self._udp_trace),
            x_dns_duplicate_responses=trace.duplicates,
            x_dns_late_replies=trace.late,
            queries=trace.queries,
            requests=trace.transactions[::-1] + trace.asides,
            tcp_connect=trace.connects,
            tls_handshakes=trace.handshakes,
            quic_handshakes=trace.quic_handshakes,
            x_control_request=self._request,
            control=self._control,
            control_failure=self._control_failure,
            dns_experiment_failure=first.found.failure,
            http_experiment_failure=self._failure,
            client_resolver=config.vantage.resolver_ip,
            **msgspec.structs.asdict(verdict),
        )


def list_connects(trace: Trace, endpoints: set[str]) -> dict[str, str | None]:
    """Return how the connects to endpoints ended."""
    ends = ((f"{Endpoint(item.ip, item.port)}", item.status.failure) for item in trace.connects)
    return {endpoint: failure for endpoint, failure in ends if endpoint in endpoints}
