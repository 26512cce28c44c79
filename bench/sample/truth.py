"""What really happened: a line per measurement and a line per event, in the form that ``netglass evaluate`` reads."""

from datetime import datetime
from typing import Any, NamedTuple

from bench.sample.condition import Condition
from bench.sample.plan import Plan
from bench.sample.policy import Policy
from bench.sample.run import Run
from bench.sample.view import View
from bench.sample.world import World

Row = dict[str, Any]

_DEVICE = ("wrong_clock", "antivirus", "broken_version")
"""Faults that break TLS alone: a page that came over plain HTTP is still good."""


class Told(NamedTuple):
    """What the events need to know of a measurement."""

    asn: int
    host: str
    moment: datetime
    policy_id: str | None
    state: str


def format_time(moment: datetime | None) -> str | None:
    """Return a time as the truth files have it."""
    return None if moment is None else moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def judge_truth(plan: Plan, view: View, run: Run, host: str, scheme: str, control_failed: bool) -> Row:
    """Return state, mechanisms, scenario and causes of one measurement from what acted on it."""
    acted = view.acted
    policies = [policy for policy in plan.policies if policy.policy_id in acted]
    conditions = {c.condition_id: c for c in plan.conditions}
    touched = [conditions[name] for name in acted if name in conditions]
    row: Row = {"state": "ok", "mechanisms": [], "scenario": "ok", "policy_id": None}
    confounder = touched[0].condition_id if touched else None
    if policies:
        scenario = "overblock_collateral" if host in policies[0].collateral else policies[0].scenario
        mechanism = acted[policies[0].policy_id]
        row |= {"state": "blocked", "mechanisms": [mechanism], "scenario": scenario, "policy_id": policies[0].policy_id}
        if any(c.kind == "down" and host in c.hosts and c.onset <= view.moment < c.end for c in plan.conditions):
            row["also_down"] = True
    elif fault := _find_fault(acted, scheme):
        row |= {"state": acted[fault], "scenario": fault}
    elif touched:
        row |= _name_condition(touched[0]) | {"confounder_id": confounder}
    elif control_failed:
        row |= {"state": "control_failed", "scenario": "control_failed"}
    elif run.fault in ("flaky_loss", "ipv6_broken", *_DEVICE):
        row["scenario"] = run.fault
    elif view.net.world.sites[host].is_cdn:
        row["scenario"] = "cdn"
    elif len(view.net.world.sites[host].bodies) > 1:
        row["scenario"] = "localized_content"
    return row | ({"control_failed": True} if control_failed else {}) | ({"run": run.fault} if run.fault else {})


def _find_fault(acted: dict[str, str], scheme: str) -> str | None:
    for name, kind in acted.items():
        if kind in ("captive_portal", "resolver_down", "instrument") and not (name in _DEVICE and scheme == "http"):
            return name
    return None


def _name_condition(condition: Condition) -> Row:
    if condition.kind == "down":
        return {"state": "down", "scenario": f"down_{condition.detail}"}
    if condition.kind == "refusal":
        return {"state": "server_side", "scenario": f"server_{condition.detail}"}
    return {"state": "interfered-but-reachable", "scenario": "transparent_proxy", "mechanisms": ["dns.injection.other"]}


def list_events(world: World, plan: Plan, told: list[Told]) -> list[Row]:
    """Return every event: blocks with a series per network and target, and the innocent causes."""
    events = [_describe_policy(world, policy, told) for policy in plan.policies]
    return events + [_describe_condition(world, condition, told) for condition in plan.conditions]


def _describe_policy(world: World, policy: Policy, told: list[Told]) -> Row:
    hosts = (*policy.targets, *policy.collateral)
    series = [_describe_series(world, policy, asn, host, told) for asn in policy.asns for host in hosts]
    before, during, after = (sum(row[f"n_{part}"] for row in series) for part in ("before", "during", "after"))
    onset = min(phase.onset for phase in policy.phases)
    end = max(phase.end for phase in policy.phases)
    onset_known, end_known = onset > world.start, end <= world.end
    onset_scoreable = onset_known and before >= 2 and during >= 2
    return {
        "event_id": policy.policy_id,
        "kind": "block",
        "probe_cc": policy.cc,
        "asns": list(policy.asns),
        "targets": list(hosts),
        "collateral_targets": list(policy.collateral),
        "mechanisms": sorted({phase.mechanism for phase in policy.phases}),
        "onset_utc": format_time(onset) if onset_known else None,
        "end_utc": format_time(end) if end_known else None,
        "scoreable": onset_scoreable,
        "onset_scoreable": onset_scoreable,
        "end_scoreable": end_known and during >= 2 and after >= 2,
        "standing": not onset_known and during >= 2,
        "scenario": policy.scenario,
        "phases": [
            {
                "asns": list(p.asns),
                "mechanism": p.mechanism,
                "onset_utc": format_time(p.onset),
                "end_utc": format_time(p.end),
            }
            for p in policy.phases
        ],
        "n_before": before,
        "n_during": during,
        "n_after": after,
        "series": series,
    }


def _describe_series(world: World, policy: Policy, asn: int, host: str, told: list[Told]) -> Row:
    phases = [phase for phase in policy.phases if asn in phase.asns]
    onset, end = min(phase.onset for phase in phases), max(phase.end for phase in phases)
    mine = sorted((row for row in told if row.asn == asn and row.host == host), key=lambda row: row.moment)
    during = [row.moment for row in mine if row.policy_id == policy.policy_id]
    clear = [row.moment for row in mine if row.state in ("ok", "control_failed")]
    before, after = [m for m in clear if m < onset], [m for m in clear if m >= end]
    return {
        "probe_asn": asn,
        "target": host,
        "onset_utc": format_time(onset) if onset > world.start else None,
        "end_utc": format_time(end) if end <= world.end else None,
        "last_before": format_time(before[-1]) if before else None,
        "first_during": format_time(during[0]) if during else None,
        "last_during": format_time(during[-1]) if during else None,
        "first_after": format_time(after[0]) if after else None,
        "n_before": len(before),
        "n_during": len(during),
        "n_after": len(after),
    }


def _describe_condition(world: World, condition: Condition, told: list[Told]) -> Row:
    asns = condition.asns or tuple(net.asn for net in world.networks if condition.cc in (None, net.cc))
    states = {"down": "down", "refusal": "server_side", "proxy": "interfered-but-reachable"}
    hit = [row for row in told if row.host in condition.hosts and row.state == states[condition.kind]]
    return {
        "event_id": condition.condition_id,
        "kind": "confounder",
        "probe_cc": condition.cc,
        "asns": sorted(asns),
        "targets": list(condition.hosts),
        "mechanisms": [],
        "onset_utc": format_time(condition.onset) if condition.onset > world.start else None,
        "end_utc": format_time(condition.end) if condition.end < world.end else None,
        "scoreable": False,
        "confounder": condition.kind,
        "detail": condition.detail,
        "n_during": len(hit),
    }
