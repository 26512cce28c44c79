"""``read`` and ``review`` at the command line, and that no name of a person is in anything they leave."""

import io
import json
import re
import tempfile
from pathlib import Path

import pytest
import yaml

from netglass.cli import main
from tests.docs.page import ROOT
from tests.reader.draft.scene import ARTICLE
from tests.register.world import write_world

NAME = "testovska"
MISSION = ROOT.parent / "shared" / "mission"

ANSWERS = [
    "a", "a", "a", "a", "a", "a", "e type news_report", "e publisher The Lamp",
    "a", "a", "a", "a", "a", "a", "a", "e title.official network safety law", "e issuers.0.name Parliament", "e issuers.0.type legislature",
]  # fmt: skip


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with the article, and all that is temporary in it too."""
    (tmp_path / "article.txt").write_text(ARTICLE, encoding="utf-8")
    (tmp_path / "tmp").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "tmp"))
    return tmp_path


def answer(monkeypatch: pytest.MonkeyPatch, lines: list[str]) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("".join(f"{line}\n" for line in lines)))


def read(folder: Path, *words: str) -> int:
    return main(
        ["read", str(folder / "article.txt"), "--register", str(write_world(folder / "world")), "--cc", "XA", *words]
    )


def list_texts(folder: Path) -> str:
    files = [path for path in folder.rglob("*") if path.is_file() and path.name != "article.txt"]
    return "\n".join(f"{path.name}\n{path.read_text(encoding='utf-8')}" for path in files).lower()


def test_both_forms_say_the_same(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert read(folder, "--published", "2031-05-14", "--format", "json") == 0
    out, err = capsys.readouterr()
    told = json.loads(out)
    assert read(folder, "--published", "2031-05-14") == 0
    again = yaml.safe_load(capsys.readouterr().out)
    assert [draft["id"] for draft in told["drafts"]] == [draft["id"] for draft in again["drafts"]]
    assert "1 pledge" in err and "1 protected" in err


def test_reviewed_records_are_valid(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    drafts, register = str(folder / "drafts.yml"), str(folder / "mine")
    assert read(folder, "--published", "2031-05-14", "--out", drafts) == 0
    for half in (ANSWERS[:9], ANSWERS[9:]):
        answer(monkeypatch, half)
        assert main(["review", drafts, "--register", register, "--reviewer", "lawyer"]) == 0
    capsys.readouterr()
    assert main(["register", "validate", register, "--lab"]) == 0
    assert json.loads(capsys.readouterr().out)["kinds"] == {"source": 1, "instrument": 1}
    (path,) = (folder / "mine" / "instrument" / "xa").iterdir()
    record = yaml.safe_load(path.read_text(encoding="utf-8"))
    assert {entry["review"] for entry in record["evidence"]} == {"reviewed"}
    assert {entry["reviewer"] for entry in record["evidence"]} == {"lawyer"}
    for entry in record["evidence"]:
        chars = entry["locator"].removeprefix("chars ")
        assert main(["register", "hash", str(folder / "article.txt"), "--chars", chars]) == 0
        assert capsys.readouterr().out.strip() == entry["passage_sha256"]


def test_a_name_is_in_no_output_file_or_error(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    drafts, register = folder / "drafts.yml", str(folder / "mine")
    assert read(folder) == read(folder, "--format", "json") == read(folder, "--out", str(drafts)) == 0
    answer(monkeypatch, ["x", *["a"] * 200])
    assert main(["review", str(drafts), "--register", register]) == 0
    bad = folder / f"{NAME}.yml"
    bad.write_text(f"form: netglass-drafts-1\n{NAME}: [", encoding="utf-8")
    assert main(["review", str(bad), "--register", register]) == 2
    bad.unlink()
    assert main(["read", str(folder / NAME), "--register", str(folder / "world")]) == 2
    broken = folder / "broken.html"
    broken.write_bytes(ARTICLE.encode("utf-16")[:-1] + b"\xff<p" + NAME.encode())
    main(["read", str(broken), "--register", str(folder / "world"), "--out", str(folder / "b.yml")])
    broken.unlink()
    shown = capsys.readouterr()
    assert NAME not in (shown.out + shown.err).lower()
    assert NAME not in list_texts(folder)


@pytest.mark.parametrize("words", [["--published", "soon"], ["--cc", "nowhere"], ["--format", "xml"]])
def test_wrong_use_is_told(folder: Path, words: list[str]) -> None:
    assert read(folder, *words) == 1


@pytest.mark.skipif(not MISSION.is_dir(), reason="the article is not beside the checkout: ../shared/mission")
def test_the_name_in_the_article_is_in_nothing_that_is_left(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (article,) = MISSION.glob("*.txt")
    text = article.read_text(encoding="utf-8")
    names = [
        part for name in re.findall(r"(?<=, )[A-Z]\w+ [A-Z]\w+(?=, was put on trial)", text) for part in name.split()
    ]
    assert len(names) == 2
    world, drafts = str(write_world(folder / "world")), folder / "drafts.yml"
    for words in ([], ["--format", "json"], ["--out", str(drafts)]):
        assert main(["read", str(article), "--published", "2015-12-16", "--register", world, *words]) == 0
    answer(monkeypatch, ["a", "x", *["a"] * 300])
    assert main(["review", str(drafts), "--register", str(folder / "mine")]) == 0
    for number, data in enumerate(
        (text.encode()[:1700] + b"\xff\xfe", text.encode("utf-16"), text.upper().encode(), b"<html>" + text.encode())
    ):
        broken = folder / f"broken{number}.txt"
        broken.write_bytes(data)
        main(["read", str(broken), "--register", world, "--out", str(folder / f"{number}.yml")])
        main(["review", str(broken), "--register", str(folder / "mine")])
        broken.unlink()
    shown = capsys.readouterr()
    for part in names:
        assert not re.search(rf"\b{part}\b", shown.out + shown.err + list_texts(folder), re.IGNORECASE)
