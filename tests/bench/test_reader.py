"""The labelled passages, and how well they are read."""

import pytest

from bench.reader import draw_score, is_same, load_passages, read_passage, score_passages
from netglass.reader.draft.file import format_drafts

PASSAGES = load_passages("all")


def test_a_third_or_more_is_held_out() -> None:
    assert len(PASSAGES) >= 30
    assert len(load_passages("held_out")) * 3 >= len(PASSAGES)
    assert len({passage["id"] for passage in PASSAGES}) == len(PASSAGES)


@pytest.mark.parametrize("passage", PASSAGES, ids=lambda passage: passage["id"])
def test_every_label_is_in_its_passage_and_no_withheld_name_in_a_draft(passage: dict[str, object]) -> None:
    assert all(label["at"] in passage["text"] for label in passage["drafts"])  # type: ignore[attr-defined, operator]
    shown = format_drafts(read_passage(passage), "yaml")
    assert not [name for name in passage.get("names", []) if name in shown]  # type: ignore[attr-defined]


def test_the_passages_for_tuning_are_read_well() -> None:
    score = score_passages(load_passages("tune"))
    assert score.right.total() / score.drafted.total() >= 0.9
    assert score.right.total() / score.labelled.total() >= 0.9
    assert draw_score(score).splitlines()[-1] == f"fields right: {score.fields_right} of {score.fields}"


def test_what_is_missed_and_invented_counts() -> None:
    passage = {
        "id": "a",
        "text": "Parliament passed a web law.",
        "drafts": [{"kind": "pledge", "at": "web law", "fields": {"target": 1}}],
    }
    score = score_passages([passage])
    assert (score.right.total(), score.drafted.total(), score.labelled.total(), score.fields) == (0, 1, 1, 1)
    assert score.wrong == ["a: missed pledge at 'web law'", "a: invented instrument by instrument.topic"]


def test_a_list_is_right_when_it_holds_what_is_labelled() -> None:
    assert is_same(["a", "b"], ["a"])
    assert not is_same(["b"], ["a"])
    assert is_same(1.0, 1)
    assert is_same("2031", "2031")
    assert not is_same(False, True)
