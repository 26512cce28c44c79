"""The steps of one measurement in words, in the order of the path: lookups, connections, handshakes, requests, and the helper's."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from netglass.judge.setting import LEAST_ANSWER_BYTES, SPEED_OTHERS

if TYPE_CHECKING:
    import duckdb

_LOOKUPS = """
SELECT depth, route, hostname, list_sort(list(DISTINCT address) FILTER (address IS NOT NULL)),
       min(failure) FILTER (address IS NULL AND coalesce(query_type, '') <> 'AAAA'), bool_or(bogon), min(fingerprint)
FROM dns WHERE key = $key AND route IS NOT NULL GROUP BY depth, route, hostname ORDER BY depth, route DESC
"""
_CONNECTS = """
SELECT depth, address, port, failure, control_outcome FROM tcp
WHERE key = $key AND coalesce(fetch_body, true) ORDER BY depth, t, address, port
"""
_HANDSHAKES = """
SELECT depth, address, port, server_name, failure, cert_issuer, cert_self_signed, chain_status, control_outcome FROM tls
WHERE key = $key AND coalesce(fetch_body, true) ORDER BY depth, t, address
"""
_REQUESTS = """
SELECT depth, url, address, failure, status, body_length, title, location, refusal, list_transform(fingerprints, lambda f: f.name) FROM http
WHERE key = $key AND coalesce(fetch_body, true) ORDER BY depth, t
"""
_HELPER = """
SELECT has_control, control_failure, control_dns_outcome, control_dns_addresses, control_http_outcome, control_http_status,
       control_body_length, control_title
FROM measurement WHERE key = $key
"""

ROUTES = {
    "system": "the system's resolver",
    "udp": "a public resolver over UDP",
    "doh": "DNS over HTTPS",
    "dot": "DNS over TLS",
    "tcp": "a resolver over TCP",
}


def describe_steps(connection: "duckdb.DuckDBPyConnection", key: int) -> list[str]:
    """Return one line per step of the measurement with this key, redirects marked by their hop."""
    lines = []
    for depth, route, host, addresses, failure, bogon, fingerprint in _rows(connection, _LOOKUPS, key):
        result = ", ".join(addresses) if addresses else (failure or "no address")
        marks = " (not a public address)" if bogon else ""
        marks += f" (known block-page address: {fingerprint})" if fingerprint else ""
        lines.append(f"{_hop(depth)}name {host} by {ROUTES.get(route, route)}: {result}{marks}")
    for depth, address, port, failure, control in _rows(connection, _CONNECTS, key):
        lines.append(f"{_hop(depth)}connection to {_endpoint(address, port)}: {failure or 'made'}{_helper(control)}")
    for depth, address, port, name, failure, issuer, self_signed, chain, control in _rows(connection, _HANDSHAKES, key):
        certificate = f", certificate {'self-signed' if self_signed else 'issued'} by {issuer}" if issuer else ""
        checked = f", offline check: {chain}" if chain and chain != "no_trust_store" else ""
        lines.append(
            f"{_hop(depth)}TLS with {name} at {_endpoint(address, port)}: {failure or 'completed'}{certificate}{checked}{_helper(control)}"
        )
    for depth, url, address, failure, status, length, title, location, refusal, prints in _rows(
        connection, _REQUESTS, key
    ):
        parts = [
            f"status {status}" if status else None,
            f"{length} bytes" if length else None,
            f"title “{title}”" if title else None,
        ]
        parts += [f"to {location}" if location else None, f"refusal: {refusal}" if refusal else None]
        parts += [f"block page: {', '.join(prints)}" if prints else None, failure]
        lines.append(f"{_hop(depth)}GET {url}{f' at {address}' if address else ''}: {', '.join(p for p in parts if p)}")
    return lines + _describe_helper(connection, key)


def describe_speed(fact: Mapping[str, Any]) -> list[str]:
    """Return a line on the speed of a page that arrived, and what there is to compare it with."""
    if not fact["same_page"]:
        return []
    if fact["speed_kb"] is None:
        return [
            f"speed of the page: cannot be judged, less than {LEAST_ANSWER_BYTES // 1000} kB of it are on record read by read"
        ]
    others = f"{fact['others_timed']} other pages of the run"
    if fact["others_timed"] < SPEED_OTHERS:
        return [
            f"speed of the page: {fact['speed_kb']} kB/s; cannot be judged, only {others} were long enough to compare"
        ]
    elsewhere = (
        f"; on {fact['fast_networks']} other networks at {fact['elsewhere_kb']} kB/s" if fact["elsewhere_kb"] else ""
    )
    return [f"speed of the page: {fact['speed_kb']} kB/s; {others} at a median of {fact['others_kb']} kB/s{elsewhere}"]


def _describe_helper(connection: "duckdb.DuckDBPyConnection", key: int) -> list[str]:
    has, failure, dns, addresses, http, status, length, title = _rows(connection, _HELPER, key)[0]
    if not has:
        return [f"test helper: no answer ({failure or 'none on record'})"]
    lines = [f"test helper, name: {', '.join(addresses) if addresses else dns}"] if dns else []
    page = [f"status {status}" if status else None, f"{length} bytes" if length and length > 0 else None]
    page += [f"title “{title}”" if title else None, None if http in (None, "success") else http]
    return [*lines, f"test helper, page: {', '.join(p for p in page if p) or 'not asked for'}"]


def _rows(connection: "duckdb.DuckDBPyConnection", query: str, key: int) -> list[tuple[Any, ...]]:
    return connection.execute(query, {"key": key}).fetchall()


def _hop(depth: object) -> str:
    return f"redirect {depth}: " if depth else ""


def _endpoint(address: object, port: object) -> str:
    shown = f"[{address}]" if ":" in str(address) else str(address)
    return f"{shown}:{port}" if port else shown


def _helper(outcome: object) -> str:
    return f" (helper on the same endpoint: {outcome})" if outcome else ""
