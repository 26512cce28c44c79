"""A client that is as small as it can be, to see what the lab's servers and censors show: lookup, TCP, TLS, HTTP, one failure."""

import asyncio
import ssl
from datetime import datetime
from typing import NamedTuple

from cryptography import x509

from netglass.lab.setting import Setting
from netglass.wire.http_head import ResponseHead, get_field, parse_response_head
from netglass.wire.net import LookupFailed, Net, Stream

_LOOKUP = {"no_such_name": "dns_nxdomain_error", "try_again": "dns_temporary_failure", "no_address": "dns_no_answer"}
_NO_CHECK_TIME = ssl.VerifyFlags(0x200000)
_TLS = {
    18: "ssl_unknown_authority",
    19: "ssl_unknown_authority",
    20: "ssl_unknown_authority",
    62: "ssl_invalid_hostname",
}


class Glance(NamedTuple):
    failure: str | None
    addresses: tuple[str, ...] = ()
    head: ResponseHead | None = None
    body: bytes = b""

    @property
    def status(self) -> int | None:
        return self.head.status if self.head else None


def name_failure(error: Exception) -> str:
    match error:
        case LookupFailed():
            return _LOOKUP.get(error.problem.value, "dns_server_misbehaving")
        case TimeoutError():
            return "generic_timeout_error"
        case ConnectionRefusedError():
            return "connection_refused"
        case ConnectionResetError():
            return "connection_reset"
        case ssl.SSLCertVerificationError():
            return _TLS.get(error.verify_code, "ssl_invalid_certificate")
        case EOFError():
            return "eof_error"
        case ssl.SSLError():
            return "ssl_failed_handshake"
        case OSError():
            return "host_unreachable"
    raise error


async def glance(net: Net, url: str, setting: Setting, seconds: float = 10.0) -> Glance:
    """Ask for a page once; redirections are not followed."""
    scheme, _, host = url.rstrip("/").partition("://")
    addresses: tuple[str, ...] = ()
    try:
        async with asyncio.timeout(seconds):
            addresses = tuple(await net.resolve(host))
        async with asyncio.timeout(seconds):
            stream: Stream = await net.connect(addresses[0], 443 if scheme == "https" else 80)
        async with asyncio.timeout(seconds):
            if scheme == "https":
                stream = await _secure(net, stream, host, setting.roots)
        async with asyncio.timeout(seconds):
            await stream.write(f"GET / HTTP/1.1\r\nHost: {host}\r\nAccept: */*\r\n\r\n".encode())
            head, body = await _read(stream)
    except (OSError, EOFError, LookupFailed) as error:
        return Glance(name_failure(error), addresses)
    return Glance(None, addresses, head, body)


async def _read(stream: Stream) -> tuple[ResponseHead, bytes]:
    received = b""
    while data := await stream.read():
        received += data
    start, _, body = received.partition(b"\r\n\r\n")
    head = parse_response_head(start)
    if head is None:
        raise EOFError
    length = get_field(head.fields, "content-length")
    if length is not None and len(body) < int(length):
        raise EOFError
    return head, body


class _Inside:
    """The client's side of TLS."""

    def __init__(self, below: Stream, context: ssl.SSLContext, host: str) -> None:
        self.local, self.peer, self._below = below.local, below.peer, below
        self._in, self._out = ssl.MemoryBIO(), ssl.MemoryBIO()
        self.tls = context.wrap_bio(self._in, self._out, server_hostname=host)

    async def _step(self) -> None:
        if self._out.pending:
            await self._below.write(self._out.read())
        data = await self._below.read()
        if not data:
            raise EOFError
        self._in.write(data)

    async def shake(self) -> None:
        while True:
            try:
                self.tls.do_handshake()
            except ssl.SSLWantReadError:
                await self._step()
            else:
                await self.write(b"")
                return

    async def read(self, most_bytes: int = 65_536) -> bytes:
        while True:
            try:
                return self.tls.read(most_bytes)
            except ssl.SSLWantReadError:
                try:
                    await self._step()
                except EOFError:
                    return b""
            except ssl.SSLZeroReturnError:
                return b""

    async def write(self, data: bytes) -> None:
        if data:
            self.tls.write(data)
        if self._out.pending:
            await self._below.write(self._out.read())

    def close(self) -> None:
        self._below.close()

    def abort(self) -> None:
        self._below.abort()


async def _secure(net: Net, stream: Stream, host: str, roots: str) -> _Inside:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.load_verify_locations(cadata=roots)
    context.verify_flags |= _NO_CHECK_TIME
    inside = _Inside(stream, context, host)
    await inside.shake()
    _check_time(inside.tls.getpeercert(True) or b"", net.read_clock())
    return inside


def _check_time(der: bytes, now: datetime) -> None:
    leaf = x509.load_der_x509_certificate(der)
    if not leaf.not_valid_before_utc.replace(tzinfo=None) <= now <= leaf.not_valid_after_utc.replace(tzinfo=None):
        error = ssl.SSLCertVerificationError("not in force")
        error.verify_code = 10
        raise error
