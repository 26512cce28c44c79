"""What holds at a moment on a network: which policies and innocent causes, and so which rules, faults and habits.

A *scene* is frozen: a run of a probe lasts some minutes, and no run is begun so shortly before a boundary of its network's calendar
that something would change under it (``move_from_boundary``).
"""

from bisect import bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from netglass.lab.affliction import AFFLICTIONS, NONE, Affliction
from netglass.lab.censor.rule import AnyRule, DnsAction, DnsRule
from netglass.lab.confounding import CONFOUNDERS, Scope
from netglass.lab.enforcement import BY_ADDRESS, ENFORCEMENTS, Means
from netglass.lab.scenario import Confounder, Policy, Shutdown, When
from netglass.lab.world.resolver import HONEST, Habit
from netglass.lab.world.site import Fault
from netglass.lab.world.world import AccessNetwork, World
from netglass.wire.dns_message import NXDOMAIN, SERVFAIL

RUN_LENGTH = timedelta(hours=1)
"""Longest time that a run may take."""

BROKEN_NAMES = {"down_nxdomain": NXDOMAIN, "down_servfail": SERVFAIL}
"""Faults that lie in the zone."""


class Window(NamedTuple):
    """A mechanism of a policy on some networks, from ``begin`` to before ``end``; both may reach beyond the calendar."""

    policy: Policy
    mechanism: str
    asns: frozenset[int]
    begin: datetime
    end: datetime

    def holds(self, asn: int, moment: datetime) -> bool:
        """Tell whether it is in force on a network at a moment."""
        return asn in self.asns and self.begin <= moment < self.end


class Acting(NamedTuple):
    """A policy's mechanism that is in force: what it is meant to hit, and what it hits by the way."""

    rule_id: str
    policy_id: str
    mechanism: str
    targets: frozenset[str]
    collateral: frozenset[str]


@dataclass(frozen=True)
class Scene:
    """The world as one network sees it at a moment.

    Attributes:
        moment: when, UTC and naive.
        network: where.
        acting: policies in force, by the id of their rule.
        rules: of the censor on the path.
        lies: that the network's resolver tells.
        faults: what is wrong with sites, by host.
        broken: response codes of names.
        causes: the innocent causes that hold here, but for those of runs.
        proxied: sites that are reached through the network's proxy, with the cause.
        habit: of the network's resolver.
        affliction: what is wrong with the run.
        run_cause: the cause of that, or none.
    """

    moment: datetime
    network: AccessNetwork
    acting: Mapping[str, Acting]
    rules: tuple[AnyRule, ...]
    lies: tuple[DnsRule, ...]
    faults: Mapping[str, tuple[Fault, ...]]
    broken: Mapping[str, int]
    causes: tuple[Confounder, ...]
    habit: Habit
    affliction: Affliction
    run_cause: Confounder | None


