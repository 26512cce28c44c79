"""One QUIC handshake over a flow of datagrams: aioquic's protocol without its sockets, on the clock of the event loop.

aioquic checks certificates against the clock of the operating system. The probe's machine may have another one, so it is
told to check nothing, and chain, name and dates are checked here before the handshake counts as done.

aioquic is an optional dependency (extra ``probe``): this module is imported where HTTP/3 is asked for.

**Source**: RFC 9000, RFC 9001; OONI spec df-006-tlshandshake with ``network`` ``udp``.
"""

import asyncio
import ssl
from collections import deque
from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache

from aioquic.quic import events
from aioquic.quic.configuration import QuicConfiguration
from aioquic.quic.connection import QuicConnection
from aioquic.tls import Group
from cryptography.hazmat.primitives.serialization import Encoding
from OpenSSL import crypto

from netglass.probe.certificate import are_in_force, read_facts
from netglass.probe.failure import ALERT, AUTHORITY, CERTIFICATE, HOSTNAME, TIMEOUT, Problem, StepFailed, name_failure
from netglass.probe.handshake import NO_CHECK_TIME
from netglass.probe.record import Handshake, make_binary
from netglass.probe.trace import Strand
from netglass.wire.net import Endpoint, Flow, Net

ALERTS = range(0x100, 0x200)
"""Error codes that carry a TLS alert (RFC 9001 section 4.8)."""

TIMED_OUT = "Idle timeout"
WRONG_VERSION = "Could not find a common protocol version"


class _Client(QuicConnection):
    """A connection whose ClientHello holds one key share, of X25519, as OONI's client sends it; by itself aioquic sends four."""

    def _initialize(self, peer_cid: bytes) -> None:
        super()._initialize(peer_cid)
        self.tls._supported_groups = [Group.X25519]


class Terminated(Exception):
    """The connection is over; ``failure`` says why in OONI's words."""

    def __init__(self, event: events.ConnectionTerminated) -> None:
        super().__init__(event.reason_phrase)
        if event.reason_phrase == TIMED_OUT:
            self.failure = TIMEOUT
        elif event.reason_phrase == WRONG_VERSION:
            self.failure = "quic_incompatible_version"
        elif event.error_code in ALERTS:
            self.failure = ALERT
        else:
            self.failure = f"unknown_failure: quic: {event.reason_phrase or event.error_code}"


class Link:
    """A QUIC connection over a flow, every datagram of which is written down.

    Attributes:
        connection: the state of the protocol.
        strand: where it is written.
        endpoint: the other side.
    """

    def __init__(self, flow: Flow, connection: QuicConnection, strand: Strand, endpoint: Endpoint) -> None:
        self._flow = flow
        self._address = str(endpoint)
        self._loop = asyncio.get_running_loop()
        self._waiting: deque[events.QuicEvent] = deque()
        self.connection = connection
        self.strand = strand
        self.endpoint = endpoint

    async def next_event(self) -> events.QuicEvent:
        """Send what waits, and return what happens next.

        Raises:
            Terminated: the connection is over.
            OSError: as the flow raises.
        """
        while not self._waiting:
            await self.flush()
            await self._receive()
            while (event := self.connection.next_event()) is not None:
                self._waiting.append(event)
        event = self._waiting.popleft()
        if isinstance(event, events.ConnectionTerminated):
            raise Terminated(event)
        return event

    async def flush(self) -> None:
        """Send what waits."""
        for data, _ in self.connection.datagrams_to_send(self._loop.time()):
            t0 = self.strand.read_time()
            await self._flow.send(data)
            self.strand.note("write_to", t0, address=self._address, proto="udp", num_bytes=len(data))

    async def _receive(self) -> None:
        """Wait for a datagram, or for the protocol's own timer."""
        t0 = self.strand.read_time()
        timer = self.connection.get_timer()
        try:
            async with asyncio.timeout_at(timer):
                data = await self._flow.receive()
        except TimeoutError:
            self.connection.handle_timer(self._loop.time())
            return
        except OSError as error:
            self.strand.note("read_from", t0, name_failure(error), address=self._address, proto="udp")
            raise
        self.strand.note("read_from", t0, address=self._address, proto="udp", num_bytes=len(data))
        self.connection.receive_datagram(data, self.endpoint, self._loop.time())

    async def close(self) -> None:
        """Say goodbye, and end the flow."""
        self.connection.close()
        try:
            await self.flush()
        except OSError:
            pass
        finally:
            self._flow.close()


