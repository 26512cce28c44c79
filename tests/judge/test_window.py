"""Judging is a set function of the window: neither order, threads nor late data change a row that they do not concern."""

import random
import subprocess
import sys
from datetime import datetime, timedelta
from typing import Any

import msgspec
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from netglass.judge.evidence import Rule
from netglass.judge.fact import CONTEXT_DAYS
from netglass.judge.rule import RULES
from netglass.judge.window import find_combinations, find_reason, hash_ruleset
from tests.judge.world import (
    BOGON,
    GATE_HEADERS,
    NXDOMAIN,
    RESET,
    START,
    TIMEOUT,
    Measurement,
    Verdict,
    judge_all,
    measurement,
    others,
    read_verdicts,
    resolve,
    site,
    tell,
)

NAMES = ("shop.example", "weather.example", "library.test")


def make_week() -> list[Measurement]:
    """Return seven days of measurements on two networks and abroad, some of them interfered with."""
    week: list[Measurement] = []
    for day in range(7):
        when: dict[str, Any] = {"at": START + timedelta(days=day), "run": day + 1}
        for cc, asn in (("XA", 64512), ("XB", 64700), ("XB", 64701)):
            week += [one.paced(900 + day) for one in others(*NAMES, cc=cc, asn=asn, **when)]
            week.append(
                site("https://films.example/", cc=cc, asn=asn, **when).paced(17 if cc == "XA" and day > 1 else 800)
            )
        week += [site("https://news.example/", cc="XB", asn=64700, **when)]
        lost = resolve(measurement("https://news.example/", **when)).connect()
        week.append((lost.shake(failure=RESET) if day > 2 else lost.shake().fetch()).helper())
        page = resolve(measurement("http://radio.example/", **when)).connect().helper()
        gate = page.fetch(title="Stop here", length=900, headers=GATE_HEADERS)
        week.append(gate if day > 3 else page.fetch())
    first = measurement("https://press.example/")
    week.append(first.system(BOGON).udp(BOGON).doh(first.address).connect(BOGON, TIMEOUT).helper())
    week.append(measurement("https://gone.example/").system(failure=NXDOMAIN).helper(dns=NXDOMAIN))
    return week


WEEK = make_week()


@pytest.fixture(scope="module")
def rows() -> list[Verdict]:
    return read_verdicts(tell(*WEEK))


def encode(rows: list[Verdict]) -> bytes:
    return msgspec.json.encode(rows)


def test_the_week_has_something_of_everything(rows: list[Verdict]) -> None:
    assert {row["state"] for row in rows} >= {"blocked", "likely_blocked", "impaired", "ok", "down"}
    assert len(rows) == len(WEEK)


@pytest.mark.parametrize("seed", range(3))
def test_rows_do_not_depend_on_the_order_of_input(rows: list[Verdict], seed: int) -> None:
    shuffled = WEEK.copy()
    random.Random(seed).shuffle(shuffled)
    assert encode(read_verdicts(tell(*shuffled))) == encode(rows)


def test_rows_do_not_depend_on_threads(rows: list[Verdict]) -> None:
    assert encode(read_verdicts(tell(*WEEK, threads=4))) == encode(rows)


def test_rows_come_in_order_of_time_and_key(rows: list[Verdict]) -> None:
    order = [(row["observed_at"], row["key"]) for row in rows]
    assert order == sorted(order)


def test_judging_twice_on_one_connection_gives_the_same(rows: list[Verdict]) -> None:
    connection = tell(*WEEK)
    read_verdicts(connection)
    assert encode(read_verdicts(connection)) == encode(rows)


def between(rows: list[Verdict], since: datetime | None, until: datetime | None) -> list[Verdict]:
    return [
        row for row in rows if (not since or row["observed_at"] >= since) and (not until or row["observed_at"] < until)
    ]


MIDDLE = START + timedelta(days=3)


def test_a_window_is_half_open() -> None:
    day = timedelta(days=1)
    found = read_verdicts(tell(*WEEK), MIDDLE, MIDDLE + day)
    assert {row["observed_at"] for row in found} == {MIDDLE}
    assert read_verdicts(tell(*WEEK), START - 9 * day, START) == []


