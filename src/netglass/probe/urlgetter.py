"""Single steps towards an endpoint, for lists of messengers' servers and of resolvers: a lookup, a connect, or a handshake.

A list names them as OONI's urlgetter does: ``dnslookup://name``, ``tcpconnect://host:port``, ``tlshandshake://host:port``. A
lookup is made by every way that there is; a connect and a handshake go to every address that the system's resolver gives.
The record is one of urlgetter, so readers of that nettest find the same steps in it.

**Source**: OONI spec ts-027-urlgetter.
"""

import asyncio
from typing import NamedTuple
from urllib.parse import urlsplit

import msgspec

from netglass.probe.config import Config
from netglass.probe.connect import connect
from netglass.probe.failure import StepFailed
from netglass.probe.handshake import shake_hands
from netglass.probe.lookup import ask_system
from netglass.probe.lookup_doh import ask_doh
from netglass.probe.lookup_udp import Conversation
from netglass.probe.measurement import Measurement, UrlgetterKeys, make_measurement
from netglass.probe.trace import DOH, SECURE, SYSTEM, UDP, Trace
from netglass.probe.url import parse_target
from netglass.vocab.error import UsageError
from netglass.wire.net import Endpoint, Net

LOOKUP, CONNECT, HANDSHAKE = "dnslookup", "tcpconnect", "tlshandshake"
SCHEMES = (LOOKUP, CONNECT, HANDSHAKE)

TEST_NAME, TEST_VERSION = "urlgetter", "0.2.0"


class Step(NamedTuple):
    """What is asked of an endpoint: the step, its host (an A-label or an address), and its port, 0 for a lookup."""

    scheme: str
    host: str
    port: int
    is_address: bool


def is_step(url: str) -> bool:
    """Tell whether a URL names a single step."""
    return url.partition("://")[0] in SCHEMES


def parse_step(url: str) -> Step:
    """Read a URL that names a single step.

    Raises:
        UsageError: it has no host, or no port where one is needed, or one where none is.
    """
    scheme, _, rest = url.partition("://")
    if scheme not in SCHEMES:
        raise UsageError(f"{url!r} cannot be measured: write {', '.join(SCHEMES)}")
    target = parse_target(f"https://{rest}")
    if target.path != "/" or target.has_port == (scheme == LOOKUP) or (target.is_address and scheme == LOOKUP):
        form = "name" if scheme == LOOKUP else "host:port"
        raise UsageError(f"{url!r} cannot be measured: write {scheme}://{form}")
    return Step(scheme, target.host, urlsplit(f"https://{rest}").port or 0, target.is_address)


async def measure_step(net: Net, url: str, config: Config) -> Measurement[UrlgetterKeys]:
    """Measure a single step; whatever the network does is in the measurement and is not raised.

    Raises:
        UsageError: ``url`` names none.
    """
    step = parse_step(url)
    started, trace = net.read_clock(), Trace()
    failed: tuple[str, str] | None
    if step.scheme == LOOKUP:
        failed = await _look_up(net, step, config, trace)
    else:
        failed = await _reach(net, step, config, trace)
    runtime = trace.read_time()
    keys = UrlgetterKeys(
        failed_operation=failed[0] if failed else None,
        failure=failed[1] if failed else None,
        network_events=trace.events,
        queries=trace.queries,
        requests=[],
        tcp_connect=trace.connects,
        tls_handshakes=trace.handshakes,
        x_dns_duplicate_responses=trace.duplicates,
        x_dns_late_replies=trace.late,
    )
    report_id = config.report_id.replace("_webconnectivity_", f"_{TEST_NAME}_")
    measurement = make_measurement(url, msgspec.structs.replace(config, report_id=report_id), started, runtime, keys)
    measurement.test_name, measurement.test_version, measurement.test_helpers = TEST_NAME, TEST_VERSION, {}
    return measurement


async def _look_up(net: Net, step: Step, config: Config, trace: Trace) -> tuple[str, str] | None:
    """Ask every resolver; return operation and failure of the system's."""
    failed: tuple[str, str] | None = None
    async with asyncio.TaskGroup() as group:
        if config.resolver is not None:
            strand = trace.begin(UDP, ())
            conversation = Conversation(net, config.resolver, step.host, strand, strand, config)
            group.create_task(_converse(conversation))
        if config.doh is not None:
            group.create_task(_ask_doh(net, config.doh, step.host, trace, config))
        try:
            await ask_system(net, step.host, trace.begin(SYSTEM, ()), config.patience.lookup, config.find_network)
        except StepFailed as error:
            failed = "resolve", error.failure
    return failed


async def _converse(conversation: Conversation) -> None:
    try:
        await conversation.ask()
    except StepFailed:
        pass
    finally:
        await conversation.listen()


async def _ask_doh(net: Net, url: str, name: str, trace: Trace, config: Config) -> None:
    strand = trace.begin(DOH, ())
    try:
        await ask_doh(net, url, name, strand, strand, msgspec.structs.replace(config, pool=None))
    except StepFailed:
        return


async def _reach(net: Net, step: Step, config: Config, trace: Trace) -> tuple[str, str] | None:
    """Try every address; return operation and failure of the first where none of them works."""
    addresses = [step.host]
    if not step.is_address:
        strand = trace.begin(SYSTEM, ())
        try:
            addresses = await ask_system(net, step.host, strand, config.patience.lookup, config.find_network)
        except StepFailed as error:
            return "resolve", error.failure
    async with asyncio.TaskGroup() as group:
        tries = [
            group.create_task(_try(net, Endpoint(address, step.port), step, config, trace))
            for address in addresses[: config.most_addresses]
        ]
    ends = [task.result() for task in tries]
    return None if None in ends else ends[0]


async def _try(net: Net, endpoint: Endpoint, step: Step, config: Config, trace: Trace) -> tuple[str, str] | None:
    strand = trace.begin(SECURE, ())
    try:
        channel = await connect(net, endpoint, strand, config.patience.connect)
    except StepFailed as error:
        return "connect", error.failure
    if step.scheme == CONNECT:
        channel.close()
        return None
    try:
        secure = await shake_hands(channel, step.host, config.context, net.read_clock(), config.patience.handshake)
    except StepFailed as error:
        return "tls_handshake", error.failure
    secure.close()
    return None
