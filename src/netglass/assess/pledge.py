"""What came of a pledge: kept, missed, open, or not measurable, by the series that the register names for it.

The number that counts is the last one of the deadline or before. A pledge is *kept* when it meets the target, *missed* when it does not
and speaks of the time of the deadline, *open* before the deadline, and else *not measurable*: an old number shows no miss.
"""

from datetime import date
from typing import NamedTuple

from netglass.assess.demand import cite_record
from netglass.assess.observed import Row
from netglass.register.indicator import Indicator, Value
from netglass.register.library import Register
from netglass.register.pledge import Pledge

COLUMNS = (
    "pledge_id",
    "cc",
    "summary",
    "made",
    "deadline",
    "direction",
    "target",
    "unit",
    "outcome",
    "why",
    "value_when_made",
    "value",
    "value_date",
    "latest_value",
    "latest_date",
    "indicator",
    "evidence",
    "register",
    "inputs",
    "limits",
)


class Outcome(NamedTuple):
    """What came of a pledge, why, and the number that decides."""

    word: str
    why: str
    value: Value | None = None


def assess_pledges(register: Register, cc: str, today: date) -> list[Row]:
    """Return the pledges of a country, each beside its series.

    Args:
        register: with pledges and indicators.
        cc: the country.
        today: the day on which it is asked.
    """
    pledges = [record for record in register.list_records("pledge", cc) if isinstance(record, Pledge)]
    return [_tell_pledge(register, pledge, today) for pledge in pledges]


def judge_pledge(pledge: Pledge, series: Indicator | None, today: date) -> Outcome:
    """Return what came of a pledge.

    Args:
        pledge: what was promised.
        series: by which it is measured, None where there is none.
        today: the day on which it is asked.
    """
    if series is None:
        return Outcome("not_measurable", "the register names no series for it")
    if not series.values:
        return Outcome("not_measurable", f"the numbers of {series.id} are in a data set that was not read")
    if series.unit != pledge.unit:
        return Outcome("not_measurable", f"the series counts {series.unit}, and the pledge {pledge.unit}")
    value = _find_last(series, pledge.deadline.last)
    speaks_of_it = value is not None and not value.date.is_before(pledge.deadline)
    if value is not None and _meets(pledge, value) and (speaks_of_it or pledge.direction == "at_least"):
        return Outcome("kept", f"{value.value:g} in {value.date} meets {pledge.target:g}", value)
    if pledge.deadline.last >= today:
        return Outcome("open", f"the deadline {pledge.deadline} has not passed", value)
    if value is None or not speaks_of_it:
        known = "there is no number before it" if value is None else f"the last number before it is of {value.date}"
        return Outcome("not_measurable", f"no number speaks of the deadline {pledge.deadline}: {known}", value)
    return Outcome("missed", f"{value.value:g} in {value.date} does not meet {pledge.target:g}", value)


def _find_last(series: Indicator, day: date) -> Value | None:
    return max((value for value in series.values if value.date.first <= day), key=lambda v: v.date, default=None)


def _meets(pledge: Pledge, value: Value) -> bool:
    return value.value >= pledge.target if pledge.direction == "at_least" else value.value <= pledge.target


def _tell_pledge(register: Register, pledge: Pledge, today: date) -> Row:
    found = register.find(pledge.indicator) if pledge.indicator else None
    series = found if isinstance(found, Indicator) else None
    outcome = judge_pledge(pledge, series, today)
    start = _find_last(series, pledge.made.last) if series else None
    latest = max(series.values, key=lambda value: value.date, default=None) if series else None
    return {
        "pledge_id": pledge.id,
        "cc": pledge.cc,
        "summary": pledge.summary,
        "made": str(pledge.made),
        "deadline": str(pledge.deadline),
        "direction": pledge.direction,
        "target": pledge.target,
        "unit": pledge.unit,
        "outcome": outcome.word,
        "why": outcome.why,
        "value_when_made": start.value if start else None,
        "value": outcome.value.value if outcome.value else None,
        "value_date": str(outcome.value.date) if outcome.value else None,
        "latest_value": latest.value if latest else None,
        "latest_date": str(latest.date) if latest else None,
        "indicator": pledge.indicator,
        "evidence": [],
        "register": [*cite_record(pledge, "target"), *_cite_value(series, outcome.value)],
        "inputs": {"register": register.digest},
        "limits": _list_limits(pledge, series, latest),
    }


def _cite_value(series: Indicator | None, value: Value | None) -> list[str]:
    return cite_record(series, f"values.{value.date}.value") if series and value else []


def _list_limits(pledge: Pledge, series: Indicator | None, latest: Value | None) -> list[str]:
    if series is None:
        return []
    limits = [f"the series is as its publisher has it: {series.method}"]
    if latest is not None and pledge.deadline.is_before(latest.date):
        word = "meets" if _meets(pledge, latest) else "does not meet"
        limits.append(f"after the deadline, {latest.value:g} in {latest.date} {word} the target")
    return limits
