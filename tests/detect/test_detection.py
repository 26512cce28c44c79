"""Whole runs: from verdicts to events, as a user sees them."""

from datetime import timedelta
from typing import Any

import pytest

from netglass.detect.detection import Window, detect_events
from netglass.detect.telling import read_verdicts, to_seconds
from netglass.vocab.table import COVERAGE, EVENT
from tests.detect.example import START, hours, read_series, write_series
from tests.detect.world import no_rows


def blocks(columns: dict[str, list[Any]]) -> list[dict[str, Any]]:
    return [row for row in detect_events(read_verdicts(columns)).events if row["kind"] == "block"]


def write_block(columns: dict[str, list[Any]], letters: str, **values: Any) -> dict[str, list[Any]]:
    """Write one target on two networks, every eight hours."""
    for i, asn in enumerate((64901, 64902)):
        write_series(columns, letters, asn=asn, first_hour=3 * i, every_hours=8, **values)
    return columns


def test_a_block_on_two_networks_is_one_confirmed_event_with_its_end() -> None:
    found = detect_events(read_series("oooBBBBBooo", "oooBBBBBooo"))
    block, unblock = found.events
    assert (block["kind"], block["state"]) == ("block", "confirmed")
    assert (block["asns"], block["targets"], block["mechanisms"]) == ([64901, 64902], ["a.example"], ["tls.reset.sni"])
    assert [hours(block[f"onset_{side}"]) for side in ("earliest", "latest")] == [49, 72]
    assert [hours(block[f"end_{side}"]) for side in ("earliest", "latest")] == [169, 192]
    assert (block["n_measurements"], block["n_reporters"], block["flags"]) == (10, 2, [])
    assert (unblock["kind"], unblock["refers_to"]) == ("unblock", block["event_id"])
    assert (unblock["onset_earliest"], unblock["onset_latest"]) == (block["end_earliest"], block["end_latest"])
    assert len(unblock["witnesses"]) == 6


def test_the_same_verdicts_in_another_order_give_the_same_rows() -> None:
    columns = write_block(no_rows(), "oooBBBBBooo")
    backwards = {name: values[::-1] for name, values in columns.items()}
    assert detect_events(read_verdicts(columns)) == detect_events(read_verdicts(backwards))


def test_a_standing_block_is_an_event_without_onset_and_end() -> None:
    (row,) = detect_events(read_series("BBBBBB", "BBBBBB")).events
    assert (row["onset_earliest"], row["end_earliest"], row["end_latest"]) == (None, None, None)
    assert row["flags"] == ["no_measurement_before", "standing"]


def test_one_blocked_among_clear_ones_is_no_event() -> None:
    assert detect_events(read_series("ooooBoooo", "ooooooooo", "ooooooooo")).events == []


def test_few_measurements_make_an_unconfirmed_event_that_says_so() -> None:
    (row,) = [row for row in detect_events(read_series("oooooooBBBooooo")).events if row["kind"] == "block"]
    assert row["state"] == "unconfirmed"
    assert row["flags"] == ["few_measurements", "independence_not_shown", "one_busy_reporter"]


def test_many_measurements_within_an_hour_are_not_enough() -> None:
    columns = no_rows()
    for asn in range(64901, 64909):
        write_series(columns, "oooo", asn=asn)
        write_series(columns, "B", asn=asn, first_hour=100 + (asn - 64901) / 10)
    (row,) = blocks(columns)
    assert (row["state"], "short_span" in row["flags"]) == ("unconfirmed", True)


def test_ten_thousand_forged_reports_from_one_network_profile_confirm_nothing() -> None:
    columns = write_series(no_rows(), "o" * 14, asn=64902)
    write_series(columns, "B" * 10_000, every_hours=14 * 24 / 10_000)
    (row,) = blocks(columns)
    assert row["state"] == "unconfirmed"
    assert "independence_not_shown" in row["flags"]
    assert row["asns"] == [64901]


def test_forgery_on_one_network_and_one_mistake_on_another_confirm_nothing() -> None:
    columns = write_series(no_rows(), ".B", asn=64902)
    write_series(columns, "B" * 10_000, every_hours=14 * 24 / 10_000)
    assert [row["state"] for row in blocks(columns)] == ["unconfirmed"]


def test_forged_clear_reports_do_not_hide_a_block() -> None:
    columns = write_block(no_rows(), "ooooo" + "B" * 20)
    write_series(columns, "o" * 5000, asn=64902, reporter="forger", every_hours=0.04, first_hour=0.5)
    (row,) = blocks(columns)
    assert row["state"] == "confirmed"
    assert 64901 in row["asns"]


