"""Whatever is wrong in a record, the message has its path, its line, and a way out."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from netglass.form.fault import Fault
from netglass.register.kind import KINDS
from netglass.register.library import read_register
from tests.register.world import EVIDENCE, TEXTS, find_text, write_world

KEY = re.compile(r"^(?P<margin> *(?:- )?)(?P<key>[a-z_0-9]+):(?P<rest>.*)$")
WORDS = {
    "type",
    "act",
    "form",
    "role",
    "action",
    "publicity",
    "duration",
    "notice",
    "reach",
    "result",
    "stage",
    "addressee",
    "sector",
}
WORDS |= {
    "review",
    "reviewer",
    "by_type",
    "evidence_basis",
    "occupation",
    "state",
    "legal_basis",
    "category",
    "direction",
    "kind",
}
DATES = {"date", "deadline", "published", "retrieved", "issued", "begins", "ends", "made", "year", "review_by"}
NAMES = {"source", "statement", "indicator", "text", "subject", "object", "order", "provision"}


class Break(NamedTuple):
    """One file with one thing wrong, and the line that must be named."""

    name: str
    origin: str
    place: str
    text: str
    line: int


def break_lines() -> Iterator[Break]:
    """Break each line of each record in every way that fits it."""
    for place, text in TEXTS.items():
        lines = text.splitlines()
        for number, line in enumerate(lines):
            found = KEY.match(line)
            if not found:
                continue
            key, margin, rest = found["key"], found["margin"], found["rest"].strip()
            tried = {"unknown key": [f"{margin}{key}x:{found['rest']}"]}
            if rest and not margin.endswith("- "):
                tried["key twice"] = [line, line]
            if key in WORDS and rest:
                tried["wrong word"] = [f"{margin}{key}: nonsense"]
            if key in DATES and rest:
                tried["wrong date"] = [f"{margin}{key}: 2021-13-01"]
            if key in NAMES and rest.startswith("xa-"):
                tried["bad reference"] = [f"{margin}{key}: xa-nowhere"]
            if key == "cc" and rest:
                tried["no country"] = [f"{margin}{key}: Norway"]
            if rest.isdecimal() and key not in DATES | {"date"}:
                tried["no number"] = [f"{margin}{key}: many"]
            for way, new in tried.items():
                broken = "\n".join([*lines[:number], *new, *lines[number + 1 :]]) + "\n"
                told_at = 1 if way == "unknown key" and key == "fictional" else number + len(new)
                yield Break(f"{place}:{number + 1} {way}", place, place, broken, told_at)


def break_records() -> Iterator[Break]:
    """Break records as wholes."""
    for place, text in TEXTS.items():
        kind, _, name = place.split("/")
        if EVIDENCE in text:
            yield Break(f"{kind} without evidence", place, place, text.replace(EVIDENCE, ""), 1)
            idle = text.replace("fields: [all]", "fields: [all, titel]")
            yield Break(f"{kind} with evidence for no field", place, place, idle, line_of(idle, "- fields:"))
        yield Break(f"{kind} at another country", place, f"{kind}/xb/{name}", text, line_of(text, "cc:"))
        yield Break(f"{kind} under another name", place, f"{kind}/xa/xa-other.yml", text, line_of(text, "id:"))
        yield Break(f"{kind} too deep", place, f"{kind}/xa/more/{name}", text, 1)
        yield Break(f"{kind} that is a list", place, place, "- kind: link\n", 1)
        yield Break(f"{kind} of a kind that is a list", place, place, text.replace(f"kind: {kind}", "kind: [x]"), 1)
        yield Break(f"{kind} that is empty", place, place, "", 1)
        yield Break(f"{kind} that is no YAML", place, place, text + "  x: [\n", len(text.splitlines()) + 1)
    place, text = find_text("order")
    for kind in ("child_abuse", "intimate_images", "minors", "right_to_be_forgotten"):
        forbidden = text.replace("category: news", f"category: {kind}")
        yield Break(f"entry about {kind}", place, place, forbidden, line_of(text, "    category:"))
    keyword = text.replace("type: domain", "type: keyword")
    yield Break("keyword as entry", place, place, keyword, line_of(text, "  - type: domain"))
    place, text = find_text("case")
    yield Break("real case", place, place, text.replace("fictional: true", "fictional: false"), 4)
    yield Break("case that does not say", place, place, text.replace("fictional: true\n", ""), 1)


def line_of(text: str, start: str) -> int:
    """Return the first line that begins with ``start``."""
    lines = text.splitlines()
    return 1 + next(number for number, line in enumerate(lines) if line.lstrip().startswith(start.lstrip()))


BREAKS = [*break_lines(), *break_records()]


def read_broken(folder: Path, item: Break) -> tuple[Fault, ...]:
    """Read the register in ``folder`` with one file broken, and put the file back."""
    (folder / item.origin).unlink()
    broken = write_world(folder, dict.fromkeys(TEXTS) | {item.place: item.text}) / item.place
    faults = read_register(folder, lab=True).faults
    broken.unlink()
    write_world(folder)
    return tuple(fault for fault in faults if fault.path == broken)


def test_the_world_is_valid_unbroken(tmp_path: Path) -> None:
    reading = read_register(write_world(tmp_path), lab=True)
    assert reading.faults == ()
    assert (
        len({record.kind for record in reading.register.records.values()})
        == len(reading.register.records)
        == len(KINDS)
    )


def test_there_are_more_than_a_hundred_ways() -> None:
    assert len(BREAKS) > 400
    assert len({item.name for item in BREAKS}) == len(BREAKS)


@pytest.mark.parametrize("place", TEXTS)
def test_every_break_is_told_with_path_line_and_hint(place: str, tmp_path: Path) -> None:
    write_world(tmp_path)
    silent = []
    for item in BREAKS:
        if item.origin != place:
            continue
        faults = read_broken(tmp_path, item)
        told = [fault for fault in faults if fault.line == item.line and fault.message]
        silent += [] if told and all(fault.hint for fault in faults) else [(item.name, item.line, [*map(str, faults)])]
    assert silent == []


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(place=st.sampled_from([*TEXTS]), data=st.data())
def test_a_line_of_any_text_never_ends_in_anything_but_faults(tmp_path: Path, place: str, data: st.DataObject) -> None:
    lines = TEXTS[place].splitlines()
    number = data.draw(st.integers(0, len(lines) - 1))
    key = lines[number].partition(":")[0]
    value = data.draw(st.text(st.characters(codec="utf-8"), max_size=30))
    broken = "\n".join([*lines[:number], f"{key}: {value}", *lines[number + 1 :]])
    reading = read_register(write_world(tmp_path, {place: broken}), lab=True)
    assert all(fault.line >= 1 and fault.column >= 1 and fault.hint and str(fault) for fault in reading.faults)
