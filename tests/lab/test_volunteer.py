"""Runs are drawn from the seed: dense in surges, absent in shutdowns, never across a boundary of their network's calendar."""

from collections import Counter
from datetime import timedelta
from itertools import pairwise

import pytest

from netglass.lab.calendar import RUN_LENGTH, Calendar
from netglass.lab.library import find_scenario, read_scenario
from netglass.lab.scenario import Scenario
from netglass.lab.volunteer import Run, Schedule
from netglass.lab.world.build import build_world


def draw(name: str, **changes: object) -> tuple[Scenario, Calendar, list[Run]]:
    scenario = read_scenario(find_scenario(name)).model_copy(update=changes)
    calendar = Calendar(build_world(scenario))
    return scenario, calendar, list(Schedule(calendar).list_runs())


def test_runs_are_the_same_each_time_and_other_with_another_seed() -> None:
    assert draw("ten-minutes")[2] == draw("ten-minutes")[2]
    assert draw("ten-minutes")[2] != draw("ten-minutes", seed=9)[2]


def test_runs_lie_in_the_calendar_and_are_numbered_by_day_and_time() -> None:
    scenario, _, runs = draw("mechanisms")
    assert [run.number for run in runs] == list(range(len(runs)))
    assert all(scenario.start <= run.start < scenario.end for run in runs)
    days = [(run.start - scenario.start).days for run in runs]
    assert all(later >= earlier - 1 for earlier, later in pairwise(days))


@pytest.mark.parametrize("name", ["mechanisms", "confounders", "year"])
def test_nothing_changes_under_a_run(name: str) -> None:
    _, calendar, runs = draw(name)
    for run in runs[::7]:
        network = run.volunteer.network
        scenes = [
            calendar.set_scene(network, moment, run.cause)
            for moment in (run.start, run.start + RUN_LENGTH - timedelta(seconds=1))
        ]
        assert scenes[0].rules == scenes[1].rules and scenes[0].faults == scenes[1].faults


def test_nobody_is_heard_in_a_shutdown_while_others_go_on() -> None:
    scenario, calendar, runs = draw("dense-shutdown")
    shutdown = scenario.shutdowns[0]
    begin, end = calendar.span(shutdown.begin, shutdown.end)
    heard = Counter(run.volunteer.network.asn for run in runs if begin <= run.start < end)
    assert heard[64514] == 0 and min(heard[asn] for asn in (64512, 64513, 64530)) > 10


def test_a_surge_brings_runs_and_a_flood_comes_from_one() -> None:
    scenario, calendar, runs = draw("confounders")
    for surge in scenario.probes.surges:
        begin, end = calendar.span(surge.begin, surge.end)
        inside = [run for run in runs if begin <= run.start < end and run.volunteer.network.asn in surge.networks]
        usual = scenario.probes.runs_per_day * (end - begin) / timedelta(days=1)
        assert len(inside) > usual * surge.factor / 2
        busiest = Counter(run.volunteer.number for run in inside).most_common(1)[0][1]
        assert (busiest > 0.9 * len(inside)) == surge.by_one


def test_a_broken_version_is_one_that_nobody_else_has() -> None:
    _, _, runs = draw("confounders")
    broken = {run.version for run in runs if run.cause and run.cause.kind == "broken_version"}
    assert broken and not broken & {run.version for run in runs if not run.cause}


def test_the_canary_is_in_every_run() -> None:
    assert {run.hosts[0] for run in draw("null")[2]} == {"canary.test"}
