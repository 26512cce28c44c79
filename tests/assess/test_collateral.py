"""What is blocked at the same address beside an ordered target is collateral; what is blocked elsewhere or later is not."""

from pathlib import Path

import numpy as np
import pytest

from netglass.assess.collateral import UNKNOWN, assess_collateral
from netglass.assess.observed import Observed
from netglass.register.library import Register
from tests.assess.world import block, observe, read_law

HOSTS = {"one.test": ["192.0.2.1"], "near.test": ["192.0.2.1"], "far.test": ["192.0.2.9"]}


@pytest.fixture
def law(tmp_path: Path) -> Register:
    return read_law(tmp_path)


def observe_reset(*targets: str, begin: float = 7) -> Observed:
    """Return a country in which the handshakes of some targets are reset whatever name they carry."""
    measured = [(begin + 1, 64512, target, "likely_blocked") for target in targets]
    observed = observe(measured, [block(target, 64512, (begin - 1, begin), (18, 19)) for target in targets])
    paths = np.empty(len(measured), object)
    paths[:] = [("tls.reset.other",)] * len(measured)
    return Observed("XA", observed.spells, (), observed.verdicts._replace(mechanisms=paths), observed.inputs)


def test_a_neighbour_at_the_address_of_an_ordered_target_is_collateral(law: Register) -> None:
    (row,) = assess_collateral(observe_reset("one.test", "near.test", "far.test"), law, HOSTS)
    assert (row["target"], row["meant"], row["address"], row["order_id"]) == (
        "near.test",
        ["one.test"],
        "192.0.2.1",
        "xa-o1",
    )
    assert row["evidence"] == ["ev-near.test-7", "ev-one.test-7"]


def test_where_no_order_names_any_it_is_not_said_which_was_meant(law: Register) -> None:
    hosts = {"a.test": ["192.0.2.1"], "b.test": ["192.0.2.1"]}
    rows = assess_collateral(observe_reset("a.test", "b.test"), law, hosts)
    assert [(row["target"], row["meant"], row["order_id"]) for row in rows] == [
        ("a.test", [], None),
        ("b.test", [], None),
    ]
    assert rows[0]["limits"] == [f"{UNKNOWN}; hit together with b.test"]


def test_a_block_by_name_is_not_of_the_address(law: Register) -> None:
    measured = [(8, 64512, target, "blocked") for target in ("one.test", "near.test")]
    spells = [block(target, 64512, (6, 7), (18, 19)) for target in ("one.test", "near.test")]
    assert assess_collateral(observe(measured, spells), law, HOSTS) == []
