"""The weights in use, read as ratios between hypotheses. Only differences of a rule's vector mean anything."""

from collections.abc import Mapping
from math import log10

from netglass.judge.rule import RULES, Rule
from netglass.vocab.state import Hypothesis

_RULES: Mapping[str, Rule] = {rule.rule_id: rule for rule in RULES}


def read_family(rule_id: str) -> str:
    """Return the family of a rule; a rule that the present rules do not have is a family of its own."""
    return _RULES[rule_id].family if rule_id in _RULES else rule_id


def read_weight(rule_id: str, hypothesis: Hypothesis, other: Hypothesis | None = None) -> float | None:
    """Return the log10 ratio of ``hypothesis`` against ``other``, or against all others alike; None: unknown rule."""
    rule = _RULES.get(rule_id)
    if rule is None:
        return None
    weights = dict(zip(Hypothesis, rule.weight, strict=True))
    if other is not None:
        return weights[hypothesis] - weights[other]
    rest = [10**weight for name, weight in weights.items() if name != hypothesis]
    return weights[hypothesis] - log10(sum(rest) / len(rest))
