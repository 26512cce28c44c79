"""One URL of a chain of redirects: all its lookups at once, all its endpoints at once, and a page by one of them.

The page is fetched by the first endpoint that works among the addresses of the system's resolver; these steps are
*classic*. Where none of them works, an address that only another resolver or the test helper knows is taken. The other
endpoints are tried all the same: a good certificate there shows that an address is the site's own.

**Source**: ts-017-web-connectivity, extensions E001 to E005, and the tags of Web Connectivity 0.5.
"""

import asyncio
from collections.abc import Awaitable, Sequence
from functools import lru_cache
from typing import NamedTuple

from netglass.probe.channel import Channel
from netglass.probe.config import Config
from netglass.probe.connect import connect
from netglass.probe.failure import StepFailed
from netglass.probe.handshake import shake_hands
from netglass.probe.lookup import ask_system
from netglass.probe.lookup_doh import ask_doh
from netglass.probe.lookup_udp import Conversation
from netglass.probe.record import Tags
from netglass.probe.trace import CLEARTEXT, DOH, QUIC, SECURE, SYSTEM, UDP, Strand, Trace
from netglass.probe.url import Target
from netglass.wire.net import Endpoint, Net

HTTPS_PORT = 443


class Attempt(NamedTuple):
    """An endpoint that was tried: the open channel where its page may be fetched, else the failure or None."""

    endpoint: Endpoint
    is_classic: bool
    is_secure: bool
    fetches: bool
    channel: Channel | None
    failure: str | None


class Found(NamedTuple):
    """What lookups gave: addresses by the system's resolver, further ones by others, why the system's gave none."""

    classic: list[str]
    others: list[str]
    failure: str | None


@lru_cache(1024)
def make_tags(is_classic: bool, depth: int, fetches: bool | None) -> Tags:
    """Return the tags of a chain of steps; ``fetches`` is None for lookups."""
    tags = ("classic",) if is_classic else ()
    if fetches is None:
        return (*tags, f"depth={depth}")
    first = ("tcptls_experiment",) if depth == 0 else ()
    return (*tags, *first, f"depth={depth}", f"fetch_body={'true' if fetches else 'false'}")


