"""Who blocks what, what else goes wrong, and who measures when: all drawn from the seed.

Two of the three countries block; which two, by which mechanisms, and how often they change their mind, differs by seed.
"""

import random
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bench.sample.page import Reply, make_article, make_notice
from bench.sample.world import COUNTRIES, Network, World

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

DOWN_KINDS = ("timeout", "refused", "nxdomain", "503", "expired", "eof", "wrong_name")
REFUSALS = ("geo451", "geo403", "challenge")
FAULTS = (
    "captive_portal",
    "wrong_clock",
    "control_failed",
    "resolver_timeout",
    "resolver_servfail",
    "flaky_loss",
    "antivirus",
    "family_filter",
    "ipv6_broken",
    "broken_version",
)


_HARMLESS = ("control_failed", "flaky_loss", "ipv6_broken")
"""Faults that leave what a policy does visible."""


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


@dataclass(frozen=True)
class Condition:
    """Something innocent that lasts: a site that is down, or refuses a country, or a proxy in a network."""

    condition_id: str
    kind: str
    detail: str
    hosts: tuple[str, ...]
    cc: str | None
    asns: tuple[int, ...]
    onset: datetime
    end: datetime


@dataclass(frozen=True)
class Probe:
    """One volunteer: where, and with which client."""

    network: Network
    software: str
    version: str
    engine: str
    platform: str
    network_type: str
    test_version: str
    home: str

    @property
    def hides_rcode(self) -> bool:
        """Whether lookups go through Android's getaddrinfo, which says only that there was no data."""
        return self.platform == "android"


@dataclass(frozen=True)
class Run:
    """One run of a probe: a report with several URLs."""

    probe: Probe
    start: datetime
    hosts: tuple[str, ...]
    fault: str | None
    skew: timedelta = timedelta()
    strict_portal: bool = False


@dataclass
class Plan:
    """All that happens."""

    policies: list[Policy] = field(default_factory=list)
    conditions: list[Condition] = field(default_factory=list)
    runs: list[Run] = field(default_factory=list)
    broken_version: str = ""


def make_plan(world: World) -> Plan:
    """Return the plan of a world."""
    plan = Plan()
    rng = world.rng("plan")
    hosts = {
        scheme: [s.host for s in world.sites.values() if s.scheme == scheme and not s.is_cdn]
        for scheme in ("http", "https")
    }
    shared = list(world.sites)[:3]
    for group in hosts.values():
        group[:] = [host for host in group if host not in shared]
        rng.shuffle(group)
    censors = rng.sample(COUNTRIES, 2)
    notices = {cc: [_make_notice(world, rng, cc) for _ in range(2)] for cc in censors}
    scenarios = list(SCENARIOS)
    rng.shuffle(scenarios)
    for index, (scenario, mechanism, scheme) in enumerate(scenarios):
        cc = censors[index % 2]
        if scenario == "overblock_ip":
            targets, collateral = shared[:1], shared[1:]
        else:
            targets, collateral = [_take(hosts, scheme, rng)], []
        if "throttl" in scenario:
            site = world.sites[targets[0]]
            site.bodies["*"] = make_article(rng, site.title, rng.sample(world.words, 30), 90_000)
        policy = _make_policy(world, rng, f"ev-{index + 1:02d}", cc, scenario, mechanism, targets, collateral)
        plan.policies.append(_with_notice(policy, rng, notices[cc]))
        if scenario == "zombie":
            down = Condition(f"co-z{index}", "down", "nxdomain", tuple(targets), None, (), world.start, world.end)
            plan.conditions.append(down)
    _add_conditions(world, plan, rng, hosts)
    plan.runs = _make_runs(world, plan, world.rng("runs"))
    return plan


def _take(hosts: dict[str, list[str]], scheme: str, rng: random.Random) -> str:
    if scheme == "":
        scheme = "https" if len(hosts["https"]) > len(hosts["http"]) else "http"
    return hosts[scheme].pop()


def _make_notice(world: World, rng: random.Random, cc: str) -> Notice:
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


