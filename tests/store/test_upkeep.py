"""Compact, forget, rebuild, doctor: what a store says of itself is so, and stays so."""

import random
import shutil
import signal
from pathlib import Path

import pytest

import netglass as ng
from netglass.api.store import Store
from netglass.cli import main
from netglass.store.check import digest_table
from netglass.store.manifest import read_records
from netglass.vocab.error import EngineError, SchemaDrift
from netglass.vocab.table import TABLES
from tests.store.world import REPORT, crash_at, list_bytes, make_record, run_python, write_lines, write_world


def digest(store: Store) -> dict[str, tuple[int, str]]:
    connection = store.connect()
    return {table: digest_table(connection, table) for table in TABLES}


@pytest.fixture
def store(raw: Path, tmp_path: Path, small_batches: None) -> Store:
    made = ng.open(tmp_path / "store")
    made.ingest(raw)
    return made


def flip_byte(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


def some_part(store: Store, table: str = "dns") -> Path:
    return sorted((store.layout.part_dir / table).glob("*.parquet"))[0]


def test_compaction_changes_neither_content_nor_manifest(store: Store) -> None:
    before, manifest = digest(store), store.manifest_hash
    done = store.compact()
    assert (digest(store), store.manifest_hash) == (before, manifest)
    assert done.parts == 7
    assert done.files_after < done.files_before
    assert {path.name for path in store.layout.record_dir.iterdir()} == {
        f"{read_records(store.layout)[0].part_id}.json"
    }
    assert store.rebuild().same


def test_compaction_in_steps_gives_the_rows_of_compaction_at_once(store: Store, raw: Path, tmp_path: Path) -> None:
    steps = ng.open(tmp_path / "steps")
    for path in sorted(raw.rglob("*.jsonl.gz")):
        steps.ingest(path)
        steps.compact()
    steps.ingest(raw)
    store.compact()
    rows = "SELECT measurement_uid FROM measurement ORDER BY ALL"
    assert steps.query(rows).fetchall() == store.query(rows).fetchall()
    assert steps.rebuild().same


@pytest.mark.parametrize("verb", ["compact", "forget"])
def test_a_killed_command_is_finished_by_running_it_again(store: Store, tmp_path: Path, verb: str) -> None:
    words = [verb] if verb == "compact" else [verb, REPORT.format(0)]
    copies = []
    for moment in (None, *random.Random(verb).sample(range(1, 40), 4)):
        copy = tmp_path / f"{verb}-{moment}"
        shutil.copytree(store.root, copy)
        code = f"import sys; from netglass.cli import main; {{}}\nsys.exit(main({[*words, '--store', str(copy)]!r}))"
        if moment:
            killed = run_python(code.replace("{}", f"\n{crash_at(moment, copy)}"))
            assert killed.returncode == -signal.SIGKILL, killed.stderr.decode()
        assert main([*words, "--store", str(copy)]) == 0
        copies.append(copy)
    wholes = [(list_bytes(copy), digest(ng.open(copy))) for copy in copies]
    assert all(whole == wholes[0] for whole in wholes)


def test_compaction_twice_changes_nothing(store: Store) -> None:
    store.compact()
    before = list_bytes(store.root)
    store.compact()
    assert list_bytes(store.root) == before


def test_a_reader_keeps_its_files_through_a_compaction(store: Store) -> None:
    connection = store.connect()
    store.compact()
    assert connection.execute("SELECT count(*) FROM dns").fetchall() == [(31,)]
    del connection
    store.compact()
    assert [finding.level for finding in store.doctor() if finding.check == "leftovers"] == ["good"]


def test_a_forgotten_report_is_in_no_table_and_does_not_come_back(store: Store, raw: Path) -> None:
    report = REPORT.format(2)
    uids = {
        uid
        for (uid,) in store.query(f"SELECT measurement_uid FROM measurement WHERE report_id = '{report}'").fetchall()
    }
    done = store.forget(report)
    assert done.measurements == len(uids) == 5
    assert [Path(path).name for path in done.raw_files] == ["02.jsonl.gz"]
    store.ingest(raw)
    write_lines(raw / "later.jsonl.gz", [make_record(10, report=2, day=12), make_record(99)])
    summary = store.ingest(raw)
    assert summary.read == summary.stored + summary.duplicate + summary.quarantined + summary.not_understood
    assert store.query("SELECT count(*) FROM measurement").fetchall() == [(27,)]
    for table in TABLES:
        text = str(store.table(table).fetchall())
        assert report not in text
        assert not any(uid in text for uid in uids)
    assert not any(report.encode() in path.read_bytes() for path in store.root.rglob("*") if path.is_file())
    assert store.rebuild().same


def test_forgetting_before_and_after_the_ingest_give_one_store(store: Store, raw: Path, tmp_path: Path) -> None:
    before = ng.open(tmp_path / "before")
    before.forget(REPORT.format(0))
    before.ingest(raw)
    store.forget(REPORT.format(0))
    assert digest(before) == digest(store)
    assert before.manifest_hash == store.manifest_hash
    assert store.info().records["forgotten"] == before.info().records["forgotten"] > 5


def test_forgetting_in_a_compacted_store(store: Store) -> None:
    store.compact()
    store.forget(REPORT.format(3))
    assert store.query("SELECT count(*) FROM measurement").fetchall() == [(26,)]
    assert store.rebuild().same
    store.compact()
    assert store.rebuild().same


def test_forgetting_waits_for_no_reader_but_says_so(store: Store) -> None:
    connection = store.connect()
    before = list_bytes(store.root)
    with pytest.raises(EngineError, match="being read"):
        store.forget(REPORT.format(3))
    assert list_bytes(store.root) == before
    connection.close()


def test_rebuild_says_same_on_an_untouched_store(store: Store) -> None:
    before = list_bytes(store.root)
    check = store.rebuild()
    assert check.same
    assert check.rebuilt
    assert check.rows["measurement"] == 31
    assert list_bytes(store.root) == before


@pytest.mark.parametrize("table", ["measurement", "dns", "tcp", "quarantine", "duplicate"])
def test_rebuild_notices_a_flipped_byte_though_the_inputs_are_gone(store: Store, raw: Path, table: str) -> None:
    part = some_part(store, table)
    flip_byte(part)
    for path in raw.rglob("*.gz"):
        path.unlink()
    check = store.rebuild()
    assert not check.same
    assert (str(part), "has other bytes than were written (SHA-256 differs)") in check.differences
    assert any("raw file can not be read" in difference.what for difference in check.differences)


def test_rebuild_notices_an_input_that_changed(store: Store, raw: Path) -> None:
    write_lines(raw / "copy.jsonl.gz", [make_record(1)])
    assert [difference.where for difference in store.rebuild().differences] == [str(raw / "copy.jsonl.gz")]


def test_rebuild_notices_a_record_that_does_not_follow_from_the_inputs(store: Store) -> None:
    """A forger who rewrites the part together with its hash is found by making it again."""
    record = next(r for r in read_records(store.layout) if "duplicate" in r.files)
    path = store.layout.record_dir / f"{record.part_id}.json"
    text = path.read_text()
    assert '"duplicate": 1' in text
    path.write_text(text.replace('"duplicate": 1', '"duplicate": 0', 1))
    assert [difference.where for difference in store.rebuild().differences] == ["manifest"]


def test_rebuild_names_other_reference_data(store: Store, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for record in read_records(store.layout):
        path = store.layout.record_dir / f"{record.part_id}.json"
        path.write_text(path.read_text().replace('"refdata": "none"', '"refdata": "0123456789abcdef"'))
    check = store.rebuild()
    assert not check.rebuilt
    assert "0123456789abcdef, now there is none" in check.differences[0].what


def test_a_sound_store_has_no_problem(store: Store) -> None:
    assert "problem" not in {finding.level for finding in store.doctor()}


def test_doctor_finds_a_changed_byte_and_leftovers_and_says_what_to_do(store: Store) -> None:
    flip_byte(some_part(store))
    (store.layout.temporary_dir / "left").mkdir()
    found = {finding.check: finding for finding in store.doctor()}
    assert (found["files"].level, found["leftovers"].level) == ("problem", "note")
    assert found["files"].advice
    assert "ingest removes" in found["leftovers"].advice


def test_doctor_finds_a_record_that_is_no_json(store: Store) -> None:
    next(store.layout.record_dir.iterdir()).write_text("{")
    assert [finding.level for finding in store.doctor()] == ["problem"]


def test_info_counts_what_the_tables_hold(store: Store) -> None:
    info = store.info()
    assert info.records["stored"] == info.rows["measurement"] == 31
    assert info.manifest == store.manifest_hash
    assert (info.parts, info.inputs) == (7, 7)


def test_the_manifest_hash_knows_no_folder_and_no_order(raw: Path, tmp_path: Path) -> None:
    other = write_world(tmp_path / "elsewhere")
    one, two = ng.open(tmp_path / "one"), ng.open(tmp_path / "two")
    one.ingest(raw)
    two.ingest(other)
    assert one.manifest_hash == two.manifest_hash
    assert one.manifest_hash != ng.open(tmp_path / "empty").manifest_hash


def test_a_store_of_another_schema_is_refused(store: Store) -> None:
    store.layout.schema_file.write_text('{"schema": 99}')
    with pytest.raises(SchemaDrift, match="schema version 99"):
        ng.open(store.root)


def test_a_folder_that_is_no_store_is_refused(tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("dear")
    with pytest.raises(EngineError, match="is no store"):
        ng.open(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["letter.txt"]
