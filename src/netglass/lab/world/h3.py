"""HTTP/3: QUIC without sockets (aioquic) over the datagrams of one peer.

Needs the extra ``lab``; a world in which no site speaks HTTP/3 does without.
"""

import asyncio
from collections.abc import Callable

from aioquic.buffer import Buffer  # type: ignore[attr-defined]
from aioquic.h3.connection import H3_ALPN, H3Connection
from aioquic.h3.events import HeadersReceived
from aioquic.quic.configuration import QuicConfiguration
from aioquic.quic.connection import QuicConnection
from aioquic.quic.events import ConnectionTerminated
from aioquic.quic.packet import QuicPacketType, pull_quic_header
from cryptography import x509
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from netglass.lab.authority import Leaf
from netglass.lab.world.page import Page
from netglass.wire.http_head import RequestHead
from netglass.wire.net import Endpoint, Flow

FindPage = Callable[[RequestHead, str], Page | None]
"""Gives the answer to a request of a client at an address; None closes the connection without one."""

IDLE_S = 20.0
"""How long a connection may say nothing, seconds."""


class Http3Server:
    """Serves the pages of one address over QUIC.

    Args:
        leaf: the certificate; QUIC's server name chooses none, so an address has one site.
        find_page: what is answered.
    """

    def __init__(self, leaf: Leaf, find_page: FindPage) -> None:
        self._find_page = find_page
        chain = [x509.load_der_x509_certificate(der) for der in leaf.chain]
        self._configuration = QuicConfiguration(
            is_client=False,
            alpn_protocols=H3_ALPN,
            certificate=chain[0],
            certificate_chain=chain[1:],
            private_key=load_pem_private_key(leaf.key, None),
            idle_timeout=IDLE_S,
        )

    async def serve(self, flow: Flow) -> None:
        """Talk to one peer until the connection is over."""
        loop = asyncio.get_running_loop()
        connection = self._accept(await flow.receive(), flow.peer, loop.time())
        if connection is None:
            return
        http = H3Connection(connection)
        while await self._step(connection, http, flow):
            timer = connection.get_timer()
            try:
                async with asyncio.timeout_at(timer):
                    data = await flow.receive()
            except TimeoutError:
                connection.handle_timer(loop.time())
            else:
                connection.receive_datagram(data, flow.peer, loop.time())

    def _accept(self, first: bytes, peer: Endpoint, now: float) -> QuicConnection | None:
        """Return a connection that a datagram begins; None where it begins none, such as a straggler of an old one."""
        try:
            header = pull_quic_header(Buffer(data=first), host_cid_length=8)
        except ValueError:
            return None
        if header.packet_type is not QuicPacketType.INITIAL:
            return None
        connection = QuicConnection(
            configuration=self._configuration, original_destination_connection_id=header.destination_cid
        )
        connection.receive_datagram(first, peer, now)
        return connection if connection._network_paths else None  # an Initial that could not be read left none

    async def _step(self, connection: QuicConnection, http: H3Connection, flow: Flow) -> bool:
        """Take what happened and send what is to be sent; False when the connection is over."""
        is_open = True
        while (event := connection.next_event()) is not None:
            if isinstance(event, ConnectionTerminated):
                is_open = False
            for received in http.handle_event(event):
                if isinstance(received, HeadersReceived):
                    self._answer(connection, http, received, flow.peer.address)
        for data, _ in connection.datagrams_to_send(asyncio.get_running_loop().time()):
            await flow.send(data)
        return is_open

    def _answer(self, connection: QuicConnection, http: H3Connection, received: HeadersReceived, address: str) -> None:
        fields = {name.decode("latin-1"): value.decode("latin-1") for name, value in received.headers}
        head = RequestHead(
            fields.get(":method", "GET"), fields.get(":path", "/"), (("Host", fields.get(":authority", "")),)
        )
        page = self._find_page(head, address)
        if page is None:
            connection.close()
            return
        rest = [(name.lower().encode(), value.encode()) for name, value in page.fields]
        length = (b"content-length", str(len(page.body)).encode())
        http.send_headers(received.stream_id, [(b":status", str(page.status).encode()), *rest, length])
        http.send_data(received.stream_id, page.body if head.method != "HEAD" else b"", end_stream=True)
