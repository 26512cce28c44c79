"""What ``diff`` and ``reuse`` print, and how they end."""

import json
from pathlib import Path

import pytest

from netglass.cli import main
from netglass.cli.text import cut_middle
from tests.reader.law import NEW_EN, NEW_ZH, OLD_EN, OLD_ZH, SPEECH


@pytest.fixture
def laws(tmp_path: Path) -> dict[str, str]:
    """The files of the invented laws."""
    texts = {"old.md": OLD_ZH, "new.md": NEW_ZH, "old.txt": OLD_EN, "new.txt": NEW_EN, "speech.txt": SPEECH}
    for name, text in texts.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    return {name: str(tmp_path / name) for name in texts}


def run(capfdbinary: pytest.CaptureFixture[bytes], *line: str) -> tuple[int, str, str]:
    code = main(line)
    out, err = capfdbinary.readouterr()
    return code, out.decode(), err.decode()


def test_the_table_shows_changed_words_in_brackets_and_the_counts_apart(
    capfdbinary: pytest.CaptureFixture[bytes], laws: dict[str, str]
) -> None:
    code, out, err = run(capfdbinary, "diff", laws["old.txt"], laws["new.txt"])
    assert code == 0
    assert "changed    art. 3 -> art. 4 (Lighting)" in out
    assert "deadline: 15 days -> 5 days" in out
    assert "within [-15-] {+5+} days" in out
    assert "renumbered art. 4 -> art. 5 (Fog)" in out
    assert "same" not in out
    assert "\x1b" not in out
    assert err == "6 provisions before, 6 after: 1 same, 2 renumbered, 2 changed, 1 added, 1 removed.\n"


def test_json_has_every_row_with_spans_of_the_files(
    capfdbinary: pytest.CaptureFixture[bytes], laws: dict[str, str]
) -> None:
    code, out, _ = run(capfdbinary, "diff", laws["old.md"], laws["new.md"], "--format", "json")
    rows = json.loads(out)
    assert code == 0
    assert len(rows) == 12
    (changed,) = [row for row in rows if row["old"] == ["art. 4"]]
    assert changed["matters"] == ["deadline: 十五日 -> 五日"]
    (deleted,) = changed["deleted"]
    assert OLD_ZH[deleted["start"] : deleted["end"]] == deleted["text"] == "十"
    assert (
        [NEW_ZH[i["start"] : i["end"]] for i in changed["inserted"]]
        == [i["text"] for i in changed["inserted"]]
        == ["电子"]
    )
    start, end = changed["new_span"][0]
    assert NEW_ZH[start:end].startswith("第五条 守灯人")


@pytest.mark.parametrize("format", ["jsonl", "csv", "parquet"])
@pytest.mark.parametrize("command", ["diff", "reuse"])
def test_each_form_goes_to_a_file(
    capfdbinary: pytest.CaptureFixture[bytes], laws: dict[str, str], tmp_path: Path, command: str, format: str
) -> None:
    target = tmp_path / "rows"
    against = [laws["new.md"]] if command == "diff" else ["--against", laws["new.md"]]
    code, out, _ = run(capfdbinary, command, laws["old.md"], *against, "--format", format, "--out", str(target))
    assert (code, out) == (0, "")
    assert target.stat().st_size > 100


def test_a_speech_is_compared_by_paragraphs_and_that_is_said(
    capfdbinary: pytest.CaptureFixture[bytes], laws: dict[str, str]
) -> None:
    code, _, err = run(capfdbinary, "diff", laws["speech.txt"], laws["old.txt"])
    assert code == 0
    assert "speech.txt: no numbered provisions were found, so its paragraphs are compared" in err


def test_reuse_lists_passages_with_their_provisions(
    capfdbinary: pytest.CaptureFixture[bytes], laws: dict[str, str]
) -> None:
    code, out, err = run(
        capfdbinary, "reuse", laws["new.md"], "--against", laws["old.md"], laws["old.txt"], "--format", "jsonl"
    )
    rows = [json.loads(line) for line in out.splitlines()]
    assert code == 0
    assert rows
    for row in rows:
        assert NEW_ZH[slice(*row["span"])].replace("#", "").split() == row["text"].split()
        assert OLD_ZH[slice(*row["other_span"])].replace("#", "").split() == row["other_text"].split()
    assert err == f"{len(rows)} passages shared with 1 of 2 documents.\n"


def test_the_table_of_reuse_cuts_long_passages(capfdbinary: pytest.CaptureFixture[bytes], laws: dict[str, str]) -> None:
    _, out, _ = run(capfdbinary, "reuse", laws["new.md"], "--against", laws["old.md"])
    assert out.splitlines()[0] == "score\tlength\tprovisions\tother\tother_provisions\ttext"
    assert " … " in out
    assert cut_middle("a" * 100, 10) == "aaaaa … aaaaa"


@pytest.mark.parametrize(
    ("line", "code", "said"),
    [
        (["diff", "none.md", "{new.md}"], 2, "none.md: No such file"),
        (["reuse", "{new.md}", "--against", "none.md"], 2, "none.md: No such file"),
        (["reuse", "{new.md}", "--score", "7"], 1, "0 to 1"),
        (["diff", "{new.md}"], 1, "NEW"),
    ],
)
def test_an_error_says_what_and_where(
    capfdbinary: pytest.CaptureFixture[bytes], laws: dict[str, str], line: list[str], code: int, said: str
) -> None:
    words = [laws[word[1:-1]] if word.startswith("{") else word for word in line]
    ended, out, err = run(capfdbinary, *words)
    assert (ended, out) == (code, "")
    assert said in err
