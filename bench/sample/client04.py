"""A model of Web Connectivity 0.4: one lookup, the helper, one connect and handshake per address, one chain of requests.

**Source**: OONI spec ts-017-web-connectivity at version 0.4; field values as the 3.17 engine writes them.
"""

import random
from typing import Any
from urllib.parse import urljoin

from bench.sample.client import hide_rcode
from bench.sample.helper import ask_helper
from bench.sample.internet import Fetch, Internet
from bench.sample.record import AGENTS, Row, record_connect, record_handshake, record_query, record_request
from bench.sample.verdict import analyze
from bench.sample.view import View

_TCPTLS = ["tcptls_experiment"]


class OldClient:
    """One measurement of one URL by the old client."""

    def __init__(self, internet: Internet, view: View, helper: View, rng: random.Random, url: str) -> None:
        """Prepare; ``helper`` is the test helper's view of the same moment."""
        self.world, self.view, self.helper_view, self.rng, self.url = internet.world, view, helper, rng, url
        self.now = 0.0
        self.keys: dict[str, list[Row]] = {
            name: [] for name in ("network_events", "tls_handshakes", "queries", "tcp_connect", "requests")
        }

    def measure(self, control_failure: str | None) -> dict[str, Any]:
        """Run the measurement and return ``test_keys``."""
        host, scheme = self.url.split("/")[2], self.url.split(":")[0]
        addresses = self._look_up(host)
        port = 443 if scheme == "https" else 80
        control = None
        if control_failure is None:
            control = ask_helper(self.helper_view, self.url, [(address, port) for address in addresses], tls_info=False)
        for address in addresses:
            self._try(address, port, host, scheme)
        self._fetch_chain(self.url)
        assert self.view.run is not None
        head = {"agent": "redirect", "client_resolver": self.view.run.probe.home, "retries": None, "socksproxy": None}
        keys = head | self.keys | {"control_failure": control_failure, "control": control}
        verdict = analyze(self.keys, control, self.url)
        for row in (row for name in self.keys for row in self.keys[name]):
            row.pop("transaction_id", None)
            row.pop("t0", None)
        for name in ("x_dns_flags", "x_blocking_flags", "x_null_null_flags"):
            verdict.pop(name)
        return keys | verdict | {"x_status": 1}

    def _look_up(self, host: str) -> list[str]:
        answer, v6 = self.view.resolve("system", host)
        engine = "getaddrinfo" if self.view.run and self.view.run.probe.hides_rcode else "golang_net_resolver"
        failure = hide_rcode(answer.failure, engine)
        for kind, found in (("A", answer.addresses), ("AAAA", v6)):
            missing = failure or (None if found else "dns_no_answer")
            shown = answer._replace(failure=missing, addresses=found)
            row = record_query(self.world, self.rng, "system", kind, host, shown, "", self.now, 0, [])
            self.keys["queries"].append(row | {"tags": None})
        self.now += answer.seconds
        return [*answer.addresses, *v6]

    def _try(self, address: str, port: int, host: str, scheme: str) -> None:
        dial = self.view.dial(address, port, host)
        row = record_connect(address, port, dial, self.now, 0, [])
        row["status"] = {"blocked": bool(dial.failure), **row["status"]}
        self.keys["tcp_connect"].append(row | {"tags": None})
        self.now += dial.seconds
        event = {"address": f"{address}:{port}", "failure": dial.failure, "operation": "connect", "proto": "tcp"}
        self.keys["network_events"].append({**event, "t": round(self.now, 6), "tags": _TCPTLS})
        if scheme == "https" and not dial.failure:
            shake = self.view.shake(address, host)
            shown = record_handshake(address, port, host, shake, self.now, 0, _TCPTLS)
            self.keys["tls_handshakes"].append(shown)
            self.now += shake.seconds

    def _fetch_chain(self, url: str, depth: int = 0) -> None:
        host, scheme = url.split("/")[2], url.split(":")[0]
        answer, _ = self.view.resolve("system", host)
        if answer.failure:
            return
        address, port = answer.addresses[0], 443 if scheme == "https" else 80
        failure = self.view.dial(address, port, host).failure
        if not failure and scheme == "https":
            failure = self.view.shake(address, host).failure
        fetched = None if failure else self.view.fetch(address, host, scheme)
        row = record_request(
            address, port, url, AGENTS[self.world.seed % 2], fetched or _failed(failure), self.now, 0, []
        )
        for name in ("network", "address", "alpn"):
            row.pop(name)
        self.keys["requests"].insert(0, row | {"tags": None})
        place = dict(fetched.reply.headers).get("Location") if fetched and fetched.reply else None
        if place and depth < 5:
            self._fetch_chain(urljoin(url, place), depth + 1)


def _failed(failure: str | None) -> Fetch:
    return Fetch(failure, None, 0.01)
