import math
import random
from datetime import timedelta
from typing import Any

import numpy as np

from netglass.detect.detection import detect_events
from netglass.detect.shutdown import measure_rhythm
from netglass.detect.telling import read_verdicts
from tests.detect.example import START, hours
from tests.detect.world import add_row, no_rows


def measure(
    columns: dict[str, list[Any]],
    asn: int,
    cc: str,
    runs: int,
    *silences: tuple[float, float],
    silent: tuple[float, float] = (0, 0),
    reporters: int = 8,
    seed: int = 1,
) -> None:
    """Random runs of some reporters over 14 days, none in the silent hours."""
    rng = random.Random(seed * 1000 + asn)
    for _ in range(runs):
        hour = rng.uniform(0, 14 * 24)
        if not any(begin <= hour < end for begin, end in (silent, *silences)):
            moment, who = START + timedelta(hours=hour), f"{asn}-{rng.randrange(reporters)}"
            add_row(columns, probe_cc=cc, probe_asn=asn, target="a.example", observed_at=moment, reporter=who)


def shutdowns(columns: dict[str, list[Any]]) -> list[dict[str, Any]]:
    return [row for row in detect_events(read_verdicts(columns)).events if row["kind"] == "shutdown"]


def test_a_busy_network_that_falls_silent_while_others_go_on_is_a_possible_shutdown() -> None:
    columns = no_rows()
    measure(columns, 64901, "QA", 2000, silent=(150, 198))
    measure(columns, 64911, "QB", 2000)
    (row,) = shutdowns(columns)
    assert (row["asns"], row["targets"], row["state"]) == ([64901], [], "unconfirmed")
    assert 149 < (hours(row["onset_earliest"]) or 0) <= 150
    assert 198 <= (hours(row["end_latest"]) or 0) < 199
    assert row["flags"][0] == "volume_only"
    assert row["flags"][1].startswith("limit:")


def test_networks_of_a_country_that_fall_silent_together_are_one_event() -> None:
    columns = no_rows()
    for asn in (64901, 64902):
        measure(columns, asn, "QA", 2000, silent=(150, 198))
    measure(columns, 64911, "QB", 2000)
    (row,) = shutdowns(columns)
    assert row["asns"] == [64901, 64902]


def test_a_long_silence_of_a_network_hides_no_shorter_one() -> None:
    columns = no_rows()
    measure(columns, 64901, "QA", 2000, (60, 108), (210, 236))
    measure(columns, 64902, "QA", 2000, (210, 236))
    measure(columns, 64911, "QB", 2000)
    one, other = shutdowns(columns)
    assert (one["asns"], other["asns"]) == ([64901], [64901, 64902])
    assert [round(hours(row["onset_earliest"]) or 0) for row in (one, other)] == [60, 210]


def test_silence_everywhere_is_the_fault_of_the_collection() -> None:
    columns = no_rows()
    for asn, cc in ((64901, "QA"), (64911, "QB")):
        measure(columns, asn, cc, 2000, silent=(150, 198))
    assert shutdowns(columns) == []


def test_a_volunteer_on_holiday_is_no_shutdown() -> None:
    columns = no_rows()
    measure(columns, 64901, "QA", 2000, silent=(150, 198), reporters=2)
    measure(columns, 64911, "QB", 2000)
    assert shutdowns(columns) == []


def test_a_pause_that_nobody_has_ended_may_be_late_uploads() -> None:
    columns = no_rows()
    measure(columns, 64901, "QA", 2000, silent=(200, 400))
    measure(columns, 64911, "QB", 2000)
    assert shutdowns(columns) == []


def test_four_silent_days_at_the_density_of_volunteers_are_below_the_limit() -> None:
    columns = no_rows()
    measure(columns, 64901, "QA", 24, silent=(150, 246))
    measure(columns, 64911, "QB", 24)
    assert shutdowns(columns) == []


def test_false_alarms_are_rare_at_every_density() -> None:
    alarms = 0
    for seed, runs in enumerate([15, 40, 100, 300, 1000] * 20):
        columns = no_rows()
        for i in range(3):
            measure(columns, 64901 + i, "QA", runs, seed=seed)
        alarms += len(shutdowns(columns))
    assert alarms <= 2


def test_too_few_pauses_have_no_rhythm() -> None:
    assert measure_rhythm(np.arange(5, dtype=np.int64) * 3600, 3) == (math.inf, math.inf)


def test_the_limit_grows_with_the_longest_other_pause_and_with_the_networks_looked_at() -> None:
    even = np.arange(100, dtype=np.int64) * 3600
    nights = np.concatenate([even[: 12 * (i + 1)][12 * i :] + i * 12 * 3600 for i in range(8)])
    assert measure_rhythm(nights, 3)[1] > measure_rhythm(even, 3)[1]
    assert measure_rhythm(even, 30)[1] > measure_rhythm(even, 3)[1]
