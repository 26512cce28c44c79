"""Each order, target and network gets the answer that the evidence carries, and no more."""

from pathlib import Path
from typing import Any

import pytest

from netglass.assess.chain import assess_chain
from netglass.assess.observed import Observed
from netglass.detect.coverage import exclude_share
from netglass.register.library import Register
from tests.assess.world import block, observe, read_law


@pytest.fixture
def law(tmp_path: Path) -> Register:
    return read_law(tmp_path)


def tell(observed: Observed, law: Register, target: str, asn: int, **options: Any) -> dict[str, Any]:
    rows = [row for row in assess_chain(observed, law, **options) if (row["target"], row["probe_asn"]) == (target, asn)]
    assert len(rows) == 1
    return rows[0]


def test_a_block_after_the_order_is_ordered_and_seen_with_its_delay(law: Register) -> None:
    observed = observe([(1, 64512, "one.test", "ok")], [block("one.test", 64512, (6, 7), (18, 19))])
    row = tell(observed, law, "one.test", 64512)
    assert (row["order"], row["effect"], row["grade"]) == ("ordered", "seen", "G2")
    assert (row["delay_least_hours"], row["delay_most_hours"]) == (0.0, 48.0)
    assert (row["lifting_least_hours"], row["lifting_most_hours"]) == (-72.0, -24.0)
    assert row["evidence"] == ["ev-one.test-7"]
    assert row["register"] == ["xa-o1: xa-gazette, order o1"]
    assert row["inputs"] == {"ruleset": "r", "refdata": "d", "manifest": "m", "register": law.digest}


def test_a_page_that_cites_the_order_is_the_firmest_tie(law: Register) -> None:
    observed = observe((), [block("one.test", 64512, (6, 7), (18, 19))])
    row = tell(observed, law, "one.test", 64512, cited=lambda demand: frozenset({64512}))
    assert row["grade"] == "G1"


def test_a_block_that_was_there_before_the_order_is_not_called_ordered(law: Register) -> None:
    row = tell(observe((), [block("one.test", 64512, (1, 2), (18, 19))]), law, "one.test", 64512)
    assert (row["order"], row["effect"], row["grade"]) == ("no_order_found", "seen", "G3")
    assert "before" in row["grade_why"]


def test_a_block_on_a_network_that_the_order_does_not_name_is_not_called_ordered(law: Register) -> None:
    row = tell(observe((), [block("two.test", 64513, (6, 7), (18, 19))]), law, "two.test", 64513)
    assert (row["order"], row["grade"], row["order_id"]) == ("no_order_found", "G3", "xa-o2")


def test_a_block_that_stood_when_first_measured_is_tied_and_says_what_is_not_shown(law: Register) -> None:
    row = tell(observe((), [block("one.test", 64512, (None, 7), (18, 19))]), law, "one.test", 64512)
    assert (row["grade"], row["delay_least_hours"], row["delay_most_hours"]) == ("G2", None, 48.0)
    assert any("whether it began after the order is not shown" in text for text in row["limits"])


def test_not_seen_says_which_share_is_excluded_at_which_recall(law: Register) -> None:
    measured = [(day, 64512, "one.test", "ok") for day in range(6, 16)]
    row = tell(observe(measured), law, "one.test", 64512)
    assert (row["effect"], row["n_effective"], row["recall"]) == ("not_seen", 10, 0.9)
    assert row["excluded_share"] == pytest.approx(exclude_share(10, 0.9), abs=1e-4)
    assert tell(observe(measured), law, "one.test", 64512, recall=0.5)["excluded_share"] > row["excluded_share"]


@pytest.mark.parametrize(
    ("measured", "reason"),
    [
        ([], "never measured here"),
        ([(1, 64512, "one.test", "ok")], "not measured while the order was in force"),
        ([(6, 64512, "one.test", "down")], "no measurement tells"),
        ([(6, 64512, "one.test", "ok")], "too rarely"),
    ],
)
def test_what_could_not_have_been_seen_is_not_testable(
    law: Register, measured: list[tuple[float, int, str, str]], reason: str
) -> None:
    row = tell(observe([*measured, (1, 64512, "two.test", "ok")]), law, "one.test", 64512)
    assert row["effect"] == "not_testable"
    assert reason in row["reason"]


