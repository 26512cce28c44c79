"""What surrounds ``test_keys``: who measured, from where, with what; and what a probe in a scene is to be told.

**Source**: OONI spec df-000-base; the fields and their order are those of the bucket's files.
"""

from typing import Any, NamedTuple

from netglass.lab.calendar import Scene
from netglass.lab.volunteer import Run
from netglass.lab.world.build import World


class Setting(NamedTuple):
    """What a probe in a scene is to be told.

    Attributes:
        resolver: address of the resolver that its system asks.
        public_resolver: address of the public resolver that it asks by itself.
        public_host: name of that, for DNS over HTTPS.
        helper: address of the test helper.
        helper_host: its name.
        roots: the roots that the client trusts, PEM.
        helper_roots: the roots that the helper trusts, PEM.
        helper_chain: the helper's own certificates, DER.
        helper_key: its key, PEM.
        hides_rcode: whether lookups of the system do not say why they failed.
        world: everything that exists, to tell whose an address is.
    """

    resolver: str
    public_resolver: str
    public_host: str
    helper: str
    helper_host: str
    roots: str
    helper_roots: str
    helper_chain: tuple[bytes, ...]
    helper_key: bytes
    hides_rcode: bool
    world: World


def describe_setting(world: World, scene: Scene, run: Run) -> Setting:
    """Return what the probe of a run is to be told."""
    roots = [authority.root_pem for authority in world.authorities]
    services = world.services
    leaf = world.authorities[0].issue(services.helper_host)
    return Setting(
        resolver=services.filter if scene.affliction.uses_filter else scene.network.resolver,
        public_resolver=services.public,
        public_host=services.public_host,
        helper=services.helper,
        helper_host=services.helper_host,
        roots=roots[0] if scene.affliction.lacks_root else "".join(roots),
        helper_roots="".join(roots),
        helper_chain=leaf.chain,
        helper_key=leaf.key,
        hides_rcode=scene.affliction.hides_rcode,
        world=world,
    )


def address_envelope(world: World, run: Run, setting: Setting, found: dict[str, Any]) -> dict[str, Any]:
    """Return a measurement in its envelope, without input, times and identifiers."""
    volunteer = run.volunteer
    network = volunteer.network
    withheld = run.cause is not None and run.cause.kind == "withheld_network"
    holder = world.plan.find(setting.resolver)
    return {
        "annotations": {
            "engine_name": found["software_name"],
            "engine_version": run.version,
            "network_type": volunteer.network_type,
            "platform": volunteer.platform,
        },
        "data_format_version": "0.2.0",
        "extensions": found["extensions"],
        "input": "",
        "measurement_start_time": "",
        "probe_asn": "AS0" if withheld else f"AS{network.asn}",
        "probe_cc": network.cc,
        "probe_ip": "127.0.0.1",
        "probe_network_name": "" if withheld else network.name,
        "report_id": "",
        "resolver_asn": f"AS{holder.asn}" if holder and not withheld else "AS0",
        "resolver_ip": setting.resolver,
        "resolver_network_name": holder.name if holder and not withheld else "",
        "software_name": found["software_name"],
        "software_version": run.version,
        "test_helpers": {"backend": {"address": f"https://{setting.helper_host}/", "type": "https"}},
        "test_keys": found["test_keys"],
        "test_name": "web_connectivity",
        "test_runtime": 0.0,
        "test_start_time": "",
        "test_version": found["test_version"],
    }