class Calendar:
    """All that a scenario lets happen, ready to be asked.

    Args:
        world: the world of the scenario.
    """

    def __init__(self, world: World) -> None:
        self.world, self.scenario = world, world.scenario
        self.windows = [window for policy in self.scenario.policies for window in _list_windows(self, policy)]
        self._collateral = {policy.id: _find_collateral(world, policy) for policy in self.scenario.policies}
        self._boundaries = {network.asn: self._list_boundaries(network) for network in world.networks}

    def find_collateral(self, policy: Policy) -> frozenset[str]:
        """Return the sites that a policy hits by the way, because they share an address with a target."""
        by_address = any(phase.mechanism in BY_ADDRESS for phase in policy.phases)
        return self._collateral[policy.id] if by_address else frozenset()

    def list_asns(self, cc: str | None, chosen: tuple[int, ...], without: tuple[int, ...] = ()) -> frozenset[int]:
        """Return AS numbers: the chosen ones, or all of a country, or all; without some."""
        named = chosen or [network.asn for network in self.world.networks if cc in (None, network.cc)]
        return frozenset(named) - frozenset(without)

    def span(self, begin: When | None, end: When | None) -> tuple[datetime, datetime]:
        """Return a begin and an end as dates; what is open lies outside of the calendar."""
        scenario = self.scenario
        return (
            scenario.start - timedelta(days=1) if begin is None else scenario.resolve(begin),
            scenario.end + timedelta(days=1) if end is None else scenario.resolve(end),
        )

    def holds(self, cause: Confounder | Shutdown, network: AccessNetwork, moment: datetime) -> bool:
        """Tell whether a cause or a shutdown concerns a network at a moment."""
        begin, end = self.span(cause.begin, cause.end)
        return begin <= moment < end and network.asn in self.list_asns(cause.cc, cause.networks)

    def is_silent(self, network: AccessNetwork, moment: datetime) -> bool:
        """Tell whether nothing is heard from a network at a moment."""
        return any(self.holds(shutdown, network, moment) for shutdown in self.scenario.shutdowns)

    def list_run_causes(self, network: AccessNetwork, moment: datetime) -> list[Confounder]:
        """Return the causes that a run may meet there and then."""
        return [
            cause
            for cause in self.scenario.confounders
            if CONFOUNDERS[cause.kind].scope in (Scope.RUN, Scope.RUN_SITE) and self.holds(cause, network, moment)
        ]

    def move_from_boundary(self, asn: int, moment: datetime) -> datetime:
        """Return a moment at which a run can begin: the same, or where something changes before its end, the time of that."""
        boundaries = self._boundaries[asn]
        while True:
            place = bisect_right(boundaries, moment)
            if place == len(boundaries) or boundaries[place] >= moment + RUN_LENGTH:
                return moment
            moment = boundaries[place]

    def set_scene(self, network: AccessNetwork, moment: datetime, run_cause: Confounder | None) -> Scene:
        """Return what holds on a network at a moment."""
        affliction = AFFLICTIONS[run_cause.kind](self.world, network.asn) if run_cause else NONE
        holding = [window for window in self.windows if window.holds(network.asn, moment)]
        acting: dict[str, Acting] = {}
        rules: list[AnyRule] = list(affliction.rules)
        lies: list[DnsRule] = []
        for window in holding:
            made = self._enforce(window, network)
            policy = window.policy
            collateral = self._collateral[policy.id] if window.mechanism in BY_ADDRESS else frozenset()
            for rule in made:
                acting[rule.id] = Acting(rule.id, policy.id, window.mechanism, frozenset(policy.targets), collateral)
            if policy.at == "resolver":
                lies += [rule for rule in made if isinstance(rule, DnsRule)]
            else:
                rules += made
        causes = [cause for cause in self.scenario.confounders if self._is_lasting(cause, network, moment)]
        rules += [_lead_to_proxy(network, cause) for cause in causes if cause.kind == "transparent_proxy"]
        faults, broken = _list_faults(causes)
        habit = affliction.habit or HONEST
        return Scene(
            moment,
            network,
            acting,
            tuple(rules),
            tuple(lies),
            faults,
            broken,
            tuple(causes),
            habit,
            affliction,
            run_cause,
        )

    def _is_lasting(self, cause: Confounder, network: AccessNetwork, moment: datetime) -> bool:
        scope = CONFOUNDERS[cause.kind].scope
        begin, end = self.span(cause.begin, cause.end)
        if scope in (Scope.SITE, Scope.COUNTRY):  # the world is the same for all; the server looks at the country
            return begin <= moment < end
        return scope is Scope.NETWORK_SITE and self.holds(cause, network, moment)

    def _enforce(self, window: Window, network: AccessNetwork) -> list[AnyRule]:
        policy, services = window.policy, self.world.services
        number = self.windows.index(window)
        addresses = [a for host in policy.targets for a in self.world.entries[host].everywhere()]
        means = Means(
            rule_id=f"{policy.id}/{number}",
            names=policy.targets,
            addresses=tuple(dict.fromkeys(addresses)),
            notice=self.world.notices[network.cc][policy.notice],
            forged=services.stranger,
            bogon=services.bogon,
            forgers={kind: (address,) for kind, address in services.forgers.items()},
            in_path=policy.in_path,
            residual_s=policy.residual_s,
        )
        return ENFORCEMENTS[window.mechanism](means)

    def _list_boundaries(self, network: AccessNetwork) -> list[datetime]:
        spans = [(window.begin, window.end) for window in self.windows if network.asn in window.asns]
        spans += [self.span(item.begin, item.end) for item in self.scenario.confounders]
        spans += [self.span(item.begin, item.end) for item in self.scenario.shutdowns]
        return sorted({moment for span in spans for moment in span})


def _list_windows(calendar: Calendar, policy: Policy) -> Iterator[Window]:
    own = calendar.list_asns(policy.cc, policy.networks, policy.obeys_not)
    for phase in policy.phases:
        asns = own & frozenset(phase.networks) if phase.networks else own
        if not asns:
            continue  # nobody who is meant obeys
        begin, end = calendar.span(phase.begin, phase.end)
        for number in range(phase.times):
            later = number * (phase.every or timedelta())
            yield Window(policy, phase.mechanism, asns, begin + later, end + later)


def _find_collateral(world: World, policy: Policy) -> frozenset[str]:
    """Return the sites that have an address in common with a target."""
    hit = {address for host in policy.targets for address in world.entries[host].everywhere()}
    near = {site.host for site in world.sites.values() if hit & set(site.entry.everywhere())}
    return frozenset(near) - frozenset(policy.targets)


def _lead_to_proxy(network: AccessNetwork, cause: Confounder) -> DnsRule:
    return DnsRule(id=f"cause/{cause.id}", names=cause.sites, action=DnsAction.ADDRESS, answers=(network.proxy,))


def _list_faults(causes: list[Confounder]) -> tuple[dict[str, tuple[Fault, ...]], dict[str, int]]:
    faults: dict[str, tuple[Fault, ...]] = {}
    broken: dict[str, int] = {}
    for cause in causes:
        for host in cause.sites:
            if cause.kind in BROKEN_NAMES:
                broken[host] = BROKEN_NAMES[cause.kind]
            elif cause.kind != "transparent_proxy":
                countries = frozenset({cause.cc} if cause.cc else ())
                faults[host] = (*faults.get(host, ()), Fault(cause.kind, countries))
    return faults, broken
