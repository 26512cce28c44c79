"""Resolvers answer what the zone knows, over four transports, and have the habits that they are given."""

import asyncio
import base64
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import TypeVar

from netglass.lab.authority import Authority
from netglass.lab.censor.rule import DnsAction, DnsRule
from netglass.lab.sim.host import SimHost
from netglass.lab.sim.loop import run_virtual
from netglass.lab.sim.network import Network
from netglass.lab.world.resolver import HONEST, Habit, Resolver
from netglass.lab.world.zone import Entry, Zone
from netglass.wire.dns_data import parse_address_data, parse_service_data
from netglass.wire.dns_message import (
    AAAA,
    HTTPS,
    NXDOMAIN,
    REFUSED,
    SERVFAIL,
    SOA,
    A,
    Message,
    build_frame,
    build_query,
    parse_message,
    split_frames,
)
from netglass.wire.net import Endpoint
from tests.lab.glance import _Inside

T = TypeVar("T")
START = datetime(2026, 3, 2)
AUTHORITY = Authority("1", "Root", START, START)
WHERE = "192.52.193.53"

ZONE = Zone(
    {
        "news.test": Entry({"*": ("192.31.196.1", "2620:4f:8000::1")}),
        "spread.test": Entry({"*": ("192.31.196.2",), "XA": ("192.31.196.3",)}, "spread.edge.test", http3=True),
        "dead.test": Entry({"*": ("192.31.196.4",)}),
    },
    {"dead.test": NXDOMAIN, "sick.test": SERVFAIL},
)


def ask(resolver: Resolver, name: str, type: int = A) -> Message | None:
    """Ask a resolver without any network."""
    data = asyncio.run(resolver.answer(build_query(name, type, 7), Endpoint("192.88.99.1", 5000)))
    return None if data is None else parse_message(data)


def addresses(message: Message | None) -> list[str | None]:
    assert message is not None
    return [parse_address_data(record.data) for record in message.answers if record.type in (A, AAAA)]


def make(habit: Habit = HONEST, *lies: DnsRule) -> Resolver:
    return Resolver(ZONE, lambda _: "XA", habit, lies)


def test_an_honest_resolver_tells_both_versions_and_the_clients_own_addresses() -> None:
    assert addresses(ask(make(), "news.test")) == ["192.31.196.1"]
    assert addresses(ask(make(), "NEWS.test", AAAA)) == ["2620:4f:8000::1"]
    assert addresses(ask(make(), "spread.test")) == ["192.31.196.3"]
    assert addresses(ask(Resolver(ZONE, lambda _: None), "www.spread.test")) == ["192.31.196.2"]


def test_service_records_offer_http3_where_there_is_some() -> None:
    message = ask(make(), "spread.test", HTTPS)
    assert message is not None
    service = parse_service_data(message.answers[-1].data)
    assert service is not None and service.protocols == ("h3", "http/1.1")
    assert not ask(make(), "news.test", HTTPS).answers


def test_what_is_not_there_is_told_as_servers_tell_it() -> None:
    codes = {name: ask(make(), name).response_code for name in ("none.test", "dead.test", "sick.test", "news.test")}
    assert codes == {"none.test": NXDOMAIN, "dead.test": NXDOMAIN, "sick.test": SERVFAIL, "news.test": 0}
    empty = ask(make(), "dead.test", AAAA)
    assert [record.type for record in empty.authorities] == [SOA]


def test_habits() -> None:
    assert ask(make(Habit(is_dead=True)), "news.test") is None
    assert ask(make(Habit(fails=True)), "news.test").response_code == SERVFAIL
    assert addresses(ask(make(Habit(instead_of_nothing="192.31.196.9")), "none.test")) == ["192.31.196.9"]
    assert addresses(ask(make(Habit(instead_of_nothing="192.31.196.9")), "news.test")) == ["192.31.196.1"]
    assert addresses(ask(make(Habit(for_everything="192.31.196.9")), "news.test")) == ["192.31.196.9"]
    chosen = Habit(filtered=frozenset({"news.test"}), filter_address="192.31.196.8")
    assert addresses(ask(make(chosen), "www.news.test")) == ["192.31.196.8"]


