"""A rule: one piece of evidence, with a stable id, never a verdict."""

from typing import NamedTuple

from netglass.vocab.state import Hypothesis


class Rule(NamedTuple):
    """One rule.

    Attributes:
        rule_id: stable id, layer first.
        layer: dns, tcp, tls, quic, http, server, local or context.
        family: of one family only the strongest rule that fired counts.
        when: SQL over one row of facts; null counts as false.
        weight: log10 likelihoods of the evidence under network_interference, server_down, server_refuses,
            local_or_instrument_fault and reachable, in that order, each within -2 to 2; only differences matter.
        says: a sentence with ``{field}`` places for facts.
        source: where the weights come from, see ``judge.explain.SOURCES``.
        spread: half width of the interval of the first weight.
        mechanism: SQL that gives a path of the taxonomy, or NULL.
        artefact: the network leaves this behind when it interferes; with ``contrast`` it may carry a verdict to *blocked*.
        contrast: SQL that is true where the nearest innocent cause is excluded.
        shows: the hypothesis for which this rule has a control. *ok* needs a rule that shows reachable, *down* one that shows
            server_down; a probability alone makes neither.
        slows: the interference that it speaks of let the page arrive: it makes *impaired*, and no block.
    """

    rule_id: str
    layer: str
    family: str
    when: str
    weight: tuple[float, float, float, float, float]
    says: str
    source: str = "E"
    spread: float = 0.7
    mechanism: str = "NULL"
    artefact: bool = False
    contrast: str = "false"
    shows: Hypothesis | None = None
    slows: bool = False
