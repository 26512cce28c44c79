"""Incidents that crossed a border."""

from typing import get_args

import pytest

from netglass.reader.draft.incident import TYPES, read_incidents
from netglass.register.incident import Incident
from tests.reader.draft.scene import make_scene


@pytest.mark.parametrize(
    ("text", "type_"),
    [
        ("A provider hijacked routes of another state.", "hijack"),
        ("A neighbouring state used it to spy on its embassies.", "espionage"),
        ("The attack disrupted other states' communications.", "disruption"),
        ("A ship from Norway cut a cable to Sweden.", "cable"),
    ],
)
def test_what_crosses_a_border_is_an_incident(text: str, type_: str) -> None:
    (found, *_) = read_incidents(make_scene(text))
    assert next(item.value for item in found.fields if item.path == "type") == type_


@pytest.mark.parametrize(
    "text", ["A storm disrupted mobile service in the valleys.", "They met for an international hacking exercise."]
)
def test_what_stays_at_home_or_is_a_game_is_none(text: str) -> None:
    assert [item for item in read_incidents(make_scene(text)) if item.rule == "incident.disruption"] == []


def test_who_says_so_is_an_attribution() -> None:
    (found,) = [
        item
        for item in read_incidents(make_scene("A foreign state hacked the grid, the ministry of peace said."))
        if item.kind == "incident"
    ]
    told = {item.path: item.value for item in found.fields}
    assert told["attributions.0.evidence_basis"] == "assertion_only"


def test_words_are_those_of_the_register() -> None:
    assert {type_ for _, type_, _ in TYPES} == set(get_args(Incident.model_fields["type"].annotation))
