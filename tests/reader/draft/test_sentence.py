"""Sentences and quotations."""

from hypothesis import given
from hypothesis import strategies as st

from netglass.reader.document import Span
from netglass.reader.draft.sentence import find_quotes, split_sentences


def cut(text: str) -> list[str]:
    return [text[item.span.start : item.span.end] for item in split_sentences(text)]


def test_sentences_end_at_stops_and_lines() -> None:
    assert cut("One. Two! Three\nFour?") == ["One.", "Two!", "Three", "Four?"]


def test_an_abbreviation_or_an_initial_ends_nothing() -> None:
    assert cut("Mr. Placeholder and A. Fictus met. They left.") == ["Mr. Placeholder and A. Fictus met.", "They left."]


def test_a_stop_after_a_quotation_mark_ends_a_sentence() -> None:
    assert cut("He called it “a law”. Last year it rained.") == ["He called it “a law”.", "Last year it rained."]


def test_chinese_needs_no_blank() -> None:
    assert cut("灯塔亮了。船来了！") == ["灯塔亮了。", "船来了！"]


def test_quotes_are_found_without_their_marks() -> None:
    text = 'He said “be kind now” and "go home".'
    assert [text[quote.start : quote.end] for quote in find_quotes(text, Span(0, len(text)))] == [
        "be kind now",
        "go home",
    ]


@given(st.text())
def test_sentences_are_in_order_and_within_the_text(text: str) -> None:
    at = 0
    for sentence in split_sentences(text):
        assert at <= sentence.span.start < sentence.span.end <= len(text)
        at = sentence.span.end
