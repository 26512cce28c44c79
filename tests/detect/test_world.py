"""The goals on seeded worlds: sparse volunteer data, imperfect verdicts, known blocks.

The worlds share the detector's picture of noise, and their seeds were seen while it was made: this holds what was
reached, it is no proof.
"""

from collections import Counter
from statistics import median

import pytest

from netglass.detect.detection import detect_events
from netglass.evaluate.event import EventScore, score_events
from tests.detect.world import NETWORKS, Noise, World, make_world

SEEDS = range(900, 912)


@pytest.fixture(scope="module")
def scores() -> list[EventScore]:
    return [score(make_world(seed)) for seed in SEEDS]


def score(world: World) -> EventScore:
    return score_events(world.truth, detect_events(world.verdicts).events, tuple(NETWORKS))


def test_blocks_are_found_one_to_one(scores: list[EventScore]) -> None:
    counted = [one for score in scores for one in score.true if one.counts]
    assert sum(one.match is not None for one in counted) >= 0.97 * len(counted)
    assert sum(one.parts for one in counted) <= 1.1 * len(counted)


def test_onsets_lie_in_their_brackets(scores: list[EventScore]) -> None:
    dated = [one.onset_in_bracket for score in scores for one in score.true if one.onset_in_bracket is not None]
    assert sum(dated) >= 0.9 * len(dated)


def test_brackets_are_near_the_best_that_the_measurements_allow(scores: list[EventScore]) -> None:
    rows = [one for score in scores for one in score.true if one.width_hours and one.best_pooled_hours]
    assert median(one.width_hours or 0 for one in rows) <= 1.5 * median(one.best_pooled_hours or 0 for one in rows)


def test_nothing_is_found_where_nothing_was_blocked(scores: list[EventScore]) -> None:
    assert [wrong for score in scores for wrong in score.wrong] == []


NOISY = Noise(missed=0.05, false=0.01, insufficient=0.08, likely=0.5)


def test_three_times_the_noise_costs_little() -> None:
    outcome: Counter[str] = Counter()
    for seed in range(950, 956):
        found = score(make_world(seed, NOISY))
        for one in found.true:
            if one.counts:
                outcome["true"] += 1
                outcome["found"] += one.match is not None
        outcome["false"] += len(found.wrong)
        outcome["false confirmed"] += sum(wrong.state == "confirmed" for wrong in found.wrong)
    assert outcome["found"] >= 0.95 * outcome["true"]
    assert outcome["false"] <= 1
    assert outcome["false confirmed"] == 0


def test_silence_of_sparse_volunteers_is_never_called_a_shutdown() -> None:
    for seed in range(970, 976):
        events = detect_events(make_world(seed).verdicts).events
        assert not [row for row in events if row["kind"] == "shutdown"]
