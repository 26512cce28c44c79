"""The lab's helpers look once at what is the same for many runs, and what is written does not show it."""

import asyncio
from datetime import datetime

from netglass.api.lab_helper import HelperMemory, plan_telling
from netglass.api.lab_probe import ProbeInstrument
from netglass.lab.library import find_scenario, read_scenario
from netglass.lab.player import Player
from netglass.lab.sim.loop import run_virtual
from netglass.lab.volunteer import Schedule
from netglass.probe.control import ControlDns, ControlRequest, ControlResponse
from netglass.probe.url import Target, parse_target

START = datetime(2026, 1, 1)
URL = "https://news.test/"


class Eyes:
    """Look for some time, and count how often."""

    def __init__(self, seconds: float) -> None:
        self.seconds, self.looks = seconds, 0

    async def look(self, request: ControlRequest, target: Target) -> ControlResponse:
        self.looks += 1
        await asyncio.sleep(self.seconds)
        return ControlResponse(dns=ControlDns(addrs=[target.host]))


def ask(memory: HelperMemory, eyes: Eyes, machines: object, url: str = URL) -> tuple[ControlResponse, float]:
    """Return what a helper on a new network tells, and when."""

    async def play() -> tuple[ControlResponse, float]:
        response = await memory.wrap(eyes.look, machines)(ControlRequest(url), parse_target(url))
        return response, asyncio.get_running_loop().time()

    return run_virtual(play(), START)


def test_what_was_seen_is_told_again_after_the_same_time() -> None:
    memory, eyes = HelperMemory(), Eyes(0.0614)
    assert ask(memory, eyes, "machines") == ask(memory, eyes, "machines")
    assert eyes.looks == 1


def test_other_machines_and_other_questions_are_looked_at() -> None:
    memory, eyes = HelperMemory(), Eyes(1)
    ask(memory, eyes, "machines")
    ask(memory, eyes, "other machines")
    response, _ = ask(memory, eyes, "machines", "https://other.test/")
    assert eyes.looks == 3
    assert response.dns.addrs == ["other.test"]


def test_small_errors_of_time_do_not_show() -> None:
    assert plan_telling(0.08) == plan_telling(0.08 + 1e-12) == plan_telling(0.08 - 1e-12)
    assert 0.08 < plan_telling(0.08) < 0.081 < plan_telling(0.0801)


def test_a_run_is_the_same_whether_another_was_played_before_or_not() -> None:
    scenario = read_scenario(find_scenario("mechanisms"))
    player = Player(scenario, ProbeInstrument())
    first, second = [run for run in Schedule(player.calendar).list_runs() if len(run.hosts) > 10][:2]
    after_another = [player.play_run(first), player.play_run(second)][1]
    assert Player(scenario, ProbeInstrument()).play_run(second) == after_another
    assert player.play_run(second) == after_another
