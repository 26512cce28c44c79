"""Rows come out the same in every form: quoting, missing values, Unicode, times, lists and structs."""

import csv
import io
import json
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from netglass.cli.format import FORMATS, show_value, write_rows
from netglass.vocab.error import UsageError
from netglass.vocab.table import EVENT, TABLES

COLUMNS = ["name", "when", "share", "count", "asns", "rules"]
ROWS: list[tuple[Any, ...]] = [
    (
        'say "no", twice\n',
        datetime(2026, 3, 2, 5, 20, 4),
        float("nan"),
        2**64 - 1,
        [64512, 64513],
        [{"rule_id": "dns.bogon", "log10_lr": 1.5}],
    ),
    ("قناة 网", None, 0.25, np.uint32(7), np.array([], dtype=np.uint32), []),
    ("", np.datetime64("NaT"), float("inf"), None, None, None),
]
PLAIN = [
    {
        "name": 'say "no", twice\n',
        "when": "2026-03-02T05:20:04Z",
        "share": None,
        "count": 2**64 - 1,
        "asns": [64512, 64513],
        "rules": [{"rule_id": "dns.bogon", "log10_lr": 1.5}],
    },
    {"name": "قناة 网", "when": None, "share": 0.25, "count": 7, "asns": [], "rules": []},
    {"name": "", "when": None, "share": None, "count": None, "asns": None, "rules": None},
]


def written(format: str, path: Path, columns: list[str] = COLUMNS, rows: Any = ROWS, **options: Any) -> bytes:
    write_rows(columns, iter(rows), format, out=path / "rows", **options)
    assert [item.name for item in path.iterdir()] == ["rows"]
    return (path / "rows").read_bytes()


def test_json_is_one_array(tmp_path: Path) -> None:
    assert json.loads(written("json", tmp_path)) == PLAIN


def test_json_without_rows_is_an_empty_array(tmp_path: Path) -> None:
    assert json.loads(written("json", tmp_path, rows=[])) == []


def test_jsonl_has_one_row_per_line(tmp_path: Path) -> None:
    assert [json.loads(line) for line in written("jsonl", tmp_path).splitlines()] == PLAIN


def test_csv_keeps_lists_as_json_in_the_cell(tmp_path: Path) -> None:
    read = list(csv.DictReader(io.StringIO(written("csv", tmp_path).decode(), newline="")))
    assert [row["name"] for row in read] == [row["name"] for row in PLAIN]
    assert json.loads(read[0]["asns"]) == [64512, 64513]
    assert json.loads(read[0]["rules"]) == [{"rule_id": "dns.bogon", "log10_lr": 1.5}]
    assert read[0]["when"] == "2026-03-02T05:20:04Z"
    assert (read[1]["when"], read[1]["asns"], read[2]["asns"], read[0]["share"]) == ("", "[]", "", "")


def test_csv_tells_a_missing_value_from_an_empty_string(tmp_path: Path) -> None:
    assert written("csv", tmp_path, ["a", "b"], [("", None)]) == b'a,b\n"",\n'


@given(
    st.lists(
        st.tuples(st.text(st.characters(codec="utf-8", exclude_characters="\0")), st.integers(), st.booleans()),
        min_size=1,
    )
)
def test_any_text_survives_csv(tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[str, int, bool]]) -> None:
    text = written("csv", tmp_path_factory.mktemp("csv"), ["a", "b", "c"], rows).decode()
    read = list(csv.reader(io.StringIO(text, newline="")))
    assert read[1:] == [[a, str(b), "true" if c else "false"] for a, b, c in rows]


def test_parquet_infers_types_where_no_table_is_named(tmp_path: Path) -> None:
    written("parquet", tmp_path)
    relation = duckdb.sql(f"SELECT * FROM read_parquet('{tmp_path / 'rows'}')")
    types = dict(zip(relation.columns, map(str, relation.types), strict=True))
    assert types["when"] == "TIMESTAMP" and types["share"] == "DOUBLE" and types["asns"] == "BIGINT[]"
    names = [row[0] for row in relation.fetchall()]
    assert names == [row["name"] for row in PLAIN]


