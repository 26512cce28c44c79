"""Texts are read from files and folders; what cannot be read is said."""

from pathlib import Path

import pytest

from netglass.api.text import diff, read_text, reuse
from netglass.vocab.error import InputError, UsageError
from tests.reader.law import NEW_ZH, OLD_EN, OLD_ZH


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with two versions, a page, a picture and a broken file."""
    (tmp_path / "deep").mkdir()
    (tmp_path / "new.md").write_text(NEW_ZH, encoding="utf-8")
    (tmp_path / "old.md").write_text(OLD_ZH, encoding="gb18030")
    (tmp_path / "deep" / "page.html").write_text(f"<html><body><p>{NEW_ZH}</p></body></html>", encoding="utf-8")
    (tmp_path / "deep" / "picture.png").write_bytes(b"\x89PNG\0")
    (tmp_path / "broken.txt").write_bytes(b"\0\0\0")
    return tmp_path


def test_versions_in_other_encodings_are_compared(folder: Path) -> None:
    comparison = diff(folder / "old.md", str(folder / "new.md"))
    assert len(comparison.rows) == 12
    assert comparison.notes == ()


def test_a_missing_file_is_named(folder: Path) -> None:
    with pytest.raises(InputError, match=r"none\.md: No such file.*Markdown"):
        read_text(folder / "none.md")
    with pytest.raises(InputError, match="deep"):
        read_text(folder / "deep")


def test_the_own_folder_is_compared_by_default_and_what_is_no_text_is_counted(folder: Path) -> None:
    report = reuse(folder / "new.md")
    assert report.documents == 2
    assert [line.split(":")[0] for line in report.skipped] == [str(folder / "broken.txt")]
    assert {Path(p.other).name for p in report.passages} == {"old.md", "page.html"}


def test_a_text_is_never_compared_with_itself(folder: Path) -> None:
    report = reuse(folder / "new.md", [folder / "new.md", folder / "old.md", folder / "old.md"])
    assert report.documents == 1


def test_nothing_to_compare_with_is_an_error_that_says_what_to_do(folder: Path) -> None:
    (folder / "empty").mkdir()
    with pytest.raises(InputError, match=r"empty: there is no text.*--against"):
        reuse(folder / "new.md", [folder / "empty"])
    with pytest.raises(InputError, match=r"broken\.txt: this is a binary file"):
        reuse(folder / "new.md", [folder / "broken.txt"])


def test_a_number_out_of_range_is_wrong_use(folder: Path) -> None:
    with pytest.raises(UsageError, match="0 to 1"):
        reuse(folder / "new.md", least_score=1.5)
    with pytest.raises(UsageError, match="at least 1"):
        reuse(folder / "new.md", least_length=0)


def test_weak_and_short_passages_are_left_out_on_demand(folder: Path) -> None:
    whole = "守灯人应当在日落后五日历分钟内点亮灯塔，并在电子日志中写明点灯的时刻"
    (folder / "other.md").write_text(
        f"# 法\n\n第一条 遇到浓雾时，守灯人应当回家。\n\n第二条 {whole}。\n", encoding="utf-8"
    )
    every = reuse(folder / "new.md", [folder / "other.md"], least_length=8, least_score=0).passages
    assert [p.here.text for p in every] == [whole, "遇到浓雾时，守灯人应当"]
    assert [p.here.text for p in reuse(folder / "new.md", [folder / "other.md"]).passages] == [whole]
    assert reuse(folder / "new.md", [folder / "other.md"], least_length=80).passages == []


def test_an_english_text_shares_nothing_with_a_chinese_one(folder: Path) -> None:
    (folder / "act.txt").write_text(OLD_EN, encoding="utf-8")
    assert reuse(folder / "act.txt", [folder / "old.md"]).passages == []
