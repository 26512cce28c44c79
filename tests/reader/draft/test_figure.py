"""Indicators and pledges."""

import pytest

from netglass.reader.draft.figure import read_figures
from netglass.reader.draft.finding import Finding
from tests.reader.draft.scene import make_scene


def read(text: str) -> list[Finding]:
    return read_figures(make_scene(text))


def get(finding: Finding, path: str) -> object:
    return next((item.value for item in finding.fields if item.path == path), None)


@pytest.mark.parametrize(
    ("text", "value", "unit"),
    [
        ("There are 1.2 million internet users.", 1_200_000, "internet users"),
        ("It has 38,000 domain names.", 38_000, "domain names"),
        ("In 2029, 61.5 percent of households had broadband.", 61.5, "percent of households"),
    ],
)
def test_a_number_of_the_internet_is_an_indicator(text: str, value: float, unit: str) -> None:
    (found,) = read(text)
    assert (found.kind, get(found, "values.0.value"), get(found, "unit")) == ("indicator", value, unit)


@pytest.mark.parametrize("text", ["The hall cost 12 million crowns.", "It removed 214 videos.", "It has 12 villages."])
def test_other_numbers_are_none(text: str) -> None:
    assert read(text) == []


def test_a_pledge_has_target_direction_and_deadline() -> None:
    (floor,) = read(
        "The minister vowed to bring broadband to 95 per cent of households in the country by the end of 2030."
    )
    assert [get(floor, path) for path in ("target", "unit", "deadline", "scope")] == [
        95,
        "percent of households",
        "2030",
        "country",
    ]
    (ceiling,) = read("It committed to cut the price of data to no more than 2 percent of income by 2028.")
    assert get(ceiling, "direction") == "at_most"


def test_every_is_all_of_them() -> None:
    (pledge,) = read("He promised to connect every village by 2035.")
    assert (get(pledge, "target"), get(pledge, "measure")) == (100, "village")


def test_a_promise_of_nothing_countable_is_none() -> None:
    assert read("He promised to listen to the internet by 2035.") == []
