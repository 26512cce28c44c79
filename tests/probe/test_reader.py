"""Probe to reader to observations: the rows are what the probe knew (issue 3, done when 5)."""

import hashlib
import json
from base64 import b64decode
from typing import Any

import pytest

from netglass.refdata import load_refdata
from netglass.source.ooni.record import decode_records
from netglass.source.ooni.row import Record, Rows
from netglass.vocab.failure import classify_failure
from netglass.vocab.table import OBSERVATIONS
from tests.probe.scene import SCENES, make_line


def read(line: bytes) -> dict[str, list[dict[str, Any]]]:
    decoded = decode_records([Record(line, "probe.jsonl", 1, 0, len(line))], load_refdata(None))[0]
    assert isinstance(decoded, Rows)
    return {
        name: [dict(zip((column.name for column in OBSERVATIONS[name]), row, strict=True)) for row in rows]
        for name, rows in decoded.tables.items()
    }


def know(step: dict[str, Any], failure: str | None) -> dict[str, Any]:
    """What every step knows of itself."""
    tags = step["tags"]
    return {
        "transaction_id": step["transaction_id"],
        "depth": int(next(tag for tag in tags if tag.startswith("depth="))[6:]),
        "classic": "classic" in tags,
        "t0": step["t0"],
        "t": step["t"],
        "failure": failure,
        "outcome": classify_failure(failure).value,
    }


def fetches(step: dict[str, Any]) -> dict[str, Any]:
    return {"fetch_body": "fetch_body=true" in step["tags"]}


def split(endpoint: str) -> dict[str, Any]:
    address, _, port = endpoint.rpartition(":")
    return {"address": address.strip("[]"), "port": int(port)}


def know_dns(query: dict[str, Any], late: bool) -> list[dict[str, Any]]:
    common = know(query, query["failure"]) | {
        "engine": query["engine"],
        "route": {"getaddrinfo": "system"}.get(query["engine"], query["engine"]),
        "hostname": query["hostname"],
        "query_type": query["query_type"],
        "resolver_address": query["resolver_address"] or None,
        "late": late,
    }
    answers = [answer.get("ipv4") or answer.get("ipv6") for answer in query["answers"] or ()]
    return [common | {"address": address} for address in answers or [None]]


def know_tls(handshake: dict[str, Any]) -> dict[str, Any]:
    chain = handshake["peer_certificates"]
    return (
        know(handshake, handshake["failure"])
        | fetches(handshake)
        | split(handshake["address"])
        | {
            "network": handshake["network"],
            "server_name": handshake["server_name"],
            "tls_version": handshake["tls_version"] or None,
            "verified": True,
            "cert_sha256": hashlib.sha256(b64decode(chain[0]["data"])).hexdigest() if chain else None,
        }
    )


def know_http(transaction: dict[str, Any]) -> dict[str, Any]:
    response = transaction["response"]
    body = response["body"]
    data = body.encode() if isinstance(body, str) else b64decode(body["data"])
    known = (
        know(transaction, transaction["failure"])
        | fetches(transaction)
        | split(transaction["address"])
        | {"network": transaction["network"], "url": transaction["request"]["url"], "method": "GET"}
    )
    if not response["code"]:
        return known | {"status": None, "body_length": None}
    names = sorted({name.lower() for name, _ in response["headers_list"]})
    return known | {
        "status": response["code"],
        "body_length": len(data),
        "body_sha256": hashlib.sha256(data).hexdigest(),
        "body_truncated": response["body_is_truncated"],
        "header_names": names,
    }


def know_transfers(events: list[dict[str, Any]]) -> dict[tuple[int, str], dict[str, Any]]:
    found: dict[tuple[int, str], dict[str, Any]] = {}
    for event in events:
        key = (event["transaction_id"], event["address"])
        sums = found.setdefault(key, {"reads": 0, "bytes_read": 0, "bytes_written": 0, "first_failure": None})
        if event["failure"]:
            sums["first_failure"] = sums["first_failure"] or event["failure"]
        elif event["operation"] == "read":
            sums["reads"] += 1
            sums["bytes_read"] += event["num_bytes"]
        elif event["operation"] == "write":
            sums["bytes_written"] += event["num_bytes"]
    return found


def compare(rows: list[dict[str, Any]], known: list[dict[str, Any]]) -> None:
    assert len(rows) == len(known)
    for row, expected in zip(rows, known, strict=True):
        assert {name: row[name] for name in expected} == expected


@pytest.mark.parametrize("name", SCENES)
def test_the_rows_are_what_the_probe_knew(name: str) -> None:
    line = make_line(name)
    record = json.loads(line)
    keys = record["test_keys"]
    tables = read(line)
    (row,) = tables["measurement"]
    assert row["issues"] == []
    assert (row["input"], row["target"], row["probe_asn"]) == (record["input"], "site.test", 64512)
    assert (row["test_name"], row["report_id"]) == ("web_connectivity", record["report_id"])
    blocking = keys["blocking"]
    assert row["probe_blocking"] == (str(blocking).lower() if isinstance(blocking, bool) else blocking)
    assert row["probe_accessible"] == keys["accessible"]
    assert row["has_control"], keys["control_failure"]
    assert row["control_dns_addresses"] == keys["control"]["dns"]["addrs"]
    status = keys["control"]["http_request"]["status_code"]
    assert row["control_http_status"] == (status if status > 0 else None)
    late = keys["x_dns_duplicate_responses"] + keys["x_dns_late_replies"]
    compare(
        tables["dns"],
        [item for query in keys["queries"] for item in know_dns(query, False)]
        + [item for query in late for item in know_dns(query, True)],
    )
    compare(
        tables["tcp"],
        [
            know(item, item["status"]["failure"]) | fetches(item) | {"address": item["ip"], "port": item["port"]}
            for item in keys["tcp_connect"]
        ],
    )
    compare(tables["tls"], [know_tls(item) for item in keys["tls_handshakes"]])
    compare(tables["http"], [know_http(item) for item in keys["requests"]])
    transfers = know_transfers(keys["network_events"])
    assert len(tables["transfer"]) == len(transfers)
    for (transaction, endpoint), sums in transfers.items():
        (found,) = [item for item in tables["transfer"] if item["transaction_id"] == transaction]
        assert {key: found[key] for key in sums} == sums
        assert (found["address"], found["port"]) == tuple(split(endpoint).values())


def test_the_scenes_differ() -> None:
    assert len({make_line(name) for name in SCENES}) == len(SCENES)
