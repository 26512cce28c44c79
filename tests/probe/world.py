"""A small internet on loopback: names, addresses and services that behave well or badly, and a machine in it."""

import asyncio
import datetime as dt
import functools
import inspect
import ssl
import tempfile
from contextlib import asynccontextmanager
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from netglass.probe.config import Config, Patience, Vantage
from netglass.probe.handshake import make_context
from netglass.probe.secure_stream import SecureStream
from netglass.probe.socket_net import SocketHost, SocketNet
from netglass.wire.dns_data import build_address_data
from netglass.wire.dns_message import AAAA, A, Message, Record, build_response, parse_message
from netglass.wire.http_head import RequestHeadReader
from netglass.wire.net import Endpoint, LookupFailed, LookupProblem
from netglass.wire.progress import Progress
from tests.refdata.authority import Party, leaf

NOW = dt.datetime(2026, 3, 2, 5, 20, 4)
START = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
LOCAL = "127.0.0.1"

HURRY = Patience(lookup=0.4, retry=0.15, late=0.15, connect=0.4, handshake=0.4, fetch=0.5, control=3)
"""Time-outs for tests in which something never answers."""


class LoopNet(SocketNet):
    """A machine whose addresses lead to services on loopback; where none is, nobody listens."""

    def __init__(self, streams=None):
        self.names = {}
        self.streams = {} if streams is None else streams
        self.flows = {}
        self.now = NOW
        self.used = []

    async def connect(self, address, port):
        self.used.append((address, port))
        road = self.streams.get((address, port), ConnectionRefusedError())
        if isinstance(road, BaseException):
            raise road
        return await super().connect(*road)

    async def open_flow(self, address, port):
        self.used.append((address, port))
        return await super().open_flow(*self.flows[address, port])

    async def resolve(self, name):
        self.used.append(name)
        found = self.names.get(name, LookupProblem.NO_SUCH_NAME)
        if isinstance(found, LookupProblem):
            raise LookupFailed(found)
        return list(found)

    def read_clock(self):
        return self.now


class World:
    """Services on loopback, the machine that measures, and one outside that reaches the same ones by its own names."""

    def __init__(self):
        self.net = LoopNet()
        self.outside = LoopNet(self.net.streams)
        self.transports = []
        self.host = SocketHost()

    async def serve(self, address, port, service):
        """Let ``service`` (a coroutine function on a stream) answer at an address of the world."""
        await self.host.listen(LOCAL, 0, service)
        self.net.streams[address, port] = self.host.endpoints[-1]

    async def serve_datagrams(self, address, port, service):
        await self.host.listen_datagrams(LOCAL, 0, service)
        self.net.flows[address, port] = self.host.endpoints[-1]

    async def serve_flow(self, address, port, service):
        """Like ``serve_datagrams``, for a service that may send several datagrams: it is given a function to send."""
        loop, tasks = asyncio.get_running_loop(), set()

        class Protocol(asyncio.DatagramProtocol):
            def connection_made(self, transport):
                self.transport = transport

            def datagram_received(self, data, peer):
                tasks.add(loop.create_task(service(data, lambda answer: self.transport.sendto(answer, peer))))

        transport, _ = await loop.create_datagram_endpoint(Protocol, (LOCAL, 0))
        self.transports.append(transport)
        self.net.flows[address, port] = Endpoint(*transport.get_extra_info("sockname")[:2])


@asynccontextmanager
async def open_world():
    world = World()
    try:
        yield world
    finally:
        for transport in world.transports:
            transport.close()
        await world.host.stop()


def run(test):
    """Make a test of a coroutine function that takes a world."""

    @functools.wraps(test)
    def wrapped(*arguments, **named):
        async def inner():
            async with asyncio.timeout(20), open_world() as world:
                await test(world, *arguments, **named)

        asyncio.run(inner())

    signature = inspect.signature(test)
    wrapped.__signature__ = signature.replace(parameters=list(signature.parameters.values())[1:])
    return wrapped


@functools.cache
def authority():
    return Party("Lab Root")


