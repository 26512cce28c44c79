"""Both backends show a client the same, for every kind of rule and every action."""

import pytest

from netglass.lab.censor import (
    AddressAction,
    AddressRule,
    AnyRule,
    DnsAction,
    DnsRule,
    HttpRule,
    StreamAction,
    ThrottlePolicy,
    ThrottleRule,
    TlsRule,
)
from netglass.lab.netns.conformance import Outcome, compare, try_in_namespaces, try_simulated
from tests.lab.netns import trials

RULES = [rule for trial in trials.TRIALS for rule in trial.rules]


def test_the_trials_have_every_kind_of_rule_and_every_action() -> None:
    assert {type(rule) for rule in RULES} == set(AnyRule.__args__)
    assert {rule.action for rule in RULES if isinstance(rule, DnsRule)} == set(DnsAction)
    assert {rule.action for rule in RULES if isinstance(rule, AddressRule)} == set(AddressAction)
    assert {rule.policy for rule in RULES if isinstance(rule, ThrottleRule)} == set(ThrottlePolicy)
    by_name = {rule.action for rule in RULES if isinstance(rule, TlsRule | HttpRule)}
    assert by_name == set(StreamAction)


def test_every_rule_shows_on_the_simulated_network() -> None:
    outcomes = try_simulated(trials.begin())
    for trial in trials.TRIALS:
        is_meant = trial.rules and not trial.name.startswith("neighbours") and "other" not in trial.name
        if is_meant and not trial.name.endswith("send"):
            assert outcomes[trial.name].acted, trial.name


def test_what_differs_is_named() -> None:
    one, other = Outcome(1, None, ()), Outcome(2, None, ())
    assert compare({"a": one, "b": one}, {"a": one, "b": other}) == [f"b: {one} and {other}"]
    assert compare({"a": one}, {}) == [f"a: {one} and None"]


@pytest.mark.system
@pytest.mark.parametrize("lanes", [4, 32])
def test_both_backends_show_the_same(namespaces: None, lanes: int) -> None:
    assert compare(try_simulated(trials.begin()), try_in_namespaces(trials.begin, lanes=lanes)) == []
