"""Laws are split into what lawyers cite."""

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from netglass.reader.document import read_document
from netglass.reader.provision import Structure, split_document
from tests.reader.law import AMENDING_ZH, NEW_EN, NEW_ZH, RESOLUTION, SPEECH


def split(text: str, name: str = "law.md") -> Structure:
    return split_document(read_document(text.encode(), name))


def test_a_chinese_statute_is_its_articles_with_their_chapters() -> None:
    law = split(NEW_ZH)
    assert law.basis == "article"
    assert [p.number for p in law.provisions] == ["1", "2", "3", "4", "4-1", "5", "6", "7", "8", "9", "10", "11"]
    assert law.provisions[4].path == "ch. 1 / art. 4-1"
    assert law.provisions[9].path == "ch. 3 / art. 9"


def test_paragraphs_and_items_are_kept() -> None:
    law = split(NEW_ZH)
    assert [p.label for p in law.provisions[3].paragraphs] == ["1", "2"]
    assert [item.label for item in law.provisions[9].paragraphs[0].items] == ["1", "2", "3", "4"]


def test_a_span_finds_the_provision_in_the_file() -> None:
    law = split(NEW_ZH)
    cut = NEW_ZH[law.provisions[4].source.start : law.provisions[4].source.end]
    assert cut == "第四条之一 国家鼓励学者研究潮汐与月相，研究成果向全体岛民公开。"


def test_a_paragraph_that_begins_with_a_reference_is_no_article() -> None:
    law = split("灯塔法\n\n第一条 点灯。\n\n第九条规定的罚款由总署收取。\n\n第二条熄灯。\n")
    assert [p.number for p in law.provisions] == ["1", "2"]
    assert "第九条规定的罚款" in law.provisions[0].text


def test_an_english_act_has_headings_paragraphs_and_points() -> None:
    law = split(NEW_EN, "act.txt")
    assert [(p.locator, p.heading) for p in law.provisions][2:4] == [("art. 3", "Definitions"), ("art. 4", "Lighting")]
    assert law.provisions[3].path == "ch. 2 / art. 4"
    assert [p.label for p in law.provisions[3].paragraphs] == ["1", "2"]
    assert [i.label for p in law.provisions[2].paragraphs for i in p.items] == ["a", "b"]


def test_recitals_come_before_the_articles() -> None:
    text = (
        "REGULATION ON LANTERNS\n\nTHE COUNCIL,\n\nWhereas:\n\n(1) Lanterns matter to ships.\n\n(2) Fog is dense.\n\n"
        "HAS ADOPTED THIS REGULATION:\n\nArticle 1\n\nLanterns are lit.\n\nArticle 2\n\nThis Regulation is binding.\n\n"
        "Done at Northmere, 4 March 2031.\n\nFor the Council\n\nANNEX I\n\nColours of lanterns\n"
    )
    assert [p.locator for p in split(text, "a.txt").provisions] == [
        "pre. 1", "pre. 2", "rec. 1", "rec. 2", "pre. 3", "art. 1", "art. 2", "closing 1", "annex 1",
    ]  # fmt: skip


def test_sections_are_provisions_where_there_are_no_articles() -> None:
    law = split(
        "Harbour Act\n\nPart 1\nShips\n\nSection 1. Ships wait.\n\nSection 2A. (a) Boats wait.\n\n(b) Rafts do not.\n",
        "a.txt",
    )
    assert [p.path for p in law.provisions] == ["part 1 / sec. 1", "part 1 / sec. 2a"]
    assert [p.label for p in law.provisions[1].paragraphs] == ["a", "b"]


def test_a_heading_in_capitals_may_end_with_a_stop() -> None:
    law = split(
        "LANTERN ACT\n\nSEC. 2. DEFINITIONS.\n\nIn this Act, fog means mist.\n\nSEC. 3. NO HEADING HERE.\n", "a.txt"
    )
    assert [(p.locator, p.heading) for p in law.provisions] == [("sec. 2", "DEFINITIONS"), ("sec. 3", "")]


def test_a_resolution_is_its_numbered_paragraphs() -> None:
    assert [p.locator for p in split(RESOLUTION, "a.txt").provisions] == ["pre. 1", "pre. 2", "para. 1", "para. 2"]


def test_items_of_an_amending_text_are_provisions() -> None:
    assert [p.locator for p in split(AMENDING_ZH).provisions] == ["item 1", "item 2", "item 3", "item 4"]


def test_a_speech_is_its_paragraphs() -> None:
    speech = split(SPEECH, "speech.txt")
    assert speech.basis == "text"
    assert len(speech.provisions) == 2


@given(
    st.lists(
        st.sampled_from([*NEW_ZH.split("\n"), *NEW_EN.split("\n"), "(1) a", "1. b", "ANNEX", "第三条"]), max_size=30
    )
)
def test_every_line_is_in_one_place(lines: list[str]) -> None:
    text = "x\n\n" + "\n\n".join(lines)
    law = split(text, "a.txt")
    starts = [p.span.start for p in law.provisions]
    assert starts == sorted(starts)
    assert all(a.span.end <= b.span.start for a, b in zip(law.provisions, law.provisions[1:], strict=False))
    for provision in law.provisions:
        inner = [s for paragraph in provision.paragraphs for s in (paragraph.span, *(i.span for i in paragraph.items))]
        assert all(provision.span.start <= s.start <= s.end <= provision.span.end for s in inner)


def test_the_texts_of_the_collection_are_numbered_without_a_gap(shared_data: Path) -> None:
    files = sorted((shared_data / "legal" / "cn-official-texts").rglob("*.md"))
    assert files
    for path in files:
        law = split_document(read_document(path.read_bytes(), path.name))
        numbers = [p.number for p in law.provisions if p.kind == law.basis]
        whole = [int(number) for number in numbers if "-" not in number]
        assert whole == list(range(1, len(whole) + 1)), path.name
        assert len(set(numbers)) == len(numbers), path.name
