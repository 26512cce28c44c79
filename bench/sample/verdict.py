"""The client's own verdict: ``blocking``, ``accessible`` and the comparisons behind them.

A model of the client's *classic* analysis (the 0.4 algorithm kept in 0.5): lookups against the helper's, then TCP, TLS
and HTTP of the classic steps, then the page's status, length, headers and title. It is the baseline of ``compare``, and
errs as the original does.

**Source**: OONI spec ts-017-web-connectivity, sections on ``dns_consistency``, ``blocking`` and ``accessible``.
"""

from typing import Any

from bench.sample.page import read_title

Rows = dict[str, list[dict[str, Any]]]

_COMMON = {
    "date", "content-type", "server", "cache-control", "vary", "set-cookie", "location", "expires", "x-powered-by",
    "content-encoding", "last-modified", "accept-ranges", "pragma", "x-frame-options", "etag", "x-content-type-options",
    "age", "via", "p3p", "x-xss-protection", "content-language", "cf-ray", "strict-transport-security", "link", "x-varnish",
}  # fmt: skip


def analyze(keys: Rows, control: dict[str, Any] | None, url: str) -> dict[str, Any]:
    """Return the keys of the verdict, in the client's order."""
    queries = [row for row in keys["queries"] if "classic" in (row["tags"] or ["classic"])]
    first = queries[0] if queries else {"failure": None, "answers": None}
    dns_failure = first["failure"]
    requests = keys["requests"]
    http_failure = _first_failure(keys, url)
    found: dict[str, Any] = {"x_dns_flags": 0, "dns_experiment_failure": dns_failure}
    consistency = _compare_lookups(first, control) if control else None
    found |= {"dns_consistency": consistency, "http_experiment_failure": http_failure, "x_blocking_flags": 0}
    compared = _compare_pages(requests, control, http_failure)
    blocking, accessible = _decide(consistency, http_failure, compared, control, keys, url)
    return found | {"x_null_null_flags": 0} | compared | {"blocking": blocking, "accessible": accessible}


def _first_failure(keys: Rows, url: str) -> str | None:
    """Return how the classic fetch failed, or None where a page came."""
    classic = [row for row in keys["requests"] if "classic" in (row["tags"] or ["classic"])]
    if classic:
        failure: str | None = classic[0]["failure"]
        return failure
    port = 443 if url.startswith("https") else 80
    for row in keys["tls_handshakes"]:
        if "classic" in (row["tags"] or ["classic"]) and row["failure"] and port == 443:
            return str(row["failure"])
    for row in keys["tcp_connect"]:
        if "classic" in (row["tags"] or ["classic"]) and row["status"]["failure"] and row["port"] == port:
            return str(row["status"]["failure"])
    return next((str(row["failure"]) for row in keys["queries"] if row["failure"]), None)


def _addresses(query: dict[str, Any]) -> set[str]:
    return {str(row.get("ipv4") or row.get("ipv6")) for row in query["answers"] or []}


def _compare_lookups(query: dict[str, Any], control: dict[str, Any]) -> str:
    if query["failure"] and control["dns"]["failure"]:
        return "consistent"
    if query["failure"] or control["dns"]["failure"]:
        return "inconsistent"
    seen, known = _addresses(query), set(control["dns"]["addrs"])
    if any(address.startswith(("10.", "127.", "192.168.", "0.")) for address in seen):
        return "inconsistent"
    info = control.get("ip_info", {})
    networks = {info[address]["asn"] for address in known if address in info} - {0}
    same = any(info.get(address, {}).get("asn") in networks for address in seen)
    return "consistent" if seen & known or same else "inconsistent"


def _compare_pages(
    requests: list[dict[str, Any]], control: dict[str, Any] | None, failure: str | None
) -> dict[str, Any]:
    nothing = {"body_proportion": 0, "body_length_match": None, "headers_match": None}
    nothing |= {"status_code_match": None, "title_match": None}
    if control is None or failure or not requests or control["http_request"]["failure"]:
        return nothing
    got, known = requests[0]["response"], control["http_request"]
    length, expected = len(got["body"].encode()), known["body_length"]
    share = min(length, expected) / max(length, expected, 1)
    ours, theirs = ({name.lower() for name in headers} - _COMMON for headers in (got["headers"], known["headers"]))
    words = {word for word in read_title(got["body"].encode()).lower().split() if len(word) > 4}
    return {
        "body_proportion": round(share, 6),
        "body_length_match": share > 0.7,
        "headers_match": bool(ours & theirs),
        "status_code_match": got["code"] == known["status_code"] if known["status_code"] // 100 != 5 else None,
        "title_match": bool(words & set(known["title"].lower().split())) if words else None,
    }


def _decide(
    consistency: str | None,
    failure: str | None,
    compared: dict[str, Any],
    control: dict[str, Any] | None,
    keys: Rows,
    url: str,
) -> tuple[str | bool | None, bool | None]:
    if control is None:
        return (False, True) if failure is None and url.startswith("https") else (None, None)
    if failure is None:
        return _decide_page(consistency, compared, url)
    if control["http_request"]["failure"] and consistency == "consistent":
        return False, False
    if consistency == "inconsistent":
        return "dns", False
    port = 443 if url.startswith("https") else 80
    connects = [row for row in keys["tcp_connect"] if row["port"] == port]
    if connects and all(row["status"]["failure"] for row in connects):
        return "tcp_ip", False
    return "http-failure", False


def _decide_page(consistency: str | None, compared: dict[str, Any], url: str) -> tuple[str | bool, bool]:
    if url.startswith("https") or compared["status_code_match"] is None:
        return False, True
    alike = compared["body_length_match"] or compared["headers_match"] or compared["title_match"]
    if compared["status_code_match"] and alike:
        return False, True
    return ("dns" if consistency == "inconsistent" else "http-diff"), False
