"""What a probe in a scene is to be told: which resolvers and helper there are, whom to trust, and what to say of itself."""

from collections.abc import Hashable
from typing import NamedTuple

from netglass.lab.calendar import Scene
from netglass.lab.volunteer import Run
from netglass.lab.world.settle import describe_machines
from netglass.lab.world.world import World


class Setting(NamedTuple):
    """What a probe is to be told.

    Attributes:
        world: everything that exists, to tell whose an address is.
        machines: equal for all settings in which all machines do the same.
        seed: of the probe's own random numbers.
        resolver: address of the resolver that its system asks.
        public_resolver: address of the public resolver that it asks by itself.
        public_host: name of that, for DNS over HTTPS.
        helper: address of the test helper.
        helper_host: its name.
        roots: the roots that the client trusts, PEM.
        helper_roots: the roots that the helper trusts, PEM.
        speaks_http3: whether a site of the world speaks HTTP/3.
        hides_rcode: whether lookups of the system do not say why they failed.
        probe_cc: country to be written.
        probe_asn: network to be written, as ``AS64512``.
        probe_network_name: its name.
        resolver_asn: network of the system's resolver.
        resolver_network_name: its name.
        annotations: what else is told of the probe.
        version: of the client's software.
        report_id: id of the run.
    """

    world: World
    machines: Hashable
    seed: str
    resolver: str
    public_resolver: str
    public_host: str
    helper: str
    helper_host: str
    roots: str
    helper_roots: str
    speaks_http3: bool
    hides_rcode: bool
    probe_cc: str
    probe_asn: str
    probe_network_name: str
    resolver_asn: str
    resolver_network_name: str
    annotations: dict[str, str]
    version: str
    report_id: str


def describe_setting(world: World, scene: Scene, run: Run, report_id: str) -> Setting:
    """Return what the probe of a run is to be told."""
    roots = [authority.root_pem for authority in world.authorities]
    services, affliction, network = world.services, scene.affliction, scene.network
    resolver = services.filter if affliction.uses_filter else network.resolver
    holder = world.plan.find(resolver)
    is_open = not affliction.withholds_network
    return Setting(
        world=world,
        machines=describe_machines(scene),
        seed=f"{world.scenario.seed}:{run.number}",
        resolver=resolver,
        public_resolver=services.public,
        public_host=services.public_host,
        helper=services.helper,
        helper_host=services.helper_host,
        roots=roots[0] if affliction.lacks_root else "".join(roots),
        helper_roots="".join(roots),
        speaks_http3=any(site.http3 for site in world.sites.values()),
        hides_rcode=affliction.hides_rcode,
        probe_cc=network.cc,
        probe_asn=f"AS{network.asn}" if is_open else "AS0",
        probe_network_name=network.name if is_open else "",
        resolver_asn=f"AS{holder.asn}" if holder and is_open else "AS0",
        resolver_network_name=holder.name if holder and is_open else "",
        annotations={
            "engine_name": "netglass-probe",
            "engine_version": run.version,
            "network_type": run.volunteer.network_type,
            "platform": run.volunteer.platform,
        },
        version=run.version,
        report_id=report_id,
    )
