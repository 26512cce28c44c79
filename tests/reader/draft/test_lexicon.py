"""Shared words."""

import pytest

from netglass.reader.draft.lexicon import COUNTRY, INSTITUTION, NAMES
from netglass.register.country import COUNTRIES


def test_every_name_leads_to_a_country() -> None:
    assert set(NAMES.values()) <= COUNTRIES.keys()


def test_the_longest_name_of_a_country_counts() -> None:
    found = COUNTRY.search("in South Sudan's capital")
    assert found and NAMES[found[0]] == "SS"


@pytest.mark.parametrize(
    "name", ["Convention on Network Crime", "Open Wire Foundation", "Lumenfold Inc.", "Quiet Networks Act 2029"]
)
def test_an_institution_is_taken_whole(name: str) -> None:
    found = INSTITUTION.search(f"it was the {name}, they heard")
    assert found and found[0] == name
