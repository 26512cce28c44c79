"""Records that are not as the specification says: what is kept of them, and how each thing left out is named."""

import copy
import gc
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netglass.source.ooni.issue import ISSUES, REASONS
from netglass.source.ooni.row import Quarantine, Rows
from netglass.vocab.table import OBSERVATIONS
from tests.source.ooni.maker import OTHER, SITE, UID, classic, decode, dump, measurement, modern, rows


def refuse(value: Any) -> Quarantine:
    decoded = decode(value)
    assert isinstance(decoded, Quarantine)
    return decoded


def issues(value: Any) -> list[str]:
    found = measurement(value)["issues"]
    assert {name.partition(":")[0] for name in found} <= ISSUES.keys()
    return list(found)


def step(table: str, **change: Any) -> dict[str, Any]:
    """A record whose first step of a list has other values."""
    record = modern()
    record["test_keys"][table][0] |= change
    return record


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (b"not json", "invalid_json"),
        (b'{"a":1,}', "invalid_json"),
        (b'{"test_name":"web_connectivity","test_keys":{"queries":[{"hostn', "invalid_json"),
        (b"\xff\xfe\x00", "invalid_json"),
        (b"null", "not_an_object"),
        (b"[]", "not_an_object"),
        (b"3", "not_an_object"),
        (b"{}", "empty_object"),
        (b'{"test_name":"web_connectivity","test_keys":' + b"[" * 5000 + b"]" * 5000 + b"}", "too_deep"),
        (b"[" * 200_000, "too_deep"),
    ],
)
def test_what_is_no_record_is_quarantined(raw: bytes, reason: str) -> None:
    report = refuse(raw)
    assert (report.disposition, report.reason) == ("quarantined", reason)
    assert (report.source_file, report.line, report.source_length) == ("file.jsonl", 1, len(raw))


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        ({"a": 1}, "no_test_name"),
        ({"test_name": 3, "test_keys": {}}, "no_test_name"),
        ({"test_name": "web_connectivity"}, "no_test_keys"),
        (modern() | {"test_keys": None}, "no_test_keys"),
        (modern() | {"test_keys": []}, "test_keys_not_object"),
        (modern() | {"test_keys": "x"}, "test_keys_not_object"),
        (modern(test_name="a_test_of_tomorrow"), "unknown_test"),
        ({"measurement_url": "https://api.test/", "measurement_uid": UID}, "no_raw_measurement"),
        ({"raw_measurement": ""}, "no_raw_measurement"),
    ],
)
def test_valid_json_that_is_no_measurement_is_not_understood(value: Any, reason: str) -> None:
    report = refuse(value)
    assert (report.disposition, report.reason) == ("not_understood", reason)
    assert report.reason in REASONS and report.detail


def test_test_keys_without_content_are_stored() -> None:
    assert "empty_test_keys" in issues(modern() | {"test_keys": {}})


