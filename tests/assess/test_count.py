"""Counts of a country name nobody: below five networks there is none, and none says more than half."""

from pathlib import Path
from typing import Any

import pytest

from netglass.assess.chain import assess_chain
from netglass.assess.observed import Observed
from netglass.assess.publication import RULES, Ground, hide_protected, release
from netglass.register.library import Register
from tests.assess.world import block, observe, read_law

ASNS = tuple(range(64512, 64518))
LATER = [(150, asn, "three.test", "ok") for asn in ASNS]


def publish(observed: Observed, law: Register) -> list[dict[str, Any]]:
    rows = assess_chain(observed, law)
    return release(RULES["chain"], Ground(observed, law), rows, local_only=False).rows


def count(observed: Observed, law: Register) -> dict[str, Any]:
    (row,) = [row for row in publish(observed, law) if row["level"] == "country" and row["order_id"] == "xa-o1"]
    return row


@pytest.fixture
def law(tmp_path: Path) -> Register:
    return read_law(tmp_path)


def measure(asns: tuple[int, ...]) -> list[tuple[float, int, str, str]]:
    return [(6 + day, asn, "one.test", "ok") for asn in asns for day in range(6)]


def test_a_count_over_five_networks_and_ninety_days_is_a_lower_bound(law: Register) -> None:
    row = count(observe(measure(ASNS[:2]) + LATER), law)
    assert (row["networks"], row["networks_not_established"], row["not_seen_at_least"]) == (6, 6, 2)


def test_it_never_says_more_than_half(law: Register) -> None:
    assert count(observe(measure(ASNS) + LATER), law)["not_seen_at_least"] == 3


def test_young_measurements_are_in_no_count(law: Register) -> None:
    young = [(60, asn, "three.test", "ok") for asn in ASNS]
    assert count(observe(measure(ASNS[:2]) + young), law)["not_seen_at_least"] == 0


def test_below_five_networks_there_is_none(law: Register) -> None:
    seen = [block("one.test", asn, (6, 7), (18, 19)) for asn in ASNS[:2]]
    assert count(observe(measure(ASNS[2:4]) + LATER, seen), law)["not_seen_at_least"] is None


def test_which_networks_disobey_changes_nothing_that_is_published(law: Register) -> None:
    one, other = (publish(observe(measure(asns) + LATER), law) for asns in (ASNS[:2], ASNS[3:5]))
    assert one == other


def test_a_network_that_measured_nothing_but_what_orders_name_is_not_listed(law: Register) -> None:
    rows = publish(observe(measure(ASNS[:1]) + LATER[1:]), law)
    assert ASNS[0] not in {row["probe_asn"] for row in rows if row["order_id"] == "xa-o1"}


def test_an_order_that_ended_still_hides_its_targets_while_its_law_is_in_force(law: Register) -> None:
    ground = Ground(observe(measure(ASNS) + LATER), law)
    assert "one.test" not in set(hide_protected(ground, local_only=False).verdicts.target)
    assert "one.test" in set(hide_protected(ground, local_only=True).verdicts.target)
