"""The generator of made-up worlds: the shipped sample comes out of it byte for byte, other seeds are other worlds."""

import base64
import gzip
import json
import re
import subprocess
import sys
import zlib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509

from bench.sample.__main__ import SHIPPED_DAYS, SHIPPED_SEED
from bench.sample.page import read_title
from bench.sample.policy import SCENARIOS
from bench.sample.run import FAULTS
from bench.sample.wire import encode_reply
from bench.sample.world import make_world
from bench.sample.write import write_sample
from netglass.api.demo import find_sample
from netglass.refdata.snapshot import load_refdata
from netglass.sync.layout import parse_key
from netglass.vocab.failure import OUTCOMES
from netglass.vocab.mechanism import MECHANISMS

OTHER_SEED = 77


@pytest.fixture(scope="module")
def other(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a world of another seed."""
    folder = tmp_path_factory.mktemp("other")
    write_sample(OTHER_SEED, 8, folder)
    return folder


def read_lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text().splitlines()]


def read_measurements(folder: Path) -> Iterator[dict[str, Any]]:
    for path in sorted((folder / "raw").rglob("*.gz")):
        yield from (json.loads(line) for line in gzip.decompress(path.read_bytes()).splitlines())


def list_files(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_the_shipped_sample_comes_out_of_its_command_byte_for_byte(root: Path, tmp_path: Path) -> None:
    out = tmp_path / "sample"
    subprocess.run([sys.executable, "bench/sample", "--out", str(out)], cwd=root, check=True, capture_output=True)
    made, shipped = list_files(out), list_files(find_sample())
    assert sorted(made) == sorted(shipped)
    for name in made:
        if name.endswith(".gz") and "ng" in zlib.ZLIB_RUNTIME_VERSION:  # zlib-ng packs the same bytes differently
            assert gzip.decompress(made[name]) == gzip.decompress(shipped[name]), name
        else:
            assert made[name] == shipped[name], name


def test_the_shipped_sample_is_small() -> None:
    files = list_files(find_sample())
    assert sum(len(content) for name, content in files.items() if name.startswith("raw/")) < 1_500_000
    assert len(read_lines(find_sample() / "truth_measurements.jsonl")) > 500


def test_another_seed_is_another_world(other: Path) -> None:
    ours, theirs = make_world(SHIPPED_SEED, SHIPPED_DAYS), make_world(OTHER_SEED, 8)
    assert not set(ours.sites) & set(theirs.sites)
    assert {net.name for net in ours.networks}.isdisjoint(net.name for net in theirs.networks)
    assert ours.start != theirs.start
    assert (other / "asn.csv").read_text() != (find_sample() / "asn.csv").read_text()


def test_every_scenario_and_most_faults_happen(other: Path) -> None:
    for folder in (find_sample(), other):
        rows = read_lines(folder / "truth_measurements.jsonl")
        scenarios = Counter(row["scenario"] for row in rows)
        planned = {event["scenario"] for event in read_lines(folder / "truth_events.jsonl") if event["kind"] == "block"}
        assert planned == {scenario for scenario, _, _ in SCENARIOS}
        assert sum(scenario in scenarios for scenario, _, _ in SCENARIOS) >= len(SCENARIOS) - 2
        assert len({row["run"] for row in rows if "run" in row} & set(FAULTS)) >= len(FAULTS) - 2


def test_files_lie_in_the_bucket_s_layout(other: Path) -> None:
    for path in (other / "raw").rglob("*.gz"):
        key = parse_key(path.relative_to(other).as_posix())
        assert key is not None and key.test == "webconnectivity"


def test_every_measurement_has_one_truth(other: Path) -> None:
    truths = {row["measurement_uid"]: row for row in read_lines(other / "truth_measurements.jsonl")}
    measurements = list(read_measurements(other))
    assert sorted(truths) == sorted(m["measurement_uid"] for m in measurements)
    for measurement in measurements:
        truth = truths[measurement["measurement_uid"]]
        assert truth["input"] == measurement["input"] and truth["report_id"] == measurement["report_id"]
        assert f"AS{truth['probe_asn']}" == measurement["probe_asn"]
        assert set(truth["mechanisms"]) <= MECHANISMS


def test_a_block_left_its_mark_in_the_record(other: Path) -> None:
    """The truth is not free to say what the client did not see."""
    marks = {
        "tls.reset.sni": ("tls_handshakes", "connection_reset"),
        "tls.eof": ("tls_handshakes", "eof_error"),
        "tls.alert": ("tls_handshakes", "ssl_failed_handshake"),
        "tls.mitm.self_signed": ("tls_handshakes", "ssl_unknown_authority"),
        "http.reset.host": ("requests", "connection_reset"),
        "dns.timeout": ("queries", "generic_timeout_error"),
    }
    truths = {row["measurement_uid"]: row for row in read_lines(other / "truth_measurements.jsonl")}
    checked = 0
    for measurement in read_measurements(other):
        for mechanism in truths[measurement["measurement_uid"]]["mechanisms"]:
            if mechanism in marks:
                step, failure = marks[mechanism]
                assert failure in [row["failure"] for row in measurement["test_keys"][step]], measurement[
                    "measurement_uid"
                ]
                checked += 1
    assert checked > 20


def test_failures_are_ooni_s_and_names_and_addresses_are_reserved(other: Path) -> None:
    failures: set[str] = set()
    for measurement in read_measurements(other):
        keys = measurement["test_keys"]
        for step in ("queries", "tls_handshakes", "requests"):
            failures |= {row["failure"] for row in keys[step] if row["failure"]}
        failures |= {row["status"]["failure"] for row in keys["tcp_connect"] if row["status"]["failure"]}
        host = measurement["input"].split("/")[2]
        assert host.endswith((".test", ".example"))
        assert re.fullmatch(r"X[ABC]", measurement["probe_cc"])
        assert 64512 <= int(measurement["probe_asn"][2:]) <= 65534
    assert failures <= set(OUTCOMES)


def test_the_world_s_addresses_are_no_bogons(other: Path) -> None:
    refdata = load_refdata(None)
    for line in (other / "asn.csv").read_text().splitlines()[1:]:
        prefix = line.split(",")[0].split("/")[0]
        assert not refdata.is_bogon(prefix), prefix


def test_old_and_new_clients_write_what_they_write(other: Path) -> None:
    versions = {measurement["test_version"][:3]: measurement for measurement in read_measurements(other)}
    assert set(versions) == {"0.4", "0.5"}
    new, old = versions["0.5"]["test_keys"], versions["0.4"]["test_keys"]
    assert {row["engine"] for row in new["queries"]} >= {"udp", "doh"}
    assert {row["engine"] for row in old["queries"]} == {"system"}
    assert "transaction_id" in new["queries"][0] and "transaction_id" not in old["queries"][0]


def test_certificates_are_for_their_names_and_come_from_the_roots(other: Path) -> None:
    roots = {
        str(c.subject.rfc4514_string()) for c in x509.load_pem_x509_certificates((other / "trust.pem").read_bytes())
    }
    world = make_world(OTHER_SEED, 8)
    authority = world.authorities[0]
    leaf = x509.load_der_x509_certificate(authority.issue("name.test", world.start, 90))
    names = leaf.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert names.get_values_for_type(x509.DNSName) == ["name.test"]
    top = x509.load_der_x509_certificate(authority.chain[-1])
    leaf.verify_directly_issued_by(top)
    assert top.issuer.rfc4514_string() in roots


def test_titles_and_replies() -> None:
    assert read_title(b"<html><TITLE>A b</TITLE>") == "A b"
    assert read_title(b"<title>open") == ""
    reply = base64.b64decode(encode_reply(make_world(1, 8).rng("x"), "a.test", "A", 3, ("192.0.2.1",)))
    assert reply[3] & 15 == 3 and b"\1a\4test\0" in reply and reply.endswith(b"\xc0\0\2\1")


@pytest.mark.parametrize("arguments", [["--days", "3", "--out", "x"], ["--out", "."]])
def test_the_command_refuses_what_would_harm(root: Path, arguments: list[str]) -> None:
    done = subprocess.run([sys.executable, "bench/sample", *arguments], cwd=root, capture_output=True, text=True)
    assert done.returncode == 2 and "error" in done.stderr
    assert not (root / "x").exists()
