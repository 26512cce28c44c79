"""Files of drafts."""

import pytest

from netglass.reader.draft.file import format_drafts, parse_drafts
from netglass.vocab.error import InputError
from tests.reader.draft.scene import ARTICLE, read_text


@pytest.mark.parametrize("form", ["yaml", "json"])
def test_what_is_written_is_read_again(form: str) -> None:
    reading = read_text(ARTICLE, "2031-05-14")
    assert parse_drafts(format_drafts(reading, form)) == reading


@pytest.mark.parametrize(
    "text",
    [
        "", "Testovska", "{broken: [Testovska", '{"form": "Testovska"}', "form: netglass-drafts-1\nTestovska: 1", "- Testovska",
        "a: b: Testovska",
    ],
)  # fmt: skip
def test_a_broken_file_is_refused_without_a_word_of_it(text: str) -> None:
    with pytest.raises(InputError) as caught:
        parse_drafts(text)
    assert "Testovska" not in str(caught.value)
    assert caught.value.__cause__ is None
