"""The layout of OONI's public bucket: from a question to the few prefixes that can answer it, and back from a key.

Two layouts hold the whole archive. Since 2020-10-20 files are named by the hour of upload, all countries side by
side, ``raw/20240115/07/IR/webconnectivity/2024011507_IR_webconnectivity.n1.0.jsonl.gz`` with the same measurements as
posts in a ``.tar.gz`` of the same stem. Up to 2020-10-20 they are named by test, country and day, always hour ``00``:
``jsonl/webconnectivity/IT/20200921/00/20200921_IT_webconnectivity.l.0.jsonl.gz``. Test names lose their underscores.
The older *autoclaved* and *sanitised* trees hold the same measurements again and are never read.

**Source**: the README of github.com/ooni/data and ooni/backend, docs/MeasurementUploader.md.
"""

import re
from collections.abc import Iterator
from datetime import date, timedelta
from enum import StrEnum
from typing import NamedTuple

from netglass.vocab.error import UsageError

OLD_LAST_DAY = date(2020, 10, 20)
"""Last day in the ``jsonl/`` layout; the day itself is in both."""

NEW_FIRST_DAY = date(2020, 10, 20)
"""First day in the ``raw/`` layout."""

_NEW = re.compile(
    r"raw/(?P<day>\d{8})/(?P<hour>[01]\d|2[0-3])/(?P<cc>[A-Z]{2})/(?P<test>[a-z0-9]+)/(?P<name>[A-Za-z0-9][A-Za-z0-9_.-]*)"
)
_OLD = re.compile(
    r"jsonl/(?P<test>[a-z0-9]+)/(?P<cc>[A-Z]{2})/(?P<day>\d{8})/(?P<hour>[01]\d|2[0-3])/(?P<name>[A-Za-z0-9][A-Za-z0-9_.-]*)"
)


class Container(StrEnum):
    """How measurements are packed: one a line, or as the posts of the probes."""

    JSONL = "jsonl.gz"
    POSTS = "tar.gz"


class Question(NamedTuple):
    """Which files are wanted. ``since`` and ``until`` are days of *upload*, both included."""

    countries: tuple[str, ...]
    tests: tuple[str, ...]
    since: date
    until: date
    container: Container = Container.JSONL


class Key(NamedTuple):
    """What a key of the bucket says about the file behind it."""

    key: str
    day: date
    hour: int
    country: str
    test: str
    container: Container


def squeeze_test(name: str) -> str:
    """Return the bucket's spelling of a nettest: ``web_connectivity`` is ``webconnectivity``."""
    return name.strip().lower().replace("_", "")


def ask_question(
    countries: list[str], tests: list[str], since: date, until: date, container: Container = Container.JSONL
) -> Question:
    """Return a checked question with the bucket's spellings, without repetitions.

    Raises:
        UsageError: a country is not two letters, a test has other characters than letters, digits and underscores, or
            the days are the wrong way round.
    """
    ccs = tuple(dict.fromkeys(cc.strip().upper() for cc in countries))
    names = tuple(dict.fromkeys(squeeze_test(test) for test in tests))
    for cc in ccs:
        if not re.fullmatch(r"[A-Z]{2}", cc):
            raise UsageError(f"--cc {cc!r}: a country is two letters, like IR (ZZ where it was withheld)")
    for name in names:
        if not re.fullmatch(r"[a-z0-9]+", name):
            raise UsageError(f"--test {name!r}: a nettest is named like web_connectivity")
    if not ccs or not names:
        raise UsageError("name at least one country (--cc IR) and one nettest (--test web_connectivity)")
    if until < since:
        raise UsageError(f"--until {until} is before --since {since}; both days are included")
    return Question(ccs, names, since, until, container)


def list_days(since: date, until: date) -> Iterator[date]:
    """Yield every day from ``since`` to ``until``, both included."""
    for offset in range((until - since).days + 1):
        yield since + timedelta(days=offset)


def list_prefixes(question: Question) -> list[str]:
    """Return the prefixes to list, and no others: 24 a day, country and test in the new layout, one in the old.

    Posts are kept in the new layout only, so the old one is not asked for them.
    """
    return [
        prefix
        for day in list_days(question.since, question.until)
        for country in question.countries
        for test in question.tests
        for prefix in _list_day(day, country, test, question.container)
    ]


def _list_day(day: date, country: str, test: str, container: Container) -> Iterator[str]:
    if day <= OLD_LAST_DAY and container is Container.JSONL:
        yield f"jsonl/{test}/{country}/{day:%Y%m%d}/"
    if day >= NEW_FIRST_DAY:
        for hour in range(24):
            yield f"raw/{day:%Y%m%d}/{hour:02d}/{country}/{test}/"


def parse_key(key: str) -> Key | None:
    """Read a key of either layout, or return None for anything else.

    A key that could leave the folder it is written to (``..``, an absolute path, a backslash) is anything else.
    """
    match = _NEW.fullmatch(key) or _OLD.fullmatch(key)
    container = next((kind for kind in Container if key.endswith(f".{kind}")), None)
    if match is None or container is None:
        return None
    day = _parse_day(match["day"])
    if day is None:
        return None
    return Key(key, day, int(match["hour"]), match["cc"], match["test"], container)


def _parse_day(digits: str) -> date | None:
    try:
        return date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        return None


def want_key(key: Key, question: Question) -> bool:
    """Tell whether the file behind ``key`` belongs to the answer."""
    return (
        key.country in question.countries
        and key.test in question.tests
        and question.since <= key.day <= question.until
        and key.container is question.container
    )
