"""Real cases, which are kept in a local folder and leave it as counts alone."""

from datetime import UTC, datetime
from pathlib import Path

from netglass.register.casebook import CaseCount, add_case, count_cases, forget_case, list_cases, review_case
from netglass.register.library import Register
from netglass.register.partial_date import parse_date
from netglass.vocab.error import UsageError
from netglass.vocab.setting import read_setting


def find_casebook(folder: Path | None = None) -> Path:
    """Return the folder of the cases: the one named, that of the setting, or the one in the user's own data."""
    chosen = read_setting("NETGLASS_CASES")
    return folder or (Path(chosen) if chosen else Path.home() / ".local" / "share" / "netglass" / "cases")


def keep_case(path: Path, register: Register, folder: Path | None = None) -> str:
    """Check a case, keep it, and return the id that was drawn for it.

    Args:
        path: the file that is handed in; it stays as it is.
        register: which has the provision.
        folder: of the cases.

    Raises:
        RegisterError: the case is not valid, or the folder lies in a repository or a store.
    """
    return add_case(find_casebook(folder), path, register, datetime.now(UTC).date()).id


def count_casebook(folder: Path | None = None) -> list[CaseCount]:
    """Return how many cases rest on each provision in each year; overdue ones are not among them, small counts are None.

    Raises:
        RegisterError: a file of the folder is no case.
    """
    return count_cases(list_cases(find_casebook(folder), datetime.now(UTC).date()))


def review(id: str, until: str, folder: Path | None = None) -> None:
    """Say that a case was looked at and may be kept until a day, ``YYYY-MM-DD``.

    Raises:
        UsageError: not a day.
        RegisterError: there is none of that id, or the day is not within 180 days.
    """
    try:
        day = parse_date(until)
    except ValueError as error:
        raise UsageError(f"--until {error}: write it as 2026-06-17") from error
    if day.precision != "day":
        raise UsageError(f"--until {until!r} is no day: write it as 2026-06-17")
    review_case(find_casebook(folder), id, day, datetime.now(UTC).date())


def forget(id: str, folder: Path | None = None) -> None:
    """Remove a case for good.

    Raises:
        RegisterError: there is none of that id.
    """
    forget_case(find_casebook(folder), id)
