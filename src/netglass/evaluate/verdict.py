"""Verdicts against truth: the join, what was excluded, precision, recall, per state and per scenario, the confusion.

``blocked`` and ``likely_blocked`` are the positive side. What else counts as right depends on the truth word, see
:data:`ACCEPTED`. A verdict without truth and a truth without verdict are excluded and counted.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from netglass.evaluate.interval import Clusters, Ratio, number_levels
from netglass.evaluate.mechanism import HierarchicalScore, score_mechanisms
from netglass.evaluate.truth import MeasurementTruth, Truth, stem_of
from netglass.vocab.state import INTERFERED, Locus, State

ACCEPTED: dict[str, str] = {
    "blocked": "blocked or likely_blocked",
    "interfered-but-reachable": "ok with mechanisms",
    "ok": "ok",
    "down": "down",
    "server_side": "impaired with locus server_side",
    "instrument": "impaired or insufficient",
    "captive_portal": "impaired or insufficient",
    "resolver_down": "impaired or insufficient",
    "control_failed": "ok, impaired or insufficient",
}
"""What each truth word may be called, in words; :func:`is_accepted` is the same in code and a test holds them
together."""

_STATES: dict[str, tuple[State, ...]] = {
    "blocked": INTERFERED,
    "interfered-but-reachable": (State.OK,),
    "ok": (State.OK,),
    "down": (State.DOWN,),
    "server_side": (State.IMPAIRED,),
    "instrument": (State.IMPAIRED, State.INSUFFICIENT),
    "captive_portal": (State.IMPAIRED, State.INSUFFICIENT),
    "resolver_down": (State.IMPAIRED, State.INSUFFICIENT),
    "control_failed": (State.OK, State.IMPAIRED, State.INSUFFICIENT),
}

DOUBLE = "blocked: behind a hotspot or a dead resolver, so that either may be said"

COLUMNS = (
    "measurement_uid",
    "key",
    "report_id",
    "source_file",
    "target",
    "probe_cc",
    "probe_asn",
    "state",
    "locus",
    "mechanisms",
    "p_blocked",
    "prior",
    "rules",
    "probe_verdict",
    "issues",
    "why",
    "ruleset",
    "refdata",
)
"""Columns of the verdict table that evaluation reads."""


class Case(NamedTuple):
    """One measurement with its truth and its verdict."""

    truth: MeasurementTruth
    verdict: Mapping[str, Any]
    policy: str | None
    run: str

    @property
    def word(self) -> str:
        """The truth word."""
        return self.truth.state

    @property
    def scenario(self) -> str:
        """The scenario of the truth, or the truth word where the truth names none."""
        return self.truth.scenario or self.truth.state

    @property
    def called(self) -> str:
        """The verdict's state, with the locus where it was ``impaired``."""
        state, locus = self.verdict["state"], self.verdict.get("locus")
        return f"{state}/{locus}" if state == State.IMPAIRED and locus else str(state)

    @property
    def is_blocked(self) -> bool:
        """Whether the truth is a block."""
        return self.word == "blocked"

    @property
    def says_blocked(self) -> bool:
        """Whether the verdict is ``blocked`` or ``likely_blocked``."""
        return self.verdict["state"] in INTERFERED

    @property
    def accepted(self) -> bool:
        """Whether the verdict is right, see :data:`ACCEPTED`."""
        return is_accepted(self.word, self.verdict)

    @property
    def mechanism(self) -> HierarchicalScore:
        """The mechanisms of the verdict against those of the truth."""
        return score_mechanisms(self.truth.mechanisms, tuple(self.verdict.get("mechanisms") or ()))


class Excluded(NamedTuple):
    """Rows left out of the score: how many, why, and the first few of them."""

    reason: str
    n: int
    examples: tuple[str, ...]


class Joined(NamedTuple):
    """What can be scored and what can not."""

    cases: tuple[Case, ...]
    excluded: tuple[Excluded, ...]

    @property
    def clusters(self) -> Clusters:
        """The policy (or innocent cause) and the run of every case."""
        return number_levels([case.policy for case in self.cases], [case.run for case in self.cases])


def is_accepted(word: str, verdict: Mapping[str, Any]) -> bool:
    """Return whether ``verdict`` is right for the truth ``word``."""
    if verdict["state"] not in _STATES[word]:
        return False
    if word == "server_side":
        return bool(verdict.get("locus") == Locus.SERVER_SIDE)
    return bool(verdict.get("mechanisms")) if word == "interfered-but-reachable" else True


def join_truth(truth: Truth, verdicts: Iterable[Mapping[str, Any]]) -> Joined:
    """Join ``verdicts`` with ``truth``: corpus truth on the uid, scenario truth on the stem of the input file."""
    cases: list[Case] = []
    unknown: list[str] = []
    double: list[str] = []
    for row in verdicts:
        case = _join_row(truth, row)
        if case is None:
            unknown.append(str(row["measurement_uid"]))
        elif case.truth.also_local:
            double.append(str(row["measurement_uid"]))
        else:
            cases.append(case)
    cases.sort(key=lambda case: (str(case.verdict["measurement_uid"]), str(case.verdict["source_file"])))
    uids = {case.truth.measurement_uid for case in cases} | set(double)
    stems = {case.truth.scenario for case in cases if case.truth.measurement_uid is None}
    lost = [row for uid, row in truth.measurements.items() if uid not in uids]
    lost += [row for name, row in truth.scenarios.items() if name not in stems]
    excluded = (*_exclude(DOUBLE, double), *_exclude("verdict without a truth", unknown))
    return Joined(tuple(cases), (*_exclude_lost(lost), *excluded))


