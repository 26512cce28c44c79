"""A page over HTTP/3, on the packets of virtual time."""

import asyncio
from datetime import datetime

from aioquic.h3.connection import H3_ALPN, H3Connection
from aioquic.h3.events import DataReceived, HeadersReceived
from aioquic.quic.configuration import QuicConfiguration
from aioquic.quic.connection import QuicConnection

from netglass.lab.authority import Authority
from netglass.lab.sim.loop import run_virtual
from netglass.lab.sim.network import Network
from netglass.lab.world.h3 import Http3Server
from netglass.lab.world.page import HTML, Page
from netglass.wire.net import Flow

START = datetime(2026, 3, 2)
AUTHORITY = Authority("1", "Root", START, datetime(2099, 1, 1), has_intermediate=True)
SITE = "192.31.196.1"


async def fetch(flow: Flow, host: str) -> tuple[dict[bytes, bytes], bytes]:
    loop = asyncio.get_running_loop()
    configuration = QuicConfiguration(is_client=True, alpn_protocols=H3_ALPN, server_name=host)
    configuration.load_verify_locations(cadata=AUTHORITY.root_pem.encode())
    connection = QuicConnection(configuration=configuration)
    connection.connect(flow.peer, loop.time())
    http, fields, body, asked = H3Connection(connection), {}, b"", False
    while True:
        while (event := connection.next_event()) is not None:
            for received in http.handle_event(event):
                if isinstance(received, HeadersReceived):
                    fields = dict(received.headers)
                if isinstance(received, DataReceived):
                    body += received.data
                    if received.stream_ended:
                        connection.close()
                        return fields, body
        if not asked and connection.tls.state.name == "CLIENT_POST_HANDSHAKE":
            names = ((b":method", b"GET"), (b":scheme", b"https"), (b":authority", host.encode()), (b":path", b"/"))
            http.send_headers(connection.get_next_available_stream_id(), list(names), end_stream=True)
            asked = True
        for data, _ in connection.datagrams_to_send(loop.time()):
            await flow.send(data)
        try:
            async with asyncio.timeout_at(connection.get_timer()):
                data = await flow.receive()
            connection.receive_datagram(data, flow.peer, loop.time())
        except TimeoutError:
            connection.handle_timer(loop.time())


def test_a_page_comes_over_quic() -> None:
    body = b"<title>Over QUIC</title>" + b"x" * 9000

    async def run() -> tuple[dict[bytes, bytes], bytes]:
        network = Network(1)
        host = network.add_host("server", [SITE])
        server = Http3Server(AUTHORITY.issue("news.test"), lambda head, _: Page(200, (HTML,), body))
        await host.listen_flows(SITE, 443, server.serve)
        client = network.add_host("client", ["192.52.193.1"], loss=0.02)
        async with asyncio.timeout(30):
            return await fetch(await client.open_flow(SITE, 443), "news.test")

    fields, received = run_virtual(run(), START)
    assert (fields[b":status"], received) == (b"200", body)


def test_what_begins_no_connection_is_left_alone() -> None:
    async def run() -> None:
        network = Network(1)
        host = network.add_host("server", [SITE])
        server = Http3Server(AUTHORITY.issue("news.test"), lambda *_: None)
        await host.listen_flows(SITE, 443, server.serve)
        client = network.add_host("client", ["192.52.193.1"])
        initial = bytes([0xC0, 0, 0, 0, 1, 8, *range(8), 8, *range(8), 0, 0x44, 0xB0])
        for data in (b"", b"\x40" + bytes(30), b"\xe0" + bytes(1200), initial.ljust(1200, b"x")):
            flow = await client.open_flow(SITE, 443)
            await flow.send(data)
        await asyncio.sleep(60)

    run_virtual(run(), START)
