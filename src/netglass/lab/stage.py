"""Put a scene on the simulated network, on virtual time: machines, the client, and the censor on the client's path."""

import random
from collections.abc import Awaitable, Callable, Iterable
from typing import Any, NamedTuple, TypeVar

from netglass.lab.calendar import Scene
from netglass.lab.censor import Censor, Direction, Trigger
from netglass.lab.sim.loop import run_virtual
from netglass.lab.sim.network import Network
from netglass.lab.sim.region import Middlebox
from netglass.lab.truth import Triggered
from netglass.lab.volunteer import Run
from netglass.lab.world.place import pair_address
from netglass.lab.world.settle import Settlement, Start, settle_machines
from netglass.lab.world.world import World
from netglass.wire.net import Net

T = TypeVar("T")


class Stage(NamedTuple):
    """A scene that can be acted in, on whatever backend.

    Attributes:
        client: the probe's machine.
        take_triggers: gives what censors and lying resolvers did since the last call.
    """

    client: Net
    take_triggers: Callable[[], Awaitable[list[Triggered]]]


Act = Callable[[Stage], Awaitable[T]]
"""What is done on a stage."""


def act_simulated(world: World, scene: Scene, run: Run, start_helper: Start, act: Act[T]) -> T:
    """Play one run on the simulated network and return what ``act`` returns.

    Args:
        world: everything that exists.
        scene: what holds.
        run: who measures; with the seed it decides losses and numbers.
        start_helper: makes a host serve as test helper.
        act: is given the stage.

    Raises:
        LabError: everybody waits for each other.
    """

    async def play() -> T:
        return await act(await _raise_stage(world, scene, run, start_helper))

    return run_virtual(play(), scene.moment)


async def _raise_stage(world: World, scene: Scene, run: Run, start_helper: Start) -> Stage:
    settlement = settle_machines(world, scene, start_helper)
    seed = int.from_bytes(f"{world.scenario.seed}:{run.number}".encode())
    network = Network(seed)
    for machine in settlement.machines:
        public = [world.services.public]
        host = network.add_host(machine.name, machine.prefixes, delay_s=machine.delay_s, resolvers=public)
        await machine.start(host)
    for hole in settlement.holes:
        network.add_hole(hole)
    censor = Censor(scene.rules, random.Random(seed))
    boxes: list[Middlebox[Any]] = []
    if scene.rules:
        boxes.append(Middlebox(censor.process, Direction.OUTWARD, Direction.INWARD))
    region, line = network.add_region(boxes), scene.network.line
    client = network.add_host(
        "client",
        list_addresses(world, scene),
        region,
        delay_s=line.delay_ms / 1000,
        loss=compute_loss(scene),
        resolvers=[find_resolver(world, scene)],
        clock_offset=scene.affliction.clock_offset,
    )

    async def take_triggers() -> list[Triggered]:
        return [*name_triggers(censor.take_triggers()), *take_lies(settlement)]

    return Stage(client, take_triggers)


def list_addresses(world: World, scene: Scene) -> list[str]:
    """Return the addresses of the client in a scene."""
    network = scene.network
    if network.client6:
        return [network.client, network.client6]
    if scene.affliction.has_ipv6:
        holder = world.plan.find(network.client)
        assert holder is not None
        return [network.client, pair_address(holder, network.client)]
    return [network.client]


def find_resolver(world: World, scene: Scene) -> str:
    """Return the address of the resolver that the client's system asks."""
    return world.services.filter if scene.affliction.uses_filter else scene.network.resolver


def compute_loss(scene: Scene) -> float:
    """Return the share of packets that the client's line loses: the network's own and what befalls this run."""
    return 1 - (1 - scene.network.line.loss) * (1 - scene.affliction.loss)


def name_triggers(triggers: Iterable[Trigger]) -> list[Triggered]:
    """Return what a censor did, as the truth is told of it."""
    return [Triggered(trigger.rule_id, trigger.name, trigger.is_residual) for trigger in triggers]


def take_lies(settlement: Settlement) -> list[Triggered]:
    """Return what lying resolvers did since the last call."""
    told, settlement.resolver.told = settlement.resolver.told, []
    return [Triggered(lie.rule_id, lie.name, False) for lie in told]
