"""Who measures when, which sites, with which device, and which innocent cause meets the run: drawn from the seed, a day at a time."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from netglass.lab.calendar import Calendar
from netglass.lab.confounding import CONFOUNDERS, Scope
from netglass.lab.scenario import Confounder
from netglass.lab.world.world import AccessNetwork

_DEVICES = (
    ("android", "mobile"),
    ("android", "wifi"),
    ("windows", "wifi"),
    ("linux", "wired_ethernet"),
    ("macos", "wifi"),
    ("ios", "wifi"),
)

_LATE_HOURS = 2, 72


@dataclass(frozen=True)
class Volunteer:
    """A person's probe: where it is and what it runs on.

    Attributes:
        network: from which it measures.
        number: which of the network's it is, from 0.
        platform: operating system.
        network_type: how it is connected.
        version: of its client.
    """

    network: AccessNetwork
    number: int
    platform: str
    network_type: str
    version: str


@dataclass(frozen=True)
class Run:
    """Some sites, measured one after another by a volunteer.

    Attributes:
        number: place in the calendar, from 0.
        volunteer: who.
        start: when, by the right clock, UTC and naive.
        hosts: the sites in their order.
        cause: the innocent cause that meets the whole run, or none.
        late: how long the results wait before they are uploaded.
    """

    number: int
    volunteer: Volunteer
    start: datetime
    hosts: tuple[str, ...]
    cause: Confounder | None
    late: timedelta

    @property
    def version(self) -> str:
        """The version that measures: a broken one where that is the run's cause."""
        major, minor, _ = self.volunteer.version.split(".")
        is_broken = self.cause is not None and self.cause.kind == "broken_version"
        return f"{major}.{int(minor) + 1}.1" if is_broken else self.volunteer.version


class Schedule:
    """The runs of a calendar.

    Args:
        calendar: what happens.
    """

    def __init__(self, calendar: Calendar) -> None:
        self._calendar, self._world, self._scenario = calendar, calendar.world, calendar.scenario
        minor = self._world.draw("version").randint(18, 26)
        self._volunteers = {
            network.asn: [self._enlist(network, number, minor) for number in range(self._scenario.probes.volunteers)]
            for network in self._world.networks
        }
        self._home = {cc: self._list_home(cc) for cc in self._scenario.countries}

    def list_runs(self) -> Iterator[Run]:
        """Yield the runs, a day at a time and in the order of their start within it."""
        number = 0
        for day in range(self._scenario.days):
            found = [run for network in self._world.networks for run in self._list_day(network, day)]
            for start, volunteer, rng in sorted(found, key=lambda run: (run[0], run[1].network.asn, run[1].number)):
                yield self._make_run(number, start, volunteer, rng)
                number += 1

    def _enlist(self, network: AccessNetwork, number: int, minor: int) -> Volunteer:
        rng = self._world.draw(f"volunteer:{network.asn}:{number}")
        platform, kind = rng.choice(_DEVICES)
        version = f"3.{rng.choice((minor, minor, minor - 2))}.0"
        return Volunteer(network, number, platform, kind, version)

    def _list_home(self, cc: str) -> list[str]:
        """Return the sites that are spoken of in a country: its targets, and what is odd there."""
        scenario = self._scenario
        named = [host for policy in scenario.policies if policy.cc == cc for host in policy.targets]
        named += [host for order in scenario.orders for host in order.targets if self._order_cc(order.instrument) == cc]
        near = [
            host for policy in scenario.policies if policy.cc == cc for host in self._calendar.find_collateral(policy)
        ]
        odd = [host for cause in scenario.confounders if cause.cc in (None, cc) for host in cause.sites]
        return list(dict.fromkeys((*named, *sorted(near), *odd)))

    def _order_cc(self, instrument: str) -> str:
        return next(found.cc for found in self._scenario.instruments if found.id == instrument)

    def _list_day(self, network: AccessNetwork, day: int) -> Iterator[tuple[datetime, Volunteer, random.Random]]:
        probes, asn = self._scenario.probes, network.asn
        midnight = self._scenario.start + timedelta(days=day)
        rng = self._world.draw(f"day:{asn}:{day}")
        most = max(1.0, *(surge.factor for surge in probes.surges), 1.0)
        mean = probes.runs_per_day * most
        for _ in range(int(mean) + (rng.random() < mean % 1)):
            start = midnight + timedelta(seconds=rng.randrange(86_400))
            keeps = rng.random() * most < self._factor(network, start)
            volunteer = self._choose(network, start, rng)
            start = self._calendar.move_from_boundary(asn, start)
            if keeps and start < self._scenario.end and not self._calendar.is_silent(network, start):
                yield start, volunteer, random.Random(f"{self._scenario.seed}:run:{asn}:{day}:{_}")

    def _factor(self, network: AccessNetwork, moment: datetime) -> float:
        factor = 1.0
        for surge in self._scenario.probes.surges:
            begin, end = self._calendar.span(surge.begin, surge.end)
            if begin <= moment < end and network.asn in self._calendar.list_asns(surge.cc, surge.networks):
                factor *= surge.factor
        return factor

    def _choose(self, network: AccessNetwork, moment: datetime, rng: random.Random) -> Volunteer:
        volunteers = self._volunteers[network.asn]
        chosen = rng.choice(volunteers)
        for surge in self._scenario.probes.surges:
            begin, end = self._calendar.span(surge.begin, surge.end)
            if (
                surge.by_one
                and begin <= moment < end
                and network.asn in self._calendar.list_asns(surge.cc, surge.networks)
            ):
                return volunteers[0]
        return chosen

    def _make_run(self, number: int, start: datetime, volunteer: Volunteer, rng: random.Random) -> Run:
        probes, network = self._scenario.probes, volunteer.network
        cause = next(
            (cause for cause in self._calendar.list_run_causes(network, start) if rng.random() < cause.share), None
        )
        home = [host for host in self._home[network.cc] if rng.random() < probes.home_share]
        if cause and CONFOUNDERS[cause.kind].scope is Scope.RUN_SITE:
            home += [host for host in cause.sites if host not in home]
        others = [host for host in self._world.sites if host not in self._home[network.cc] and host != probes.canary]
        rng.shuffle(home)
        room = max(0, probes.urls_per_run - len(home) - (probes.canary is not None))
        chosen = home[: probes.urls_per_run] + rng.sample(others, min(room, len(others)))
        rng.shuffle(chosen)
        first = (probes.canary,) if probes.canary else ()
        is_late = rng.random() < probes.late_share
        hours = rng.uniform(*_LATE_HOURS)
        late = timedelta(hours=hours) if is_late else timedelta(seconds=rng.randint(2, 9))
        return Run(number, volunteer, start, tuple(dict.fromkeys((*first, *chosen))), cause, late)
