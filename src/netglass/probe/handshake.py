"""One TLS handshake over a connection that stands, kept apart from connect and request.

The certificate is always verified, and the chain that the server sent is written down also where it is not accepted:
it is the evidence for interception. A context is made once and shared, for loading roots takes longer than a handshake.

**Source**: OONI spec df-006-tlshandshake, and df-008-netevents for the events.
"""

import asyncio
import ssl
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from netglass.probe.certificate import are_in_force, name_fault
from netglass.probe.channel import ClearChannel, SecureChannel
from netglass.probe.failure import CERTIFICATE, TIMEOUT, StepFailed, name_failure
from netglass.probe.record import Handshake, make_binary
from netglass.probe.trace import Strand
from netglass.wire.net import Endpoint

NO_CHECK_TIME = 0x200000
"""``X509_V_FLAG_NO_CHECK_TIME`` of OpenSSL: dates are checked against the machine's own clock instead."""

_DER = 2
_CIPHER_HASHES = ("_SHA", "_SHA256", "_SHA384")


def make_context(roots_pem: str | None = None, protocols: Iterable[str] = ("http/1.1",)) -> ssl.SSLContext:
    """Return what handshakes share: trusted roots and the protocols offered.

    Args:
        roots_pem: trusted certificates in PEM; by default those of the system.
        protocols: names for ALPN.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    if roots_pem is None:
        context.load_default_certs()
    else:
        context.load_verify_locations(cadata=roots_pem)
    context.verify_flags |= ssl.VerifyFlags(NO_CHECK_TIME)
    context.set_alpn_protocols(list(protocols))
    return context


async def shake_hands(
    below: ClearChannel, server_name: str, context: ssl.SSLContext, now: datetime, timeout_seconds: float
) -> SecureChannel:
    """Shake hands, and write it down; also where the time of a step around it ends first.

    Args:
        below: the connection; it is closed where the handshake fails.
        server_name: the name that is asked for and verified, or an address.
        context: what :func:`make_context` made.
        now: the machine's wall clock, naive UTC.
        timeout_seconds: patience with the whole handshake.

    Raises:
        StepFailed: there is no secure connection.
    """
    strand, address = below.strand, str(below.endpoint)
    t0 = strand.mark("tls_handshake_start", address)
    channel = SecureChannel(below, context, server_name)
    failure: str | None = None
    try:
        async with asyncio.timeout(timeout_seconds):
            await _finish(channel)
            if are_in_force(_read_certificates(channel.tls, "get_verified_chain"), now):
                await channel.flush()
            else:
                failure = CERTIFICATE
    except ssl.SSLCertVerificationError as error:
        failure = name_fault(error, read_chain(channel.tls), server_name, now)
    except OSError as error:
        failure = name_failure(error)
    except asyncio.CancelledError:
        _write_down(strand, below.endpoint, channel.tls, server_name, TIMEOUT, t0)
        below.close()
        raise
    _write_down(strand, below.endpoint, channel.tls, server_name, failure, t0)
    if failure is not None:
        below.close()
        raise StepFailed(failure)
    channel.protocol = channel.tls.selected_alpn_protocol()
    return channel


async def _finish(channel: SecureChannel) -> None:
    """Run the handshake to its end; the last flight of the client still waits to be sent."""
    while True:
        try:
            return channel.tls.do_handshake()
        except ssl.SSLWantReadError:
            await channel.fill()
        except ssl.SSLError:
            await _send_alert(channel)
            raise


async def _send_alert(channel: SecureChannel) -> None:
    """Send the alert that tells the server why, as clients do; that the connection is gone is no news."""
    try:
        await channel.flush()
    except OSError:
        return


def read_chain(tls: ssl.SSLObject) -> list[bytes]:
    """Return the certificates that the server sent, leaf first, also where they were not accepted."""
    return _read_certificates(tls, "get_unverified_chain")


def _read_certificates(tls: ssl.SSLObject, method: str) -> list[bytes]:
    """Return what a method gives that Python makes public in 3.13, and before has on the object inside."""
    source: Any = tls if hasattr(tls, method) else tls._sslobj  # type: ignore[attr-defined]
    found = getattr(source, method)() or ()
    return [item if isinstance(item, bytes) else item.public_bytes(_DER) for item in found]


def _write_down(
    strand: Strand,
    endpoint: Endpoint,
    tls: ssl.SSLObject,
    server_name: str,
    failure: str | None,
    t0: float,
) -> None:
    """Add the handshake to the trace. As OONI does, what was negotiated is told of a good handshake only."""
    strand.mark("tls_handshake_done", str(endpoint))
    cipher = tls.cipher() if failure is None else None
    strand.trace.handshakes.append(
        Handshake(
            network="tcp",
            address=str(endpoint),
            cipher_suite=name_cipher(cipher[0]) if cipher else "",
            failure=failure,
            negotiated_protocol=(tls.selected_alpn_protocol() or "") if cipher else "",
            no_tls_verify=False,
            peer_certificates=[make_binary(der) for der in read_chain(tls)],
            server_name=server_name,
            t0=t0,
            t=strand.read_time(),
            tags=strand.tags,
            tls_version=(tls.version() or "") if cipher else "",
            transaction_id=strand.transaction_id,
        )
    )


def name_cipher(name: str) -> str:
    """Return the IANA name of a cipher suite that OpenSSL names its own way (``ECDHE-RSA-AES128-GCM-SHA256``)."""
    if name.startswith("TLS_"):
        return name
    for cipher, spelled in (("AES128", "AES_128"), ("AES256", "AES_256"), ("CHACHA20", "CHACHA20")):
        exchange, found, rest = name.partition(f"-{cipher}-")
        if found:
            text = f"TLS_{exchange}_WITH_{spelled}_{rest}".replace("-", "_")
            return text if text.endswith(_CIPHER_HASHES) else f"{text}_SHA256"
    return name