class Hop:
    """One URL while it is measured."""

    def __init__(
        self,
        net: Net,
        config: Config,
        target: Target,
        depth: int,
        traces: tuple[Trace, Trace, Trace],
        group: asyncio.TaskGroup,
    ) -> None:
        """Begin.

        Args:
            net: the machine.
            config: how to measure.
            target: the URL.
            depth: redirects before it.
            traces: where the steps are written: the measurement's own, and those of lookups over UDP and HTTPS.
            group: where steps run side by side.
        """
        self._net, self._config, self._group = net, config, group
        self._trace, self._udp_trace, self._doh_trace = traces
        self.target, self.depth = target, depth
        self.found = Found([], [], None)
        self.attempts: list[Attempt] = []
        self._tasks: list[asyncio.Task[Attempt]] = []
        self._known: set[str] = set()
        self._is_decided = False

    async def look_up(self) -> Found:
        """Ask every resolver at once; wait for all of them."""
        target, config = self.target, self._config
        if target.is_address:
            self.found = Found([target.host], [], None)
            return self.found
        tags = make_tags(False, self.depth, None)
        asked: list[asyncio.Task[list[str]]] = []
        if config.resolver is not None:
            strand = self._trace.begin(UDP, tags)
            side = Strand(self._udp_trace, strand.transaction_id, tags)
            conversation = Conversation(self._net, config.resolver, target.host, strand, side, config)
            asked.append(self._group.create_task(self._converse(conversation)))
        if config.doh is not None and self.depth == 0:
            strand = self._trace.begin(DOH, tags)
            side = Strand(self._doh_trace, strand.transaction_id, tags)
            asked.append(
                self._group.create_task(_settle(ask_doh(self._net, config.doh, target.host, strand, side, config)))
            )
        system = self._trace.begin(SYSTEM, make_tags(True, self.depth, None))
        failure: str | None = None
        classic: list[str] = []
        try:
            classic = await ask_system(self._net, target.host, system, config.patience.lookup, config.find_network)
        except StepFailed as error:
            failure = error.failure
        classic = classic[: config.most_addresses]
        others = [address for task in asked for address in await task if address not in classic]
        self.found = Found(classic, list(dict.fromkeys(others))[: config.most_addresses - len(classic)], failure)
        return self.found

    async def _converse(self, conversation: Conversation) -> list[str]:
        addresses = await _settle(conversation.ask())
        self._group.create_task(conversation.listen())
        return addresses

    async def reach(self) -> Channel | None:
        """Try every address that lookups gave; return a channel for the page as soon as there is one."""
        classic = self._begin(self.found.classic, True)
        others = self._begin(self.found.others, False)
        return await self._choose(classic) or await self._choose(others)

    async def reach_more(self, addresses: Sequence[str]) -> Channel | None:
        """Try addresses that are not known yet; return a channel for the page where none was chosen before."""
        more = [address for address in addresses if address not in self._known]
        tasks = self._begin(more[: self._config.most_addresses], False)
        return None if self._is_decided else await self._choose(tasks)

    async def finish(self) -> None:
        """Wait for every endpoint, and close what is open and was not chosen."""
        self._is_decided = True
        self.attempts = [await task for task in self._tasks]

    async def try_http3(self) -> None:
        """Ask for the page over HTTP/3 too, by every address; aioquic is loaded here and not before."""
        from netglass.probe.fetch3 import fetch_over_quic

        async with asyncio.TaskGroup() as group:
            for address in [*self.found.classic, *self.found.others]:
                strand = self._trace.begin(QUIC, make_tags(False, self.depth, False))
                endpoint = Endpoint(address, self.target.port)
                group.create_task(fetch_over_quic(self._net, endpoint, self.target, strand, self._config))

    def name_failure(self) -> str | None:
        """Return why no endpoint works: the lookup by the system's resolver, or the first address of it, or of others."""
        tried = sorted(self.attempts, key=lambda attempt: not attempt.is_classic)
        failures = (attempt.failure for attempt in tried if attempt.fetches)
        return self.found.failure or next(filter(None, failures), None)

    def _begin(self, addresses: Sequence[str], is_classic: bool) -> list[asyncio.Task[Attempt]]:
        """Begin to try addresses: at the port of the URL, and for a certificate at 443 too where no port is written."""
        target = self.target
        tasks = []
        self._known.update(addresses)
        for address in addresses:
            tasks.append(self._try(Endpoint(address, target.port), is_classic, target.scheme == "https", True))
            if target.scheme == "http" and not target.has_port and not target.is_address:
                self._tasks.append(self._try(Endpoint(address, HTTPS_PORT), is_classic, True, False))
        self._tasks += tasks
        return tasks

    def _try(self, endpoint: Endpoint, is_classic: bool, is_secure: bool, fetches: bool) -> asyncio.Task[Attempt]:
        strand = self._trace.begin(SECURE if is_secure else CLEARTEXT, make_tags(is_classic, self.depth, fetches))
        return self._group.create_task(self._attempt(strand, endpoint, is_classic, is_secure, fetches))

    async def _attempt(
        self, strand: Strand, endpoint: Endpoint, is_classic: bool, is_secure: bool, fetches: bool
    ) -> Attempt:
        config, patience = self._config, self._config.patience
        try:
            channel: Channel
            channel = below = await connect(self._net, endpoint, strand, patience.connect)
            if is_secure:
                now = self._net.read_clock()
                channel = await shake_hands(below, self.target.host, config.context, now, patience.handshake)
        except StepFailed as error:
            return Attempt(endpoint, is_classic, is_secure, fetches, None, error.failure)
        if fetches and not self._is_decided:
            return Attempt(endpoint, is_classic, is_secure, fetches, channel, None)
        channel.close()
        return Attempt(endpoint, is_classic, is_secure, fetches, None, None)

    async def _choose(self, tasks: Sequence[asyncio.Task[Attempt]]) -> Channel | None:
        """Return the first channel that is ready, in the order of the addresses where several are."""
        waiting = set(tasks)
        chosen: Channel | None = None
        while waiting and chosen is None:
            done, waiting = await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
            chosen = next((task.result().channel for task in tasks if task in done and task.result().channel), None)
        if chosen is not None:
            self._is_decided = True
            self._close_others(chosen)
        return chosen

    def _close_others(self, chosen: Channel) -> None:
        for task in self._tasks:
            if task.done() and (channel := task.result().channel) is not None and channel is not chosen:
                channel.close()


async def _settle(lookup: Awaitable[list[str]]) -> list[str]:
    """Return the addresses of a lookup, none where it failed; the failure is written down already."""
    try:
        return await lookup
    except StepFailed:
        return []
