"""Which machines there are in a scene, with which addresses, and what each serves, for whatever backend is to carry them.

A machine is a name, addresses and a coroutine that makes a ``wire.net.Host`` serve. Faults that lie at an address alone are done
here: where nobody listens nothing is served, and where nobody answers there is a hole.
"""

import ssl
from collections.abc import Awaitable, Callable, Hashable, Iterator
from typing import NamedTuple

from netglass.lab.authority import Grade
from netglass.lab.calendar import Scene
from netglass.lab.world.blockpage import Notice, always_show
from netglass.lab.world.mitm import Forger
from netglass.lab.world.page import Page
from netglass.lab.world.place import Holder
from netglass.lab.world.portal import Portal
from netglass.lab.world.relay import Proxy
from netglass.lab.world.resolver import Habit, Resolver
from netglass.lab.world.secure import secure
from netglass.lab.world.site import WebServer, WebSite
from netglass.lab.world.world import World
from netglass.lab.world.zone import Zone
from netglass.wire.net import Flow, Host

GATEWAY_HOST = "gateway.test"
"""Whose certificate an interception shows that was given one by a trusted authority."""

NEAR_S, FAR_S = 0.002, 0.01
"""Length of a machine's line, seconds one way: in the client's own network, and elsewhere."""

ServeFlow = Callable[[Flow], Awaitable[None]]
"""Serves the datagrams of one peer."""

Start = Callable[[Host], Awaitable[None]]
"""Makes a host serve."""


class Machine(NamedTuple):
    """A machine of a scene: what its host is called, its prefixes, its line, and how to start it."""

    name: str
    prefixes: tuple[str, ...]
    delay_s: float
    start: Start


class Settlement(NamedTuple):
    """All machines of a scene.

    Attributes:
        machines: a host for each holder that serves something; the client is not among them.
        holes: prefixes from which nothing is heard.
        resolver: the network's own, which notes the lies it tells.
    """

    machines: list[Machine]
    holes: list[str]
    resolver: Resolver


def settle_machines(world: World, scene: Scene, start_helper: Start) -> Settlement:
    """Return the machines of a scene.

    Args:
        world: everything that exists.
        scene: what holds.
        start_helper: makes the helper's host serve; it belongs to the client's side and is not known here.
    """
    zone = Zone(world.entries, scene.broken)
    filtered = frozenset(scene.run_cause.sites) if scene.run_cause and scene.affliction.uses_filter else frozenset()
    resolver = Resolver(zone, lambda _: scene.network.cc, scene.habit, scene.lies)
    starts: dict[Holder | None, list[Start]] = {}
    for address, start in _list_services(world, scene, zone, resolver, filtered):
        starts.setdefault(world.plan.find(address), []).append(start)
    if scene.affliction.helper_works:
        starts.setdefault(world.plan.find(world.services.helper), []).append(start_helper)
    machines = [
        _combine(holder, starts.get(holder, []), NEAR_S if holder.asn == scene.network.asn else FAR_S)
        for holder in world.plan.list_holders()
        if holder in starts
    ]
    silent = [
        address
        for host, faults in scene.faults.items()
        if any(fault.kind == "down_timeout" for fault in faults)
        for address in world.entries[host].everywhere()
    ]
    return Settlement(machines, ["10.0.0.0/8", *silent], resolver)


def describe_machines(scene: Scene) -> Hashable:
    """Return what is equal for all scenes of a world in which the machines are to a stranger as they are in this one.

    What resolvers do beside resolving is for their own clients alone.
    """
    faults, broken = tuple(scene.faults.items()), tuple(scene.broken.items())
    return scene.network.asn, faults, broken, list_intercepted(scene)


def list_intercepted(scene: Scene) -> frozenset[str]:
    """Return the names that machines of the state intercept."""
    acting = scene.acting.values()
    return frozenset(host for each in acting if each.mechanism.startswith("tls.mitm") for host in each.targets)


def _combine(holder: Holder, starts: list[Start], delay_s: float) -> Machine:
    async def start(host: Host) -> None:
        for begin in starts:
            await begin(host)

    first4, first6 = holder.prefix.network_address + 1, holder.prefix6.network_address + 1
    prefixes = (f"{first4}/{holder.prefix.prefixlen}", f"{first6}/{holder.prefix6.prefixlen}")
    return Machine(f"as{holder.asn}-{first4}", prefixes, delay_s, start)


