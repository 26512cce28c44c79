"""Frames that an Initial packet may hold (RFC 9000 sections 12.4 and 19): CRYPTO with the handshake, and what is beside it.

CRYPTO frames place bytes at offsets of a stream of their own. Clients cut a hello into several, in any order and with PING
and PADDING between, partly to stop middleboxes that read the first one only.
"""

from typing import NamedTuple

from netglass.wire.cursor import Cursor, CutShort
from netglass.wire.quic_varint import build_varint, take_varint

_PADDING, _PING, _ACK, _ACK_ECN, _CRYPTO, _CLOSE = 0, 1, 2, 3, 6, 0x1C


class CryptoFrame(NamedTuple):
    """A piece of the handshake: its offset, 0 to 2^62 - 1 bytes, and its data."""

    offset: int
    data: bytes


def parse_crypto_frames(payload: bytes) -> tuple[CryptoFrame, ...] | None:
    """Return the CRYPTO frames of a decrypted Initial packet in their order; None where a frame may not stand there."""
    found: list[CryptoFrame] = []
    cursor = Cursor(payload)
    try:
        while not cursor.is_at_end:
            kind = cursor.take_number(1)
            if kind == _CRYPTO:
                offset = take_varint(cursor)
                found.append(CryptoFrame(offset, cursor.take(take_varint(cursor))))
            elif kind == _PADDING:
                cursor.skip_zeros()
            elif not _skip_frame(cursor, kind):
                return None
    except CutShort:
        return None
    return tuple(found)


def _skip_frame(cursor: Cursor, kind: int) -> bool:
    """Read over a PING, ACK or CONNECTION_CLOSE frame; return False for any other."""
    if kind in (_ACK, _ACK_ECN):
        take_varint(cursor), take_varint(cursor)
        ranges = take_varint(cursor)
        take_varint(cursor)
        for _ in range(2 * ranges + (3 if kind == _ACK_ECN else 0)):
            take_varint(cursor)
    elif kind == _CLOSE:
        take_varint(cursor), take_varint(cursor)
        cursor.take(take_varint(cursor))
    return kind in (_PING, _ACK, _ACK_ECN, _CLOSE)


def build_crypto_frame(frame: CryptoFrame) -> bytes:
    """Return the bytes of a CRYPTO frame."""
    return bytes((_CRYPTO,)) + build_varint(frame.offset) + build_varint(len(frame.data)) + frame.data


def build_close_frame(code: int, reason: bytes = b"") -> bytes:
    """Return the bytes of a CONNECTION_CLOSE frame with a transport error (RFC 9000 sections 19.19 and 20.1)."""
    return bytes((_CLOSE,)) + build_varint(code) + build_varint(0) + build_varint(len(reason)) + reason
