"""``netglass sync ooni`` as a user types it."""

import json
from pathlib import Path

import pytest

from netglass.cli import main

from .conftest import KEYS, Server

ASK = ["sync", "ooni", "--cc", "XA", "--test", "web_connectivity"]


def run(server: Server, tmp_path: Path, *more: str) -> int:
    endpoint = server.settings.endpoint or ""
    return main([*ASK, "--out", str(tmp_path), "--endpoint", endpoint, *more])


def test_files_arrive_and_are_counted(server: Server, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(server, tmp_path, "--since", "2024-01-15", "--until", "2024-01-16") == 0
    counts = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert (counts["files"], counts["fetched"], counts["present"], counts["failed"]) == (3, 3, 0, 0)
    assert (tmp_path / KEYS[9]).exists()
    assert run(server, tmp_path, "--since", "2024-01-15", "--until", "2024-01-16") == 0
    counts = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert (counts["fetched"], counts["present"]) == (0, 3)


def test_a_dry_run_lists_and_fetches_nothing(
    server: Server, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    assert run(server, out, "--since", "2024-01-15", "--until", "2024-01-15", "--dry-run", "--format", "jsonl") == 0
    *rows, counts = map(json.loads, capsys.readouterr().out.splitlines())
    assert [row["key"] for row in rows] == [KEYS[4], KEYS[8]]
    assert counts["bytes"] == sum(row["size"] for row in rows)
    assert not out.exists()
    assert server.read() == []


def test_a_file_that_fails_makes_exit_code_2_after_the_others(
    server: Server, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    server.client.put_object_acl(Bucket="ooni-data-eu-fra", Key=KEYS[4], ACL="private")
    assert run(server, tmp_path, "--since", "2024-01-15", "--until", "2024-01-15") == 2
    captured = capsys.readouterr()
    assert json.loads(captured.out.splitlines()[-1])["failed"] == 1
    assert "1 of 2 files" in captured.err and KEYS[4] in captured.err
    assert (tmp_path / KEYS[8]).exists()


@pytest.mark.parametrize(
    ("since", "until", "said"),
    [("15/01/2024", "2024-01-16", "--since"), ("2024-01-16", "2024-01-15", "both days are included")],
)
def test_wrong_days_are_wrong_use(
    server: Server, tmp_path: Path, capsys: pytest.CaptureFixture[str], since: str, until: str, said: str
) -> None:
    assert run(server, tmp_path, "--since", since, "--until", until) == 1
    assert said in capsys.readouterr().err
