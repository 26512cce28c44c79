"""Parquet files of parts: the same rows give the same bytes, memory is bounded, odd text costs nothing else."""

from pathlib import Path

import pytest

from netglass.store.part import PartWriter, connect_writer, copy_query
from netglass.vocab.error import EngineError


def quarantine_row(number: int, detail: str = "") -> tuple[object, ...]:
    return ("a.jsonl", number, number * 10, 10, "quarantined", "invalid_json", detail)


def write_rows(folder: Path, rows: list[tuple[object, ...]], slice_rows: int) -> list[str]:
    writer = PartWriter(folder, ["quarantine", "duplicate"], connect_writer(), slice_rows)
    for row in rows:
        writer.add({"quarantine": [row]})
    files = writer.finish()
    assert "duplicate" not in files
    return [entry.sha256 for entry in files["quarantine"]]


def test_the_same_rows_give_the_same_bytes(tmp_path: Path) -> None:
    rows = [quarantine_row(number) for number in range(5000)]
    assert write_rows(tmp_path / "a", rows, 10_000) == write_rows(tmp_path / "b", rows, 10_000)


def test_rows_are_written_in_slices_and_in_order(tmp_path: Path) -> None:
    assert len(write_rows(tmp_path, [quarantine_row(number) for number in range(25)], 10)) == 3
    files = str(tmp_path / "quarantine/*.parquet")
    lines = connect_writer().execute("SELECT line FROM read_parquet($files)", {"files": files}).fetchall()
    assert lines == [(number,) for number in range(25)]


def test_a_lone_surrogate_is_replaced(tmp_path: Path) -> None:
    write_rows(tmp_path, [quarantine_row(1, "a\ud800b"), quarantine_row(2, "good")], 10)
    files = str(tmp_path / "quarantine/*.parquet")
    details = connect_writer().execute("SELECT detail FROM read_parquet($files)", {"files": files}).fetchall()
    assert details == [("a\ufffd\ufffd\ufffdb",), ("good",)]


def test_no_rows_leave_no_file(tmp_path: Path) -> None:
    assert copy_query(connect_writer(), "SELECT 1 AS a WHERE false", tmp_path / "t/a.parquet") is None
    assert list((tmp_path / "t").iterdir()) == []


def test_a_write_that_fails_says_where_and_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "t/a.parquet").mkdir(parents=True)
    with pytest.raises(EngineError, match=r"a\.parquet: could not be written.*Free space or choose another --store"):
        copy_query(connect_writer(), "SELECT 1 AS a", tmp_path / "t/a.parquet")
