"""Who measures when, with which client, and with which fault of its own."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from bench.sample.condition import Condition
from bench.sample.policy import Policy
from bench.sample.world import Network, World

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


class Cause(NamedTuple):
    """What there is to run into: blocks and innocent causes."""

    policies: Sequence[Policy]
    conditions: Sequence[Condition]


def draw_runs(world: World, rng: random.Random, causes: Cause) -> tuple[list[Run], str]:
    """Return the runs in order of time, and the version of the client that has a fault."""
    minor = rng.randint(18, 26)
    runs: list[Run] = []
    for network in world.networks:
        probes = [_make_probe(rng, network, minor) for _ in range(3)]
        for day in range(world.days):
            for _ in range(1 + (rng.random() < 0.35)):
                start = world.start + timedelta(days=day, seconds=rng.randint(0, 86_000))
                runs.append(_make_run(world, causes, rng, rng.choice(probes), start))
    for policy in causes.policies:
        if policy.scenario == "exam_hours":
            runs += _add_exam_runs(world, causes, rng, policy, minor)
    _spread_faults(causes, runs, rng)
    return sorted(runs, key=lambda run: (run.start, run.probe.network.asn)), f"3.{minor - 1}.1"


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


def _make_run(world: World, causes: Cause, rng: random.Random, probe: Probe, start: datetime) -> Run:
    national = [
        host
        for policy in causes.policies
        if policy.cc == probe.network.cc
        for host in (*policy.targets, *policy.collateral)
    ]
    local = [host for host in national if rng.random() < 0.46]
    odd = {host for condition in causes.conditions for host in condition.hosts}
    foreign = [host for host in world.sites if host not in national]
    strange = [host for host in foreign if host in odd and rng.random() < 0.17]
    plain = [host for host in foreign if host not in odd]
    chosen = dict.fromkeys([*local, *strange, *rng.sample(plain, 2)])
    hosts = list(chosen)
    rng.shuffle(hosts)
    return Run(probe, start, tuple(hosts), None)


def _add_exam_runs(world: World, causes: Cause, rng: random.Random, policy: Policy, minor: int) -> list[Run]:
    runs = []
    for phase in policy.phases:
        for network in [net for net in world.networks if net.asn in phase.asns]:
            start = phase.onset + timedelta(minutes=rng.randint(20, 420))
            run = _make_run(world, causes, rng, _make_probe(rng, network, minor), start)
            runs.append(Run(run.probe, start, tuple(dict.fromkeys((*run.hosts, *policy.targets))), None))
    return runs


def _spread_faults(causes: Cause, runs: list[Run], rng: random.Random) -> None:
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
        hosts = old.hosts if fault in _HARMLESS else tuple(host for host in old.hosts if _is_calm(causes, old, host))
        if hosts:
            runs[place] = Run(old.probe, old.start, hosts, fault, skew, rng.random() < 0.5)


def _is_calm(causes: Cause, run: Run, host: str) -> bool:
    network = run.probe.network
    blocked = any(
        host in (*policy.targets, *policy.collateral)
        and policy.cc == network.cc
        and policy.mechanism_at(network.asn, run.start)
        for policy in causes.policies
    )
    return not blocked and not any(host in condition.hosts for condition in causes.conditions)
