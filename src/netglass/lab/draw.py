"""Draw a scenario at random: countries, networks, sites, policies with their orders, innocent causes, volunteers.

A benchmark that always plays the same scenario is learned by heart. Here the seed chooses who blocks what, where, when and by which
mechanism, and what goes wrong beside it, so that a seed that nobody has looked at is a fair test. What is drawn is the data that people
type in a scenario file; it passes the same checks.

How often each mechanism is drawn (``MECHANISMS``) is a choice and no estimate of the world: every one that a packet can show comes up,
those that are reported most (names, server names, hosts and addresses) more often than the rare ones.
"""

import random
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from netglass.lab.confounding import CONFOUNDERS, Scope
from netglass.lab.enforcement import BY_ADDRESS
from netglass.lab.world.page import make_words

Data = dict[str, Any]

START = "2026-03-02"

MECHANISMS: dict[str, int] = {
    "dns.injection.blockpage": 4,
    "dns.injection.bogon": 3,
    "dns.injection.other": 2,
    "dns.nxdomain": 3,
    "dns.refused": 1,
    "dns.servfail": 1,
    "dns.nodata": 1,
    "dns.timeout": 2,
    "tcp.timeout": 3,
    "tcp.refused": 2,
    "ip.unreachable": 1,
    "tls.reset.sni": 5,
    "tls.reset.other": 1,
    "tls.timeout": 4,
    "tls.eof": 2,
    "tls.alert": 1,
    "tls.mitm.self_signed": 2,
    "tls.mitm.ca_signed": 1,
    "tls.throttle.sni": 2,
    "http.blockpage": 4,
    "http.redirect": 3,
    "http.error": 1,
    "http.reset.host": 3,
    "http.timeout": 2,
    "http.eof": 1,
    "http.throttle.host": 1,
    "quic.timeout": 1,
}
"""Every mechanism of the lab's censor, with its weight in the draw."""

RACED = ("dns.injection.blockpage", "dns.injection.bogon", "dns.injection.other", "tls.reset.sni", "http.reset.host")
"""Mechanisms that are at times played by a censor beside the path, who races the answer."""

SWITCHES = {
    "tls.reset.sni": "dns.injection.bogon",
    "tls.timeout": "dns.nxdomain",
    "http.blockpage": "dns.injection.blockpage",
}
"""What a policy may change to midway."""

SITE_CAUSES = tuple(name for name, cause in CONFOUNDERS.items() if cause.scope in (Scope.SITE, Scope.COUNTRY))
RUN_CAUSES = tuple(name for name, cause in CONFOUNDERS.items() if cause.scope is Scope.RUN)

_KINDS = ("Telecom", "Mobile", "Online", "Net", "Fiber", "Cell")
_LAWS = ("Media Act", "Public Order Act", "Communications Act", "Information Act", "Gaming Act")


class Size(NamedTuple):
    """How large a drawn scenario is; each pair is a range, both ends included."""

    days: tuple[int, int]
    countries: tuple[int, int]
    networks: tuple[int, int]
    policies: tuple[int, int]
    causes: float
    more_sites: int
    runs_per_day: float
    urls_per_run: int
    shutdowns: int = 0


SIZES: dict[str, Size] = {
    "blocks": Size((12, 16), (2, 3), (2, 4), (9, 13), 0.3, 10, 3.0, 14),
    "dense": Size((10, 12), (1, 1), (3, 4), (1, 2), 0.0, 4, 20.0, 3, shutdowns=2),
    "quiet": Size((12, 14), (2, 2), (2, 3), (0, 0), 0.45, 12, 2.5, 12),
}
"""The kinds of scenarios that can be drawn: blocks among innocent causes, shutdowns among many volunteers, and no block at all."""


def draw_scenario(kind: str, seed: int) -> Data:
    """Return a scenario as the data of a scenario file.

    Args:
        kind: a key of :data:`SIZES`.
        seed: the same gives the same scenario.

    Raises:
        KeyError: there is no such kind.
    """
    return _Sketch(kind, SIZES[kind], seed).finish()


