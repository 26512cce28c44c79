"""What passages are about."""

from typing import get_args

from netglass.reader.draft.subject import MEASURES, SUBJECTS, find_subjects, list_measures
from netglass.register.word import Measure, Subject


def test_the_words_are_those_of_the_register() -> None:
    assert {subject for subject, _ in SUBJECTS} <= set(get_args(Subject))
    assert {measure for row in MEASURES.values() for measure in row} <= set(get_args(Measure))


def test_a_passage_may_be_about_several_things_in_either_language() -> None:
    assert find_subjects("Providers keep traffic data and block sites.") == ["blocking", "data_retention"]
    assert "real_name" in find_subjects("用户应当提供真实身份信息。")
    assert find_subjects("It rained.") == []


def test_a_subject_says_by_what_it_can_be_checked() -> None:
    assert list_measures(["blocking"]) == ["verdicts", "events"]
    assert list_measures(["rights"]) == []