def test_a_lie_is_told_and_noted() -> None:
    lies = (
        DnsRule(id="a", names=("news.test",), action=DnsAction.ADDRESS, answers=("10.1.1.1",)),
        DnsRule(id="b", names=("spread.test",), action=DnsAction.REFUSED),
        DnsRule(id="c", names=("dead.test",), action=DnsAction.DROP),
    )
    resolver = make(HONEST, *lies)
    assert addresses(ask(resolver, "www.news.test")) == ["10.1.1.1"]
    assert ask(resolver, "spread.test").response_code == REFUSED
    assert ask(resolver, "dead.test") is None
    assert [(told.rule_id, told.name) for told in resolver.told] == [
        ("a", "www.news.test"),
        ("b", "spread.test"),
        ("c", "dead.test"),
    ]


def test_what_is_no_query_gets_no_answer() -> None:
    for data in (b"", b"\0" * 12, b"x" * 40):
        assert asyncio.run(make().answer(data, Endpoint("192.88.99.1", 1))) is None


def play(use: Callable[[SimHost], Awaitable[T]]) -> T:
    """Run a client beside a resolver that serves every transport."""

    async def run() -> T:
        network = Network(1)
        host = network.add_host("resolver", [WHERE])
        resolver = make()
        choose = lambda _: AUTHORITY.serve("dns.test")  # noqa: E731 - as a server has it
        await host.listen(WHERE, 53, resolver.serve_stream)
        await host.listen(WHERE, 853, resolver.serve_tls(choose))
        await host.listen(WHERE, 443, resolver.serve_https(choose))
        return await use(network.add_host("client", ["192.88.99.1"]))

    return run_virtual(run(), START)


async def open_tls(host: SimHost, port: int) -> _Inside:
    inside = _Inside(await host.connect(WHERE, port), AUTHORITY.trust(), "dns.test")
    await inside.shake()
    return inside


def test_two_queries_in_one_stream_and_in_tls() -> None:
    queries = build_frame(build_query("news.test", A, 1)) + build_frame(build_query("spread.test", A, 2))

    async def use(host: SimHost) -> list[list[str | None]]:
        found = []
        for stream in (await host.connect(WHERE, 53), await open_tls(host, 853)):
            await stream.write(queries[:20])
            await stream.write(queries[20:])
            received = b""
            while len(split_frames(received)[0]) < 2:
                received += await stream.read()
            found.append([address for part in split_frames(received)[0] for address in addresses(parse_message(part))])
        return found

    assert play(use) == [["192.31.196.1", "192.31.196.3"]] * 2


def test_https_by_post_and_by_get_on_one_connection() -> None:
    query = build_query("news.test", A, 0)
    text = base64.urlsafe_b64encode(query).rstrip(b"=").decode()
    post = b"POST /dns-query HTTP/1.1\r\nHost: dns.test\r\nContent-Length: %d\r\n\r\n" % len(query) + query
    get = f"GET /dns-query?dns={text} HTTP/1.1\r\nHost: dns.test\r\n\r\n".encode()
    odd = b"GET /dns-query?dns=%%% HTTP/1.1\r\nHost: dns.test\r\n\r\n"

    async def use(host: SimHost) -> list[bytes]:
        found = []
        stream = await open_tls(host, 443)
        for request in (post, get, odd):
            await stream.write(request)
            found.append(await stream.read())
        assert await stream.read() == b""
        return found

    *good, bad = play(use)
    for response in good:
        assert addresses(parse_message(response.partition(b"\r\n\r\n")[2])) == ["192.31.196.1"]
    assert bad.startswith(b"HTTP/1.1 400")
