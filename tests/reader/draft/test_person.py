"""Names of people, and who holds an office."""

import pytest

from netglass.reader.document import Span
from netglass.reader.draft.person import find_holders, find_near_names, find_people, find_sure_names, is_headline
from netglass.reader.draft.sentence import split_sentences


def find(text: str) -> set[str]:
    return find_people(text, split_sentences(text))


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Yesterday Ada Testovska spoke.", {"Ada Testovska"}),
        ("The Open Wire Foundation met in South Sudan on Monday.", set()),
        ("It was signed by Mr Fictus and @quietowl.", {"Fictus", "quietowl"}),
        ("The Convention on Network Crime is old.", set()),
        ("被告人张三因发帖受审。", {"张三"}),
    ],
)
def test_people_are_found_by_the_shape_of_their_names(text: str, names: set[str]) -> None:
    assert find(text) == names


def test_near_a_fact_one_capital_is_enough() -> None:
    text = "Police took Testovska, known as quietowl."
    assert find_near_names(text, Span(0, len(text))) == {"Testovska", "quietowl"}


def test_in_a_law_only_a_sure_form_is_a_name() -> None:
    text = "The Signals Board may fine Harbour Masters and Mr Fictus."
    assert find_sure_names(text, Span(0, len(text))) == {"Fictus"}


def test_a_holder_of_an_office_is_known_in_both_orders() -> None:
    for text in ("President Olo Verrin spoke.", "Olo Verrin, the president, spoke."):
        (holder, *_) = find_holders(text)
        assert (holder.role, holder.parts) == ("head_of_state", {"Olo", "Verrin"})


def test_a_former_holder_is_none() -> None:
    assert find_holders("Former minister Bo Fictus spoke.") == []


def test_a_headline_is_known_by_its_capitals() -> None:
    text = "New Rules For Web Users Announced"
    assert is_headline(text, Span(0, len(text)))