class _Sketch:
    """A scenario under way."""

    def __init__(self, kind: str, size: Size, seed: int) -> None:
        self.kind, self.size, self.seed = kind, size, seed
        self.rng = random.Random(f"{seed}:{kind}")
        self.words = list(dict.fromkeys(make_words(self.rng, 400)))
        self.days = self.rng.randint(*size.days)
        self.countries: dict[str, Data] = {}
        self.sites: list[Data] = [{"host": "canary.test", "rank": 10, "http3": True}]
        self.instruments: list[Data] = []
        self.orders: list[Data] = []
        self.policies: list[Data] = []
        self.confounders: list[Data] = []
        self.shutdowns: list[Data] = []

    def finish(self) -> Data:
        self._settle_countries()
        for number in range(self.rng.randint(*self.size.policies)):
            self._add_policy(number)
        self._add_causes()
        for number in range(self.size.shutdowns):
            self._add_shutdown(number)
        size, rng = self.size, self.rng
        return {
            "title": f"Drawn: {self.kind}, seed {self.seed}",
            "description": f"Drawn at random with seed {self.seed}.",
            "start": START,
            "days": self.days,
            "seed": self.seed,
            "countries": self.countries,
            "sites": self.sites,
            "more_sites": size.more_sites,
            "instruments": self.instruments,
            "orders": self.orders,
            "policies": self.policies,
            "shutdowns": self.shutdowns,
            "confounders": self.confounders,
            "probes": {
                "runs_per_day": size.runs_per_day,
                "volunteers": 12 if size.shutdowns else 3,
                "urls_per_run": size.urls_per_run,
                "home_share": 0.6,
                "canary": "canary.test",
                "surges": [self._draw_surge()] if rng.random() < 0.5 and not size.shutdowns else [],
            },
        }

    def _draw_surge(self) -> Data:
        begin = self.rng.randint(2, self.days - 4)
        surge: Data = {"begin": f"{begin}d", "end": f"{begin + self.rng.randint(1, 3)}d", "factor": 3}
        return surge | {"by_one": True} if self.rng.random() < 0.3 else surge

    def _settle_countries(self) -> None:
        """Draw the countries that block, and one after them that does not."""
        count = self.rng.randint(*self.size.countries) + 1
        for place, letter in enumerate("ABCDEFGH"[:count]):
            self.countries[f"X{letter}"] = {
                "networks": [self._draw_network(64512 + 10 * place + number) for number in range(self._draw_count())]
            }

    def _draw_count(self) -> int:
        return self.rng.randint(*self.size.networks)

    def _draw_network(self, asn: int) -> Data:
        rng = self.rng
        network: Data = {
            "asn": asn,
            "name": f"{self.words.pop().title()} {rng.choice(_KINDS)}",
            "delay_ms": rng.randint(5, 60),
        }
        if rng.random() < 0.2:
            network["ipv6"] = "works"
        return network | ({"loss": 0.01} if rng.random() < 0.15 else {})

    @property
    def blockers(self) -> list[str]:
        """The countries in which something may be blocked."""
        return list(self.countries)[:-1]

    def list_asns(self, cc: str) -> list[int]:
        return [network["asn"] for network in self.countries[cc]["networks"]]

    def name_site(self, **traits: Any) -> str:
        host = f"{self.words.pop()}.{self.rng.choice(('test', 'example'))}"
        self.sites.append({"host": host, "rank": self.rng.randint(20, 90_000)} | traits)
        return host

    def _add_policy(self, number: int) -> None:
        rng, cc = self.rng, self.rng.choice(self.blockers)
        mechanism = rng.choices(list(MECHANISMS), list(MECHANISMS.values()))[0]
        policy: Data = {"id": f"p-{number}", "cc": cc, "targets": self._draw_targets(mechanism)}
        asns = self.list_asns(cc)
        if len(asns) > 2 and rng.random() < 0.25:
            policy["networks"] = sorted(rng.sample(asns, rng.randint(2, len(asns) - 1)))
        elif len(asns) > 2 and rng.random() < 0.2:
            policy["obeys_not"] = [rng.choice(asns)]
        obeying = [asn for asn in policy.get("networks", asns) if asn not in policy.get("obeys_not", ())]
        policy["phases"], policy["scenario"] = self._draw_phases(mechanism, obeying)
        if policy["scenario"].startswith(
            "standing"
        ):  # what has no begin and no end in common cannot be told to be one block
            policy["targets"] = policy["targets"][:1]
        if mechanism.startswith("dns.") and rng.random() < 0.2:
            policy["at"] = "resolver"
        elif mechanism in RACED and rng.random() < 0.25:
            policy["in_path"] = False
        if mechanism in ("tls.reset.sni", "http.reset.host") and rng.random() < 0.3:
            policy["residual_s"] = 20
        policy["notice"] = rng.randint(0, 2)
        if mechanism == "dns.injection.blockpage" and rng.random() < 0.3:
            dead = {"id": f"c-zombie-{number}", "kind": "down_nxdomain", "sites": policy["targets"]}
            self.confounders.append(dead)
        self._add_law(policy)
        self.policies.append(policy)

    def _draw_targets(self, mechanism: str) -> list[str]:
        rng, traits = self.rng, self._draw_traits(mechanism)
        if mechanism in BY_ADDRESS and (mechanism == "tls.reset.other" or rng.random() < 0.4):
            traits["hosting"] = f"shared:{self.words.pop()}"
            self.name_site(**traits)  # a neighbour, hit by the way
        return [self.name_site(**traits) for _ in range(rng.choice((1, 1, 1, 2, 3)))]

    def _draw_traits(self, mechanism: str) -> Data:
        rng = self.rng
        if mechanism.startswith("http."):
            traits: Data = {"scheme": "http"}
        elif mechanism.startswith(("tls.", "quic.")):
            traits = {}
        else:
            traits = {"scheme": rng.choice(("http", "https", "https"))}
        if mechanism.startswith("quic."):
            traits["http3"] = True
        elif "throttle" in mechanism:
            traits["page_bytes"] = rng.randint(60, 120) * 1000
        elif mechanism not in BY_ADDRESS and "mitm" not in mechanism and rng.random() < 0.25:
            traits |= {"hosting": "cdn"}
        return traits

    def _draw_phases(self, mechanism: str, asns: list[int]) -> tuple[list[Data], str]:
        """Return the phases of a policy, and the word for its course."""
        begin = self.rng.randint(2 * 24, (self.days - 6) * 24)
        end = begin + self.rng.randint(4 * 24, (self.days - 2) * 24 - begin)
        courses: list[tuple[int, str, Callable[[], Iterator[Data]]]] = [
            (5, "spell", lambda: iter([{"begin": _hours(begin), "end": _hours(end)}])),
            (3, "lasting", lambda: iter([{"begin": _hours(begin)}])),
            (1, "standing", lambda: iter([{}])),
            (1, "ending", lambda: iter([{"end": _hours(end)}])),
            (2, "rollout", lambda: self._roll_out(begin, asns)),
            (1, "hours", lambda: iter([self._repeat(begin)])),
            (1 if mechanism in SWITCHES else 0, "switch", lambda: _switch(begin, end, SWITCHES[mechanism])),
        ]
        _, word, draw = self.rng.choices(courses, [course[0] for course in courses])[0]
        phases = [{"mechanism": mechanism} | phase for phase in draw()]
        if mechanism == "quic.timeout":  # nobody bars HTTP/3 alone: who falls back to TLS would get the page
            phases += [phase | {"mechanism": "tls.timeout"} for phase in phases]
        return phases, f"{word}_{mechanism.replace('.', '_')}"

    def _roll_out(self, begin: int, asns: list[int]) -> Iterator[Data]:
        order = self.rng.sample(asns, len(asns))
        for asn in order:
            yield {"networks": [asn], "begin": _hours(begin)}
            begin = min(begin + self.rng.randint(8, 48), (self.days - 3) * 24)

    def _repeat(self, begin: int) -> Data:
        first = begin // 24 * 24 + self.rng.randint(5, 10)
        times = min(self.rng.randint(5, 7), self.days - 1 - first // 24)
        return {"begin": _hours(first), "end": _hours(first + 8), "every": "1d", "times": times}

    def _add_law(self, policy: Data) -> None:
        rng, cc = self.rng, policy["cc"]
        if rng.random() < 0.25:
            return
        known = [law["id"] for law in self.instruments if law["cc"] == cc]
        if not known:
            known = [f"law-{cc.lower()}"]
            self.instruments.append({"id": known[0], "title": rng.choice(_LAWS), "cc": cc, "provision": "article 9"})
        if rng.random() < 0.2:
            policy["instrument"] = known[0]
            return
        begin = _earliest(policy["phases"])
        issued = "2025-06-01" if begin is None else _hours(max(1, begin - rng.randint(6, 48)))
        order: Data = {
            "id": f"o-{policy['id']}",
            "instrument": known[0],
            "targets": policy["targets"],
            "issued": issued,
        }
        if "networks" in policy:
            order["networks"] = policy["networks"]
        self.orders.append(order)
        policy["order"] = order["id"]

    def _add_causes(self) -> None:
        rng = self.rng
        for kind in SITE_CAUSES:
            if rng.random() < self.size.causes:
                self._add_site_cause(kind)
        for kind in RUN_CAUSES:
            if rng.random() < self.size.causes:
                self.confounders.append(
                    {"id": f"c-{kind.replace('_', '-')}", "kind": kind} | self._place_run_cause(kind)
                )

    def _add_site_cause(self, kind: str) -> None:
        cause, begin = CONFOUNDERS[kind], self.rng.randint(1, self.days - 5)
        scheme = "http" if kind == "parked" or (cause.only != "tls" and self.rng.random() < 0.3) else "https"
        data: Data = {"id": f"c-{kind.replace('_', '-')}", "kind": kind, "sites": [self.name_site(scheme=scheme)]}
        if cause.needs_country:
            data["cc"] = self.rng.choice(list(self.countries))
        data["begin"] = f"{begin}d"
        self.confounders.append(
            data | ({"end": f"{begin + self.rng.randint(2, 4)}d"} if self.rng.random() < 0.7 else {})
        )

    def _place_run_cause(self, kind: str) -> Data:
        if kind in ("flaky_loss", "nxdomain_hijack"):
            cc = self.rng.choice(list(self.countries))
            place: Data = {"networks": [self.rng.choice(self.list_asns(cc))]}
            return place | ({"share": 0.3} if kind == "flaky_loss" else {})
        return {"share": round(self.rng.uniform(0.02, 0.06), 3)}

    def _add_shutdown(self, number: int) -> None:
        """Cut one network for some days in the first half, or all for a day in the second."""
        rng, cc, half = self.rng, self.blockers[0], self.days // 2
        if number:
            begin = rng.randint((half + 1) * 24, (self.days - 3) * 24)
            data: Data = {"begin": _hours(begin), "end": _hours(begin + rng.randint(20, 32))}
        else:
            begin = rng.randint(2 * 24, (half - 2) * 24)
            data = {"begin": _hours(begin), "end": _hours(begin + rng.randint(24, 48))}
            data["networks"] = [rng.choice(self.list_asns(cc))]
        self.shutdowns.append({"id": f"s-{number}", "cc": cc} | data)


def _switch(begin: int, end: int, other: str) -> Iterator[Data]:
    middle = (begin + end) // 2
    yield {"begin": _hours(begin), "end": _hours(middle)}
    yield {"begin": _hours(middle), "end": _hours(end), "mechanism": other}


def _hours(hours: int) -> str:
    return f"{hours // 24}d{hours % 24}h"


def _earliest(phases: list[Data]) -> int | None:
    """Return the first begin in hours, None where a phase stands from before the start."""
    begins = [phase.get("begin") for phase in phases]
    if None in begins:
        return None
    return min(int(begin.split("d")[0]) * 24 + int(begin.split("d")[1][:-1]) for begin in begins if begin)
