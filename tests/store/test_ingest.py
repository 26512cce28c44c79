"""Raw files become parts: once, in one order, whatever the number of workers and however often the run is cut short."""

import random
import signal
from pathlib import Path

import pytest

import netglass as ng
from netglass.api.ingest import ingest
from netglass.store.manifest import read_records
from netglass.store.query import open_store
from netglass.vocab.error import EngineError
from tests.store.world import crash_at, list_bytes, make_record, run_ingest, write_lines, write_world

KEYS = "SELECT count(*), count(DISTINCT key) FROM measurement"


def test_the_counts_add_up(raw: Path, tmp_path: Path) -> None:
    summary = ingest(open_store(tmp_path / "store"), raw)
    assert summary.files == 7
    assert summary.stored == 31  # 6 files of 5, and the record that all of them repeat
    assert summary.quarantined == 6
    assert summary.duplicate == 6 * 1 + 5 - 1
    assert summary.read == summary.stored + summary.duplicate + summary.quarantined + summary.not_understood == 47


def test_a_second_ingest_stores_nothing_and_changes_no_byte(raw: Path, tmp_path: Path, small_batches: None) -> None:
    store = open_store(tmp_path / "store")
    first = ingest(store, raw)
    before = list_bytes(store.root)
    second = ingest(store, raw)
    assert (second.stored, second.read, second.quarantined) == (0, first.read, first.quarantined)
    assert second.duplicate == first.stored + first.duplicate
    assert list_bytes(store.root) == before


def test_the_store_does_not_depend_on_the_workers(raw: Path, tmp_path: Path, small_batches: None) -> None:
    stores = [open_store(tmp_path / name) for name in ("one", "two")]
    summaries = [ingest(store, raw, workers=workers) for store, workers in zip(stores, (1, 2), strict=True)]
    assert list_bytes(stores[0].root) == list_bytes(stores[1].root)
    assert summaries[0].stored == summaries[1].stored == 31
    assert len(read_records(stores[1].layout)) == 7


