from netglass.detect.bracket import Bracket, Spread, overlap, pool_end, pool_onset
from netglass.detect.episode import Series
from netglass.detect.telling import read_verdicts
from tests.detect.world import no_rows

NOBODY = read_verdicts(no_rows())
HOUR = 3600


def series(before: int | None, first: int, last: int = 900, after: int | None = None) -> Series:
    """One series with its brackets in hours."""
    times = [None if hour is None else hour * HOUR for hour in (before, first, last, after)]
    return Series("a.example", 64901, times[0], first * HOUR, last * HOUR, times[3], 1, 1, 1, NOBODY, (), 5.0)


def onset(*rows: Series) -> tuple[float | None, float | None, str]:
    found = pool_onset(rows)
    return (found.earliest and found.earliest / HOUR, found.latest and found.latest / HOUR, str(found.spread))


def end(*rows: Series) -> tuple[float | None, float | None, str]:
    found = pool_end(rows)
    return (found.earliest and found.earliest / HOUR, found.latest and found.latest / HOUR, str(found.spread))


def test_networks_that_began_together_share_a_narrow_bracket() -> None:
    assert onset(series(10, 50), series(40, 60), series(30, 80)) == (40, 50, "together")


def test_a_roll_out_is_dated_by_its_earliest_network() -> None:
    assert onset(series(10, 30), series(40, 60), series(70, 90)) == (10, 30, "apart")


def test_a_sliver_in_common_is_more_likely_chance_than_one_moment() -> None:
    assert onset(series(10, 101), series(100, 190)) == (10, 101, "unclear")


def test_without_any_measurement_before_the_onset_is_open() -> None:
    assert onset(series(None, 20), series(None, 30)) == (None, 20, "together")


def test_a_block_seen_on_one_network_before_another_was_clear_has_an_open_onset() -> None:
    assert onset(series(None, 20), series(30, 40)) == (None, 20, "apart")


def test_the_end_is_what_all_networks_share() -> None:
    assert end(series(0, 1, 100, 140), series(0, 1, 110, 150)) == (110, 140, "together")


def test_a_piecemeal_end_is_dated_by_the_last_network() -> None:
    assert end(series(0, 1, 100, 110), series(0, 1, 200, 230)) == (200, 230, "apart")


def test_a_block_that_goes_on_somewhere_stands() -> None:
    assert end(series(0, 1, 100, 110), series(0, 1, 200, None)) == (None, None, "apart")
    assert end(series(0, 1, 100, None)) == (None, None, "together")


def test_open_brackets_reach_any_time() -> None:
    early, late = Bracket(None, 10, Spread.TOGETHER), Bracket(20, 30, Spread.TOGETHER)
    assert not overlap(early, late)
    assert overlap(late, Bracket(None, 25, Spread.TOGETHER))
    assert overlap(Bracket(5, None, Spread.TOGETHER), late)
