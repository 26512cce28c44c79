"""Detection on a store: what is written, listed, explained and logged."""

from pathlib import Path
from typing import Any

import pytest

import netglass
from netglass.api.detect import cells, changes, coverage, detect, events, explain_event_rows
from netglass.api.store import Store
from netglass.store.derived import write_derived
from netglass.store.lock import hold_writer
from netglass.vocab.error import UsageError
from netglass.vocab.table import EVENT, VERDICT
from tests.detect.example import START, write_series
from tests.detect.world import no_rows


def fill(store: Store, columns: dict[str, list[Any]]) -> None:
    """Write ``columns`` as the verdict table of ``store``."""
    count = len(columns["target"])
    given = columns | {"report_id": columns["reporter"], "ruleset": ["rules"] * count, "refdata": ["none"] * count}
    rows = zip(*(given.get(column.name, [None] * count) for column in VERDICT), strict=True)
    with hold_writer(store.layout), write_derived(store.layout, "verdict", {}) as writer:
        writer.add(list(rows))


def make_columns(letters: str = "oooBBBBBooo") -> dict[str, list[Any]]:
    columns = no_rows()
    for asn in (64901, 64902):
        write_series(columns, letters, asn=asn)
        write_series(columns, "o" * len(letters), asn=asn, target="b.example", first_hour=0.1)
    write_series(columns, "o" * len(letters), asn=64911, cc="QB")
    return columns


@pytest.fixture
def store(tmp_path: Path) -> Store:
    made = netglass.open(tmp_path / "store")
    fill(made, make_columns())
    return made


def list_events(store: Store, **wanted: Any) -> list[dict[str, Any]]:
    names = [column.name for column in EVENT]
    return [dict(zip(names, row, strict=True)) for row in events(store, **wanted).fetchall()]


def test_events_and_coverage_are_written_and_listed(store: Store) -> None:
    summary = detect(store)
    assert summary.events == {"block confirmed": 1, "unblock confirmed": 1}
    assert summary.series == 5
    (row,) = list_events(store, cc="qa", target="A.example", kind="block", asn=64901, state="confirmed")
    assert (row["asns"], row["ruleset"], row["refdata"]) == ([64901, 64902], "rules", "none")
    assert row["series"][0]["probe_asn"] == 64901
    assert list_events(store, target="b.example") == []
    assert len(coverage(store, cc="QA").fetchall()) == 4


def test_detection_again_writes_the_same_bytes_and_logs_nothing(store: Store) -> None:
    detect(store)
    before = {table: store.describe_table(table) for table in ("event", "coverage", "change")}
    assert detect(store).changes == 0
    assert {table: store.describe_table(table) for table in before} == before


def test_late_data_change_the_event_under_its_name_and_the_log_says_so(store: Store) -> None:
    detect(store)
    (before,) = list_events(store, kind="block")
    columns = make_columns()
    write_series(columns, "oooBBBBBooo", asn=64903)
    fill(store, columns)
    assert detect(store).changes == 2
    (after,) = list_events(store, kind="block")
    assert after["event_id"] == before["event_id"]
    log = changes(store, before["event_id"]).fetchall()
    assert [row[1] for row in log] == ["new", "changed"]
    assert "asns: [64901, 64902] -> [64901, 64902, 64903]" in log[1][2]


def test_an_event_that_replaces_another_says_so(store: Store) -> None:
    detect(store)
    (before,) = list_events(store, kind="block")
    columns = make_columns()
    for i, target in enumerate(columns["target"]):
        if target == "a.example":
            columns["mechanisms"][i] = columns["mechanisms"][i] and ["tcp.refused"]
            columns["signatures"][i] = columns["mechanisms"][i] and ["address:192.52.193.4"]
    for asn in (64901, 64902):
        write_series(
            columns,
            "oooBBBBBooo",
            asn=asn,
            target="0.example",
            mechanism="tcp.refused",
            signatures=["address:192.52.193.4"],
        )
    fill(store, columns)
    detect(store)
    (after,) = list_events(store, kind="block")
    assert after["targets"] == ["0.example", "a.example"]
    assert after["supersedes"] == [before["event_id"]]


def test_a_window_that_does_not_hold_an_event_does_not_withdraw_it(store: Store) -> None:
    detect(store)
    detect(store, until=START.replace(day=7))
    assert "withdrawn" not in {row[1] for row in changes(store).fetchall()}


def test_a_window_that_is_none_is_refused(store: Store) -> None:
    with pytest.raises(UsageError, match="is not after"):
        detect(store, since=START, until=START)


def test_an_empty_store_has_no_events(tmp_path: Path) -> None:
    empty = netglass.open(tmp_path / "empty")
    assert detect(empty) == ({}, 0, 0)
    assert events(empty).fetchall() == []


def test_the_account_of_an_event_counts_what_speaks_against_it(store: Store) -> None:
    detect(store)
    (row,) = list_events(store, kind="block")
    account = explain_event_rows(store, row["event_id"])
    assert len(account.witnesses) == 10
    found = {one.explanation: one for one in account.alternatives}
    down = found["the site was down for everybody"]
    assert down.excluded
    assert "reached 5 times from 1 other countries" in down.how
    assert found["the probe or its connection was at fault"].excluded
    assert not found["one version of the client is at fault"].excluded
    assert account.brackets[0].startswith("It began after 2031-05-07T00:00:00Z")
    assert any("narrow" in line for line in account.would_change)


def test_cells_show_the_hours_in_which_nobody_measured(store: Store) -> None:
    found = cells(store, "QA", "a.example")
    assert [series[1] for series in found.series] == [64901, 64902]
    assert found.n.shape == (2, 241)
    assert found.n.sum() == 22
    assert cells(store, "QC", "a.example").series == []


def test_an_unknown_or_odd_id_is_explained(store: Store) -> None:
    detect(store)
    for event_id in ("ev-0000000000000000", "x' OR true --"):
        with pytest.raises(UsageError, match="event"):
            explain_event_rows(store, event_id)
