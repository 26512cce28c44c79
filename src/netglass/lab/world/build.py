"""Invent a world for a scenario: everything that exists before anybody blocks anything, and nothing that changes.

What the scenario names is as it says; what it leaves open (addresses, titles, pages, servers, more sites and networks) is drawn
from the seed. Each purpose has random numbers of its own, so one more site does not change the pages of the others.
"""

import random
from dataclasses import dataclass, field
from itertools import cycle

from netglass.lab.authority import Authority
from netglass.lab.scenario import ELSEWHERE_CC, Network, Scenario, Site
from netglass.lab.world.blockpage import Notice
from netglass.lab.world.cdn import ContentNetwork, Hosters
from netglass.lab.world.page import HTML, Page, make_article, make_notice, make_words
from netglass.lab.world.place import AddressPlan, deal_addresses, pair_address
from netglass.lab.world.portal import Portal
from netglass.lab.world.site import WebSite
from netglass.lab.world.zone import ELSEWHERE, Entry

NOTICES = 2
"""Block pages of a country, at least."""

_KINDS = ("Telecom", "Mobile", "Online", "Net", "Fiber", "Cable", "Broadband", "Cell")
_SERVERS = ("nginx", "nginx/1.24.0", "Apache", "openresty", "caddy", "LiteSpeed", "gws-like/2")
_TOPICS = (
    *("news", "radio", "forum", "mail", "video", "rights", "poems", "maps", "library", "bank", "chat", "blog", "wiki"),
    *("sport", "music", "health", "weather", "market", "school", "travel", "recipes", "jobs", "cinema", "science"),
    *("faith", "games", "elections", "archive", "art", "law"),
)
_EXTRAS = (
    ("X-Frame-Options", "SAMEORIGIN"),
    ("Strict-Transport-Security", "max-age=31536000"),
    ("Vary", "Accept-Encoding"),
    ("Cache-Control", "max-age=600"),
    ("X-Cache", "HIT"),
)


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
            Authority(seed, f"{names.pop().title()} Trust Root", scenario.start, scenario.end, has_intermediate=True),
            Authority(seed, f"{names.pop().title()} Root Q", scenario.start, scenario.end),
        ],
        Authority(seed, f"{names.pop().title()} National Root", scenario.start, scenario.end),
        Authority(seed, f"{names.pop().title()} Antivirus Web Shield Root", scenario.start, scenario.end),
        make_words(rng, 90),
    )
    for cc, land in scenario.countries.items():
        extra = [_invent_network(world, rng, names) for _ in range(land.more_networks)]
        world.networks += [_connect(world, cc, line) for line in (*land.networks, *extra)]
    _add_services(world, rng, names)
    _add_notices(world, rng, names)
    _add_sites(world, rng, names)
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


def _add_notices(world: World, rng: random.Random, names: list[str]) -> None:
    for cc in world.scenario.countries:
        wanted = max((policy.notice for policy in world.scenario.policies if policy.cc == cc), default=-1) + 1
        holder = rng.choice([world.plan.find(net.client) for net in world.networks if net.cc == cc] or [None])
        if holder is None or not wanted:
            continue
        free = list(deal_addresses(holder))[4:]
        world.notices[cc] = [_draw_notice(world, rng, names, cc, free.pop()) for _ in range(max(wanted, NOTICES))]
        for notice in world.notices[cc]:
            world.entries[notice.host] = Entry({ELSEWHERE: (notice.address,)})


def _draw_notice(world: World, rng: random.Random, names: list[str], cc: str, address: str) -> Notice:
    name = names.pop()
    authority = f"{name.capitalize()} {rng.choice(('Authority', 'Ministry', 'Commission'))}"
    body, phrase = make_notice(rng, authority, rng.sample(world.words, 20))
    fields = [("Content-Type", rng.choice(("text/html", "text/html; charset=utf-8")))]
    if rng.random() < 0.6:
        fields.append(("Server", rng.choice(("fw/2.1", "Apache", "nginx", f"{name}-gw"))))
    host = f"{rng.choice(('notice', 'info', 'warning', 'stop'))}.{name}.test"
    path = rng.choice(("/", "/blocked.html", f"/?id={rng.randint(100, 999)}", "/notice/"))
    return Notice(cc, authority, host, address, path, Page(200, tuple(fields), body), phrase, rng.random() < 0.5)


