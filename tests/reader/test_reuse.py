"""Reused passages are found, and formulas that all legislators use are not taken for reuse."""

from pathlib import Path

import pytest

from netglass.reader.document import read_document
from netglass.reader.reuse import Text, find_reuse, prepare_text
from tests.reader.law import NEW_EN, NEW_ZH, OLD_ZH

LIST = "（一）无故熄灭灯塔的；（二）用船灯模仿灯塔信号的；（三）向守灯人谎报雾情的；（四）在礁石上点火误导船只的"
FORMULA = "直接负责的主管人员和其他直接责任人员由灯塔总署依照本岛惯例给予处分"


def prepare(text: str, name: str) -> Text:
    return prepare_text(read_document(text.encode(), name))


def test_a_list_is_found_in_another_act_with_its_provisions_and_spans() -> None:
    ours = f"# 浮标法\n\n第一条 浮标漂在海上。\n\n第二条 禁止下列行为：{LIST}。\n"
    theirs = f"# 渡船法\n\n第一条 渡船往来。\n\n第二条 渡船免费。\n\n第三条 船长不得有下列行为：{LIST}，违者停航。\n"
    (found,) = find_reuse(prepare(ours, "buoy.md"), [prepare(theirs, "ferry.md")])
    assert (found.here.provisions, found.there.provisions) == (("art. 2",), ("art. 3",))
    assert LIST.removeprefix("（") in ours[found.here.source.start : found.here.source.end + 1]
    assert theirs[found.there.source.start : found.there.source.end] == found.there.text
    assert found.score > 0.9


def test_a_reworded_passage_is_one_passage_with_a_lower_score() -> None:
    ours = f"# 浮标法\n\n第一条 禁止下列行为：{LIST}。\n"
    theirs = ours.replace("模仿灯塔信号", "冒充灯塔发出的信号").replace("谎报雾情", "谎报浓雾情况")
    (found,) = find_reuse(prepare(ours, "a.md"), [prepare(theirs, "b.md")])
    assert 0.3 < found.score < 0.9
    assert "无故熄灭" in found.here.text
    assert "误导船只" in found.here.text


def test_a_formula_of_many_documents_weighs_less_than_a_passage_of_two() -> None:
    documents = [
        prepare(f"# 法\n\n第一条 {mark * 12}。\n\n第二条 {FORMULA}。\n", f"{mark}.md")
        for mark in "甲乙丙丁戊己庚辛壬癸子丑寅卯辰巳午未申酉戌亥天地"
    ]
    ours = prepare(f"# 法\n\n第一条 {FORMULA}。\n\n第二条 {LIST}。\n", "ours.md")
    thief = prepare(f"# 法\n\n第一条 {LIST}。\n", "thief.md")
    found = find_reuse(ours, [*documents, thief], least_score=0)
    scores = {passage.other: passage.score for passage in found}
    assert scores["thief.md"] > 0.9
    assert scores["甲.md"] < 0.4
    assert found[0].other == "thief.md"
    assert [p.other for p in find_reuse(ours, [*documents, thief], least_score=0.5)] == ["thief.md"]


def test_english_passages_are_found() -> None:
    borrowed = "The keeper shall sound the horn every three minutes while the fog lasts, and shall tell the harbour office when it lifts."
    (found,) = find_reuse(
        prepare(NEW_EN, "act.txt"), [prepare(f"Rules of the pier\n\n1. Be quiet.\n\n2. {borrowed}\n", "pier.txt")]
    )
    assert (found.here.provisions, found.there.provisions) == (("art. 5",), ("para. 2",))
    assert found.score == 1.0


def test_the_longest_comes_first_and_the_order_is_the_same_again() -> None:
    others = [prepare(OLD_ZH, "old.md"), prepare(f"# 法\n\n第一条 {LIST}。\n", "list.md")]
    found = find_reuse(prepare(NEW_ZH, "new.md"), others)
    assert [p.length for p in found] == sorted((p.length for p in found), reverse=True)
    assert found == find_reuse(prepare(NEW_ZH, "new.md"), others[::-1])


def test_another_language_shares_nothing() -> None:
    assert find_reuse(prepare(NEW_ZH, "a.md"), [prepare(NEW_EN, "b.txt")]) == []


@pytest.mark.parametrize(
    "other",
    [
        "电信条例(2016-02-06).md",
        "计算机信息网络国际联网安全保护管理办法(2011-01-08).md",
        "出版管理条例(2020-11-29).md",
        "互联网上网服务营业场所管理条例(2022-03-29).md",
    ],
)
def test_the_list_of_prohibited_contents_is_found_in_other_regulations(shared_data: Path, other: str) -> None:
    folder = shared_data / "legal" / "cn-official-texts" / "行政法规"
    texts = [prepare_text(read_document(path.read_bytes(), path.name)) for path in sorted(folder.glob("*.md"))]
    asked = next(text for text in texts if text.document.name.startswith("互联网信息服务管理办法"))
    found = find_reuse(asked, [text for text in texts if text is not asked])
    listed = {"电信条例": "art. 56", "计算机信": "art. 5", "出版管理": "art. 25", "互联网上": "art. 14"}[other[:4]]
    assert any(p.other == other and "art. 15" in p.here.provisions and listed in p.there.provisions for p in found)
