"""The tutorial of the lab shows the scenario that is shipped."""

from pathlib import Path

from netglass.lab.library import find_scenario

PAGE = Path(__file__).resolve().parents[2] / "docs" / "tutorial" / "build-a-censor.md"


def test_the_scenario_of_the_tutorial_is_the_shipped_one() -> None:
    shown = PAGE.read_text().partition("```yaml\n")[2].partition("```")[0]
    assert shown == find_scenario("ten-minutes").read_text()


def test_the_fault_that_is_shown_is_on_that_line() -> None:
    lines = find_scenario("ten-minutes").read_text().splitlines()
    place = next(number for number, line in enumerate(lines, 1) if "mechanism" in line)
    assert f"alder.yml:{place}: policies.0.phases.0.mechansim" in PAGE.read_text()
