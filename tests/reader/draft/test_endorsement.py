"""What states did for and against texts."""

from typing import get_args

import pytest

from netglass.reader.draft.endorsement import ACTS, read_endorsements
from netglass.register.endorsement import Endorsement
from tests.reader.draft.scene import make_scene


@pytest.mark.parametrize(
    ("text", "act", "cc"),
    [
        ("Kenya signed the Convention on Network Crime in 2030.", "signed", "KE"),
        ("Mali ratified the protocol.", "ratified", "ML"),
        ("Japan voted against a resolution on information sovereignty.", "voted_against", "JP"),
        ("Chile fully backed the drawing up of a treaty on online fraud.", "supported", "CL"),
    ],
)
def test_a_state_stands_to_a_text(text: str, act: str, cc: str) -> None:
    (found,) = read_endorsements(make_scene(text))
    assert (next(item.value for item in found.fields if item.path == "act"), found.cc) == (act, cc)


def test_without_a_state_there_is_none() -> None:
    assert read_endorsements(make_scene("two fans signed the treaty on a wall.")) == []


def test_words_are_those_of_the_register() -> None:
    assert {act for _, act, _ in ACTS} <= set(get_args(Endorsement.model_fields["act"].annotation))
