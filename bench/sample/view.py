"""The world as one probe sees it in one run: behind a network that may block, with the faults of that run.

A view remembers which policies and faults changed an outcome, which is what the truth files say. Times are in seconds.
"""

import random
from datetime import datetime

from bench.sample.certificate import sign_itself
from bench.sample.condition import Condition
from bench.sample.internet import Answer, Dial, Fetch, Handshake, Internet
from bench.sample.page import Reply, refuse
from bench.sample.policy import Policy
from bench.sample.run import Run
from bench.sample.world import Site

TIMEOUT = 10.0
"""The client gives up connecting, shaking hands or fetching after ten seconds."""

DNS_TIMEOUT = 4.0


class View:
    """What one run sees. ``acted`` collects the ids of policies and the names of faults that changed an outcome."""

    def __init__(
        self, internet: Internet, rng: random.Random, cc: str, asn: int, moment: datetime, run: Run | None
    ) -> None:
        """Look from country ``cc`` and network ``asn`` at ``moment``; the test helper has no run."""
        self.net, self.rng, self.cc, self.asn, self.moment, self.run = internet, rng, cc, asn, moment, run
        self.acted: dict[str, str] = {}
        self.policies = [
            (policy, mechanism)
            for policy in (internet.plan.policies if run else [])
            if policy.cc == cc and (mechanism := policy.mechanism_at(asn, moment))
        ]
        self.pace = rng.uniform(0.015, 0.09)

    @property
    def fault(self) -> str:
        """The fault of the run, or nothing."""
        return (self.run and self.run.fault) or ""

    def _wait(self, times: float = 1.0) -> float:
        return round(self.pace * times * self.rng.uniform(0.8, 1.5), 6)

    def _policy(self, host: str, prefix: str) -> tuple[Policy, str] | None:
        for policy, mechanism in self.policies:
            if host in policy.targets and mechanism.startswith(prefix):
                return policy, mechanism
        return None

    def _loses(self) -> bool:
        if self.fault == "flaky_loss" and self.rng.random() < 0.06:
            self.acted["flaky_loss"] = "loss"
            return True
        return False

    def resolve(self, engine: str, host: str) -> tuple[Answer, tuple[str, ...]]:
        """Look a name up through ``system``, ``udp`` or ``doh``: the answer for A, and the IPv6 addresses."""
        failure, v4, v6 = self.net.addresses(host, self.cc, self.moment)
        fault = self._resolver_fault(engine, host)
        if fault:
            return fault, ()
        found = self._policy(host, "dns.")
        if found and engine != "doh" and (engine == "system" or found[0].on_path):
            return self._forge(*found, true=v4), ()
        proxy = self.net.condition("proxy", host, self.moment, self.cc, self.asn) if self.run else None
        if proxy and engine != "doh":
            network = next(net for net in self.net.world.networks if net.asn == self.asn)
            self.acted[proxy.condition_id] = "dns.injection.other"
            return Answer(None, (network.portal,), self._wait()), ()
        if self._loses():
            return Answer("generic_timeout_error", (), DNS_TIMEOUT), ()
        if failure:
            self._note_down(self.net.condition("down", host, self.moment))
        return Answer(failure, v4, self._wait(3 if engine == "doh" else 1), 3 if failure else 0), v6

    def _resolver_fault(self, engine: str, host: str) -> Answer | None:
        fault = self.fault
        if fault == "wrong_clock" and engine == "doh":
            return Answer("ssl_invalid_certificate", (), self._wait(3), 2)
        if fault in ("resolver_timeout", "resolver_servfail") and engine != "udp":
            self.acted[fault] = "resolver_down"
            if fault == "resolver_timeout":
                return Answer("generic_timeout_error", (), DNS_TIMEOUT)
            return Answer("dns_server_misbehaving", (), self._wait(), 2)
        filtered = sorted(self.net.world.sites)[::7]
        if fault == "family_filter" and engine == "system" and host in filtered:
            self.acted[fault] = "instrument"
            return Answer(None, (self.net.world.filter_address,), self._wait())
        return None

    def _forge(self, policy: Policy, mechanism: str, true: tuple[str, ...]) -> Answer:
        self.acted[policy.policy_id] = mechanism
        quick = self._wait(0.2)
        if mechanism == "dns.nxdomain":
            return Answer("dns_nxdomain_error", (), quick, 3)
        if mechanism == "dns.refused":
            return Answer("dns_refused_error", (), quick, 5)
        if mechanism == "dns.timeout":
            return Answer("generic_timeout_error", (), DNS_TIMEOUT)
        address = policy.notice.address if mechanism == "dns.injection.blockpage" else policy.injected
        late = true if policy.on_path and self.rng.random() < 0.5 else ()
        return Answer(None, (address,), quick, 0, late)

    def dial(self, address: str, port: int, host: str) -> Dial:
        """Connect to an address on behalf of a name."""
        if ":" in address and self.fault == "ipv6_broken":
            self.acted["ipv6_broken"] = "ok"
            return Dial("network_unreachable", 0.0004)
        if address.startswith(("127.", "0.")):
            return Dial("connection_refused", 0.0007)
        if address.startswith(("10.", "192.168.")):
            return Dial("generic_timeout_error", TIMEOUT)
        for policy, mechanism in self.policies:
            touched = {a for name in policy.targets for a in self.net.world.sites[name].all_addresses()}
            if mechanism.startswith("tcp.") and address in touched:
                self.acted[policy.policy_id] = mechanism
                return (
                    Dial("connection_refused", self._wait(0.2))
                    if mechanism == "tcp.refused"
                    else Dial("generic_timeout_error", TIMEOUT)
                )
        if address in self.net.notices:
            notice = self.net.notices[address]
            return Dial(None if port == 80 or notice.answers_tls else "connection_refused", self._wait())
        if self._is_middle(address):
            return Dial(None, self._wait())
        site = self.net.site_at(address, host)
        down = self.net.condition("down", site.host, self.moment) if site else None
        if site is None or (down and down.detail == "timeout"):
            self._note_down(down)
            return Dial("generic_timeout_error", TIMEOUT)
        if down and down.detail == "refused":
            self._note_down(down)
            return Dial("connection_refused", self._wait())
        return Dial("generic_timeout_error", TIMEOUT) if self._loses() else Dial(None, self._wait())

    def _is_middle(self, address: str) -> bool:
        world = self.net.world
        return address in world.helpers or any(address == net.portal for net in world.networks)

    def _note_down(self, down: Condition | None) -> None:
        if down:
            self.acted[down.condition_id] = "down"

    def shake(self, address: str, host: str) -> Handshake:
        """Shake hands for ``host`` at an address that took the connection."""
        world, wait = self.net.world, self._wait(2)
        found = self._policy(host, "tls.")
        if found and found[1] != "tls.throttle.sni":
            return self._disturb(*found, host=host)
        if self.fault == "captive_portal" and self.run and self.run.strict_portal:
            self.acted["captive_portal"] = "captive_portal"
            return Handshake(
                "ssl_invalid_hostname",
                (sign_itself(str(world.seed), world.portal_host, world.portal_host, world.start),),
                wait,
            )
        if host == world.portal_host:
            own = sign_itself(str(world.seed), host, host, world.start)
            return Handshake("ssl_unknown_authority", (own,), wait)
        if address in self.net.notices:
            notice = self.net.notices[address]
            return Handshake(
                "ssl_unknown_authority",
                (sign_itself(str(world.seed), notice.authority, notice.host, world.start),),
                wait,
            )
        if address == world.filter_address and self.fault == "family_filter":
            return Handshake(
                "ssl_unknown_authority",
                (sign_itself(str(world.seed), world.filter_name, "filter.example", world.start),),
                wait,
            )
        site = world.sites.get(host) or self.net.site_at(address, host)
        if site is None:
            return Handshake("eof_error", (), wait)
        down = self.net.condition("down", site.host, self.moment)
        if down and down.detail == "eof":
            self._note_down(down)
            return Handshake("eof_error", (), wait)
        return self._present(site, down, wait)

    def _present(self, site: Site, down: Condition | None, wait: float) -> Handshake:
        failure, chain = self.net.certificate(site, self.moment)
        if failure:
            self._note_down(down)
        if self.fault == "wrong_clock":
            self.acted["wrong_clock"], failure = "instrument", "ssl_invalid_certificate"
        elif self.fault == "antivirus":
            forged = sign_itself(str(self.net.world.seed), self.net.world.antivirus, site.host, self.net.world.start)
            self.acted["antivirus"] = "instrument"
            return Handshake("ssl_unknown_authority", (forged,), wait)
        elif self.fault == "broken_version" and site.authority == 1 and not failure:
            self.acted["broken_version"], failure = "instrument", "ssl_unknown_authority"
        return Handshake(failure, chain, wait)

    def _disturb(self, policy: Policy, mechanism: str, host: str) -> Handshake:
        self.acted[policy.policy_id] = mechanism
        if mechanism == "tls.timeout":
            return Handshake("generic_timeout_error", (), TIMEOUT)
        if mechanism == "tls.mitm.self_signed":
            name = policy.notice.authority if len(policy.policy_id) % 2 else host
            forged = sign_itself(str(self.net.world.seed), name, host, self.net.world.start)
            return Handshake("ssl_unknown_authority", (forged,), self._wait(2))
        failures = {"tls.reset.sni": "connection_reset", "tls.eof": "eof_error", "tls.alert": "ssl_failed_handshake"}
        return Handshake(failures[mechanism], (), self._wait(0.3))

    def fetch(self, address: str, host: str, scheme: str) -> Fetch:
        """Ask for the home page of ``host`` over a connection that stands."""
        world = self.net.world
        if host == world.portal_host:
            form = f"<html><head><title>Wi-Fi</title></head><body><form>Room <input name=r></form>{world.words[3]}</body></html>"
            return self._deliver(Reply(200, (("Content-Type", "text/html"), ("Server", "hotspot")), form.encode()))
        if scheme == "http" and self.fault == "captive_portal":
            self.acted["captive_portal"] = "captive_portal"
            place = (("Content-Length", "0"), ("Location", f"http://{world.portal_host}/welcome"))
            return self._deliver(Reply(302, place, b""))
        found = self._policy(host, "http.") if scheme == "http" else self._policy(host, "tls.throttle")
        if address in self.net.notices:
            return self._deliver(self.net.notices[address].reply)
        if found:
            return self._censor(*found)
        if address == world.filter_address:
            title = (
                f"<html><head><title>{world.filter_name}</title></head><body>Not in your family profile.</body></html>"
            )
            return self._deliver(Reply(200, (("Content-Type", "text/html"),), title.encode()))
        site = world.sites.get(host) or self.net.site_at(address, host)
        if site is None:
            return Fetch("eof_error", None, self._wait())
        return self._serve(site)

    def _serve(self, site: Site) -> Fetch:
        down = self.net.condition("down", site.host, self.moment)
        if down and down.detail in ("503", "eof"):
            self._note_down(down)
            body = b"<html><head><title>Service unavailable</title></head><body>Back soon.</body></html>"
            return (
                Fetch("eof_error", None, self._wait())
                if down.detail == "eof"
                else self._deliver(Reply(503, site.headers, body))
            )
        refusal = self.net.condition("refusal", site.host, self.moment, self.cc)
        if refusal:
            self.acted[refusal.condition_id] = "server_side"
            return self._deliver(refuse(refusal.detail, self.rng, dict(site.headers).get("Server", "nginx")))
        if self._loses():
            return Fetch("generic_timeout_error", None, TIMEOUT)
        return self._deliver(self._page(site))

    def _page(self, site: Site) -> Reply:
        body = site.bodies.get(self.cc, site.bodies["*"])
        headers = [*site.headers, ("Content-Length", str(len(body)))] if site.sends_length else list(site.headers)
        return Reply(200, tuple(sorted(headers)), body)

    def _censor(self, policy: Policy, mechanism: str) -> Fetch:
        self.acted[policy.policy_id] = mechanism
        if mechanism == "http.reset.host":
            return Fetch("connection_reset", None, self._wait(0.2))
        if mechanism == "http.blockpage":
            notice = policy.notice.reply
            return self._deliver(Reply(policy.status, notice.headers, notice.body), 0.3)
        if mechanism == "http.redirect":
            place = f"http://{policy.notice.host}{policy.notice.path}"
            code = 307 if policy.status == 403 else 302
            return self._deliver(Reply(code, (("Content-Length", "0"), ("Location", place)), b""), 0.3)
        return self._throttle(policy)

    def _throttle(self, policy: Policy) -> Fetch:
        site = self.net.world.sites[policy.targets[0]]
        reply = self._page(site)
        piece, gap, at, reads, got = 1448, self.rng.uniform(0.45, 0.9), self._wait(2), [], 0
        while at < TIMEOUT - gap:
            reads.append((piece, round(at, 6)))
            got += piece
            at += gap * self.rng.uniform(0.9, 1.1)
        big = (reply.body * (got // len(reply.body) + 1))[: max(0, got - 400)]
        headers = tuple(header for header in reply.headers if header[0] != "Content-Length")
        return Fetch("generic_timeout_error", Reply(200, headers, big), TIMEOUT, tuple(reads))

    def _deliver(self, reply: Reply, times: float = 1.5) -> Fetch:
        seconds = self._wait(times)
        size = len(reply.body) + 180
        first = min(size, 1280)
        reads = [(first, round(seconds * 0.7, 6))] + ([(size - first, seconds)] if size > first else [])
        return Fetch(None, reply, seconds, tuple(reads))
