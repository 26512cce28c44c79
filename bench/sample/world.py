"""The invented world of a seed: countries, networks, hosting, sites, resolvers, the test helper and the authorities.

Addresses come from four special-purpose blocks that hold no web sites and are in no list of bogons that looks at
reachability (AS112 and former 6to4 relays, RFC 7534, 7535, 7526), IPv6 from the AS112 block 2620:4f:8000::/48. AS numbers
are private (RFC 6996), countries user-assigned (ISO 3166: XA to XZ), names end in the reserved .test and .example (RFC 2606).
"""

import ipaddress
import random
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bench.sample.certificate import Authority
from bench.sample.page import make_article, make_words

COUNTRIES = ("XA", "XB", "XC")

_BLOCKS = ("192.31.196.0/24", "192.52.193.0/24", "192.175.48.0/24", "192.88.99.0/24")
_KINDS = ("Telecom", "Mobile", "Online", "Net", "Fiber", "Cable", "Broadband", "Cell")
_SERVERS = ("nginx", "nginx/1.24.0", "Apache", "openresty", "caddy", "LiteSpeed", "gws-like/2")
_TOPICS = [
    "news",
    "radio",
    "forum",
    "mail",
    "video",
    "rights",
    "poems",
    "maps",
    "library",
    "bank",
    "chat",
    "blog",
    "wiki",
    "sport",
    "music",
    "health",
    "weather",
    "market",
    "school",
    "travel",
    "recipes",
    "jobs",
    "cinema",
    "science",
    "faith",
    "games",
    "elections",
    "archive",
    "art",
    "law",
]
_EXTRAS = (
    ("X-Frame-Options", "SAMEORIGIN"),
    ("Strict-Transport-Security", "max-age=31536000"),
    ("Vary", "Accept-Encoding"),
    ("Cache-Control", "max-age=600"),
    ("X-Cache", "HIT"),
)


@dataclass(frozen=True)
class Network:
    """An access network: where its system resolver is, and where its block pages would be."""

    cc: str
    asn: int
    name: str
    resolver: str
    portal: str


@dataclass(frozen=True)
class Site:
    """A web site. ``addresses`` by country of the client, ``*`` elsewhere."""

    host: str
    scheme: str
    title: str
    addresses: dict[str, tuple[str, ...]]
    address6: str | None
    headers: tuple[tuple[str, str], ...]
    bodies: dict[str, bytes]
    authority: int
    sends_length: bool

    @property
    def url(self) -> str:
        """What a probe is asked to test."""
        return f"{self.scheme}://{self.host}/"

    @property
    def is_cdn(self) -> bool:
        """Whether the answer depends on where one asks."""
        return len(self.addresses) > 1

    def all_addresses(self) -> frozenset[str]:
        """Return every address that serves the site."""
        found = {address for group in self.addresses.values() for address in group}
        return frozenset(found | ({self.address6} if self.address6 else set()))


@dataclass
class World:
    """Everything that exists, before anybody blocks anything."""

    seed: int
    start: datetime
    days: int
    networks: list[Network] = field(default_factory=list)
    sites: dict[str, Site] = field(default_factory=dict)
    prefixes: list[tuple[str, int, str, str]] = field(default_factory=list)
    words: list[str] = field(default_factory=list)
    helpers: list[str] = field(default_factory=list)
    public_resolver: str = ""
    filter_address: str = ""
    filter_name: str = ""
    antivirus: str = ""
    portal_host: str = ""
    helper_cc: str = "XC"
    authorities: list[Authority] = field(default_factory=list)
    free_blocks: list[ipaddress.IPv4Network] = field(default_factory=list)
    free_asns: list[int] = field(default_factory=list)

    @property
    def end(self) -> datetime:
        """The end of the calendar."""
        return self.start + timedelta(days=self.days)

    def rng(self, purpose: str) -> random.Random:
        """Return the random numbers for one purpose, the same in every run of a seed."""
        return random.Random(f"{self.seed}:{purpose}")

    def take_prefix(self, name: str, cc: str, asn: int | None = None) -> list[str]:
        """Give 16 addresses to an organisation and return the usable ones."""
        block = self.free_blocks.pop()
        self.prefixes.append((str(block), asn if asn is not None else self.free_asns.pop(), name, cc))
        return [str(address) for address in list(block)[1:15]]

    def network_of(self, address: str) -> tuple[int, str]:
        """Return AS number and name of an address, 0 and nothing where none is announced."""
        where = ipaddress.ip_address(address)
        for prefix, asn, name, _ in self.prefixes:
            if where in ipaddress.ip_network(prefix):
                return asn, name
        return 0, ""


