"""Furnish a world with what people look at: the sites with their hosting and pages, and the block pages of censors."""

import random

from netglass.lab.scenario import ELSEWHERE_CC, Scenario, Site
from netglass.lab.world.blockpage import Notice
from netglass.lab.world.cdn import ContentNetwork, Hosters
from netglass.lab.world.page import HTML, Page, make_article, make_notice
from netglass.lab.world.place import deal_addresses, pair_address
from netglass.lab.world.site import WebSite
from netglass.lab.world.world import World
from netglass.lab.world.zone import ELSEWHERE, Entry

NOTICES = 2
"""Block pages of a country, at least."""

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


def add_notices(world: World, rng: random.Random, names: list[str]) -> None:
    """Add block pages for the countries that block, each on a machine in one of their networks."""
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


def add_sites(world: World, rng: random.Random, names: list[str]) -> None:
    """Add the sites of the scenario, and those that it wants invented."""
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
