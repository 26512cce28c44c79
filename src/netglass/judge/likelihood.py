"""From fired rules to a posterior: the strongest rule of a family counts, no family weighs more than 2.

With prior p_h and rules r that fired, the score of hypothesis h is log10 p_h + sum over families of the weight of h in the family's
strongest rule, and the posterior is the scores' softmax to base 10. The strongest rule is the one whose weights lie furthest apart: it says
most. Families follow the causal path, so that one cause is not counted twice for its several symptoms.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from netglass.judge.prior import PREVALENCES, PRIOR
from netglass.judge.rule import Rule
from netglass.vocab.state import Hypothesis

HYPOTHESES = tuple(Hypothesis)
FAMILY_LIMIT = 2.0
"""No family of evidence weighs more, whatever a fit says. **Source**: docs/explanation/verdicts.md."""

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]


def weigh_rules(rules: Sequence[Rule]) -> Floats:
    """Return the weights as an array of shape (rules, hypotheses), limited to the family limit."""
    weights = np.array([rule.weight for rule in rules], dtype=np.float64).reshape(len(rules), len(HYPOTHESES))
    return np.clip(weights, -FAMILY_LIMIT, FAMILY_LIMIT)


def choose_strongest(fired: Bools, rules: Sequence[Rule]) -> NDArray[np.int64]:
    """Return, per row and family, the index of the strongest rule that fired, or -1. Families come in order of appearance."""
    spans = np.ptp(weigh_rules(rules), axis=1)
    families = list(dict.fromkeys(rule.family for rule in rules))
    chosen = np.full((fired.shape[0], len(families)), -1, dtype=np.int64)
    for column, family in enumerate(families):
        members = np.array([i for i, rule in enumerate(rules) if rule.family == family])
        order = members[np.argsort(-spans[members], kind="stable")]
        hits = fired[:, order]
        chosen[:, column] = np.where(hits.any(axis=1), order[hits.argmax(axis=1)], -1)
    return chosen


def sum_evidence(chosen: NDArray[np.int64], rules: Sequence[Rule]) -> Floats:
    """Return the summed log10 likelihoods, shape (rows, hypotheses), of the rules that ``choose_strongest`` chose."""
    weights = np.vstack([weigh_rules(rules), np.zeros(len(HYPOTHESES))])
    total: Floats = weights[chosen].sum(axis=1)
    return total


def compute_posterior(evidence: Floats, prior: dict[Hypothesis, float] | None = None) -> Floats:
    """Return the posterior, shape (rows, hypotheses), each row summing to 1.

    **Source**: Bayes' theorem; base 10 because the field quotes log10 ratios.
    """
    shares = prior or PRIOR
    score = evidence + np.log10(np.array([shares[h] for h in HYPOTHESES]))
    power: Floats = 10.0 ** (score - score.max(axis=1, keepdims=True))
    posterior: Floats = power / power.sum(axis=1, keepdims=True)
    return posterior


def scale_prior(prevalence: float) -> dict[Hypothesis, float]:
    """Return the prior with another prevalence of interference (0 to 1), the other hypotheses keeping their proportions."""
    rest = 1.0 - PRIOR[Hypothesis.NETWORK_INTERFERENCE]
    return {
        h: prevalence if h is Hypothesis.NETWORK_INTERFERENCE else p * (1 - prevalence) / rest for h, p in PRIOR.items()
    }


def compute_sensitivity(evidence: Floats) -> Floats:
    """Return the probability of interference at each of ``PREVALENCES``, shape (rows, 3)."""
    column = HYPOTHESES.index(Hypothesis.NETWORK_INTERFERENCE)
    return np.stack([compute_posterior(evidence, scale_prior(p))[:, column] for p in PREVALENCES], axis=1)
