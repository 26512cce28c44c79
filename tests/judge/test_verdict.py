"""From posteriors to states, by hand."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from netglass.judge.evidence import Rule
from netglass.judge.verdict import BLOCKED_PROBABILITY, decide_states
from netglass.vocab.state import Hypothesis

RULES = (
    Rule("some", "dns", "a", "true", (1, 0, 0, 0, 0), ""),
    Rule("resolver.chosen", "dns", "b", "true", (0, 0, 0, 1, 0), ""),
    Rule("some.page", "http", "c", "true", (0, 0, 0, 0, 1), "", shows=Hypothesis.REACHABLE),
    Rule("some.down", "http", "c", "true", (0, 1, 0, 0, 0), "", shows=Hypothesis.SERVER_DOWN),
)


def decide(
    posterior: tuple[float, ...],
    proven: bool = False,
    arrived: bool = False,
    fired: tuple[bool, bool] = (True, False),
    controlled: bool = True,
) -> tuple[str, str]:
    """Return state and locus of one row."""
    columns: Any = (np.array([posterior]), np.array([(*fired, arrived, controlled)]), np.array([[proven]]), RULES)
    decision = decide_states(*columns)
    return str(decision.state[0]), str(decision.locus[0])


SURE_BLOCK, WEAK_BLOCK = (0.95, 0.01, 0.01, 0.01, 0.02), (0.7, 0.1, 0.1, 0.05, 0.05)


def test_blocked_needs_an_artefact_with_its_contrast_and_nine_in_ten() -> None:
    assert decide(SURE_BLOCK, proven=True) == ("blocked", "network")
    assert decide(SURE_BLOCK) == ("likely_blocked", "network")
    assert decide(WEAK_BLOCK, proven=True) == ("likely_blocked", "network")
    assert BLOCKED_PROBABILITY == 0.9


@pytest.mark.parametrize(
    ("posterior", "expected"),
    [
        ((0.1, 0.8, 0.05, 0.03, 0.02), ("down", "server_side")),
        ((0.1, 0.05, 0.8, 0.03, 0.02), ("impaired", "server_side")),
        ((0.1, 0.05, 0.03, 0.8, 0.02), ("impaired", "local")),
        ((0.3, 0.3, 0.2, 0.1, 0.1), ("insufficient", "unknown")),
    ],
)
def test_the_likeliest_explanation_gives_state_and_locus(
    posterior: tuple[float, ...], expected: tuple[str, str]
) -> None:
    assert decide(posterior) == expected
    assert decide(posterior, proven=True) == expected, "an artefact alone makes no block"


def test_down_needs_a_control_that_failed() -> None:
    down = (0.1, 0.8, 0.05, 0.03, 0.02)
    assert decide(down) == ("down", "server_side")
    assert decide(down, controlled=False) == ("insufficient", "unknown")


def test_ok_needs_a_page_that_arrived() -> None:
    reachable = (0.01, 0.01, 0.01, 0.01, 0.96)
    assert decide(reachable, arrived=True) == ("ok", "unknown")
    assert decide(reachable) == ("insufficient", "unknown")


def test_without_a_rule_nothing_is_said() -> None:
    assert decide(SURE_BLOCK, fired=(False, False), controlled=False) == ("insufficient", "unknown")


def test_a_fault_by_the_users_resolver_is_a_choice() -> None:
    local = (0.1, 0.05, 0.03, 0.8, 0.02)
    assert decide(local, fired=(True, True)) == ("impaired", "resolver_choice")
    assert decide(SURE_BLOCK, fired=(True, True)) == ("likely_blocked", "network")


def test_what_slows_a_page_that_arrived_is_no_block() -> None:
    rules = (RULES[0], Rule("some.slow", "http", "d", "true", (1, 0, 0, 0, 0), "", slows=True), *RULES[1:])
    fired = np.array([[True, True, False, True, False]])
    for proven in (True, False):
        decision = decide_states(np.array([SURE_BLOCK]), fired, np.array([[proven]]), rules)
        assert (decision.state[0], decision.locus[0]) == ("impaired", "network")
    decision = decide_states(np.array([(0.01, 0.01, 0.01, 0.01, 0.96)]), fired, np.array([[False]]), rules)
    assert (decision.state[0], decision.locus[0]) == ("ok", "unknown")


@given(st.lists(st.floats(0.001, 1), min_size=5, max_size=5), st.booleans(), st.booleans())
def test_blocked_is_never_said_lightly(shares: list[float], proven: bool, arrived: bool) -> None:
    posterior = tuple(x / sum(shares) for x in shares)
    state, locus = decide(posterior, proven, arrived)
    if state == "blocked":
        assert proven
        assert posterior[0] >= BLOCKED_PROBABILITY
    if max(posterior) < 0.5:
        assert (state, locus) == ("insufficient", "unknown")
    if state == "ok":
        assert arrived
    assert (locus == "network") == (state in ("blocked", "likely_blocked"))
