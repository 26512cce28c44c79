"""The prior over the five hypotheses, and the prevalences at which every probability is repeated.

One measured target in a hundred interfered with is a conservative figure for test lists, which are chosen for being at risk; the
other four share what is left as OONI's public statistics of web_connectivity do in order of magnitude (sites of the lists that are
dead: a few per cent; local faults and refusals: about one per cent each). **Source**: docs/explanation/verdicts.md; elicited, not fitted.
"""

from netglass.vocab.state import Hypothesis

PRIOR: dict[Hypothesis, float] = {
    Hypothesis.NETWORK_INTERFERENCE: 0.01,
    Hypothesis.SERVER_DOWN: 0.04,
    Hypothesis.SERVER_REFUSES: 0.01,
    Hypothesis.LOCAL_FAULT: 0.02,
    Hypothesis.REACHABLE: 0.92,
}

PREVALENCES = (0.001, 0.01, 0.08)
"""Prevalences of interference at which ``p_blocked_range`` is given."""
