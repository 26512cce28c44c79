"""A passage is known again in another layout and another form of the same letters, and not in other words."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netglass.register.passage import cut_passage, hash_passage, normalise_passage
from netglass.vocab.error import UsageError


def test_white_space_and_composition_do_not_matter() -> None:
    assert hash_passage(" Café\n\n  de\u3000la\tpaix ") == hash_passage("Cafe\u0301 de la paix")
    assert hash_passage("a b") == hashlib.sha256(b"a b").hexdigest() != hash_passage("ab")


@given(st.text())
def test_normalising_twice_changes_nothing(text: str) -> None:
    assert normalise_passage(normalise_passage(text)) == normalise_passage(text)


def test_a_span_is_cut() -> None:
    assert cut_passage("0123456789", "2-5") == "234"
    assert cut_passage("0123456789", "0-10") == "0123456789"


@pytest.mark.parametrize("span", ["", "5", "5-2", "2-2", "0-11", "a-b", "-1-3"])
def test_a_span_that_is_none_is_refused(span: str) -> None:
    with pytest.raises(UsageError, match="is no span"):
        cut_passage("0123456789", span)
