"""Two versions are aligned as one who reads both would align them."""

import random
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netglass.reader.align import Alignment, Kind, align_structures, find_order
from netglass.reader.document import read_document
from netglass.reader.provision import Structure, split_document
from tests.reader.law import NEW_EN, NEW_ZH, OLD_EN, OLD_ZH

ARTICLES = [line for line in OLD_ZH.split("\n") if line.startswith("第") and "条" in line[:4]]


def split(text: str, name: str = "law.md") -> Structure:
    return split_document(read_document(text.encode(), name))


def tell(rows: list[Alignment]) -> list[tuple[str, list[str], list[str]]]:
    return [(row.kind.value, [p.number for p in row.old], [p.number for p in row.new]) for row in rows]


def test_every_kind_is_recognised_in_chinese() -> None:
    assert tell(align_structures(split(OLD_ZH), split(NEW_ZH))) == [
        ("same", ["1"], ["1"]),
        ("moved", ["6"], ["2"]),
        ("renumbered", ["2"], ["3"]),
        ("renumbered", ["3"], ["4"]),
        ("added", [], ["4-1"]),
        ("changed", ["4"], ["5"]),
        ("split", ["5"], ["6", "7"]),
        ("merged", ["7", "8"], ["8"]),
        ("changed", ["9"], ["9"]),
        ("changed", ["10"], ["10"]),
        ("removed", ["11"], []),
        ("changed", ["12"], ["11"]),
    ]


def test_english_provisions_are_aligned_too() -> None:
    assert tell(align_structures(split(OLD_EN, "a.txt"), split(NEW_EN, "b.txt"))) == [
        ("same", ["1"], ["1"]),
        ("added", [], ["2"]),
        ("renumbered", ["2"], ["3"]),
        ("changed", ["3"], ["4"]),
        ("renumbered", ["4"], ["5"]),
        ("removed", ["5"], []),
        ("changed", ["6"], ["6"]),
    ]


def test_backwards_what_was_split_is_merged_and_what_was_added_removed() -> None:
    there = tell(align_structures(split(OLD_ZH), split(NEW_ZH)))
    back = tell(align_structures(split(NEW_ZH), split(OLD_ZH)))
    mirror = {"split": "merged", "merged": "split", "added": "removed", "removed": "added"}
    assert sorted((mirror.get(kind, kind), new, old) for kind, old, new in there) == sorted(back)


def test_a_text_is_the_same_as_itself() -> None:
    rows = align_structures(split(OLD_ZH), split(OLD_ZH))
    assert {row.kind for row in rows} == {Kind.SAME}
    assert {row.score for row in rows} == {1.0}


def test_the_width_of_marks_and_white_space_is_no_change() -> None:
    rows = align_structures(split(OLD_ZH), split(OLD_ZH.replace("，", ", ").replace("（", "(")))
    assert {row.kind for row in rows} == {Kind.SAME}


def test_a_changed_mark_is_a_change_but_never_a_score_of_one() -> None:
    rows = align_structures(split(OLD_ZH), split(OLD_ZH.replace("日志中写明", "日志中，写明")))
    assert [(row.kind, row.score < 1) for row in rows if row.kind is not Kind.SAME] == [(Kind.CHANGED, True)]


def test_other_texts_have_nothing_in_common() -> None:
    rows = align_structures(
        split(OLD_ZH), split("# 面包法\n\n第一条 烤炉每日清扫两回。\n\n第二条 酵母存放于阴凉处。\n")
    )
    assert {row.kind for row in rows} == {Kind.ADDED, Kind.REMOVED}


@given(st.permutations(range(len(ARTICLES))), st.sets(st.integers(0, len(ARTICLES) - 1), max_size=4))
def test_each_provision_is_told_whatever_the_order(order: list[int], gone: set[int]) -> None:
    bodies = [ARTICLES[place].split(" ", 1)[1] for place in order if place not in gone]
    new = "# 法\n\n" + "\n\n".join(f"第{n}条 {body}" for n, body in enumerate(bodies, 1))
    old = "# 法\n\n" + "\n\n".join(ARTICLES)
    rows = align_structures(split(old), split(new))
    assert {p.number for row in rows for p in row.old} == {str(n) for n in range(1, len(ARTICLES) + 1)}
    assert {p.number for row in rows for p in row.new} == {str(n) for n in range(1, len(bodies) + 1)}
    assert all(0 <= row.score <= 1 for row in rows)
    assert sum(row.score == 1.0 for row in rows) == len(bodies)
    assert tell(rows) == tell(align_structures(split(old), split(new)))