def test_a_window_with_its_context_inside_gives_the_rows_of_the_full_run(rows: list[Verdict]) -> None:
    end = MIDDLE + timedelta(days=1)
    assert CONTEXT_DAYS == 3, "the week reaches three days to either side of its middle"
    assert encode(read_verdicts(tell(*WEEK), MIDDLE, end)) == encode(between(rows, MIDDLE, end))


def test_late_data_changes_no_row_beyond_its_context() -> None:
    late = (
        resolve(measurement("https://news.example/", at=START + timedelta(days=30), run=30))
        .connect(failure=TIMEOUT)
        .helper()
    )
    window = (None, START + timedelta(days=7))
    assert encode(read_verdicts(tell(*WEEK, late), *window)) == encode(read_verdicts(tell(*WEEK), *window))


def test_late_data_within_the_context_is_used() -> None:
    alone = resolve(measurement("http://news.example/")).connect().fetch(failure=RESET).helper()
    again = alone.seen(run=2).later(40)
    beside = others(*NAMES, scheme="http")
    before = judge_all(alone, beside[0])[0]
    after = judge_all(alone, beside[0], again)[0]
    assert (before["state"], after["state"]) == ("likely_blocked", "blocked")


def test_an_empty_store_has_no_verdicts() -> None:
    assert read_verdicts(tell()) == []


def test_other_nettests_get_no_verdict() -> None:
    connection = tell(site("https://news.example/"))
    connection.execute("UPDATE measurement SET test_name = 'signal'")
    assert read_verdicts(connection) == []


def test_the_register_and_the_assessment_are_not_looked_at() -> None:
    """Judging, with everything that it loads, leaves ``register`` and ``assess`` alone, whether or not they exist."""
    code = "import netglass.judge.window, sys; print(*(name for name in sys.modules if 'register' in name or 'assess' in name))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "netglass" not in done.stdout


def test_the_hash_of_the_rules_changes_with_any_rule() -> None:
    assert hash_ruleset() == hash_ruleset(RULES)
    assert hash_ruleset(RULES[1:]) != hash_ruleset()
    heavier = RULES[0]._replace(spread=RULES[0].spread + 0.1)
    assert hash_ruleset((heavier, *RULES[1:])) != hash_ruleset()


@pytest.mark.parametrize(
    ("place", "value"),
    [
        ("netglass.judge.setting.LENGTH_RATIO", 0.5),
        ("netglass.judge.setting.PORTAL_WORDS", "portal"),
        ("netglass.judge.window.BLOCKED_PROBABILITY", 0.5),
        ("netglass.judge.window.CONTEXT_DAYS", 4),
    ],
)
def test_the_hash_of_the_rules_changes_with_a_setting(
    monkeypatch: pytest.MonkeyPatch, place: str, value: object
) -> None:
    before = hash_ruleset()
    monkeypatch.setattr(place, value)
    assert hash_ruleset() != before


@given(st.lists(st.lists(st.booleans(), min_size=11, max_size=11), min_size=1, max_size=30))
def test_combinations_are_the_distinct_rows(flags: list[list[bool]]) -> None:
    rows = np.array(flags)
    combinations, numbers = find_combinations(rows)
    assert (combinations[numbers] == rows).all()
    assert len({tuple(row) for row in combinations.tolist()}) == len(combinations)


def test_the_reason_is_the_rule_that_speaks_most_for_the_likeliest() -> None:
    two = (
        Rule("a.block", "dns", "a", "true", (1.5, 0, 0, 0, 0), ""),
        Rule("b.down", "dns", "b", "true", (0, 1.9, 0, 0, 0), ""),
    )
    chosen = np.array([[0, 1], [0, 1], [-1, 1], [-1, -1]])
    posterior = np.array([[0.9, 0.1, 0, 0, 0], [0.1, 0.9, 0, 0, 0], [0.9, 0.1, 0, 0, 0], [0, 0, 0, 0, 1.0]])
    assert find_reason(chosen, posterior, two).tolist() == [0, 1, 1, -1]
