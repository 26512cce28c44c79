import pytest
from hypothesis import given
from hypothesis import strategies as st

from netglass.evaluate.mechanism import cut_to_truth, score_mechanisms
from netglass.vocab.mechanism import MECHANISMS

PATHS = st.lists(st.sampled_from(sorted(MECHANISMS)), max_size=4)


def test_the_same_mechanism_is_wholly_right() -> None:
    assert score_mechanisms(["tls.reset.sni"], ["tls.reset.sni"]) == (1, 1, 1)


def test_an_ancestor_is_precise_and_recalls_its_part() -> None:
    score = score_mechanisms(["tls.reset.sni"], ["tls.reset"])
    assert score == (1, pytest.approx(2 / 3), pytest.approx(4 / 5))


def test_a_node_below_the_truth_is_no_error() -> None:
    assert score_mechanisms(["dns"], ["dns.injection.bogon"]) == (1, 1, 1)
    assert cut_to_truth("dns.injection.bogon", ["dns", "dns.injection", "tls"]) == "dns.injection"


def test_a_name_that_only_begins_alike_is_not_below() -> None:
    assert cut_to_truth("dnsx.timeout", ["dns"]) == "dnsx.timeout"


def test_a_wrong_layer_scores_nothing_and_a_wrong_leaf_scores_its_branch() -> None:
    assert score_mechanisms(["dns.nxdomain"], ["tls.reset"]) == (0, 0, 0)
    assert score_mechanisms(["dns.nxdomain"], ["dns.timeout"]) == (0.5, 0.5, 0.5)


def test_one_of_two_mechanisms() -> None:
    score = score_mechanisms(["dns.injection", "tls.mitm"], ["dns.injection.bogon"])
    assert score == (1, 0.5, pytest.approx(2 / 3))


def test_nothing_said_of_something_scores_nothing_and_of_nothing_everything() -> None:
    assert score_mechanisms(["dns"], []) == (0, 0, 0)
    assert score_mechanisms([], ["dns"]) == (0, 0, 0)
    assert score_mechanisms([], []) == (1, 1, 1)


@given(PATHS, PATHS)
def test_scores_are_shares_and_f1_lies_between(truth: list[str], said: list[str]) -> None:
    precision, recall, f1 = score_mechanisms(truth, said)
    assert 0 <= min(precision, recall) <= f1 + 1e-12
    assert f1 <= max(precision, recall) + 1e-12 <= 1 + 1e-9


@given(PATHS)
def test_truth_agrees_with_itself(truth: list[str]) -> None:
    assert score_mechanisms(truth, truth) == (1, 1, 1)
