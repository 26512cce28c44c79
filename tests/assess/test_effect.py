"""A change is claimed where there is one, in few of the worlds where there is none, and never without enough to compare with."""

from pathlib import Path

import numpy as np
import pytest

from bench.effect import count_claims, draw_panel
from netglass.assess.effect import ALWAYS, LEVEL, find_bar, select_donors, tell_effect
from netglass.assess.panel import Panel, build_panel, list_periods
from netglass.assess.specification import Specification, read_specification
from netglass.register.library import load_register
from netglass.vocab.error import InputError
from tests.assess.world import observe
from tests.register.world import find_text, write_world

PANELS = 200


def specify(**changed: object) -> Specification:
    data = {"instrument": "xa-calm-act-2020", "cc": "XA", "in_force": "2026-05-11", "donors": ["XB", "XC"]}
    data |= {"period_days": 7, "periods_before": 2, "periods_after": 2}
    return Specification.model_validate(data | changed)


@pytest.mark.parametrize(
    "traits", [{"donors": 8}, {"surge": 10.0}, {"restless": 2.0}], ids=["null", "surge", "restless"]
)
def test_a_change_is_claimed_in_at_most_a_twentieth_of_the_worlds_without_one(traits: dict[str, float]) -> None:
    assert count_claims(PANELS, 31_000, **traits)["share"] <= LEVEL


def test_a_large_change_is_found_where_it_is_called_detectable() -> None:
    counted = count_claims(PANELS, 32_000, effect=0.6)
    assert counted["of_these_claimed"] >= 0.8 * counted["detectable"] > 0.5 * PANELS


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"before": 11}, "11 periods before"),
        ({"after": 3}, "3 periods after"),
        ({"donors": 7}, "7 donors"),
        ({"pairs": 4}, "4 pairs"),
    ],
)
def test_with_too_little_to_compare_with_it_is_not_testable(changed: dict[str, int], words: str) -> None:
    size = {"before": 12, "after": 4, "donors": 8, "pairs": 5} | changed
    countries = tuple(f"X{chr(65 + number)}" for number in range(size["donors"] + 1))
    shares = np.zeros((len(countries), size["before"] + size["after"]))
    panel = Panel(countries, shares, (size["pairs"],) * len(countries), size["before"])
    assert words in str(find_bar(panel))
    row = tell_effect(specify(), "0" * 64, panel, {}, {})
    assert (row["answer"], row["estimate"], row["p"]) == ("not_testable", None, None)


def test_enough_to_compare_with_is_testable() -> None:
    assert find_bar(draw_panel(1, donors=8)) is None


def test_it_says_after_and_never_because() -> None:
    row = tell_effect(specify(), "0" * 64, draw_panel(3, effect=0.9), {}, {})
    assert row["answer"] == "changed_after"
    assert ALWAYS in row["limits"]


def test_periods_between_draft_and_force_are_left_out() -> None:
    periods = list_periods(specify(drafted="2026-04-06"))
    assert [f"{begin:%m-%d}" for begin, _ in periods] == ["03-23", "03-30", "05-11", "05-18"]


def test_only_pairs_that_are_measured_in_every_period_count() -> None:
    always = [(56 + 7 * week + 1, 64512, "one.test", "blocked" if week > 1 else "ok") for week in range(4)]
    newcomers = [(71 + place / 10, 64513, "one.test", "blocked") for place in range(100)]
    panel = build_panel([observe([*always, *newcomers])], specify(), least_pairs=1)
    assert panel.pairs == (1,)
    assert panel.shares.tolist() == [[0, 0, 1, 1]]


def test_a_flood_by_one_reporter_counts_once_a_day() -> None:
    calm = [(56 + 7 * week + day, 64512, "one.test", "ok") for week in range(4) for day in range(4)]
    flood = [(71 + place / 1000, 64512, "one.test", "blocked") for place in range(500)]
    shares = build_panel([observe([*calm, *flood], reporters=1)], specify(), least_pairs=1).shares[0]
    assert shares.tolist() == pytest.approx([0, 0, 1 / 4 * 500 / 501, 0])


def test_a_donor_with_a_like_law_in_that_time_is_left_out(tmp_path: Path) -> None:
    _, act = find_text("instrument")
    like = act.replace("xa-calm-act-2020", "xb-act").replace("cc: XA", "cc: XB").replace("2020-07-01", "2026-05-12")
    register = load_register(write_world(tmp_path, {"instrument/xb/xb-act.yml": like}), lab=True)
    kept, left_out = select_donors(register, specify())
    assert (kept, left_out) == (["XC"], {"XB": "has a like law: xb-act"})


def test_a_specification_is_hashed_and_its_faults_have_a_line(tmp_path: Path) -> None:
    path = tmp_path / "act.yml"
    path.write_text(
        "instrument: xa-act\ncc: XA\nin_force: 2026-05-11\nperiods_before: 12\nperiods_after: 4\ndonors: [XB]\n"
    )
    assert len(read_specification(path).sha256) == 64
    path.write_text(path.read_text() + "donor: [XC]\n")
    with pytest.raises(InputError, match=r"act\.yml:7.*did you mean donors"):
        read_specification(path)
