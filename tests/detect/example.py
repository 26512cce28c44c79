"""Series in shorthand: one letter a measurement, ``o`` clear, ``B`` blocked, ``b`` likely blocked, ``d`` down, ``.`` nothing."""

from datetime import datetime, timedelta
from typing import Any

from netglass.detect.telling import Verdicts, read_verdicts
from tests.detect.world import add_row, no_rows

START = datetime(2031, 5, 5)

STATES = {"o": "ok", "B": "blocked", "b": "likely_blocked", "d": "down"}


def write_series(
    columns: dict[str, list[Any]],
    letters: str,
    asn: int = 64901,
    target: str = "a.example",
    cc: str = "QA",
    every_hours: float = 24,
    first_hour: float = 0,
    mechanism: str = "tls.reset.sni",
    **values: Any,
) -> dict[str, list[Any]]:
    """Add one series to ``columns``, a measurement every ``every_hours``; a dot is a pause."""
    for i, letter in enumerate(letters):
        if letter != ".":
            moment = START + timedelta(hours=first_hour + i * every_hours)
            paths = [mechanism] if letter in "Bb" else []
            add_row(
                columns,
                **{
                    "probe_cc": cc, "probe_asn": asn, "target": target, "observed_at": moment,
                    "state": STATES[letter], "mechanisms": paths,
                } | values,
            )  # fmt: skip
    return columns


def read_series(*letters: str, first_hour: float = 0, **values: Any) -> Verdicts:
    """Return verdicts of one target with one string for each network, AS 64901 and up, an hour apart from each other."""
    columns = no_rows()
    for i, one in enumerate(letters):
        write_series(columns, one, 64901 + i, first_hour=first_hour + i, **values)
    return read_verdicts(columns)


def hours(row_time: datetime | None) -> float | None:
    """Return hours since :data:`START`, or None."""
    return None if row_time is None else (row_time - START).total_seconds() / 3600
