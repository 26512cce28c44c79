"""A web_connectivity record of each generation, to be changed by the tests; all names and addresses are made up."""

import copy
import gzip
import io
import json
import random
import tarfile
from pathlib import Path
from typing import Any

from netglass.refdata import Refdata, load_refdata
from netglass.source.ooni.container import open_records
from netglass.source.ooni.record import decode_records
from netglass.source.ooni.row import Quarantine, Record, Rows
from netglass.vocab.table import OBSERVATIONS

REFDATA: Refdata = load_refdata(None)
SITE = "192.31.196.2"
OTHER = "192.52.193.9"
UID = "20260305140937.817609_XC_webconnectivity_184663d2973c46ee"
TAGS = ["classic", "tcptls_experiment", "depth=0", "fetch_body=true"]

_MODERN: dict[str, Any] = {
    "annotations": {"engine_version": "3.31.0", "platform": "linux", "network_type": "wifi", "origin": "autorun"},
    "data_format_version": "0.2.0",
    "input": "https://Site.test/page",
    "measurement_start_time": "2026-03-05 14:09:34",
    "probe_asn": "AS64530",
    "probe_cc": "XC",
    "probe_ip": "127.0.0.1",
    "probe_network_name": "Cedar",
    "report_id": "20260305T140930Z_webconnectivity_XC_64530_n1_iuNSTfMC7SHAKrSr",
    "resolver_asn": "AS64530",
    "resolver_ip": "192.88.99.106",
    "resolver_network_name": "Cedar",
    "software_name": "probe",
    "software_version": "3.31.0",
    "test_name": "web_connectivity",
    "test_version": "0.5.28",
    "test_runtime": 1.25,
    "test_start_time": "2026-03-05 14:09:30",
    "test_keys": {
        "queries": [
            {
                "answers": [
                    {"answer_type": "A", "ipv4": SITE, "ttl": None},
                    {"answer_type": "AAAA", "ipv6": "2001:4:112:0:0::9"},
                    {"answer_type": "CNAME", "hostname": "Edge.Site.test."},
                ],
                "engine": "getaddrinfo",
                "failure": None,
                "hostname": "site.test",
                "query_type": "ANY",
                "resolver_address": "",
                "t0": 0.1,
                "t": 0.2,
                "tags": ["classic", "depth=0"],
                "transaction_id": 10001,
            },
            {
                "answers": None,
                "engine": "udp",
                "failure": "dns_nxdomain_error",
                "hostname": "site.test",
                "query_type": "AAAA",
                "resolver_address": "192.88.99.8:53",
                "t0": 0.1,
                "t": 0.3,
                "tags": ["depth=0"],
                "transaction_id": 20001,
            },
        ],
        "x_dns_duplicate_responses": [
            {
                "answers": [{"answer_type": "A", "ipv4": OTHER}],
                "engine": "udp",
                "failure": None,
                "hostname": "site.test",
                "query_type": "A",
                "resolver_address": "192.88.99.8:53",
                "t": 0.4,
                "tags": ["depth=0"],
                "transaction_id": 20001,
            }
        ],
        "tcp_connect": [
            {
                "ip": SITE,
                "port": 443,
                "status": {"failure": None, "success": True},
                "t0": 0.5,
                "t": 0.6,
                "tags": TAGS,
                "transaction_id": 50001,
            },
            {
                "ip": OTHER,
                "port": 443,
                "status": {"failure": "generic_timeout_error", "success": False},
                "t0": 0.5,
                "t": 9.6,
                "tags": ["tcptls_experiment", "depth=0", "fetch_body=false"],
                "transaction_id": 50002,
            },
        ],
        "tls_handshakes": [
            {
                "network": "tcp",
                "address": f"{SITE}:443",
                "failure": None,
                "no_tls_verify": False,
                "peer_certificates": None,
                "server_name": "site.test",
                "tls_version": "TLSv1.3",
                "t0": 0.6,
                "t": 0.7,
                "tags": TAGS,
                "transaction_id": 50001,
            }
        ],
        "network_events": [
            {"address": f"{SITE}:443", "operation": "connect", "proto": "tcp", "t": 0.6, "transaction_id": 50001},
            {"address": f"{SITE}:443", "operation": "tls_handshake_start", "t": 0.6, "transaction_id": 50001},
            {"address": f"{SITE}:443", "operation": "write", "num_bytes": 517, "t": 0.61, "transaction_id": 50001},
            {"address": f"{SITE}:443", "operation": "read", "num_bytes": 1000, "t": 0.65, "transaction_id": 50001},
            {"address": f"{SITE}:443", "operation": "tls_handshake_done", "t": 0.7, "transaction_id": 50001},
            {
                "address": f"{SITE}:443",
                "operation": "bytes_received_cumulative",
                "num_bytes": 1000,
                "t": 0.75,
                "transaction_id": 50001,
            },
            {"address": f"{SITE}:443", "operation": "read", "num_bytes": 400, "t": 0.95, "transaction_id": 50001},
            {
                "address": f"{SITE}:443",
                "operation": "read",
                "failure": "connection_reset",
                "t": 1.0,
                "transaction_id": 50001,
            },
        ],
        "requests": [
            {
                "network": "tcp",
                "address": f"{SITE}:443",
                "failure": None,
                "request": {"url": "https://site.test/page", "method": "GET", "headers_list": [], "x_transport": "tcp"},
                "response": {
                    "body": "<html><title>A page</title></html>",
                    "body_is_truncated": False,
                    "code": 200,
                    "headers_list": [["Server", "lighttpd"], ["Content-Type", "text/html"], ["Vary", "Accept"]],
                    "headers": {"Server": "lighttpd"},
                },
                "t0": 0.7,
                "t": 0.9,
                "tags": TAGS,
                "transaction_id": 50001,
            }
        ],
        "control": {
            "tcp_connect": {
                f"{SITE}:443": {"status": True, "failure": None},
                f"{OTHER}:443": {"status": False, "failure": "generic_timeout_error"},
            },
            "tls_handshake": {f"{SITE}:443": {"server_name": "site.test", "status": True, "failure": None}},
            "http_request": {
                "body_length": 34,
                "failure": None,
                "title": "A page",
                "headers": {"Server": "lighttpd", "Date": "now"},
                "status_code": 200,
            },
            "dns": {"failure": None, "addrs": [SITE, "edge.site.test"]},
            "ip_info": {SITE: {"asn": 64600, "flags": 11}, "192.52.193.77": {"asn": 64601, "flags": 2}},
        },
        "control_failure": None,
        "blocking": False,
        "accessible": True,
        "client_resolver": "192.88.99.106",
    },
}


