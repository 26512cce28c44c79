"""The demonstration: the shipped sample through the whole road."""

import gzip
import json
import os
import re
import subprocess
import sys
from datetime import datetime
from pathlib import Path

import pytest

import netglass
from netglass.api.demo import find_sample, run_demo, survey_store
from netglass.cli import main
from netglass.vocab.error import UsageError


@pytest.fixture(scope="module")
def demonstrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a store that the demonstration has filled."""
    place = tmp_path_factory.mktemp("demo") / "store"
    analysis = run_demo(netglass.open(place))
    assert analysis.stored == analysis.read > 500 and analysis.quarantined == analysis.duplicate == 0
    return place


def test_most_of_what_really_happened_is_found(demonstrated: Path) -> None:
    truth = [json.loads(line) for line in (find_sample() / "truth_events.jsonl").read_text().splitlines()]
    wanted = {target for event in truth if event["kind"] == "block" for target in event["targets"]}
    overview = survey_store(netglass.open(demonstrated))
    found = {target for event in overview.events for target in event["targets"]}
    assert len(found & wanted) >= 0.8 * len(wanted)
    assert not found - wanted


def test_the_overview_adds_up(demonstrated: Path) -> None:
    overview = survey_store(netglass.open(demonstrated))
    assert sum(overview.states.values()) == overview.measurements
    assert overview.networks == len(overview.names) == 6
    assert overview.limits and overview.first < overview.last


def test_the_event_chosen_is_a_firm_one(demonstrated: Path) -> None:
    overview = survey_store(netglass.open(demonstrated))
    chosen = next(event for event in overview.events if event["event_id"] == overview.choose_event())
    assert chosen["state"] == "confirmed" and chosen["onset_earliest"] is not None
    assert overview._replace(events=[]).choose_event() is None


def test_each_month_is_told_what_it_is_to_an_event(demonstrated: Path) -> None:
    store = netglass.open(demonstrated)
    overview = survey_store(store)._replace(first=datetime(2025, 11, 3), last=datetime(2026, 3, 1))
    assert [month.month for month in overview.list_months()] == [11, 12, 1, 2, 3]
    event = dict.fromkeys(("onset_earliest", "onset_latest", "end_earliest", "end_latest"))

    def trace(**times: datetime) -> str:
        return "".join(mark.value for mark in overview.trace_event(event | times))

    assert trace(onset_latest=datetime(2025, 11, 4)) == "#####"
    begun = {"onset_earliest": datetime(2025, 11, 30), "onset_latest": datetime(2026, 1, 1)}
    assert trace(**begun) == "??###"
    assert trace(**begun, end_earliest=datetime(2026, 1, 31), end_latest=datetime(2026, 2, 1)) == "??#?."


def test_the_sample_s_reference_data_is_in_force(demonstrated: Path) -> None:
    store = netglass.open(demonstrated)
    assert store.query("SELECT count(*) FROM tls WHERE chain_status = 'valid'").fetchall()[0][0] > 100
    assert store.query("SELECT count(*) FROM dns WHERE address_asn IS NOT NULL").fetchall()[0][0] > 100
    assert store.query("SELECT count(*) FROM dns WHERE fingerprint IS NOT NULL").fetchall()[0][0] > 10


def test_the_command_says_what_was_found_and_a_second_run_stores_nothing(
    demonstrated: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["demo", "--store", str(demonstrated)]) == 0
    text = capsys.readouterr().out
    overview = survey_store(netglass.open(demonstrated))
    for words in (
        "Blocks found",
        "What could not be seen",
        "One event in words",
        "Month by month",
        "Look further",
        "netglass explain ev-",
        "blocks standing in XB",
    ):
        assert words in text
    assert str(overview.choose_event()) in text and str(demonstrated) in text
    assert all(event["targets"][0] in text for event in overview.events)


def test_the_demo_needs_no_extra(root: Path, tmp_path: Path) -> None:
    """What is shipped is raw files: the lab is not loaded, and aioquic is not missed."""
    lines = (
        "import sys; sys.modules['aioquic'] = None",
        "from netglass.cli import main",
        f"main(['demo', '--store', {str(tmp_path / 'store')!r}])",
        "assert not [name for name in sys.modules if name.startswith('netglass.lab')]",
    )
    environment = os.environ | {"PYTHONPATH": str(root / "src")}
    done = subprocess.run(
        [sys.executable, "-c", "\n".join(lines)], env=environment, capture_output=True, text=True, check=True
    )
    assert "Look further" in done.stdout


def test_every_command_that_it_names_exists(demonstrated: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["demo", "--store", str(demonstrated)])
    lines = capsys.readouterr().out.splitlines()
    commands = [line.split()[1:] for line in lines if line.startswith("  netglass ")]
    assert len(commands) >= 5
    for command in commands:
        assert main(command) == 0, command


def test_a_store_with_real_countries_is_left_alone(tmp_path: Path) -> None:
    store = netglass.open(tmp_path / "store")
    line = gzip.decompress(next((find_sample() / "raw").rglob("*.gz")).read_bytes()).splitlines()[0]
    (tmp_path / "real.jsonl").write_bytes(re.sub(rb'"probe_cc":"X.', b'"probe_cc":"IR', line))
    store.ingest(tmp_path / "real.jsonl")
    with pytest.raises(UsageError, match="IR"):
        run_demo(store)
    assert not (store.refdata_dir / "pins.json").exists()
