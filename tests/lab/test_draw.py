"""Drawn scenarios are valid, differ by seed and hold what their kind says."""

import pytest
import yaml

from netglass.api.lab import draw_lab
from netglass.lab.calendar import Calendar
from netglass.lab.consistency import find_faults
from netglass.lab.draw import MECHANISMS, SIZES, draw_scenario
from netglass.lab.enforcement import ENFORCEMENTS
from netglass.lab.library import read_scenario
from netglass.lab.scenario import Scenario
from netglass.lab.world.build import build_world
from netglass.vocab.error import UsageError

SEEDS = range(40)


def draw(kind: str, seed: int) -> Scenario:
    return Scenario.model_validate(draw_scenario(kind, seed))


@pytest.mark.parametrize("kind", SIZES)
def test_whatever_is_drawn_can_be_played(kind: str) -> None:
    for seed in SEEDS:
        assert find_faults(draw(kind, seed)) == []


def test_a_drawn_world_can_be_built_and_its_calendar_read() -> None:
    calendar = Calendar(build_world(draw("blocks", 7)))
    assert {window.policy.id for window in calendar.windows} == {policy.id for policy in calendar.scenario.policies}


def test_the_same_seed_draws_the_same_and_another_one_another() -> None:
    assert draw_scenario("blocks", 1) == draw_scenario("blocks", 1)
    assert draw_scenario("blocks", 1) != draw_scenario("blocks", 2)


def test_every_mechanism_of_the_censor_comes_up() -> None:
    assert set(MECHANISMS) == set(ENFORCEMENTS)
    drawn = {
        phase.mechanism for seed in range(120) for policy in draw("blocks", seed).policies for phase in policy.phases
    }
    assert drawn == set(MECHANISMS)


def test_one_country_blocks_nothing_and_a_quiet_scenario_has_no_block() -> None:
    for seed in SEEDS:
        scenario = draw("blocks", seed)
        assert list(scenario.countries)[-1] not in {policy.cc for policy in scenario.policies}
        assert draw("quiet", seed).policies == ()


def test_shutdowns_of_a_dense_scenario_lie_apart_and_end() -> None:
    for seed in SEEDS:
        scenario = draw("dense", seed)
        first, second = scenario.shutdowns
        assert scenario.resolve(first.end) < scenario.resolve(second.begin)
        assert scenario.resolve(second.end) < scenario.end


def test_a_block_that_stands_all_the_time_has_one_target() -> None:
    for seed in SEEDS:
        standing = [
            policy for policy in draw("blocks", seed).policies if (policy.scenario or "").startswith("standing")
        ]
        assert all(len(policy.targets) == 1 for policy in standing)


def test_the_text_is_a_scenario_file(tmp_path) -> None:
    path = tmp_path / "drawn.yml"
    path.write_text(draw_lab("dense", 3))
    assert read_scenario(path) == draw("dense", 3)
    assert yaml.safe_load(path.read_text())["seed"] == 3


def test_an_unknown_kind_is_refused_with_those_that_exist() -> None:
    with pytest.raises(UsageError, match="blocks, dense, quiet"):
        draw_lab("loud", 1)
