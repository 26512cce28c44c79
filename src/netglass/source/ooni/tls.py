"""TLS and QUIC handshakes (df-006): one row each, with the facts of the leaf certificate and the chain checked again offline.

**Source**: OONI spec df-006-tlshandshake; before 2022-09-08 ``network`` was ``tls`` or ``quic``. ``no_tls_verify`` means that the client
verified nothing, and even a verified chain is checked again here, against a dated trust store and the measurement's time.
"""

import hashlib
from collections.abc import Iterator, Sequence
from datetime import datetime

from netglass.source.ooni.address import read_host, split_endpoint
from netglass.source.ooni.certificate import read_certificate
from netglass.source.ooni.http import read_bytes
from netglass.source.ooni.step import Frame, Row
from netglass.source.ooni.structure import Binary, Handshake, Text

_NETWORKS = {"tcp": "tcp", "tls": "tcp", "udp": "udp", "quic": "udp"}


def list_handshakes(handshakes: Sequence[Handshake] | None, frame: Frame, start: datetime | None) -> Iterator[Row]:
    """Yield the ``tls`` rows; chains are checked at ``start``, the time of the measurement by the better clock."""
    for handshake in handshakes or ():
        server_name = read_host(handshake.server_name) if handshake.server_name else None
        tag = frame.read_tags(handshake.tags, server_name)
        failure = frame.read_failure(handshake.failure)
        step = frame.list_step(handshake.transaction_id, tag, handshake.t0, handshake.t, failure)
        text, port = split_endpoint(handshake.address)
        place = frame.place(text, "test_keys.tls_handshakes[].address")
        endpoint = (*place, port, _NETWORKS.get(handshake.network or "tcp"), tag.fetch_body)
        verified = None if handshake.no_tls_verify is None else not handshake.no_tls_verify
        names = (server_name, handshake.outer_server_name or None, handshake.tls_version or None, verified)
        chain = list_certificate(handshake.peer_certificates, server_name, frame, start)
        yield (*step, *endpoint, *names, *chain, frame.tls_control.get((place.address, port)))


def read_chain(certificates: Sequence[Text] | None, frame: Frame) -> tuple[bytes, ...]:
    """Return the certificates of a handshake as DER, leaf first."""
    field = "test_keys.tls_handshakes[].peer_certificates[]"
    chain = []
    for certificate in certificates or ():
        if isinstance(certificate, str):
            certificate = Binary(certificate, "base64")
        der = read_bytes(certificate, frame, field)
        if der:
            chain.append(der)
    return tuple(chain)


def list_certificate(certificates: Sequence[Text] | None, server_name: str | None, frame: Frame, start: datetime | None) -> Row:
    """Return the columns from ``cert_sha256`` to ``chain_status``, nulls without a certificate."""
    chain = read_chain(certificates, frame)
    if not chain:
        return (None,) * 8
    leaf = read_certificate(chain[0])
    if leaf is None:
        frame.add_issue("bad_certificate")
        return (hashlib.sha256(chain[0]).hexdigest(), *(None,) * 6, "unparsable")
    match = leaf.matches(server_name) if server_name else None
    status = frame.refdata.check_chain(chain, server_name or "", start) if start else None
    return (leaf.sha256, leaf.issuer, leaf.subject, leaf.not_before, leaf.not_after, leaf.self_signed, match, status)