async def shake_hands_over_quic(
    net: Net, endpoint: Endpoint, server_name: str, context: ssl.SSLContext, strand: Strand, timeout_seconds: float
) -> Link:
    """Shake hands, and write it down.

    Raises:
        StepFailed: there is no connection.
    """
    address = str(endpoint)
    t0 = strand.mark("quic_handshake_start", address, "udp")
    configuration = QuicConfiguration(alpn_protocols=["h3"], server_name=server_name, verify_mode=ssl.CERT_NONE)
    connection = _Client(configuration=configuration)
    connection.connect(endpoint, asyncio.get_running_loop().time())
    failure: str | None = None
    link: Link | None = None
    try:
        async with asyncio.timeout(timeout_seconds):
            link = Link(await net.open_flow(*endpoint), connection, strand, endpoint)
            while not isinstance(await link.next_event(), events.HandshakeCompleted):
                pass
        failure = find_fault(read_chain(connection), server_name, context, net.read_clock())
    except Terminated as error:
        failure = error.failure
    except Problem as error:
        failure = name_failure(error)
    strand.mark("quic_handshake_done", address, "udp")
    _write_down(strand, address, connection, server_name, failure, t0)
    if failure is not None or link is None:
        if link is not None:
            await link.close()
        raise StepFailed(failure or TIMEOUT)
    return link


def read_chain(connection: QuicConnection) -> list[bytes]:
    """Return the certificates that the server sent, leaf first."""
    tls = connection.tls
    if tls is None or tls._peer_certificate is None:
        return []
    return [item.public_bytes(Encoding.DER) for item in (tls._peer_certificate, *tls._peer_certificate_chain)]


def find_fault(chain: Sequence[bytes], name: str, context: ssl.SSLContext, now: datetime) -> str | None:
    """Return what is wrong with a chain, None where it is good: dates of the leaf, then its name, then the chain."""
    leaf = read_facts(chain[0]) if chain else None
    if leaf is None:
        return AUTHORITY
    if not leaf.is_in_force(now):
        return CERTIFICATE
    if not leaf.is_for(name):
        return HOSTNAME
    path = find_path(tuple(chain), context)
    if path is None:
        return AUTHORITY
    return None if are_in_force(path, now) else CERTIFICATE


@lru_cache(1024)
def find_path(chain: tuple[bytes, ...], context: ssl.SSLContext) -> tuple[bytes, ...] | None:
    """Return the path from a leaf to a trusted root of ``context``, whatever the time; None where there is none."""
    leaf, *others = (crypto.load_certificate(crypto.FILETYPE_ASN1, der) for der in chain)
    try:
        path = crypto.X509StoreContext(_make_store(context), leaf, others).get_verified_chain()
    except crypto.X509StoreContextError:
        return None
    return tuple(crypto.dump_certificate(crypto.FILETYPE_ASN1, item) for item in path)


@lru_cache(8)
def _make_store(context: ssl.SSLContext) -> crypto.X509Store:
    """Return the roots of a context; those of a folder are not among what it lists, so the system's is added."""
    store = crypto.X509Store()
    store.set_flags(NO_CHECK_TIME)
    listed = context.get_ca_certs(binary_form=True)
    for der in listed:
        store.add_cert(crypto.load_certificate(crypto.FILETYPE_ASN1, der))
    folder = ssl.get_default_verify_paths().capath
    if not listed and folder:
        store.load_locations(None, folder)
    return store


def _write_down(
    strand: Strand, address: str, connection: QuicConnection, server_name: str, failure: str | None, t0: float
) -> None:
    schedule = connection.tls.key_schedule if connection.tls and failure is None else None
    strand.trace.quic_handshakes.append(
        Handshake(
            network="udp",
            address=address,
            cipher_suite=f"TLS_{schedule.cipher_suite.name}" if schedule else "",
            failure=failure,
            negotiated_protocol="h3" if schedule else "",
            no_tls_verify=False,
            peer_certificates=[make_binary(der) for der in read_chain(connection)],
            server_name=server_name,
            t0=t0,
            t=strand.read_time(),
            tags=strand.tags,
            tls_version="TLSv1.3" if schedule else "",
            transaction_id=strand.transaction_id,
        )
    )
