"""What goes in as rows comes out of DuckDB with the types of the columns."""

from datetime import datetime
from typing import Any

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from netglass.store.column import join_strings, make_arrays, select_columns
from netglass.vocab.table import Column

CONNECTION = duckdb.connect(config={"threads": 1})

TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x1f"))


def through_duckdb(type: str, values: list[Any]) -> list[Any]:
    columns = [Column("value", type, "")]
    with CONNECTION.cursor() as connection:
        connection.register("slice", make_arrays(columns, [(value,) for value in values]))
        return [row[0] for row in connection.execute(f"SELECT {select_columns(columns)} FROM slice").fetchall()]


@pytest.mark.parametrize(
    ("type", "values"),
    [
        ("VARCHAR", ["a", "", None, "\0", "über"]),
        ("VARCHAR", [None, None]),
        ("BOOLEAN", [True, None, False]),
        ("DOUBLE", [0.1, None, -3.0]),
        ("SMALLINT", [200, None, -1]),
        ("UINTEGER", [0, 4294967295, None]),
        ("BIGINT", [None, 2**53 - 1, -5]),
        ("BIGINT", [2**63 - 1, None, -(2**63)]),
        ("UBIGINT", [0, 2**64 - 1]),
        ("UBIGINT", [None, 2**64 - 1]),
        ("TIMESTAMP", [datetime(2024, 1, 15, 6, 12, 3, 250_000), None, datetime(1970, 1, 1)]),
        ("VARCHAR[]", [[], None, [""], ["a", "b"], ["", ""]]),
        ("UINTEGER[]", [[], None, [1, 2]]),
        ("DOUBLE[]", [[0.25], None]),
        ("STRUCT(name VARCHAR, cc VARCHAR[])[]", [[], None, [{"name": "x", "cc": ["XA"]}, {"name": None, "cc": []}]]),
        ("STRUCT(a DOUBLE, t TIMESTAMP)", [{"a": 1.5, "t": datetime(2024, 1, 15)}, None]),
    ],
)
def test_values_come_back_as_they_went(type: str, values: list[Any]) -> None:
    assert through_duckdb(type, values) == values


def test_a_number_that_does_not_fit_becomes_null_and_costs_no_other() -> None:
    assert through_duckdb("UINTEGER", [-1, 2**40, 7]) == [None, None, 7]


def test_not_a_number_is_missing() -> None:
    assert through_duckdb("DOUBLE", [float("nan"), 1.0]) == [None, 1.0]


@given(st.lists(st.none() | st.lists(TEXT, max_size=4), min_size=1, max_size=20))
def test_lists_of_strings_come_back(values: list[list[str] | None]) -> None:
    assert through_duckdb("VARCHAR[]", values) == values


@given(st.lists(st.text(), max_size=5))
def test_a_separator_within_a_string_does_not_split_it(values: list[str]) -> None:
    assert join_strings(values).count("\x1f") == len(values)
