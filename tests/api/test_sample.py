"""The shipped sample is what the lab plays, byte for byte, on whatever machine."""

import gzip
import json
import os
import subprocess
import sys
import zlib
from functools import cache
from itertools import islice
from pathlib import Path
from typing import Any

import pytest

from netglass.api.demo import find_sample
from netglass.api.lab_probe import ProbeInstrument
from netglass.lab.library import find_scenario, read_scenario
from netglass.lab.player import Player
from netglass.lab.volunteer import Schedule
from netglass.sync.layout import parse_key

OTHER_OPENSSL = """
openssl_conf = other
[other]
ssl_conf = defaults
[defaults]
system_default = groups
[groups]
Groups = P-521:X448:X25519:P-256
"""
"""A configuration with which OpenSSL prefers other groups than of its own accord, as other versions of it do."""

PLAY = """
import sys
from tests.api.test_sample import play_runs
sys.stdout.write("".join(line for found in play_runs(int(sys.argv[1])) for line in found))
"""


def play_runs(count: int) -> list[list[str]]:
    """Return the lines of the first runs of the year, played now."""
    player = Player(read_scenario(find_scenario("year")), ProbeInstrument())
    runs = islice(Schedule(player.calendar).list_runs(), count)
    return [[measured.line.decode() for measured in player.play_run(run)] for run in runs]


@cache
def read_raw() -> dict[str, str]:
    """Return the lines of the shipped sample, by their measurement's identifier."""
    files = (find_sample() / "raw").rglob("*.gz")
    lines = (line for path in files for line in gzip.decompress(path.read_bytes()).decode().splitlines(keepends=True))
    return {json.loads(line)["measurement_uid"]: line for line in lines}


def read_rows(name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (find_sample() / name).read_text().splitlines()]


def list_files(folder: Path) -> dict[str, bytes]:
    """Return the content of every file; where zlib packs in another way, of packed files what is in them."""
    files = {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    if "ng" in zlib.ZLIB_RUNTIME_VERSION:
        return {name: gzip.decompress(data) if name.endswith(".gz") else data for name, data in files.items()}
    return files


def test_the_first_runs_played_again_are_the_first_measurements_of_the_sample() -> None:
    played = [line for found in play_runs(8) for line in found]
    first = [row["measurement_uid"] for row in read_rows("truth_measurements.jsonl")[: len(played)]]
    assert len(played) > 40
    assert played == [read_raw()[uid] for uid in first]


def test_what_openssl_prefers_does_not_show(root: Path, tmp_path: Path) -> None:
    (tmp_path / "openssl.cnf").write_text(OTHER_OPENSSL)
    places = os.pathsep.join([str(root), str(root / "src")])
    environment = os.environ | {"OPENSSL_CONF": str(tmp_path / "openssl.cnf"), "PYTHONPATH": places}
    done = subprocess.run(
        [sys.executable, "-c", PLAY, "2"], env=environment, capture_output=True, text=True, check=True
    )
    assert done.stdout and set(done.stdout.splitlines(keepends=True)) <= set(read_raw().values())


@pytest.mark.system
def test_the_whole_sample_comes_out_of_its_command_again(root: Path, tmp_path: Path) -> None:
    """With two processes, where the sample was made with one."""
    words = ["-m", "netglass", "lab", "run", "year", "--out", str(tmp_path / "year"), "--workers", "2"]
    environment = os.environ | {"PYTHONPATH": str(root / "src")}
    subprocess.run([sys.executable, *words], env=environment, check=True, capture_output=True)
    played, shipped = list_files(tmp_path / "year"), list_files(find_sample())
    assert sorted(played) == sorted(shipped)
    assert [name for name in played if played[name] != shipped[name]] == []


def test_the_sample_is_small_enough_for_a_repository() -> None:
    assert sum(path.stat().st_size for path in find_sample().rglob("*") if path.is_file()) < 5_000_000


def test_files_lie_in_the_bucket_s_layout_and_do_not_say_when_they_were_packed() -> None:
    for path in (find_sample() / "raw").rglob("*.gz"):
        key = parse_key(path.relative_to(find_sample()).as_posix())
        assert key is not None and key.test == "webconnectivity"
        assert path.read_bytes()[4:8] == bytes(4)  # RFC 1952, section 2.3.1: MTIME


def test_every_measurement_has_one_truth() -> None:
    measurements = {uid: json.loads(line) for uid, line in read_raw().items()}
    truths = {row["measurement_uid"]: row for row in read_rows("truth_measurements.jsonl")}
    assert measurements.keys() == truths.keys()
    for uid, measurement in measurements.items():
        truth = truths[uid]
        assert (truth["input"], truth["report_id"]) == (measurement["input"], measurement["report_id"])
        assert (truth["probe_cc"], f"AS{truth['probe_asn']}") == (measurement["probe_cc"], measurement["probe_asn"])


def test_a_block_left_its_mark_in_the_record() -> None:
    """The truth is not free to say what the client did not see."""
    marks = {
        "tls.reset.sni": ("tls_handshakes", "connection_reset"),
        "tls.eof": ("tls_handshakes", "eof_error"),
        "tls.timeout": ("tls_handshakes", "generic_timeout_error"),
        "tls.mitm.self_signed": ("tls_handshakes", "ssl_unknown_authority"),
        "http.reset.host": ("requests", "connection_reset"),
        "dns.nxdomain": ("queries", "dns_nxdomain_error"),
    }
    truths = {row["measurement_uid"]: row for row in read_rows("truth_measurements.jsonl")}
    lacking, seen = [], set()
    for uid, line in read_raw().items():
        for mechanism in set(truths[uid]["mechanisms"]) & set(marks):
            step, failure = marks[mechanism]
            seen.add(mechanism)
            if failure not in [row["failure"] for row in json.loads(line)["test_keys"][step]]:
                lacking.append((uid, mechanism))
    assert (lacking, seen) == ([], set(marks))


def test_every_block_was_measured_often_enough_to_be_found() -> None:
    blocks = [event for event in read_rows("truth_events.jsonl") if event["kind"] == "block"]
    assert len(blocks) == len(read_scenario(find_scenario("year")).policies)
    for block in blocks:
        assert block["onset_scoreable"] or block["standing"], block["event_id"]
        assert block["n_during"] >= 5, block["event_id"]
