"""The rules: one row each, with a stable id. A rule is a piece of evidence, never a verdict.

``when`` and ``contrast`` are SQL over one row of facts (``fact``). ``weight`` is a vector of log10 likelihoods of the evidence under
network_interference, server_down, server_refuses, local_or_instrument_fault and reachable, in that order; only differences matter.
``artefact`` marks evidence that a network leaves behind when it interferes; with a true ``contrast`` it may carry a verdict to *blocked*.

**Source** of weights: P1 = ratios that OONI fitted on 126 adjudicated measurements (TLS reset with a working control +2.04, bogon
+1.78, DNS failure with a working control +1.61, TLS-consistent answer -0.98, answer that matches nothing in the control +0.58,
interval 0.13 to 1.39). E = elicited: no published figure; set from the order of magnitude of P1's neighbours, and below them where an
innocent cause is common. Elicited weights were fixed per class of symptom, not per scenario. ``spread`` is the half width of the interval.
"""

from netglass.judge.evidence import Rule
from netglass.judge.rule_connection import CONNECTION_RULES
from netglass.judge.rule_context import CONTEXT_RULES
from netglass.judge.rule_dns import DNS_RULES
from netglass.judge.rule_page import PAGE_RULES
from netglass.judge.rule_speed import SPEED_RULES

__all__ = ["BY_ID", "RULES", "Rule"]

RULES: tuple[Rule, ...] = (*DNS_RULES, *CONNECTION_RULES, *PAGE_RULES, *SPEED_RULES, *CONTEXT_RULES)
"""Every rule, in the order of the path of a request."""

BY_ID = {rule.rule_id: rule for rule in RULES}
"""Rules by their id."""
