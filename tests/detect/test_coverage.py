import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from netglass.detect.coverage import RECALL, count_needed, exclude_share, limit_hours, measure_coverage
from netglass.detect.episode import find_episodes
from netglass.detect.telling import Verdicts, to_seconds
from tests.detect.example import START, read_series

BEGIN = to_seconds(START)
DAY = 86_400


def cover(verdicts: Verdicts, days: int = 14) -> dict[str, object]:
    (row,) = measure_coverage(verdicts, BEGIN, BEGIN + days * DAY)
    return row


@given(st.integers(1, 500), st.floats(0.3, 1))
def test_the_excluded_share_is_where_seeing_nothing_has_one_chance_in_twenty(n: int, recall: float) -> None:
    share = exclude_share(n, recall)
    if share is None:
        assert (1 - recall) ** n > 0.05 * (1 - 1e-9)
    else:
        assert (1 - share * recall) ** n == pytest.approx(0.05)


def test_known_answers() -> None:
    assert exclude_share(0) is None
    assert exclude_share(1) is None
    assert exclude_share(59, 1.0) == pytest.approx(0.05, abs=0.001)  # the rule of three


def test_silence_excludes_nothing_and_is_not_ok() -> None:
    row = cover(read_series("dddd"))
    assert (row["n_measurements"], row["n_telling"], row["n_ok"]) == (4, 0, 0)
    assert row["first_measured"] is None
    assert row["detection_limit_hours"] is None
    assert "any block here may be missed" in str(row["note"])
    assert "excludes nothing" in str(row["note"])


def test_counts_gaps_and_limit_of_a_daily_series() -> None:
    row = cover(read_series("o" * 14))
    assert (row["n_telling"], row["n_ok"], row["n_blocked"], row["n_reporters"]) == (14, 14, 0, 1)
    assert (row["median_gap_hours"], row["longest_gap_hours"]) == (24, 24)
    assert row["detection_limit_hours"] == 24 * count_needed(14)
    assert f"{exclude_share(14):.0%}" in str(row["note"])
    assert f"{RECALL:.2f}" in str(row["note"])


def test_a_pause_raises_the_limit() -> None:
    needed = count_needed(9)
    assert cover(read_series("oooo.....ooooo"))["longest_gap_hours"] == 6 * 24
    assert cover(read_series("oooo.....ooooo"))["detection_limit_hours"] == (6 + needed - 1) * 24


def test_a_day_of_flooding_covers_a_day() -> None:
    assert cover(read_series("o" * 240, every_hours=0.1))["detection_limit_hours"] is None


@pytest.mark.parametrize("n", [10, 14, 30, 60])
def test_what_the_limit_promises_is_what_detection_does(n: int) -> None:
    """As many blocked reporter-days as the limit counts on make an event wherever they lie, one fewer may not."""
    needed = count_needed(n)
    for start in (0, 1, n // 2, n - needed):
        letters = "o" * start + "B" * needed + "o" * (n - start - needed)
        assert find_episodes(read_series(letters)), letters
    assert not find_episodes(read_series("o" * 5 + "B" * (needed - 1) + "o" * (n - needed - 4)))


def test_the_limit_counts_the_edges_of_the_window() -> None:
    times = np.array([10, 20, 30], np.int64) * 3600
    assert limit_hours(times, 0, 100 * 3600, 1) == 70
    assert limit_hours(times, 0, 100 * 3600, 2) == 80
    assert limit_hours(times, 0, 100 * 3600, 4) is None


def test_a_series_with_interference_does_not_say_that_it_was_not_seen() -> None:
    assert "interference was seen" in str(cover(read_series("oooBBBBBB")))
