"""What really happened to a measurement: from the scene it was made in and from what the censor did, never from what the probe saw.

Censors note what triggered them. A policy that ought to have acted and did not, or acted where it ought not to, is a *mismatch*:
either the lab is wrong or the scenario is, and the truth would be too. Loss excuses what did not act.

The words are those that ``netglass evaluate`` X
"""

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from netglass.lab.calendar import Acting, Scene
from netglass.lab.confounding import CONFOUNDERS, Scope
from netglass.lab.scenario import Confounder
from netglass.lab.volunteer import Run
from netglass.lab.world.world import World

Row = dict[str, Any]

LOCAL = ("captive_portal", "resolver_down")
"""States of a run in which nothing gets through for a reason near the probe; who says so of a blocked site is not wrong."""


class Triggered(NamedTuple):
    """A rule acted: on a name where one was seen, and whether only because of an earlier trigger."""

    rule_id: str
    name: str | None
    is_residual: bool


class Outcome(NamedTuple):
    """What the truth takes from the measurement itself.

    Attributes:
        control_failed: there is nothing to compare with.
        is_accessible: whether the client says that the site works; None where it does not say.
    """

    control_failed: bool
    is_accessible: bool | None


class Finding(NamedTuple):
    """The truth of one measurement: a row of the file, without what names the measurement, and what does not fit."""

    row: Row
    mismatches: tuple[str, ...]


def find_truth(
    world: World, scene: Scene, run: Run, host: str, triggered: Sequence[Triggered], outcome: Outcome
) -> Finding:
    """Return the truth of one measurement."""
    acted, mismatches = _match_triggers(scene, host, triggered, outcome)
    lasting = [cause for cause in scene.causes if host in cause.sites and cause.cc in (None, scene.network.cc)]
    row: Row = {"state": "ok", "mechanisms": [], "scenario": "ok", "policy_id": None}
    if acted:
        row |= _describe_block(world, acted, host)
        if run.cause is not None and CONFOUNDERS[run.cause.kind].state in LOCAL and _meets_run(world, run.cause, host):
            row["also_local"] = True
        if row["scenario"] == "residual_collateral" and outcome.is_accessible:
            row["state"] = "interfered-but-reachable"  # one of several connections fell, and another brought the page
        row |= {f"also_{CONFOUNDERS[cause.kind].state}": True for cause in lasting if _is_broken(cause)}
    else:
        row |= _describe_innocent(world, scene, host, lasting, triggered, outcome)
    if outcome.control_failed:
        row["control_failed"] = True
    if run.cause is not None:
        row["run"] = {run.cause.kind: run.cause.id}
        if run.cause.kind == "flaky_loss":
            row["flaky_network"] = True
            if outcome.is_accessible is not True and row["state"] == "ok":
                row["lost_to_packet_loss"] = True
    return Finding(row, tuple(f"{run.number}: {host}: {what}" for what in mismatches))


def _match_triggers(
    scene: Scene, host: str, triggered: Sequence[Triggered], outcome: Outcome
) -> tuple[list[Acting], list[str]]:
    """Return the policies that acted on a host, and what ought not to be."""
    found: dict[str, Acting] = {}
    mismatches = []
    for trigger in triggered:
        acting = scene.acting.get(trigger.rule_id)
        if acting is None:
            continue
        is_meant = host in acting.targets or host in acting.collateral
        if is_meant or trigger.is_residual:
            found[trigger.rule_id] = acting
        elif not _is_elsewhere(trigger, acting, host):
            mismatches.append(f"{acting.policy_id} acted by {acting.mechanism} on what it does not concern")
    for acting in scene.acting.values():
        is_meant = host in acting.targets or host in acting.collateral
        if is_meant and not found and not _is_excused(scene, host, outcome):
            mismatches.append(f"{acting.policy_id} did not act by {acting.mechanism}")
    return list(found.values()), mismatches


def _is_elsewhere(trigger: Triggered, acting: Acting, host: str) -> bool:
    """Tell whether a trigger was about another site: the next hop of a redirection, or a neighbour at a diverted address."""
    if acting.mechanism.startswith("tls.mitm"):
        return True
    name = (trigger.name or host).removeprefix("www.")
    return name != host


def _is_excused(scene: Scene, host: str, outcome: Outcome) -> bool:
    """Tell whether something else kept the client from where the policy acts."""
    down = any(host in cause.sites and _is_broken(cause) for cause in scene.causes)
    return down or scene.run_cause is not None or bool(scene.network.line.loss)


def _is_broken(cause: Confounder) -> bool:
    return CONFOUNDERS[cause.kind].state in ("down", "server_side")


def _describe_block(world: World, acted: Sequence[Acting], host: str) -> Row:
    policy = next(policy for policy in world.scenario.policies if policy.id == acted[0].policy_id)
    word = policy.scenario or policy.phases[0].mechanism.replace(".", "_")
    if host not in policy.targets:
        word = "overblock_collateral" if host in acted[0].collateral else "residual_collateral"
    return {
        "state": "blocked",
        "mechanisms": sorted({acting.mechanism for acting in acted}),
        "scenario": word,
        "policy_id": policy.id,
    }


def _describe_innocent(
    world: World,
    scene: Scene,
    host: str,
    lasting: Sequence[Confounder],
    triggered: Sequence[Triggered],
    outcome: Outcome,
) -> Row:
    run, site = scene.run_cause, world.sites[host]
    for cause in _rank_causes(world, scene, host, lasting, triggered):
        kind = CONFOUNDERS[cause.kind]
        row: Row = {"state": kind.state, "scenario": cause.kind, "confounder_id": cause.id}
        if cause.kind == "transparent_proxy":
            row["mechanisms"] = ["dns.injection.other"]
        return row
    if outcome.control_failed:
        return {"state": "control_failed", "scenario": run.kind if run else "control_failed"}
    if run is not None:
        return {"scenario": run.kind}
    if lasting:
        return {"scenario": lasting[0].kind, "confounder_id": lasting[0].id}
    return {"scenario": "cdn" if site.is_spread else "localized_content" if len(site.pages) > 1 else "ok"}


def _rank_causes(
    world: World, scene: Scene, host: str, lasting: Sequence[Confounder], triggered: Sequence[Triggered]
) -> Iterator[Confounder]:
    """Yield the causes that make this measurement something else than ok, those that count first."""
    run = scene.run_cause
    yield from (cause for cause in lasting if CONFOUNDERS[cause.kind].state == "down")
    if run is not None and _meets_run(world, run, host):
        yield run
    yield from (cause for cause in lasting if CONFOUNDERS[cause.kind].state == "server_side")
    told = {trigger.rule_id for trigger in triggered}
    yield from (cause for cause in lasting if f"cause/{cause.id}" in told)


def _meets_run(world: World, run: Confounder, host: str) -> bool:
    """Tell whether the cause of a run makes the measurement of a site something else than ok."""
    kind, hops = CONFOUNDERS[run.kind], world.list_hops(host)
    if kind.state in ("ok", "control_failed"):
        return False
    if kind.scope is Scope.RUN_SITE:
        return host in run.sites
    if run.kind == "broken_version":
        return any(scheme == "https" and site.is_under_second_root for site, scheme in hops)
    if kind.only == "tls":
        return any(scheme == "https" for _, scheme in hops)
    return kind.only != "plain" or hops[0][1] == "http"
