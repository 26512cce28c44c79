"""One evaluation put together: every figure with its interval, the confusion, the events, the mistakes, what was
excluded.

Everything is rows of one shape per section, so that a table, JSON, CSV and Parquet say the same.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from netglass.evaluate.baseline import rate_keys, rate_probe
from netglass.evaluate.calibration import rate_calibration
from netglass.evaluate.event import EventScore, Judged, WrongEvent, join_scores, score_events
from netglass.evaluate.figure import Figure, figure_events, make_figure
from netglass.evaluate.interval import (
    LEVEL,
    REPLICATES,
    SEED,
    Ratio,
    estimate_ratios,
)
from netglass.evaluate.truth import Truth, find_foreign
from netglass.evaluate.verdict import Case, Excluded, Joined, count_confusion, join_worlds, rate_verdicts


class Confusion(NamedTuple):
    """How often a truth word was called a state."""

    truth: str
    called: str
    n: int
    right: bool


class Mistake(NamedTuple):
    """One measurement that was judged wrongly, or whose mechanism was named wrongly."""

    measurement_uid: str
    source_file: str
    target: str
    probe_cc: str
    probe_asn: int | None
    scenario: str
    truth: str
    state: str
    locus: str | None
    truth_mechanisms: tuple[str, ...]
    mechanisms: tuple[str, ...]
    hf1: float | None
    p_blocked: float | None
    rules: tuple[str, ...]
    issues: tuple[str, ...]
    why: str


class Report(NamedTuple):
    """Everything that an evaluation found."""

    figures: tuple[Figure, ...]
    confusion: tuple[Confusion, ...]
    mistakes: tuple[Mistake, ...]
    events: tuple[Judged, ...]
    wrong_events: tuple[WrongEvent, ...]
    excluded: tuple[Excluded, ...]
    about: dict[str, Any]


class Baselines(NamedTuple):
    """Keys of the measurements that the simpler judges call blocked; None where observations are not at hand."""

    any_failure: Collection[int] | None = None
    address_mismatch: Collection[int] | None = None


NO_BASELINE = Baselines()


class World(NamedTuple):
    """What is evaluated: a truth and what was said of it.

    Attributes:
        truth: as read from the truth files.
        joined: the truth joined with the verdicts.
        events: rows with :data:`netglass.evaluate.event.COLUMNS`.
        watched: country, network, first and last measurement, for the false-alarm rate of shutdowns.
        baselines: what simpler judges say.
        name: tells worlds apart where several are evaluated together.
    """

    truth: Truth
    joined: Joined
    events: Iterable[Mapping[str, Any]] = ()
    watched: Iterable[tuple[str, int, datetime, datetime]] = ()
    baselines: Baselines = NO_BASELINE
    name: str = ""


def build_report(worlds: Sequence[World], replicates: int = REPLICATES, seed: int = SEED) -> Report:
    """Return the evaluation of worlds, taken together.

    Countries, policies and runs of different worlds have nothing to do with each other: events are matched within a world, and
    intervals know the policies and runs of each as their own.

    Args:
        worlds: at least one.
        replicates: resamples of the bootstrap; 0 gives no intervals.
        seed: the same seed gives the same intervals.
    """
    joined = join_worlds([(world.name, world.joined) for world in worlds])
    rates = _rate_all(joined.cases, _unite_baselines([world.baselines for world in worlds]))
    estimates = (
        estimate_ratios([ratio for _, ratio in rates], joined.clusters, replicates, seed) if joined.cases else []
    )
    figures = [
        make_figure(section, ratio.name, e) for (section, ratio), e in zip(rates, estimates, strict=bool(estimates))
    ]
    excluded = [*joined.excluded, *(row for world in worlds for row in _name_foreign(world.truth))]
    scores = [(world.name, _score_world(world)) for world in worlds if world.truth.events]
    score = join_scores(scores) if scores else None
    if score:
        figures += figure_events(score, replicates, seed)
        excluded += _exclude_events(score)
    return Report(
        tuple(figures),
        tuple(_confusion(joined.cases)),
        tuple(_mistake(case) for case in joined.cases if is_mistake(case)),
        score.true if score else (),
        score.wrong if score else (),
        tuple(excluded),
        _about([file for world in worlds for file in world.truth.files], joined.cases, replicates, seed),
    )


def _score_world(world: World) -> EventScore:
    return score_events(world.truth.events, world.events, world.truth.countries, world.watched)


def _unite_baselines(baselines: Sequence[Baselines]) -> Baselines:
    """Return the keys of all worlds: keys are hashes of measurements, so that no two worlds share one."""
    united = [[keys for keys in column if keys is not None] for column in zip(*baselines, strict=True)]
    return Baselines(*({key for keys in column for key in keys} if column else None for column in united))


def _rate_all(cases: Sequence[Case], baselines: Baselines) -> list[tuple[str, Ratio]]:
    if not cases:
        return []
    rates = rate_verdicts(cases) + rate_calibration(cases) + rate_probe(cases)
    for name, keys in (("any failure", baselines.any_failure), ("address mismatch", baselines.address_mismatch)):
        rates += rate_keys(name, cases, keys) if keys is not None else []
    return rates


def _confusion(cases: Sequence[Case]) -> list[Confusion]:
    right = {(case.word, case.called): case.accepted for case in cases}
    return [Confusion(word, called, n, right[word, called]) for (word, called), n in count_confusion(cases).items()]


def is_mistake(case: Case) -> bool:
    """Return whether the state is wrong, or the mechanisms of what truly was interfered with are."""
    return not case.accepted or (bool(case.truth.mechanisms) and case.mechanism.f1 < 1)


def _mistake(case: Case) -> Mistake:
    row = case.verdict
    return Mistake(
        row["measurement_uid"],
        row["source_file"],
        row["target"],
        row["probe_cc"],
        row["probe_asn"],
        case.scenario,
        case.word,
        row["state"],
        row["locus"],
        case.truth.mechanisms,
        tuple(row["mechanisms"] or ()),
        case.mechanism.f1 if case.truth.mechanisms else None,
        row["p_blocked"],
        tuple(f"{rule['rule_id']} {rule['log10_lr']:+.2f}" for rule in row["rules"] or ()),
        tuple(row["issues"] or ()),
        row["why"],
    )


def _exclude_events(score: EventScore) -> list[Excluded]:
    silent = [event.event_id for event in score.true if not event.counts]
    found = [
        Excluded("true block that cannot be scored and does not stand", len(silent), tuple(silent[:5])),
        Excluded("detected event in a country that the truth does not speak of", score.elsewhere, ()),
        Excluded("true shutdown, reported outside the score", score.shutdown_true, ()),
    ]
    return [row for row in found if row.n]


def _name_foreign(truth: Truth) -> list[Excluded]:
    found = sorted(find_foreign(truth).items())
    return [
        Excluded(f"true mechanism {path}: not in the taxonomy, scored as far as it is", len(names), tuple(names[:5]))
        for path, names in found
    ]


def _about(files: Sequence[str], cases: Sequence[Case], replicates: int, seed: int) -> dict[str, Any]:
    return {
        "truth": list(files),
        "scored": len(cases),
        "policies": len({case.policy for case in cases if case.policy}),
        "runs": len({case.run for case in cases}),
        "ruleset": sorted({str(case.verdict.get("ruleset")) for case in cases}),
        "refdata": sorted({str(case.verdict.get("refdata")) for case in cases}),
        "bootstrap": {"replicates": replicates, "seed": seed, "level": LEVEL, "clusters": "policies and runs"},
    }
