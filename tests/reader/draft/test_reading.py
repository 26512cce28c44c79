"""A document to drafts: what is found, what is withheld, and that the same text gives the same drafts."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netglass.reader.draft.file import format_drafts
from netglass.reader.draft.model import Draft, Reading
from netglass.reader.draft.reading import make_ruleset
from tests.docs.page import ROOT
from tests.reader.draft.scene import ARTICLE, SALT, read_text

MISSION = ROOT.parent / "shared" / "mission"

HIDDEN = {
    "one sentence": "Ada Testovska, a teacher, was jailed on Friday. The ministry said TESTOVSKA broke the internet law.",
    "a name before the fact": "The blogger Ada Testovska said the internet is censored.\nOn Monday she was arrested.",
    "a fact without a name": "Testovska said the internet is censored in the country.\nOn Monday police arrested the writer.",
    "a fact after a name": "The internet law is used widely. Ada Testovska knows this well. She is now in prison.",
    "an address and a handle": "Police detained Testovska. The ministry said testovska.example and @testovska_ada broke the web law.",
    "initials": "Ada Testovska was convicted of a crime. A. Testovska had 3 million internet users.",
    "an accent": "Adéla Testovská was sentenced to a year. The minister said Testovska broke the internet law.",
    "lower case": "the writer ada testovska was jailed. The minister said ada testovska broke the internet law.",
    "invisible characters": "Ada Testo\u00advska was jailed. The ministry said Testovska and Tes\u200btovska broke the internet law.",
    "a headline": "Blogger Ada Testovska Jailed Over Posts\nThe internet law stands, Testovska said.",
    "capitals": "ADA TESTOVSKA WAS JAILED FOR POSTS. The ministry said Testovska broke the web law.",
    "a rule": "Ada Testovska could be jailed under the new internet law. Testovska said the internet law was vague.",
    "an office that was lost": "Former minister Ada Testovska was arrested. Testovska said the internet law was hers.",
    "an office": "President Ada Testovska was arrested. Testovska said the internet was cut off.",
    "a law after a person": "The Testovska Law\nAda Testovska was jailed in 2030. Parliament passed the Testovska Internet Act in 2031.",
}  # fmt: skip


def list_kinds(reading: Reading) -> list[str]:
    return [draft.kind for draft in reading.drafts]


def find(reading: Reading, kind: str) -> Draft:
    return next(draft for draft in reading.drafts if draft.kind == kind)


def test_an_article_gives_drafts_of_every_kind_in_order() -> None:
    reading = read_text(ARTICLE, "2031-05-14")
    assert list_kinds(reading) == [
        "source", "instrument", "statement", "statement", "claim", "claim", "pledge", "indicator", "company", "incident",
    ]  # fmt: skip
    assert [(case.fact, case.year) for case in reading.protected] == [("sentence", 2031)]
    assert find(reading, "claim").statement == "statement-1"
    assert {draft.cc for draft in reading.drafts} == {"XA"}


def test_every_field_has_the_characters_behind_it() -> None:
    for draft in read_text(ARTICLE, "2031-05-14").drafts:
        for field in draft.fields:
            assert " ".join(ARTICLE[slice(*field.span)].split()) == " ".join(field.quote.split())
            assert 0 < field.confidence <= 1


def test_relative_dates_stay_relative_without_a_day() -> None:
    told = find(read_text(ARTICLE), "statement").find_field("date")
    assert told and (told.value, told.relative) == (None, "on Tuesday")
    anchored = find(read_text(ARTICLE, "2031-05-14"), "statement").find_field("date")
    assert anchored and anchored.value == "2031-05-13"


def test_a_protected_draft_has_places_and_a_salted_hash_alone() -> None:
    (case,) = read_text(ARTICLE).protected
    assert ARTICLE[slice(*case.span)].startswith("Ada Testovska, a teacher")
    assert len(case.salted_sha256) == 64
    assert set(case.__struct_fields__) == {
        "id", "kind", "fact", "accusation", "rule", "confidence", "span", "salted_sha256", "year",
    }  # fmt: skip


@pytest.mark.parametrize("what", HIDDEN)
def test_a_name_near_a_fact_is_in_no_draft(what: str) -> None:
    reading = read_text(HIDDEN[what])
    assert len(reading.protected) == 1
    for form in ("yaml", "json"):
        shown = format_drafts(reading, form).lower().replace("\u00ad", "").replace("\u200b", "")
        assert not re.search("testovsk", shown)


def test_a_chinese_report_of_a_fact_shows_nothing() -> None:
    reading = read_text("灯塔新闻\n\n被告人张三因网上发帖被判处有期徒刑三年。张三的网站有300万用户。\n")
    assert (len(reading.protected), list_kinds(reading), reading.drafts[0].fields) == (1, ["source"], [])
    assert {item.text for item in reading.unplaced} == {None}


def test_what_found_no_place_is_listed_with_names_withheld() -> None:
    reading = read_text(ARTICLE + "\nBo Fictus keeps the lighthouse.\n")
    shown = [item.text for item in reading.unplaced]
    assert "The lighthouse is white." in shown
    assert "[withheld] keeps the lighthouse." in shown
    assert None in shown


def test_the_same_text_gives_the_same_bytes() -> None:
    assert format_drafts(read_text(ARTICLE), "yaml") == format_drafts(read_text(ARTICLE), "yaml")
    assert read_text(ARTICLE).salt == SALT
    assert re.fullmatch("[0-9a-f]{16}", make_ruleset())


@given(st.text(min_size=1, alphabet=st.characters(exclude_categories=["Cs", "Cc"])).filter(str.strip))
def test_no_text_breaks_it(text: str) -> None:
    read_text(text, "2031-05-14")


@pytest.fixture(scope="module")
def reading() -> Reading:
    """The drafts of the article."""
    (path,) = MISSION.glob("*.txt")
    return read_text(path.read_text(encoding="utf-8"), "2015-12-16", None)


@pytest.mark.skipif(not MISSION.is_dir(), reason="the article is not beside the checkout: ../shared/mission")
class TestTheArticle:
    """The article that the project was born from."""

    def list_values(self, reading: Reading, kind: str, path: str) -> list[object]:
        fields = [draft.find_field(path) for draft in reading.drafts if draft.kind == kind]
        return [field.value if field else None for field in fields]

    def test_the_instruments(self, reading: Reading) -> None:
        assert self.list_values(reading, "instrument", "type") == ["law", "law", "regulation", "draft", "treaty"]
        assert self.list_values(reading, "instrument", "provisions.offence.subjects")[1] == ["content_offence"]
        assert self.list_values(reading, "instrument", "requirements.duty.sector")[2] == "critical_infrastructure"

    def test_the_statements(self, reading: Reading) -> None:
        assert self.list_values(reading, "statement", "speaker.role") == ["head_of_state", None, "expert", "expert"]
        assert self.list_values(reading, "statement", "date") == ["2015-12-16", "2014", None, None]

    def test_the_claims(self, reading: Reading) -> None:
        reasons = self.list_values(reading, "claim", "not_checkable_because")
        assert len(reasons) == 13
        assert [draft.rule for draft in reading.drafts if draft.kind == "claim"].count("claim.unattributed") == 1
        assert self.list_values(reading, "claim", "checked_by").count(["attributed_incidents"]) == 1

    def test_the_figures_and_the_pledge(self, reading: Reading) -> None:
        assert self.list_values(reading, "indicator", "values.0.value") == [670_000_000, 4_130_000]
        assert self.list_values(reading, "indicator", "unit") == ["web users", "web sites"]
        assert self.list_values(reading, "pledge", "deadline") == ["2020"]
        assert self.list_values(reading, "pledge", "target") == [100]

    def test_the_others(self, reading: Reading) -> None:
        assert self.list_values(reading, "endorsement", "act") == ["supported"]
        assert self.list_values(reading, "company", "conduct.conduct-1.type") == ["market_entry"]
        assert self.list_values(reading, "incident", "type") == ["espionage", "disruption"]

    def test_what_befell_people_is_protected_and_names_are_nowhere(self, reading: Reading) -> None:
        assert [case.fact for case in reading.protected] == ["detention", "trial"]
        (path,) = MISSION.glob("*.txt")
        passage = path.read_text(encoding="utf-8")[slice(*reading.protected[1].span)]
        names = re.findall(r"(?<=, )[A-Z]\w+ [A-Z]\w+(?=, was)", passage)
        assert names
        shown = format_drafts(reading, "yaml") + format_drafts(reading, "json")
        for part in names[0].split():
            assert not re.search(rf"\b{part}\b", shown, re.IGNORECASE)
