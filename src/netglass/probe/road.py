"""The road to a server that serves the measurement itself: the resolver over HTTPS and the test helper.

Its name is looked up by the system's resolver, unless addresses are given; the first address that can be connected to, and
by TLS where the URL says so, is used. All steps are written to the strand of the caller, who may keep them or not.
"""

from collections.abc import Sequence

from netglass.probe.channel import Channel
from netglass.probe.config import Config
from netglass.probe.connect import connect
from netglass.probe.failure import StepFailed
from netglass.probe.handshake import shake_hands
from netglass.probe.lookup import ask_system
from netglass.probe.trace import Strand
from netglass.probe.url import Target
from netglass.wire.net import Endpoint, Net

MOST_TRIES = 3
"""Addresses that are tried."""


async def reach(net: Net, target: Target, addresses: Sequence[str], strand: Strand, config: Config) -> Channel:
    """Return a channel to the server of a URL.

    Raises:
        StepFailed: no address could be reached; the failure is that of the first.
    """
    if target.is_address:
        addresses = (target.host,)
    patience = config.patience
    found = addresses or await ask_system(net, target.host, strand, patience.lookup, config.find_network)
    failures: list[str] = []
    for address in found[:MOST_TRIES]:
        try:
            channel = await connect(net, Endpoint(address, target.port), strand, patience.connect)
            if target.scheme == "http":
                return channel
            return await shake_hands(channel, target.host, config.context, net.read_clock(), patience.handshake)
        except StepFailed as error:
            failures.append(error.failure)
    raise StepFailed(failures[0])
