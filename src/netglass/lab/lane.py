"""Play a scenario on the lanes of a lab of namespaces: real sockets, real time, runs side by side."""

import heapq
from collections.abc import AsyncIterator, Iterator

from netglass.lab.ledger import Measured
from netglass.lab.netns.lab import Lab, Lane
from netglass.lab.netns.launch import Play, launch
from netglass.lab.netns.scene import prepare_scenes, set_scene
from netglass.lab.player import Instrument, Player
from netglass.lab.scenario import Scenario
from netglass.lab.stage import Stage
from netglass.lab.volunteer import Run, Schedule

LONGEST_S = 86_400.0
"""After this many seconds a play ends by itself, whatever it is doing."""


def begin_play(scenario: Scenario, instrument: Instrument) -> Play:
    """Return the play of a scenario; it is called within the lab."""
    player = Player(scenario, instrument)

    async def work(lane: Lane, run: Run) -> tuple[Run, list[Measured]]:
        scene = player.set_scene(run)
        stage = Stage(*await set_scene(lane, player.world, scene, run))
        return run, await player.measure_run(stage, scene, run)

    async def act(lab: Lab) -> AsyncIterator[tuple[Run, list[Measured]]]:
        async for done in lab.share(Schedule(player.calendar).list_runs(), work):
            yield done

    return Play(prepare_scenes(player.world, player.find_helper), act)


def play_on_lanes(
    player: Player, scenario: Scenario, instrument: Instrument, lanes: int
) -> Iterator[tuple[Run, list[Measured]]]:
    """Play all runs of a scenario on lanes, and yield them in the order of the calendar.

    Raises:
        LabError: the machine does not allow it, or the play went wrong.
    """
    early: list[tuple[int, Run, list[Measured]]] = []
    number = 0
    for run, found in launch(begin_play, scenario, instrument, lanes=lanes, longest_s=LONGEST_S):
        heapq.heappush(early, (run.number, run, found))
        while early and early[0][0] == number:
            yield early[0][1], heapq.heappop(early)[2]
            number += 1
