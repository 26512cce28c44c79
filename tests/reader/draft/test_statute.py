"""The text of a law itself."""

from netglass.reader.draft.statute import is_statute, names_nobody, read_statute
from netglass.reader.provision import split_document
from tests.reader.draft.scene import make_document
from tests.reader.law import NEW_EN, NEW_ZH


def read(text: str) -> dict[str, object]:
    document = make_document(text, "law.md")
    found = read_statute(document, split_document(document))
    assert found is not None
    return {item.path: item.value for item in found[0].fields}


def test_a_chinese_law_tells_title_dates_and_articles() -> None:
    told = read(NEW_ZH)
    assert told["title.official"] == NEW_ZH.splitlines()[0].removeprefix("# ")
    assert (told["stages.adopted.date"], told["stages.amended.date"], told["stages.in_force.date"]) == (
        "2031-03-05",
        "2040-02-20",
        "2040-05-01",
    )


def test_an_english_law_tells_them_too() -> None:
    told = read(NEW_EN)
    assert told["title.language"] == "en"
    assert told["stages.in_force.date"] == "2040-05-01"


def test_a_provision_has_number_subjects_and_a_place() -> None:
    text = "灯塔条例\n\n第一条 用户应当提供真实身份信息。\n\n第二条 灯塔是白色的。\n"
    document = make_document(text)
    found = read_statute(document, split_document(document))
    assert found is not None
    told = {item.path: item for item in found[0].fields}
    assert told["provisions.art-1.number"].value == "Art. 1"
    assert document.text[slice(*told["provisions.art-1.subjects"].span)] == "用户应当提供真实身份信息。"
    assert "provisions.art-2.number" not in told
    assert len(found[1]) == 1


def test_an_article_of_news_is_no_law() -> None:
    assert not is_statute(split_document(make_document("Rain\n\nIt rained. Article 5 of the act holds.")))


def test_a_judgment_in_numbered_items_may_name_somebody() -> None:
    judgment = split_document(make_document("灯塔法院判决书\n\n一、被告人张三犯罪。\n\n二、驳回。\n"))
    assert is_statute(judgment) and not names_nobody(judgment)