@pytest.mark.parametrize(
    ("value", "column", "expected", "issue"),
    [
        (modern(probe_asn=30722), "probe_asn", 30722, None),
        (modern(probe_asn="30722"), "probe_asn", 30722, None),
        (modern(probe_asn="AS0"), "probe_asn", 0, None),
        (modern(probe_cc="ZZ"), "probe_cc", "ZZ", None),
        (modern(probe_asn=None), "probe_asn", None, None),
        (modern(probe_asn="Cedar"), "probe_asn", None, "bad_asn:probe_asn"),
        (modern(probe_asn="AS99999999999"), "probe_asn", None, "bad_asn:probe_asn"),
        (modern(probe_asn=10**40), "probe_asn", None, "bad_asn:probe_asn"),
        (modern(probe_asn=["AS1"]), "probe_asn", None, "wrong_type:probe_asn"),
        (modern(input=["a", "b"]), "input", None, "wrong_type:input"),
        (modern(input=None), "target", None, "no_input"),
        (modern(input="http://[::1"), "target", None, "bad_input"),
        (modern(annotations=[]), "platform", None, "wrong_type:annotations"),
        (
            modern(annotations={"platform": 3, "network_type": "wifi"}),
            "network_type",
            "wifi",
            "wrong_type:annotations.platform",
        ),
        (modern(test_runtime="NaN"), "test_runtime", None, "wrong_type:test_runtime"),
        (modern(test_runtime="1.5"), "test_runtime", 1.5, "wrong_type:test_runtime"),
        (modern(software_version=3), "software_version", None, "wrong_type:software_version"),
        (modern(resolver_ip="[scrubbed]"), "resolver_ip", None, None),
        (modern(resolver_ip="2001:DB8:0::1"), "resolver_ip", "2001:db8::1", None),
        (modern(test_keys={"blocking": True}), "probe_blocking", "true", None),
        (modern(test_keys={"blocking": 7}), "probe_blocking", None, "wrong_type:test_keys.blocking"),
        (modern(test_keys={"control": "x"}), "has_control", False, "wrong_type:test_keys.control"),
        (
            modern(test_keys={"control": {"dns": 1, "http_request": {}}}),
            "has_control",
            True,
            "wrong_type:test_keys.control.dns",
        ),
        (modern(measurement_start_time=5), "target", "site.test", "wrong_type:measurement_start_time"),
        (modern(report_id=["x"]), "report_id", None, "wrong_type:report_id"),
        (modern(report_id=""), "report_id", None, None),
        (modern(measurement_uid={"x": 1}), "target", "site.test", "wrong_type:measurement_uid"),
    ],
)
def test_a_bad_field_of_the_envelope_costs_itself_alone(
    value: Any, column: str, expected: Any, issue: str | None
) -> None:
    row = measurement(value)
    assert row[column] == expected
    assert (issue in row["issues"]) if issue else row["issues"] == []
    assert len(rows(value, "tcp")) == 2 and len(rows(value, "http")) == 1


@pytest.mark.parametrize(
    ("value", "table", "expected", "issue"),
    [
        (modern(test_keys={"queries": {}}), "dns", {"address": OTHER}, "wrong_type:queries"),
        (modern(test_keys={"queries": [None]}), "dns", {"address": OTHER}, "wrong_type:queries[]"),
        (
            step("queries", answers="x"),
            "dns",
            {"address": None, "hostname": "site.test"},
            "wrong_type:queries[].answers",
        ),
        (step("queries", t="soon"), "dns", {"t": None, "address": SITE}, "wrong_type:queries[].t"),
        (
            step("queries", answers=[{"answer_type": "A", "ipv4": "x.y"}]),
            "dns",
            {"address": None},
            "bad_address:queries[].answers[]",
        ),
        (step("queries", tags=["depth=x", 5]), "dns", {"address": SITE}, "wrong_type:queries[].tags[]"),
        (step("queries", transaction_id=2**70), "dns", {"transaction_id": None}, "wrong_type:queries[].transaction_id"),
        (step("tcp_connect", ip=1), "tcp", {"address": None, "port": 443}, "wrong_type:tcp_connect[].ip"),
        (step("tcp_connect", ip="[scrubbed]"), "tcp", {"address": None, "port": 443}, None),
        (step("tcp_connect", ip="2001:DB8:0:0::1"), "tcp", {"address": "2001:db8::1"}, None),
        (step("tcp_connect", port="443"), "tcp", {"port": 443}, "wrong_type:tcp_connect[].port"),
        (step("tcp_connect", port=70000), "tcp", {"port": None, "address": SITE}, "wrong_type:tcp_connect[].port"),
        (step("tcp_connect", status="x"), "tcp", {"outcome": "other"}, "wrong_type:tcp_connect[].status"),
        (
            step("tcp_connect", status={"success": 1, "failure": True}),
            "tcp",
            {"failure": "unknown_failure"},
            "wrong_type:tcp_connect[].status.success",
        ),
        (
            step("tls_handshakes", peer_certificates=["x"]),
            "tls",
            {"cert_sha256": None},
            "bad_base64:tls_handshakes[].peer_certificates[]",
        ),
        (
            step("tls_handshakes", peer_certificates=[{"format": "base64", "data": "AAAA"}]),
            "tls",
            {"chain_status": "unparsable"},
            "bad_certificate",
        ),
        (
            step("tls_handshakes", peer_certificates=[7]),
            "tls",
            {"server_name": "site.test"},
            "wrong_type:tls_handshakes[].peer_certificates[]",
        ),
        (step("tls_handshakes", address="elsewhere"), "tls", {"address": None}, None),
        (
            step("tls_handshakes", no_tls_verify="yes"),
            "tls",
            {"server_name": "site.test"},
            "wrong_type:tls_handshakes[].no_tls_verify",
        ),
        (step("requests", response=None), "http", {"status": None, "url": "https://site.test/page"}, None),
        (step("requests", request=None), "http", {"status": 200, "url": None}, None),
        (step("requests", request={"url": "http://[::1"}), "http", {"host": None, "url": "http://[::1"}, None),
        (
            step("requests", response={"code": "200", "body": 5, "headers": []}),
            "http",
            {"status": 200, "body_length": None},
            "wrong_type:requests[].response.body",
        ),
        (
            step("requests", response={"code": 200, "body": {"format": "base64", "data": "%"}}),
            "http",
            {"status": 200, "body_length": None},
            "bad_base64:requests[].response.body",
        ),
        (
            step("requests", response={"code": 200, "headers": [["a", "b"]]}),
            "http",
            {"status": 200},
            "wrong_type:requests[].response.headers",
        ),
        (step("requests", response={"code": 200, "headers": {"Server": ["x", "y"]}}), "http", {"server": "x"}, None),
        (
            step("requests", response={"code": 200, "headers": {"Server": 5, "Vary": "a"}}),
            "http",
            {"header_names": ["vary"]},
            "wrong_type:requests[].response.headers",
        ),
        (
            step("requests", response={"code": 200, "headers_list": [["Server", "x"], ["Vary"], "y"]}),
            "http",
            {"header_names": ["server"]},
            "wrong_type:requests[].response.headers_list[]",
        ),
        (
            step(
                "requests", response={"code": 200, "headers_list": [["Server", {"format": "base64", "data": "eA=="}]]}
            ),
            "http",
            {"server": "x"},
            None,
        ),
        (step("network_events", num_bytes=-1), "transfer", {"reads": 2}, "wrong_type:network_events[].num_bytes"),
        (step("network_events", operation=["x"]), "transfer", {"reads": 2}, "wrong_type:network_events[].operation"),
    ],
)
def test_a_bad_field_of_a_step_costs_itself_alone(
    value: Any, table: str, expected: dict[str, Any], issue: str | None
) -> None:
    row = rows(value, table)[0]
    assert {name: row[name] for name in expected} == expected
    assert (issue in [name.replace("test_keys.", "") for name in issues(value)]) if issue else issues(value) == []
    assert len(rows(value, "control_address")) == 3
    assert measurement(value)["target"] == "site.test"


