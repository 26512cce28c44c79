"""Recursive resolvers: honest, lying, dead, slow, or with habits of their own; over UDP, TCP, TLS and HTTPS.

A lie is a rule of the censor (``censor.rule.DnsRule``), told here by the network's own resolver instead of on the path, so that
only those who ask it are lied to. Each lie that is told is noted as the censor notes its triggers.

**Source**: RFC 1035, RFC 7766 (TCP), RFC 7858 (TLS), RFC 8484 (HTTPS).
"""

import asyncio
import base64
import binascii
from collections.abc import Callable, Sequence
from typing import NamedTuple
from urllib.parse import parse_qs, urlsplit

from netglass.lab.censor.rule import DnsAction, DnsRule
from netglass.lab.world.exchange import read_request, send_page
from netglass.lab.world.page import Page
from netglass.lab.world.secure import ChooseContext, secure
from netglass.lab.world.zone import Answer, Entry, Zone
from netglass.wire.dns_data import (
    ALPN,
    Service,
    build_address_data,
    build_alpn,
    build_authority_data,
    build_name_data,
    build_service_data,
)
from netglass.wire.dns_data import Authority as ZoneAuthority
from netglass.wire.dns_message import (
    AAAA,
    CNAME,
    HTTPS,
    NOERROR,
    NXDOMAIN,
    REFUSED,
    SERVFAIL,
    SOA,
    A,
    Message,
    Record,
    build_frame,
    build_response,
    parse_message,
    split_frames,
)
from netglass.wire.http_head import RequestHead
from netglass.wire.net import Endpoint, ServeStream, Stream

IDLE_S = 20.0
"""How long a connection may say nothing, seconds."""

HTTP_IDLE_S = 90.0
"""The same over HTTPS, where clients come back with the next name."""

_FORM = "application/dns-message"

_CODES = {
    DnsAction.NXDOMAIN: NXDOMAIN,
    DnsAction.REFUSED: REFUSED,
    DnsAction.SERVFAIL: SERVFAIL,
    DnsAction.EMPTY: NOERROR,
}


class Habit(NamedTuple):
    """What a resolver does beside resolving.

    Attributes:
        is_dead: it never answers.
        fails: it answers everything with SERVFAIL.
        delay_s: time it takes, seconds.
        instead_of_nothing: address it gives for names that do not exist.
        for_everything: address it gives for every name.
        filtered: names it answers with ``filter_address``.
        filter_address: address of the filter's own page.
    """

    is_dead: bool = False
    fails: bool = False
    delay_s: float = 0.0
    instead_of_nothing: str | None = None
    for_everything: str | None = None
    filtered: frozenset[str] = frozenset()
    filter_address: str | None = None


HONEST = Habit()


class Told(NamedTuple):
    """A lie that was told: by which rule and about which name."""

    rule_id: str
    name: str


