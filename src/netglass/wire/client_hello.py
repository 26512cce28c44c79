"""The first message of a TLS client: what it wants and, mostly in the clear, from whom (RFC 8446 section 4.1.2).

A handshake message is a type, a length of 24 bits and a body. The body holds version, random, session id, cipher suites,
compression and extensions; the server's name is one of these (RFC 6066 section 3), the application protocols another (RFC
7301 section 3.1). Extensions are kept raw and in order, so a hello can be built again byte by byte; names are read when
they are asked for.

Over TCP the message comes in records, and records in segments, each cut anywhere: OpenSSL's hello has some 500 bytes,
a browser's more than a segment holds, and clients that dodge censors cut inside of the name. ``ClientHelloReader`` puts
them together; ``tcp_stream`` does so for segments. A reader gives up where no hello can follow any more.
"""

import msgspec

from netglass.wire.cursor import Cursor, CutShort, build_vector
from netglass.wire.ech import ECH_EXTENSION, EchExtension, parse_ech_extension
from netglass.wire.progress import Progress
from netglass.wire.tls_record import HANDSHAKE, RECORD_BYTES, build_records, can_be_record

SERVER_NAME, SUPPORTED_GROUPS, SIGNATURE_ALGORITHMS, APPLICATION_PROTOCOLS, PADDING = 0, 10, 13, 16, 21
SUPPORTED_VERSIONS, KEY_EXCHANGE_MODES, KEY_SHARE, QUIC_PARAMETERS = 43, 45, 51, 57
"""Numbers of extensions. **Source**: RFC 8446 section 4.2, RFC 7301, RFC 7685, RFC 9001 section 8.2."""

CLIENT_HELLO = 1
"""Type of the handshake message."""

HELLO_BYTES = 1 << 16
"""Longest hello that a reader remembers."""

_X25519 = 0x001D


class ClientHello(msgspec.Struct, frozen=True, gc=False):
    """A ClientHello.

    Attributes:
        random: 32 bytes.
        session_id: 0 to 32 bytes.
        cipher_suites: 16-bit numbers in order of preference, GREASE included.
        extensions: number and raw data of each, in order; no extensions are written as none at all.
        version: legacy version, 0x0303 in any hello of today.
        compression: compression methods, one zero byte in any hello of today.
    """

    random: bytes
    session_id: bytes
    cipher_suites: tuple[int, ...]
    extensions: tuple[tuple[int, bytes], ...]
    version: int = 0x0303
    compression: bytes = b"\0"

    def get_extension(self, number: int) -> bytes | None:
        """Return the data of the first extension with that number."""
        for kind, data in self.extensions:
            if kind == number:
                return data
        return None

    @property
    def server_name(self) -> str | None:
        """The host name in the clear, as it was written; with ECH the outer name. None without one."""
        data = self.get_extension(SERVER_NAME)
        return None if data is None else _parse_server_name(data)

    @property
    def protocols(self) -> tuple[str, ...]:
        """The application protocols that the client offers, such as ``h2``; none where they are not well-formed."""
        cursor = Cursor(self.get_extension(APPLICATION_PROTOCOLS) or b"")
        found = []
        try:
            names = cursor.take_inner(2)
            while not names.is_at_end:
                found.append(names.take_vector(1).decode("latin-1"))
        except CutShort:
            return ()
        return tuple(found)

    @property
    def versions(self) -> tuple[int, ...]:
        """The versions that the client offers (0x0304 is TLS 1.3), GREASE included."""
        data = self.get_extension(SUPPORTED_VERSIONS)
        try:
            return (self.version,) if data is None else Cursor(data).take_numbers(1, 2)
        except CutShort:
            return ()

    @property
    def ech(self) -> EchExtension | None:
        """The ECH extension, real or GREASE (``ech.tell_ech``); None where it is absent or malformed."""
        data = self.get_extension(ECH_EXTENSION)
        return None if data is None else parse_ech_extension(data)


def _parse_server_name(data: bytes) -> str | None:
    try:
        names = Cursor(data).take_inner(2)
        while not names.is_at_end:
            kind, name = names.take_number(1), names.take_vector(2)
            if kind == 0:
                return name.decode("latin-1")
    except CutShort:
        pass
    return None


def parse_client_hello(message: bytes) -> ClientHello | None:
    """Read a whole handshake message; None where it is no ClientHello, is cut short or has bytes left over."""
    if message[:1] != b"\x01":
        return None
    outer = Cursor(message, 1)
    try:
        body = outer.take_inner(3)
        version, random, session_id = body.take_number(2), body.take(32), body.take_vector(1)
        cipher_suites, compression = body.take_numbers(2, 2), body.take_vector(1)
        extensions = []
        if not body.is_at_end:
            listed = body.take_inner(2)
            while not listed.is_at_end:
                extensions.append((listed.take_number(2), listed.take_vector(2)))
    except CutShort:
        return None
    if not (outer.is_at_end and body.is_at_end):
        return None
    return ClientHello(random, session_id, cipher_suites, tuple(extensions), version, compression)


