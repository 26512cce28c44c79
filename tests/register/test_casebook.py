"""Real cases are kept outside of everything that is published, without the person, and can be removed for good."""

import stat
from datetime import date, timedelta
from pathlib import Path

import pytest

from netglass.register.case import Case
from netglass.register.casebook import add_case, count_cases, forget_case, list_cases, review_case
from netglass.register.library import Register, load_register, read_register
from netglass.register.partial_date import parse_date
from netglass.vocab.error import RegisterError
from tests.register.world import find_text, write_world

TODAY = date(2026, 3, 2)
NAME = "Ada Testovska"
REAL = find_text("case")[1].replace("fictional: true", "fictional: false")


@pytest.fixture
def register(tmp_path: Path) -> Register:
    return load_register(write_world(tmp_path / "register"), lab=True)


def add(folder: Path, register: Register, text: str = REAL) -> Case:
    draft = folder / "draft.yml"
    draft.write_text(text, encoding="utf-8")
    return add_case(folder / "cases", draft, register, TODAY)


def test_a_case_is_kept_under_a_drawn_id_and_without_what_it_may_not_hold(tmp_path: Path, register: Register) -> None:
    case = add(tmp_path, register, f"# {NAME}\n{REAL}")
    assert case.id.startswith("xa-case-") and case.id != "xa-case-0a1b2c3d"
    (kept,) = (tmp_path / "cases").iterdir()
    assert kept.name == f"{case.id}.yml" and NAME not in kept.read_text(encoding="utf-8")
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert list_cases(tmp_path / "cases", TODAY) == [case]


@pytest.mark.parametrize(
    "key", ["status", "legal_basis", "review_by", "source", "objection_contact", "provision", "year"]
)
def test_a_case_without_what_it_must_have_fails(tmp_path: Path, register: Register, key: str) -> None:
    lines = REAL.splitlines(keepends=True)
    start = next(number for number, line in enumerate(lines) if line.startswith(f"{key}:"))
    end = start + 1 + next((n for n, line in enumerate(lines[start + 1 :]) if not line.startswith(" ")), 0)
    with pytest.raises(RegisterError, match=f"{key}: is missing; add it"):
        add(tmp_path, register, "".join(lines[:start] + lines[end:]))
    assert not (tmp_path / "cases").exists()


@pytest.mark.parametrize("days", [-1, 181, 4000])
def test_a_review_that_is_not_within_180_days_fails(tmp_path: Path, register: Register, days: int) -> None:
    day = TODAY + timedelta(days=days)
    with pytest.raises(RegisterError, match="review_by: is not within 180 days"):
        add(tmp_path, register, REAL.replace("2026-06-01", day.isoformat()))


@pytest.mark.parametrize(
    "line",
    [
        f"name: {NAME}",
        f"{NAME}: lawyer",
        f"year: {NAME}",
        f"region: {NAME}",
        f"occupation: {NAME}",
        f"objection_contact: {NAME}",
        f"provision: {NAME}",
        f"cc: {NAME}",
        f"kind: {NAME}",
        f"legal_basis: [{NAME}]",
        f"{NAME}: 1\n{NAME}: 2",
        f"status: {{state: {NAME}, date: {NAME}}}",
        f"text: [{NAME}",
    ],
)
def test_a_name_is_in_no_message_and_in_no_file(tmp_path: Path, register: Register, line: str) -> None:
    kept = [text for text in REAL.splitlines() if text.partition(":")[0] != line.partition(":")[0]]
    with pytest.raises(RegisterError) as caught:
        add(tmp_path, register, "\n".join([*kept, line]) + "\n")
    (tmp_path / "draft.yml").unlink()
    written = [path.read_text(encoding="utf-8") for path in tmp_path.rglob("*") if path.is_file()]
    for part in NAME.split():
        assert not any(part in text for text in [str(caught.value), *written])


@pytest.mark.parametrize("field", ["handle", "url", "initials", "text", "post"])
def test_there_are_no_fields_for_a_person(field: str) -> None:
    assert field not in Case.model_fields and not any(
        field == name for name in Case.model_fields["source"].annotation.model_fields
    )  # type: ignore[union-attr]


def test_a_provision_that_the_register_has_not_fails(tmp_path: Path, register: Register) -> None:
    with pytest.raises(RegisterError, match="provision: leads to no record; did you mean art-5"):
        add(tmp_path, register, REAL.replace("#art-5", "#art-55"))


def test_an_overdue_case_is_hidden(tmp_path: Path, register: Register) -> None:
    case = add(tmp_path, register)
    assert list_cases(tmp_path / "cases", case.review_by.first) == [case]
    assert list_cases(tmp_path / "cases", case.review_by.first + timedelta(days=1)) == []


def test_an_overdue_case_comes_back_when_it_was_looked_at(tmp_path: Path, register: Register) -> None:
    case = add(tmp_path, register)
    later = case.review_by.first + timedelta(days=30)
    until = parse_date((later + timedelta(days=180)).isoformat())
    review_case(tmp_path / "cases", case.id, until, later)
    (again,) = list_cases(tmp_path / "cases", later)
    assert again == case.model_copy(update={"review_by": until})
    with pytest.raises(RegisterError, match="not within 180 days; write a day from"):
        review_case(tmp_path / "cases", case.id, until, later - timedelta(days=1))


def test_a_file_that_is_no_case_stops_the_count(tmp_path: Path, register: Register) -> None:
    case = add(tmp_path, register)
    kept = tmp_path / "cases" / f"{case.id}.yml"
    kept.write_text(find_text("source")[1])
    with pytest.raises(RegisterError, match="is no case"):
        list_cases(tmp_path / "cases", TODAY)
    kept.write_text(f"{REAL}name: {NAME}\n")
    with pytest.raises(RegisterError, match="there is no such key") as caught:
        list_cases(tmp_path / "cases", TODAY)
    assert NAME not in str(caught.value)


def test_counts_below_five_are_not_told(tmp_path: Path, register: Register) -> None:
    for _ in range(5):
        add(tmp_path, register)
    add(tmp_path, register, REAL.replace("year: 2021\nregion", "year: 2022\nregion"))
    counts = count_cases(list_cases(tmp_path / "cases", TODAY))
    assert [tuple(count) for count in counts] == [
        ("xa-calm-act-2020#art-5", 2021, 5),
        ("xa-calm-act-2020#art-5", 2022, None),
    ]


def test_a_case_that_is_forgotten_is_gone(tmp_path: Path, register: Register) -> None:
    case = add(tmp_path, register)
    forget_case(tmp_path / "cases", case.id)
    assert list((tmp_path / "cases").iterdir()) == []
    with pytest.raises(RegisterError, match="there is no case of that id"):
        forget_case(tmp_path / "cases", case.id)


@pytest.mark.parametrize("mark", [".git", "store.json", "pyproject.toml"])
def test_cases_may_not_lie_in_a_repository_or_a_store(tmp_path: Path, register: Register, mark: str) -> None:
    (tmp_path / mark).touch()
    with pytest.raises(RegisterError, match="keep cases in a folder of their own elsewhere"):
        add(tmp_path, register)


def test_a_real_case_in_a_register_fails_and_says_where_it_belongs(tmp_path: Path) -> None:
    place, _ = find_text("case")
    _, faults = read_register(write_world(tmp_path, {place: REAL + f"name: {NAME}\n"}), lab=True)
    (fault,) = faults
    assert "netglass case add FILE" in fault.hint and NAME not in str(fault)
