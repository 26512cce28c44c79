"""The road to a server that serves the measurement itself: the resolver over HTTPS and the test helper.

Its name is looked up by the system's resolver, unless addresses are given; the first address that can be connected to, and
by TLS where the URL says so, is used. All steps are written to the strand of the caller, who may keep them or not.
"""

from collections.abc import Awaitable, Callable, Sequence

from netglass.probe.channel import Channel
from netglass.probe.config import Config
from netglass.probe.connect import connect
from netglass.probe.exchange import Exchange
from netglass.probe.failure import StepFailed, StreamEnded
from netglass.probe.handshake import shake_hands
from netglass.probe.lookup import ask_system
from netglass.probe.trace import Strand
from netglass.probe.url import Target
from netglass.wire.net import Endpoint, Net

MOST_TRIES = 3
"""Addresses that are tried."""

Ask = Callable[[Exchange], Awaitable[None]]
"""Asks and takes the answers; it may be called again, for what it has no answer to yet."""


async def converse(
    net: Net, target: Target, addresses: Sequence[str], strand: Strand, config: Config, most_bytes: int, ask: Ask
) -> None:
    """Let ``ask`` talk to the server of a URL, over a connection that stands from before or a new one.

    A connection may have ended while nobody used it, so where it ends the same is asked over a new one (RFC 9112 section
    9.3.1); what is asked here can be asked twice.

    Raises:
        StepFailed: no address could be reached.
        StreamEnded, BadAnswer, OSError: as an exchange raises.
    """
    standing = config.pool.take(target, strand) if config.pool else None
    if standing is not None:
        try:
            return await _converse(standing, target, config, most_bytes, ask)
        except (StreamEnded, ConnectionError):
            pass
    channel = await reach(net, target, addresses, strand, config)
    await _converse(channel, target, config, most_bytes, ask)


async def _converse(channel: Channel, target: Target, config: Config, most_bytes: int, ask: Ask) -> None:
    exchange = Exchange(channel, most_bytes)
    try:
        await ask(exchange)
    except BaseException:
        channel.close()
        raise
    if config.pool is not None and exchange.can_follow:
        config.pool.put(target, channel)
    else:
        channel.close()


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
