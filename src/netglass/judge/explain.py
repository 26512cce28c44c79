"""One measurement explained: what was seen step by step, which rules fired with what weight, what else it could have been.

The words are those of a careful witness: what is on record, what was inferred and by which rule, what was excluded and how, what would
change the conclusion. Every sentence is made from the stored row, so a stranger with the same store reads the same text.
"""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from netglass.judge.innocent import Finding, weigh_causes
from netglass.judge.likelihood import HYPOTHESES
from netglass.judge.rule import BY_ID, Rule
from netglass.judge.statement import PLACE
from netglass.vocab.state import Locus, State
from netglass.vocab.time import format_time

Row = Mapping[str, Any]

HEADLINES = {
    State.BLOCKED: "blocked",
    State.LIKELY_BLOCKED: "likely blocked",
    State.IMPAIRED: "impaired: it did not work as it should, and blocking is not shown",
    State.DOWN: "down: it worked for nobody",
    State.OK: "reached",
    State.INSUFFICIENT: "insufficient: the record does not carry a statement",
}

THROTTLED = "throttled: the page arrived, and far too slowly"
"""The headline of *impaired* by the network."""

HYPOTHESIS_WORDS = {
    "network_interference": "the network interfered",
    "server_down": "the site was down for everybody",
    "server_refuses": "the server refused this visitor",
    "local_or_instrument_fault": "the fault was on the probe's side (line, device, client)",
    "reachable": "nothing was wrong",
}

CONTROLS = {
    "helper": "OONI's test helper, which tried the same addresses and the same page from outside the country at the same time",
    "cross_network": "observers in other countries within two days; the test helper gave no answer",
    "none": "none: the test helper gave no answer and too few observers elsewhere reached the site",
}


class FiredRule(NamedTuple):
    """A rule that fired, with its sentence filled in, its weights and where they come from."""

    rule_id: str
    layer: str
    says: str
    weight: tuple[float, float, float, float, float]
    spread: float
    source: str
    counted: bool


class Explanation(NamedTuple):
    """Everything that is to be said of one verdict."""

    verdict: dict[str, Any]
    headline: str
    steps: list[str]
    rules: list[FiredRule]
    control: str
    causes: list[Finding]
    alternatives: dict[str, float]
    would_change: list[str]


def fill_sentence(says: str, fact: Row) -> str:
    """Fill the ``{field}`` places of a rule's sentence from a row of facts."""

    def show(value: object) -> str:
        if isinstance(value, (list, tuple)):
            return ", ".join(str(item) for item in value) or "unknown"
        return "unknown" if value is None else str(value)

    return PLACE.sub(lambda found: show(fact.get(found.group(1))), says)


def list_fired(verdict: Row, fact: Row, counted: Sequence[str]) -> list[FiredRule]:
    """Return the rules of a verdict, those that counted first, each by the weight that it gives to interference."""
    fired = [BY_ID[rule["rule_id"]] for rule in verdict["rules"]]
    rows = [_show_rule(rule, fact, rule.rule_id in counted) for rule in fired]
    return sorted(rows, key=lambda row: (not row.counted, -abs(row.weight[0]), row.rule_id))


def _show_rule(rule: Rule, fact: Row, counted: bool) -> FiredRule:
    return FiredRule(
        rule.rule_id,
        rule.layer,
        fill_sentence(rule.says, fact),
        rule.weight,
        rule.spread,
        SOURCES[rule.source],
        counted,
    )


SOURCES = {
    "P1": "ratio fitted by OONI on 126 adjudicated measurements",
    "E": "elicited, no published figure",
}
"""What the letters in the table of rules stand for."""


def list_changes(verdict: Row, fact: Row, causes: Sequence[Finding]) -> list[str]:
    """Return what would change the verdict, most telling first."""
    changes = [f"evidence for: {f.cause} (open: {f.because})" for f in causes if f.finding == "open"]
    state = verdict["state"]
    if state == State.LIKELY_BLOCKED:
        changes.insert(
            0,
            "an artefact with its contrast, such as a known block page, the same failure at a second address, or the same"
            " address working with another name, would make it blocked",
        )
    if state in (State.BLOCKED, State.LIKELY_BLOCKED):
        changes.append("a test helper or observers abroad failing at the same step at that time would make it down")
        if fact["others"] == 0:
            changes.append(
                "no other name was tested in this run; one that fails the same way would point to a local fault"
            )
    if state == State.INSUFFICIENT:
        changes.append(
            "a control: the test helper's answer, or two observers in other countries who reached the site within two days"
        )
    if state == State.IMPAIRED and verdict["locus"] == Locus.SERVER_SIDE:
        changes.append(
            "the site loading on another network of the same country at that time would point to the network"
        )
    elif state == State.IMPAIRED and verdict["locus"] == Locus.NETWORK:
        changes.append("the page at its usual speed in other runs on this network, or as slow abroad, would make it ok")
    elif state == State.IMPAIRED:
        changes.append(
            "the same failure in other runs and by other observers on this network, while other names work, would make it likely blocked"
        )
    if state == State.DOWN:
        changes.append("anybody reaching the site at that time from elsewhere")
    return changes


def explain_row(
    verdict: Row, fact: Row, steps: Sequence[str], counted: Sequence[str], posterior: Sequence[float]
) -> Explanation:
    """Explain one verdict.

    Args:
        verdict: its row.
        fact: the row of facts that it was made from.
        steps: what was observed, one line per step.
        counted: ids of the rules that were the strongest of their family.
        posterior: probability of each hypothesis, in the order of ``HYPOTHESES``.
    """
    causes = weigh_causes(fact)
    when = format_time(verdict["observed_at"])
    words = (
        THROTTLED
        if (verdict["state"], verdict["locus"]) == (State.IMPAIRED, Locus.NETWORK)
        else HEADLINES[State(verdict["state"])]
    )
    headline = f"{verdict['target']} from AS{verdict['probe_asn']} ({verdict['probe_cc']}), {when}: {words}"
    return Explanation(
        verdict=dict(verdict),
        headline=headline,
        steps=list(steps),
        rules=list_fired(verdict, fact, counted),
        control=CONTROLS[verdict["control"]],
        causes=causes,
        alternatives={HYPOTHESIS_WORDS[h]: float(p) for h, p in zip(HYPOTHESES, posterior, strict=True)},
        would_change=list_changes(verdict, fact, causes),
    )
