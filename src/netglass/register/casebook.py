"""Real cases: a local folder of their own, outside of every repository and store, from which a case can be removed for good.

A case is kept as its model has it: comments and unknown keys of the file that was handed in are not copied, and its id is drawn, not
chosen. Nothing of what a case says is in a message. A case whose review is overdue is hidden everywhere until it has been looked at.
What leaves this folder are counts by provision and year, and no count below :data:`FLOOR`.
"""

import os
import secrets
from collections import Counter
from collections.abc import Callable, Iterable
from datetime import date, timedelta
from pathlib import Path
from typing import NamedTuple

import yaml

from netglass.form.document import Document, read_document
from netglass.form.fault import Fault, FaultError
from netglass.register.case import Case
from netglass.register.check import check_record
from netglass.register.country import COUNTRIES, is_invented
from netglass.register.library import Register, read_record
from netglass.register.partial_date import PartialDate
from netglass.vocab.error import RegisterError

REVIEW_DAYS = 180
"""A case is looked at again within this many days. **Source**: design of Netglass, section 9."""

FLOOR = 5
"""Counts below it are not told. **Source**: design of Netglass, section 9."""

TOO_FAR = f"is not within {REVIEW_DAYS} days"
"""What is said of such a day of review."""

_MARKS = {".git": "a repository", "store.json": "a store", "pyproject.toml": "a project"}


class CaseCount(NamedTuple):
    """How many cases rest on a provision in a year; ``cases`` is None below the floor."""

    provision: str
    year: int
    cases: int | None


def draw_id(cc: str) -> str:
    """Return a new id of a case."""
    return f"{cc.lower()}-case-{secrets.token_hex(5)}"


def add_case(folder: Path, path: Path, register: Register, today: date, draw: Callable[[str], str] = draw_id) -> Case:
    """Check a case and keep it under a drawn id.

    Args:
        folder: of the cases; it is made where it is missing.
        path: the file that is handed in; it stays as it is.
        register: which has the provision.
        today: from which the review is counted.
        draw: makes an id for a country.

    Raises:
        RegisterError: the case is not valid, or the folder lies where cases may not lie.
    """
    _check_folder(folder)
    try:
        document = read_document(path, quote=False)
        case = _read_case(document, register, today, draw)
    except FaultError as error:
        raise RegisterError("\n".join(map(str, error.faults))) from error
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    _save(case, folder / f"{case.id}.yml")
    return case


def list_cases(folder: Path, today: date) -> list[Case]:
    """Return the cases of a folder that are not overdue, in the order of their ids.

    Raises:
        RegisterError: a file in it is no case.
    """
    return [case for case in map(_load, sorted(folder.glob("*.yml"))) if not is_overdue(case, today)]


def is_overdue(case: Case, today: date) -> bool:
    """Return whether the day of its review has passed."""
    return case.review_by.first < today


def review_case(folder: Path, id: str, until: PartialDate, today: date) -> None:
    """Keep a case, overdue or not, for longer.

    Raises:
        RegisterError: there is none of that id, or the day is not within 180 days.
    """
    path = _find(folder, id)
    if hint := _judge_review(until, today):
        raise RegisterError(f"{until} {TOO_FAR}; {hint}")
    _save(_load(path).model_copy(update={"review_by": until}), path)


def count_cases(cases: Iterable[Case]) -> list[CaseCount]:
    """Return the counts by provision and year; those below the floor have none."""
    counts = Counter((case.provision, case.year.year) for case in cases)
    return [CaseCount(*cell, number if number >= FLOOR else None) for cell, number in sorted(counts.items())]


def forget_case(folder: Path, id: str) -> None:
    """Remove the file of a case.

    Raises:
        RegisterError: there is none of that id.
    """
    _find(folder, id).unlink()


def _find(folder: Path, id: str) -> Path:
    known = {path.stem: path for path in folder.glob("*.yml")}
    if id not in known:
        raise RegisterError(f"{folder}: there is no case of that id; ids look like cn-case-0123456789")
    return known[id]


def _load(path: Path) -> Case:
    try:
        record = read_record(read_document(path, quote=False))
    except FaultError as error:
        raise RegisterError("\n".join(map(str, error.faults))) from error
    if not isinstance(record, Case):
        raise RegisterError(f"{path}:1:1: is no case; keep nothing else in this folder")
    return record


def _save(case: Case, path: Path) -> None:
    beside = path.with_suffix(f".{os.getpid()}")
    beside.touch(mode=0o600)
    text = yaml.safe_dump(case.model_dump(mode="json", exclude_none=True), sort_keys=False)
    beside.write_text(text, encoding="utf-8")
    beside.replace(path)


def _check_folder(folder: Path) -> None:
    for place in (folder.resolve(), *folder.resolve().parents):
        for mark, what in _MARKS.items():
            if (place / mark).exists():
                raise RegisterError(
                    f"{folder}: lies in {what} ({place}); keep cases in a folder of their own elsewhere"
                )


def _read_case(document: Document, register: Register, today: date, draw: Callable[[str], str]) -> Case:
    content = document.content
    if not isinstance(content, dict) or content.get("kind") != "case":
        raise FaultError([document.make_fault(("kind",), "is no case", "write kind: case")])
    cc = content.get("cc")
    drawn = draw(cc if isinstance(cc, str) and (cc in COUNTRIES or is_invented(cc)) else "INT")
    case = read_record(Document(document.path, content | {"id": drawn}, document.tree))
    assert isinstance(case, Case)
    faults = [document.make_fault(*gap) for gap in check_record(case, register.records, quote=False)]
    faults += _check_review(document, case, today)
    if faults:
        raise FaultError(faults)
    return case


def _check_review(document: Document, case: Case, today: date) -> list[Fault]:
    hint = _judge_review(case.review_by, today)
    return [document.make_fault(("review_by",), TOO_FAR, hint)] if hint else []


def _judge_review(day: PartialDate, today: date) -> str:
    """Return what to write instead where a day of review is not within bounds, else nothing."""
    last = today + timedelta(days=REVIEW_DAYS)
    return "" if today <= day.first <= last else f"write a day from {today} to {last}"
