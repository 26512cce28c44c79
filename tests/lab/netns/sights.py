"""What a client sees of a site in a scene, for every policy and every innocent cause of two shipped scenarios."""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import NamedTuple

from netglass.lab.calendar import Calendar, Scene
from netglass.lab.confounding import CONFOUNDERS, Scope
from netglass.lab.library import find_scenario, read_scenario
from netglass.lab.netns.lab import Lane
from netglass.lab.netns.launch import Play
from netglass.lab.netns.scene import prepare_scenes, set_scene
from netglass.lab.setting import describe_setting
from netglass.lab.stage import Stage, act_simulated
from netglass.lab.truth import Outcome, find_truth
from netglass.lab.volunteer import Run, Volunteer
from netglass.lab.world.build import build_world
from netglass.lab.world.world import World
from netglass.wire.net import Host
from tests.lab.glance import Glance, glance

A_LITTLE = timedelta(minutes=15)


class Sight(NamedTuple):
    """A site, seen from a network at a moment of a run that has a cause or none; ``name`` is unique."""

    name: str
    asn: int
    since: timedelta
    host: str
    cause_id: str | None = None


class Seen(NamedTuple):
    """What was seen, and what the truth says of it."""

    failure: str | None
    status: int | None
    addresses: tuple[str, ...]
    body: bytes
    truth: dict[str, object]
    mismatches: tuple[str, ...]


def make_world(scenario: str) -> World:
    return build_world(read_scenario(find_scenario(scenario)))


def list_sights(world: World) -> list[Sight]:
    """Return a sight of each policy before and while it is in force, and of each cause in the same way."""
    return [*_list_policies(world), *_list_causes(world)]


def _list_policies(world: World) -> Iterator[Sight]:
    calendar, start = Calendar(world), world.scenario.start
    for policy in world.scenario.policies:
        asn = next(network.asn for network in world.networks if policy.cc in (None, network.cc))
        for number, phase in enumerate(policy.phases):
            since = calendar.span(phase.begin, None)[0] - start
            at = (phase.networks or policy.networks or (asn,))[0]
            yield Sight(f"{policy.id}/{number} {phase.mechanism}", at, since + A_LITTLE, policy.targets[0])
            if since > A_LITTLE:
                yield Sight(f"{policy.id}/{number} before", at, since - A_LITTLE, policy.targets[0])


def _list_causes(world: World) -> Iterator[Sight]:
    calendar, start = Calendar(world), world.scenario.start
    for cause in world.scenario.confounders:
        since = max(calendar.span(cause.begin, cause.end)[0] - start, timedelta())
        asn = (cause.networks or tuple(net.asn for net in world.networks if cause.cc in (None, net.cc)))[0]
        is_run = CONFOUNDERS[cause.kind].scope in (Scope.RUN, Scope.RUN_SITE)
        for host in [*cause.sites[:1], "canary.test"]:
            yield Sight(f"{cause.id} {cause.kind} {host}", asn, since + A_LITTLE, host, cause.id if is_run else None)


def set_up(world: World, sight: Sight) -> tuple[Scene, Run]:
    cause = next((cause for cause in world.scenario.confounders if cause.id == sight.cause_id), None)
    network, moment = world.find_network(sight.asn), world.scenario.start + sight.since
    volunteer = Volunteer(network, 0, "linux", "wifi", "3.20.0")
    run = Run(0, volunteer, moment, (sight.host,), cause, timedelta())
    return Calendar(world).set_scene(network, moment, cause), run


def conclude(world: World, scene: Scene, run: Run, seen: Glance, triggers: Sequence[object]) -> Seen:
    finding = find_truth(world, scene, run, run.hosts[0], triggers, Outcome(False, seen.failure is None))
    return Seen(seen.failure, seen.status, seen.addresses, seen.body, finding.row, finding.mismatches)


def see_simulated(world: World, sight: Sight) -> Seen:
    scene, run = set_up(world, sight)
    setting = describe_setting(world, scene, run, "report")

    async def act(stage: Stage) -> Seen:
        seen = await glance(stage.client, world.sites[sight.host].url, setting)
        return conclude(world, scene, run, seen, await stage.take_triggers())

    return act_simulated(world, scene, run, _no_helper, act)


async def see_on_lane(lane: Lane, world: World, sight: Sight) -> Seen:
    scene, run = set_up(world, sight)
    setting = describe_setting(world, scene, run, "report")
    stage = await set_scene(lane, world, scene, run)
    seen = await glance(stage.client, world.sites[sight.host].url, setting)
    return conclude(world, scene, run, seen, await stage.take_triggers())


def begin(scenario: str, times: int) -> Play:
    """Return the play in which every sight is seen so many times; it yields names and what was seen."""
    world = make_world(scenario)

    sights = [sight for _ in range(times) for sight in list_sights(world)]

    async def see(lane: Lane, sight: Sight) -> tuple[str, Seen]:
        return sight.name, await see_on_lane(lane, world, sight)

    return Play(prepare_scenes(world, lambda scene, run: _no_helper), lambda lab: lab.share(sights, see))


async def _no_helper(host: Host) -> None:
    """Nobody asks for a second opinion here."""
