"""The records that steps leave in ``test_keys``: queries, connects, handshakes, requests and network events.

**Source**: OONI spec df-001 (requests), df-002 (queries), df-005 (tcp_connect), df-006 (tls_handshakes), df-008
(network_events), and ts-017 for the tags of Web Connectivity 0.5.
"""

import base64
import random
from typing import Any

from bench.sample.internet import Answer, Dial, Fetch, Handshake
from bench.sample.page import Reply
from bench.sample.wire import encode_reply
from bench.sample.world import World

Row = dict[str, Any]

AGENTS = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36",
    "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0",
)
BODY_LIMIT = 1 << 17
"""Bytes of a body that the client keeps in a measurement."""


def place(address: str, port: int) -> str:
    """Return ``address:port``, with brackets around IPv6."""
    return f"[{address}]:{port}" if ":" in address else f"{address}:{port}"


def clock(moment: float) -> float:
    """Return a time as the file has it."""
    return round(moment, 6)


def record_query(
    world: World,
    rng: random.Random,
    engine: str,
    kind: str,
    host: str,
    answer: Answer,
    resolver: str,
    start: float,
    transaction: int,
    tags: list[str],
) -> Row:
    """Return one lookup. Only engines that see packets keep the reply."""
    answers = [_record_address(world, address) for address in answer.addresses] or None
    row: Row = {"answers": answers, "engine": engine, "failure": answer.failure, "hostname": host, "query_type": kind}
    if engine in ("udp", "doh") and answer.failure not in ("generic_timeout_error", "ssl_invalid_certificate"):
        row["raw_response"] = encode_reply(rng, host, kind, answer.rcode, answer.addresses)
        if answer.rcode:
            row["rcode"] = answer.rcode
    row |= {"resolver_hostname": None, "resolver_port": None, "resolver_address": resolver, "t0": clock(start)}
    return row | {"t": clock(start + answer.seconds), "tags": tags, "transaction_id": transaction}


def _record_address(world: World, address: str) -> Row:
    asn, name = world.network_of(address)
    row: Row = {"asn": asn, "as_org_name": name}
    kind, field = ("AAAA", "ipv6") if ":" in address else ("A", "ipv4")
    return row | {"answer_type": kind, field: address, "ttl": None}


def record_connect(address: str, port: int, dial: Dial, start: float, transaction: int, tags: list[str]) -> Row:
    """Return one TCP connect."""
    status = {"failure": dial.failure, "success": dial.failure is None}
    times = {"t0": clock(start), "t": clock(start + dial.seconds)}
    return {"ip": address, "port": port, "status": status, **times, "tags": tags, "transaction_id": transaction}


def record_handshake(
    address: str, port: int, host: str, shake: Handshake, start: float, transaction: int, tags: list[str]
) -> Row:
    """Return one TLS handshake."""
    good = shake.failure is None
    certs = [{"data": base64.b64encode(der).decode(), "format": "base64"} for der in shake.certs] or None
    return {
        "network": "tcp",
        "address": place(address, port),
        "cipher_suite": "TLS_AES_128_GCM_SHA256" if good else "",
        "failure": shake.failure,
        "negotiated_protocol": "http/1.1" if good else "",
        "no_tls_verify": False,
        "peer_certificates": certs,
        "server_name": host,
        "t0": clock(start),
        "t": clock(start + shake.seconds),
        "tags": tags,
        "tls_version": "TLSv1.3" if good else "",
        "transaction_id": transaction,
    }


def record_request(
    address: str, port: int, url: str, agent: str, fetch: Fetch, start: float, transaction: int, tags: list[str]
) -> Row:
    """Return one HTTP round trip; without an answer code 0 and empty lists, as the client writes it."""
    host = url.split("/")[2]
    asked = [
        ["Accept", "*/*"],
        ["Accept-Language", "en-US,en;q=0.9"],
        ["Host", host],
        ["Referer", ""],
        ["User-Agent", agent],
    ]
    return {
        "network": "tcp",
        "address": place(address, port),
        "alpn": "http/1.1" if url.startswith("https") else None,
        "failure": fetch.failure,
        "request": {
            "body": "",
            "body_is_truncated": False,
            "headers_list": asked,
            "headers": dict(asked),
            "method": "GET",
            "tor": {"exit_ip": None, "exit_name": None, "is_tor": False},
            "x_transport": "tcp",
            "url": url,
        },
        "response": record_response(fetch.reply),
        "t0": clock(start),
        "t": clock(start + fetch.seconds),
        "tags": tags,
        "transaction_id": transaction,
    }


def record_response(reply: Reply | None) -> Row:
    """Return the answer of a round trip."""
    if reply is None:
        return {"body": "", "body_is_truncated": False, "code": 0, "headers_list": [], "headers": {}}
    body = reply.body[:BODY_LIMIT]
    headers = [list(header) for header in reply.headers]
    cut = len(reply.body) > BODY_LIMIT
    return {
        "body": body.decode(),
        "body_is_truncated": cut,
        "code": reply.status,
        "headers_list": headers,
        "headers": dict(reply.headers),
    }


class Events:
    """The network events of one connection."""

    def __init__(self, address: str, port: int, transaction: int, tags: list[str]) -> None:
        """Prepare for a connection; nothing has happened yet."""
        self.rows: list[Row] = []
        self._common = (
            {"address": place(address, port)},
            {"proto": "tcp"},
            {"transaction_id": transaction, "tags": tags},
        )
        self._got = 0

    def add(
        self, operation: str, start: float, end: float, failure: str | None = None, size: int | None = None
    ) -> None:
        """Append one event; ``size`` in bytes."""
        address, proto, rest = self._common
        sized = {} if size is None else {"num_bytes": size}
        self._got += size or 0 if operation == "read" else 0
        times = {"t0": clock(start), "t": clock(end)}
        self.rows.append({**address, "failure": failure, **sized, "operation": operation, **proto, **times, **rest})

    def connect(self, dial: Dial, start: float) -> None:
        """Append a TCP connect."""
        self.add("connect", start, start + dial.seconds, dial.failure)

    def shake(self, shake: Handshake, start: float) -> None:
        """Append a TLS handshake: what was written and read, and how it failed."""
        end = start + shake.seconds
        self.add("tls_handshake_start", start, start)
        self.add("write", start, start + 0.0001, size=1517)
        silent = {"generic_timeout_error": "connection_already_closed"}
        if not shake.certs and shake.failure:
            failure = silent.get(shake.failure, shake.failure)
            if shake.failure == "ssl_failed_handshake":
                self.add("read", start, end, size=7)
            else:
                self.add("read", start, end, failure)
        else:
            self.add("read", start, end - 0.001, size=576)
            self.add("read", end - 0.001, end, size=sum(map(len, shake.certs)))
            self.add("write", end, end, size=80 if shake.failure is None else 30)
        self.add("tls_handshake_done", end, end)

    def fetch(self, fetch: Fetch, start: float) -> None:
        """Append an HTTP round trip with its reads."""
        end, last = start + fetch.seconds, start
        self.add("http_transaction_start", start, start)
        self.add("write", start, start + 0.0001, size=310)
        for size, at in fetch.reads:
            self.add("read", last, start + at, size=size)
            last = start + at
        if fetch.failure:
            failure = "connection_already_closed" if fetch.failure == "generic_timeout_error" else fetch.failure
            self.add("read", last, end, failure)
        self.add("http_transaction_done", end, end)

    def close(self, end: float) -> list[Row]:
        """Append the sum of what was read, and return everything."""
        self.add("bytes_received_cumulative", end, end, size=self._got or None)
        return self.rows
