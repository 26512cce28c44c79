"""Scenarios are read strictly, and an error says where and what was meant."""

from pathlib import Path

import pytest

from netglass.lab.library import find_scenario, list_scenarios, read_scenario
from netglass.vocab.error import LabError

GOOD = """\
title: T
start: 2026-03-02
days: 5
countries:
  XA: {networks: [{asn: 64512, name: One}, {asn: 64513, name: Two}]}
sites:
  - {host: one.test}
  - {host: two.test, scheme: http}
policies:
  - id: p
    cc: XA
    targets: [one.test]
    phases:
      - {mechanism: tls.eof, begin: 2d}
confounders:
  - {id: c, kind: down_503, sites: [two.test]}
"""


def read(folder: Path, text: str):
    path = folder / "s.yml"
    path.write_text(text)
    return read_scenario(path)


def test_every_shipped_scenario_can_be_read() -> None:
    assert {"ten-minutes", "mechanisms", "confounders", "dense-shutdown", "null"} <= set(list_scenarios())


def test_a_good_scenario_is_read(tmp_path: Path) -> None:
    scenario = read(tmp_path, GOOD)
    assert scenario.policies[0].targets == ("one.test",)
    assert scenario.resolve(scenario.policies[0].phases[0].begin).day == 4


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (
            "mechanism: tls.eof",
            "mechansim: tls.eof",
            r"s.yml:14:\d+: policies.0.phases.0.mechansim: .* did you mean mechanism",
        ),
        ("tls.eof", "tls.eoff", r"s.yml:14:\d+: policies.0.phases.0: mechanism 'tls.eoff' is none"),
        ("one.test}", "one.com}", r"s.yml:7:\d+: .*'one.com' is refused"),
        ("asn: 64512", "asn: 15169", r"s.yml:5:\d+: .*AS15169 is refused"),
        ("XA: {", "US: {", r"s.yml:5:\d+: .*country 'US' is refused"),
        ("begin: 2d", "begin: tomorrow", r"'tomorrow' is no time"),
        ("begin: 2d", "begin: 2d, end: 1d", "ends before it begins"),
        ("begin: 2d", "begin: 9d", "begins after the last day"),
        ("tls.eof", "http.reset.host", "is asked over TLS"),
        ("targets: [one.test]", "targets: [two.test]", "speaks no TLS"),
        ("targets: [one.test]", "targets: [six.test]", "site six.test, which is not in the scenario"),
        ("cc: XA\n", "cc: XB\n", "country XB, which is not in the scenario"),
        ("cc: XA\n", "cc: XA\n    obeys_not: [64999]\n", "AS64999"),
        ("kind: down_503", "kind: down_504", "'down_504' is none of"),
        ("id: c,", "id: p,", "the id p is given twice"),
        ("title: T\n", "title: T\ntitle: U\n", "'title' is there twice"),
        ("days: 5", "days: 0", r"s.yml:3:\d+: days:"),
        ("sites: [two.test]}", "}", "name them in `sites`"),
    ],
)
def test_a_fault_is_named_with_its_place(tmp_path: Path, old: str, new: str, message: str) -> None:
    assert old in GOOD
    with pytest.raises(LabError, match=message):
        read(tmp_path, GOOD.replace(old, new, 1))


def test_two_policies_may_not_act_on_one_site_at_once(tmp_path: Path) -> None:
    other = "  - {id: q, cc: XA, targets: [one.test], phases: [{mechanism: dns.nxdomain, begin: 1d, end: 3d}]}\n"
    with pytest.raises(LabError, match=r"policies p and q act on one.test at once"):
        read(tmp_path, GOOD.replace("confounders:\n", other + "confounders:\n"))


def test_a_country_that_looks_like_a_truth_value_stays_text(tmp_path: Path) -> None:
    with pytest.raises(LabError, match="country 'NO' is refused"):
        read(tmp_path, GOOD.replace("XA: {", "NO: {", 1))


def test_an_unknown_name_is_answered_with_a_guess() -> None:
    with pytest.raises(LabError, match="did you mean ten-minutes"):
        find_scenario("ten-minute")
