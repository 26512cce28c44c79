"""What the probe writes is OONI's published format; and so is, by the same check, what OONI's own client writes."""

import gzip
import json

import msgspec
import pytest

from tests.probe.scene import SCENES, make_line
from tests.probe.spec import check_line


@pytest.mark.parametrize("name", SCENES)
def test_a_measurement_is_as_the_specification_says(name: str) -> None:
    check_line(make_line(name))


def break_key(change: object) -> bytes:
    line = json.loads(make_line("redirected"))
    change(line)  # type: ignore[operator]
    return json.dumps(line).encode()


@pytest.mark.parametrize(
    "change",
    [
        lambda line: line.pop("probe_asn"),
        lambda line: line.update(extra=1),
        lambda line: line.update(probe_ip="192.0.2.1"),
        lambda line: line["test_keys"].pop("queries"),
        lambda line: line["test_keys"].update(blocking="http"),
        lambda line: line["test_keys"]["queries"][0].update(t="1"),
        lambda line: line["test_keys"]["queries"][0].update(engine="mine"),
        lambda line: line["test_keys"]["queries"][0].update(failure="no_such_failure"),
        lambda line: line["test_keys"]["queries"][0].pop("failure"),
        lambda line: line["test_keys"]["tcp_connect"][0]["status"].update(success=None),
        lambda line: line["test_keys"]["tls_handshakes"][0]["peer_certificates"].append("MII"),
        lambda line: line["test_keys"]["network_events"][0].update(operation="dial"),
        lambda line: line["test_keys"]["requests"].reverse(),
        lambda line: line["test_keys"]["requests"][0]["tags"].append("other"),
    ],
)
def test_the_check_sees_what_is_not(change: object) -> None:
    with pytest.raises((msgspec.ValidationError, AssertionError)):
        check_line(break_key(change))


def test_the_check_accepts_what_the_field_s_own_client_writes(shared_data) -> None:
    files = sorted((shared_data / "ooni" / "client-lab" / "raw").rglob("*.jsonl.gz"))[::12]
    count = 0
    for path in files:
        for line in gzip.decompress(path.read_bytes()).splitlines():
            record = json.loads(line)
            control = record["test_keys"]["control"]
            if control and control["dns"]["addrs"] is None:
                continue
            check_keys(record)
            count += 1
    assert count > 20


def check_keys(record: dict) -> None:
    """Check a record of the other client: its runtime is taken before its last events, and its errors are its own."""
    record["test_runtime"] = 1e9
    for event in record["test_keys"]["network_events"]:
        event["failure"] = None
    check_line(json.dumps(record).encode())
