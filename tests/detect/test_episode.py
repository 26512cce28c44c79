from netglass.detect.episode import find_episodes
from netglass.detect.telling import read_verdicts
from tests.detect.example import START, read_series, write_series
from tests.detect.world import no_rows

HOUR = 3600
BEGIN = round((START - START.replace(year=1970, month=1, day=1)).total_seconds())


def hour(seconds: int | None) -> float | None:
    return None if seconds is None else (seconds - BEGIN) / HOUR


def test_brackets_are_exactly_as_wide_as_the_measurements_allow() -> None:
    (episode,) = find_episodes(read_series("oooo.BBB.BBoooo"))
    (series,) = episode.series
    assert hour(series.last_before) == 3 * 24
    assert hour(series.first_during) == 5 * 24
    assert hour(series.last_during) == 10 * 24
    assert hour(series.first_after) == 11 * 24
    assert (series.n_before, series.n_during, series.n_after) == (4, 5, 4)


def test_a_block_that_stands_when_the_window_begins_has_no_onset_and_one_that_goes_on_no_end() -> None:
    (episode,) = find_episodes(read_series("BBBBBB"))
    assert (episode.series[0].last_before, episode.series[0].first_after) == (None, None)


def test_a_dead_site_and_missing_evidence_neither_begin_nor_end_a_block() -> None:
    (episode,) = find_episodes(read_series("oooo.dBBBddBBd.oooo"))
    (series,) = episode.series
    assert (hour(series.last_before), hour(series.first_during)) == (3 * 24, 6 * 24)
    assert (hour(series.last_during), hour(series.first_after)) == (12 * 24, 15 * 24)


def test_networks_that_do_not_block_are_not_listed() -> None:
    (episode,) = find_episodes(read_series("oooBBBBBBooo", "oooooooooooo", "oooBBBBBBooo"))
    assert [series.asn for series in episode.series] == [64901, 64903]


def test_a_lone_mistake_on_another_network_does_not_make_it_part_of_the_event() -> None:
    (episode,) = find_episodes(read_series("oooBBBBBBooo", "ooooooBooooo"))
    assert [series.asn for series in episode.series] == [64901]


def test_a_network_measured_once_during_a_block_elsewhere_is_part_of_it() -> None:
    (episode,) = find_episodes(read_series("oooBBBBBBooo", "oo...B....oo"))
    assert [series.asn for series in episode.series] == [64901, 64902]


def test_one_blocked_verdict_among_clear_ones_is_no_event() -> None:
    assert find_episodes(read_series("ooooBooooo", "oooooooooo", "oooooooooo")) == []
    assert find_episodes(read_series("B", "oooooooooo")) == []


def test_two_blocks_with_a_pause_between_are_two_episodes() -> None:
    first, second = find_episodes(read_series("ooooBBBBBooooooooBBBBBoooo"))
    assert hour(first.series[0].first_after) == 9 * 24
    assert hour(second.series[0].last_before) == 16 * 24


def test_weaker_verdicts_are_needed_in_greater_number() -> None:
    assert find_episodes(read_series("ooooooooBBBoooooooo"))
    assert not find_episodes(read_series("oooooooobbboooooooo", p_blocked=0.5))
    assert find_episodes(read_series("oooooooobbbbboooooooo", p_blocked=0.5))
    assert find_episodes(read_series("oooooooobbboooooooo", p_blocked=0.98))


def test_two_mistakes_are_no_event() -> None:
    assert not find_episodes(read_series("BB"))
    assert not find_episodes(read_series("BB", "oooooo"))
    assert not find_episodes(read_series("oooBooo", "oooBooo", "ooo.ooo"))
    assert find_episodes(read_series("BB", "BB"))


def test_a_flood_from_one_reporter_in_a_day_counts_once() -> None:
    quiet = read_series("oooooooooooooooooooo")
    assert not find_episodes(quiet)
    columns = write_series(no_rows(), "o" * 20)
    write_series(columns, "B" * 5000, every_hours=0.001, first_hour=200)
    assert not find_episodes(read_verdicts(columns))


def test_clear_answers_of_another_resolver_do_not_end_a_dns_block() -> None:
    columns = write_series(no_rows(), "oooo" + "B" * 10, mechanism="dns.nxdomain", resolver_asn=64901)
    write_series(columns, "oooooooooooooo", first_hour=5, resolver_asn=65550, reporter="other")
    (episode,) = find_episodes(read_verdicts(columns))
    assert hour(episode.series[0].last_before) == 3 * 24
    assert episode.series[0].first_after is None


def test_examination_hours_on_several_days_are_one_recurring_episode() -> None:
    day = "ooooobbboooooooooooooooo".replace("b", "B")
    letters = "o" * 48 + day * 5 + "o" * 48
    reporters = no_rows()
    write_series(reporters, letters, every_hours=1)
    write_series(reporters, letters, asn=64902, every_hours=1)
    (episode,) = find_episodes(read_verdicts(reporters))
    assert episode.recurring == "daily 05-08Z"
    assert [series.asn for series in episode.series] == [64901, 64902]
    assert hour(episode.series[0].first_during) == 53
    assert hour(episode.series[0].last_during) == 48 + 4 * 24 + 7


def test_working_days_are_told_from_all_days() -> None:
    work, rest = "o" * 5 + "BBB" + "o" * 16, "o" * 24  # START is a Monday
    letters = (work * 5 + rest * 2) * 2
    columns = write_series(no_rows(), letters, every_hours=1)
    write_series(columns, letters, asn=64902, every_hours=1)
    (episode,) = find_episodes(read_verdicts(columns))
    assert episode.recurring == "Mon-Fri 05-08Z"


def test_a_plain_block_measured_at_the_same_hour_each_day_is_no_pattern() -> None:
    (episode,) = find_episodes(read_series("ooooBBBBBBBBoooo", "ooooBBBBBBBBoooo"))
    assert episode.recurring is None