def _make_policy(
    world: World,
    rng: random.Random,
    name: str,
    cc: str,
    scenario: str,
    mechanism: str,
    targets: list[str],
    also: list[str],
) -> Policy:
    nets = sorted(net.asn for net in world.networks if net.cc == cc)
    asns = tuple(nets if rng.random() < 0.6 else sorted(rng.sample(nets, 2)))
    onset = world.start + timedelta(hours=rng.randint(48, int(world.days * 24 * 0.45)))
    length = timedelta(hours=rng.randint(96, max(97, int(world.days * 24 * 0.5))))
    end = onset + length if rng.random() < 0.6 else world.end + timedelta(days=1)
    before, after = world.start - timedelta(days=1), world.end + timedelta(days=1)
    phases: tuple[Phase, ...] = (Phase(asns, mechanism, onset, end),)
    if scenario in ("zombie", "http_redirect_standing"):
        phases = (Phase(asns, mechanism, before, after),)
    elif scenario == "mechanism_switch":
        middle = onset + (min(end, world.end) - onset) / 2
        second = rng.choice(("tls.reset.sni", "tls.timeout"))
        phases = (Phase(asns, mechanism, onset, middle), Phase(asns, second, middle, end))
    elif scenario == "rollout":
        steps = [onset + timedelta(hours=30 * i) for i in range(len(asns))]
        phases = tuple(Phase((asn,), mechanism, step, end) for asn, step in zip(asns, steps, strict=True))
    elif scenario == "exam_hours":
        day = onset.replace(hour=0)
        hour = rng.randint(3, 6)
        phases = tuple(
            Phase(asns, mechanism, day + timedelta(days=i, hours=hour), day + timedelta(days=i, hours=hour + 8))
            for i in range(4)
        )
    forged = f"10.{rng.randint(1, 250)}.{rng.randint(1, 250)}.{rng.randint(2, 250)}"
    if mechanism == "dns.injection.other":
        forged = rng.choice(world.take_prefix(f"Unrelated {world.words[len(name)].title()} Co", "XZ"))
    elif mechanism == "dns.injection.bogon" and rng.random() < 0.4:
        forged = rng.choice(("127.0.0.1", "0.0.0.0", "192.168.1.34"))
    return Policy(name, cc, scenario, tuple(targets), tuple(also), phases, None, True, forged, 200)  # type: ignore[arg-type]


def _with_notice(policy: Policy, rng: random.Random, notices: list[Notice]) -> Policy:
    quiet = policy.phases[0].mechanism.startswith("dns.") and policy.scenario != "dns_refused"
    on_path = not (quiet and rng.random() < 0.35)  # the system's resolver alone can not show a REFUSED
    status = rng.choice((200, 200, 403))
    return Policy(**{**policy.__dict__, "notice": rng.choice(notices), "on_path": on_path, "status": status})


