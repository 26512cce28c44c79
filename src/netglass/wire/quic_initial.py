"""Initial packets of QUIC, opened and made (RFC 9001 sections 5.3 and 5.4), and the ClientHello in them.

Header protection: 16 bytes from the fourth byte behind the begin of the packet number are encrypted with AES-ECB; the
result masks the low bits of the first byte and the packet number, whose length those bits tell. Then AES-128-GCM opens the
rest, with the number mixed into the IV and the unmasked header as additional data. What is opened was made by someone who
knew the connection id, so an Initial of a known version that does not open is damaged, or follows a retry.

A client's hello may need several packets in one or more datagrams. ``QuicHelloReader`` collects them for one client
address and port. The keys follow from the first connection id, and anew where the client was told another by a Retry.
"""

from typing import NamedTuple

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from netglass.vocab.error import UsageError
from netglass.wire.client_hello import (
    HELLO_BYTES,
    ClientHello,
    can_be_hello,
    is_complete,
    message_end,
    parse_client_hello,
)
from netglass.wire.progress import Progress
from netglass.wire.quic_frame import CryptoFrame, build_crypto_frame, parse_crypto_frames
from netglass.wire.quic_header import TYPES, LongHeader, LongType, split_datagram
from netglass.wire.quic_key import VERSION_1, InitialKeys, derive_initial_keys
from netglass.wire.quic_varint import build_varint

DATAGRAM_BYTES = 1200
"""Least payload of a datagram with a client's Initial packet. **Source**: RFC 9000 section 14.1."""

_TAG_BYTES = 16
_PIECES = 1000


class OpenedPacket(NamedTuple):
    """An Initial packet without protection: its full number and its frames."""

    number: int
    payload: bytes


def open_initial(datagram: bytes, header: LongHeader, keys: InitialKeys, expected: int = 0) -> OpenedPacket | None:
    """Remove both protections from the packet at ``header``; None where the keys do not open it.

    Args:
        datagram: the whole datagram.
        header: header of an Initial packet in it.
        keys: keys of the side that sent it.
        expected: the largest packet number of that side so far, plus one.
    """
    at = header.number_at
    sample = datagram[at + 4 : at + 20]
    if header.end < at + 20 or header.type is not LongType.INITIAL:
        return None
    mask = _encrypt_sample(keys.header_key, sample)
    first = datagram[header.start] ^ mask[0] & 0x0F
    size = (first & 3) + 1
    truncated = int.from_bytes(datagram[at : at + size], "big") ^ int.from_bytes(mask[1 : 1 + size], "big")
    number = _decode_number(truncated, size, expected)
    clear = bytes((first,)) + datagram[header.start + 1 : at] + truncated.to_bytes(size, "big")
    try:
        payload = AESGCM(keys.key).decrypt(_make_nonce(keys.iv, number), datagram[at + size : header.end], clear)
    except InvalidTag:
        return None
    return OpenedPacket(number, payload)


def build_initial(
    payload: bytes,
    destination_id: bytes,
    keys: InitialKeys,
    source_id: bytes = b"",
    number: int = 0,
    version: int = VERSION_1,
    token: bytes = b"",
    number_bytes: int = 4,
    least_bytes: int = 0,
) -> bytes:
    """Return a protected Initial packet.

    Args:
        payload: frames (``quic_frame`` builds them).
        destination_id: 0 to 20 bytes.
        keys: keys of the side that sends it (``quic_key.derive_initial_keys``).
        source_id: 0 to 20 bytes.
        number: packet number, 0 to 2^32 - 1.
        version: ``VERSION_1`` or ``VERSION_2``.
        token: token of a Retry.
        number_bytes: how many bytes the packet number gets, 1 to 4.
        least_bytes: length up to which PADDING frames are added; ``DATAGRAM_BYTES`` where the packet stands alone.
    """
    bits = next(bits for bits, kind in TYPES[version].items() if kind is LongType.INITIAL)
    first = 0xC0 | bits << 4 | number_bytes - 1
    head = (
        bytes((first,))
        + version.to_bytes(4, "big")
        + bytes((len(destination_id),))
        + destination_id
        + bytes((len(source_id),))
        + source_id
        + build_varint(len(token))
        + token
    )
    least = max(least_bytes - len(head) - 2 - number_bytes - _TAG_BYTES, 4 - number_bytes)
    payload = payload.ljust(least, b"\0")
    length = build_varint(number_bytes + len(payload) + _TAG_BYTES, 2)
    shown = number.to_bytes(4, "big")[-number_bytes:]
    sealed = AESGCM(keys.key).encrypt(_make_nonce(keys.iv, number), payload, head + length + shown)
    mask = _encrypt_sample(keys.header_key, sealed[4 - number_bytes : 20 - number_bytes])
    masked = bytes(byte ^ bit for byte, bit in zip(shown, mask[1:], strict=False))
    return bytes((first ^ mask[0] & 0x0F,)) + head[1:] + length + masked + sealed


