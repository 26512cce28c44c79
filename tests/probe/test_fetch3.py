"""HTTP/3 over a real QUIC server on loopback: what works, and how it fails."""

import tempfile
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from aioquic.asyncio import QuicConnectionProtocol, serve
from aioquic.h3.connection import H3Connection
from aioquic.h3.events import HeadersReceived
from aioquic.quic.configuration import QuicConfiguration
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from netglass.probe.web_connectivity import measure
from netglass.wire.net import Endpoint
from tests.probe.world import LOCAL, make_config, make_party, page, run, secure, server_context

SITE = "192.0.2.10"


class Site(QuicConnectionProtocol):
    """Answers every request with one page."""

    def quic_event_received(self, event):
        self.http = getattr(self, "http", None) or H3Connection(self._quic)
        for found in self.http.handle_event(event):
            if isinstance(found, HeadersReceived):
                self.http.send_headers(found.stream_id, [(b":status", b"200"), (b"server", b"lab")])
                self.http.send_data(found.stream_id, b"over quic", end_stream=True)
                self.transmit()


@asynccontextmanager
async def site_over_quic(world, party):
    configuration = QuicConfiguration(is_client=False, alpn_protocols=["h3"])
    with tempfile.TemporaryDirectory() as folder:
        certificate, key = Path(folder, "cert.pem"), Path(folder, "key.pem")
        certificate.write_bytes(party.pem)
        key.write_bytes(party.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
        configuration.load_cert_chain(certificate, key)
    server = await serve(LOCAL, 0, configuration=configuration, create_protocol=Site)
    world.net.flows[SITE, 443] = Endpoint(*server._transport.get_extra_info("sockname")[:2])
    try:
        yield
    finally:
        server.close()


async def measure_site(world, kind):
    world.net.names = {"site.test": [SITE]}
    await world.serve(SITE, 443, secure(server_context(make_party("good")), page()))
    async with site_over_quic(world, make_party(kind)):
        return (await measure(world.net, "https://site.test/", make_config(http3=True))).test_keys


@run
async def test_a_page_comes_over_http3_beside_the_classic_one(world):
    keys = await measure_site(world, "good")
    (handshake,) = keys.quic_handshakes
    assert (handshake.network, handshake.failure, handshake.negotiated_protocol) == ("udp", None, "h3")
    assert handshake.peer_certificates
    classic, aside = keys.requests
    assert (classic.network, aside.network, aside.alpn) == ("tcp", "udp", "h3")
    assert (aside.response.code, aside.response.body) == (200, "over quic")
    assert aside.tags == ("tcptls_experiment", "depth=0", "fetch_body=false")
    assert {event.proto for event in keys.network_events if event.transaction_id > 60_000} == {"udp"}


@pytest.mark.parametrize(
    ("kind", "failure"),
    [
        ("expired", "ssl_invalid_certificate"),
        ("wrong name", "ssl_invalid_hostname"),
        ("self-signed", "ssl_unknown_authority"),
    ],
)
@run
async def test_a_bad_certificate_is_seen(world, kind, failure):
    keys = await measure_site(world, kind)
    assert [item.failure for item in keys.quic_handshakes] == [failure]
    assert keys.quic_handshakes[0].peer_certificates
    assert [item.network for item in keys.requests] == ["tcp"]


@run
async def test_dropped_datagrams_are_a_time_out(world):
    async def drop(data, peer):
        return None

    world.net.names = {"site.test": [SITE]}
    await world.serve_datagrams(SITE, 443, drop)
    keys = (await measure(world.net, "https://site.test/", make_config(http3=True))).test_keys
    assert [item.failure for item in keys.quic_handshakes] == ["generic_timeout_error"]
