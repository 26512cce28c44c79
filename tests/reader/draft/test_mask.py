"""What may not be shown."""

import pytest

from netglass.reader.document import Span
from netglass.reader.draft.mask import HIDDEN, compile_names, find_names, make_mask, make_plain


@pytest.mark.parametrize(
    "written",
    [
        "Testovska", "TESTOVSKA", "testovska", "Testovská", "Ada Testovska", "A. Testovska", "@adatestovska", "AdaTestovska.example",
        "Te\u00adstovska", "A.T.",
    ],
)  # fmt: skip
def test_a_name_is_found_however_it_is_written(written: str) -> None:
    text = f"they met {written} there"
    (span, *_) = sorted(find_names(text, compile_names(["Ada Testovska"])), key=lambda item: item.start - item.end)
    assert text[span.start : span.end] == written


def test_a_short_part_of_a_name_is_found_only_as_a_name() -> None:
    patterns = compile_names(["Bo Fictus"])
    assert find_names("the bo tree", patterns) == []
    assert len(find_names("Mr Bo left", patterns)) == 1


def test_names_are_replaced_and_withheld_passages_not_shown_at_all() -> None:
    text = "Ada Testovska left. It rained."
    mask = make_mask(text, [Span(20, 30)], compile_names(["Ada Testovska"]))
    assert mask.show(Span(0, 19)) == f"{HIDDEN} left."
    assert mask.show(Span(15, 25)) is None
    assert mask.is_clear(Span(14, 19))
    assert not mask.is_clear(Span(10, 19))


def test_plain_text_has_no_invisible_characters() -> None:
    assert make_plain("Te\u200bst\u00ad Ａ") == "Test A"
