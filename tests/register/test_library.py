"""A register is read whole: places, references and parts fit, and what is shipped is valid."""

import re
from pathlib import Path

import pytest

from netglass.register.instrument import Instrument
from netglass.register.kind import KINDS
from netglass.register.library import Register, find_shipped, load_register, read_register
from netglass.register.order import Order
from netglass.register.passage import hash_passage
from netglass.register.record import SourcedRecord
from netglass.vocab.error import RegisterError
from tests.register.world import find_text, read_changed, write_world

LAWS = "legal/cn-official-texts"


@pytest.fixture(scope="module")
def shipped() -> Register:
    return load_register(find_shipped())


def test_what_is_shipped_is_valid_and_of_no_invented_country(shipped: Register) -> None:
    assert len(shipped.records) >= 4
    assert {record.cc for record in shipped.records.values()} >= {"CN"}
    assert not [record for record in shipped.records.values() if record.kind == "case"]


def test_the_cybersecurity_law_is_what_it_is(shipped: Register) -> None:
    law = shipped.find("cn-cybersecurity-law-2016#art-58")
    assert isinstance(law, Instrument)
    assert (str(law.find_stage("adopted")), str(law.find_stage("in_force"))) == ("2016-11-07", "2017-06-01")
    assert {item.id for item in law.provisions} >= {"art-24", "art-28", "art-37", "art-47", "art-58"}


def test_hashes_of_articles_are_those_of_the_official_texts(shipped: Register, shared_data: Path) -> None:
    texts = {path.name: path for path in (shared_data / LAWS).rglob("*.md")}
    law = texts["网络安全法(2016-11-07).md"].read_text(encoding="utf-8")
    record = shipped.find("cn-cybersecurity-law-2016")
    assert isinstance(record, SourcedRecord)
    found = {"art. 58": "第五十八条", "art. 24": "第二十四条", "art. 79": "第七十九条"}
    for locator, number in found.items():
        passage = re.search(rf"^{number} .*?(?=^第\S+条 |^## |\Z)", law, re.MULTILINE | re.DOTALL)
        (entry,) = (entry for entry in record.evidence if entry.locator == locator)
        assert passage and hash_passage(passage[0]) == entry.passage_sha256


def test_a_register_is_listed_by_kind_and_country(tmp_path: Path) -> None:
    register = load_register(write_world(tmp_path), lab=True)
    assert [record.kind for record in register.list_records()] == list(KINDS)
    assert [record.id for record in register.list_records("order", "XA")] == ["xa-order-2021-3"]
    assert register.list_records("order", "XB") == []


def test_the_digest_is_of_names_and_contents(tmp_path: Path) -> None:
    one = load_register(write_world(tmp_path / "one"), lab=True)
    other = load_register(write_world(tmp_path / "other"), lab=True)
    assert one.digest == other.digest
    place, text = find_text("pledge")
    changed = load_register(write_world(tmp_path / "changed", {place: text + "# said twice\n"}), lab=True)
    assert changed.digest != one.digest


def test_an_unknown_id_is_answered_with_a_guess(tmp_path: Path) -> None:
    with pytest.raises(RegisterError, match="did you mean xa-order-2021-3"):
        load_register(write_world(tmp_path), lab=True).find("xa-order-2021-4")


def test_invented_countries_are_for_registers_of_invented_worlds(tmp_path: Path) -> None:
    _, faults = read_register(write_world(tmp_path))
    assert len(faults) >= 11 and any("XA is an invented country" in fault.message for fault in faults)
    places = {(fault.path.parent.parent.name, fault.place) for fault in faults}
    assert {
        ("source", "cc"),
        ("statement", "speaker.cc"),
        ("incident", "affected"),
        ("company", "conduct.0.requested_by"),
    } <= places
    assert not [fault for fault in faults if "/case/" in str(fault.path) and "invented" in fault.message]


def test_what_names_nothing_stops_the_load(tmp_path: Path) -> None:
    place, _ = find_text("source")
    with pytest.raises(RegisterError, match="there is no source 'xa-gazette-2020'"):
        load_register(write_world(tmp_path, {place: None}), lab=True)
    with pytest.raises(RegisterError, match="there is no such folder"):
        load_register(tmp_path / "none")


