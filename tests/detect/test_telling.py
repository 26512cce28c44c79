import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from netglass.detect.telling import (
    CLEAR,
    INTERFERED,
    NEUTRAL,
    classify_outcome,
    count_effective,
    effective_weight,
    read_verdicts,
)
from tests.detect.example import read_series, write_series
from tests.detect.world import no_rows


@pytest.mark.parametrize(
    ("state", "locus", "mechanisms", "outcome"),
    [
        ("blocked", "network", ("tls.reset.sni",), INTERFERED),
        ("likely_blocked", "network", (), INTERFERED),
        ("impaired", "network", ("tls.throttle.sni",), INTERFERED),
        ("impaired", "network", ("tls.timeout",), NEUTRAL),
        ("impaired", "server_side", (), CLEAR),
        ("impaired", "local", (), NEUTRAL),
        ("ok", None, (), CLEAR),
        ("ok", None, ("dns.injection.bogon",), NEUTRAL),
        ("down", None, (), NEUTRAL),
        ("insufficient", None, (), NEUTRAL),
    ],
)
def test_what_a_verdict_tells(state: str, locus: str | None, mechanisms: tuple[str, ...], outcome: int) -> None:
    assert classify_outcome(state, locus, mechanisms) == outcome


@given(st.lists(st.sampled_from(["o", "B", "b", "d"]), min_size=1, max_size=40), st.sampled_from([0.1, 1, 6, 24]))
def test_one_reporter_never_counts_more_than_once_for_a_day_and_outcome(letters: list[str], every: float) -> None:
    verdicts = read_series("".join(letters), every_hours=every)
    weight = effective_weight(verdicts)
    days = verdicts.time // 86_400
    for day in np.unique(days):
        for outcome in (CLEAR, INTERFERED):
            assert weight[(days == day) & (verdicts.outcome == outcome)].sum() <= 1 + 1e-9
    assert (weight[verdicts.outcome == NEUTRAL] == 0).all()
    assert count_effective(verdicts) == len(np.unique(days))


def test_reporters_networks_and_days_count_apart() -> None:
    columns = write_series(no_rows(), "BB")
    write_series(columns, "BB", reporter="another")
    write_series(columns, "BB", asn=64902)
    verdicts = read_verdicts(columns)
    assert effective_weight(verdicts).tolist() == [1.0] * 6
    assert count_effective(verdicts) == 6


def test_rows_without_time_place_or_target_are_left_out() -> None:
    columns = write_series(no_rows(), "oooo")
    columns["observed_at"][0] = None
    columns["probe_asn"][1] = None
    columns["probe_cc"][2] = "ZZ"
    assert read_verdicts(columns).uid.tolist() == ["u000003"]