def join_worlds(worlds: Sequence[tuple[str, Joined]]) -> Joined:
    """Return what can be scored of several worlds by name; their policies and runs are told apart."""
    if len(worlds) == 1:
        return worlds[0][1]
    cases = [
        case._replace(policy=case.policy and f"{name}/{case.policy}", run=f"{name}/{case.run}")
        for name, joined in worlds
        for case in joined.cases
    ]
    excluded: dict[str, list[Excluded]] = {}
    for _, joined in worlds:
        for row in joined.excluded:
            excluded.setdefault(row.reason, []).append(row)
    return Joined(
        tuple(cases),
        tuple(
            Excluded(reason, sum(row.n for row in rows), rows[0].examples) for reason, rows in sorted(excluded.items())
        ),
    )


def _join_row(truth: Truth, row: Mapping[str, Any]) -> Case | None:
    known = truth.measurements.get(row["measurement_uid"])
    if known:
        run = str(known.report_id or row.get("report_id") or row["measurement_uid"])
        return Case(known, row, known.policy_id or known.confounder_id, run)
    known = truth.scenarios.get(stem_of(row.get("source_file") or ""))
    return Case(known, row, known.policy_id, str(known.scenario)) if known else None


def _exclude_lost(lost: Sequence[MeasurementTruth]) -> list[Excluded]:
    names: dict[str, list[str]] = {}
    for row in lost:
        names.setdefault(row.state, []).append(str(row.measurement_uid or row.scenario))
    return [one for word in sorted(names) for one in _exclude(f"{word}: truth without a verdict here", names[word])]


def _exclude(reason: str, names: Sequence[str]) -> list[Excluded]:
    return [Excluded(reason, len(names), tuple(sorted(names)[:5]))] if names else []


def rate_verdicts(cases: Sequence[Case], by_scenario: bool = True) -> list[tuple[str, Ratio]]:
    """Return the figures over ``cases`` as pairs of a section and a ratio."""
    truth = np.array([case.is_blocked for case in cases], dtype=np.float64)
    said = np.array([case.says_blocked for case in cases], dtype=np.float64)
    rates = rate_blocked("verdict", truth, said)
    surely = np.array([case.verdict["state"] == State.BLOCKED for case in cases], dtype=np.float64)
    alone = rate_blocked("verdict", truth, surely)
    rates += [(section, ratio._replace(name=f"{ratio.name} of blocked alone")) for section, ratio in alone]
    rates += _rate_groups("state", [case.word for case in cases], cases)
    if by_scenario:
        rates += _rate_groups("scenario", [f"{case.word}: {case.scenario}" for case in cases], cases)
    return rates + _rate_mechanisms(cases)


def rate_blocked(section: str, truth: np.ndarray[Any, Any], said: np.ndarray[Any, Any]) -> list[tuple[str, Ratio]]:
    """Return precision and recall of ``said`` against ``truth`` (1 is blocked)."""
    both = truth * said
    return [(section, Ratio("precision", both, said)), (section, Ratio("recall", both, truth))]


def _rate_groups(section: str, names: Sequence[str], cases: Sequence[Case]) -> list[tuple[str, Ratio]]:
    right = np.array([case.accepted for case in cases], dtype=np.float64)
    rates = []
    for name in sorted(set(names)):
        inside = np.array([other == name for other in names], dtype=np.float64)
        rates.append((section, Ratio(name, right * inside, inside)))
    return rates


def _rate_mechanisms(cases: Sequence[Case]) -> list[tuple[str, Ratio]]:
    told = np.array([bool(case.truth.mechanisms) for case in cases], dtype=np.float64)
    found = told * np.array([case.accepted for case in cases], dtype=np.float64)
    scores = np.array([case.mechanism for case in cases], dtype=np.float64).reshape(-1, 3)
    rates = [("mechanism", Ratio(name, scores[:, i] * told, told)) for i, name in enumerate(("hP", "hR", "hF1"))]
    rates.append(("mechanism", Ratio("hF1 of those found", scores[:, 2] * found, found)))
    claimed = np.array([bool(case.verdict.get("mechanisms")) for case in cases], dtype=np.float64)
    rates.append(("mechanism", Ratio("named where there is none", claimed * (1 - told), 1 - told)))
    for path in sorted({path for case in cases for path in case.truth.mechanisms}):
        inside = np.array([path in case.truth.mechanisms for case in cases], dtype=np.float64)
        rates.append(("path", Ratio(path, scores[:, 2] * inside, inside)))
    return rates


def count_confusion(cases: Sequence[Case]) -> dict[tuple[str, str], int]:
    """Return how often each truth word was called each state, ``impaired`` split by locus."""
    return dict(sorted(Counter((case.word, case.called) for case in cases).items()))