@pytest.mark.parametrize(
    ("kind", "old", "new", "told"),
    [
        ("order", "#art-5", "#art-6", "has no part 'art-6'; did you mean art-5?"),
        ("order", "xa-calm-act-2020#art-5", "xa-speech-2021", "is of kind statement, not instrument"),
        (
            "order",
            "[xa-calm-act-2020#art-5]",
            "[xa-calm-act-2020#]",
            "names no record; write the record's id, or id#part",
        ),
        ("link", "subject: xa-order-2021-3", "subject: xa-order-2021-3#art-5", "name the record alone"),
        ("link", "subject: xa-order-2021-3", "subject: xa-calm-act-2020#art-5", "ties a record to itself"),
        (
            "instrument",
            "provision: art-5",
            "provision: art-50",
            "names art-50, which the record has not; did you mean art-5?",
        ),
        ("instrument", "id: block-within-a-day", "id: art-5", "'art-5' is there twice"),
        ("instrument", "version: first", "version: second", "names second, which the record has not; known are first"),
        ("order", "networks: [64512, 64513]\n", "", "has `reach` and `networks` that do not fit"),
        ("order", "ends: 2021-04", "ends: 2021-02", "ends before it begins"),
        ("order", "value: news.example", "value: News.example", "write the host alone, in lower case"),
        ("order", "value: 192.0.2.0/24", "value: 192.0.2.7/24", "is no address; write an IP address, or a prefix"),
        (
            "instrument",
            "stage: in_force\n    date: 2020-07-01",
            "stage: repealed\n    date: 2019",
            "is repealed before it is adopted",
        ),
        ("order", "counted_only:", "keywords: [calm]\ncounted_only:", "keywords are not collected"),
        ("claim", "checkable: true", "checkable: false", "is not checkable and does not say why"),
        ("claim", "checkable: true", "checkable: yes", "write true or false"),
        ("claim", "checked_by: [events, verdicts]\n", "", "is checkable and does not say by what"),
        ("statement", "role: minister", "role: expert\n  name: Ada", "names a person who does not speak for a state"),
        ("indicator", "date: 2022", "date: 2021", "has two values of one date"),
        ("indicator", "value: 61.5", "value: nan", "write a number"),
        ("source", "url: https://gazette.example/7\n", "", "cannot be found again"),
        ("source", "retrieved: 2026-03-02", "retrieved: 2026-03", "write year, month and day"),
        ("case", "year: 2021\n", "year: 2021-05\n", "nothing finer than the year is kept here"),
        ("case", "cc: XA", "cc: CN", "an invented case lies in XA to XZ"),
    ],
)
def test_a_contradiction_is_told(tmp_path: Path, kind: str, old: str, new: str, told: str) -> None:
    _, faults = read_changed(tmp_path, kind, old, new)
    found = [fault for fault in faults if told in str(fault)]
    assert found, [*map(str, faults)]
    text = find_text(kind)[1]
    first = 1 + text[: text.index(old)].count("\n")
    assert not new or found[0].line in range(first, first + 2)


def test_a_keyword_is_refused_with_the_reason(tmp_path: Path) -> None:
    _, faults = read_changed(tmp_path, "order", "type: domain", "type: keyword")
    assert "keywords are not collected, as they are speech" in str(faults[0])


def test_a_forbidden_class_is_refused_and_its_entry_not_quoted(tmp_path: Path) -> None:
    _, faults = read_changed(tmp_path, "order", "category: news", "category: child_abuse")
    assert "raise `counted_only: {child_abuse: N}`" in str(faults[0])
    assert not any("news.example" in str(fault) for fault in faults)


def test_an_order_keeps_counts_alone_of_what_is_only_counted(tmp_path: Path) -> None:
    order = load_register(write_world(tmp_path), lab=True).find("xa-order-2021-3")
    assert isinstance(order, Order) and order.counted_only and order.counted_only.minors == 4


def test_a_record_survives_json(tmp_path: Path) -> None:
    for record in load_register(write_world(tmp_path), lab=True).records.values():
        assert type(record).model_validate_json(record.model_dump_json(exclude_unset=True)) == record


def test_what_names_a_record_that_is_not_valid_is_no_fault_of_its_own(tmp_path: Path) -> None:
    _, faults = read_changed(tmp_path, "instrument", "type: law", "type: lwa")
    assert len(faults) == 1 and "did you mean law?" in str(faults[0])


def test_two_records_of_one_id_are_told(tmp_path: Path) -> None:
    text = find_text("claim")[1].replace("id: xa-claim-nothing-blocked", "id: xa-pledge-villages")
    _, faults = read_register(write_world(tmp_path, {"claim/xa/xa-pledge-villages.yml": text}), lab=True)
    assert "'xa-pledge-villages' is there twice; it is the id of" in str(faults[0])
