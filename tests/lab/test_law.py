"""The law of an invented world is a valid register, and says what the scenario says."""

from pathlib import Path

import pytest

from netglass.lab.calendar import Calendar
from netglass.lab.law import list_records, name_record, tell_words, write_register
from netglass.lab.library import list_scenarios, read_scenario
from netglass.lab.scenario import Scenario
from netglass.lab.world.build import build_world
from netglass.register.instrument import Instrument
from netglass.register.library import read_register
from netglass.register.order import Order
from netglass.register.passage import hash_passage
from netglass.register.search import Search

TEXT = """\
title: Words
start: 2026-03-02
days: 20
countries:
  XA: {networks: [{asn: 64512, name: One}, {asn: 64513, name: Two}]}
sites: [{host: one.test}, {host: two.test}, {host: three.test}]
instruments: [{id: act, title: Act, cc: XA, provision: article 9, in_force: 2020-01-01}]
orders: [{id: o--1, instrument: act, targets: [one.test], networks: [64512], issued: 1d, lifted: 5d, published: false}]
policies:
  - {id: p1, cc: XA, targets: [one.test], order: o--1, networks: [64512], phases: [{mechanism: tls.eof, begin: 2d, end: 6d}]}
  - {id: p2, cc: XA, targets: [two.test], instrument: act, phases: [{mechanism: tls.eof, begin: 3d, end: 8d}]}
  - {id: p3, cc: XA, targets: [three.test], phases: [{mechanism: tls.eof, begin: 3d, end: 8d}]}
statements:
  - {id: s-before, cc: XA, when: 1d}
  - {id: s-during, cc: XA, when: 4d}
  - {id: s-after, cc: XA, when: 10d}
  - {id: s-rights, cc: XA, when: 4d, says: rights_respected}
pledges:
  - {id: villages, cc: XA, measure: villages with access, unit: percent, target: 100, made: 2019-01-01, deadline: 2020-12-31,
     values: [{when: 2020-12-31, value: 98}], outcome: missed}
  - {id: prices, cc: XA, measure: price, unit: coins, direction: at_most, target: 5, made: 2019-01-01, deadline: 2020-12-31,
     outcome: not_measurable}
"""


@pytest.fixture
def scenario(tmp_path: Path) -> Scenario:
    path = tmp_path / "words.yml"
    path.write_text(TEXT)
    return read_scenario(path)


@pytest.mark.parametrize("name", list_scenarios())
def test_the_law_of_every_shipped_scenario_is_a_valid_register(tmp_path: Path, name: str) -> None:
    count = write_register(list_scenarios()[name], tmp_path / "register")
    register, faults = read_register(tmp_path / "register", lab=True)
    assert [*map(str, faults)] == []
    assert len(register.records) == count > 0


def test_records_say_what_the_scenario_says(tmp_path: Path, scenario: Scenario) -> None:
    write_register(scenario, tmp_path / "register")
    register, faults = read_register(tmp_path / "register", lab=True)
    assert not faults
    order, law = register.find("xa-o-1"), register.find("xa-act")
    assert isinstance(order, Order) and isinstance(law, Instrument)
    assert (str(order.issued), str(order.ends), order.networks, order.publicity) == (
        "2026-03-03",
        "2026-03-07",
        (64512,),
        "secret",
    )
    assert order.relies_on == ("xa-act#article-9",)
    searches = {record.targets: record for record in register.list_records("search") if isinstance(record, Search)}
    assert {targets: found.outcome for targets, found in searches.items()} == {
        ("two.test",): "law_only",
        ("three.test",): "nothing",
        (): "nothing",
    }


def test_an_invented_register_is_refused_where_a_real_one_is_wanted(tmp_path: Path, scenario: Scenario) -> None:
    write_register(scenario, tmp_path / "register")
    assert any("invented" in str(fault) for fault in read_register(tmp_path / "register").faults)


def test_passages_are_hashed_as_the_register_hashes_them(scenario: Scenario) -> None:
    law = next(record for record in list_records(scenario) if record["kind"] == "instrument")
    assert law["evidence"][0]["passage_sha256"] == hash_passage("Act")


def test_claims_are_true_or_not_by_the_calendar(scenario: Scenario) -> None:
    told = {row.get("claim_id", row.get("pledge_id")): row for row in tell_words(Calendar(build_world(scenario)))}
    truths = {name: (row["true_then"], row["true_since"]) for name, row in told.items() if "claim_id" in row}
    assert truths == {
        name_record("XA", "s-before-claim"): (True, False),
        name_record("XA", "s-during-claim"): (False, False),
        name_record("XA", "s-after-claim"): (True, True),
        name_record("XA", "s-rights-claim"): (None, None),
    }
    assert told["xa-villages"]["outcome"] == "missed"
