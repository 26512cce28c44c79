"""All that happens in a world: blocks, innocent causes and measurements.

Two of the three countries block; which two, by which mechanisms, and when, differs by seed.
"""

from dataclasses import dataclass, field

from bench.sample.condition import Condition, draw_conditions
from bench.sample.page import make_article
from bench.sample.policy import SCENARIOS, Policy, draw_notice, draw_policy
from bench.sample.run import Cause, Run, draw_runs
from bench.sample.world import COUNTRIES, World


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
    notices = {cc: [draw_notice(world, rng, cc) for _ in range(2)] for cc in censors}
    scenarios = list(SCENARIOS)
    rng.shuffle(scenarios)
    for index, (scenario, mechanism, scheme) in enumerate(scenarios):
        cc = censors[index % 2]
        if scenario == "overblock_ip":
            targets, collateral = shared[:1], shared[1:]
        else:
            targets, collateral = [_take(hosts, scheme)], []
        if "throttl" in scenario:
            site = world.sites[targets[0]]
            site.bodies["*"] = make_article(rng, site.title, rng.sample(world.words, 30), 90_000)
        name, how = f"ev-{index + 1:02d}", (scenario, mechanism)
        plan.policies.append(draw_policy(world, rng, name, cc, how, targets, collateral, notices[cc]))
        if scenario == "zombie":
            down = Condition(f"co-z{index}", "down", "nxdomain", tuple(targets), None, (), world.start, world.end)
            plan.conditions.append(down)
    draw_conditions(world, rng, plan.policies, plan.conditions, hosts)
    causes = Cause(plan.policies, plan.conditions)
    plan.runs, plan.broken_version = draw_runs(world, world.rng("runs"), causes)
    return plan


def _take(hosts: dict[str, list[str]], scheme: str) -> str:
    if scheme == "":
        scheme = "https" if len(hosts["https"]) > len(hosts["http"]) else "http"
    return hosts[scheme].pop()