def build_hello_datagram(
    message: bytes, destination_id: bytes, source_id: bytes = b"", version: int = VERSION_1
) -> bytes:
    """Return a client's first datagram, with a whole ClientHello message in one Initial packet.

    Args:
        message: the handshake message.
        destination_id: connection id that the client chooses, 8 to 20 bytes.
        source_id: 0 to 20 bytes.
        version: ``VERSION_1`` or ``VERSION_2``.

    Raises:
        UsageError: another version.
    """
    keys = derive_initial_keys(version, destination_id)
    if keys is None:
        raise UsageError(f"QUIC version {version:#010x} is not known here")
    frame = build_crypto_frame(CryptoFrame(0, message))
    return build_initial(frame, destination_id, keys, source_id, version=version, least_bytes=DATAGRAM_BYTES)


def _encrypt_sample(key: bytes, sample: bytes) -> bytes:
    """Return the mask of header protection (RFC 9001 section 5.4.3). ECB is applied to one block only."""
    return Cipher(algorithms.AES(key), modes.ECB()).encryptor().update(sample)


def _make_nonce(iv: bytes, number: int) -> bytes:
    return (int.from_bytes(iv, "big") ^ number).to_bytes(12, "big")


def _decode_number(truncated: int, size: int, expected: int) -> int:
    """Return the full packet number that is nearest to the expected one (RFC 9000 appendix A.3)."""
    window = 1 << 8 * size
    candidate = expected - expected % window + truncated
    if candidate <= expected - window // 2 and candidate + window < 1 << 62:
        return candidate + window
    if candidate > expected + window // 2 and candidate >= window:
        return candidate - window
    return candidate


class QuicHelloReader:
    """Collects the ClientHello from the datagrams that one client sends.

    Attributes:
        progress: how far it is; ``OTHER`` where the first datagram holds no Initial packet that can be opened.
        hello: the hello, once ``progress`` is ``DONE``.
    """

    __slots__ = ("_expected", "_first_id", "_pieces", "_room", "hello", "progress")

    def __init__(self) -> None:
        self.progress = Progress.MORE
        self.hello: ClientHello | None = None
        self._first_id: bytes | None = None
        self._expected = 0
        self._pieces: dict[int, bytes] = {}
        self._room = HELLO_BYTES

    def feed(self, datagram: bytes) -> Progress:
        """Take the payload of the next UDP datagram."""
        if self.progress is Progress.MORE:
            for header in split_datagram(datagram):
                if header.type is LongType.INITIAL:
                    self._take(datagram, header)
            self.progress = Progress.OTHER if self._first_id is None else self._read()
        return self.progress

    def _open(self, datagram: bytes, header: LongHeader) -> OpenedPacket | None:
        for first_id in {self._first_id: 0, header.destination_id: 0}:
            keys = None if first_id is None else derive_initial_keys(header.version, first_id)
            opened = keys and open_initial(datagram, header, keys, self._expected)
            if opened:
                self._first_id = first_id
                return opened
        return None

    def _take(self, datagram: bytes, header: LongHeader) -> None:
        opened = self._open(datagram, header)
        if opened is None:
            return
        self._expected = max(self._expected, opened.number + 1)
        for offset, data in parse_crypto_frames(opened.payload) or ():
            if (
                len(self._pieces) < _PIECES
                and len(data) <= self._room
                and len(data) > len(self._pieces.get(offset, b""))
            ):
                self._pieces[offset] = data
                self._room -= len(data)

    def _read(self) -> Progress:
        message = bytearray()
        for offset in sorted(self._pieces):
            if offset > len(message):
                break
            message += self._pieces[offset][len(message) - offset :]
        if not can_be_hello(message):
            return Progress.OTHER
        if not is_complete(message):
            return Progress.MORE
        self.hello = parse_client_hello(bytes(message[: message_end(message)]))
        return Progress.OTHER if self.hello is None else Progress.DONE
