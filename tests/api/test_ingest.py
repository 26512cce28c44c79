"""The command ``ingest`` as others run it: last line, exit codes, messages."""

import io
import json
import sys
from pathlib import Path
from typing import Any

import pytest

from netglass.cli import main
from tests.store.world import make_record, write_lines, write_world

KEYS = ["files", "read", "stored", "duplicate", "quarantined", "not_understood", "bytes", "seconds"]


class Shell:
    """Runs commands and keeps what they wrote."""

    def __init__(self, capsys: pytest.CaptureFixture[str], store: Path) -> None:
        self.capsys = capsys
        self.store = store
        self.code = 0
        self.stderr = ""

    def ingest(self, *words: str | Path) -> dict[str, Any]:
        self.code = main(["ingest", *map(str, words), "--store", str(self.store)])
        stdout, self.stderr = self.capsys.readouterr()
        lines = stdout.splitlines()
        return json.loads(lines[-1]) if lines else {}


@pytest.fixture
def shell(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Shell:
    return Shell(capsys, tmp_path / "store")


def test_the_last_line_counts_records(shell: Shell, tmp_path: Path) -> None:
    result = shell.ingest(write_world(tmp_path / "raw"))
    assert shell.code == 0
    assert list(result) == KEYS
    assert result["read"] == sum(result[name] for name in ("stored", "duplicate", "quarantined", "not_understood"))
    assert (result["files"], result["stored"]) == (7, 31)
    assert result["bytes"] == sum(path.stat().st_size for path in (tmp_path / "raw").rglob("*.gz"))


def test_a_skipped_file_is_named_and_is_no_file_read(shell: Shell, tmp_path: Path) -> None:
    write_world(tmp_path / "raw", files=1)
    shell.ingest(tmp_path / "raw")
    assert f"{tmp_path}/raw/NOTES.tsv: skipped: neither by name nor by content" in shell.stderr
    main(["quarantine", "--store", str(shell.store), "--format", "jsonl"])
    rows = [json.loads(line) for line in shell.capsys.readouterr().out.splitlines()]
    assert ("NOTES.tsv", "skipped", "not_raw_data") in [
        (row["source_file"], row["disposition"], row["reason"]) for row in rows
    ]
    assert shell.ingest(tmp_path / "raw")["stored"] == 0
    assert "NOTES.tsv: skipped" in shell.stderr


def test_strict_ends_with_3_where_a_record_was_quarantined(shell: Shell, tmp_path: Path) -> None:
    good = write_lines(tmp_path / "good.jsonl", [make_record(1)])
    bad = write_lines(tmp_path / "bad.jsonl", ["{"])
    shell.ingest(good, "--strict")
    assert shell.code == 0
    assert shell.ingest(bad, "--strict")["quarantined"] == 1
    assert shell.code == 3
    shell.ingest(bad)
    assert shell.code == 0


def test_an_unreadable_file_among_good_ones_is_counted_and_named(shell: Shell, tmp_path: Path) -> None:
    write_lines(tmp_path / "raw/good.jsonl", [make_record(1)])
    (tmp_path / "raw/gone.jsonl").symlink_to(tmp_path / "nowhere")
    result = shell.ingest(tmp_path / "raw")
    assert (shell.code, result["stored"], result["quarantined"], result["files"]) == (0, 1, 1, 2)
    assert "gone.jsonl: quarantined: No such file or directory" in shell.stderr
    again = shell.ingest(tmp_path / "raw")
    assert (again["stored"], again["duplicate"], again["quarantined"]) == (0, 1, 1)
    (tmp_path / "nowhere").write_text(json.dumps(make_record(2)))
    assert shell.ingest(tmp_path / "raw")["stored"] == 1


@pytest.mark.parametrize("path", ["missing.jsonl", "nothing/*.jsonl"])
def test_nothing_usable_ends_with_2_and_names_it(shell: Shell, tmp_path: Path, path: str) -> None:
    assert shell.ingest(tmp_path / path) == {}
    assert shell.code == 2
    assert path in shell.stderr.replace("\n", "")


@pytest.mark.parametrize("words", [[], ["x.jsonl", "--workers", "0"]])
def test_wrong_use_ends_with_1(shell: Shell, words: list[str]) -> None:
    shell.ingest(*words)
    assert shell.code == 1


def test_an_empty_file_is_read_and_holds_nothing(shell: Shell, tmp_path: Path) -> None:
    (tmp_path / "empty.jsonl").touch()
    result = shell.ingest(tmp_path / "empty.jsonl")
    assert (shell.code, result["files"], result["stored"]) == (0, 1, 0)


def test_standard_input_is_read_and_known_again(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    content = "".join(json.dumps(make_record(number)) + "\n" for number in range(3)).encode()
    for stored, duplicate in ((3, 0), (0, 3)):
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(content)))
        result = shell.ingest("-")
        assert (result["stored"], result["duplicate"]) == (stored, duplicate)


def test_one_line_that_is_no_json_costs_no_other(shell: Shell, tmp_path: Path) -> None:
    path = write_lines(tmp_path / "mixed.jsonl", [make_record(1), '{"half": ', "", "[1]", make_record(2)])
    result = shell.ingest(path)
    assert (result["stored"], result["quarantined"], result["read"]) == (2, 2, 4)
    main(["quarantine", "--store", str(shell.store), "--format", "jsonl"])
    rows = [json.loads(line) for line in shell.capsys.readouterr().out.splitlines()]
    assert [(row["line"], row["reason"]) for row in rows] == [(2, "invalid_json"), (4, "not_an_object")]
    lines = path.read_bytes()
    assert lines[rows[0]["source_offset"] :][: rows[0]["source_length"]].strip() == b'{"half":'


def test_the_field_records_are_all_accounted_for(shell: Shell, shared_data: Path) -> None:
    result = shell.ingest(shared_data / "ooni/field")
    assert (result["files"], result["read"]) == (73, 113)
    assert "SOURCES.tsv: skipped" in shell.stderr
