"""What may be published of a run: measurements that are old enough, with times that name no minute.

A time to the second, beside the logs of a provider, names a person. So measurements are held back for at least 7 days, and
every wall-clock time in them is cut to the hour: begin of run and measurement, the stamp in the report id, and the headers
in which servers tell the time. Times within a measurement are relative and stay. Cookies go.
"""

import re
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from email.utils import format_datetime, parsedate_to_datetime
from pathlib import Path
from typing import Any

import msgspec

from netglass.probe.measurement import TIME
from netglass.probe.scrub import SCRUBBED
from netglass.vocab.error import InputError, UsageError

LEAST_DAYS = 7
"""Shortest time between a measurement and its publication, in days."""

CLOCKS = frozenset(("date", "expires", "last-modified"))
"""Headers that hold a time."""

SECRETS = frozenset(("cookie", "set-cookie", "authorization"))
"""Headers that may name a visitor."""

_STAMP = re.compile(r"^(\d{8}T\d{2})\d{4}Z")


def export_lines(lines: Iterable[bytes], now: datetime, days: int, source: Path) -> Iterator[bytes]:
    """Yield the lines that may be published, without their minutes.

    Args:
        lines: measurements.
        now: the time, naive UTC.
        days: for how long they are held back, 7 or more.
        source: where the lines are from, for messages.

    Raises:
        UsageError: ``days`` is less than 7.
        InputError: a line is no measurement.
    """
    if days < LEAST_DAYS:
        raise UsageError(f"measurements are held back for {LEAST_DAYS} days at least, not {days}")
    newest = now - timedelta(days=days)
    for number, line in enumerate(lines, 1):
        try:
            value = msgspec.json.decode(line)
            begin = datetime.strptime(value["measurement_start_time"], TIME)
            if begin <= newest:
                yield msgspec.json.encode(blur(value)) + b"\n"
        except (msgspec.MsgspecError, KeyError, TypeError, ValueError) as error:
            raise InputError(f"{source}:{number}: {error}: no measurement of the probe") from error


def blur(value: dict[str, Any]) -> dict[str, Any]:
    """Return a decoded measurement with wall-clock times cut to the hour, in place."""
    for name in ("measurement_start_time", "test_start_time"):
        value[name] = f"{value[name][:13]}:00:00"
    value["report_id"] = _STAMP.sub(r"\g<1>0000Z", value["report_id"])
    keys = value["test_keys"]
    for transaction in keys["requests"] or ():
        for side in ("request", "response"):
            headers = transaction[side]
            headers["headers_list"] = [[name, blur_header(name, text)] for name, text in headers["headers_list"]]
            headers["headers"] = {name: blur_header(name, text) for name, text in headers["headers"].items()}
    if keys.get("control"):
        page = keys["control"]["http_request"]
        page["headers"] = {name: blur_header(name, text) for name, text in page["headers"].items()}
    return value


def blur_header(name: str, text: Any) -> Any:
    """Return a header's value without minutes and without what may name a visitor."""
    lower = name.lower()
    if lower in SECRETS:
        return SCRUBBED
    if lower not in CLOCKS or not isinstance(text, str):
        return text
    try:
        moment = parsedate_to_datetime(text)
        return format_datetime(moment.replace(minute=0, second=0), usegmt=moment.tzname() == "UTC")
    except ValueError:
        return SCRUBBED
