"""The lab: list scenarios, check one, play one with our own probe."""

from pathlib import Path
from typing import NamedTuple

import yaml

from netglass.api.lab_probe import ProbeInstrument
from netglass.lab.calendar import Calendar
from netglass.lab.draw import SIZES, draw_scenario
from netglass.lab.library import find_scenario, list_scenarios, read_scenario
from netglass.lab.play import Played, Watch, play_scenario
from netglass.lab.scenario import Scenario
from netglass.lab.volunteer import Schedule
from netglass.lab.world.build import build_world
from netglass.vocab.error import UsageError

BACKENDS = ("sim", "netns")
"""What can carry a scenario: packets on virtual time, or real sockets between network namespaces."""


class ScenarioRow(NamedTuple):
    """What a scenario holds, in a line."""

    name: str
    title: str
    days: int
    countries: int
    networks: int
    sites: int
    policies: int
    mechanisms: int
    shutdowns: int
    confounders: int


class Checked(NamedTuple):
    """A scenario that can be played: what it holds and how much it makes."""

    row: ScenarioRow
    runs: int
    measurements: int


def list_lab() -> list[ScenarioRow]:
    """Return the shipped scenarios."""
    return [_describe(name, scenario) for name, scenario in list_scenarios().items()]


def draw_lab(kind: str, seed: int) -> str:
    """Return a scenario that is drawn at random, as the text of a scenario file.

    Args:
        kind: ``blocks``, ``dense`` or ``quiet``, see :data:`netglass.lab.draw.SIZES`.
        seed: the same gives the same scenario.

    Raises:
        UsageError: there is no such kind.
    """
    if kind not in SIZES:
        raise UsageError(f"there is no kind {kind!r}: choose one of {', '.join(SIZES)}")
    return yaml.safe_dump(draw_scenario(kind, seed), sort_keys=False, allow_unicode=True, width=140)


def check_lab(name: str, *, seed: int | None = None) -> Checked:
    """Read a scenario, build its world and draw its runs, and play none.

    Args:
        name: of a shipped scenario, or path of a file.
        seed: instead of the scenario's own.

    Raises:
        LabError: it is not valid; with file, line and path of each fault.
    """
    path = find_scenario(name)
    scenario = read_seeded(path, seed)
    runs = [len(run.hosts) for run in Schedule(Calendar(build_world(scenario))).list_runs()]
    return Checked(_describe(path.stem, scenario), len(runs), sum(runs))


def run_lab(
    name: str,
    out: Path,
    *,
    backend: str = "sim",
    seed: int | None = None,
    workers: int = 1,
    watch: Watch = lambda progress: None,
) -> Played:
    """Play a scenario into a new folder: raw measurements in the bucket's layout, reference data and the truth.

    Args:
        name: of a shipped scenario, or path of a file.
        out: where to.
        backend: one of :data:`BACKENDS`.
        seed: instead of the scenario's own; another seed is another world.
        workers: processes that play, or lanes of namespaces, at least 1; on virtual time what is written does not depend on it.
        watch: is told of progress.

    Raises:
        LabError: the scenario is not valid, the folder is not empty, or the backend cannot run here.
        UsageError: there is no such backend, or ``workers`` is below 1.
    """
    if backend not in BACKENDS:
        raise UsageError(f"there is no backend {backend!r}: choose one of {', '.join(BACKENDS)}")
    if workers < 1:
        raise UsageError(f"workers {workers}: give 1 or more")
    return play_scenario(
        read_seeded(find_scenario(name), seed), out, ProbeInstrument(), backend=backend, workers=workers, watch=watch
    )


def read_seeded(path: Path, seed: int | None) -> Scenario:
    """Read a scenario, with another seed where one is given."""
    scenario = read_scenario(path)
    return scenario if seed is None else scenario.model_copy(update={"seed": seed})


def _describe(name: str, scenario: Scenario) -> ScenarioRow:
    lands = scenario.countries.values()
    return ScenarioRow(
        name,
        scenario.title,
        scenario.days,
        len(scenario.countries),
        sum(len(land.networks) + land.more_networks for land in lands),
        len(scenario.sites) + scenario.more_sites,
        len(scenario.policies),
        len({phase.mechanism for policy in scenario.policies for phase in policy.phases}),
        len(scenario.shutdowns),
        len(scenario.confounders),
    )
