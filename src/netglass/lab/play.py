"""Play a scenario: every run of the calendar, measured by a probe, written as a public bucket would have it, with its truth.

Runs are played in processes on the simulated network, or on lanes between network namespaces (``lane``); they are entered in the order
of the calendar either way. Memory holds the runs under way, the files of the last day and one count for each block, network and target.
"""

import shutil
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from itertools import islice
from multiprocessing import get_context
from pathlib import Path
from typing import NamedTuple

from netglass.lab.lane import play_on_lanes
from netglass.lab.ledger import Ledger, Measured
from netglass.lab.player import Instrument, Player
from netglass.lab.scenario import Scenario
from netglass.lab.volunteer import Run, Schedule
from netglass.vocab.error import LabError

_AHEAD = 4
"""Runs given to each process before the first of them is back."""


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


def play_scenario(
    scenario: Scenario,
    folder: Path,
    instrument: Instrument,
    *,
    backend: str = "sim",
    workers: int = 1,
    watch: Watch = lambda progress: None,
) -> Played:
    """Play a scenario into a new or empty folder, which gets everything at the end or stays as it is.

    Args:
        scenario: what happens.
        folder: where to; it is made where it is missing.
        instrument: what measures.
        backend: ``sim`` or ``netns``.
        workers: processes, or lanes, at least 1; what is written on virtual time does not depend on it.
        watch: is told of progress.

    Raises:
        LabError: the folder is not empty, or the backend cannot run here.
    """
    if folder.exists() and any(folder.iterdir()):
        raise LabError(f"{folder} is not empty: name a new folder, or empty it")
    part = folder.with_name(f".{folder.name}.part")
    shutil.rmtree(part, ignore_errors=True)  # of a play that was interrupted
    part.mkdir(parents=True)
    player = Player(scenario, instrument)
    ledger = Ledger(player.calendar, part)
    runs = 0
    playing = play_on_lanes if backend == "netns" else _play_simulated
    for run, found in playing(player, scenario, instrument, workers):
        ledger.enter(run, found)
        runs += 1
        watch(Progress(ledger.states.total(), runs, (run.start - scenario.start).days + 1, scenario.days))
    events = ledger.close()
    if folder.exists():
        folder.rmdir()
    part.rename(folder)
    return Played(ledger.states.total(), runs, dict(ledger.states), events, tuple(ledger.mismatches))


def _play_simulated(
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