def test_what_turns_from_clear_to_unclear_is_not_called_not_seen(law: Register) -> None:
    clear = [(6.0 + day / 2, 64512, "one.test", "ok") for day in range(8)]
    unclear = [(11.0 + day, 64512, "one.test", "insufficient") for day in range(4)]
    row = tell(observe([*clear, *unclear]), law, "one.test", 64512)
    assert (row["effect"], row["reason"]) == (
        "not_testable",
        "the last 4 measurements failed in a way that tells nothing",
    )


def test_an_order_in_a_country_where_nothing_was_measured_has_a_row(law: Register) -> None:
    rows = {row["order_id"]: row for row in assess_chain(observe(), law)}
    assert (rows["xa-o1"]["probe_asn"], rows["xa-o1"]["effect"]) == (None, "not_testable")
    assert rows["xa-o1"]["reason"] == "nothing was measured in this country"


def test_a_block_beside_an_order_to_a_platform_is_not_tied_to_it(law: Register) -> None:
    spells = [block("four.test", 64512, (6, 7), (18, 19))]
    rows = [row for row in assess_chain(observe((), spells), law) if row["target"] == "four.test"]
    assert [(row["addressed"], row["order"], row["effect"], row["grade"]) for row in rows] == [
        (True, "ordered", "not_testable", None),
        (False, "no_order_found", "seen", "G3"),
    ]


def test_a_block_in_certain_hours_dates_neither_begin_nor_end(law: Register) -> None:
    spell = block("one.test", 64512, (6, 7), (18, 19))._replace(flags=("recurring:05-13",))
    row = tell(observe((), [spell]), law, "one.test", 64512)
    assert (row["delay_least_hours"], row["delay_most_hours"], row["lifting_most_hours"]) == (None, 48.0, None)


def test_an_order_to_a_platform_shows_on_no_network(law: Register) -> None:
    row = tell(observe([(day, 64512, "four.test", "ok") for day in range(6, 16)]), law, "four.test", 64512)
    assert (row["order"], row["effect"]) == ("ordered", "not_testable")
    assert row["untestable"] == "an order to a platform shows on no network"


def test_single_measurements_with_an_artefact_show_a_block_unless_clear_ones_drown_them(law: Register) -> None:
    once = [(7, 64512, "one.test", "blocked")]
    row = tell(observe(once), law, "one.test", 64512)
    assert (row["effect"], row["evidence"], row["witnesses"]) == ("seen", [], ["u0"])
    drowned = once + [(8 + day, 64512, "one.test", "ok") for day in range(5)]
    assert tell(observe(drowned), law, "one.test", 64512)["effect"] == "not_seen"
    weak = [(7, 64512, "one.test", "likely_blocked")]
    assert tell(observe(weak), law, "one.test", 64512)["effect"] == "not_testable"


def test_that_only_a_law_authorises_is_said_with_the_search_that_found_no_order(law: Register) -> None:
    row = tell(observe((), [block("three.test", 64512, (6, 7), (18, 19))]), law, "three.test", 64512)
    assert (row["order"], row["grade"], row["instruments"]) == ("authorised_only", "G4", ["xa-act#article-9"])
    assert any("looked for in Gazette of XA" in text for text in row["register"])


def test_without_a_search_nobody_says_that_there_is_no_order(tmp_path: Path) -> None:
    law = read_law(tmp_path, without=["search"])
    row = tell(observe((), [block("three.test", 64512, (6, 7), (18, 19))]), law, "three.test", 64512)
    assert (row["order"], row["grade"]) == ("not_searched", "G4")
    assert any("no search" in text for text in row["limits"])


def test_a_search_before_the_block_says_nothing_of_it(law: Register) -> None:
    row = tell(observe((), [block("five.test", 64512, (300, 301), (310, None))]), law, "five.test", 64512)
    assert row["order"] == "not_searched"