def make_world(seed: int, days: int) -> World:
    """Return the world of ``seed`` over ``days`` days."""
    rng = random.Random(f"{seed}:world")
    start = datetime(rng.choice((2024, 2025)), rng.randint(1, 12), rng.randint(1, 28))
    world = World(seed, start, days)
    world.free_blocks = [net for block in _BLOCKS for net in ipaddress.IPv4Network(block).subnets(new_prefix=28)]
    rng.shuffle(world.free_blocks)
    world.free_asns = rng.sample(range(64512, 65500), 60)
    world.words = make_words(rng, 90)
    names = make_words(rng, 90, (2, 3))
    world.helper_cc = rng.choice(COUNTRIES)
    world.authorities = [
        Authority(str(seed), f"{names.pop().capitalize()} Trust Root {letter}", start, intermediate=letter != "Q")
        for letter in "PQ"
    ]
    _add_networks(world, rng, names)
    _add_services(world, rng, names)
    _add_sites(world, rng, names)
    return world


def _add_networks(world: World, rng: random.Random, names: list[str]) -> None:
    for cc in COUNTRIES:
        brand = names.pop().capitalize()
        kinds = rng.sample(_KINDS, 3)
        for index in range(3):
            label = brand if index < 2 and rng.random() < 0.6 else names.pop().capitalize()
            asn, name = world.free_asns.pop(), f"{label} {kinds[index]}"
            addresses = world.take_prefix(name, cc, asn)
            world.networks.append(Network(cc, asn, name, addresses[0], addresses[3]))


def _add_services(world: World, rng: random.Random, names: list[str]) -> None:
    resolver = world.take_prefix(f"{names.pop().capitalize()} Public DNS", rng.choice(COUNTRIES))
    world.public_resolver = rng.choice(resolver)
    helper = world.take_prefix(f"{names.pop().capitalize()} Measurement Lab", world.helper_cc)
    world.helpers = rng.sample(helper, 2)
    world.filter_name = f"{names.pop().capitalize()} Family Filter"
    world.filter_address = rng.choice(world.take_prefix(world.filter_name, rng.choice(COUNTRIES)))
    world.antivirus = f"{names.pop().capitalize()} Antivirus Web Protection Root"
    world.portal_host = f"{rng.choice(('login', 'wifi', 'welcome'))}.{names.pop()}.{rng.choice(('test', 'example'))}"


def _add_sites(world: World, rng: random.Random, names: list[str]) -> None:
    hosting = [world.take_prefix(f"{names.pop().capitalize()} Hosting", rng.choice(COUNTRIES)) for _ in range(6)]
    edges = {cc: world.take_prefix(f"{names[0].capitalize()} Edge {cc}", cc) for cc in (*COUNTRIES, "*")[:3]}
    edges["*"] = world.take_prefix(f"{names[0].capitalize()} Edge Core", world.helper_cc)
    shared = rng.choice(hosting).pop()
    for index in range(38):
        label = rng.choice(
            (f"{names[-1]}-{rng.choice(_TOPICS)}", f"{rng.choice(_TOPICS)}-{names[-1]}", f"my{names[-1]}")
        )
        host = f"{rng.choice(('', 'www.', ''))}{label}.{rng.choice(('test', 'test', 'example'))}"
        names.pop()
        title = host.removeprefix("www.").rsplit(".", 1)[0].replace("-", " ").title()
        if index % 9 == 4:
            addresses = {place: tuple(rng.sample(pool, 2)) for place, pool in edges.items()}
        elif index in (0, 1, 2):
            addresses = {"*": (shared,)}
        else:
            pool = rng.choice([group for group in hosting if group])
            addresses = {"*": (pool.pop(rng.randrange(len(pool))),)}
        world.sites[host] = _make_site(world, rng, index, host, title, addresses)


def _make_site(
    world: World, rng: random.Random, index: int, host: str, title: str, addresses: dict[str, tuple[str, ...]]
) -> Site:
    length = rng.randint(500, 2600)
    body = make_article(rng, title, rng.sample(world.words, 30), length)
    bodies = {"*": body}
    if index % 11 == 7:
        for cc in COUNTRIES:
            bodies[cc] = make_article(
                rng, title, rng.sample(world.words, 30), int(length * rng.uniform(0.5, 1.8)), cc.lower()
            )
    headers = [("Content-Type", "text/html; charset=utf-8"), ("Server", rng.choice(_SERVERS)), *rng.sample(_EXTRAS, 2)]
    return Site(
        host=host,
        scheme="http" if index % 3 == 2 else "https",
        title=title,
        addresses=addresses,
        address6=f"2620:4f:8000::{rng.randrange(1, 0xFFFF):x}" if index % 8 == 5 else None,
        headers=tuple(sorted(headers)),
        bodies=bodies,
        authority=index % 2,
        sends_length=rng.random() < 0.3,
    )
