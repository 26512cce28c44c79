"""One value: what DuckDB, numpy and Python give becomes what JSON can say, and the type of its column is found."""

import json
import math
from datetime import datetime
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from netglass.cli.cell import infer_type, plain_value
from netglass.vocab.state import State

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.datetimes() | st.dates(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner) | st.tuples(inner, inner),
    max_leaves=20,
)


@given(VALUES)
def test_any_value_becomes_strict_json(value: Any) -> None:
    plain = plain_value(value)
    assert json.loads(json.dumps(plain, allow_nan=False)) == plain
    assert plain_value(plain) == plain


@given(st.floats())
def test_only_finite_numbers_are_numbers(value: float) -> None:
    assert plain_value(value) == (value if math.isfinite(value) else None)


def test_plain_values() -> None:
    assert plain_value(State.OK) == "ok"
    assert plain_value(np.datetime64("2026-03-02T05:20:04.5")) == "2026-03-02T05:20:04Z"
    assert plain_value({"at": datetime(2026, 3, 2), "n": (np.float32("nan"), np.int8(1))}) == {
        "at": "2026-03-02T00:00:00Z",
        "n": [None, 1],
    }
    assert plain_value(np.ma.masked) is None
    with pytest.raises(TypeError):
        plain_value(object())


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        ([None, None], "VARCHAR"),
        ([True, None], "BOOLEAN"),
        ([1, 2.5], "DOUBLE"),
        ([1, 2**64 - 1], "UBIGINT"),
        (["a", 1], "JSON"),
        ([[], [1]], "BIGINT[]"),
        ([[], None], "VARCHAR[]"),
        ([[1], "a"], "JSON"),
        ([{"a": 1}], "JSON"),
        ([[{"a": 1}]], "JSON[]"),
    ],
)
def test_types_are_inferred_from_all_values(values: list[Any], kind: str) -> None:
    assert infer_type(values) == kind
