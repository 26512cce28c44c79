"""A model of OONI's Web Connectivity 0.5: what it tries, in what order, and what it writes down.

Lookups run side by side (system, UDP, DNS over HTTPS), addresses are tried side by side, one of them fetches the page,
redirects are followed with new lookups, and addresses that only the helper knew are tried at the end. The client's own
verdict is computed as its *classic* analysis does.

**Source**: OONI spec ts-017-web-connectivity; transaction numbers as the client counts them (10001 system, 20001 UDP,
30001 DNS over HTTPS, 40001 plain HTTP, 50001 HTTPS).
"""

import random
from typing import Any
from urllib.parse import urljoin

from bench.sample.helper import ask_helper
from bench.sample.internet import Answer, Fetch, Internet
from bench.sample.record import AGENTS, Events, Row, record_connect, record_handshake, record_query, record_request
from bench.sample.verdict import analyze
from bench.sample.view import View

_DOH = (
    "https://dns.google/dns-query",
    "https://dns.quad9.net/dns-query",
    "https://mozilla.cloudflare-dns.com/dns-query",
)


class Client:
    """One measurement of one URL."""

    def __init__(self, internet: Internet, view: View, helper: View, rng: random.Random, url: str) -> None:
        """Prepare; ``helper`` is the test helper's view of the same moment."""
        self.world, self.view, self.helper_view, self.rng, self.url = internet.world, view, helper, rng, url
        self.agent = AGENTS[internet.world.seed % 2]
        self.keys: dict[str, list[Row]] = {
            name: [] for name in ("network_events", "queries", "requests", "tcp_connect", "tls_handshakes")
        }
        self.late: list[Row] = []
        self.counts = {40000: 0, 50000: 0}
        self.tried: list[tuple[str, int]] = []
        self.now = 0.0
        self.final: Fetch | None = None

    def measure(self, control_failure: str | None) -> dict[str, Any]:
        """Run the measurement and return ``test_keys``."""
        self._visit(self.url, 0)
        control = None
        if control_failure is None:
            control = ask_helper(self.helper_view, self.url, list(dict.fromkeys(self.tried)))
            self._try_extra(control)
        assert self.view.run is not None
        resolver = self.view.run.probe.home
        head = {"agent": "redirect", "client_resolver": resolver, "retries": None, "socksproxy": None}
        request = {
            "http_request": self.url,
            "tcp_connect": sorted({f"{a}:{p}" for a, p in self.tried}),
            "x_quic_enabled": False,
        }
        keys = head | self.keys | {"x_dns_duplicate_responses": self.late, "x_control_request": request}
        keys |= {"control": control, "control_failure": control_failure}
        return keys | analyze(self.keys, control, self.url)

    def _visit(self, url: str, depth: int) -> None:
        host, scheme = url.split("/")[2], url.split(":")[0]
        classic, others = self._look_up(host, depth)
        order = list(dict.fromkeys([*classic, *others]))
        fetched: Fetch | None = None
        start = self.now
        for address in order:
            got = self._try(url, host, scheme, address, address in classic, depth, start, fetched is None)
            fetched = fetched or got
        self.final = fetched or self.final
        place = dict(fetched.reply.headers).get("Location") if fetched and fetched.reply else None
        if place and fetched and fetched.reply and 300 <= fetched.reply.status < 400 and depth < 5:
            self._visit(urljoin(url, place), depth + 1)

    def _look_up(self, host: str, depth: int) -> tuple[list[str], list[str]]:
        tags, start = [f"depth={depth}"], self.now + 0.0005
        engine = "getaddrinfo" if self.view.run and self.view.run.probe.hides_rcode else "golang_net_resolver"
        system, v6 = self.view.resolve("system", host)
        shown = system._replace(failure=hide_rcode(system.failure, engine), addresses=(*system.addresses, *v6))
        self._note(engine, "ANY", host, shown, "", start, 10001 + depth, ["classic", *tags])
        udp, udp6 = self.view.resolve("udp", host)
        where = f"{self.world.public_resolver}:53"
        self._note_pair("udp", host, udp, udp6, where, start, 20001 + depth, tags)
        seconds, addresses = max(system.seconds, udp.seconds), [*udp.addresses, *udp6]
        if udp.late:
            self._note_late(host, udp, where, start, 20001 + depth, tags)
        if depth == 0:
            doh, doh6 = self.view.resolve("doh", host)
            self._note_pair("doh", host, doh, doh6, self.rng.choice(_DOH), start, 30001, tags)
            seconds, addresses = max(seconds, doh.seconds), [*addresses, *doh.addresses, *doh6]
        self.now = start + seconds
        return [*system.addresses, *v6], addresses

    def _note_pair(
        self,
        engine: str,
        host: str,
        answer: Answer,
        v6: tuple[str, ...],
        where: str,
        start: float,
        number: int,
        tags: list[str],
    ) -> None:
        failure = answer.failure or (None if v6 else "dns_no_answer")
        other = Answer(failure, v6, answer.seconds * 0.9, answer.rcode)
        self._note(engine, "AAAA", host, other, where, start, number, tags)
        self._note(engine, "A", host, answer, where, start, number, tags)

    def _note(
        self, engine: str, kind: str, host: str, answer: Answer, where: str, start: float, number: int, tags: list[str]
    ) -> None:
        row = record_query(self.world, self.rng, engine, kind, host, answer, where, start, number, tags)
        self.keys["queries"].append(row)

    def _note_late(self, host: str, udp: Answer, where: str, start: float, number: int, tags: list[str]) -> None:
        late = Answer(None, udp.late, udp.seconds + 0.04)
        self.late.append(record_query(self.world, self.rng, "udp", "A", host, late, where, start, number, tags))

    def _try(
        self, url: str, host: str, scheme: str, address: str, classic: bool, depth: int, start: float, may_fetch: bool
    ) -> Fetch | None:
        tags = (["classic"] if classic else []) + (["tcptls_experiment"] if depth == 0 else []) + [f"depth={depth}"]
        if scheme == "https":
            return self._try_port(url, host, address, 443, [*tags, "fetch_body=true"], start, may_fetch)
        fetched = self._try_port(url, host, address, 80, [*tags, "fetch_body=true"], start, may_fetch)
        self._try_port(url, host, address, 443, [*tags, "fetch_body=false"], start, False)
        return fetched

    def _try_port(
        self, url: str, host: str, address: str, port: int, tags: list[str], start: float, may_fetch: bool
    ) -> Fetch | None:
        base = 50000 if port == 443 else 40000
        self.counts[base] += 1
        number = base + self.counts[base]
        if "depth=0" in tags:
            self.tried.append((address, port))
        events = Events(address, port, number, tags)
        dial = self.view.dial(address, port, host)
        self.keys["tcp_connect"].append(record_connect(address, port, dial, start, number, tags))
        events.connect(dial, start)
        moment, failure, fetched = start + dial.seconds, dial.failure, None
        if not failure and port == 443:
            shake = self.view.shake(address, host)
            self.keys["tls_handshakes"].append(record_handshake(address, port, host, shake, moment, number, tags))
            events.shake(shake, moment)
            moment, failure = moment + shake.seconds, shake.failure
        if not failure and may_fetch and "fetch_body=true" in tags:
            fetched = self.view.fetch(address, host, url.split(":")[0])
            self.keys["requests"].insert(
                0, record_request(address, port, url, self.agent, fetched, moment, number, tags)
            )
            events.fetch(fetched, moment)
            moment += fetched.seconds
        self.keys["network_events"] += events.close(moment) if not dial.failure else events.rows
        self.now = max(self.now, moment)
        return fetched

    def _try_extra(self, control: dict[str, Any]) -> None:
        known = {address for address, _ in self.tried}
        host, scheme = self.url.split("/")[2], self.url.split(":")[0]
        self.now += 0.4
        for address in [found for found in control["dns"]["addrs"] if found not in known]:
            self._try(self.url, host, scheme, address, False, 0, self.now, self.final is None)


def hide_rcode(failure: str | None, engine: str) -> str | None:
    """Spell a failure as the system's resolver does: Android hides the code, Go has no word for REFUSED."""
    if failure is None or failure == "generic_timeout_error":
        return failure
    if engine == "getaddrinfo":
        return "android_dns_cache_no_data"
    return "dns_server_misbehaving" if failure == "dns_refused_error" else failure