@pytest.mark.parametrize(
    "failure", ["eof_error", "unknown_failure", "", "☃" * 2000, "unknown_failure: wsarecv: Существующее подключение"]
)
def test_any_failure_string_is_kept(failure: str) -> None:
    row = rows(step("tcp_connect", status={"success": False, "failure": failure}), "tcp")[0]
    assert row["failure"] == failure[:300]
    assert row["outcome"] == ("eof" if failure == "eof_error" else "other")


@pytest.mark.parametrize("number", [b"NaN", b"Infinity", b"-Infinity", b"1e999", b"9" * 400, b"9" * 5000])
def test_numbers_that_are_none(number: bytes) -> None:
    raw = dump(modern()).replace(b'"test_runtime": 1.25', b'"test_runtime": ' + number)
    assert measurement(raw)["test_runtime"] is None
    assert "not_strict_json" in issues(raw)
    assert len(rows(raw, "dns")) == 4


def test_huge_numbers_in_fields_that_are_not_read_do_not_matter() -> None:
    assert issues(modern(big=10**29)) == []


def test_lone_surrogates_and_nul() -> None:
    raw = dump(modern(probe_network_name="@@")).replace(b"@@", b"A\\ud800B\\u0000")
    row = measurement(raw)
    assert row["probe_network_name"] == "A\ufffdB\ufffd"
    assert {"not_strict_json", "nul_character"} <= set(row["issues"])
    raw = dump(modern(probe_network_name="@@")).replace(b"@@", b"A\\u0000")
    assert (measurement(raw)["probe_network_name"], measurement(raw)["issues"]) == ("A\ufffd", ["nul_character"])


