"""The system's resolver of a host, as glibc's is: it asks recursive resolvers and believes them.

Both types of addresses are asked for at once from one port. A resolver has 5 s to answer; who has not is asked again, all of
them twice (``resolv.conf(5)``: ``timeout:5 attempts:2``; the later ones of several have less, see ``_plan_timeout``). What
comes first with the right number and question is believed, which is all that an injector needs. *Server failure*, *not
implemented* and *refused* count as no answer. A truncated answer is asked for again over TCP.

**Source**: glibc ``resolv/res_send.c``, ``resolv/nss_dns/dns-host.c``; RFC 1035 section 4.2; RFC 6724 for the order of
addresses: those of a version that this host has no address of come last, else IPv6 comes first.
"""

import asyncio
from collections.abc import Mapping, Sequence
from random import Random
from typing import NamedTuple

from netglass.vocab.error import UsageError
from netglass.wire.dns_data import parse_address_data, parse_name_data
from netglass.wire.dns_message import (
    AAAA,
    CNAME,
    NOERROR,
    NOTIMP,
    NXDOMAIN,
    REFUSED,
    SERVFAIL,
    TRUNCATED,
    A,
    Message,
    build_frame,
    build_query,
    parse_message,
    split_frames,
)
from netglass.wire.ip import pack_address
from netglass.wire.net import LookupFailed, LookupProblem, Net

_PORT = 53
_TIMEOUT_S = 5
_ATTEMPTS = 2
_AS_NONE = frozenset((SERVFAIL, NOTIMP, REFUSED))


class _Query(NamedTuple):
    """A query: its number, the name, and its bytes."""

    id: int
    name: str
    packet: bytes


class Stub:
    """A stub resolver.

    Args:
        net: what it asks through.
        resolvers: addresses of the recursive resolvers, in order.
        random: chooses the numbers of queries.
        has_6: whether the host has an IPv6 address.
    """

    def __init__(self, net: Net, resolvers: Sequence[str], random: Random, has_6: bool) -> None:
        self._net, self._resolvers, self._random, self._has_6 = net, resolvers, random, has_6

    async def resolve(self, name: str) -> list[str]:
        """Return the addresses of a name; an address stands for itself.

        Raises:
            LookupFailed: there are none, or nobody said.
        """
        try:
            pack_address(name)
            return [name]
        except UsageError:
            pass
        try:
            wanted = {type: _make_query(name, type, self._random.getrandbits(16)) for type in (A, AAAA)}
        except UsageError as error:
            raise LookupFailed(LookupProblem.NO_SUCH_NAME) from error
        answers = await self._ask_all(wanted)
        found = {type: _collect_addresses(message, name, type) for type, message in answers.items()}
        order = (AAAA, A) if self._has_6 else (A, AAAA)
        addresses = [address for type in order for address in found.get(type, ())]
        if not addresses:
            raise LookupFailed(_name_problem(answers))
        return addresses

    async def _ask_all(self, wanted: Mapping[int, _Query]) -> dict[int, Message]:
        """Ask one resolver after the other until each type is answered."""
        answers: dict[int, Message] = {}
        for _ in range(_ATTEMPTS):
            for index, resolver in enumerate(self._resolvers):
                missing = {type: query for type, query in wanted.items() if type not in answers}
                timeout_s = _plan_timeout(index, len(self._resolvers))
                answers |= await self._ask(resolver, missing, timeout_s)
                if len(answers) == len(wanted):
                    return answers
        return answers

    async def _ask(self, resolver: str, wanted: Mapping[int, _Query], timeout_s: float) -> dict[int, Message]:
        """Return what one resolver answers in time."""
        answers: dict[int, Message] = {}
        try:
            async with asyncio.timeout(timeout_s):
                await self._ask_by_datagrams(resolver, wanted, answers)
        except OSError:
            pass
        truncated = [type for type, message in answers.items() if message.flags & TRUNCATED]
        if truncated:
            again = {type: wanted[type] for type in truncated}
            for type in truncated:
                del answers[type]
            try:
                async with asyncio.timeout(timeout_s):
                    await self._ask_by_stream(resolver, again, answers)
            except OSError:
                pass
        return {type: message for type, message in answers.items() if message.response_code not in _AS_NONE}

    async def _ask_by_datagrams(self, resolver: str, wanted: Mapping[int, _Query], answers: dict[int, Message]) -> None:
        flow = await self._net.open_flow(resolver, _PORT)
        try:
            for query in wanted.values():
                await flow.send(query.packet)
            while len(answers) < len(wanted):
                _keep(parse_message(await flow.receive()), wanted, answers)
        finally:
            flow.close()

    async def _ask_by_stream(self, resolver: str, wanted: Mapping[int, _Query], answers: dict[int, Message]) -> None:
        stream = await self._net.connect(resolver, _PORT)
        received = b""
        target = len(answers) + len(wanted)
        try:
            await stream.write(b"".join(build_frame(query.packet) for query in wanted.values()))
            while len(answers) < target:
                data = await stream.read()
                if not data:
                    return
                frames, received = split_frames(received + data)
                for frame in frames:
                    _keep(parse_message(frame), wanted, answers)
        finally:
            stream.close()


def _make_query(name: str, type: int, id: int) -> _Query:
    return _Query(id, name.removesuffix("."), build_query(name, type, id))


def _plan_timeout(index: int, count: int) -> float:
    """Return how long the resolver of that number among ``count`` may take, seconds (glibc's ``send_dg``)."""
    return max(1, (_TIMEOUT_S << index) // count) if index else _TIMEOUT_S


def _keep(message: Message | None, wanted: Mapping[int, _Query], answers: dict[int, Message]) -> None:
    """Keep a message under the type that it answers, unless it answers none or one came before it."""
    if message is None or not message.is_response or len(message.questions) != 1:
        return
    type = message.questions[0].type
    query = wanted.get(type)
    if query is None or query.id != message.id or query.name.lower() != message.questions[0].name.lower():
        return
    answers.setdefault(type, message)


def _collect_addresses(message: Message, name: str, type: int) -> list[str]:
    """Return the addresses of an answer, along the chain of aliases that begins at ``name``."""
    addresses = []
    owner = name.lower().removesuffix(".")
    for record in message.answers:
        if record.name.lower() != owner:
            continue
        if record.type == CNAME:
            owner = (parse_name_data(record.data) or owner).lower()
        elif record.type == type:
            address = parse_address_data(record.data)
            if address is not None:
                addresses.append(address)
    return addresses


def _name_problem(answers: dict[int, Message]) -> LookupProblem:
    codes = {message.response_code for message in answers.values()}
    if NXDOMAIN in codes:
        return LookupProblem.NO_SUCH_NAME
    if len(answers) < 2:
        return LookupProblem.TRY_AGAIN
    return LookupProblem.NO_ADDRESS if codes == {NOERROR} else LookupProblem.FAILED
