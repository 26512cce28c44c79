"""A block that outlives its order or its site is a zombie, and one that ends in time is none."""

from datetime import timedelta
from pathlib import Path

import pytest

from netglass.assess.zombie import Death, assess_zombies
from netglass.register.library import Register
from tests.assess.world import LAW, at, block, observe, read_law


@pytest.fixture
def law(tmp_path: Path) -> Register:
    return read_law(tmp_path)


def test_a_block_that_is_seen_after_the_day_on_which_the_order_ended_persists(law: Register) -> None:
    spells = [block("one.test", 64512, (6, 7), (25, 26)), block("one.test", 64513, (6, 7), (20.5, 22))]
    (row,) = assess_zombies(observe((), spells), law, {})
    assert (row["kind"], row["probe_asn"], row["order_id"]) == ("order_ended", 64512, "xa-o1")
    assert (row["persists_least_hours"], row["persists_most_hours"]) == (4 * 24, 6 * 24)


def test_a_block_that_began_after_the_order_ended_is_no_zombie_of_it(law: Register) -> None:
    assert assess_zombies(observe((), [block("one.test", 64512, (22, 23), (25, 26))]), law, {}) == []


def test_a_block_that_another_order_asks_for_is_no_zombie(tmp_path: Path) -> None:
    again = "  - {id: o9, instrument: act, targets: [one.test], issued: 19d}\npolicies:"
    law = read_law(tmp_path, LAW.replace("policies:", again))
    assert assess_zombies(observe((), [block("one.test", 64512, (6, 7), (25, 26))]), law, {}) == []


def test_a_block_that_is_seen_since_the_site_is_dead_is_a_zombie(law: Register) -> None:
    spells = [block("three.test", 64512, (6, 7), (25, None)), block("three.test", 64513, (6, 7), (9, 10))]
    rows = assess_zombies(observe((), spells), law, {"three.test": Death(at(12) + timedelta(hours=1), ("u1", "u2"))})
    assert [(row["kind"], row["probe_asn"], row["witnesses"]) for row in rows] == [("dead_site", 64512, ["u1", "u2"])]
