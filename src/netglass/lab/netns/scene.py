"""Put scenes of a scenario on lanes: what ``lab.stage`` does on the simulated network.

The world is made once in the lab, before the servers' process parts from the director's, so both have the same machines and
certificates. What an order tells the servers is the scene and the run.
"""

import pickle
from collections.abc import Callable

from netglass.lab.calendar import Scene
from netglass.lab.netns.lab import Lane, Setting
from netglass.lab.netns.servers import Cast, Prepare
from netglass.lab.stage import Stage, compute_loss, find_resolver, list_addresses, name_triggers, take_lies
from netglass.lab.truth import Triggered
from netglass.lab.volunteer import Run
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
            return pickle.dumps(take_lies(settlement))

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
    client = await lane.set_up(
        Setting(
            order=pickle.dumps((scene, run)),
            addresses=list_addresses(world, scene),
            resolvers=[find_resolver(world, scene)],
            moment=scene.moment + scene.affliction.clock_offset,
            rules=scene.rules,
            delay_s=scene.network.line.delay_ms / 1000,
            loss=compute_loss(scene),
            seed=f"{world.scenario.seed}:{run.number}",
        )
    )

    async def take_triggers() -> list[Triggered]:
        triggers, notes = await lane.take_triggers(), await lane.take_notes()
        return name_triggers(triggers) + (pickle.loads(notes) if notes else [])

    return Stage(client, take_triggers)
