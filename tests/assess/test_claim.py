"""Evidence is set beside a claim, for its day and since; rights language gets no truth value, and silence is not an answer."""

from pathlib import Path
from typing import Any

import pytest

from netglass.assess.claim import assess_claims
from netglass.assess.observed import Observed
from netglass.register.library import Register
from tests.assess.world import block, observe, read_law


@pytest.fixture
def law(tmp_path: Path) -> Register:
    return read_law(tmp_path)


def tell(observed: Observed, law: Register, claim: str) -> dict[str, Any]:
    (row,) = [row for row in assess_claims(observed, observed, law) if row["claim_id"] == claim]
    return row


def test_a_block_that_stood_on_the_day_is_beside_the_claim(law: Register) -> None:
    row = tell(observe((), [block("one.test", 64512, (6, 7), (18, 19))]), law, "xa-said-claim")
    assert (row["at_the_time"], row["since"], row["evidence"]) == ("seen", "seen", ["ev-one.test-7"])


def test_a_block_that_came_later_is_beside_the_time_since(law: Register) -> None:
    measured = [(10, 64512, "one.test", "ok"), (12, 64512, "one.test", "ok")]
    row = tell(observe(measured, [block("one.test", 64512, (13, 14), (18, 19))]), law, "xa-said-claim")
    assert (row["at_the_time"], row["since"]) == ("not_seen", "seen")
    assert "2 telling measurements of 1 targets on 1 networks" in row["beside"][0]


def test_an_unconfirmed_block_is_not_set_against_a_claim(law: Register) -> None:
    spell = block("one.test", 64512, (6, 7), (18, 19), state="unconfirmed")
    assert tell(observe([(10, 64512, "one.test", "ok")], [spell]), law, "xa-said-claim")["at_the_time"] == "not_seen"


def test_a_day_before_the_data_begin_is_not_testable(law: Register) -> None:
    row = tell(observe([(60, 64512, "one.test", "ok")]), law, "xa-said-claim")
    assert (row["at_the_time"], row["since"]) == ("not_testable", "not_seen")
    assert "measurements reach from 2026-05-01" in row["beside"][0]


def test_rights_language_gets_no_truth_value(law: Register) -> None:
    row = tell(observe((), [block("one.test", 64512, (6, 7), (18, 19))]), law, "xa-rights-claim")
    assert (row["at_the_time"], row["since"], row["evidence"]) == ("no_truth_value", "no_truth_value", [])
    assert row["limits"] == ["language of rights: neither true nor false is said of it"]