def build_client_hello(hello: ClientHello) -> bytes:
    """Return the bytes of the handshake message, without a record around it."""
    suites = b"".join(suite.to_bytes(2, "big") for suite in hello.cipher_suites)
    body = (
        hello.version.to_bytes(2, "big")
        + hello.random
        + build_vector(1, hello.session_id)
        + build_vector(2, suites)
        + build_vector(1, hello.compression)
    )
    if hello.extensions:
        listed = (kind.to_bytes(2, "big") + build_vector(2, data) for kind, data in hello.extensions)
        body += build_vector(2, b"".join(listed))
    return bytes((CLIENT_HELLO,)) + build_vector(3, body)


def build_hello_records(hello: ClientHello, fragment_bytes: int = RECORD_BYTES) -> bytes:
    """Return a hello as it is sent over TCP, in records of at most ``fragment_bytes``."""
    return build_records(HANDSHAKE, build_client_hello(hello), 0x0301, fragment_bytes)


def make_client_hello(
    server_name: str | None,
    random: bytes,
    key_share: bytes,
    protocols: tuple[str, ...] = (),
    session_id: bytes = b"",
    extensions: tuple[tuple[int, bytes], ...] = (),
) -> ClientHello:
    """Return a plain TLS 1.3 hello with one X25519 key.

    Args:
        server_name: host name in the clear; None leaves the extension out.
        random: 32 bytes.
        key_share: public key of 32 bytes.
        protocols: application protocols to offer.
        session_id: 0 to 32 bytes; a hello over TCP has 32, one over QUIC none.
        extensions: further extensions, put last.
    """
    found: list[tuple[int, bytes]] = []
    if server_name is not None:
        name = build_vector(2, server_name.encode("latin-1"))
        found.append((SERVER_NAME, build_vector(2, b"\0" + name)))
    found += [
        (SUPPORTED_GROUPS, build_vector(2, _X25519.to_bytes(2, "big"))),
        (SIGNATURE_ALGORITHMS, build_vector(2, bytes.fromhex("0403 0804 0401 0503 0805 0501 0806 0601"))),
    ]
    if protocols:
        names = b"".join(build_vector(1, protocol.encode("latin-1")) for protocol in protocols)
        found.append((APPLICATION_PROTOCOLS, build_vector(2, names)))
    share = _X25519.to_bytes(2, "big") + build_vector(2, key_share)
    found += [
        (SUPPORTED_VERSIONS, build_vector(1, b"\x03\x04")),
        (KEY_EXCHANGE_MODES, build_vector(1, b"\x01")),
        (KEY_SHARE, build_vector(2, share)),
    ]
    return ClientHello(random, session_id, (0x1301, 0x1302, 0x1303), (*found, *extensions))


class ClientHelloReader:
    """Collects a hello from the bytes of a TCP stream, in order, cut anywhere.

    Attributes:
        progress: how far it is.
        hello: the hello, once ``progress`` is ``DONE``.
    """

    __slots__ = ("_message", "_rest", "hello", "progress")

    def __init__(self) -> None:
        self.progress = Progress.MORE
        self.hello: ClientHello | None = None
        self._rest = b""
        self._message = bytearray()

    def feed(self, data: bytes) -> Progress:
        """Take the next bytes of the stream."""
        if self.progress is Progress.MORE and data:
            self.progress = self._read(self._rest + data)
        return self.progress

    def _read(self, stream: bytes) -> Progress:
        at, message = 0, self._message
        while at < len(stream):
            head = stream[at : at + 5]
            if head[0] != HANDSHAKE or not can_be_record(head) or head[3:] == b"\0\0":
                return Progress.OTHER
            end = at + 5 + int.from_bytes(head[3:], "big")
            if len(head) < 5 or end > len(stream):
                break
            message += stream[at + 5 : end]
            at = end
            if not can_be_hello(message):
                return Progress.OTHER
            if is_complete(message):
                return self._finish()
        self._rest = stream[at:]
        return Progress.MORE if can_be_hello(bytes(message[:4]) + self._rest[5:9]) else Progress.OTHER

    def _finish(self) -> Progress:
        self.hello = parse_client_hello(bytes(self._message[: message_end(self._message)]))
        return Progress.OTHER if self.hello is None else Progress.DONE


def message_end(message: bytes | bytearray) -> int:
    """Return the length in bytes of the handshake message that begins so, its header of 4 bytes counted."""
    return 4 + int.from_bytes(message[1:4], "big")


def is_complete(message: bytes | bytearray) -> bool:
    """Tell whether all bytes of the handshake message that begins so are there."""
    return len(message) >= 4 and len(message) >= message_end(message)


def can_be_hello(message: bytes | bytearray) -> bool:
    """Tell whether a message that begins so can be a ClientHello that a reader would remember."""
    if message and message[0] != CLIENT_HELLO:
        return False
    return len(message) < 4 or message_end(message) <= HELLO_BYTES
