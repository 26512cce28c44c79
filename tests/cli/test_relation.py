"""A relation is written as its rows would be, in batches and in its own order."""

import json
from datetime import datetime
from pathlib import Path

import duckdb
import pytest

from netglass.cli.format import FORMATS, write_rows
from netglass.cli.relation import BATCH_ROWS, write_relation
from netglass.vocab.error import UsageError
from netglass.vocab.table import SERIES_TYPE

SQL = """
SELECT range AS n, TIMESTAMP '2026-03-02 05:20:04' AS seen_at, [range, NULL] AS "a list", 'NaN'::DOUBLE AS share, '' AS empty,
       [row('a.example', 64512, NULL, TIMESTAMP '2026-03-02 00:00:00', NULL, NULL, 0, 1, 0, 1)]::SERIES AS series
FROM range($rows) ORDER BY n DESC
""".replace("SERIES", SERIES_TYPE)


def relate(rows: int) -> duckdb.DuckDBPyRelation:
    """Return a relation of all kinds of columns, its rows in falling order."""
    return duckdb.sql(SQL, params={"rows": rows})


@pytest.mark.parametrize("format", [form for form in FORMATS if form != "parquet"])
def test_a_relation_gives_what_its_rows_give(tmp_path: Path, format: str) -> None:
    relation = relate(BATCH_ROWS + 1)
    write_relation(relation, format, out=tmp_path / "relation")
    write_rows(relation.columns, relation.fetchall(), format, out=tmp_path / "rows")
    assert (tmp_path / "relation").read_bytes() == (tmp_path / "rows").read_bytes()


def test_parquet_keeps_types_and_order(tmp_path: Path) -> None:
    relation = relate(3)
    write_relation(relation, "parquet", out=tmp_path / "rows")
    read = duckdb.sql(f"SELECT * FROM read_parquet('{tmp_path / 'rows'}')")
    assert read.types == relation.types
    assert [row[0] for row in read.fetchall()] == [2, 1, 0]


def test_times_are_told_in_utc_at_any_depth(tmp_path: Path) -> None:
    write_relation(relate(1), "json", out=tmp_path / "rows")
    (row,) = json.loads((tmp_path / "rows").read_text())
    assert row["seen_at"] == "2026-03-02T05:20:04Z"
    assert row["series"][0]["onset_latest"] == "2026-03-02T00:00:00Z"
    assert row["share"] is None


def test_a_relation_without_rows_has_its_header(tmp_path: Path) -> None:
    write_relation(duckdb.sql("SELECT 1 AS a, now() AS b WHERE false"), "csv", out=tmp_path / "rows")
    assert (tmp_path / "rows").read_text() == "a,b\n"


def test_a_brief_table_of_a_relation(tmp_path: Path) -> None:
    write_relation(duckdb.sql("SELECT 1 AS a, 2 AS b"), "table", out=tmp_path / "rows", brief=["b"])
    assert (tmp_path / "rows").read_text() == "b\n2\n"
    with pytest.raises(UsageError, match="no column 'c'"):
        write_relation(duckdb.sql("SELECT 1 AS a"), "table", out=tmp_path / "rows", brief=["c"])


def test_old_times_have_four_digits_of_year(tmp_path: Path) -> None:
    relation = duckdb.sql("SELECT TIMESTAMP '0970-01-01 00:00:00' AS a")
    write_relation(relation, "csv", out=tmp_path / "rows")
    assert relation.fetchall() == [(datetime(970, 1, 1),)]
    assert (tmp_path / "rows").read_text() == "a\n0970-01-01T00:00:00Z\n"
