"""The test helper: the same site from a place where nobody interferes.

**Source**: OONI spec ts-017-web-connectivity, *Control*, and backend bk-004; failure strings as the helper spells them.
"""

from typing import Any

from bench.sample.page import read_title
from bench.sample.record import place
from bench.sample.view import View

_SPELLING = {
    "connection_refused": "connection_refused_error",
    "dns_nxdomain_error": "dns_name_error",
}


def ask_helper(view: View, url: str, endpoints: list[tuple[str, int]], tls_info: bool = True) -> dict[str, Any]:
    """Return ``test_keys.control`` for a URL and the endpoints that the probe found.

    Args:
        view: the helper's view of the world.
        url: what is tested.
        endpoints: address and port of every place that the probe tried.
        tls_info: the helper is new enough to shake hands and to say what it knows of addresses.
    """
    scheme, host = url.split(":")[0], url.split("/")[2]
    answer, v6 = view.resolve("system", host)
    own = [*answer.addresses, *v6]
    ports = sorted({port for _, port in endpoints} or {443 if scheme == "https" else 80})
    wanted = dict.fromkeys([*endpoints, *((address, port) for address in own for port in ports)])
    connects, shakes = _try_endpoints(view, host, sorted(wanted))
    found: dict[str, Any] = {"tcp_connect": connects}
    if shakes and tls_info:
        found["tls_handshake"] = shakes
    found["quic_handshake"] = {}
    found["http_request"] = _fetch(view, scheme, host, answer.failure, own)
    found["http3_request"] = None
    found["dns"] = {"failure": _SPELLING.get(answer.failure or "", answer.failure), "addrs": own}
    if tls_info:
        found["ip_info"] = _describe(view, own, [address for address, _ in endpoints], shakes)
    return found


def _try_endpoints(view: View, host: str, endpoints: list[tuple[str, int]]) -> tuple[dict[str, Any], dict[str, Any]]:
    connects, shakes = {}, {}
    for address, port in endpoints:
        if address.startswith(("10.", "127.", "192.168.", "0.")):
            continue
        dial = view.dial(address, port, host)
        failure = _SPELLING.get(dial.failure or "", dial.failure)
        connects[place(address, port)] = {"status": dial.failure is None, "failure": failure}
        if port == 443 and dial.failure is None:
            shake = view.shake(address, host)
            status = {"server_name": host, "status": shake.failure is None, "failure": shake.failure}
            shakes[place(address, port)] = status
    return connects, shakes


def _fetch(view: View, scheme: str, host: str, failure: str | None, addresses: list[str]) -> dict[str, Any]:
    empty = {"body_length": -1, "discovered_h3_endpoint": "", "title": "", "headers": {}, "status_code": -1}
    if failure:
        return empty | {"failure": "dns_lookup_error"}
    port = 443 if scheme == "https" else 80
    dial = view.dial(addresses[0], port, host)
    if dial.failure:
        return empty | {"failure": _SPELLING.get(dial.failure, dial.failure)}
    if scheme == "https" and (shake := view.shake(addresses[0], host)).failure:
        return empty | {"failure": "unknown_error" if str(shake.failure).startswith("ssl") else shake.failure}
    fetched = view.fetch(addresses[0], host, scheme)
    if fetched.reply is None:
        return empty | {"failure": fetched.failure}
    reply = fetched.reply
    return {
        "body_length": len(reply.body),
        "discovered_h3_endpoint": "",
        "failure": fetched.failure,
        "title": read_title(reply.body),
        "headers": dict(reply.headers),
        "status_code": reply.status,
    }


def _describe(view: View, own: list[str], probed: list[str], shakes: dict[str, Any]) -> dict[str, Any]:
    """Flags: 1 the probe resolved it, 2 the helper did, 4 bogon, 8 valid for the name by TLS."""
    info = {}
    for address in sorted({*own, *probed}):
        flags = (1 if address in probed else 0) | (2 if address in own else 0)
        flags |= 4 if address.startswith(("10.", "127.", "192.168.", "0.")) else 0
        flags |= 8 if (shakes.get(place(address, 443)) or {}).get("status") else 0
        info[address] = {"asn": view.net.world.network_of(address)[0], "flags": flags}
    return info
