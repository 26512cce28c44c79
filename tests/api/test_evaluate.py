"""Evaluation of a real store: verdicts and events as they lie on disk, with the lab's truth where that is at hand."""

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from netglass.api.evaluate import compare_probe, evaluate, fit
from netglass.evaluate.report import Report
from netglass.store.derived import write_derived
from netglass.store.lock import hold_writer
from netglass.store.query import Store, open_store
from netglass.vocab.table import TABLES
from tests.evaluate.example import day, event, verdict


def write(store: Store, table: str, rows: list[dict[str, Any]]) -> None:
    names = [column.name for column in TABLES[table]]
    with hold_writer(store.layout), write_derived(store.layout, table, {}) as writer:
        writer.add([tuple(row.get(name) for name in names) for row in rows])


def figure(report: Report, section: str, name: str) -> float | None:
    return next(row.value for row in report.figures if (row.section, row.figure) == (section, name))


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """A store with four verdicts and one event."""
    store = open_store(tmp_path / "store")
    rules = [{"rule_id": "tcp.timeout", "layer": "tcp", "log10_lr": 1.2}]
    rows = [
        verdict("u1", "blocked", rules=rules, observed_at=day(6)),
        verdict("u2", "likely_blocked", rules=rules, probe_verdict="none", observed_at=day(7), probe_asn=64513),
        verdict("u3", "ok", observed_at=day(6), probe_verdict="blocked"),
        verdict("u4", "down", observed_at=day(8)),
    ]
    write(store, "verdict", rows)
    write(store, "event", [event("ev-1", 5, 10, asns=[64512, 64513])])
    return store


@pytest.fixture
def truth(tmp_path: Path) -> Path:
    """The truth of that store, as files."""
    states = {"u1": "blocked", "u2": "blocked", "u3": "ok", "u4": "down"}
    lines = [
        {"measurement_uid": uid, "state": state, "policy_id": "p1" if state == "blocked" else None, "probe_cc": "XA"}
        for uid, state in states.items()
    ]
    folder = tmp_path / "truth"
    folder.mkdir()
    (folder / "truth_measurements.jsonl").write_text("\n".join(map(json.dumps, lines)))
    block = {"event_id": "p1", "kind": "block", "probe_cc": "XA", "asns": [64512, 64513], "targets": ["site.test"]}
    (folder / "truth_events.jsonl").write_text(json.dumps(block | {"onset_utc": "2026-03-05T00:00:00Z"}))
    return folder


def test_a_store_is_scored_against_files(store: Store, truth: Path) -> None:
    report = evaluate(store, truth, replicates=10)
    assert (figure(report, "verdict", "precision"), figure(report, "verdict", "recall")) == (1, 1)
    assert figure(report, "event", "found of those that can be scored or stand") == 1
    assert figure(report, "event", "onset in bracket") == 1
    assert figure(report, "baseline", "any failure: recall") == 0, "the store holds no observations"
    assert report.about["scored"] == 4


def test_scoring_twice_gives_the_same(store: Store, truth: Path) -> None:
    assert evaluate(store, truth, replicates=20) == evaluate(store, truth, replicates=20)


def test_the_comparison_names_who_says_what(store: Store) -> None:
    assert [(row.measurement_uid, row.difference) for row in compare_probe(store)] == [
        ("u2", "only we say blocked"),
        ("u3", "only the probe says blocked"),
    ]


def test_a_fit_sets_the_ratio_in_use_beside_the_fitted_one(store: Store, truth: Path) -> None:
    fitted = fit(store, truth)
    row = next(row for row in fitted.ratios if row.hypothesis == "network_interference")
    assert row.rule_id == "tcp.timeout"
    assert row.in_use is not None
    assert (row.n_rows, row.units, row.units_other) == (2, 2, 2)


def test_an_empty_store_is_all_excluded(tmp_path: Path, truth: Path) -> None:
    report = evaluate(open_store(tmp_path / "empty"), truth, replicates=10)
    assert report.about["scored"] == 0
    assert sum(row.n for row in report.excluded) == 4
    assert figure(report, "event", "found of those that can be scored or stand") == 0


def test_the_probe_baseline_of_the_lab_is_the_published_one(shared_data: Path, tmp_path: Path) -> None:
    """The lab's own README counts 305 true, 62 false and 6 missed blocks by the probe's verdict."""
    folder = shared_data / "ooni" / "client-lab"
    rows = [
        verdict(row["measurement_uid"], "insufficient", probe_verdict="blocked" if row["blocking"] else "not_blocked")
        for row in read_probe_verdicts(folder / "raw")
    ]
    store = open_store(tmp_path / "lab")
    write(store, "verdict", rows)
    report = evaluate(store, folder, replicates=0)
    assert figure(report, "baseline", "probe's own verdict: precision") == pytest.approx(305 / 367)
    assert figure(report, "baseline", "probe's own verdict: recall") == pytest.approx(305 / 311)


def read_probe_verdicts(folder: Path) -> list[dict[str, Any]]:
    lines = [line for path in sorted(folder.rglob("*.gz")) for line in gzip.decompress(path.read_bytes()).splitlines()]
    records = map(json.loads, lines)
    return [{"measurement_uid": r["measurement_uid"], "blocking": r["test_keys"].get("blocking")} for r in records]
