"""Play a scenario: every run of the calendar, measured by a probe, written as a public bucket would have it, with its truth.

What measures is given (``Instrument``), since the probe is no part of the lab. Each run is played on a stage of its own, so runs
depend on nothing but scenario, seed and their number: they can be shared out to processes, and any of them can be played again.
Memory holds the runs under way, the files of the last hours and one count for each block, network and target.
"""

import hashlib
import json
import random
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import islice
from multiprocessing import get_context
from pathlib import Path
from typing import Any, NamedTuple, Protocol

import msgspec

from netglass.lab.bucket import Bucket
from netglass.lab.calendar import Calendar, Scene
from netglass.lab.chain import tell_chain
from netglass.lab.chronicle import Chronicle
from netglass.lab.envelope import Setting, address_envelope, describe_setting
from netglass.lab.scenario import Scenario
from netglass.lab.stage import Stage, act_simulated
from netglass.lab.truth import Outcome, Row, find_truth
from netglass.lab.volunteer import Run, Schedule
from netglass.lab.world.blockpage import render_fingerprints
from netglass.lab.world.build import World, build_world
from netglass.vocab.error import LabError
from netglass.vocab.time import format_time
from netglass.wire.net import Host, Net

MISMATCHES_NAMED = 20
"""How many mismatches an error names."""

_ALPHABET = "abcdefghijkmnopqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789"

_AHEAD = 4
"""Runs given to each process before the first of them is back."""


class Instrument(Protocol):
    """What measures: a probe and its test helper."""

    async def measure(self, net: Net, url: str, setting: Setting) -> dict[str, Any]:
        """Return ``test_keys``, ``test_version``, ``software_name`` and ``extensions`` of one measurement."""

    async def start_helper(self, host: Host, setting: Setting) -> None:
        """Make a host serve as test helper."""


class Measured(NamedTuple):
    """One measurement with its truth.

    Attributes:
        uploaded: when it was, UTC and naive.
        line: the measurement, as JSON.
        host: what was measured.
        moment: when it began, by the right clock.
        truth: its row of the truth.
        mismatches: what censor and calendar disagree on.
    """

    uploaded: datetime
    line: msgspec.Raw
    host: str
    moment: datetime
    truth: Row
    mismatches: tuple[str, ...]


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
        setting = describe_setting(self.world, scene, run)

        async def start_helper(host: Host) -> None:
            await self._instrument.start_helper(host, setting)

        async def act(stage: Stage) -> list[Measured]:
            return [found async for found in self._measure(stage, scene, setting, run)]

        return act_simulated(self.world, scene, run, start_helper, act)

    async def _measure(self, stage: Stage, scene: Scene, setting: Setting, run: Run) -> AsyncIterator[Measured]:
        rng = self.world.draw(f"report:{run.number}")
        network = run.volunteer.network
        report = f"{run.start:%Y%m%dT%H%M%SZ}_webconnectivity_{network.cc}_{network.asn}_n1_"
        report += "".join(rng.choice(_ALPHABET) for _ in range(16))
        begun = stage.client.read_clock()
        offset = scene.affliction.clock_offset
        for host in run.hosts:
            url, clock = self.world.sites[host].url, stage.client.read_clock()
            stage.take_triggers()
            found = await self._instrument.measure(stage.client, url, setting)
            keys, lasted = found["test_keys"], stage.client.read_clock() - clock
            outcome = Outcome(bool(keys.get("control_failure")), keys.get("accessible"))
            finding = find_truth(self.world, scene, run, host, stage.take_triggers(), outcome)
            moment = clock - offset
            uploaded = moment + lasted + (scene.affliction.late or run.late)
            uid = _name_measurement(rng, network.cc, report, url, uploaded)
            envelope = address_envelope(self.world, run, setting, found)
            envelope |= {
                "input": url,
                "measurement_start_time": f"{clock:%Y-%m-%d %H:%M:%S}",
                "test_start_time": f"{begun:%Y-%m-%d %H:%M:%S}",
                "test_runtime": lasted / timedelta(seconds=1),
                "report_id": report,
                "measurement_uid": uid,
            }
            truth = {
                "measurement_uid": uid,
                "report_id": report,
                "true_time_utc": format_time(moment),
                "probe_cc": network.cc,
                "probe_asn": network.asn,
                "input": url,
            } | finding.row
            line = msgspec.Raw(msgspec.json.encode(envelope))
            yield Measured(uploaded, line, host, moment.replace(microsecond=0), truth, finding.mismatches)


def _name_measurement(rng: random.Random, cc: str, report: str, url: str, uploaded: datetime) -> str:
    mark = hashlib.sha256(f"{report}{url}".encode()).hexdigest()[:16]
    return f"{uploaded:%Y%m%d%H%M%S}.{rng.randrange(10**6):06d}_{cc}_webconnectivity_{mark}"


@dataclass
class _Ledger:
    """Writes what comes in, and counts it."""

    player: Player
    folder: Path
    states: Counter[str] = field(default_factory=Counter)
    mismatches: list[str] = field(default_factory=list)
    measured: set[tuple[int, str]] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.bucket, self.chronicle = Bucket(self.folder), Chronicle(self.player.calendar)
        self.truths = (self.folder / "truth_measurements.jsonl").open("w", encoding="utf-8")

    def enter(self, run: Run, found: list[Measured]) -> None:
        self.bucket.flush(run.start - timedelta(hours=1))
        network = run.volunteer.network
        for item in found:
            self.bucket.put(item.uploaded, network.cc, item.line)
            self.truths.write(json.dumps(item.truth) + "\n")
            self.chronicle.add(run, item.truth["report_id"], item.host, item.moment, item.truth)
            self.states[item.truth["state"]] += 1
            self.measured.add((network.asn, item.host))
            self.mismatches += item.mismatches

    def close(self) -> int:
        self.bucket.flush()
        self.truths.close()
        world = self.player.world
        events = list(self.chronicle.tell())
        _write_lines(self.folder / "truth_events.jsonl", events)
        chain = tell_chain(self.player.calendar, self.chronicle, self.measured)
        _write_lines(self.folder / "truth_chain.jsonl", list(chain))
        notices = [notice for group in world.notices.values() for notice in group]
        (self.folder / "asn.csv").write_text(world.plan.render(), encoding="utf-8")
        (self.folder / "fingerprints.csv").write_text(render_fingerprints(notices), encoding="utf-8")
        roots = "".join(authority.root_pem for authority in world.authorities)
        (self.folder / "trust.pem").write_text(roots, encoding="ascii")
        return len(events)


def play_scenario(
    scenario: Scenario,
    folder: Path,
    instrument: Instrument,
    *,
    workers: int = 1,
    watch: Watch = lambda progress: None,
) -> Played:
    """Play a scenario into an empty folder.

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
    folder.mkdir(parents=True, exist_ok=True)
    player = Player(scenario, instrument)
    ledger = _Ledger(player, folder)
    runs = 0
    for run, found in _play_runs(player, scenario, instrument, workers):
        ledger.enter(run, found)
        runs += 1
        watch(Progress(ledger.states.total(), runs, (run.start - scenario.start).days + 1, scenario.days))
    events = ledger.close()
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


def _write_lines(path: Path, rows: list[Row]) -> None:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
