"""What in a scenario contradicts itself: names that nobody has, times that end before they begin, blocks that show nothing.

A scenario whose truth would be unclear is refused. So no two policies act on one site and network at once, a block that TLS
would hide is not played on a site without TLS, and a site that is down at its address has that address for itself.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import combinations

from netglass.lab.confounding import CONFOUNDERS, Scope
from netglass.lab.enforcement import BY_ADDRESS, NEEDS_PLAIN, NEEDS_TLS
from netglass.lab.scenario import ELSEWHERE_CC, Phase, Policy, Scenario, Site

_AT_ADDRESS = ("down_timeout", "down_refused")

When = datetime | timedelta


def find_faults(scenario: Scenario) -> list[str]:
    """Return a sentence for each thing that contradicts another."""
    checks = (
        _check_names,
        _check_http3,
        _check_references,
        _check_times,
        _check_policies,
        _check_overlap,
        _check_confounders,
    )
    return [fault for check in checks for fault in check(scenario)]


def list_asns(scenario: Scenario, cc: str | None) -> set[int]:
    """Return the AS numbers that are named for a country, or for all."""
    lands = scenario.countries.items()
    return {network.asn for code, land in lands if cc in (None, code) for network in land.networks}


def _check_hops(scenario: Scenario) -> Iterator[str]:
    spoken_of = {host for policy in scenario.policies for host in policy.targets}
    spoken_of |= {host for cause in scenario.confounders for host in cause.sites}
    for site in scenario.sites:
        if site.redirect in spoken_of:
            yield f"sites: {site.host} leads to {site.redirect}, to which something happens: what is true of it would be unclear"


def _check_http3(scenario: Scenario) -> Iterator[str]:
    for site in scenario.sites:
        if site.http3 and (site.hosting != "own" or site.scheme == "http"):
            yield f"sites: {site.host} speaks HTTP/3: it needs TLS and an address of its own"


def _find_twice(values: list[str]) -> Iterator[str]:
    yield from sorted({value for value in values if values.count(value) > 1})


def _check_names(scenario: Scenario) -> Iterator[str]:
    for host in _find_twice([site.host for site in scenario.sites]):
        yield f"sites: {host} is there twice"
    asns = [str(network.asn) for land in scenario.countries.values() for network in land.networks]
    for asn in _find_twice(asns):
        yield f"countries: AS{asn} is there twice"
    ids = [policy.id for policy in scenario.policies] + [shutdown.id for shutdown in scenario.shutdowns]
    ids += [confounder.id for confounder in scenario.confounders] + [order.id for order in scenario.orders]
    ids += [instrument.id for instrument in scenario.instruments]
    ids += [item.id for item in scenario.statements] + [item.id for item in scenario.pledges]
    for name in _find_twice(ids):
        yield f"the id {name} is given twice"
    if ELSEWHERE_CC in scenario.countries:
        yield f"countries: {ELSEWHERE_CC} is where the test helper is: choose another"
    if not any(land.networks or land.more_networks for land in scenario.countries.values()):
        yield "countries: no network is there to measure from"


def _check_references(scenario: Scenario) -> Iterator[str]:
    hosts = {site.host for site in scenario.sites}
    instruments = {item.id for item in scenario.instruments}
    orders = {order.id for order in scenario.orders}
    wanted = [
        *((f"policies: {item.id}", item.targets, hosts, "site") for item in scenario.policies),
        *((f"confounders: {item.id}", item.sites, hosts, "site") for item in scenario.confounders),
        *((f"orders: {item.id}", (item.instrument,), instruments, "instrument") for item in scenario.orders),
        *((f"policies: {item.id}", _some(item.order), orders, "order") for item in scenario.policies),
        *((f"policies: {item.id}", _some(item.instrument), instruments, "instrument") for item in scenario.policies),
        *((f"shutdowns: {item.id}", _some(item.order), orders, "order") for item in scenario.shutdowns),
        *((f"sites: {site.host}", _some(site.redirect), hosts, "site") for site in scenario.sites),
        ("probes: canary", _some(scenario.probes.canary), hosts, "site"),
    ]
    for place, names, known, kind in wanted:
        for name in names:
            if name not in known:
                yield f"{place} speaks of {kind} {name}, which is not in the scenario"
    yield from _check_places(scenario)


def _some(value: str | None) -> tuple[str, ...]:
    return () if value is None else (value,)


def _check_places(scenario: Scenario) -> Iterator[str]:
    groups = [("policies", item.id, item.cc, (*item.networks, *item.obeys_not)) for item in scenario.policies]
    groups += [("policies", item.id, item.cc, p.networks) for item in scenario.policies for p in item.phases]
    groups += [("shutdowns", item.id, item.cc, item.networks) for item in scenario.shutdowns]
    groups += [("statements", item.id, item.cc, ()) for item in scenario.statements]
    groups += [("pledges", item.id, item.cc, ()) for item in scenario.pledges]
    instruments = {item.id: item.cc for item in scenario.instruments}
    groups += [("instruments", item.id, item.cc, ()) for item in scenario.instruments]
    groups += [
        ("orders", o.id, instruments[o.instrument], o.networks) for o in scenario.orders if o.instrument in instruments
    ]
    loose = [("confounders", c.id, c.cc, c.networks) for c in scenario.confounders]
    loose += [("probes: surges", str(n), s.cc, s.networks) for n, s in enumerate(scenario.probes.surges)]
    for section, name, cc, asns in [*groups, *loose]:
        if cc is not None and cc not in scenario.countries:
            yield f"{section}: {name} speaks of country {cc}, which is not in the scenario"
        for asn in sorted(set(asns) - list_asns(scenario, cc)):
            yield f"{section}: {name} speaks of AS{asn}, which is no named network{f' of {cc}' if cc else ''}"


def _check_times(scenario: Scenario) -> Iterator[str]:
    spans: list[tuple[str, When | None, When | None]] = [
        (f"policies: {item.id}", phase.begin, phase.end) for item in scenario.policies for phase in item.phases
    ]
    spans += [(f"shutdowns: {item.id}", item.begin, item.end) for item in scenario.shutdowns]
    spans += [(f"confounders: {item.id}", item.begin, item.end) for item in scenario.confounders]
    spans += [(f"orders: {item.id}", item.issued, item.lifted) for item in scenario.orders]
    spans += [(f"probes: surges {number}", item.begin, item.end) for number, item in enumerate(scenario.probes.surges)]
    for place, begin, end in spans:
        if begin is not None and end is not None and scenario.resolve(begin) >= scenario.resolve(end):
            yield f"{place} ends before it begins"
        if begin is not None and scenario.resolve(begin) >= scenario.end:
            yield f"{place} begins after the last day of the scenario"


def _check_policies(scenario: Scenario) -> Iterator[str]:
    sites = {site.host: site for site in scenario.sites}
    for policy in scenario.policies:
        for phase in policy.phases:
            for site in (sites[host] for host in policy.targets if host in sites):
                yield from _check_layer(policy, phase, site)
                if site.hosting == "cdn" and phase.mechanism in BY_ADDRESS:
                    yield f"policies: {policy.id}: {phase.mechanism} would hit every site of {site.host}'s content network"
            if policy.at == "resolver" and not phase.mechanism.startswith("dns."):
                yield f"policies: {policy.id}: a resolver cannot do {phase.mechanism}"
            if policy.networks and not set(phase.networks) <= set(policy.networks):
                yield f"policies: {policy.id}: a phase names a network that the policy does not"
        if not set(policy.obeys_not) <= (set(policy.networks) or list_asns(scenario, policy.cc)):
            yield f"policies: {policy.id}: obeys_not names a network that the policy does not concern"
        if policy.order and policy.instrument:
            yield f"policies: {policy.id}: name the order or the instrument, an order names its own"


def _check_layer(policy: Policy, phase: Phase, site: Site) -> Iterator[str]:
    secure = site.scheme == "https" or site.moves_to == "https"
    if phase.mechanism in NEEDS_TLS and not secure:
        yield f"policies: {policy.id}: {phase.mechanism} does nothing to {site.host}, which speaks no TLS"
    if phase.mechanism in NEEDS_PLAIN and site.scheme == "https":
        yield f"policies: {policy.id}: {phase.mechanism} does nothing to {site.host}, which is asked over TLS"
    if phase.mechanism == "quic.timeout" and not site.http3:
        yield f"policies: {policy.id}: {phase.mechanism} does nothing to {site.host}, which speaks no HTTP/3"


def _check_overlap(scenario: Scenario) -> Iterator[str]:
    for one, other in combinations(scenario.policies, 2):
        shared = set(one.targets) & set(other.targets)
        if one.cc != other.cc or not shared:
            continue
        networks = [set(p.networks) or list_asns(scenario, p.cc) for p in (one, other)]
        spans = [_list_spans(scenario, policy) for policy in (one, other)]
        if networks[0] & networks[1] and any(a[0] < b[1] and b[0] < a[1] for a in spans[0] for b in spans[1]):
            yield f"policies {one.id} and {other.id} act on {min(shared)} at once: make them phases of one policy"


def _list_spans(scenario: Scenario, policy: Policy) -> list[tuple[datetime, datetime]]:
    return [
        (
            scenario.resolve(phase.begin) if phase.begin is not None else datetime.min,
            scenario.resolve(phase.end) + (phase.every or timedelta()) * (phase.times - 1)
            if phase.end is not None
            else datetime.max,
        )
        for phase in policy.phases
    ]


def _check_confounders(scenario: Scenario) -> Iterator[str]:
    sites = {site.host: site for site in scenario.sites}
    for confounder in scenario.confounders:
        kind = CONFOUNDERS[confounder.kind]
        for site in (sites[host] for host in confounder.sites if host in sites):
            if confounder.kind in _AT_ADDRESS and (site.hosting != "own" or site.ipv6):
                yield f"confounders: {confounder.id}: {site.host} shares its addresses, so others would be down too"
            if kind.only == "tls" and site.scheme == "http":
                yield f"confounders: {confounder.id}: {site.host} speaks no TLS"
        if kind.scope is Scope.SITE and (confounder.cc or confounder.networks):
            yield f"confounders: {confounder.id}: {confounder.kind} is the same for everybody: leave cc and networks out"
