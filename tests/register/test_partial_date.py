"""Dates keep the precision that they were written with."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from netglass.register.partial_date import PartialDate, parse_date

ADAPTER = TypeAdapter(PartialDate)


@pytest.mark.parametrize(
    ("text", "precision", "first", "last"),
    [
        ("2015", "year", date(2015, 1, 1), date(2015, 12, 31)),
        ("2015-07", "month", date(2015, 7, 1), date(2015, 7, 31)),
        ("2016-02", "month", date(2016, 2, 1), date(2016, 2, 29)),
        ("2015-07-01", "day", date(2015, 7, 1), date(2015, 7, 1)),
    ],
)
def test_a_date_has_a_bracket_of_days(text: str, precision: str, first: date, last: date) -> None:
    found = parse_date(text)
    assert (found.precision, found.first, found.last, str(found)) == (precision, first, last, text)


@pytest.mark.parametrize(
    "text", ["", "15", "2015-7", "2015-13", "2015-02-30", "2015-00", "2015-07-00", "0000", "2015-07-01T00:00", "٢٠١٥"]
)
def test_what_is_no_date_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"date|year|day|month"):
        parse_date(text)
    with pytest.raises(ValidationError, match="is no date"):
        ADAPTER.validate_python(text)


def test_dates_sort_by_their_first_day_and_the_less_exact_before() -> None:
    dates = [parse_date(text) for text in ("2015-07-01", "2016", "2015-07", "2015", "2014-12-31")]
    assert [*map(str, sorted(dates))] == ["2014-12-31", "2015", "2015-07", "2015-07-01", "2016"]


def test_before_means_before_on_every_day() -> None:
    assert parse_date("2015-06").is_before(parse_date("2015-07-01"))
    assert not parse_date("2015").is_before(parse_date("2015-07"))
    assert not parse_date("2015-07").is_before(parse_date("2015"))


@given(st.dates(), st.sampled_from([4, 7, 10]))
def test_text_and_date_are_one(day: date, length: int) -> None:
    text = day.isoformat()[:length]
    found = parse_date(text)
    assert str(found) == text and found.first <= day <= found.last
    assert ADAPTER.validate_json(ADAPTER.dump_json(found)) == found
