"""Numbers."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netglass.reader.document import Span
from netglass.reader.draft.quantity import find_quantities


@pytest.mark.parametrize(
    ("text", "value", "is_share"),
    [
        ("1.2 million users", 1_200_000, False), ("38,000 names", 38_000, False), ("61.5 percent of", 61.5, True),
        ("95 per cent", 95, True), ("46%", 46, True), ("3bn", 3e9, False),
    ],
)  # fmt: skip
def test_a_number_has_a_value_and_a_place(text: str, value: float, is_share: bool) -> None:
    (quantity,) = find_quantities(text, Span(0, len(text)))
    assert (quantity.value, quantity.is_share, quantity.span.start) == (value, is_share, 0)


@given(st.integers(min_value=0, max_value=10**12))
def test_thousands_may_be_parted_by_commas(number: int) -> None:
    text = f"{number:,} sites"
    assert find_quantities(text, Span(0, len(text)))[0].value == number