def test_the_batches_do_not_change_what_is_stored(raw: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    large = open_store(tmp_path / "large")
    ingest(large, raw)
    monkeypatch.setattr("netglass.store.plan.BATCH_BYTES", 1)
    small = open_store(tmp_path / "small")
    ingest(small, raw)
    query = "SELECT measurement_uid, source_file, source_offset FROM measurement ORDER BY ALL"
    assert large.connect().execute(query).fetchall() == small.connect().execute(query).fetchall()
    query = "FROM duplicate ORDER BY ALL"
    assert large.connect().execute(query).fetchall() == small.connect().execute(query).fetchall()


def test_a_duplicate_in_another_part_names_what_is_stored(tmp_path: Path) -> None:
    store = open_store(tmp_path / "store")
    ingest(store, write_lines(tmp_path / "a.jsonl", [make_record(1), make_record(2)]))
    summary = ingest(
        store,
        write_lines(
            tmp_path / "b.jsonl", [make_record(3), make_record(2, uid="20240115061203.000001_XA_webconnectivity_00")]
        ),
    )
    assert (summary.stored, summary.duplicate) == (1, 1)
    assert store.connect().execute(KEYS).fetchall() == [(3, 3)]
    uid, stored_uid, source_file, offset = store.connect().execute("FROM duplicate").fetchall()[0]
    assert uid == "20240115061203.000001_XA_webconnectivity_00"
    assert (source_file, offset > 0) == ("b.jsonl", True)
    stored = "SELECT measurement_uid FROM measurement WHERE input = 'https://site2.example.com/'"
    assert store.connect().execute(stored).fetchall() == [(stored_uid,)]


def test_an_official_uid_is_stored_once_whatever_its_content(tmp_path: Path) -> None:
    uid = "20240115061203.000001_XA_webconnectivity_00"
    store = open_store(tmp_path / "store")
    ingest(store, write_lines(tmp_path / "a.jsonl", [make_record(1, uid=uid), make_record(2, uid=uid)]))
    ingest(store, write_lines(tmp_path / "b.jsonl", [make_record(3, uid=uid)]))
    assert store.connect().execute("SELECT input FROM measurement").fetchall() == [("https://site1.example.com/",)]
    assert store.connect().execute("SELECT DISTINCT stored_uid FROM duplicate").fetchall() == [(uid,)]


def test_two_files_of_one_name_keep_apart(tmp_path: Path) -> None:
    store = open_store(tmp_path / "store")
    ingest(store, write_lines(tmp_path / "one/a.jsonl", [make_record(1)]))
    ingest(store, write_lines(tmp_path / "two/a.jsonl", [make_record(2)]))
    names = store.connect().execute("SELECT source_file FROM measurement ORDER BY ALL").fetchall()
    assert names == [("2/a.jsonl",), ("a.jsonl",)]


def test_steps_hang_on_their_measurement(raw: Path, tmp_path: Path, small_batches: None) -> None:
    store = open_store(tmp_path / "store")
    ingest(store, raw)
    for table in ("dns", "tcp"):
        lost = f"SELECT count(*) FROM {table} WHERE key NOT IN (SELECT key FROM measurement)"
        assert store.connect().execute(lost).fetchall() == [(0,)]
        assert store.connect().execute(f"SELECT count(*) FROM {table}").fetchall() == [(31,)]


@pytest.mark.parametrize("workers", [1, 2])
def test_a_killed_run_and_another_give_the_store_of_an_undisturbed_run(
    tmp_path: Path, small_batches: None, workers: int
) -> None:
    raw = write_world(tmp_path / "raw", files=3)
    whole = open_store(tmp_path / "whole")
    ingest(whole, raw)
    for moment in random.Random(workers).sample(range(3, 55), 5):
        store = tmp_path / f"killed-at-{moment}"
        killed = run_ingest(raw, store, workers=workers, before=crash_at(moment, store))
        assert killed.returncode == -signal.SIGKILL, killed.stderr.decode()
        ingest(open_store(store), raw)
        assert list_bytes(store) == list_bytes(whole.root)


def test_ctrl_c_keeps_what_was_finished_and_goes_on(raw: Path, tmp_path: Path, small_batches: None) -> None:
    whole, store = open_store(tmp_path / "whole"), tmp_path / "store"
    ingest(whole, raw)
    stopped = run_ingest(raw, store, before=crash_at(60, store, "SIGINT"))
    assert stopped.returncode == 130
    assert b"interrupted" in stopped.stderr
    assert list((store / "temporary").iterdir()) == []
    assert 0 < len(read_records(open_store(store).layout)) < 7
    ingest(open_store(store), raw)
    assert list_bytes(store) == list_bytes(whole.root)


def test_a_full_disk_is_named_and_leaves_a_clean_store(raw: Path, tmp_path: Path, small_batches: None) -> None:
    whole, store = open_store(tmp_path / "whole"), tmp_path / "store"
    ingest(whole, raw)
    limit = "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (6000, 6000))"
    full = run_ingest(raw, store, before=limit)
    assert full.returncode == 2
    assert b"could not be written" in full.stderr
    assert b"what was finished is kept" in full.stderr.replace(b"\n", b" ")
    assert list((store / "temporary").iterdir()) == []
    assert ng.open(store).connect().execute(KEYS).fetchall() == [(0, 0)]
    ingest(open_store(store), raw)
    assert list_bytes(store) == list_bytes(whole.root)


def test_a_worker_that_dies_is_named(
    raw: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, small_batches: None
) -> None:
    monkeypatch.setattr("netglass.store.pool.WORKER", ("-c", "import sys; sys.exit(7)"))
    store = open_store(tmp_path / "store")
    with pytest.raises(EngineError, match=r"a worker ended with 7 while it read .*\.jsonl\.gz"):
        ingest(store, raw, workers=2)
    assert list(store.layout.temporary_dir.iterdir()) == []
