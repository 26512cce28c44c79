"""One run of a scenario: set the scene, let the instrument measure, and find the truth of each measurement.

What measures is given (``Instrument``), since the probe is no part of the lab. A run depends on nothing but scenario, seed and its
number, so runs can be shared out to processes or lanes, and any of them can be played again.
"""

import hashlib
import random
from collections.abc import AsyncIterator
from datetime import datetime
from typing import NamedTuple, Protocol

from netglass.lab.calendar import Calendar, Scene
from netglass.lab.ledger import Measured
from netglass.lab.scenario import Scenario
from netglass.lab.setting import Setting, describe_setting
from netglass.lab.stage import Stage, act_simulated
from netglass.lab.truth import Outcome, find_truth
from netglass.lab.volunteer import Run
from netglass.lab.world.build import build_world
from netglass.lab.world.settle import Start
from netglass.lab.world.world import World
from netglass.vocab.time import format_time
from netglass.wire.net import Host, Net

_ALPHABET = "abcdefghijkmnopqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789"


class Recorded(NamedTuple):
    """What an instrument gives: a line of JSON without its newline, and what the truth takes from it."""

    line: bytes
    outcome: Outcome


class Instrument(Protocol):
    """What measures: a probe and its test helper."""

    async def measure(self, net: Net, url: str, setting: Setting, test_start_time: datetime) -> Recorded:
        """Measure; ``test_start_time`` is when the run began by the probe's clock."""

    async def start_helper(self, host: Host, setting: Setting) -> None:
        """Make a host serve as test helper."""

    def end_run(self, setting: Setting) -> None:
        """Let go of what measurements of a run share."""


class Player:
    """Plays single runs of a scenario, on the stage of whatever backend.

    Args:
        scenario: what happens.
        instrument: what measures.
    """

    def __init__(self, scenario: Scenario, instrument: Instrument) -> None:
        self.world: World = build_world(scenario)
        self.calendar = Calendar(self.world)
        self._instrument = instrument

    def set_scene(self, run: Run) -> Scene:
        """Return what holds in a run."""
        return self.calendar.set_scene(run.volunteer.network, run.start, run.cause)

    def find_helper(self, scene: Scene, run: Run) -> Start:
        """Return what makes a host serve as test helper in a run."""
        setting = describe_setting(self.world, scene, run, _name_report(self._draw(run), run))

        async def start(host: Host) -> None:
            await self._instrument.start_helper(host, setting)

        return start

    async def measure_run(self, stage: Stage, scene: Scene, run: Run) -> list[Measured]:
        """Measure the sites of a run on a stage that is set for it."""
        rng = self._draw(run)
        setting = describe_setting(self.world, scene, run, _name_report(rng, run))
        try:
            return [found async for found in self._measure(stage, scene, run, setting, rng)]
        finally:
            self._instrument.end_run(setting)

    def play_run(self, run: Run) -> list[Measured]:
        """Play a run on the simulated network."""
        scene = self.set_scene(run)

        async def act(stage: Stage) -> list[Measured]:
            return await self.measure_run(stage, scene, run)

        return act_simulated(self.world, scene, run, self.find_helper(scene, run), act)

    def _draw(self, run: Run) -> random.Random:
        return self.world.draw(f"report:{run.number}")

    async def _measure(
        self, stage: Stage, scene: Scene, run: Run, setting: Setting, rng: random.Random
    ) -> AsyncIterator[Measured]:
        network, report, begun = run.volunteer.network, setting.report_id, stage.client.read_clock()
        for host in run.hosts:
            url, clock = self.world.sites[host].url, stage.client.read_clock()
            await stage.take_triggers()
            recorded = await self._instrument.measure(stage.client, url, setting, begun)
            finding = find_truth(self.world, scene, run, host, await stage.take_triggers(), recorded.outcome)
            moment = clock - scene.affliction.clock_offset
            uploaded = moment + (stage.client.read_clock() - clock) + (scene.affliction.late or run.late)
            uid = _name_measurement(rng, network.cc, report, url, uploaded)
            truth = {
                "measurement_uid": uid,
                "report_id": report,
                "true_time_utc": format_time(moment),
                "probe_cc": network.cc,
                "probe_asn": network.asn,
                "input": url,
            } | finding.row
            line = recorded.line[:-1] + f',"measurement_uid":"{uid}"}}\n'.encode()
            yield Measured(uploaded, line, host, moment.replace(microsecond=0), truth, finding.mismatches)


def _name_report(rng: random.Random, run: Run) -> str:
    network = run.volunteer.network
    name = f"{run.start:%Y%m%dT%H%M%SZ}_webconnectivity_{network.cc}_{network.asn}_n1_"
    return name + "".join(rng.choice(_ALPHABET) for _ in range(16))


def _name_measurement(rng: random.Random, cc: str, report: str, url: str, uploaded: datetime) -> str:
    mark = hashlib.sha256(f"{report}{url}".encode()).hexdigest()[:16]
    return f"{uploaded:%Y%m%d%H%M%S}.{rng.randrange(10**6):06d}_{cc}_webconnectivity_{mark}"
