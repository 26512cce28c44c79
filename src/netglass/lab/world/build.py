"""Invent a world for a scenario: networks, services, and with ``furnish`` block pages and sites.

What the scenario names is as it says; what it leaves open (addresses, titles, pages, servers, more sites and networks) is drawn
from the seed. Each purpose has random numbers of its own, so one more site does not change the pages of the others.
"""

import random
from itertools import cycle

from netglass.lab.authority import Authority
from netglass.lab.scenario import ELSEWHERE_CC, Network, Scenario
from netglass.lab.world.furnish import add_notices, add_sites
from netglass.lab.world.page import HTML, Page, make_words
from netglass.lab.world.place import AddressPlan, deal_addresses, pair_address
from netglass.lab.world.portal import Portal
from netglass.lab.world.world import AccessNetwork, Services, World
from netglass.lab.world.zone import ELSEWHERE, Entry

_KINDS = ("Telecom", "Mobile", "Online", "Net", "Fiber", "Cable", "Broadband", "Cell")


def build_world(scenario: Scenario) -> World:
    """Return the world of a scenario.

    Raises:
        LabError: it does not fit into the lab's addresses.
    """
    rng = random.Random(f"{scenario.seed}:world")
    taken = {network.asn for land in scenario.countries.values() for network in land.networks}
    names = make_words(rng, 120 + 2 * scenario.more_sites)
    seed = str(scenario.seed)
    world = World(
        scenario,
        AddressPlan(rng, taken),
        [
            Authority(seed, f"{names.pop().title()} Trust Root", scenario.start, scenario.end),
            Authority(seed, f"{names.pop().title()} Root Q", scenario.start, scenario.end, has_intermediate=True),
        ],
        Authority(seed, f"{names.pop().title()} National Root", scenario.start, scenario.end),
        Authority(seed, f"{names.pop().title()} Antivirus Web Shield Root", scenario.start, scenario.end),
        make_words(rng, 90),
    )
    for cc, land in scenario.countries.items():
        extra = [_invent_network(world, rng, names) for _ in range(land.more_networks)]
        world.networks += [_connect(world, cc, line) for line in (*land.networks, *extra)]
    _add_services(world, rng, names)
    add_notices(world, rng, names)
    add_sites(world, rng, names)
    return world


def _invent_network(world: World, rng: random.Random, names: list[str]) -> Network:
    used = {network.asn for network in world.networks}
    asn = rng.choice([asn for asn in range(65000, 65400) if asn not in used])
    return Network(asn=asn, name=f"{names.pop().capitalize()} {rng.choice(_KINDS)}", delay_ms=rng.uniform(5, 40))


def _connect(world: World, cc: str, line: Network) -> AccessNetwork:
    holder = world.plan.settle(line.name, cc, line.asn)
    resolver, client, proxy, *_ = deal_addresses(holder)
    client6 = pair_address(holder, client) if line.ipv6 == "works" else None
    return AccessNetwork(cc, line.asn, line.name, resolver, client, client6, proxy, line)


def _add_services(world: World, rng: random.Random, names: list[str]) -> None:
    def settle(kind: str) -> tuple[str, list[str]]:
        name = names.pop()
        holder = world.plan.settle(f"{name.capitalize()} {kind}", ELSEWHERE_CC)
        return name, list(deal_addresses(holder))

    public, public_addresses = settle("Public DNS")
    helper, helper_addresses = settle("Measurement Lab")
    filter_name, filter_addresses = settle("Family Filter")
    portal, portal_addresses = settle("Wireless")
    _, box_addresses = settle("Gateways")
    _, stranger_addresses = settle("Trading")
    world.services = Services(
        public=public_addresses[0],
        public_host=f"dns.{public}.test",
        helper=helper_addresses[0],
        helper_host=f"helper.{helper}.test",
        filter=filter_addresses[0],
        advertiser=stranger_addresses[1],
        forgers={"self_signed": box_addresses[0], "ca_signed": box_addresses[1]},
        antivirus=box_addresses[2],
        stranger=stranger_addresses[0],
        bogon=f"10.{rng.randint(1, 250)}.{rng.randint(1, 250)}.{rng.randint(2, 250)}",
    )
    for network, address in zip(world.networks, cycle(portal_addresses), strict=False):
        world.portals[network.asn] = Portal(f"login.{portal}.test", address, world.foreign)
    world.filter_page = _say(f"{filter_name.capitalize()} Family Filter", "This page is not for children.")
    world.advertisement = _say("Did you mean", "Searches like this: loans, flights, insurance.")
    for host, address in (
        (world.services.public_host, public_addresses[0]),
        (world.services.helper_host, helper_addresses[0]),
        (f"login.{portal}.test", portal_addresses[0]),
    ):
        world.entries[host] = Entry({ELSEWHERE: (address,)})


def _say(title: str, text: str) -> Page:
    body = f"<html><head><title>{title}</title></head><body><h1>{title}</h1><p>{text}</p></body></html>"
    return Page(200, (HTML,), body.encode())
