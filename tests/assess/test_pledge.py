"""What came of a pledge depends on the number that speaks of its deadline, and on nothing else."""

from datetime import date

import pytest

from netglass.assess.pledge import judge_pledge
from netglass.register.indicator import Indicator
from netglass.register.pledge import Pledge

TODAY = date(2026, 3, 2)


def make_pledge(**changed: object) -> Pledge:
    data = {"kind": "pledge", "id": "xa-villages", "cc": "XA", "summary": "All villages.", "made": "2015-12"}
    data |= {"measure": "villages", "target": "100", "unit": "percent", "deadline": "2020", "scope": "all"}
    return Pledge.model_validate(data | changed)


def make_series(*values: tuple[str, float], unit: str = "percent") -> Indicator:
    data = {
        "kind": "indicator",
        "id": "xa-series",
        "cc": "XA",
        "title": "t",
        "series": "s",
        "unit": unit,
        "method": "m",
    }
    listed = [{"date": when, "value": str(value)} for when, value in values]
    return Indicator.model_validate(data | {"values": listed})


@pytest.mark.parametrize(
    ("pledge", "series", "word"),
    [
        (make_pledge(), make_series(("2020", 100)), "kept"),
        (make_pledge(), make_series(("2018", 100)), "kept"),
        (make_pledge(), make_series(("2020-12", 98), ("2021", 100)), "missed"),
        (make_pledge(), make_series(("2017", 90)), "not_measurable"),
        (make_pledge(), make_series(("2021", 100)), "not_measurable"),
        (make_pledge(), make_series(("2020", 100), unit="villages"), "not_measurable"),
        (make_pledge(), None, "not_measurable"),
        (make_pledge(deadline="2030"), make_series(("2025", 90)), "open"),
        (make_pledge(deadline="2030"), make_series(("2025", 100)), "kept"),
        (make_pledge(deadline="2030", direction="at_most"), make_series(("2025", 50)), "open"),
        (make_pledge(direction="at_most", target="5"), make_series(("2020", 4)), "kept"),
        (make_pledge(direction="at_most", target="5"), make_series(("2020", 6)), "missed"),
        (make_pledge(direction="at_most", target="5"), make_series(("2017", 4)), "not_measurable"),
    ],
)
def test_each_outcome_has_its_number(pledge: Pledge, series: Indicator | None, word: str) -> None:
    assert judge_pledge(pledge, series, TODAY).word == word
