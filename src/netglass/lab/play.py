"""Play a scenario: every run of the calendar, measured by a probe, written as a public bucket would have it, with its truth.

What measures is given (``Instrument``), since the probe is no part of the lab. Each run is played on a stage of its own, so runs
depend on nothing but scenario, seed and their number: they can be shared out to processes, and any of them can be played again.
Memory holds the runs under way, the files of the last hours and one count for each block, network and target.
"""

import hashlib
import random
import shutil
from collections.abc import AsyncIterator, Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from datetime import datetime
from itertools import islice
from multiprocessing import get_context
from pathlib import Path
from typing import NamedTuple, Protocol

from netglass.lab.calendar import Calendar, Scene
from netglass.lab.ledger import Ledger, Measured
from netglass.lab.scenario import Scenario
from netglass.lab.setting import Setting, describe_setting
from netglass.lab.stage import Stage, act_simulated
from netglass.lab.truth import Outcome, find_truth
from netglass.lab.volunteer import Run, Schedule
from netglass.lab.world.build import build_world
from netglass.lab.world.world import World
from netglass.vocab.error import LabError
from netglass.vocab.time import format_time
from netglass.wire.net import Host, Net

MISMATCHES_NAMED = 20
"""How many mismatches an error names."""

_ALPHABET = "abcdefghijkmnopqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789"

_AHEAD = 4
"""Runs given to each process before the first of them is back."""


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


class Progress(NamedTuple):
    """How far a play is: measurements and runs so far, and the day that is played, from 1 to ``days``."""

    measurements: int
    runs: int
    day: int
    days: int


class Played(NamedTuple):
    """What a play wrote: counts of the truth, by its words."""

    measurements: int
    runs: int
    states: dict[str, int]
    events: int
    mismatches: tuple[str, ...]


Watch = Callable[[Progress], None]


class Player:
    """Plays single runs of a scenario.

    Args:
        scenario: what happens.
        instrument: what measures.
    """

    def __init__(self, scenario: Scenario, instrument: Instrument) -> None:
        self.world: World = build_world(scenario)
        self.calendar = Calendar(self.world)
        self._instrument = instrument

    def play_run(self, run: Run) -> list[Measured]:
        """Play a run on the simulated network."""
        scene = self.calendar.set_scene(run.volunteer.network, run.start, run.cause)
        rng = self.world.draw(f"report:{run.number}")
        report = _name_report(rng, run)
        setting = describe_setting(self.world, scene, run, report)

        async def start_helper(host: Host) -> None:
            await self._instrument.start_helper(host, setting)

        async def act(stage: Stage) -> list[Measured]:
            return [found async for found in self._measure(stage, scene, setting, run, rng)]

        return act_simulated(self.world, scene, run, start_helper, act)

    async def _measure(
        self, stage: Stage, scene: Scene, setting: Setting, run: Run, rng: random.Random
    ) -> AsyncIterator[Measured]:
        network, report = run.volunteer.network, setting.report_id
        begun = stage.client.read_clock()
        for host in run.hosts:
            url, clock = self.world.sites[host].url, stage.client.read_clock()
            stage.take_triggers()
            recorded = await self._instrument.measure(stage.client, url, setting, begun)
            finding = find_truth(self.world, scene, run, host, stage.take_triggers(), recorded.outcome)
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


def play_scenario(
    scenario: Scenario,
    folder: Path,
    instrument: Instrument,
    *,
    workers: int = 1,
    watch: Watch = lambda progress: None,
) -> Played:
    """Play a scenario into a new or empty folder, which gets everything at the end or stays as it is.

    Args:
        scenario: what happens.
        folder: where to; it is made where it is missing.
        instrument: what measures.
        workers: processes, at least 1; what is written does not depend on it.
        watch: is told of progress.

    Raises:
        LabError: the folder is not empty, or the truth is not what the calendar says, with the first mismatches.
    """
    if folder.exists() and any(folder.iterdir()):
        raise LabError(f"{folder} is not empty: name a new folder, or empty it")
    part = folder.with_name(f".{folder.name}.part")
    shutil.rmtree(part, ignore_errors=True)  # of a play that was interrupted
    part.mkdir(parents=True)
    player = Player(scenario, instrument)
    ledger = Ledger(player.calendar, part)
    runs = 0
    for run, found in _play_runs(player, scenario, instrument, workers):
        ledger.enter(run, found)
        runs += 1
        watch(Progress(ledger.states.total(), runs, (run.start - scenario.start).days + 1, scenario.days))
    events = ledger.close()
    if folder.exists():
        folder.rmdir()
    part.rename(folder)
    return Played(ledger.states.total(), runs, dict(ledger.states), events, tuple(ledger.mismatches))


def _play_runs(
    player: Player, scenario: Scenario, instrument: Instrument, workers: int
) -> Iterator[tuple[Run, list[Measured]]]:
    schedule = Schedule(player.calendar).list_runs()
    if workers == 1:
        for run in schedule:
            yield run, player.play_run(run)
        return
    context = get_context("spawn")
    with ProcessPoolExecutor(workers, context, _begin_work, (scenario, instrument)) as pool:
        pending = [(run, pool.submit(_work, run)) for run in islice(schedule, workers * _AHEAD)]
        while pending:
            run, future = pending.pop(0)
            yield run, future.result()
            pending += [(later, pool.submit(_work, later)) for later in islice(schedule, 1)]


_player: Player | None = None
"""The player of a worker process."""


def _begin_work(scenario: Scenario, instrument: Instrument) -> None:
    global _player
    _player = Player(scenario, instrument)


def _work(run: Run) -> list[Measured]:
    assert _player is not None
    return _player.play_run(run)
