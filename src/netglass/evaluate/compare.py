"""Where our verdicts differ from the probe's own, and by which rule.

The deciding rule is the one that weighs most in the direction of the difference: for a block that the probe did not
see the heaviest for interference, else the heaviest against it. A verdict that no rule leans to was decided by the
absence of evidence.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from netglass.vocab.state import INTERFERED

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

NO_RULE = "(no rule)"
"""Stands for the rule where none leans in the direction of the difference."""


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
    rule_id, weight = find_deciding_rule(row["rules"] or (), for_block=ours)
    return Difference(
        row["measurement_uid"],
        row["report_id"],
        row["target"],
        row["probe_cc"],
        row["probe_asn"],
        row["measurement_start_time"],
        "only we say blocked" if ours else "only the probe says blocked",
        row["probe_verdict"],
        row["state"],
        row["locus"],
        tuple(row["mechanisms"] or ()),
        row["p_blocked"],
        rule_id,
        weight,
        row["why"],
    )


def find_deciding_rule(rules: Sequence[Mapping[str, Any]], for_block: bool) -> tuple[str, float | None]:
    """Return the heaviest rule for (or against) a block and its log10 likelihood ratio."""
    sign = 1 if for_block else -1
    leaning = [
        (sign * float(rule["log10_lr"]), str(rule["rule_id"])) for rule in rules if sign * float(rule["log10_lr"]) > 0
    ]
    weight, rule_id = max(leaning, default=(None, NO_RULE), key=lambda pair: (pair[0] or 0, pair[1]))
    return rule_id, None if weight is None else sign * weight


def tally_differences(found: Iterable[Difference]) -> list[Tally]:
    """Return how often each rule made each kind of difference, the most frequent first."""
    counts = Counter((row.difference, row.rule_id, row.state, row.locus) for row in found)
    return [Tally(*key, n) for key, n in sorted(counts.items(), key=lambda item: (-item[1], str(item[0])))]
