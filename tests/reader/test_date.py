"""The dates that a law tells of itself."""

from datetime import date
from pathlib import Path

from netglass.reader.date import find_dates
from netglass.reader.document import read_document
from netglass.reader.provision import split_document
from tests.reader.law import NEW_EN, NEW_ZH


def test_a_chinese_head_tells_adoption_amendment_and_force() -> None:
    facts = find_dates(split_document(read_document(NEW_ZH.encode(), "law.md")))
    assert [(fact.kind, fact.day) for fact in facts] == [
        ("adopted", date(2031, 3, 5)), ("amended", date(2040, 2, 20)), ("in_force", date(2040, 5, 1)),
    ]  # fmt: skip
    assert [NEW_ZH[f.source.start : f.source.end] for f in facts] == ["2031年3月5日", "2040年2月20日", "2040年5月1日"]


def test_an_english_head_tells_them_too() -> None:
    facts = find_dates(split_document(read_document(NEW_EN.encode(), "act.txt")))
    assert [(fact.kind, fact.day) for fact in facts] == [("amended", date(2040, 2, 20)), ("in_force", date(2040, 5, 1))]
    assert NEW_EN[facts[1].source.start : facts[1].source.end] == "1 May 2040"


def test_a_law_that_passed_an_amendment_is_told_as_amended() -> None:
    text = (
        "# 灯塔法\n\n2035年1月2日 议会通过的《灯塔法修正案》\n\n二〇三六年五月一日 灯塔总署令第3号公布\n\n第一条 灯。\n"
    )
    facts = find_dates(split_document(read_document(text.encode(), "law.md")))
    assert [(fact.kind, fact.day) for fact in facts] == [
        ("amended", date(2035, 1, 2)),
        ("promulgated", date(2036, 5, 1)),
    ]


def test_a_day_that_does_not_exist_is_no_date() -> None:
    text = "# 灯塔法\n\n2035年2月30日 议会通过\n\n第一条 灯。\n"
    assert find_dates(split_document(read_document(text.encode(), "law.md"))) == []


def test_dates_of_the_collection_are_those_that_were_read_by_hand(shared_data: Path) -> None:
    path = shared_data / "legal" / "cn-official-texts" / "行政法" / "保守国家秘密法(2024-02-27).md"
    facts = find_dates(split_document(read_document(path.read_bytes(), path.name)))
    assert [(fact.kind, fact.day.isoformat()) for fact in facts] == [
        ("adopted", "1988-09-05"), ("amended", "2010-04-29"), ("amended", "2024-02-27"), ("in_force", "2024-05-01"),
    ]  # fmt: skip
