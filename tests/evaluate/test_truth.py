import gzip
import json
from datetime import datetime
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from netglass.evaluate.truth import find_foreign, read_truth, stem_of
from netglass.vocab.error import InputError

MEASUREMENT = {"measurement_uid": "u1", "state": "blocked", "mechanisms": ["tls.reset.sni"], "policy_id": "p"}
SCENARIO = {"scenario": "quietNight", "state": "ok", "mechanisms": []}
EVENT = {"event_id": "e1", "kind": "block", "probe_cc": "XA", "asns": [1], "targets": ["a.test"]}


def write(path: Path, *rows: object) -> Path:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path


@pytest.mark.parametrize(
    ("source_file", "stem"),
    [
        ("a/b/quietNight.json", "quietNight"),
        ("quietNight.jsonl.gz", "quietNight"),
        ("x.tar.gz:inner.json", "x"),
        ("plain", "plain"),
        ("two.dots.njson", "two.dots"),
    ],
)
def test_the_stem_of_an_input_file(source_file: str, stem: str) -> None:
    assert stem_of(source_file) == stem


def test_each_line_is_understood_by_its_fields(tmp_path: Path) -> None:
    truth = read_truth(write(tmp_path / "truth.jsonl", MEASUREMENT, SCENARIO, EVENT))
    assert truth.measurements["u1"].policy_id == "p"
    assert truth.scenarios["quietNight"].state == "ok"
    assert truth.events[0].event_id == "e1"
    assert truth.countries == {"XA"}


def test_a_folder_is_read_whole_and_events_beside_measurements_are_found(tmp_path: Path) -> None:
    measurements = write(tmp_path / "truth_measurements.jsonl", MEASUREMENT)
    write(tmp_path / "truth_events.jsonl", EVENT)
    assert read_truth(measurements) == read_truth(tmp_path)._replace(files=read_truth(measurements).files)
    assert len(read_truth(tmp_path).events) == 1


def test_the_chain_of_a_lab_is_no_truth_of_verdicts_or_events(tmp_path: Path) -> None:
    write(tmp_path / "truth_measurements.jsonl", MEASUREMENT)
    write(tmp_path / "truth_chain.jsonl", {"order": "ordered", "effect": "seen", "target": "a.test"})
    assert len(read_truth(tmp_path).files) == 1


def test_an_array_and_gzip_say_the_same_as_lines(tmp_path: Path) -> None:
    lines = read_truth(write(tmp_path / "truth.jsonl", MEASUREMENT, SCENARIO))
    array = tmp_path / "other.json.gz"
    array.write_bytes(gzip.compress(json.dumps([MEASUREMENT, SCENARIO]).encode()))
    assert read_truth(array)[:3] == lines[:3]


def test_times_become_naive_utc(tmp_path: Path) -> None:
    row = EVENT | {"onset_utc": "2026-03-04T06:00:00+02:00", "end_utc": "2026-03-05T00:00:00Z"}
    (event,) = read_truth(write(tmp_path / "truth.jsonl", row)).events
    assert (event.onset_utc, event.end_utc) == (datetime(2026, 3, 4, 4), datetime(2026, 3, 5))


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ('{"measurement_uid": "u", "state": "perhaps"}', "no truth word"),
        ('{"measurement_uid": "u", "state": "ok", "mechanisms": ["magic.dns"]}', "no layer of the taxonomy"),
        ('{"measurement_uid": "u", "state": 3}', r"\$\.state"),
        ('{"measurement_uid": "u"}', "state"),
        ('{"state": "ok"}', "neither measurement_uid"),
        ('{"event_id": "e", "kind": "rumour"}', "rumour"),
        ("[1", "array"),
        ("{half", "malformed"),
        ("3", "object"),
    ],
)
def test_a_line_that_is_not_understood_is_named(tmp_path: Path, line: str, reason: str) -> None:
    path = tmp_path / "truth.jsonl"
    path.write_text(line if line.startswith("[") else json.dumps(SCENARIO) + "\n\n" + line + "\n")
    with pytest.raises(InputError, match=reason) as caught:
        read_truth(path)
    assert str(path) in str(caught.value)
    assert line.startswith("[") or ":3:" in str(caught.value)


def test_a_mechanism_that_the_taxonomy_does_not_have_is_kept_and_reported(tmp_path: Path) -> None:
    row = MEASUREMENT | {"mechanisms": ["dns.magic", "dns.nxdomain"]}
    assert find_foreign(read_truth(write(tmp_path / "truth.jsonl", row))) == {"dns.magic": ["u1"]}


def test_two_truths_for_one_measurement_are_refused_and_a_repeated_line_is_not(tmp_path: Path) -> None:
    assert len(read_truth(write(tmp_path / "truth.jsonl", MEASUREMENT, MEASUREMENT)).measurements) == 1
    with pytest.raises(InputError, match=":2: u1 has another truth"):
        read_truth(write(tmp_path / "truth.jsonl", MEASUREMENT, MEASUREMENT | {"state": "ok"}))


def test_what_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no such truth file"):
        read_truth(tmp_path / "nothing.jsonl")
    with pytest.raises(InputError, match=r"no truth\*\.jsonl"):
        read_truth(tmp_path)
    with pytest.raises(InputError, match="empty"):
        read_truth(write(tmp_path / "truth.jsonl"))


@given(
    st.binary(max_size=200)
    | st.builds(
        lambda value: msgspec.json.encode(value),
        st.recursive(
            st.none() | st.booleans() | st.integers() | st.text(max_size=5),
            lambda inner: (
                st.lists(inner, max_size=3)
                | st.dictionaries(
                    st.sampled_from(["measurement_uid", "state", "event_id", "kind", "series", "scenario"]), inner
                )
            ),
        ),
    )
)
def test_any_bytes_are_read_or_refused(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    path = tmp_path_factory.mktemp("truth") / "truth.jsonl"
    path.write_bytes(content)
    try:
        read_truth(path)
    except InputError as error:
        assert str(path) in str(error)
