import numpy as np

from netglass.detect.bracket import Bracket, Spread, Timeline, overlap, pool_end, pool_onset

HOUR = 3600


def line(asn: int, clear: list[int], seen: list[int]) -> Timeline:
    """One series measured at these hours."""
    times = sorted([(hour, False) for hour in clear] + [(hour, True) for hour in seen])
    return Timeline(asn, np.array([t for t, _ in times]) * HOUR, np.array([s for _, s in times]), np.ones(len(times)))


def hours(bracket: Bracket) -> tuple[float | None, float | None, str]:
    first, last = (None if edge is None else edge / HOUR for edge in bracket[:2])
    return first, last, str(bracket.spread)


def onset(*lines: Timeline) -> tuple[float | None, float | None, str]:
    return hours(pool_onset(lines))


def end(*lines: Timeline) -> tuple[float | None, float | None, str]:
    return hours(pool_end(lines))


def test_one_network_has_the_gap_between_its_measurements() -> None:
    assert onset(line(1, [0, 24, 48], [72, 96, 120])) == (48, 72, "together")


def test_networks_that_began_together_share_a_narrow_bracket() -> None:
    lines = line(1, [10, 20], [50, 90]), line(2, [15, 40], [60, 99]), line(3, [12, 30], [80, 100])
    assert onset(*lines) == (40, 50, "together")


def test_a_roll_out_is_dated_by_its_earliest_network() -> None:
    lines = (
        line(1, [0, 10], [30, 35, 60, 80, 99]),
        line(2, [0, 20, 40, 45], [60, 99]),
        line(3, [0, 31, 50, 70], [90, 99]),
    )
    assert onset(*lines) == (10, 30, "apart")


def test_a_sliver_in_common_is_more_likely_chance_than_one_moment() -> None:
    first, last, spread = onset(line(1, [10], [101, 120, 140]), line(2, [0, 50, 100], [190, 200]))
    assert (first, last) == (10, 101)
    assert spread != "together"


def test_without_any_measurement_before_the_onset_is_open() -> None:
    assert onset(line(1, [], [20, 40]), line(2, [], [30, 50])) == (None, 20, "together")


def test_a_block_seen_on_one_network_while_another_was_clear_has_an_open_onset() -> None:
    assert onset(line(1, [], [20, 25, 29]), line(2, [22, 26, 30], [40, 50])) == (None, 20, "apart")


def test_a_clear_network_that_was_measured_late_does_not_widen_the_bracket() -> None:
    assert onset(line(1, [0, 10], [20, 30, 40]), line(2, [5], [100])) == (10, 20, "together")


def test_one_false_alarm_does_not_date_what_all_others_date_later() -> None:
    lines = line(1, [0, 40], [60, 70]), line(2, [5, 48], [62, 72]), line(3, [2, 45], [10, 66, 77])
    assert onset(*lines)[:2] == (48, 60)


def test_one_miss_just_after_the_onset_widens_the_bracket_instead_of_shifting_it() -> None:
    lines = line(1, [0], [50, 60, 90]), line(2, [5, 50], [51, 70])  # the second network missed it at hour 50
    assert onset(*lines) == (5, 50, "together")


def test_the_end_is_what_all_networks_share() -> None:
    assert end(line(1, [140, 150], [80, 100]), line(2, [150, 160], [90, 110])) == (110, 140, "together")


def test_a_piecemeal_end_is_dated_by_the_last_network() -> None:
    lines = line(1, [110, 120, 130, 150, 170, 199], [90, 100]), line(2, [230, 240], [100, 120, 140, 160, 180, 200])
    assert end(*lines) == (200, 230, "apart")


def test_a_block_that_goes_on_somewhere_stands() -> None:
    lines = line(1, [110, 120, 130, 150, 170, 199], [90, 100]), line(2, [], [100, 120, 140, 160, 180, 200])
    assert end(*lines) == (None, None, "apart")
    assert end(line(1, [], [90, 100])) == (None, None, "together")


def test_open_brackets_reach_any_time() -> None:
    early, late = Bracket(None, 10, Spread.TOGETHER), Bracket(20, 30, Spread.TOGETHER)
    assert not overlap(early, late)
    assert overlap(late, Bracket(None, 25, Spread.TOGETHER))
    assert overlap(Bracket(5, None, Spread.TOGETHER), late)