def test_parquet_of_a_table_has_the_types_of_the_contract(tmp_path: Path) -> None:
    columns = [column.name for column in EVENT]
    bracket = {
        "target": "a.example", "probe_asn": 64512, "onset_earliest": None, "onset_latest": datetime(2026, 3, 2),
        "end_earliest": None, "end_latest": None, "n_before": 1, "n_during": 2, "n_after": 3, "n_reporters": 1,
    }  # fmt: skip
    values = {
        "event_id": "ev-1",
        "asns": [64512],
        "series": [bracket],
        "onset_latest": datetime(2026, 3, 2),
        "targets": [],
    }
    written("parquet", tmp_path, columns, [[values.get(name) for name in columns]], table="event")
    relation = duckdb.sql(f"SELECT * FROM read_parquet('{tmp_path / 'rows'}')")
    contract = duckdb.sql("SELECT " + ", ".join(f'NULL::{column.type} AS "{column.name}"' for column in EVENT))
    assert relation.types == contract.types
    row = dict(zip(columns, relation.fetchall()[0], strict=True))
    assert row["series"][0] == bracket and row["targets"] == [] and row["campaign"] is None


@pytest.mark.parametrize("table", TABLES)
def test_an_empty_table_still_has_its_columns_in_parquet(tmp_path: Path, table: str) -> None:
    columns = [column.name for column in TABLES[table]]
    written("parquet", tmp_path, columns, [], table=table)
    assert duckdb.sql(f"SELECT * FROM read_parquet('{tmp_path / 'rows'}')").columns == columns


def test_a_key_of_64_bits_survives_parquet(tmp_path: Path) -> None:
    columns = [column.name for column in TABLES["verdict"]]
    written("parquet", tmp_path, columns, [[2**64 - 1 if name == "key" else None for name in columns]], table="verdict")
    assert duckdb.sql(f"SELECT key FROM read_parquet('{tmp_path / 'rows'}')").fetchall() == [(2**64 - 1,)]


@pytest.mark.parametrize("format", FORMATS)
def test_a_failure_midway_leaves_no_file(tmp_path: Path, format: str) -> None:
    def rows() -> Any:
        yield ("a",)
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        write_rows(["name"], rows(), format, out=tmp_path / "rows")
    assert list(tmp_path.iterdir()) == []


def test_a_piped_table_is_tab_separated_and_whole(capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    write_rows(["target", "asns"], [("x" * 300, [1, 2])] * 1000)
    lines = capfdbinary.readouterr().out.splitlines()
    assert lines[0] == b"target\tasns" and lines[1] == b"x" * 300 + b"\t1, 2" and len(lines) == 1001


def test_a_table_shows_only_the_brief_columns_and_csv_all(capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    write_rows(["a", "b"], [(1, 2)], "table", brief=["b"])
    write_rows(["a", "b"], [(1, 2)], "csv", brief=["b"])
    assert capfdbinary.readouterr().out == b"b\n2\na,b\n1,2\n"


def test_control_characters_of_strangers_are_shown_and_not_obeyed() -> None:
    assert show_value("\x1b[31mred\tand\n\u202eback") == r"\x1b[31mred\tand\n\u202eback"
    assert show_value("نمی\u200cخواهم") == "نمی\u200cخواهم"
    assert show_value(None) == "-" and show_value([]) == "-" and show_value(["a", "b"]) == "a, b"


def test_a_format_or_column_that_does_not_exist_is_wrong_use() -> None:
    with pytest.raises(UsageError, match="table, json, jsonl, csv, parquet"):
        write_rows(["a"], [], "xml")
    with pytest.raises(UsageError, match="no column 'z'"):
        write_rows(["a"], [], "table", brief=["z"])
