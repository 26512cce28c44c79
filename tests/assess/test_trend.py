"""What was seen stands beside what was measured, month by month."""

from netglass.assess.trend import HIDDEN, assess_trend
from tests.assess.world import block, observe

MEASURED = [(day, 64512, target, "ok") for day in (1, 35) for target in ("one.test", "two.test")]
SPELLS = [block("one.test", 64512, (6, 7), (40, 41)), block("two.test", 64512, (6, 7), (9, 10), state="unconfirmed")]


def test_an_event_stands_in_every_month_that_it_reaches_and_begins_in_one() -> None:
    march, april = assess_trend(observe(MEASURED, SPELLS), observe(MEASURED, SPELLS))
    assert (march["month"], march["events_begun"], march["events_standing"]) == ("2026-03", 1, 1)
    assert (april["month"], april["events_begun"], april["events_standing"]) == ("2026-04", 0, 1)
    assert (march["blocked_share"], march["targets_measured"], march["telling"]) == (0.5, 2, 2)
    assert march["evidence"] == ["ev-one.test-7"]


def test_hidden_targets_are_in_no_count_and_seen_all_the_same() -> None:
    observed = observe(MEASURED, SPELLS)
    march, _ = assess_trend(observed, observed.hide(["one.test"]))
    assert (march["targets_seen_blocked"], march["targets_measured"], march["blocked_share"]) == (1, 1, 0.0)
    assert march["limits"] == [HIDDEN]


def test_without_measurements_there_is_no_trend() -> None:
    assert assess_trend(observe(), observe()) == []
