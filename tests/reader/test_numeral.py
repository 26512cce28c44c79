"""Numbers of provisions, as they are written."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netglass.reader.numeral import normalise_number, parse_chinese, parse_roman

DIGITS = "零一二三四五六七八九"


def write_chinese(number: int) -> str:
    """Write 1 to 9999 as statutes do: 十二, 一百零三, 二百一十."""
    text, gap = "", False
    for unit, name in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit, number = divmod(number, unit)
        if digit:
            text += ("零" if gap and text else "") + DIGITS[digit] + name
        gap = not digit
    return text.removeprefix("一") if text.startswith("一十") else text


@given(st.integers(1, 9999))
def test_every_number_of_an_article_is_read(number: int) -> None:
    assert parse_chinese(write_chinese(number)) == number


@pytest.mark.parametrize(
    ("text", "number"),
    [("十", 10), ("二〇一五", 2015), ("一百二十", 120), ("三万五千", 35_000), ("12", 12), ("两千", 2000)],
)
def test_a_chinese_number_is_read(text: str, number: int) -> None:
    assert parse_chinese(text) == number


@pytest.mark.parametrize(("text", "number"), [("IV", 4), ("xix", 19), ("MCMXC", 1990), ("I", 1)])
def test_a_roman_number_is_read(text: str, number: int) -> None:
    assert parse_roman(text) == number


@pytest.mark.parametrize("text", ["", "IIII", "VX", "灯", "civic"])
def test_what_is_no_roman_number_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="no Roman number"):
        parse_roman(text)


@pytest.mark.parametrize("text", ["", "灯", "12a", "-3"])
def test_what_is_no_chinese_number_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="no Chinese number"):
        parse_chinese(text)


def test_an_article_put_in_between_has_both_numbers() -> None:
    assert normalise_number("一百二十", "一") == "120-1"
    assert [normalise_number(text) for text in ("5A", "IV", "十二")] == ["5a", "4", "12"]