def modern(**changes: Any) -> dict[str, Any]:
    """A 0.5 record; keyword arguments replace or add fields of the envelope, and ``test_keys`` is merged."""
    record = copy.deepcopy(_MODERN)
    record["test_keys"] |= changes.pop("test_keys", {})
    return record | changes


def classic(**changes: Any) -> dict[str, Any]:
    """A 0.4 record: no tags, no transaction ids, requests newest first, a redirect to another host."""
    record = modern(test_version="0.4.3", input="http://site.test/")
    keys = record["test_keys"]
    del keys["x_dns_duplicate_responses"]
    keys["queries"] = [
        {"answers": [{"answer_type": "A", "ipv4": SITE}], "engine": "system", "failure": None, "hostname": "site.test"}
    ]
    keys["tcp_connect"] = [
        {
            "ip": SITE,
            "port": 80,
            "status": {"blocked": False, "failure": False, "success": True},
            "t": 0.5,
            "tags": None,
        }
    ]
    keys["tls_handshakes"] = [
        {"failure": None, "server_name": "other.test", "no_tls_verify": False, "t": 0.9, "peer_certificates": []}
    ]
    keys["network_events"] = [
        {"address": f"{SITE}:80", "operation": "connect", "proto": "tcp", "t": 0.5, "failure": None},
        {"address": f"{OTHER}:443", "operation": "connect", "proto": "tcp", "t": 0.6, "failure": None},
        {"operation": "tls_handshake_start", "t": 0.61, "failure": None},
        {"operation": "write", "num_bytes": 300, "t": 0.62, "failure": None},
        {"operation": "read", "num_bytes": 2000, "t": 0.8, "failure": None},
        {"operation": "tls_handshake_done", "t": 0.9, "failure": None},
    ]
    keys["requests"] = [
        {
            "failure": None,
            "request": {"url": "https://other.test/landing", "method": "GET", "x_transport": "tcp"},
            "response": {"body": "hello", "code": 200, "headers": {"Server": "x"}},
        },
        {
            "failure": None,
            "request": {"url": "http://site.test/", "method": "GET"},
            "response": {"body": "", "code": 302, "headers": {"Location": "https://other.test/landing"}},
        },
    ]
    record["test_keys"] |= changes.pop("test_keys", {})
    return record | changes


def dump(value: Any) -> bytes:
    return json.dumps(value).encode()


def decode(value: Any, **about: Any) -> Rows | Quarantine:
    """Decode a record given as bytes or as decoded JSON."""
    raw = value if isinstance(value, bytes) else dump(value)
    return decode_records([Record(raw, "file.jsonl", 1, 0, len(raw), **about)], REFDATA)[0]


def rows(value: Any, table: str, **about: Any) -> list[dict[str, Any]]:
    """Decode a record that must be stored, and return the rows of one table with their column names."""
    decoded = decode(value, **about)
    assert isinstance(decoded, Rows), decoded
    return name_rows(decoded, table)


def name_rows(decoded: Rows, table: str) -> list[dict[str, Any]]:
    names = [column.name for column in OBSERVATIONS[table]]
    return [dict(zip(names, row, strict=True)) for row in decoded.tables[table]]


def measurement(value: Any, **about: Any) -> dict[str, Any]:
    return rows(value, "measurement", **about)[0]


def read_file(path: Path) -> tuple[list[Record], list[Quarantine]]:
    """Return the records of a file, and what was reported beside them."""
    found = list(open_records(path))
    return [item for item in found if isinstance(item, Record)], [
        item for item in found if isinstance(item, Quarantine)
    ]


def decode_file(path: Path) -> tuple[list[Rows], list[Quarantine]]:
    """Return the measurements of a file, and everything that was not stored."""
    records, reports = read_file(path)
    decoded = decode_records(records, REFDATA)
    refused = [item for item in decoded if isinstance(item, Quarantine)]
    return [item for item in decoded if isinstance(item, Rows)], reports + refused


def write_lines(path: Path, lines: list[bytes], end: bytes = b"\n") -> Path:
    path.write_bytes(b"\n".join(lines) + end)
    return path


def write_gzip(path: Path, lines: list[bytes]) -> Path:
    path.write_bytes(gzip.compress(b"\n".join(lines) + b"\n", mtime=0))
    return path


def make_tar(members: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        for name, data in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return buffer.getvalue()


def many(count: int, noise: int = 0) -> list[bytes]:
    """Different records, one per line; ``noise`` characters that do not compress make them longer."""
    return [
        dump(modern(input=f"https://site{number}.test/", noise=random.Random(number).randbytes(noise // 2).hex()))
        for number in range(count)
    ]
