"""From evidence to a verdict: state, locus, mechanisms and one line of plain English.

The state is that of the likeliest hypothesis, if it is at least an even bet; below that, or without any evidence, the measurement is
*insufficient*. Interference is *blocked* only at 0.9 or more and with an artefact whose contrast holds, otherwise *likely_blocked*, and
*impaired* where it slowed a page that arrived. All rules that fired are kept, with the weight on interference of each; the mechanism is
the deepest node that they name.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from netglass.judge.likelihood import HYPOTHESES, Bools, Floats
from netglass.judge.rule import Rule
from netglass.vocab.state import Hypothesis, Locus, State

BLOCKED_PROBABILITY = 0.9
"""Below this an artefact alone makes no *blocked*: a wrong one is worse than a missed one.

**Source**: docs/explanation/verdicts.md."""

EVEN_BET = 0.5
MECHANISM_WEIGHT = 0.5
"""A rule names a mechanism of a block from this log10 weight on: below, it could as well be chance."""

OUTCOMES: dict[Hypothesis, tuple[State, Locus]] = {
    Hypothesis.NETWORK_INTERFERENCE: (State.LIKELY_BLOCKED, Locus.NETWORK),
    Hypothesis.SERVER_DOWN: (State.DOWN, Locus.SERVER_SIDE),
    Hypothesis.SERVER_REFUSES: (State.IMPAIRED, Locus.SERVER_SIDE),
    Hypothesis.LOCAL_FAULT: (State.IMPAIRED, Locus.LOCAL),
    Hypothesis.REACHABLE: (State.OK, Locus.UNKNOWN),
}


class Decision(NamedTuple):
    """States and loci of many measurements, as arrays of the same length."""

    state: NDArray[np.object_]
    locus: NDArray[np.object_]


def decide_states(posterior: Floats, fired: Bools, proven: Bools, rules: Sequence[Rule]) -> Decision:
    """Return state and locus per row.

    Args:
        posterior: shape (rows, hypotheses).
        fired: shape (rows, rules).
        proven: shape (rows, rules): an artefact fired and its contrast holds.
        rules: the rules of the columns.
    """
    best = posterior.argmax(axis=1)
    sure = posterior.max(axis=1)
    pairs = [OUTCOMES[h] for h in HYPOTHESES]
    state = np.array([str(s) for s, _ in pairs], dtype=object)[best]
    locus = np.array([str(place) for _, place in pairs], dtype=object)[best]
    network = best == HYPOTHESES.index(Hypothesis.NETWORK_INTERFERENCE)
    state[network & proven.any(axis=1) & (sure >= BLOCKED_PROBABILITY)] = str(State.BLOCKED)
    slowed = fired[:, [i for i, rule in enumerate(rules) if rule.slows]].any(axis=1)
    state[network & slowed] = str(State.IMPAIRED)
    unsure = (sure < EVEN_BET) | ~fired.any(axis=1)
    for hypothesis in (Hypothesis.REACHABLE, Hypothesis.SERVER_DOWN):
        unsure |= (best == HYPOTHESES.index(hypothesis)) & ~find_shown(fired, rules, hypothesis)
    state[unsure] = str(State.INSUFFICIENT)
    locus[unsure] = str(Locus.UNKNOWN)
    chosen = [i for i, rule in enumerate(rules) if rule.rule_id == "resolver.chosen"]
    local = best == HYPOTHESES.index(Hypothesis.LOCAL_FAULT)
    locus[local & ~unsure & fired[:, chosen].any(axis=1)] = str(Locus.RESOLVER_CHOICE)
    return Decision(state, locus)


def find_shown(fired: Bools, rules: Sequence[Rule], hypothesis: Hypothesis) -> Bools:
    """Say, per row of ``fired``, whether a rule fired that has a control for ``hypothesis``."""
    return np.asarray(
        fired[:, [i for i, rule in enumerate(rules) if rule.shows is hypothesis]].any(axis=1), dtype=np.bool_
    )