@functools.cache
def client_context():
    return make_context(authority().pem.decode())


def server_context(party, *chain):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.set_alpn_protocols(["http/1.1"])
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "server.pem")
        key = party.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        path.write_bytes(key + party.pem + b"".join(item.pem for item in chain))
        context.load_cert_chain(path)
    return context


@functools.cache
def good_server(*hosts):
    root = authority()
    return server_context(Party(hosts[0], root, is_ca=False, names=[x509.DNSName(host) for host in hosts]))


@functools.cache
def make_party(kind, host="site.test"):
    root = authority()
    if kind == "good":
        return leaf(root, host)
    if kind == "expired":
        return leaf(root, host, start=START - dt.timedelta(days=100), days=30)
    if kind == "early":
        return leaf(root, host, start=START + dt.timedelta(days=200), days=30)
    if kind == "wrong name":
        return leaf(root, "other.test")
    if kind == "self-signed":
        return Party(host, is_ca=False, names=[x509.DNSName(host)])
    raise KeyError(kind)


@functools.cache
def bad_server(kind):
    if kind == "unknown authority":
        middle = Party("Box")
        return server_context(leaf(middle), middle)
    return server_context(make_party(kind))


def make_config(**changes):
    given = {
        "context": client_context(),
        "vantage": Vantage("XA", "AS64512", "Alpha Telecom", "AS64512", "192.88.99.102", "Alpha Telecom"),
        "report_id": "20260302T052000Z_webconnectivity_XA_64512_n1_0123456789abcdef",
        "test_start_time": "2026-03-02 05:20:00",
        "resolver": None,
        "doh": None,
        "patience": HURRY,
    }
    return Config(**given | changes)


def page(body=b"<title>Welcome here</title>hello", status="200 OK", fields=("Content-Type: text/html",), length=True):
    """Return a service that answers every request with one page."""
    lines = [f"HTTP/1.1 {status}", *fields, *([f"Content-Length: {len(body)}"] if length else []), "", ""]
    return answer("\r\n".join(lines).encode() + body)


def answer(data):
    """Return a service that answers every request with ``data`` and ends."""

    async def serve(stream):
        await read_request(stream)
        await stream.write(data)

    return serve


async def read_request(stream):
    reader = RequestHeadReader()
    while reader.progress is Progress.MORE:
        data = await stream.read()
        if not data:
            return None
        reader.feed(data)
    return reader.head


def secure(context, service):
    """Return a service under TLS."""

    async def serve(stream):
        inner = SecureStream(stream, context)
        await inner.accept()
        await service(inner)

    return serve


async def reset(stream):
    """Reset after the first bytes."""
    await stream.read()
    stream.abort()


async def end(stream):
    """End after the first bytes."""
    await stream.read()


async def keep_silent(stream):
    """Never answer."""
    while await stream.read():
        pass


def resolver(answers, code=0):
    """Return a resolver over UDP that answers A and AAAA from a dictionary."""

    async def serve(data, peer):
        return reply(data, answers, code)

    return serve


def reply(data, answers, code=0):
    query: Message = parse_message(data)
    question = query.questions[0]
    found = [
        Record(question.name, question.type, build_address_data(address), 60)
        for address in answers.get(question.name, ())
        if question.type == (AAAA if ":" in address else A)
    ]
    return build_response(query, found, code)


def doh(answers):
    """Return a resolver over HTTPS, without its TLS."""

    async def serve(stream):
        waiting = b""
        while True:
            while b"\r\n\r\n" not in waiting:
                data = await stream.read()
                if not data:
                    return
                waiting += data
            head, _, body = waiting.partition(b"\r\n\r\n")
            length = int(head.lower().split(b"content-length:")[1].split()[0])
            while len(body) < length:
                body += await stream.read()
            waiting = body[length:]
            message = reply(body[:length], answers)
            lines = "HTTP/1.1 200 OK\r\nContent-Type: application/dns-message\r\n"
            await stream.write(f"{lines}Content-Length: {len(message)}\r\n\r\n".encode() + message)

    return serve
