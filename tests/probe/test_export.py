"""What is published: late, by the hour, without cookies."""

import json
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from netglass.api.probe import export_run
from netglass.probe.export import blur_header
from netglass.vocab.error import InputError, UsageError
from tests.probe.scene import make_line

BEGIN = datetime(2026, 3, 2, 5, 20, 4)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    path = tmp_path / "run"
    path.mkdir()
    young = json.loads(make_line("redirected")) | {"measurement_start_time": "2026-03-02 05:20:05"}
    (path / "measurements.jsonl").write_bytes(make_line("redirected") + b"\n" + json.dumps(young).encode() + b"\n")
    return path


def test_only_what_is_old_enough_is_exported_and_by_the_hour(folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.jsonl"
    assert export_run(folder, out, now=BEGIN + timedelta(days=7)) == (1, 2)
    (line,) = out.read_text().splitlines()
    record = json.loads(line)
    assert (record["measurement_start_time"], record["test_start_time"]) == (
        "2026-03-02 05:00:00",
        "2026-03-02 05:00:00",
    )
    assert record["report_id"].startswith("20260302T050000Z_")
    assert record["test_keys"]["queries"] == json.loads(make_line("redirected"))["test_keys"]["queries"]
    assert ":20:0" not in line
    assert "T052" not in line


def test_nothing_is_exported_a_second_before(folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.jsonl"
    assert export_run(folder, out, now=BEGIN + timedelta(days=7, seconds=-1)) == (0, 2)
    assert out.read_bytes() == b""


def test_fewer_than_seven_days_are_refused(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="7 days"):
        export_run(folder, tmp_path / "out.jsonl", days=6)
    assert not (tmp_path / "out.jsonl").exists()


@pytest.mark.parametrize("line", ["[]", "{}", '{"measurement_start_time": "now"}', "{"])
def test_what_is_no_measurement_is_named(folder: Path, tmp_path: Path, line: str) -> None:
    (folder / "measurements.jsonl").write_text(line + "\n")
    with pytest.raises(InputError, match=r"measurements\.jsonl:1"):
        export_run(folder, tmp_path / "out.jsonl", now=BEGIN + timedelta(days=90))
    assert list(tmp_path.iterdir()) == [folder]


def test_a_folder_without_a_run_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no run"):
        export_run(tmp_path, tmp_path / "out.jsonl")


@pytest.mark.parametrize(
    ("name", "text", "blurred"),
    [
        ("Date", "Mon, 02 Mar 2026 05:20:04 GMT", "Mon, 02 Mar 2026 05:00:00 GMT"),
        ("expires", "0", "[scrubbed]"),
        ("Set-Cookie", "id=7", "[scrubbed]"),
        ("Cookie", "id=7", "[scrubbed]"),
        ("Server", "nginx", "nginx"),
    ],
)
def test_a_header_is_published_as(name: str, text: str, blurred: str) -> None:
    assert blur_header(name, text) == blurred