def test_nul_in_a_body_is_nothing_odd() -> None:
    record = modern()
    record["test_keys"]["requests"][0]["response"]["body"] = "a\0b"
    assert rows(record, "http")[0]["body_length"] == 3
    assert issues(record) == []


def test_raw_control_characters_and_bytes_that_are_no_text() -> None:
    raw = dump(modern(probe_network_name="@@")).replace(b"@@", b"Ce\xffdar\x01")
    assert measurement(raw)["probe_network_name"] == "Ce\ufffddar\x01"
    assert "invalid_utf8" in issues(raw)


def test_of_a_key_given_twice_the_last_counts() -> None:
    raw = dump(modern()).replace(b'"probe_cc"', b'"probe_cc": "XX", "probe_cc"', 1)
    assert (measurement(raw)["probe_cc"], issues(raw)) == ("XC", [])


def test_the_probes_own_address_is_never_written() -> None:
    secret = "192.175.48.77"
    record = modern(probe_ip=secret, resolver_ip=secret)
    record["test_keys"]["tcp_connect"][0]["ip"] = secret
    record["test_keys"]["queries"][0]["answers"][0]["ipv4"] = secret
    record["test_keys"]["network_events"][0]["address"] = f"{secret}:443"
    decoded = decode(record)
    assert isinstance(decoded, Rows)
    assert secret not in repr(decoded.tables)


def test_the_issue_of_the_container_stays_on_the_record() -> None:
    assert measurement(modern(), flags=("after_checksum_error",))["issues"] == ["after_checksum_error"]


def paths(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Every place in decoded JSON."""
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(place for name, item in items for place in paths(item, (*path, name)))]


RECORDS = (modern(), classic())
PLACES = [(record, place) for record in RECORDS for place in paths(record) if place]
ODD = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=20),
    st.sampled_from(
        ["192.0.2.1:99999", "http://[::1", "AS-1", "2020-01-01T00:00:00+99:00", "%00", "[scrubbed]", "1e5", "\ud800"]
    ),
    st.recursive(st.none() | st.integers() | st.text(max_size=5), lambda inner: st.lists(inner, max_size=3)),
    st.dictionaries(st.text(max_size=5), st.none() | st.text(max_size=5), max_size=3),
)


def check(decoded: Rows | Quarantine) -> None:
    """Every row has its columns; every issue and reason is in the tables of the reference."""
    if isinstance(decoded, Quarantine):
        assert decoded.reason in REASONS
        return
    for table, found in decoded.tables.items():
        assert all(len(row) == len(OBSERVATIONS[table]) for row in found)
    (row,) = decoded.tables["measurement"]
    assert {name.partition(":")[0] for name in row[-2]} <= ISSUES.keys()  # type: ignore[attr-defined]


@given(changes=st.lists(st.tuples(st.sampled_from(PLACES), ODD), min_size=1, max_size=4))
def test_any_value_anywhere_is_read(changes: list[tuple[tuple[dict[str, Any], tuple[Any, ...]], Any]]) -> None:
    record = copy.deepcopy(changes[0][0][0])
    for (_, place), odd in changes:
        target: Any = record
        for name in place[:-1]:
            target = target[name] if isinstance(target, dict) and name in target else None
        if isinstance(target, dict):
            target[place[-1]] = odd
    decoded = decode(json.dumps(record).encode())
    check(decoded)
    if isinstance(record.get("test_keys"), dict) and record.get("test_name") == "web_connectivity":
        assert isinstance(decoded, Rows)


@given(data=st.binary(max_size=60), place=st.integers(0, 10**6), cut=st.booleans())
def test_any_bytes_in_a_record_are_read(data: bytes, place: int, cut: bool) -> None:
    raw = dump(modern())
    place %= len(raw)
    check(decode(raw[:place] + data + (b"" if cut else raw[place + len(data) :])))


@given(st.binary(max_size=200))
def test_any_bytes_are_no_surprise(raw: bytes) -> None:
    check(decode(raw))


@pytest.mark.parametrize("make", [modern, classic])
def test_decoding_leaves_nothing_that_only_a_garbage_collector_would_find(make: Any) -> None:
    """Ingest keeps the collector off: a cycle through a page would fill the memory."""
    raw = dump(make())
    decode(raw)
    gc.collect()
    decode(raw)
    assert gc.collect() == 0