def _list_services(
    world: World, scene: Scene, zone: Zone, resolver: Resolver, filtered: frozenset[str]
) -> Iterator[tuple[str, Start]]:
    services = world.services
    yield scene.network.resolver, _serve_names(resolver, scene.network.resolver)
    public = Resolver(zone, world.find_country)
    yield services.public, _serve_names(public, services.public)
    yield services.public, _serve_names_securely(world, public)
    chosen = Resolver(zone, world.find_country, Habit(filtered=filtered, filter_address=services.filter))
    yield services.filter, _serve_names(chosen, services.filter)
    portal = world.portals[scene.network.asn]
    everything = Resolver(zone, world.find_country, Habit(for_everything=portal.address))
    yield portal.address, _serve_names(everything, portal.address)
    yield portal.address, _serve_portal(portal)
    yield from _list_web_servers(world, scene)
    for notice in (notice for group in world.notices.values() for notice in group):
        yield notice.address, _serve_notice(world, notice)
    yield from _list_boxes(world, scene)


def _serve_names(resolver: Resolver, address: str) -> Start:
    async def start(host: Host) -> None:
        await host.listen_datagrams(address, 53, resolver.answer)
        await host.listen(address, 53, resolver.serve_stream)

    return start


def _serve_names_securely(world: World, resolver: Resolver) -> Start:
    address, name = world.services.public, world.services.public_host

    async def start(host: Host) -> None:
        await host.listen(address, 853, resolver.serve_tls(lambda _: world.authorities[0].serve(name)))
        await host.listen(address, 443, resolver.serve_https(lambda _: world.authorities[0].serve(name)))

    return start


def _serve_portal(portal: Portal) -> Start:
    async def start(host: Host) -> None:
        await host.listen(portal.address, 80, portal.serve)
        await host.listen(portal.address, 443, secure(portal.choose_context, portal.serve))

    return start


def _serve_notice(world: World, notice: Notice) -> Start:
    show = always_show(notice.page)

    async def start(host: Host) -> None:
        await host.listen(notice.address, 80, show)
        if notice.answers_tls:
            context = world.foreign.serve(notice.host, Grade.SELF_SIGNED)
            await host.listen(notice.address, 443, secure(lambda _: context, show))

    return start


def _list_web_servers(world: World, scene: Scene) -> Iterator[tuple[str, Start]]:
    at: dict[str, list[WebSite]] = {}
    for site in world.sites.values():
        faults = [fault.kind for fault in scene.faults.get(site.host, ())]
        if "down_refused" in faults or "down_timeout" in faults:
            continue
        for address in site.entry.everywhere():
            at.setdefault(address, []).append(site)
    for address, sites in at.items():
        yield address, _serve_web(world, WebServer(sites, scene.faults, world.find_country), address)


def _serve_web(world: World, server: WebServer, address: str) -> Start:
    async def start(host: Host) -> None:
        await host.listen(address, 80, server.serve_plain)
        if server.speaks_tls:
            await host.listen(address, 443, secure(server.choose_context, server.serve_secure))
        if server.http3_site:
            await _serve_http3(host, server, server.http3_site, address)

    return start


async def _serve_http3(host: Host, server: WebServer, site: WebSite, address: str) -> None:
    """Serve HTTP/3 where the backend can carry the datagrams of a peer as a flow."""
    listen_flows: Callable[[str, int, ServeFlow], Awaitable[None]] | None = getattr(host, "listen_flows", None)
    if listen_flows is None:
        return
    from netglass.lab.world.h3 import Http3Server

    http3 = Http3Server(site.authority.issue(site.host), lambda head, client: server.find_page(head, "https", client))
    await listen_flows(address, 443, http3.serve)


def _list_boxes(world: World, scene: Scene) -> Iterator[tuple[str, Start]]:
    """Yield what stands in between: interception, a proxy, the pages of a filter and of an advertiser."""
    services = world.services
    names = list_intercepted(scene)
    presented: dict[str, Callable[[str], ssl.SSLContext]] = {
        "self_signed": lambda name: world.foreign.serve(name, Grade.SELF_SIGNED),
        "ca_signed": lambda name: world.authorities[0].serve(GATEWAY_HOST),
    }
    for kind, address in services.forgers.items():
        yield address, _serve_forger(world, address, presented[kind], names)
    yield services.antivirus, _serve_forger(world, services.antivirus, world.antivirus.serve, None)
    yield scene.network.proxy, _serve_proxy(world, scene.network.proxy)
    yield services.filter, _serve_page(services.filter, world.filter_page)
    yield services.advertiser, _serve_page(services.advertiser, world.advertisement)


def _serve_forger(
    world: World, address: str, present: Callable[[str], ssl.SSLContext], names: frozenset[str] | None
) -> Start:
    async def start(host: Host) -> None:
        forger = Forger(host, world.find_address, present, names)
        await host.listen(address, 443, forger.serve)

    return start


def _serve_proxy(world: World, address: str) -> Start:
    async def start(host: Host) -> None:
        proxy = Proxy(host, world.find_address)
        await host.listen(address, 80, proxy.serve_plain)
        await host.listen(address, 443, proxy.serve_tls)

    return start


def _serve_page(address: str, page: Page) -> Start:
    async def start(host: Host) -> None:
        await host.listen(address, 80, always_show(page))

    return start
