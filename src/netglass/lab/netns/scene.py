"""Put scenes of a scenario on lanes: what ``lab.stage`` does on the simulated network.

The world is made once in the lab, before the servers' process parts from the director's, so both have the same machines and
certificates. What an order tells the servers is the scene and the run.
"""

import pickle
from collections.abc import Callable

from netglass.lab.calendar import Scene
from netglass.lab.netns.lab import Lane, Setting
from netglass.lab.netns.servers import Cast, Prepare
from netglass.lab.stage import Stage
from netglass.lab.truth import Triggered
from netglass.lab.volunteer import Run
from netglass.lab.world.place import pair_address
from netglass.lab.world.settle import Start, settle_machines
from netglass.lab.world.world import World


def prepare_scenes(world: World, find_helper: Callable[[Scene, Run], Start]) -> Prepare:
    """Return what makes the servers of scenes.

    Args:
        world: everything that exists.
        find_helper: gives what makes a host serve as test helper in a scene.
    """

    def prepare(order: bytes) -> Cast:
        scene, run = pickle.loads(order)
        settlement = settle_machines(world, scene, find_helper(scene, run))

        def take_notes() -> bytes:
            told, settlement.resolver.told = settlement.resolver.told, []
            return pickle.dumps([Triggered(lie.rule_id, lie.name, False) for lie in told])

        return Cast(settlement.machines, settlement.holes, scene.moment, [world.services.public], take_notes)

    return prepare


async def set_scene(lane: Lane, world: World, scene: Scene, run: Run) -> Stage:
    """Put a scene on a lane whose servers ``prepare_scenes`` makes.

    Args:
        lane: where.
        world: everything that exists.
        scene: what holds.
        run: who measures; with the seed it decides losses and numbers.

    Raises:
        LabError: a rule is outside of the fence.
    """
    line = scene.network.line
    client = await lane.set_up(
        Setting(
            order=pickle.dumps((scene, run)),
            addresses=_list_addresses(world, scene),
            resolvers=[world.services.filter if scene.affliction.uses_filter else scene.network.resolver],
            moment=scene.moment + scene.affliction.clock_offset,
            rules=scene.rules,
            delay_s=line.delay_ms / 1000,
            loss=1 - (1 - line.loss) * (1 - scene.affliction.loss),
            seed=f"{world.scenario.seed}:{run.number}",
        )
    )

    async def take_triggers() -> list[Triggered]:
        triggers, notes = await lane.take_triggers(), await lane.take_notes()
        found = [Triggered(trigger.rule_id, trigger.name, trigger.is_residual) for trigger in triggers]
        return found + (pickle.loads(notes) if notes else [])

    return Stage(client, take_triggers)


def _list_addresses(world: World, scene: Scene) -> list[str]:
    network = scene.network
    if network.client6:
        return [network.client, network.client6]
    if scene.affliction.has_ipv6:
        holder = world.plan.find(network.client)
        assert holder is not None
        return [network.client, pair_address(holder, network.client)]
    return [network.client]
