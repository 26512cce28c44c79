"""A play writes every run with its truth, the same each time, however many processes share the work."""

import gzip
import json
from collections import Counter
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from netglass.lab.bucket import Bucket
from netglass.lab.library import find_scenario, read_scenario
from netglass.lab.play import Played, Progress, play_scenario
from netglass.lab.player import Recorded
from netglass.lab.scenario import Scenario
from netglass.lab.setting import Setting
from netglass.lab.truth import Outcome
from netglass.vocab.error import LabError
from netglass.wire.net import Host, Net
from tests.lab.glance import glance


class Glancing:
    """An instrument that looks once and keeps one failure."""

    async def measure(self, net: Net, url: str, setting: Setting, test_start_time: datetime) -> Recorded:
        begun = net.read_clock()
        seen = await glance(net, url, setting)
        row = {
            "input": url,
            "probe_asn": setting.probe_asn,
            "probe_cc": setting.probe_cc,
            "report_id": setting.report_id,
            "measurement_start_time": f"{begun:%Y-%m-%d %H:%M:%S}",
            "test_start_time": f"{test_start_time:%Y-%m-%d %H:%M:%S}",
            "test_keys": {"accessible": seen.failure is None},
            "test_name": "web_connectivity",
        }
        return Recorded(json.dumps(row).encode(), Outcome(False, seen.failure is None))

    async def start_helper(self, host: Host, setting: Setting) -> None:
        """Nobody asks for a second opinion here."""

    def end_run(self, setting: Setting) -> None:
        """Nothing is shared between looks."""


def read_lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text().splitlines()]


def read_bucket(folder: Path) -> dict[str, dict[str, Any]]:
    found = {}
    for path in sorted((folder / "raw").rglob("*.gz")):
        for line in gzip.decompress(path.read_bytes()).splitlines():
            row = json.loads(line)
            found[row["measurement_uid"]] = row | {"path": path}
    return found


@pytest.fixture(scope="module")
def scenario() -> Scenario:
    return read_scenario(find_scenario("ten-minutes"))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, scenario: Scenario) -> Path:
    folder = tmp_path_factory.mktemp("play") / "out"
    play_scenario(scenario, folder, Glancing())
    return folder


def test_every_measurement_has_its_truth(folder: Path) -> None:
    rows, truths = read_bucket(folder), read_lines(folder / "truth_measurements.jsonl")
    assert {truth["measurement_uid"] for truth in truths} == set(rows)
    for truth in truths:
        row = rows[truth["measurement_uid"]]
        assert (row["input"], row["report_id"], row["probe_cc"]) == (
            truth["input"],
            truth["report_id"],
            truth["probe_cc"],
        )
        assert row["probe_asn"] == f"AS{truth['probe_asn']}"
        if truth["state"] == "blocked":
            assert truth["policy_id"] == "news-block" and truth["input"] == "https://news.example/"
        else:
            assert row["test_keys"]["accessible"] is True
    assert Counter(truth["state"] for truth in truths).keys() == {"ok", "blocked"}


def test_a_file_lies_in_the_hour_of_upload_and_never_before_the_measurement(folder: Path) -> None:
    for row in read_bucket(folder).values():
        hour = datetime.strptime(row["path"].name[:10], "%Y%m%d%H")
        assert row["path"].parent.parent.name == row["probe_cc"]
        begun = datetime.fromisoformat(row["measurement_start_time"])
        assert begun - timedelta(hours=1) < hour < begun + timedelta(hours=80)


def test_the_events_count_what_was_measured(folder: Path) -> None:
    (event,) = [row for row in read_lines(folder / "truth_events.jsonl") if row["kind"] == "block"]
    truths = read_lines(folder / "truth_measurements.jsonl")
    assert event["n_during"] == sum(truth["policy_id"] == "news-block" for truth in truths)
    assert (event["onset_utc"], event["end_utc"]) == ("2026-03-05T06:00:00Z", "2026-03-08T18:00:00Z")
    assert event["scoreable"] and event["end_scoreable"] and event["asns"] == [64512, 64513]
    for series in event["series"]:
        assert series["last_before"] < event["onset_utc"] <= series["first_during"]
        assert series["last_during"] < event["end_utc"] <= series["first_after"]


def test_the_chain_leads_from_order_to_effect(folder: Path) -> None:
    rows = read_lines(folder / "truth_chain.jsonl")
    assert {(row["order_id"], row["target"], row["order"], row["effect"], row["delay_hours"]) for row in rows} == {
        ("order-1", "news.example", "ordered", "seen", 6.0)
    }
    assert {row["probe_asn"] for row in rows} == {64512, 64513}


def test_the_reference_data_are_there(folder: Path) -> None:
    assert (folder / "asn.csv").read_text().startswith("prefix,asn,name,cc\n")
    assert "body,contains" in (folder / "fingerprints.csv").read_text()
    assert (folder / "trust.pem").read_text().count("BEGIN CERTIFICATE") == 2


def list_bytes(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_the_same_seed_gives_the_same_bytes_with_two_processes(
    folder: Path, scenario: Scenario, tmp_path: Path
) -> None:
    seen: list[Progress] = []
    played: Played = play_scenario(scenario, tmp_path / "again", Glancing(), workers=2, watch=seen.append)
    assert list_bytes(tmp_path / "again") == list_bytes(folder)
    assert (seen[-1].measurements, seen[-1].runs) == (played.measurements, played.runs)
    assert not played.mismatches


def test_another_seed_gives_another_world(folder: Path, scenario: Scenario, tmp_path: Path) -> None:
    short = scenario.model_copy(update={"seed": 2, "days": 4})
    play_scenario(short, tmp_path / "other", Glancing())
    assert (tmp_path / "other" / "asn.csv").read_text() != (folder / "asn.csv").read_text()


def test_a_folder_with_something_in_it_is_left_alone(folder: Path, scenario: Scenario) -> None:
    with pytest.raises(LabError, match="is not empty"):
        play_scenario(scenario, folder, Glancing())


def test_a_bucket_writes_an_hour_when_it_is_over(tmp_path: Path) -> None:
    bucket = Bucket(tmp_path)
    bucket.put(datetime(2026, 3, 2, 5, 59), "XA", b'{"n":1}\n')
    bucket.put(datetime(2026, 3, 2, 5, 10), "XA", b'{"n":2}\n')
    bucket.put(datetime(2026, 3, 2, 9, 0), "XA", b'{"n":3}\n')
    bucket.flush(datetime(2026, 3, 2, 6, 30))
    (path,) = tmp_path.rglob("*.gz")
    assert gzip.decompress(path.read_bytes()) == b'{"n":2}\n{"n":1}\n'
    bucket.flush()
    assert len(list(tmp_path.rglob("*.gz"))) == 2
