"""A locator gives its passage, or says why not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netglass.reader.document import read_document
from netglass.reader.locator import find_passage
from netglass.vocab.error import InputError, UsageError
from tests.reader.law import NEW_EN, NEW_ZH, RESOLUTION

ZH = read_document(NEW_ZH.encode(), "law.md")
EN = read_document(NEW_EN.encode(), "act.txt")


@pytest.mark.parametrize(
    ("locator", "text"),
    [
        ("art. 4 para. 2", "各港口的灯塔管理站负责本港口的灯塔信号工作。"),
        ("第四条第二款", "各港口的灯塔管理站负责本港口的灯塔信号工作。"),
        ("art. 4-1", "国家鼓励学者研究潮汐与月相，研究成果向全体岛民公开。"),
        ("第四条之一", "国家鼓励学者研究潮汐与月相，研究成果向全体岛民公开。"),
        ("art. 9 item 2", "（二）用船灯模仿灯塔信号的；"),
        ("第九条第一款第（四）项", "（四）损坏灯塔电波设备的。"),
    ],
)
def test_a_passage_of_a_chinese_law(locator: str, text: str) -> None:
    found = find_passage(ZH, locator)
    assert found.text == text
    assert NEW_ZH[found.source.start : found.source.end] == text


@pytest.mark.parametrize(
    ("locator", "text"),
    [
        ("art. 4 para. 2", "2. The keeper shall use a red flash where a ship has left the channel."),
        ("Article 4(2)", "2. The keeper shall use a red flash where a ship has left the channel."),
        ("art. 3(a)", "(a) 'keeper' means the person who tends a lantern;"),
        ("art. 3 point (b)", "(b) 'signal' means light, sound or radio that a lantern sends to ships."),
    ],
)
def test_a_passage_of_an_english_act(locator: str, text: str) -> None:
    assert find_passage(EN, locator).text == text


def test_characters_of_the_original_are_a_locator() -> None:
    at = NEW_ZH.index("灯塔总署主管")
    found = find_passage(ZH, f"chars {at}-{at + 6}")
    assert found.text == "灯塔总署主管"
    assert found.source == (at, at + 6)


def test_numbered_paragraphs_of_a_resolution_are_found() -> None:
    document = read_document(RESOLUTION.encode(), "a.txt")
    assert find_passage(document, "para. 2").text.startswith("Requests the Secretary")


@pytest.mark.parametrize("locator", ["art. 99", "art. 4 para. 9", "chars 5-99999", "chars 9-9", "rec. 1"])
def test_what_is_not_there_is_an_error_with_the_file(locator: str) -> None:
    with pytest.raises(InputError, match=r"law\.md"):
        find_passage(ZH, locator)


@pytest.mark.parametrize("locator", ["", "somewhere", "art.", "art. 4 and more", "page 3"])
def test_what_is_no_locator_is_wrong_use(locator: str) -> None:
    with pytest.raises(UsageError, match="not understood"):
        find_passage(ZH, locator)


@given(st.text(max_size=30))
def test_no_locator_breaks_it(locator: str) -> None:
    try:
        find_passage(ZH, locator)
    except (InputError, UsageError) as error:
        assert str(error)