def _add_sites(world: World, rng: random.Random, names: list[str]) -> None:
    scenario = world.scenario
    countries = [*scenario.countries, ELSEWHERE_CC]
    hosters = Hosters(world.plan, names, countries, rng)
    content = ContentNetwork(world.plan, names.pop().capitalize(), list(scenario.countries), ELSEWHERE_CC)
    invented = [_invent_site(rng, names) for _ in range(scenario.more_sites)]
    for site in (*scenario.sites, *invented):
        entry = _host_site(world, rng, site, hosters, content)
        world.entries[site.host] = entry
        world.sites[site.host] = _furnish(world, site, entry)


def _invent_site(rng: random.Random, names: list[str]) -> Site:
    name, topic = names.pop(), rng.choice(_TOPICS)
    label = rng.choice((f"{name}-{topic}", f"{topic}-{name}", f"my{name}"))
    return Site(
        host=f"{label}.{rng.choice(('test', 'test', 'example'))}",
        scheme=rng.choice(("https", "https", "http")),
        hosting=rng.choice(("own",) * 7 + ("cdn", "shared:a", "shared:b")),
        rank=rng.randint(500, 900_000),
        localized=rng.random() < 0.08,
    )


def _host_site(world: World, rng: random.Random, site: Site, hosters: Hosters, content: ContentNetwork) -> Entry:
    if site.hosting == "cdn":
        return Entry(content.spread(rng), f"{site.host.partition('.')[0]}.{content.domain}", site.http3)
    holder, address = hosters.share(site.hosting[7:]) if site.hosting.startswith("shared:") else hosters.take()
    both: tuple[str, ...] = (address, pair_address(holder, address)) if site.ipv6 else (address,)
    return Entry({ELSEWHERE: both}, None, site.http3)


def _furnish(world: World, site: Site, entry: Entry) -> WebSite:
    """Return a site with the pages that it always has, whatever else is in the world."""
    rng = world.draw(f"site:{site.host}")
    title = site.host.rpartition(".")[0].replace("-", " ").replace(".", " ").title()
    server = rng.choice(_SERVERS)
    fields = (HTML, ("Server", server), *rng.sample(_EXTRAS, 2))
    is_measured, is_second = rng.random() < 0.3, rng.random() < 0.4
    length = site.page_bytes or rng.randint(500, 2600)

    def write(size: int, language: str) -> Page:
        body = make_article(rng, title, rng.sample(world.words, 30), size, language)
        return Page(200, fields, body, is_measured)

    pages = {ELSEWHERE: write(length, "en")}
    if site.localized:
        for cc in world.scenario.countries:
            pages[cc] = write(int(length * rng.uniform(0.5, 1.8)), cc.lower())
    return WebSite(
        host=site.host,
        scheme=site.scheme,
        entry=entry,
        server=server,
        pages=pages,
        authority=world.authorities[is_second],
        is_under_second_root=is_second,
        speaks_tls=site.scheme == "https" or site.moves_to == "https" or rng.random() < 0.6,
        leads_to=_find_lead(world.scenario, site),
        rank=site.rank,
        http3=site.http3,
    )


def _find_lead(scenario: Scenario, site: Site) -> str | None:
    if site.redirect:
        other = next(found for found in scenario.sites if found.host == site.redirect)
        return f"{other.scheme}://{other.host}/"
    moves = {"https": f"https://{site.host}/", "www": f"{site.scheme}://www.{site.host}/", None: None}
    return moves[site.moves_to]
