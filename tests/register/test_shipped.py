"""What the shipped register holds of China and of the European example, and that its passages are those of the texts."""

import hashlib
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from netglass.register.claim import Claim
from netglass.register.evidence import Evidence
from netglass.register.instrument import Instrument
from netglass.register.kind import KINDS
from netglass.register.library import Register, find_shipped, load_register
from netglass.register.order import Order
from netglass.register.passage import cut_passage, hash_passage
from netglass.register.pledge import Pledge
from netglass.register.record import Record, SourcedRecord
from netglass.register.source import Source
from netglass.register.statement import NAMED_ROLES, Statement

DIGITS = "零一二三四五六七八九"
ARTICLE = r"第[零一二三四五六七八九十百]+条(?:之[一二三四五六七八九十]+)?"
ITEM = r"[一二三四五六七八九十]+、"
NEWS = "cn-press-article-december-2015"


class Quoted(NamedTuple):
    """A passage that a record rests on, and the text in which it must be found."""

    record: str
    entry: Evidence
    text: str


@pytest.fixture(scope="module")
def shipped() -> Register:
    return load_register(find_shipped())


@pytest.fixture(scope="module")
def quoted(shipped: Register, shared_data: Path) -> list[Quoted]:
    folders = (shared_data / "legal", shared_data / "indicators", shared_data.parent / "mission")
    files = [path for folder in folders for path in folder.rglob("*") if path.is_file()]
    texts = {hashlib.sha256(path.read_bytes()).hexdigest(): path for path in files}
    records = shipped.records.values()
    found = {
        source.id: texts[source.sha256] for source in records if isinstance(source, Source) and source.sha256 in texts
    }
    if not found:
        pytest.skip("none of the texts of the register lies under ../shared")
    read = {id: path.read_text(encoding="utf-8") for id, path in found.items()}
    return [
        Quoted(record.id, entry, read[entry.source])
        for record in records
        if isinstance(record, SourcedRecord)
        for entry in record.evidence
        if entry.source in read
    ]


def count_in_chinese(number: int) -> str:
    """Return a number from 1 to 999 as Chinese laws count their articles."""
    hundreds, tens, ones = number // 100, number // 10 % 10, number % 10
    text = f"{DIGITS[hundreds]}百" if hundreds else ""
    if tens:
        text += "十" if number < 20 else f"{DIGITS[tens]}十"
    elif hundreds and ones:
        text += "零"
    return text + (DIGITS[ones] if ones else "")


def find_passage(text: str, locator: str) -> str:
    """Return the passage of an official text, an article or a table that a locator points at."""
    place, _, number = locator.partition(" ")
    if place == "heading":
        return text.partition("<!-- INFO END -->")[0]
    if place == "chars":
        return cut_passage(text, number)
    if place == "row":
        return text.split("\n")[int(number) - 1]
    first, _, second = number.partition("-")
    inserted = f"之{count_in_chinese(int(second))}" if second else ""
    begin = f"第{count_in_chinese(int(first))}条{inserted} " if place == "art." else f"{count_in_chinese(int(first))}、"
    after = rf"^{ARTICLE}[ \u3000]|^#" if place == "art." else rf"^{ITEM}"
    passage = re.search(rf"^{begin}.*?(?={after}|\Z)", text, re.MULTILINE | re.DOTALL)
    assert passage, locator
    return passage[0]


def tell_review(record: Record) -> str:
    """Return how far a record of any kind has been checked."""
    if isinstance(record, SourcedRecord):
        return record.tell_review()
    return record.review if isinstance(record, Source) else ""


def pick(shipped: Register, kind: type[Record], cc: str = "CN") -> Iterator[Record]:
    return (record for record in shipped.records.values() if isinstance(record, kind) and record.cc == cc)


@pytest.mark.parametrize(
    ("number", "written"),
    [(9, "九"), (10, "十"), (16, "十六"), (20, "二十"), (105, "一百零五"), (111, "一百一十一"), (286, "二百八十六")],
)
def test_articles_are_counted_as_laws_count_them(number: int, written: str) -> None:
    assert count_in_chinese(number) == written


def test_china_has_reviewed_records_of_every_kind_but_cases_and_searches(shipped: Register) -> None:
    reviewed = Counter(record.kind for record in shipped.list_records(cc="CN") if tell_review(record) == "reviewed")
    assert set(reviewed) == set(KINDS) - {"case", "search"}
    assert reviewed.total() >= 60
    assert reviewed["instrument"] >= 20


def test_there_is_no_case(shipped: Register) -> None:
    assert not shipped.list_records("case")
    assert not (shipped.folder / "case").exists()


def test_every_passage_is_that_of_the_text(quoted: list[Quoted]) -> None:
    wrong = [
        f"{item.record}: {item.entry.source} {item.entry.locator}"
        for item in quoted
        if hash_passage(find_passage(item.text, item.entry.locator)) != item.entry.passage_sha256
    ]
    assert not wrong
    assert {item.entry.source for item in quoted} >= {NEWS, "cn-national-security-law-2015-text"}


def test_no_passage_of_the_article_is_about_a_case(quoted: list[Quoted]) -> None:
    passages = [find_passage(item.text, item.entry.locator) for item in quoted if item.entry.source == NEWS]
    assert passages
    assert not [text for text in passages if re.search(r"detain|\btrial\b|lawyer", text)]


def test_people_are_named_only_where_they_speak_for_a_state(shipped: Register) -> None:
    named = [item for item in pick(shipped, Statement) if isinstance(item, Statement) and item.speaker.name]
    assert named and all(item.speaker.role in NAMED_ROLES for item in named)


def test_both_versions_of_the_laws_on_secrets_and_espionage_are_there(shipped: Register) -> None:
    for id, versions in (("cn-state-secrets-law", {"2010", "2024"}), ("cn-counter-espionage-law", {"2014", "2023"})):
        law = shipped.find(id)
        assert isinstance(law, Instrument)
        assert {item.id for item in law.versions} == versions
        assert {item.version for item in law.provisions} == versions


def test_a_claim_of_rights_has_no_truth_value(shipped: Register) -> None:
    claim = shipped.find("cn-claim-right-to-exchange-ideas-2015")
    assert isinstance(claim, Claim)
    assert not claim.checkable and claim.not_checkable_because == "language_of_rights"


def test_the_pledge_is_beside_an_indicator_of_its_unit(shipped: Register) -> None:
    pledge = shipped.find("cn-pledge-villages-2020")
    assert isinstance(pledge, Pledge) and pledge.indicator
    assert (pledge.target, str(pledge.deadline)) == (100, "2020")
    assert getattr(shipped.find(pledge.indicator), "unit", None) == pledge.unit


def test_the_european_order_names_outlets_and_domains_and_has_been_upheld(shipped: Register) -> None:
    order = shipped.find("eu-order-rt-sputnik-2022")
    assert isinstance(order, Order) and order.appeal
    assert (str(order.issued), str(order.begins)) == ("2022-03-01", "2022-03-02")
    assert Counter(entry.type for entry in order.entries) == {"service": 6, "domain": 6}
    assert (order.appeal.result, str(order.appeal.decided)) == ("upheld", "2022-07-27")