def test_a_roll_out_is_one_event_dated_by_its_earliest_network() -> None:
    columns = no_rows()
    for i, asn in enumerate((64901, 64902, 64903)):
        write_series(columns, "o" * (6 + 6 * i) + "B" * (30 - 6 * i), asn=asn, every_hours=8, first_hour=i)
    (row,) = blocks(columns)
    assert "rollout" in row["flags"]
    assert [hours(row["onset_earliest"]), hours(row["onset_latest"])] == [40, 48]
    assert [hours(one["onset_latest"]) for one in row["series"]] == [48, 97, 146]


def test_a_switch_of_mechanism_is_one_event_with_both() -> None:
    columns = write_block(no_rows(), "oooBBBBBB", mechanism="dns.injection.bogon")
    write_block(columns, "........." + "BBBBBBooo", mechanism="tls.reset.sni")
    (row,) = blocks(columns)
    assert row["mechanisms"] == ["dns.injection.bogon", "tls.reset.sni"]
    assert "mechanism_switch" in row["flags"]


def test_targets_behind_one_blocked_address_are_one_event() -> None:
    columns = no_rows()
    for target in ("a.example", "b.example", "c.example"):
        write_block(
            columns, "oooBBBBBBooo", target=target, mechanism="tcp.timeout", signatures=["address:192.52.193.4"]
        )
    (row,) = blocks(columns)
    assert row["targets"] == ["a.example", "b.example", "c.example"]


def test_a_shared_block_page_does_not_join_blocks_with_other_onsets() -> None:
    columns = write_block(
        no_rows(), "ooo" + "B" * 27, target="a.example", mechanism="http.blockpage", signatures=["page:x"]
    )
    write_block(columns, "o" * 15 + "B" * 15, target="b.example", mechanism="http.blockpage", signatures=["page:x"])
    first, second = blocks(columns)
    assert (first["targets"], second["targets"]) == (["a.example"], ["b.example"])
    assert first["campaign"] is None


def test_standing_blocks_with_one_page_stay_apart() -> None:
    columns = write_block(no_rows(), "B" * 20, target="a.example", mechanism="http.blockpage", signatures=["page:x"])
    write_block(columns, "B" * 20, target="b.example", mechanism="http.blockpage", signatures=["page:x"])
    assert len(blocks(columns)) == 2


def write_hourly(columns: dict[str, list[Any]], target: str, begin: int, **values: Any) -> None:
    for asn in (64901, 64902):
        write_series(columns, "o" * begin + "B" * (336 - begin), asn=asn, target=target, every_hours=1, **values)


def test_what_densely_measured_targets_with_one_page_did_in_the_same_hour_is_one_event() -> None:
    columns = no_rows()
    for target in ("a.example", "b.example"):
        write_hourly(columns, target, 100, mechanism="http.blockpage", signatures=["page:x"])
    (row,) = blocks(columns)
    assert row["targets"] == ["a.example", "b.example"]


def test_what_began_together_by_other_means_is_a_campaign() -> None:
    columns = no_rows()
    write_hourly(columns, "a.example", 100, mechanism="dns.nxdomain")
    write_hourly(columns, "b.example", 100, mechanism="tls.reset.sni")
    first, second = blocks(columns)
    assert first["campaign"] == second["campaign"] is not None


def test_examination_hours_are_one_recurring_event() -> None:
    day = "ooooo" + "BBB" + "o" * 16
    columns = no_rows()
    for asn in (64901, 64902):
        write_series(columns, "o" * 48 + day * 5 + "o" * 48, asn=asn, every_hours=1)
    (row,) = blocks(columns)
    assert "recurring:daily 05-08Z" in row["flags"]
    assert (row["state"], row["n_measurements"]) == ("confirmed", 30)


def test_the_window_decides_what_is_seen() -> None:
    verdicts = read_series("oooBBBBBooo", "oooBBBBBooo")
    late = Window(to_seconds(START + timedelta(days=4)), to_seconds(START + timedelta(days=7)))
    (row,) = detect_events(verdicts, late).events
    assert (row["onset_earliest"], row["end_latest"]) == (None, None)


def test_nothing_measured_is_nothing_found() -> None:
    found = detect_events(read_verdicts(no_rows()))
    assert (found.events, found.coverage) == ([], [])


def test_a_network_or_country_that_is_withheld_stands_in_no_series() -> None:
    columns = write_series(no_rows(), "oooBBBBBooo", asn=0)
    write_series(columns, "oooBBBBBooo", cc="ZZ")
    assert detect_events(read_verdicts(columns)).events == []


@pytest.mark.parametrize("letters", ["ooooo", "dddddddd", "BdBdBd", "bobobobo", "B", "o.B.o.B"])
def test_every_row_has_every_column_of_the_table(letters: str) -> None:
    found = detect_events(read_series(letters, letters))
    assert all(set(row) == {column.name for column in EVENT} for row in found.events)
    assert all(set(row) == {column.name for column in COVERAGE} for row in found.coverage)
    assert found.coverage
