"""What a reader of tables gives: rows of one kind, and what was left out and why."""

from collections import Counter
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any, NamedTuple
from urllib.parse import urlsplit

Row = tuple[Any, ...]


class Licence(NamedTuple):
    """Under which terms a table may be passed on, and whom to name."""

    name: str
    attribution: str


class Intake(NamedTuple):
    """What became of a file: every row that was read is loaded or skipped.

    Attributes:
        kind: ``shutdown``, ``finding`` or ``series``.
        read: rows that the file has.
        rows: those that were loaded, in the order of the columns of their kind.
        skipped: how many were left out, by reason.
        examples: where the first rows of each reason are, from 1.
    """

    kind: str
    read: int
    rows: list[Row]
    skipped: dict[str, int]
    examples: dict[str, list[int]]


class Skip(Exception):
    """A row is left out; the message is the reason, the same for all such rows."""


MOST_EXAMPLES = 5


def collect(kind: str, records: Iterable[Any], read: Any) -> Intake:
    """Read records one by one with ``read``, which returns rows or raises :class:`Skip`."""
    rows: list[Row] = []
    skipped: Counter[str] = Counter()
    examples: dict[str, list[int]] = {}
    number = 0
    for number, record in enumerate(records, 1):
        try:
            rows += read(record)
        except Skip as skip:
            reason = str(skip)
            skipped[reason] += 1
            if len(found := examples.setdefault(reason, [])) < MOST_EXAMPLES:
                found.append(number)
    return Intake(kind, number, rows, dict(skipped), examples)


def list_hosts(text: str | None) -> list[str]:
    """Return the hosts of the links in a text, each once; the rest of a link may name people and is left out."""
    parts = (text or "").replace(";", " ").split()
    return sorted({host for part in parts if (host := _read_host(part.strip(",")))})


def _read_host(text: str) -> str | None:
    try:
        link = urlsplit(text)
    except ValueError:
        return None
    return link.hostname if link.scheme in ("http", "https") and "@" not in link.netloc else None


def read_day(value: Any) -> date | None:
    """Return a day, None where there is none.

    Raises:
        Skip: it is no date.
    """
    if value is None or value == "":
        return None
    if isinstance(value, datetime):
        return value.date()
    try:
        return date.fromisoformat(str(value)[:10])
    except ValueError as error:
        raise Skip("a date that is none") from error
