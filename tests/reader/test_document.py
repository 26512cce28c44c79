"""Files become text, and every character of it knows where it came from."""

from unicodedata import normalize

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netglass.reader.document import Span, guess_language, read_document
from netglass.vocab.error import InputError
from tests.reader.law import NEW_EN, NEW_ZH

HTML = (
    "<!DOCTYPE html><html><head><title>A &amp; B</title><style>p {}</style></head>"
    "<body><nav><a>Home</a></nav><h1>Old&nbsp;law</h1>\n<p>The keeper <b>shall</b>\n wait &#x2014; always.</p>"
    "<script>no()</script></body></html>"
)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_an_encoding_makes_no_difference(encoding: str) -> None:
    plain = read_document(NEW_ZH.encode(), "law.md")
    other = read_document(NEW_ZH.encode(encoding), "law.md")
    assert other.text == plain.text
    assert list(other.starts) == list(plain.starts)


def test_html_gives_what_a_browser_shows_with_its_places() -> None:
    document = read_document(HTML.encode(), "law.html")
    assert document.text == "Old law\nThe keeper shall wait — always."
    at = document.text.index("—")
    source = document.find_source(Span(at, at + 1))
    assert HTML[source.start : source.end] == "&#x2014;"
    at = document.text.index("shall")
    source = document.find_source(Span(at, at + 5))
    assert HTML[source.start : source.end] == "shall"


def test_html_is_known_without_its_suffix() -> None:
    assert "style" not in read_document(HTML.encode(), "law").text


def test_markdown_loses_its_marks_and_comments() -> None:
    document = read_document("# 法\n\n<!-- 旁注 -->\n\n**第一条** 灯。\n".encode(), "law.md")
    assert document.text == "法\n第一条 灯。"


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_a_hard_wrapped_text_is_one_line_per_paragraph(end: str) -> None:
    text = "Article 1\nThe keeper shall light\nthe lantern at dusk.\n\nArticle 2\nThe keeper may\nsleep by day.\n"
    assert read_document(text.replace("\n", end).encode(), "law.txt").text.split("\n") == [
        "Article 1", "The keeper shall light the lantern at dusk.", "Article 2", "The keeper may sleep by day.",
    ]  # fmt: skip


def test_a_number_in_a_column_of_its_own_belongs_to_its_paragraph() -> None:
    row = "<table><tr><td><p>({n})</p></td><td><p>Lanterns matter.</p></td></tr></table>"
    page = f"<html><body><p>Whereas:</p>{row.format(n=1)}{row.format(n=2)}</body></html>"
    assert read_document(page.encode(), "a.html").text.split("\n") == [
        "Whereas:",
        "(1) Lanterns matter.",
        "(2) Lanterns matter.",
    ]


def test_two_spellings_of_a_letter_are_one() -> None:
    source = "cafe\u0301 here"
    document = read_document(source.encode(), "a.txt")
    assert document.text == "café here"
    assert document.find_source(Span(3, 4)) == Span(3, 5)


@pytest.mark.parametrize(
    ("data", "what"),
    [
        (b"%PDF-1.7 ...", "pdftotext"),
        (b"PK\x03\x04....", "office"),
        (b"abc\0def", "binary"),
        (b"\xff\xff\xff", "GB 18030"),
        (b" \n\n ", "no text"),
        (b"<html><script>x</script></html>", "no text"),
    ],
)
def test_what_is_no_text_is_refused_with_its_name_and_what_to_do(data: bytes, what: str) -> None:
    with pytest.raises(InputError, match=f"statute.bin: .*{what}"):
        read_document(data, "statute.bin")


def test_the_language_is_that_of_most_words() -> None:
    assert guess_language(NEW_ZH) == "zh"
    assert guess_language(NEW_EN) == "en"
    assert guess_language("灯塔使用 ISO 标准的信号，全国统一。") == "zh"


@given(st.binary(max_size=300), st.sampled_from(["a.txt", "a.md", "a.html"]))
def test_no_bytes_break_it(data: bytes, name: str) -> None:
    try:
        document = read_document(data, name)
    except InputError:
        return
    assert len(document.starts) == len(document.ends) == len(document.text)
    assert all(a <= b for a, b in zip(document.starts, document.ends, strict=True))


@given(st.text(min_size=1, max_size=200).filter(lambda text: text.strip() and "\0" not in text))
def test_plain_text_is_found_again_in_the_original(text: str) -> None:
    try:
        document = read_document(text.encode("utf-8", "surrogatepass"), "a.txt")
    except InputError:
        return
    source = text.removeprefix("\ufeff")
    for place, mark in enumerate(document.text):
        span = document.find_source(Span(place, place + 1))
        assert mark in " \n" or mark in normalize("NFC", source[span.start : span.end])
        assert document.find_text(span).start <= place
