"""Times: what is believed, and what stands in for a clock that is wrong."""

from datetime import datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netglass.source.ooni.clock import read_path_hour, read_stamp, read_start
from tests.source.ooni.maker import measurement, modern

OPENED = "2026-03-05 14:09:30"
HOUR = datetime(2026, 3, 5, 17)


def times(start: str | None, **more: Any) -> dict[str, Any]:
    about = {"upload_hour": more.pop("upload_hour")} if "upload_hour" in more else {}
    return measurement(modern(measurement_start_time=start, **more), **about)


def test_a_plausible_start_is_observed_as_it_is() -> None:
    row = times("2026-03-05 14:09:34", upload_hour=HOUR)
    assert row["observed_at"] == row["measurement_start_time"] == datetime(2026, 3, 5, 14, 9, 34)
    assert (row["upload_hour"], row["issues"]) == (HOUR, [])


@pytest.mark.parametrize(
    "start",
    ["1970-01-01 00:00:10", "2020-03-05 14:09:34", "2090-03-05 14:09:34", "2026-03-07 00:00:00", "2026-02-01 00:00:00"],
)
def test_an_implausible_start_is_kept_and_the_report_stands_in_for_it(start: str) -> None:
    row = times(start, upload_hour=HOUR)
    assert row["issues"] == ["clock_suspect"]
    assert row["measurement_start_time"] == datetime.fromisoformat(start)
    assert row["observed_at"] == datetime.fromisoformat(OPENED)


def test_without_a_report_the_upload_hour_stands_in() -> None:
    row = times("2090-01-01 00:00:00", report_id="", upload_hour=HOUR)
    assert (row["observed_at"], row["upload_hour"]) == (HOUR, HOUR)


def test_without_any_other_clock_a_start_before_ooni_is_no_time() -> None:
    row = times("1999-01-01 00:00:00", report_id=None)
    assert (row["observed_at"], row["issues"]) == (None, ["clock_suspect"])


def test_late_uploads_are_no_wrong_clock() -> None:
    """A client kept its results for ten days, and opened the report when it could."""
    row = times("2026-02-23 14:00:00", upload_hour=HOUR)
    assert (row["issues"], row["observed_at"]) == ([], datetime(2026, 2, 23, 14))
    row = times("2026-03-05 14:09:34", upload_hour=datetime(2026, 3, 9))
    assert (row["issues"], row["upload_hour"]) == ([], datetime(2026, 3, 9))


def test_the_uid_tells_the_upload_better_than_the_path() -> None:
    row = times(
        "2026-03-05 14:09:34",
        upload_hour=datetime(2026, 3, 9),
        measurement_uid="20260305160937.817609_XC_webconnectivity_184663d2973c46ee",
    )
    assert row["upload_hour"] == datetime(2026, 3, 5, 16)


def test_a_missing_start_falls_back_to_the_start_of_the_test() -> None:
    row = times(None)
    assert (row["measurement_start_time"], row["issues"]) == (datetime(2026, 3, 5, 14, 9, 30), ["start_from_test"])
    row = times("yesterday")
    assert row["issues"] == ["bad_time:measurement_start_time", "start_from_test"]


def test_without_any_start_the_report_tells_when() -> None:
    row = times(None, test_start_time=None)
    assert row["measurement_start_time"] is None
    assert (row["observed_at"], row["issues"]) == (datetime(2026, 3, 5, 14, 9, 30), ["no_start_time"])


def test_stamps_of_all_generations() -> None:
    assert read_stamp("20260305T140930Z_webconnectivity_XC") == datetime(2026, 3, 5, 14, 9, 30)
    assert read_stamp("2016-06-04T175313Z_AS0_x") == datetime(2016, 6, 4, 17, 53, 13)
    assert read_stamp("20260305140937.817609_XC_webconnectivity") == datetime(2026, 3, 5, 14, 9, 37)
    assert read_stamp("01202003039e13e3e38be1918d3a64c2ec27ea22") is None
    assert read_stamp("20261399T990000Z_x") is None
    assert read_stamp(None) is None


def test_times_with_a_zone_are_told_in_utc() -> None:
    assert read_start("2026-03-05T14:09:34+02:00") == datetime(2026, 3, 5, 12, 9, 34)
    assert read_start("2026-03-05T14:09:34Z") == datetime(2026, 3, 5, 14, 9, 34)


@given(st.text(max_size=40))
def test_any_text_is_a_time_or_none(text: str) -> None:
    for read in (read_stamp, read_start, read_path_hour):
        moment = read(text)
        assert moment is None or moment.tzinfo is None
