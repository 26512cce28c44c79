"""Sentences and queries made from the table of rules."""

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from netglass.judge.statement import make_sentence, quote_text
from tests.judge.world import BOGON, TIMEOUT, Book, Story, measurement, others, reach, resolve

ENGINE = duckdb.connect(config={"threads": 1})


def run(expression: str) -> str:
    """Return what an expression over one small row of facts gives."""
    fact = "(SELECT ['10.0.0.1', '10.0.0.2'] AS unvouched, 403 AS status, NULL AS title) fact"
    return str(ENGINE.execute(f"SELECT {expression} FROM {fact}").fetchall()[0][0])


def test_places_are_filled_from_facts() -> None:
    assert run(make_sentence("answered {unvouched}, status {status}")) == "answered 10.0.0.1, 10.0.0.2, status 403"


def test_a_missing_fact_is_unknown() -> None:
    assert run(make_sentence("the page “{title}” came")) == "the page “unknown” came"


@given(st.text(st.characters(exclude_characters="{}\x00", exclude_categories=["Cs"]), min_size=1))
def test_any_text_can_be_a_sentence(text: str) -> None:
    assert run(make_sentence(text)) == text
    assert run(quote_text(text)) == text


book = Book()
URL = "https://news.example/"
REST = others("shop.example", "weather.example")
one = measurement(URL)
lied = book.tell(one.system(BOGON).udp(BOGON).doh(one.address).connect(BOGON, TIMEOUT).helper(), *REST)
fine = book.tell(reach(resolve(one)).helper())
both = one.system(one.address).udp(one.address).doh(one.address).helper()
silent = book.tell(both.connect(failure=TIMEOUT), *REST)
empty = book.tell(one.no_helper())


@pytest.mark.parametrize(
    ("story", "opening"),
    [(lied, "Blocked: "), (fine, "Reached: "), (silent, "Likely blocked: "), (empty, "Not enough evidence: ")],
)
def test_why_opens_with_the_state_and_ends_with_a_full_stop(story: Story, opening: str) -> None:
    why = story.verdict["why"]
    assert why.startswith(opening)
    assert why.endswith(".") and "{" not in why and "unknown" not in why


def test_why_names_what_was_seen() -> None:
    assert BOGON in lied.verdict["why"]


def test_signatures_tie_verdicts_to_what_the_network_left() -> None:
    assert lied.verdict["signatures"] == [f"injected:{BOGON}"]
    assert silent.verdict["signatures"] == [f"address:{one.address}"]
    assert fine.verdict["signatures"] == []


def test_every_row_names_its_prior_its_rules_and_its_range() -> None:
    row = lied.verdict
    assert row["prior"] == 0.01
    assert len(row["ruleset"]) == 16
    assert row["p_blocked_range"] == sorted(row["p_blocked_range"])
    assert row["p_blocked_range"][1] == pytest.approx(row["p_blocked"])
    assert all(set(rule) == {"rule_id", "layer", "log10_lr"} for rule in row["rules"])
    assert list(row["log10_lr"]) == [
        "network_interference", "server_down", "server_refuses", "local_or_instrument_fault", "reachable",
    ]  # fmt: skip


PROBE = {
    "dns": "blocked", "tcp_ip": "blocked", "http-diff": "blocked", "http-failure": "blocked", False: "not_blocked", None: "none",
}  # fmt: skip
own = {blocking: book.tell(reach(resolve(one)).helper().seen(blocking=blocking)) for blocking in PROBE}


@pytest.mark.parametrize(("blocking", "expected"), PROBE.items())
def test_the_probes_own_verdict_is_kept_and_not_believed(blocking: str | bool | None, expected: str) -> None:
    story = own[blocking]
    assert story.verdict["probe_verdict"] == expected
    assert story.state == "ok"
