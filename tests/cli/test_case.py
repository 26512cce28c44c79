"""Cases at the command line: kept without the person, counted, forgotten."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from netglass.cli import main
from tests.register.world import find_text, write_world

SOON = (datetime.now(UTC) + timedelta(days=90)).date().isoformat()
REAL = find_text("case")[1].replace("fictional: true", "fictional: false").replace("2026-06-01", SOON)
NAME = "Testovska"


@pytest.fixture
def options(tmp_path: Path) -> list[str]:
    return ["--cases", str(tmp_path / "cases"), "--register", str(write_world(tmp_path / "world"))]


def write_draft(folder: Path, text: str) -> str:
    path = folder / "draft.yml"
    path.write_text(text, encoding="utf-8")
    return str(path)


def test_a_case_is_kept_counted_and_forgotten(
    tmp_path: Path, options: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    draft = write_draft(tmp_path, REAL)
    for _ in range(5):
        assert main(["case", "add", draft, *options]) == 0
    ids = capsys.readouterr().out.split()
    assert len(set(ids)) == 5
    assert main(["case", "count", *options[:2], "--format", "json"]) == 0
    assert json.loads(capsys.readouterr().out) == [{"provision": "xa-calm-act-2020#art-5", "year": 2021, "cases": 5}]
    assert main(["case", "forget", ids[0], *options[:2]]) == 0
    assert not (tmp_path / "cases" / f"{ids[0]}.yml").exists()
    assert main(["case", "count", *options[:2], "--format", "json"]) == 0
    assert json.loads(capsys.readouterr().out)[0]["cases"] is None


def test_the_folder_can_be_named_by_a_setting(
    tmp_path: Path, options: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NETGLASS_CASES", str(tmp_path / "vault"))
    assert main(["case", "add", write_draft(tmp_path, REAL), *options[2:]]) == 0
    assert len(list((tmp_path / "vault").iterdir())) == 1


def test_a_name_in_a_draft_is_in_nothing_that_is_told(
    tmp_path: Path, options: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["case", "add", write_draft(tmp_path, f"{REAL}name: {NAME}\n"), *options]) == 4
    assert main(["register", "validate", str(tmp_path / "world"), "--lab"]) == 0
    place = tmp_path / "world/case/xa/xa-case-0a1b2c3d.yml"
    place.write_text(f"{REAL}name: {NAME}\n", encoding="utf-8")
    assert main(["register", "validate", str(tmp_path / "world"), "--lab"]) == 4
    shown = capsys.readouterr()
    assert NAME not in shown.out + shown.err
    assert "netglass case add FILE" in shown.out


@pytest.mark.parametrize(
    ("until", "code", "told"),
    [("2026", 1, "is no day"), ("soon", 1, "is no date"), ("2020-01-01", 4, "not within 180 days")],
)
def test_a_review_has_a_day(
    until: str, code: int, told: str, tmp_path: Path, options: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["case", "add", write_draft(tmp_path, REAL), *options]) == 0
    id = capsys.readouterr().out.strip()
    assert main(["case", "review", id, "--until", until, *options[:2]]) == code
    assert told in capsys.readouterr().err.replace("\n", " ")
    assert main(["case", "review", id, "--until", SOON, *options[:2]]) == 0


def test_an_id_that_is_none_is_answered(options: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["case", "forget", "xa-case-00", *options[:2]]) == 4
    assert "there is no case of that id" in capsys.readouterr().err
