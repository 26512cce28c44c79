"""Where our verdicts differ from the probe's own, and by which rule.

The deciding rule is the one that weighs most for the verdict's own explanation: interference where only we see a
block, else that the server is down or refuses, that the fault is local, or that the page was reached. A verdict that
no rule leans to was decided by the absence of evidence.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from netglass.evaluate.weight import read_weight
from netglass.vocab.state import INTERFERED, Hypothesis, Locus, State

COLUMNS = (
    "measurement_uid",
    "report_id",
    "target",
    "probe_cc",
    "probe_asn",
    "measurement_start_time",
    "probe_verdict",
    "state",
    "locus",
    "mechanisms",
    "p_blocked",
    "rules",
    "why",
)
"""Columns of the verdict table that the comparison reads."""

ONLY_OURS, ONLY_PROBE = "only we say blocked", "only the probe says blocked"

NO_RULE = "(no rule)"
"""Stands for the rule where none leans in the direction of the difference."""


_WINNERS: dict[tuple[str, str | None], Hypothesis] = {
    (State.DOWN, None): Hypothesis.SERVER_DOWN,
    (State.IMPAIRED, Locus.SERVER_SIDE): Hypothesis.SERVER_REFUSES,
    (State.IMPAIRED, Locus.LOCAL): Hypothesis.LOCAL_FAULT,
    (State.OK, None): Hypothesis.REACHABLE,
}


class Difference(NamedTuple):
    """One measurement on which the probe and we differ. ``rule_log10_lr`` is that of the deciding rule."""

    measurement_uid: str
    report_id: str
    target: str
    probe_cc: str
    probe_asn: int | None
    measurement_start_time: datetime | None
    difference: str
    probe_verdict: str
    state: str
    locus: str | None
    mechanisms: tuple[str, ...]
    p_blocked: float | None
    rule_id: str
    rule_log10_lr: float | None
    why: str


class Tally(NamedTuple):
    """How often one rule made one kind of difference."""

    difference: str
    rule_id: str
    state: str
    locus: str | None
    n: int


def find_differences(verdicts: Iterable[Mapping[str, Any]]) -> list[Difference]:
    """Return the verdicts that call blocked what the probe did not, or not blocked what it did, in order of time."""
    found = [row for row in map(_compare, verdicts) if row]
    return sorted(found, key=lambda row: (row.measurement_start_time or datetime.min, row.measurement_uid))


def _compare(row: Mapping[str, Any]) -> Difference | None:
    ours, theirs = row["state"] in INTERFERED, row["probe_verdict"] == "blocked"
    if ours == theirs:
        return None
    rule_id, weight = find_deciding_rule(row)
    return Difference(
        row["measurement_uid"],
        row["report_id"],
        row["target"],
        row["probe_cc"],
        row["probe_asn"],
        row["measurement_start_time"],
        ONLY_OURS if ours else ONLY_PROBE,
        row["probe_verdict"],
        row["state"],
        row["locus"],
        tuple(row["mechanisms"] or ()),
        row["p_blocked"],
        rule_id,
        weight,
        row["why"],
    )


def find_deciding_rule(row: Mapping[str, Any]) -> tuple[str, float | None]:
    """Return the rule that weighs most for the verdict's explanation, and its log10 ratio.

    For a block the ratio is that of interference against all else, otherwise that of the verdict's explanation against
    interference (where the verdict says nothing, of all else against interference).
    """
    weighed = [(_weigh_rule(rule, row), str(rule["rule_id"])) for rule in row["rules"] or ()]
    leaning = [pair for pair in weighed if pair[0] > 0]
    if not leaning:
        return NO_RULE, None
    weight, rule_id = max(leaning)
    return rule_id, weight


def _weigh_rule(rule: Mapping[str, Any], row: Mapping[str, Any]) -> float:
    network = Hypothesis.NETWORK_INTERFERENCE
    stated, rule_id = float(rule["log10_lr"]), str(rule["rule_id"])
    if row["state"] in INTERFERED:
        known = read_weight(rule_id, network)
        return stated if known is None else known
    winner = _WINNERS.get((row["state"], row["locus"])) or _WINNERS.get((row["state"], None))
    known = read_weight(rule_id, winner, network) if winner else read_weight(rule_id, network)
    if known is None:
        return -stated
    return known if winner else -known


def tally_differences(found: Iterable[Difference]) -> list[Tally]:
    """Return how often each rule made each kind of difference, the most frequent first."""
    counts = Counter((row.difference, row.rule_id, row.state, row.locus) for row in found)
    return [Tally(*key, n) for key, n in sorted(counts.items(), key=lambda item: (-item[1], str(item[0])))]
