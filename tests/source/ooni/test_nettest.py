"""Other nettests: their steps are found wherever they stand, and no verdict of theirs is read."""

from typing import Any

import pytest

from netglass.source.ooni.nettest import KNOWN_TESTS
from tests.source.ooni.maker import SITE, decode_file, measurement, modern, rows

QUERY = {"hostname": "a.test", "engine": "doh", "answers": [{"answer_type": "A", "ipv4": SITE}], "failure": None}
CONNECT = {"ip": SITE, "port": 443, "status": {"failure": "connection_refused", "success": False}}
HANDSHAKE = {"server_name": "a.test", "network": "udp", "address": f"{SITE}:443", "failure": None}
EVENT = {"address": f"{SITE}:443", "operation": "read", "num_bytes": 5, "t": 0.5}


def nettest(name: str, keys: dict[str, Any]) -> dict[str, Any]:
    return modern(test_name=name, input=None) | {"test_keys": keys}


@pytest.mark.parametrize(
    "keys",
    [
        {"queries": [QUERY], "tcp_connect": [CONNECT], "network_events": [EVENT]},
        {"lookups": {"https://a.test/": {"queries": [QUERY], "tcp_connect": [CONNECT], "network_events": [EVENT]}}},
        {"targets": {"x": {"queries": [QUERY], "tcp_connect": [CONNECT], "network_events": [EVENT]}}},
        {"pings": [{"query": QUERY, "tcp_connect": CONNECT, "network_events": [EVENT]}]},
    ],
    ids=["flat", "dnscheck", "tor", "pings"],
)
def test_steps_are_found_where_they_stand(keys: dict[str, Any]) -> None:
    record = nettest("urlgetter", keys)
    (query,), (connect,), (transfer,) = (rows(record, table) for table in ("dns", "tcp", "transfer"))
    assert (query["hostname"], query["address"], query["route"]) == ("a.test", SITE, "doh")
    assert (connect["outcome"], transfer["bytes_read"]) == ("refused", 5)
    assert (query["depth"], query["classic"]) == (None, None)


def test_quic_handshakes_are_handshakes() -> None:
    (row,) = rows(nettest("simplequicping", {"pings": [{"quic_handshake": HANDSHAKE}]}), "tls")
    assert (row["network"], row["server_name"], row["port"]) == ("udp", "a.test", 443)


def test_there_is_no_verdict_and_no_control() -> None:
    row = measurement(nettest("telegram", {"telegram_web_status": "blocked", "blocking": "dns"}))
    assert (row["test_name"], row["probe_blocking"], row["has_control"], row["target"]) == (
        "telegram",
        None,
        False,
        None,
    )


def test_a_bad_step_is_named_with_its_place() -> None:
    row = measurement(nettest("tor", {"targets": {"x": {"tcp_connect": [{"ip": SITE, "port": "y"}]}}}))
    assert row["issues"] == ["wrong_type:test_keys.targets.x.tcp_connect[].port"]


def test_deep_nesting_ends_the_search() -> None:
    keys: dict[str, Any] = {"queries": [QUERY]}
    for _ in range(200):
        keys = {"x": [keys]}
    assert rows(nettest("urlgetter", keys), "dns") == []


def test_every_record_of_the_field_is_stored(shared_data: Any) -> None:
    stored, refused = [], []
    for path in sorted((shared_data / "ooni" / "field").rglob("*")):
        if path.is_file():
            rows_, reports = decode_file(path)
            stored += rows_
            refused += reports
    assert len(stored) == 113
    assert [(report.disposition, report.source_file.rpartition("/")[2]) for report in refused] == [
        ("skipped", "SOURCES.tsv")
    ]
    names = {row.tables["measurement"][0][20] for row in stored}
    assert names <= KNOWN_TESTS and len(names) >= 25
    assert all(row.tables["dns"] for row in stored if row.tables["measurement"][0][20] == "dnscheck")