def test_the_heaviest_chain_in_order_stays_and_the_rest_has_moved() -> None:
    pairs = [(0, 3), (1, 0), (2, 1), (3, 2)]
    assert find_order(pairs, [1.0] * 4) == {(1, 0), (2, 1), (3, 2)}
    assert find_order(pairs, [9.0, 1.0, 1.0, 1.0]) == {(0, 3)}


def test_a_paragraph_taken_out_at_random_is_followed() -> None:
    rng = random.Random(2031)
    lines = [line for line in OLD_ZH.split("\n\n") if not line.startswith("#")]
    moved = rng.choice([line for line in lines if line.startswith("守灯人发现")])
    new = OLD_ZH.replace("\n\n" + moved, "").replace("第十二条", f"第十二条 {moved}\n\n第十三条")
    rows = [row for row in tell(align_structures(split(OLD_ZH), split(new))) if row[0] == "split"]
    assert rows == [("split", ["5"], ["5", "12"])]


STATE_SECRETS = {
    ("same", "2", "2"), ("changed", "1", "1"), ("changed", "4", "4"), ("moved", "3", "5"), ("renumbered", "5", "6"),
    ("changed", "8", "12"), ("renumbered", "9", "13"), ("changed", "11", "15"), ("split", "13", "17 18"), ("changed", "14", "19"),
    ("renumbered", "15", "20"), ("changed", "19", "24"), ("moved", "25", "28"), ("moved", "26", "29"), ("changed", "23", "30"),
    ("changed", "24", "31"), ("changed", "28", "34"), ("changed", "30", "37"), ("split", "34", "41 42"), ("merged", "35 36", "43"),
    ("moved", "39", "44"), ("split", "44", "51 52"), ("merged", "44 45", "52"), ("split", "48", "57 62"), ("changed", "50", "59"),
    ("changed", "52", "63"), ("changed", "53", "65"), ("added", "", "3"), ("added", "", "9"), ("added", "", "10"), ("added", "", "32"),
    ("added", "", "36"), ("added", "", "60"), ("added", "", "64"),
}  # fmt: skip
COUNTER_ESPIONAGE = {
    ("moved", "38", "4"), ("moved", "5", "3"), ("changed", "3", "6"), ("changed", "4", "7"), ("moved", "23", "8"), ("moved", "7", "9"),
    ("renumbered", "6", "10"), ("moved", "17", "11"), ("moved", "19", "12"), ("moved", "24", "14"), ("moved", "25", "15"),
    ("moved", "21", "16"), ("moved", "16", "22"), ("changed", "8", "23"), ("changed", "9", "24"), ("changed", "13", "25"),
    ("changed", "15", "30"), ("moved", "22", "32"), ("moved", "12", "37"), ("changed", "18", "40"), ("split", "11", "42 44"),
    ("moved", "10", "43"), ("moved", "14", "45"), ("changed", "20", "46"), ("changed", "26", "52"), ("split", "27", "53 55"),
    ("merged", "27 28", "55"), ("merged", "29 30 31 33", "60"), ("split", "36", "62 65"), ("changed", "34", "66"),
    ("changed", "35", "68"), ("changed", "37", "69"), ("changed", "39", "70"), ("changed", "40", "71"), ("added", "", "5"),
    ("added", "", "17"), ("added", "", "27"), ("added", "", "36"), ("added", "", "54"), ("added", "", "67"),
}  # fmt: skip


@pytest.mark.parametrize(
    ("old", "new", "known"),
    [
        ("保守国家秘密法(2010-04-29).md", "保守国家秘密法(2024-02-27).md", STATE_SECRETS),
        ("反间谍法(2014-11-01).md", "反间谍法(2023-04-26).md", COUNTER_ESPIONAGE),
    ],
)
def test_real_amendments_are_aligned_as_read_by_hand(
    shared_data: Path, old: str, new: str, known: set[tuple[str, str, str]]
) -> None:
    folder = shared_data / "legal" / "cn-official-texts" / "行政法"
    texts = [split_document(read_document((folder / name).read_bytes(), name)) for name in (old, new)]
    rows = tell(align_structures(*texts))
    assert known <= {(kind, " ".join(before), " ".join(after)) for kind, before, after in rows}
