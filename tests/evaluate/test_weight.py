import pytest

from netglass.evaluate.weight import read_family, read_weight
from netglass.judge.rule import RULES
from netglass.vocab.state import Hypothesis


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.rule_id)
def test_weights_are_differences(rule: object) -> None:
    name, weight = rule.rule_id, dict(zip(Hypothesis, rule.weight, strict=True))  # type: ignore[attr-defined]
    down, reachable = Hypothesis.SERVER_DOWN, Hypothesis.REACHABLE
    assert read_weight(name, down, reachable) == pytest.approx(weight[down] - weight[reachable])
    others = [value for h, value in weight.items() if h != down]
    against_all = read_weight(name, down)
    assert against_all is not None
    assert weight[down] - max(others) - 1e-9 <= against_all <= weight[down] - min(others) + 1e-9
    assert read_family(name) == rule.family  # type: ignore[attr-defined]


def test_a_rule_of_another_time_has_no_weight_and_its_own_family() -> None:
    assert read_weight("gone.rule", Hypothesis.REACHABLE) is None
    assert read_family("gone.rule") == "gone.rule"
