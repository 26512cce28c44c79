"""Dates, exact and relative."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netglass.reader.document import Span
from netglass.reader.draft.when import find_whens
from netglass.register.partial_date import PartialDate, parse_date


@pytest.mark.parametrize(
    ("text", "published", "value", "relative"),
    [
        ("on 3 March 2031", None, "2031-03-03", None),
        ("on March 3, 2031", None, "2031-03-03", None),
        ("in January 2030", None, "2030-01", None),
        ("in 2029", None, "2029", None),
        ("2031年3月5日", None, "2031-03-05", None),
        ("On Wednesday it", None, None, "On Wednesday"),
        ("On Wednesday it", "2031-05-14", "2031-05-14", "On Wednesday"),
        ("on Tuesday", "2031-05-14", "2031-05-13", "on Tuesday"),
        ("on Thursday", "2031-05-14", "2031-05-08", "on Thursday"),
        ("yesterday", "2031-03-01", "2031-02-28", "yesterday"),
        ("last year", "2031", "2030", "last year"),
        ("last month", "2031-01-09", "2030-12", "last month"),
        ("two years ago", "2031-05", "2029", "two years ago"),
        ("last spring", "2031-05-14", None, "last spring"),
        ("in December", "2031-05-14", "2030-12", "in December"),
        ("on Tuesday", "2031-05", None, "on Tuesday"),
    ],
)
def test_a_date_is_anchored_as_far_as_publication_is_known(
    text: str, published: str | None, value: str | None, relative: str | None
) -> None:
    (when,) = find_whens(text, Span(0, len(text)), parse_date(published) if published else None)
    assert (when.value and str(when.value), when.relative) == (value, relative)


def test_a_day_that_does_not_exist_is_none() -> None:
    assert [when for when in find_whens("on 2031-02-30", Span(0, 13)) if when.value and when.value.day] == []


@given(
    st.text(alphabet="Last yearsgomonth in May0123456789-年月日"),
    st.dates().map(lambda day: PartialDate(day.year, day.month, day.day)),
)
def test_no_text_breaks_it(text: str, published: PartialDate) -> None:
    for when in find_whens(text, Span(0, len(text)), published):
        assert 0 <= when.span.start < when.span.end <= len(text)
