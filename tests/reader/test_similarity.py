"""Provisions are alike by what is rare in them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netglass.reader.similarity import compare_bags, make_bag, score_bags, weigh_grams

FORMULA = "the offender shall be punished in accordance with the law"


def test_a_formula_makes_no_two_provisions_alike() -> None:
    texts = [
        f"whoever {deed}, {FORMULA}"
        for deed in ("dims a lantern", "paints the pier", "scares gulls", "rings the bell at noon")
    ]
    bags = [make_bag(text, "en") for text in texts]
    alike = compare_bags(bags, bags, weigh_grams([*bags, *bags]))
    plain = compare_bags(bags[:2], bags[:2], weigh_grams(bags[:2]))
    assert alike.diagonal() == pytest.approx(1.0)
    assert alike[0, 1] < plain[0, 1] < 1


def test_a_provision_that_grew_is_known_again() -> None:
    short = make_bag("守灯人应当在日落后点亮灯塔并写明时刻", "zh")
    long = make_bag(
        "守灯人应当在日落后点亮灯塔并写明时刻" + "；港口管理站每月派人查看透镜和灯油的情况并向灯塔总署报告", "zh"
    )
    other = make_bag("渔民把飞鱼数目报告给海鸥观察所，观察所每年公布一次，供岛民查阅和抄录", "zh")
    weights = weigh_grams([short, long, other])
    assert compare_bags([short], [long], weights)[0, 0] > score_bags(short, long, weights) > 0.4
    assert compare_bags([short], [other], weights)[0, 0] < 0.2


@given(st.text(max_size=60), st.text(max_size=60), st.sampled_from(["zh", "en"]))
def test_a_score_is_a_share_and_the_same_from_both_sides(left: str, right: str, language: str) -> None:
    one, two = make_bag(left, language), make_bag(right, language)
    weights = weigh_grams([one, two])
    assert 0 <= score_bags(one, two, weights) <= 1 + 1e-9
    assert score_bags(one, two, weights) == pytest.approx(score_bags(two, one, weights))
    assert score_bags(one, one, weights) == pytest.approx(1)