class Resolver:
    """One resolver.

    Args:
        zone: the truth about names.
        find_country: country of a client's address, None where it has none.
        habit: what else it does.
        lies: what it lies about; the first that fits is told.

    Attributes:
        told: the lies so far.
    """

    def __init__(
        self,
        zone: Zone,
        find_country: Callable[[str], str | None],
        habit: Habit = HONEST,
        lies: Sequence[DnsRule] = (),
    ) -> None:
        self._zone, self._find_country, self._habit, self._lies = zone, find_country, habit, lies
        self.told: list[Told] = []

    async def answer(self, data: bytes, peer: Endpoint) -> bytes | None:
        """Return the answer to a query, or nothing."""
        habit = self._habit
        query = parse_message(data)
        if habit.is_dead or query is None or query.is_response or not query.questions:
            return None
        if habit.delay_s:
            await asyncio.sleep(habit.delay_s)
        if habit.fails:
            return build_response(query, response_code=SERVFAIL)
        name = query.questions[0].name.lower().removesuffix(".")
        lie = next((rule for rule in self._lies if _is_about(rule, name, query.questions[0].type)), None)
        if lie is not None:
            self.told.append(Told(lie.id, name))
            return _tell(lie, query)
        return self._resolve(query, name, self._find_country(peer.address) or "")

    def _resolve(self, query: Message, name: str, cc: str) -> bytes:
        habit, found = self._habit, self._zone.find(name)
        if habit.for_everything:
            found = _fix(habit.for_everything)
        elif habit.filter_address and name.removeprefix("www.") in habit.filtered:
            found = _fix(habit.filter_address)
        elif found.code == NXDOMAIN and habit.instead_of_nothing:
            found = _fix(habit.instead_of_nothing)
        if found.entry is None:
            return build_response(query, response_code=found.code, authorities=[_begin_zone(name)])
        answers = _list_records(query, found.entry, cc)
        return build_response(query, answers, authorities=[] if answers else [_begin_zone(name)])

    async def serve_stream(self, stream: Stream) -> None:
        """Answer queries over TCP, and over TLS below which there is TCP, until the client is done."""
        rest = b""
        try:
            while True:
                async with asyncio.timeout(IDLE_S):
                    data = await stream.read()
                if not data:
                    return
                queries, rest = split_frames(rest + data)
                for query in queries:
                    response = await self.answer(query, stream.peer)
                    if response is not None:
                        await stream.write(build_frame(response))
        except (TimeoutError, OSError):
            return

    def serve_tls(self, choose: ChooseContext) -> ServeStream:
        """Return what serves DNS over TLS."""
        return secure(choose, self.serve_stream)

    def serve_https(self, choose: ChooseContext) -> ServeStream:
        """Return what serves DNS over HTTPS."""
        return secure(choose, self._serve_http)

    async def _serve_http(self, stream: Stream) -> None:
        while (request := await read_request(stream, HTTP_IDLE_S)) is not None:
            query = _unpack_query(*request)
            response = await self.answer(query, stream.peer) if query else None
            if response is None:
                return await send_page(stream, Page(400, (), b""))
            await send_page(stream, Page(200, (("Content-Type", _FORM),), response), stays=True)


def _unpack_query(head: RequestHead, body: bytes) -> bytes:
    if head.method == "POST":
        return body
    text = parse_qs(urlsplit(head.target).query).get("dns", [""])[0]
    try:
        return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except binascii.Error:
        return b""


def _is_about(rule: DnsRule, name: str, type: int) -> bool:
    if rule.types and type not in rule.types:
        return False
    return any(name == known or (rule.subdomains and name.endswith(f".{known}")) for known in rule.names)


def _tell(rule: DnsRule, query: Message) -> bytes | None:
    if rule.action is DnsAction.DROP:
        return None
    if rule.action is DnsAction.ADDRESS:
        return build_response(query, _list_records(query, Entry({"*": rule.answers}), "*"))
    return build_response(query, response_code=_CODES[rule.action])


def _fix(address: str) -> Answer:
    return Answer(NOERROR, Entry({"*": (address,)}))


def _list_records(query: Message, entry: Entry, cc: str) -> list[Record]:
    question = query.questions[0]
    name, records = question.name, []
    if entry.alias:
        records.append(Record(name, CNAME, build_name_data(entry.alias), 60))
        name = entry.alias
    if question.type in (A, AAAA):
        fitting = [address for address in entry.at(cc) if (":" in address) == (question.type == AAAA)]
        return records + [Record(name, question.type, build_address_data(address), 60) for address in fitting]
    if question.type == HTTPS and entry.http3:
        service = Service(1, ".", {ALPN: build_alpn(["h3", "http/1.1"])})
        records.append(Record(name, HTTPS, build_service_data(service), 60))
    return records


def _begin_zone(name: str) -> Record:
    zone = ".".join(name.split(".")[-2:])
    return Record(zone, SOA, build_authority_data(ZoneAuthority(f"ns.{zone}", f"hostmaster.{zone}")), 60)
