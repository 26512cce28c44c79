from typing import Any

from netglass.evaluate.bracket import best_of_first, best_pooled
from netglass.evaluate.event import EventScore, score_events
from netglass.evaluate.truth import EventTruth, SeriesTruth
from tests.evaluate.example import block, confounder, day, event


def score(truths: list[EventTruth], found: list[dict[str, Any]], **more: Any) -> EventScore:
    return score_events(truths, found, **more)


def test_a_block_that_is_found_and_dated() -> None:
    result = score([block("t", 5, 10)], [event("d", 5, 10)])
    (one,) = result.true
    assert (one.match, one.parts, one.onset_in_bracket, one.end_in_bracket) == ("d", 1, True, True)
    assert (one.width_hours, one.best_first_hours, one.best_pooled_hours) == (36, 36, 36)
    assert not result.wrong


def test_an_onset_outside_the_bracket_is_found_but_not_dated_well() -> None:
    late = event("d", 5, 10, onset_earliest=day(6), onset_latest=day(7))
    assert score([block("t", 5, 10)], [late]).true[0].onset_in_bracket is False


def test_a_block_said_to_stand_does_not_date_the_onset() -> None:
    standing = event("d", 5, 10, onset_earliest=None)
    (one,) = score([block("t", 5, 10)], [standing]).true
    assert (one.match, one.onset_in_bracket, one.width_hours) == ("d", False, None)


def test_a_standing_block_counts_and_its_onset_does_not() -> None:
    (one,) = score([block("t", None, None)], [event("d", None, None)]).true
    assert (one.counts, one.standing, one.match, one.onset_in_bracket) == (True, True, "d", None)


def test_a_block_that_can_neither_be_scored_nor_stands_does_not_count_but_explains_its_event() -> None:
    result = score([block("t", 5, 10, scoreable=False, onset_scoreable=False)], [event("d", 5, 10)])
    assert not result.true[0].counts
    assert not result.wrong


def test_half_of_the_networks_or_targets_is_enough_and_less_is_not() -> None:
    truth = [block("t", 5, 10, asns=(1, 2, 3, 4))]
    assert score(truth, [event("d", 5, 10, asns=[1, 2])]).true[0].match == "d"
    few = score(truth, [event("d", 5, 10, asns=[1])])
    assert few.true[0].match is None
    assert few.true[0].note == "only touched by d"
    assert not few.wrong, "a part of a true block is not false"


def test_collateral_targets_may_be_in_the_event_or_not() -> None:
    truth = [block("t", 5, 10, targets=("a.test",), collateral_targets=("b.test", "c.test"))]
    for targets in (["a.test"], ["a.test", "b.test", "c.test"]):
        assert score(truth, [event("d", 5, 10, targets=targets)]).true[0].match == "d"


def test_another_country_or_another_time_is_false() -> None:
    truth = [block("t", 5, 10)]
    for found in (event("d", 5, 10, probe_cc="XB"), event("d", 15, 20)):
        result = score(truth, [found])
        assert result.true[0].match is None
        assert [row.is_false for row in result.wrong] == [True]


def test_two_parts_of_one_block_are_two_events_per_true_event() -> None:
    first, second = event("d1", 5, 7), event("d2", 7, 10)
    result = score([block("t", 5, 10)], [first, second])
    assert result.true[0].parts == 2
    assert not result.wrong


def test_two_blocks_inside_one_event_are_swallowed() -> None:
    truths = [block("t1", 5, 10, targets=("a.test",)), block("t2", 5, 10, targets=("b.test",))]
    both = event("d", 5, 10, targets=["a.test", "b.test"])
    result = score(truths, [both])
    assert sorted((one.match is not None, one.swallowed) for one in result.true) == [(False, True), (True, False)]
    three = [*truths, block("t3", 5, 10, targets=("c.test",))]
    result = score(three, [event("d", 5, 10, targets=["a.test", "b.test", "c.test"])])
    assert [one.swallowed for one in result.true] == [True, True, True]


def test_each_event_is_matched_once_and_the_better_one_wins() -> None:
    near, far = event("near", 5, 10), event("far", 5, 10, asns=[1])
    (one,) = score([block("t", 5, 10)], [far, near]).true
    assert (one.match, one.parts) == ("near", 2)


