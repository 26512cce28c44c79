"""From order to effect: every answer of the two axes, as it is true."""

from datetime import timedelta
from pathlib import Path

import pytest

from netglass.lab.calendar import Calendar
from netglass.lab.chain import tell_chain
from netglass.lab.chronicle import Chronicle
from netglass.lab.library import read_scenario
from netglass.lab.volunteer import Run, Volunteer
from netglass.lab.world.build import build_world

TEXT = """\
title: Orders
start: 2026-03-02
days: 10
countries:
  XA: {networks: [{asn: 64512, name: One}, {asn: 64513, name: Two}]}
sites: [{host: one.test}, {host: two.test}, {host: three.test}, {host: four.test}]
instruments: [{id: act, title: Act, cc: XA}]
orders:
  - {id: o1, instrument: act, targets: [one.test], issued: 1d, lifted: 5d}
  - {id: o2, instrument: act, addressee: platform, targets: [two.test], issued: 1d}
policies:
  - {id: p1, cc: XA, targets: [one.test], order: o1, obeys_not: [64513],
     phases: [{mechanism: tls.eof, begin: 2d, end: 6d12h}]}
  - {id: p2, cc: XA, targets: [three.test], instrument: act, phases: [{mechanism: tls.eof, begin: 3d}]}
  - {id: p3, cc: XA, targets: [four.test], networks: [64512], phases: [{mechanism: tls.eof, begin: 3d}]}
"""

BLOCKED = {"state": "blocked", "policy_id": "p1", "mechanisms": ["tls.eof"], "scenario": "tls_eof"}
OK = {"state": "ok", "policy_id": None, "mechanisms": [], "scenario": "ok"}


@pytest.fixture
def told(tmp_path: Path):
    path = tmp_path / "orders.yml"
    path.write_text(TEXT)
    world = build_world(read_scenario(path))
    calendar = Calendar(world)
    chronicle = Chronicle(calendar)
    measured = [(64512, "one.test", 1, OK), (64512, "one.test", 3, BLOCKED), (64512, "one.test", 4, BLOCKED)]
    measured += [(64512, "one.test", 7, OK), (64513, "one.test", 3, OK), (64513, "two.test", 4, OK)]
    for asn, host, day, truth in measured:
        volunteer = Volunteer(world.find_network(asn), 0, "linux", "wifi", "3.20.0")
        moment = world.scenario.start + timedelta(days=day)
        run = Run(day, volunteer, moment, (host,), None, timedelta())
        chronicle.add(run, f"r{day}", host, moment, truth)
    return calendar, chronicle, {(asn, host) for asn, host, _, _ in measured}


def test_each_answer_is_given_where_it_is_true(told) -> None:
    rows = {(row["target"], row["probe_asn"]): row for row in tell_chain(*told)}
    answers = {key: (row["order"], row["effect"], row["carried_out"]) for key, row in rows.items()}
    assert answers == {
        ("one.test", 64512): ("ordered", "seen", True),
        ("one.test", 64513): ("ordered", "not_seen", False),
        ("two.test", 64512): ("ordered", "not_testable", False),
        ("two.test", 64513): ("ordered", "not_testable", False),
        ("three.test", 64512): ("authorised_only", "not_testable", True),
        ("three.test", 64513): ("authorised_only", "not_testable", True),
        ("four.test", 64512): ("no_order_found", "not_testable", True),
    }
    assert "platform" in rows["two.test", 64513]["reason"]
    seen = rows["one.test", 64512]
    assert (seen["delay_hours"], seen["lifting_delay_hours"], seen["n_during"]) == (24.0, 36.0, 2)
    assert rows["one.test", 64513]["delay_hours"] is None


def test_the_event_has_its_dates_and_counts(told) -> None:
    _, chronicle, _ = told
    event = next(row for row in chronicle.tell() if row["event_id"] == "p1")
    assert event["asns"] == [64512]
    assert (event["n_before"], event["n_during"], event["n_after"]) == (1, 2, 1)
    assert (event["scoreable"], event["end_scoreable"]) == (False, False)
    (series,) = event["series"]
    assert (series["last_before"], series["first_during"]) == ("2026-03-03T00:00:00Z", "2026-03-05T00:00:00Z")
    assert (series["last_during"], series["first_after"]) == ("2026-03-06T00:00:00Z", "2026-03-09T00:00:00Z")
