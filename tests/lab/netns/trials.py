"""Trials for every kind of rule and every action, and for a network without any, to be run on both backends."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from functools import partial

from netglass.lab.authority import Authority
from netglass.lab.censor import (
    AddressAction,
    AddressRule,
    AnyRule,
    DivertRule,
    DnsAction,
    DnsRule,
    HttpRule,
    Protocol,
    QuicRule,
    ResidualScope,
    StreamAction,
    ThrottlePolicy,
    ThrottleRule,
    TlsRule,
)
from netglass.lab.netns.conformance import Suite, Trial, name_failure
from netglass.lab.world.resolver import Resolver
from netglass.lab.world.secure import secure
from netglass.lab.world.settle import Machine
from netglass.lab.world.zone import ELSEWHERE, Entry, Zone
from netglass.wire.client_hello import build_client_hello, make_client_hello
from netglass.wire.dns_data import parse_address_data
from netglass.wire.dns_message import A, build_query, parse_message
from netglass.wire.net import Endpoint, Flow, Host, LookupFailed, Net, Stream
from netglass.wire.quic_initial import build_hello_datagram
from tests.lab.glance import _secure
from tests.lab.sim.pair import catch, read_all

MOMENT = datetime(2026, 1, 1)
SITE, SITE_6, RESOLVER = "192.31.196.10", "2620:4f:8000:1::10", "192.31.196.5"
OTHER, OTHER_6 = "192.52.193.20", "2620:4f:8000:2::20"
SCOUT = "192.52.193.40"
NOBODY, NOBODY_6, HOLE = "192.88.99.77", "2620:4f:8000:99::1", "192.175.48.99"
NAME, FREE = "news.example", "weather.example"
BODY = b"x" * 20_000
AUTHORITY = Authority("trials", "Lab Root", MOMENT, MOMENT + timedelta(days=90))
PATIENCE_S = 3.0

Ask = Callable[[Net], Awaitable[object]]


# What the machines do.


async def serve_page(stream: Stream, mark: bytes) -> None:
    request = await stream.read()
    if request:
        await stream.write(b"HTTP/1.1 200 OK\r\n\r\n" + mark + BODY)


async def echo(data: bytes, peer: Endpoint) -> bytes:
    return peer.address.encode() + b" " + data[:40]


async def greet(flow: Flow) -> None:
    for _ in range(5):
        await flow.send(b"hello " + (await flow.receive())[:1].hex().encode())


async def reset(stream: Stream) -> None:
    await stream.read()
    stream.abort()


async def start_site(host: Host, mark: bytes, addresses: tuple[str, ...]) -> None:
    page = partial(serve_page, mark=mark)
    for address in addresses:
        await host.listen(address, 80, page)
        await host.listen(address, 443, secure(lambda name: AUTHORITY.serve(name or NAME), page))
        await host.listen(address, 8080, reset)
        await host.listen_datagrams(address, 7, echo)
        await host.listen_flows(address, 443, greet)


async def scout(stream: Stream, host: Host) -> None:
    """Do what a client asks for, from another machine, and say what came of it."""
    way, address, port = (await stream.read()).decode().split()
    try:
        async with asyncio.timeout(1):
            if way == "udp":
                found: object = await send(host, address, int(port))
            elif way == "name":
                found = await host.resolve(address)
            else:
                beyond = await host.connect(address, int(port))
                await beyond.write(b"GET / HTTP/1.1\r\n\r\n")
                found = len(await read_all(beyond)), beyond.local.address
                beyond.close()
    except (OSError, LookupFailed) as error:
        found = name_failure(error)
    await stream.write(repr(found).encode())


async def start_scout(host: Host) -> None:
    await host.listen(SCOUT, 9, partial(scout, host=host))


async def start_resolver(host: Host) -> None:
    entry = Entry({ELSEWHERE: (SITE, SITE_6)})
    resolver = Resolver(Zone({NAME: entry, FREE: entry}, {}), lambda address: None)
    await host.listen_datagrams(RESOLVER, 53, resolver.answer)
    await host.listen(RESOLVER, 53, resolver.serve_stream)


# What the client does.


def within(ask: Ask, seconds: float = PATIENCE_S) -> Ask:
    async def asking(net: Net) -> object:
        async with asyncio.timeout(seconds):
            return await ask(net)

    return asking


async def resolve(net: Net, name: str = NAME) -> list[str]:
    return await net.resolve(name)


async def hear_answers(net: Net) -> list[tuple[int, str | None]]:
    """Every answer to one question, also those that come late: code and address."""
    found = []
    flow = await net.open_flow(RESOLVER, 53)
    await flow.send(build_query(NAME, A, 77))
    try:
        async with asyncio.timeout(1):
            while True:
                message = parse_message(await flow.receive())
                address = parse_address_data(message.answers[0].data) if message.answers else None
                found.append((message.response_code, address))
    except TimeoutError:
        return found
    finally:
        flow.close()


async def connect(net: Net, address: str = SITE, port: int = 80) -> str:
    stream = await net.connect(address, port)
    stream.close()
    return stream.peer.address


async def get(net: Net, address: str = SITE, host: str = NAME, path: str = "/") -> bytes:
    stream = await net.connect(address, 80)
    await stream.write(f"GET {path} HTTP/1.1\r\nHost: {host}\r\n\r\n".encode())
    found = await read_all(stream)
    stream.close()
    return found


async def get_securely(net: Net, address: str = SITE, host: str = NAME) -> bytes:
    stream = await net.connect(address, 443)
    try:
        inside = await _secure(net, stream, host, AUTHORITY.root_pem)
        await inside.write(b"GET / HTTP/1.1\r\n\r\n")
        return await read_all(inside)
    finally:
        stream.close()


async def get_some(net: Net, address: str = SITE) -> str:
    """How much of a page comes in some time."""
    stream, found = await net.connect(address, 80), b""
    await stream.write(f"GET / HTTP/1.1\r\nHost: {NAME}\r\n\r\n".encode())
    try:
        async with asyncio.timeout(PATIENCE_S):
            while data := await stream.read():
                found += data
    except TimeoutError:
        return "some of it" if 0 < len(found) < len(BODY) else "nothing"
    return "all"


async def get_twice(net: Net, pause_s: float = 0.0) -> list[object]:
    """A page that is blocked, and then one at the same address that is not."""
    found: list[object] = []
    for host in (NAME, FREE):
        try:
            found.append(len(await get_securely(net, host=host)))
        except OSError as error:
            found.append(error.errno)
        await asyncio.sleep(pause_s)
    return found


async def ask_scout(net: Net, words: str) -> bytes:
    stream = await net.connect(SCOUT, 9)
    await stream.write(words.encode())
    found = await read_all(stream)
    stream.close()
    return found


async def send(net: Net, address: str = SITE, port: int = 7, data: bytes = b"ping") -> bytes:
    flow = await net.open_flow(address, port)
    try:
        await flow.send(data)
        return await flow.receive()
    finally:
        flow.close()


def say_quic(name: str) -> bytes:
    return build_hello_datagram(build_client_hello(make_client_hello(name, bytes(32), bytes(32), ("h3",))), b"12345678")


async def push(net: Net) -> object:
    """Write to who resets."""
    stream = await net.connect(SITE, 8080)
    await stream.write(b"x")
    return await catch(stream.read())


async def read_clock(net: Net) -> bool:
    before = net.read_clock()
    await asyncio.sleep(0.2)
    return timedelta(seconds=0.19) < net.read_clock() - before < timedelta(seconds=1) and before - MOMENT < timedelta(1)


async def talk_at_once(net: Net) -> list[int]:
    return sorted(
        map(len, await asyncio.gather(*(get(net) for _ in range(20)), *(get_securely(net) for _ in range(20))))
    )


# The trials.


def _try(name: str, ask: Ask, *rules: AnyRule, seconds: float = PATIENCE_S) -> Trial:
    return Trial(name, rules, within(ask, seconds), (RESOLVER,))


def _dns(action: DnsAction, in_path: bool = True, answers: tuple[str, ...] = ()) -> DnsRule:
    return DnsRule(id="dns", names=(NAME,), action=action, answers=answers, in_path=in_path)


def _address(action: AddressAction, prefixes: tuple[str, ...] = (SITE, SITE_6)) -> AddressRule:
    return AddressRule(id="ip", prefixes=prefixes, action=action)


def _tls(action: StreamAction, in_path: bool = True, **more: object) -> TlsRule:
    return TlsRule(id="tls", names=(NAME,), action=action, in_path=in_path, **more)


def _http(action: StreamAction, in_path: bool = True, **more: object) -> HttpRule:
    return HttpRule(id="http", names=(NAME,), action=action, in_path=in_path, **more)


_DIVERT = DivertRule(id="divert", prefixes=(SITE, SITE_6), ports=(80, 443), to=(OTHER, OTHER_6))
_DIVERT_7 = DivertRule(id="divert", prefixes=(SITE,), ports=(7,), to=(OTHER,), protocol=Protocol.UDP)
_SLOW = ThrottleRule(id="slow", names=(NAME,), bytes_per_s=500, burst_bytes=6_000)
_SLOW_6 = ThrottleRule(id="slow", prefixes=(SITE_6,), bytes_per_s=0, burst_bytes=6_000, policy=ThrottlePolicy.DROP)
_RESIDUAL = _tls(StreamAction.RESET, residual_s=60.0)
_NAMED = _tls(StreamAction.RESET, residual_s=60.0, residual_scope=ResidualScope.NAME)

TRIALS = (
    _try("nothing/lookup", resolve),
    _try("nothing/no such name", partial(resolve, name="nowhere.example")),
    _try("nothing/answers", hear_answers),
    _try("nothing/http", get),
    _try("nothing/http6", partial(get, address=SITE_6)),
    _try("nothing/tls", get_securely),
    _try("nothing/tls6", partial(get_securely, address=SITE_6)),
    _try("nothing/wrong name", partial(get_securely, host="192.31.196.10")),
    _try("nothing/udp", send),
    _try("nothing/udp6", partial(send, address=SITE_6)),
    _try("nothing/quic", partial(send, port=443, data=say_quic(NAME))),
    _try("nothing/nobody listens", partial(connect, port=81)),
    _try("nothing/nobody listens6", partial(connect, address=SITE_6, port=81)),
    _try("nothing/nobody listens, udp", partial(send, port=8)),
    _try("nothing/nobody listens, udp6", partial(send, address=SITE_6, port=8)),
    _try("nothing/nobody there", partial(connect, address=NOBODY)),
    _try("nothing/nobody there6", partial(connect, address=NOBODY_6)),
    _try("nothing/a hole", partial(connect, address=HOLE)),
    _try("nothing/a reset", push),
    _try("nothing/clock", read_clock),
    _try("nothing/at once", talk_at_once),
    *(
        _try(f"neighbours/{words}", partial(ask_scout, words=words), _address(AddressAction.DROP))
        for words in (
            *(f"tcp {address} {port}" for address in (SITE, SITE_6) for port in (80, 81, 8080)),
            *(f"udp {address} {port}" for address in (SITE, SITE_6) for port in (7, 8)),
            *(f"{way} {address} 80" for way in ("tcp", "udp") for address in (NOBODY, NOBODY_6, HOLE)),
            f"name {NAME} 0",
            "name nowhere.example 0",
        )
    ),
    _try("dns/bogon", resolve, _dns(DnsAction.ADDRESS, answers=("10.10.34.34",))),
    _try("dns/both versions", resolve, _dns(DnsAction.ADDRESS, answers=(OTHER, OTHER_6))),
    _try("dns/race", hear_answers, _dns(DnsAction.ADDRESS, in_path=False, answers=("10.10.34.34",))),
    _try("dns/nxdomain", resolve, _dns(DnsAction.NXDOMAIN)),
    _try("dns/nxdomain, race", hear_answers, _dns(DnsAction.NXDOMAIN, in_path=False)),
    _try("dns/refused", resolve, _dns(DnsAction.REFUSED)),
    _try("dns/servfail", resolve, _dns(DnsAction.SERVFAIL)),
    _try("dns/empty", resolve, _dns(DnsAction.EMPTY)),
    _try("dns/drop", resolve, _dns(DnsAction.DROP)),
    _try("dns/drop to the end", resolve, _dns(DnsAction.DROP), seconds=30.0),
    _try("dns/other name", partial(resolve, name=FREE), _dns(DnsAction.NXDOMAIN)),
    *(
        _try(f"address/{action.value} {address} {ask.__name__}", partial(ask, address=address), _address(action))
        for action in AddressAction
        for address in (SITE, SITE_6)
        for ask in (connect, get, send)
    ),
    _try("address/other address", get, _address(AddressAction.DROP, (OTHER,))),
    *(
        _try(f"tls/{action.value} {address} {way}", partial(get_securely, address=address), _tls(action, way == "in"))
        for action in (StreamAction.RESET, StreamAction.DROP, StreamAction.FINISH, StreamAction.ALERT)
        for address in (SITE, SITE_6)
        for way in (("in",) if action is StreamAction.DROP else ("in", "on"))
    ),
    _try("tls/other name", partial(get_securely, host=FREE), _tls(StreamAction.RESET)),
    _try("tls/residual", get_twice, _RESIDUAL),
    _try("tls/residual by name", get_twice, _NAMED),
    *(
        _try(f"http/{action.value} {way}", get, _http(action, way == "in", **more))
        for action, more in (
            (StreamAction.RESET, {}),
            (StreamAction.DROP, {}),
            (StreamAction.FINISH, {}),
            (StreamAction.PAGE, {"status": 403, "body": b"<h1>no</h1>"}),
            (StreamAction.REDIRECT, {"location": f"http://{OTHER}/"}),
        )
        for way in (("in",) if action is StreamAction.DROP else ("in", "on"))
    ),
    _try("http/page6", partial(get, address=SITE_6), _http(StreamAction.PAGE, body=b"no")),
    _try("http/other host", partial(get, host=FREE), _http(StreamAction.RESET)),
    _try(
        "http/keyword",
        partial(get, host=FREE, path="/a-secret"),
        HttpRule(id="word", keywords=("secret",), action=StreamAction.RESET),
    ),
    _try("quic/drop", partial(send, port=443, data=say_quic(NAME)), QuicRule(id="quic", names=(NAME,))),
    _try("quic/other name", partial(send, port=443, data=say_quic(FREE)), QuicRule(id="quic", names=(NAME,))),
    _try("throttle/slow", get_some, _SLOW, seconds=10),
    _try("throttle/stop6", partial(get_some, address=SITE_6), _SLOW_6, seconds=10),
    _try("divert/http", get, _DIVERT),
    _try("divert/http6", partial(get, address=SITE_6), _DIVERT),
    _try("divert/udp", send, _DIVERT_7),
)


def begin() -> Suite:
    """Return the suite."""
    site = partial(start_site, mark=b"site ", addresses=(SITE, SITE_6))
    other = partial(start_site, mark=b"other ", addresses=(OTHER, OTHER_6))
    machines = (
        Machine("site", (f"{SITE}/32", f"{SITE_6}/64"), 0.01, site),
        Machine("resolver", (f"{RESOLVER}/32",), 0.005, start_resolver),
        Machine("scout", (f"{SCOUT}/32", "2620:4f:8000:4::30/64"), 0.01, start_scout),
        Machine("other", (f"{OTHER}/28", f"{OTHER_6}/64"), 0.01, other),
    )
    return Suite(
        machines, (f"{HOLE}/32",), ("192.52.193.1", "2620:4f:8000:3::1"), MOMENT, TRIALS, resolvers=(RESOLVER,)
    )


def begin_quickly() -> Suite:
    """Return the trials in which nothing is blocked."""
    suite = begin()
    return suite._replace(trials=tuple(trial for trial in suite.trials if not trial.rules))
