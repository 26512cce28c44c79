"""Who may speak."""

import pytest

from netglass.reader.draft.speaker import ROWS, find_speakers
from tests.reader.draft.scene import make_scene


@pytest.mark.parametrize(
    ("text", "role", "office"),
    [
        ("The prime minister spoke.", "head_of_government", "prime minister"),
        ("The communications minister spoke.", "minister", "communications minister"),
        ("A spokesperson for the foreign ministry spoke.", "spokesperson", "spokesperson for the foreign ministry"),
        ("Ada Fictus, a lecturer at the Lowmark Institute, spoke.", "expert", "lecturer at the Lowmark Institute"),
        ("The Open Wire Foundation spoke.", "civil_society", "Open Wire Foundation"),
        ("The statistics office spoke.", "official", "statistics office"),
        ("President Olo Verrin came. Mr Verrin spoke.", "head_of_state", "President"),
    ],
)
def test_a_speaker_is_an_office(text: str, role: str, office: str) -> None:
    scene = make_scene(text)
    speaker = find_speakers(scene, scene.sentences[-1].span)[0]
    assert (speaker.role, scene.cut(speaker.office)) == (role, office)


def test_the_country_stands_right_before_the_office() -> None:
    scene = make_scene("Kenya's foreign ministry met an envoy of peace.")
    speakers = find_speakers(scene, scene.sentences[0].span)
    assert [speaker.cc for speaker in speakers] == ["KE", None]


def test_ids_of_rows_are_unique() -> None:
    assert len({row[0] for row in ROWS}) == len(ROWS)
