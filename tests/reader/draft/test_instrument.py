"""Instruments that a text speaks of."""

from typing import get_args

import pytest

from netglass.reader.draft.finding import Finding
from netglass.reader.draft.instrument import STAGES, TYPES, read_instruments
from netglass.register.instrument import Instrument, Stage
from tests.reader.draft.scene import make_scene


def read(text: str) -> list[Finding]:
    return read_instruments(make_scene(text))


def get(finding: Finding, path: str) -> object:
    return next((item.value for item in finding.fields if item.path == path), None)


@pytest.mark.parametrize(
    ("text", "rule", "type_", "stage"),
    [
        ("Parliament passed a network safety law.", "instrument.topic", "law", "adopted"),
        ("They are drafting an internet law.", "instrument.topic", "draft", "drafted"),
        ("The Quiet Networks Act came into force in 2030.", "instrument.named", "law", "in_force"),
        ("The senate repealed the Broadcast Decree.", "instrument.named", "decree", "repealed"),
        ("A decree issued in 2027 criminalises insulting the king.", "instrument.offence", "decree", "promulgated"),
        (
            "Rules requiring banks to use certified software were issued.",
            "instrument.duty",
            "regulation",
            "promulgated",
        ),
        ("Talks began on a global treaty on online fraud.", "instrument.topic", "treaty", None),
    ],
)
def test_an_instrument_has_a_type_and_a_stage(text: str, rule: str, type_: str, stage: str | None) -> None:
    (found,) = read(text)
    assert (found.rule, get(found, "type")) == (rule, type_)
    assert stage is None or get(found, f"stages.{stage}.stage") == stage


def test_a_crime_is_a_provision_and_told_once() -> None:
    text = "They made the spreading of rumours a crime. Later rules let people be jailed for spreading rumors."
    assert {finding.key for finding in read(text)} == {("offence", "rumor")}


def test_a_duty_names_sector_and_stage() -> None:
    (found,) = read("Regulations that would let companies in key sectors only use certified software are planned.")
    assert get(found, "requirements.duty.sector") == "critical_infrastructure"
    assert get(found, "requirements.duty.stage") == "proposed"


def test_a_law_of_nature_is_none() -> None:
    assert read("The law of gravity holds, and the rules of the game too.") == []


def test_words_are_those_of_the_register() -> None:
    assert {name for name, _ in TYPES} <= set(get_args(Instrument.model_fields["type"].annotation))
    assert {name for name, _ in STAGES} <= set(get_args(Stage.model_fields["stage"].annotation))
