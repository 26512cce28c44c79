"""Drafts beside existing records."""

from pathlib import Path

import pytest

from netglass.reader.draft.match import match_drafts
from netglass.register.library import Register, read_register
from tests.reader.draft.scene import read_text
from tests.register.world import write_world


@pytest.fixture(scope="module")
def register(tmp_path_factory: pytest.TempPathFactory) -> Register:
    return read_register(write_world(tmp_path_factory.mktemp("world")), lab=True).register


def match(text: str, register: Register) -> dict[str, str | None]:
    return {draft.kind: draft.matches for draft in match_drafts(read_text(text), register).drafts}


def test_a_law_of_the_same_title_is_the_same(register: Register) -> None:
    assert match("The Calm Act came into force on 1 July 2020.", register)["instrument"] == "xa-calm-act-2020"


def test_a_law_of_another_year_or_title_is_another(register: Register) -> None:
    assert match("The Calm Act came into force on 1 July 2031.", register)["instrument"] is None
    assert match("The Network Calm Act came into force on 1 July 2020.", register)["instrument"] is None


def test_a_thing_of_another_country_is_another(register: Register) -> None:
    drafts = match_drafts(read_text("The Calm Act came into force on 1 July 2020.", cc="XB"), register).drafts
    assert [draft.matches for draft in drafts if draft.kind == "instrument"] == [None]


def test_an_empty_register_matches_nothing(tmp_path: Path) -> None:
    assert set(match("The Calm Act came into force.", read_register(tmp_path, lab=True).register).values()) == {None}
