"""TLS and QUIC handshakes (df-006): one row each, with the facts of the leaf certificate and the chain checked again offline.

**Source**: OONI spec df-006-tlshandshake; before 2022-09-08 ``network`` was ``tls`` or ``quic``, and there was no ``address``.
``no_tls_verify`` means that the client verified nothing, and even a verified chain is checked again here, against a dated trust store and
the measurement's time.
"""

import binascii
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from functools import lru_cache

from netglass.refdata import Refdata
from netglass.refdata.trust import NO_TRUST_STORE, UNPARSABLE
from netglass.source.ooni.address import read_host, split_endpoint
from netglass.source.ooni.certificate import read_certificate
from netglass.source.ooni.step import Frame, Row
from netglass.source.ooni.structure import Handshake, Text
from netglass.source.ooni.transfer import HELLO_END, Groups

_NETWORKS = {"tcp": "tcp", "tls": "tcp", "udp": "udp", "quic": "udp"}
CERTIFICATES = 8_000
"""Certificates that are remembered, about 5 kB each."""

Outcomes = Mapping[tuple[str | None, int | None], str]
NO_OUTCOMES: Outcomes = {}
NO_CERTIFICATE: Row = (None,) * 8


def list_handshakes(
    handshakes: Sequence[Handshake] | None,
    groups: Groups,
    frame: Frame,
    start: datetime | None,
    control: Outcomes = NO_OUTCOMES,
) -> Iterator[Row]:
    """Yield the ``tls`` rows; chains are checked at ``start``, the time of the measurement by the better clock.

    Args:
        handshakes: of TLS or of QUIC.
        groups: the network events, for clients that wrote no address beside the handshake.
        frame: of the measurement.
        start: when chains are checked.
        control: the helper's outcome by address and port.
    """
    endpoints: dict[float, str] | None = None
    for handshake in handshakes or ():
        server_name = read_host(handshake.server_name) if handshake.server_name else None
        tag = frame.read_tags(handshake.tags, server_name)
        endpoint_text = handshake.address
        if not endpoint_text and handshake.t is not None:
            endpoints = find_endpoints(groups) if endpoints is None else endpoints
            endpoint_text = endpoints.get(handshake.t)
        text, port = split_endpoint(endpoint_text)
        place = frame.place(text, "test_keys.tls_handshakes[].address")
        yield (
            *frame.list_step(handshake, tag, frame.read_failure(handshake.failure)),
            *place,
            port,
            _NETWORKS.get(handshake.network or "tcp"),
            tag.fetch_body,
            frame.scrub_host(server_name),
            frame.scrub_host(handshake.outer_server_name or None),
            handshake.tls_version or None,
            None if handshake.no_tls_verify is None else not handshake.no_tls_verify,
            *list_certificate(handshake.peer_certificates, server_name, frame, start),
            control.get((place.address, port)),
        )


def find_endpoints(groups: Groups) -> dict[float, str]:
    """Return the endpoint of each finished handshake by its end, for clients that did not write it beside the handshake.

    The end of a handshake and of its last event are one and the same reading of the clock.
    """
    finished = (
        (event.t, connection[2])
        for connection, group in groups.items()
        for event in group
        if event.operation in HELLO_END
    )
    return {t: endpoint for t, endpoint in finished if t is not None}


@lru_cache(CERTIFICATES)
def describe_leaf(text: str, server_name: str | None) -> Row | None:
    """Return the columns from ``cert_sha256`` to ``cert_name_match`` of a certificate in base64, None where it is none.

    Raises:
        ValueError: ``text`` is no base64.
    """
    leaf = read_certificate(binascii.a2b_base64(text))
    if leaf is None:
        return None
    match = leaf.matches(server_name) if server_name else None
    return (leaf.sha256, leaf.issuer, leaf.subject, leaf.not_before, leaf.not_after, leaf.self_signed, match)


@lru_cache(16)
def has_trust_store(refdata: Refdata) -> bool:
    """Tell whether trusted roots are loaded."""
    return any(pin.kind == "trust" for pin in refdata.pins)


def list_certificate(
    certificates: Sequence[Text] | None, server_name: str | None, frame: Frame, start: datetime | None
) -> Row:
    """Return the columns from ``cert_sha256`` to ``chain_status``, nulls without a certificate."""
    if not certificates:
        return NO_CERTIFICATE
    texts = [text if isinstance(text, str) else text.data or "" for text in certificates if text is not None]
    trusted = has_trust_store(frame.refdata)
    try:
        facts = describe_leaf(texts[0], server_name) if texts else None
        chain = tuple(map(binascii.a2b_base64, texts)) if trusted else ()
    except ValueError:
        frame.add_issue("bad_base64:test_keys.tls_handshakes[].peer_certificates[]")
        return NO_CERTIFICATE
    if facts is None:
        frame.add_issue("bad_certificate")
        return (*NO_CERTIFICATE[:-1], UNPARSABLE)
    if not trusted:
        return (*facts, NO_TRUST_STORE)
    return (*facts, frame.refdata.check_chain(chain, server_name or "", start) if start else None)
