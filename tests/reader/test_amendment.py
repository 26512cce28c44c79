"""What an amending text does to another law."""

from pathlib import Path

from netglass.reader.amendment import find_amendments
from netglass.reader.document import read_document
from netglass.reader.provision import split_document
from tests.reader.law import AMENDING_ZH


def find(text: str) -> list[tuple[str, str, str, str]]:
    found = find_amendments(split_document(read_document(text.encode(), "a.md")))
    return [(made.item, made.law, made.action, made.locator) for made in found]


def test_each_item_names_law_action_and_article() -> None:
    assert find(AMENDING_ZH) == [
        ("item 1", "灯塔信号法", "added", "art. 4-2"),
        ("item 2", "灯塔信号法", "changed", "art. 9 para. 1"),
        ("item 3", "灯塔信号法", "removed", "art. 10"),
    ]


def test_a_new_paragraph_belongs_to_the_article_it_is_put_into() -> None:
    assert find("修正案\n\n一、在灯塔法第八条中增加一款，作为第三款：“灯。”\n\n二、灯。\n") == [
        ("item 1", "灯塔法", "added", "art. 8 para. 3")
    ]


def test_english_amending_articles_are_read() -> None:
    text = "Amending Act\n\nArticle 1\nSection 7(2) of the Lantern Act is amended as follows.\n\nArticle 2\nArticle 9 is repealed.\n"
    assert find(text) == [
        ("art. 1", "the Lantern Act", "changed", "sec. 7 para. 2"),
        ("art. 2", "", "removed", "art. 9"),
    ]


def test_every_item_of_the_ninth_amendment_but_the_last_changes_the_criminal_law(shared_data: Path) -> None:
    path = shared_data / "legal" / "cn-official-texts" / "刑法" / "刑法修正案（九）.md"
    found = find_amendments(split_document(read_document(path.read_bytes(), path.name)))
    assert [made.item for made in found] == [f"item {number}" for number in range(1, 52)]
    assert {made.law for made in found} == {"刑法"}
    assert found[31].locator == "art. 291-1 para. 2"