def _add_conditions(world: World, plan: Plan, rng: random.Random, hosts: dict[str, list[str]]) -> None:
    spare = hosts["https"] + hosts["http"]
    rng.shuffle(spare)
    half = timedelta(days=world.days) / 2
    for index, kind in enumerate(DOWN_KINDS):
        onset = world.start + timedelta(hours=rng.randint(12, int(half.total_seconds() // 3600)))
        end = onset + timedelta(hours=rng.randint(36, 96))
        https = [host for host in spare if world.sites[host].scheme == "https"]
        if not spare or (kind in ("expired", "wrong_name") and not https):
            continue
        host = https[-1] if kind in ("expired", "wrong_name") else spare[-1]
        spare.remove(host)
        plan.conditions.append(Condition(f"co-{index}", "down", kind, (host,), None, (), onset, end))
    for index, kind in enumerate(REFUSALS):
        cc = rng.choice([code for code in COUNTRIES if code != world.helper_cc])
        host = rng.choice(_list_untouched(world, plan))
        plan.conditions.append(Condition(f"co-r{index}", "refusal", kind, (host,), cc, (), world.start, world.end))
    clean = [net.asn for net in world.networks if net.cc not in {policy.cc for policy in plan.policies}]
    secure = [host for host in _list_untouched(world, plan) if world.sites[host].scheme == "https"]
    proxied = tuple(secure[:1])
    plan.conditions.append(Condition("co-p", "proxy", "dns", proxied, None, (clean[0],), world.start, world.end))


def _list_untouched(world: World, plan: Plan) -> list[str]:
    """Return the sites that nothing has happened to so far, those behind a content network last."""
    taken = {host for policy in plan.policies for host in (*policy.targets, *policy.collateral)}
    taken |= {host for condition in plan.conditions for host in condition.hosts}
    left = [site for site in world.sites.values() if site.host not in taken]
    return [site.host for site in sorted(left, key=lambda site: site.is_cdn)]


def _make_runs(world: World, plan: Plan, rng: random.Random) -> list[Run]:
    minor = rng.randint(18, 26)
    plan.broken_version = f"3.{minor - 1}.1"
    runs: list[Run] = []
    for network in world.networks:
        probes = [_make_probe(rng, network, minor) for _ in range(3)]
        for day in range(world.days):
            for _ in range(1 + (rng.random() < 0.35)):
                start = world.start + timedelta(days=day, seconds=rng.randint(0, 86_000))
                runs.append(_make_run(world, plan, rng, rng.choice(probes), start))
    for policy in plan.policies:
        if policy.scenario == "exam_hours":
            runs += _add_exam_runs(world, plan, rng, policy, minor)
    _spread_faults(plan, runs, rng)
    return sorted(runs, key=lambda run: (run.start, run.probe.network.asn))


def _make_probe(rng: random.Random, network: Network, minor: int) -> Probe:
    platform, software, kind = rng.choice(
        (
            ("android", "ooniprobe-android", "mobile"),
            ("android", "ooniprobe-android-unattended", "wifi"),
            ("windows", "ooniprobe-desktop", "wifi"),
            ("linux", "miniooni", "wired_ethernet"),
            ("macos", "ooniprobe-desktop-unattended", "wifi"),
            ("ios", "ooniprobe-ios", "wifi"),
        )
    )
    old = rng.random() < 0.15
    engine = "3.17.2" if old else rng.choice((f"3.{minor}.0", f"3.{minor}.0", f"3.{minor - 2}.0"))
    version = f"{rng.randint(2, 5)}.{rng.randint(0, 9)}.{rng.randint(0, 3)}"
    test_version = "0.4.3" if old else rng.choice(("0.5.28", "0.5.28", "0.5.26"))
    return Probe(network, software, version, engine, platform, kind, test_version, network.resolver)


def _make_run(world: World, plan: Plan, rng: random.Random, probe: Probe, start: datetime) -> Run:
    national = [
        host
        for policy in plan.policies
        if policy.cc == probe.network.cc
        for host in (*policy.targets, *policy.collateral)
    ]
    local = [host for host in national if rng.random() < 0.46]
    odd = {host for condition in plan.conditions for host in condition.hosts}
    foreign = [host for host in world.sites if host not in national]
    strange = [host for host in foreign if host in odd and rng.random() < 0.17]
    plain = [host for host in foreign if host not in odd]
    chosen = dict.fromkeys([*local, *strange, *rng.sample(plain, 2)])
    hosts = list(chosen)
    rng.shuffle(hosts)
    return Run(probe, start, tuple(hosts), None)


def _add_exam_runs(world: World, plan: Plan, rng: random.Random, policy: Policy, minor: int) -> list[Run]:
    runs = []
    for phase in policy.phases:
        for network in [net for net in world.networks if net.asn in phase.asns]:
            start = phase.onset + timedelta(minutes=rng.randint(20, 420))
            run = _make_run(world, plan, rng, _make_probe(rng, network, minor), start)
            runs.append(Run(run.probe, start, tuple(dict.fromkeys((*run.hosts, *policy.targets))), None))
    return runs


def _spread_faults(plan: Plan, runs: list[Run], rng: random.Random) -> None:
    """Let one run in eight have a fault of its own, each kind at least once, as far as the runs go.

    A fault that would hide what else is going on is given calm targets only, so that the truth of each row is one thing.
    """
    chosen = rng.sample(range(len(runs)), max(len(FAULTS), len(runs) // 8))
    for index, place in enumerate(chosen):
        fault = FAULTS[index % len(FAULTS)]
        skew = timedelta(days=rng.choice((-2200, -1500, 2600))) if fault == "wrong_clock" else timedelta()
        old = runs[place]
        if fault == "broken_version" and old.probe.test_version.startswith("0.4"):
            continue
        hosts = old.hosts if fault in _HARMLESS else tuple(host for host in old.hosts if _is_calm(plan, old, host))
        if hosts:
            runs[place] = Run(old.probe, old.start, hosts, fault, skew, rng.random() < 0.5)


def _is_calm(plan: Plan, run: Run, host: str) -> bool:
    network = run.probe.network
    blocked = any(
        host in (*policy.targets, *policy.collateral)
        and policy.cc == network.cc
        and policy.mechanism_at(network.asn, run.start)
        for policy in plan.policies
    )
    return not blocked and not any(host in condition.hosts for condition in plan.conditions)
