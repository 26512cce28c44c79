"""Who blocks what: block pages, mechanisms and the times of a policy, drawn from the seed."""

import random
from dataclasses import dataclass
from datetime import datetime, timedelta

from bench.sample.page import Reply, make_notice
from bench.sample.world import World

SCENARIOS: tuple[tuple[str, str, str], ...] = (
    # scenario, mechanism, scheme that the site must have ("" any)
    ("dns_blockpage", "dns.injection.blockpage", ""),
    ("dns_other", "dns.injection.other", ""),
    ("dns_nxdomain", "dns.nxdomain", ""),
    ("dns_refused", "dns.refused", ""),
    ("dns_timeout", "dns.timeout", ""),
    ("overblock_ip", "tcp.refused", ""),
    ("rollout", "tcp.timeout", ""),
    ("mechanism_switch", "dns.injection.bogon", "https"),
    ("tls_reset", "tls.reset.sni", "https"),
    ("tls_eof", "tls.eof", "https"),
    ("tls_alert", "tls.alert", "https"),
    ("tls_mitm", "tls.mitm.self_signed", "https"),
    ("throttling", "tls.throttle.sni", "https"),
    ("exam_hours", "tls.timeout", "https"),
    ("http_blockpage", "http.blockpage", "http"),
    ("http_redirect", "http.redirect", "http"),
    ("http_redirect_standing", "http.redirect", "http"),
    ("http_reset", "http.reset.host", "http"),
    ("http_throttling", "http.throttle.host", "http"),
    ("zombie", "dns.injection.blockpage", ""),
)


@dataclass(frozen=True)
class Notice:
    """A block page and the machine that serves it."""

    authority: str
    address: str
    host: str
    path: str
    reply: Reply
    phrase: str
    answers_tls: bool


@dataclass(frozen=True)
class Phase:
    """One mechanism on some networks from ``onset`` to before ``end``."""

    asns: tuple[int, ...]
    mechanism: str
    onset: datetime
    end: datetime


@dataclass(frozen=True)
class Policy:
    """One block. ``on_path`` false: only the network's own resolver lies. ``injected`` is the forged address."""

    policy_id: str
    cc: str
    scenario: str
    targets: tuple[str, ...]
    collateral: tuple[str, ...]
    phases: tuple[Phase, ...]
    notice: Notice
    on_path: bool
    injected: str
    status: int

    @property
    def asns(self) -> tuple[int, ...]:
        """Every network that the policy touches."""
        return tuple(sorted({asn for phase in self.phases for asn in phase.asns}))

    def mechanism_at(self, asn: int, moment: datetime) -> str | None:
        """Return the mechanism in force on a network at a moment."""
        for phase in self.phases:
            if asn in phase.asns and phase.onset <= moment < phase.end:
                return phase.mechanism
        return None


def draw_notice(world: World, rng: random.Random, cc: str) -> Notice:
    """Return a block page of a country, on an address of one of its networks."""
    authority = " ".join(word.capitalize() for word in rng.sample(world.words, 2)) + rng.choice(
        (" Authority", " Ministry", "")
    )
    network = rng.choice([net for net in world.networks if net.cc == cc])
    addresses = world.take_prefix(network.name, cc, network.asn)
    _, body, phrase = make_notice(rng, authority, rng.sample(world.words, 20))
    headers = [
        ("Content-Type", rng.choice(("text/html", "text/html; charset=utf-8"))),
        ("Content-Length", str(len(body))),
    ]
    if rng.random() < 0.6:
        headers.append(("Server", rng.choice(("fw/2.1", "Apache", "nginx", f"{authority.split()[0].lower()}-gw"))))
    host = f"{rng.choice(('notice', 'info', 'warning', 'stop'))}.{authority.split()[0].lower()}.test"
    path = rng.choice(("/", "/blocked.html", f"/?id={rng.randint(100, 999)}", "/notice/"))
    reply = Reply(200, tuple(sorted(headers)), body)
    return Notice(authority, rng.choice(addresses), host, path, reply, phrase, rng.random() < 0.5)


def draw_policy(
    world: World,
    rng: random.Random,
    name: str,
    cc: str,
    scenario: tuple[str, str],
    targets: list[str],
    also: list[str],
    notices: list[Notice],
) -> Policy:
    """Return the policy of a scenario and its mechanism in a country; ``also`` are the sites that it hits by the way."""
    word, mechanism = scenario
    phases = _draw_phases(world, rng, cc, word, mechanism)
    forged = _draw_forgery(world, rng, name, mechanism)
    quiet = mechanism.startswith("dns.") and word != "dns_refused"
    on_path = not (quiet and rng.random() < 0.35)  # the system's resolver alone can not show a REFUSED
    status = rng.choice((200, 200, 403))
    return Policy(name, cc, word, tuple(targets), tuple(also), phases, rng.choice(notices), on_path, forged, status)


def _draw_phases(world: World, rng: random.Random, cc: str, scenario: str, mechanism: str) -> tuple[Phase, ...]:
    nets = sorted(net.asn for net in world.networks if net.cc == cc)
    asns = tuple(nets if rng.random() < 0.6 else sorted(rng.sample(nets, 2)))
    onset = world.start + timedelta(hours=rng.randint(48, int(world.days * 24 * 0.45)))
    length = timedelta(hours=rng.randint(96, max(97, int(world.days * 24 * 0.5))))
    end = onset + length if rng.random() < 0.6 else world.end + timedelta(days=1)
    if scenario in ("zombie", "http_redirect_standing"):
        return (Phase(asns, mechanism, world.start - timedelta(days=1), world.end + timedelta(days=1)),)
    if scenario == "mechanism_switch":
        middle = onset + (min(end, world.end) - onset) / 2
        second = rng.choice(("tls.reset.sni", "tls.timeout"))
        return Phase(asns, mechanism, onset, middle), Phase(asns, second, middle, end)
    if scenario == "rollout":
        steps = [onset + timedelta(hours=30 * i) for i in range(len(asns))]
        return tuple(Phase((asn,), mechanism, step, end) for asn, step in zip(asns, steps, strict=True))
    if scenario == "exam_hours":
        first = onset.replace(hour=0) + timedelta(hours=rng.randint(3, 6))
        starts = [first + timedelta(days=i) for i in range(4)]
        return tuple(Phase(asns, mechanism, start, start + timedelta(hours=8)) for start in starts)
    return (Phase(asns, mechanism, onset, end),)


def _draw_forgery(world: World, rng: random.Random, name: str, mechanism: str) -> str:
    """Return the address that is injected: of a stranger, of nobody on the public internet, or a private one."""
    private = f"10.{rng.randint(1, 250)}.{rng.randint(1, 250)}.{rng.randint(2, 250)}"
    if mechanism == "dns.injection.other":
        return rng.choice(world.take_prefix(f"Unrelated {world.words[len(name)].title()} Co", "XZ"))
    if mechanism == "dns.injection.bogon" and rng.random() < 0.4:
        return rng.choice(("127.0.0.1", "0.0.0.0", "192.168.1.34"))
    return private
