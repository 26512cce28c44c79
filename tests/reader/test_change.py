"""Words that went and came, and the matters they touch."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netglass.reader.change import edit_tokens
from netglass.reader.matter import find_matters
from netglass.reader.token import split_tokens

WORDS = st.lists(st.sampled_from("灯塔守雾海鸥应当不得，。 ab"), max_size=40).map("".join)


def apply(old: str, new: str) -> list[tuple[str, str]]:
    before, after = split_tokens(old), split_tokens(new)
    return [
        ("".join(t.key for t in before[e.old.start : e.old.end]), "".join(t.key for t in after[e.new.start : e.new.end]))
        for e in edit_tokens(before, after)
        if not e.equal
    ]  # fmt: skip


def test_the_changed_words_are_told() -> None:
    assert apply("守灯人可以在灯室里吃饭五次", "守灯人不得在灯室里吃饭三次") == [("可以", "不得"), ("五", "三")]


def test_a_single_kept_character_is_drawn_into_the_change() -> None:
    assert apply("甲乙丙丁戊", "甲己丙庚戊") == [("乙丙丁", "己丙庚")]


@given(WORDS, WORDS)
def test_the_changes_make_the_new_text_of_the_old(old: str, new: str) -> None:
    before, after = split_tokens(old), split_tokens(new)
    made: list[str] = []
    for edit in edit_tokens(before, after):
        kept = [token.key for token in before[edit.old.start : edit.old.end]]
        made += kept if edit.equal else [token.key for token in after[edit.new.start : edit.new.end]]
    assert made == [token.key for token in after]


@pytest.mark.parametrize(
    ("old", "new", "matter"),
    [
        ("守灯人应当在十日内报告。", "守灯人应当在三日内报告。", ("deadline", ("十日内",), ("三日内",))),
        ("处五百贝币以下罚款。", "处两千贝币以下罚款。", ("amount", ("五百贝币以下",), ("两千贝币以下",))),
        ("处五百元以下罚款。", "处五万元以下罚款。", ("amount", ("五百元以下",), ("五万元以下",))),
        ("船只可以停靠。", "船只不得停靠。", ("duty", ("可以",), ("不得",))),
        ("，渔民应当登记。", "，渔民和商贩应当登记。", ("addressee", ("渔民",), ("渔民和商贩",))),
        ("自2031年6月1日起施行", "自2040年5月1日起施行", ("date", ("2031年6月1日",), ("2040年5月1日",))),
        ("违反第六条的", "违反第二条第一款的", ("reference", ("第六条",), ("第二条第一款",))),
    ],
)
def test_a_matter_is_told_in_chinese(old: str, new: str, matter: tuple[str, tuple[str], tuple[str]]) -> None:
    assert [tuple(found) for found in find_matters(old, new, "zh")] == [matter]


@pytest.mark.parametrize(
    ("old", "new", "matter"),
    [
        (
            "within 30 days of the notice",
            "within five working days of the notice",
            ("deadline", ("30 days",), ("five working days",)),
        ),
        ("a fine of EUR 5,000 at most", "a fine of EUR 50,000 at most", ("amount", ("EUR 5,000",), ("EUR 50,000",))),
        ("Providers may keep logs.", "Providers shall keep logs.", ("duty", ("may",), ("shall",))),
        (
            "The keeper shall wait.",
            "The keeper and the crew shall wait.",
            ("addressee", ("The keeper",), ("The keeper and the crew",)),
        ),
        ("from 1 May 2031", "from 2 June 2031", ("date", ("1 May 2031",), ("2 June 2031",))),
        ("under Article 5(1)", "under Article 7", ("reference", ("Article 5(1)",), ("Article 7",))),
    ],
)
def test_a_matter_is_told_in_english(old: str, new: str, matter: tuple[str, tuple[str], tuple[str]]) -> None:
    assert [tuple(found) for found in find_matters(old, new, "en")] == [matter]
