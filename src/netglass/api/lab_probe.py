"""Our own probe and test helper as the instrument that the lab measures with."""

import asyncio
from datetime import datetime
from functools import lru_cache
from random import Random
from ssl import SSLContext

from netglass.api.lab_helper import HelperMemory
from netglass.lab.authority import pin_group
from netglass.lab.player import Recorded
from netglass.lab.setting import Setting
from netglass.lab.sim.loop import VirtualLoop
from netglass.lab.truth import Outcome
from netglass.lab.world.world import World
from netglass.probe.config import Config, Vantage
from netglass.probe.handshake import make_context
from netglass.probe.helper import Helper, HelperConfig, Look
from netglass.probe.lookup import FindNetwork
from netglass.probe.measurement import TIME
from netglass.probe.pool import Pool
from netglass.probe.web_connectivity import measure
from netglass.wire.net import Endpoint, Flow, Host, LookupFailed, LookupProblem, Net, Stream

HELPER_PER_MINUTE = 100_000
"""Requests that the lab's helper takes from one client; only the lab's own probes ask it."""


class ProbeInstrument:
    """Measures with the probe, and serves with the test helper, as the scene of a run tells them."""

    def __init__(self) -> None:
        self._runs: dict[str, Config] = {}
        self._seen: tuple[World | None, HelperMemory] = None, HelperMemory()

    async def measure(self, net: Net, url: str, setting: Setting, test_start_time: datetime) -> Recorded:
        """Measure a URL."""
        config = self._runs.get(setting.report_id)
        if config is None:
            config = self._runs[setting.report_id] = _configure(setting, test_start_time)
        found = await measure(_Hiding(net) if setting.hides_rcode else net, url, config)
        keys = found.test_keys
        return Recorded(found.encode(), Outcome(keys.control_failure is not None, keys.accessible))

    def end_run(self, setting: Setting) -> None:
        """Forget a run and end its connections."""
        config = self._runs.pop(setting.report_id, None)
        if config is not None and config.pool is not None:
            config.pool.close()

    async def start_helper(self, host: Host, setting: Setting) -> None:
        """Serve as test helper."""
        config = HelperConfig(
            context=_trust(setting.helper_roots),
            secure=setting.world.authorities[0].serve(setting.helper_host),
            lab=True,
            per_minute=HELPER_PER_MINUTE,
            find_network=_map_networks(setting.world),
        )
        await Helper(host, config, lambda look: self._remember(look, setting)).listen(setting.helper, 443)

    def _remember(self, look: Look, setting: Setting) -> Look:
        """Return ``look`` with the memory of its world; where time is real, a look may fail by chance and serves once."""
        if not isinstance(asyncio.get_running_loop(), VirtualLoop):
            return look
        if self._seen[0] is not setting.world:
            self._seen = setting.world, HelperMemory()
        return self._seen[1].wrap(look, setting.machines)


def _configure(setting: Setting, test_start_time: datetime) -> Config:
    vantage = Vantage(
        probe_cc=setting.probe_cc,
        probe_asn=setting.probe_asn,
        probe_network_name=setting.probe_network_name,
        resolver_asn=setting.resolver_asn,
        resolver_ip=setting.resolver,
        resolver_network_name=setting.resolver_network_name,
        annotations=setting.annotations,
        software_version=setting.version,
    )
    return Config(
        context=_trust(setting.roots),
        vantage=vantage,
        report_id=setting.report_id,
        test_start_time=test_start_time.strftime(TIME),
        helper=f"https://{setting.helper_host}/",
        helper_addresses=(setting.helper,),
        resolver=Endpoint(setting.public_resolver, 53),
        doh=f"https://{setting.public_host}/dns-query",
        doh_addresses=(setting.public_resolver,),
        http3=setting.speaks_http3,
        find_network=_map_networks(setting.world),
        random=Random(setting.seed),
        pool=Pool(),
    )


@lru_cache(16)
def _trust(roots: str) -> SSLContext:
    return pin_group(make_context(roots))


def _map_networks(world: World) -> FindNetwork:
    def find(address: str) -> tuple[int, str] | None:
        holder = world.plan.find(address)
        return (holder.asn, holder.name) if holder else None

    return find


class _Hiding:
    """A machine whose resolver does not say why a lookup failed, as Android's ``getaddrinfo`` does not."""

    def __init__(self, net: Net) -> None:
        self._net = net

    async def connect(self, address: str, port: int) -> Stream:
        return await self._net.connect(address, port)

    async def open_flow(self, address: str, port: int) -> Flow:
        return await self._net.open_flow(address, port)

    async def resolve(self, name: str) -> list[str]:
        try:
            return await self._net.resolve(name)
        except LookupFailed as error:
            raise LookupFailed(LookupProblem.NO_ADDRESS) from error

    def read_clock(self) -> datetime:
        return self._net.read_clock()
