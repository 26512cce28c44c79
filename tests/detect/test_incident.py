"""Which blocks are one event: what begins, ends and rolls out together by the same means, and would hardly do so by chance."""

from typing import Any

from netglass.detect.detection import detect_events
from netglass.detect.telling import read_verdicts
from tests.detect.example import write_series
from tests.detect.world import no_rows

CLEAR, LAST = "o" * 40, "o" * 20


def targets(columns: dict[str, list[Any]]) -> list[list[str]]:
    found = detect_events(read_verdicts(columns)).events
    return sorted(row["targets"] for row in found if row["kind"] == "block")


def write(columns: dict[str, list[Any]], target: str, *letters: str, **values: Any) -> None:
    """Write a target on networks 64901 and up, one string for each, a measurement every eight hours."""
    for i, one in enumerate(letters):
        write_series(columns, one, 64901 + i, target=target, every_hours=8, first_hour=i, **values)


def test_two_targets_that_begin_and_end_together_in_the_same_way_are_one_block() -> None:
    columns = no_rows()
    for name in ("a.example", "b.example"):
        write(columns, name, CLEAR[:12] + "B" * 12 + LAST, CLEAR[:12] + "B" * 12 + LAST)
    assert targets(columns) == [["a.example", "b.example"]]


def test_another_way_of_blocking_on_the_same_layer_is_another_block() -> None:
    columns = no_rows()
    series = CLEAR[:12] + "B" * 12 + LAST
    write(columns, "a.example", series, series, mechanism="tls.reset.sni")
    write(columns, "b.example", series, series, mechanism="tls.mitm.self_signed")
    assert targets(columns) == [["a.example"], ["b.example"]]


def test_an_end_in_common_tells_where_the_onset_is_out_of_sight() -> None:
    columns = no_rows()
    for name in ("a.example", "b.example"):
        write(columns, name, "B" * 20 + LAST, "B" * 20 + LAST)
    assert targets(columns) == [["a.example", "b.example"]]


def test_blocks_that_stand_from_begin_to_end_have_nothing_that_shows_they_are_one() -> None:
    columns = no_rows()
    for name in ("a.example", "b.example"):
        write(columns, name, "B" * 40, "B" * 40)
    assert targets(columns) == [["a.example"], ["b.example"]]


def test_a_roll_out_that_reaches_each_network_at_the_same_time_is_one_block() -> None:
    columns = no_rows()
    for name in ("a.example", "b.example", "c.example"):
        write(columns, name, *("o" * (9 + 6 * i) + "B" * (36 - 6 * i) for i in range(4)))
    assert targets(columns) == [["a.example", "b.example", "c.example"]]


def test_roll_outs_that_reach_a_network_at_different_times_are_two() -> None:
    columns = no_rows()
    write(columns, "a.example", *("o" * (9 + 6 * i) + "B" * (36 - 6 * i) for i in range(4)))
    write(columns, "b.example", *("o" * (9 + 3 * i) + "B" * (36 - 3 * i) for i in range(4)))
    assert targets(columns) == [["a.example"], ["b.example"]]
