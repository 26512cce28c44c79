"""YAML is read as text, and every part knows its place."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from netglass.form.document import read_document
from netglass.form.fault import FaultError

TEXT = """\
cc: NO
begun: 2015-07-01
flag: yes
names:
  - {first: Åse, last: 0123}
  - first: 李
"""


def write(folder: Path, text: str | bytes) -> Path:
    path = folder / "d.yml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def test_everything_is_text(tmp_path: Path) -> None:
    content = read_document(write(tmp_path, TEXT)).content
    assert content["cc"] == "NO" and content["begun"] == "2015-07-01" and content["flag"] == "yes"
    assert content["names"][0] == {"first": "Åse", "last": "0123"}


@pytest.mark.parametrize(
    ("place", "mark"),
    [
        ((), (1, 1)),
        (("begun",), (2, 1)),
        (("names", 0, "last"), (5, 18)),
        (("names", 1), (6, 5)),
        (("names", 1, "last"), (6, 5)),
        (("names", 7, "last"), (4, 1)),
        (("nowhere", "first"), (1, 1)),
    ],
)
def test_a_place_has_a_line_and_a_column(tmp_path: Path, place: tuple[int | str, ...], mark: tuple[int, int]) -> None:
    assert read_document(write(tmp_path, TEXT)).find_mark(place) == mark


def test_a_key_that_is_there_twice_is_named_with_both_lines(tmp_path: Path) -> None:
    with pytest.raises(FaultError, match=r"d.yml:3:3: a.b: 'b' is there twice; it is there first in line 2"):
        read_document(write(tmp_path, "a:\n  b: 1\n  b: 2\n"))


def test_a_key_that_is_there_twice_is_not_named_where_nothing_may_be_quoted(tmp_path: Path) -> None:
    with pytest.raises(FaultError) as caught:
        read_document(write(tmp_path, "Ada: 1\nAda: 2\n"), quote=False)
    assert "Ada" not in str(caught.value) and ":2:1:" in str(caught.value)


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("a: 1\nb: [\n", 3, "is no valid YAML"),
        ("a: 1\n  b: 2\n", 2, "is no valid YAML"),
        ("a: 1\nb: *x\n", 2, "is no valid YAML"),
        (b"a: 1\nb: \xff\n", 2, "is not UTF-8"),
        ("a: \x07", 1, "is no text that YAML can hold"),
        ("a: 1\n---\nb: 2\n", 2, "is no valid YAML"),
    ],
)
def test_what_cannot_be_read_is_told_with_its_line(tmp_path: Path, text: str | bytes, line: int, message: str) -> None:
    with pytest.raises(FaultError, match=message) as caught:
        read_document(write(tmp_path, text))
    (fault,) = caught.value.faults
    assert fault.line == line and fault.hint


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(FaultError, match="cannot be read: No such file"):
        read_document(tmp_path / "none.yml")


def test_an_alias_that_holds_itself_is_a_fault(tmp_path: Path) -> None:
    with pytest.raises(FaultError, match=r"d\.yml:1:4: is no valid YAML"):
        read_document(write(tmp_path, "a: &x\n  b: *x\n"))


@pytest.mark.parametrize("depth", [500, 5000])
def test_what_is_nested_too_deep_is_a_fault(tmp_path: Path, depth: int) -> None:
    with pytest.raises(FaultError, match=r"is nested too deep|is no valid YAML"):
        read_document(write(tmp_path, f"a: {'[' * depth}{']' * depth}"))


def test_aliases_of_aliases_are_read_at_once(tmp_path: Path) -> None:
    lines = ["a0: &a0 [1, 2]", *(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 30))]
    assert len(read_document(write(tmp_path, "\n".join(lines))).content) == 30


def test_an_empty_file_has_no_content(tmp_path: Path) -> None:
    assert read_document(write(tmp_path, "")).content is None


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=200) | st.text(max_size=200).map(str.encode))
def test_any_bytes_are_a_document_or_a_fault(tmp_path: Path, content: bytes) -> None:
    path = write(tmp_path, content)
    try:
        read_document(path)
    except FaultError as error:
        assert all(fault.line >= 1 and fault.hint for fault in error.faults)
