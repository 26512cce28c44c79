"""Derived tables are replaced as a whole, or not at all."""

from pathlib import Path

import pytest

from netglass.store.derived import write_derived
from netglass.store.query import Store, open_store
from netglass.vocab.table import TABLES

WINDOW = ("2024-01-01T00:00:00Z", None)


def change_row(number: int) -> tuple[object, ...]:
    return (f"ev-{number}", "new", "", "run")


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return open_store(tmp_path / "store")


def list_changes(store: Store) -> list[str]:
    return [row[0] for row in store.connect().execute("SELECT event_id FROM change").fetchall()]


def test_a_table_that_was_never_made_is_empty_and_has_all_columns(store: Store) -> None:
    for table, columns in TABLES.items():
        relation = store.connect().table(table)
        assert relation.columns == [column.name for column in columns]
        assert relation.fetchall() == []
    assert store.describe_table("change") is None


def test_rows_replace_rows_and_say_what_made_them(store: Store) -> None:
    for numbers in ((1, 2), (3,)):
        with write_derived(store.layout, "change", {"ruleset": "r1", "manifest": "m1"}, WINDOW) as writer:
            writer.add([change_row(number) for number in numbers])
    assert list_changes(store) == ["ev-3"]
    made = store.describe_table("change")
    assert made is not None
    assert (made.inputs, made.window, made.rows) == ({"manifest": "m1", "ruleset": "r1"}, WINDOW, 1)
    assert len(list((store.layout.derived_dir / "change").iterdir())) == 1


def test_an_error_keeps_the_old_rows(store: Store) -> None:
    with write_derived(store.layout, "change", {}) as writer:
        writer.add([change_row(1)])
    with pytest.raises(ZeroDivisionError), write_derived(store.layout, "change", {}) as writer:
        writer.add([change_row(2)])
        raise ZeroDivisionError
    assert list_changes(store) == ["ev-1"]


def test_a_table_may_be_made_empty(store: Store) -> None:
    for rows in ([change_row(1)], []):
        with write_derived(store.layout, "change", {}) as writer:
            writer.add(rows)
    assert list_changes(store) == []


def test_a_query_gives_the_same_bytes_whatever_the_threads(store: Store) -> None:
    connection = store.connect()
    query = "SELECT 'ev-' || range AS event_id, 'new' AS change, '' AS detail, 'run' AS run FROM range(200000) ORDER BY hash(range)"
    written = set()
    for threads in (1, 2, 8):
        connection.execute(f"SET threads = {threads}")
        with write_derived(store.layout, "change", {}) as writer:
            writer.add_query(connection, query)
        made = store.describe_table("change")
        assert made is not None
        assert made.rows == 200_000
        written.add(made.files[0].sha256)
        assert connection.execute("SELECT current_setting('threads')").fetchall() == [(threads,)]
    assert len(written) == 1
