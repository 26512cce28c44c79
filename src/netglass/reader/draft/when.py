"""Dates in sentences: exact ones, and relative ones that are anchored by the day of publication, or stay relative.

A day of the week is the last such day up to publication, as news agencies write it. A season has no month, for the year turns
differently in each half of the world.
"""

import re
from collections.abc import Iterator
from datetime import date, timedelta
from typing import NamedTuple

from netglass.reader.date import MONTHS
from netglass.reader.document import Span
from netglass.register.partial_date import PartialDate

_MONTH = "|".join(month.capitalize() for month in MONTHS)
_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_COUNTS = {
    word: number
    for number, word in enumerate(["no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"])
} | {"a": 1, "an": 1}
_EXACT = re.compile(
    rf"\b(?P<d>\d{{1,2}})(?:st|nd|rd|th)?\s+(?P<m>{_MONTH}),?\s+(?P<y>\d{{4}})\b"
    rf"|\b(?P<m2>{_MONTH})\s+(?P<d2>\d{{1,2}})(?:st|nd|rd|th)?,?\s+(?P<y2>\d{{4}})\b"
    rf"|\b(?P<m3>{_MONTH})\s+(?:of\s+)?(?P<y3>\d{{4}})\b"
    r"|\b(?P<iso>\d{4}-\d{2}-\d{2})\b"
    r"|(?P<y4>\d{4})\s*年(?:\s*(?P<m4>\d{1,2})\s*月(?:\s*(?P<d4>\d{1,2})\s*日)?)?"
    r"|\b(?i:in|since|during|of|late|early|until|from|year)\s+(?P<y5>(?:19|20)\d{2})\b"
)
_RELATIVE = re.compile(
    r"(?P<day>\b(?:[Tt]oday|[Yy]esterday)\b)"
    rf"|\b(?:[Oo]n\s+|[Ll]ast\s+|[Tt]his\s+)?(?P<week>{'|'.join(day.capitalize() for day in _DAYS)})\b"
    r"|\b(?P<which>[Ll]ast|[Tt]his|[Nn]ext)\s+(?P<unit>week|month|year|spring|summer|autumn|winter)\b"
    r"|\b(?P<count>\d{1,2}|[Aa]n?|[Oo]ne|[Tt]wo|[Tt]hree|[Ff]our|[Ff]ive|[Ss]ix|[Ss]even|[Ee]ight|[Nn]ine|[Tt]en)\s+(?P<units>day|week|month|year)s?\s+(?:ago|earlier)\b"
    rf"|\b[Ii]n\s+(?P<month>{_MONTH})\b(?!\s+\d)"
)


class When(NamedTuple):
    """A date: where it stands, its value or None, and its wording where it is relative."""

    span: Span
    value: PartialDate | None
    relative: str | None = None


def find_whens(text: str, span: Span, published: PartialDate | None = None) -> list[When]:
    """Return the dates of a passage in their order."""
    found = list(_find_exact(text, span))
    for match in _RELATIVE.finditer(text, *span):
        if not any(when.span.start < match.end() and match.start() < when.span.end for when in found):
            found.append(When(Span(*match.span()), published and _anchor(match, published), match[0]))
    return sorted(found)


def _find_exact(text: str, span: Span) -> Iterator[When]:
    for match in _EXACT.finditer(text, *span):
        got = {name.rstrip("2345"): value for name, value in match.groupdict().items() if value}
        inner = match.span("y5") if match["y5"] else match.span()
        if value := _read_exact(got):
            yield When(Span(*inner), value)


def _read_exact(got: dict[str, str]) -> PartialDate | None:
    if "iso" in got:
        year, month, day = map(int, got["iso"].split("-"))
    else:
        named = got.get("m", "0")
        month = int(named) if named.isdigit() else MONTHS.index(named.lower()) + 1
        year, day = int(got["y"]), int(got.get("d", 0))
    made = PartialDate(year, month, day)
    try:
        _ = made.first
    except ValueError:
        return None
    return made


def _anchor(match: re.Match[str], published: PartialDate) -> PartialDate | None:
    if match["week"]:
        return _find_weekday(_DAYS.index(match["week"].lower()), published)
    if match["day"]:
        return _shift_days(published, 1 if match["day"].lower() == "yesterday" else 0)
    if match["month"]:
        month = MONTHS.index(match["month"].lower()) + 1
        return PartialDate(published.year - (published.month < month), month) if published.month else None
    if match["which"]:
        step = {"last": -1, "this": 0, "next": 1}[match["which"].lower()]
        return _shift(match["unit"], step, published)
    count = _COUNTS.get(match["count"].lower()) or int(match["count"])
    return _shift(match["units"], -count, published)


def _shift(unit: str, step: int, published: PartialDate) -> PartialDate | None:
    if unit == "year":
        return PartialDate(published.year + step)
    if unit == "month" and published.month:
        months = published.year * 12 + published.month - 1 + step
        return PartialDate(months // 12, months % 12 + 1)
    return _shift_days(published, -step) if unit == "day" else None


def _shift_days(published: PartialDate, back: int) -> PartialDate | None:
    return _make_day(published.first - timedelta(days=back)) if published.day else None


def _find_weekday(day: int, published: PartialDate) -> PartialDate | None:
    if not published.day:
        return None
    return _make_day(published.first - timedelta(days=(published.first.weekday() - day) % 7))


def _make_day(day: date) -> PartialDate:
    return PartialDate(day.year, day.month, day.day)
