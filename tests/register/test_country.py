"""Codes of countries are those of ISO 3166, and a wrong one is answered with the right one."""

from pathlib import Path

import pytest
from pydantic import TypeAdapter, ValidationError

from netglass.register.country import COUNTRIES, is_invented
from netglass.register.field import CountryCode
from netglass.register.library import read_register
from tests.register.world import TEXTS, write_world

ADAPTER = TypeAdapter(CountryCode)


def test_all_assigned_codes_are_there() -> None:
    assert len(COUNTRIES) == 249 + 2
    assert all(len(name) > 2 for name in COUNTRIES.values())
    assert (COUNTRIES["NO"], COUNTRIES["CN"], COUNTRIES["EU"]) == ("Norway", "China", "European Union")


def test_norway_stays_norway(tmp_path: Path) -> None:
    place, text = "source/no/no-gazette-2020.yml", TEXTS["source/xa/xa-gazette-2020.yml"]
    norwegian = text.replace("cc: XA", "cc: NO").replace("id: xa-", "id: no-")
    register, faults = read_register(write_world(tmp_path, dict.fromkeys(TEXTS) | {place: norwegian}))
    assert faults == ()
    assert register.find("no-gazette-2020").cc == "NO"


@pytest.mark.parametrize("code", ["XA", "XZ", "INT", "EU", "NO"])
def test_what_a_register_may_use(code: str) -> None:
    assert ADAPTER.validate_python(code) == code


@pytest.mark.parametrize(
    ("code", "hint"),
    [
        ("no", "write it in capitals: NO"),
        ("xa", "write it in capitals: XA"),
        ("Norway", "write its code: NO"),
        ("UK", "the United Kingdom is GB"),
        ("Chinna", "did you mean CN?"),
        ("ZZ", "write the two letters of ISO 3166, EU or INT"),
    ],
)
def test_what_it_may_not_use_has_a_hint(code: str, hint: str) -> None:
    with pytest.raises(ValidationError, match="is no country") as caught:
        ADAPTER.validate_python(code)
    assert caught.value.errors()[0]["ctx"]["hint"] == hint


def test_invented_countries_are_user_assigned_codes() -> None:
    assert is_invented("XA") and is_invented("XZ") and not is_invented("AX") and not is_invented("X")