def test_an_event_on_a_dead_site_is_false_and_on_a_confounder() -> None:
    dead = confounder("c", ("dead.test",), probe_cc=None)
    (wrong,) = score([dead], [event("d", 5, 10, targets=["dead.test"])]).wrong
    assert (wrong.is_false, wrong.confounders) == (True, ("c",))


def test_a_block_left_standing_on_a_dead_site_is_not_on_a_confounder() -> None:
    truths = [block("t", 5, 10), confounder("c", ("site.test",), asns=(1, 2, 3), probe_cc=None)]
    assert not score(truths, [event("d", 5, 10)]).wrong
    (wrong,) = score(truths, [event("d", 5, 10, asns=[1, 2, 3])]).wrong
    assert (wrong.is_false, wrong.confounders) == (False, ("c",)), "network 3 does not block it"


def test_a_lossy_network_touches_all_its_targets_while_it_lasts() -> None:
    lossy = confounder("c", (), asns=(3,), probe_cc="XA", onset_utc=day(5), end_utc=day(8))
    inside, after = event("d1", 6, 7, asns=[3]), event("d2", 15, 16, asns=[3])
    wrong = {row.event_id: row.confounders for row in score([lossy], [inside, after]).wrong}
    assert wrong == {"d1": ("c",), "d2": ()}


def test_the_series_of_an_event_says_where_and_when_it_was() -> None:
    """The event names two networks and two targets, but only one pair of them was blocked."""
    series = [
        {
            "probe_asn": 1,
            "target": "site.test",
            **{k: event("x", 5, 10)[k] for k in ("onset_earliest", "onset_latest", "end_earliest", "end_latest")},
        }
    ]
    found = event("d", 5, 10, targets=["site.test", "dead.test"], series=series)
    truths = [block("t", 5, 10), confounder("c", ("dead.test",), probe_cc=None)]
    result = score(truths, [found])
    assert not result.wrong
    assert result.true[0].series_widths == ((36.0, 36.0, True),)


def test_the_three_yardsticks_of_a_bracket() -> None:
    def network(asn: int, onset: float, before: float, during: float) -> SeriesTruth:
        return SeriesTruth(
            probe_asn=asn, target="site.test", onset_utc=day(onset), last_before=day(before), first_during=day(during)
        )

    rollout = block("t", 5, 10, series=(network(1, 5, 2, 6), network(2, 5, 4, 7), network(3, 8, 7.5, 8.25)))
    assert best_of_first(rollout) == 96, "day 2 to 6: the network first measured during"
    assert best_pooled(rollout) == 48, "day 4 to 6: the two networks that began together"


def test_shutdowns_are_outside_with_their_rate_of_false_alarms() -> None:
    silence = EventTruth(event_id="s", kind="shutdown", asns=(1,), probe_cc="XA", onset_utc=day(5), end_utc=day(8))
    heard = event("d1", 5, 8, kind="shutdown", asns=[1], targets=[])
    pause = event("d2", 12, 13, kind="shutdown", asns=[2], targets=[])
    watched = [("XA", 1, day(1), day(15)), ("XA", 2, day(1), day(15))]
    result = score([silence], [heard, pause], watched=watched)
    assert (result.shutdown_true, result.shutdown_found, result.shutdown_false) == (1, 1, 1)
    assert result.network_weeks == 4
    assert not result.wrong and not result.true


def test_the_end_of_a_block_is_no_event_of_its_own() -> None:
    result = score([block("t", 5, 10)], [event("d", 5, 10), event("u", 10, None, kind="unblock")])
    assert (result.detected, result.true[0].parts, result.wrong) == (1, 1, ())


def test_a_country_that_the_truth_does_not_speak_of_is_set_aside() -> None:
    result = score([block("t", 5, 10)], [event("d", 5, 10), event("x", 5, 10, probe_cc="XZ")], countries=["XA"])
    assert (result.elsewhere, result.wrong) == (1, ())


def test_no_events_and_no_truth_are_no_error() -> None:
    assert score([], []).detected == 0
    assert score([block("t", 5, 10)], []).true[0].note == "nothing detected here"
