"""Keys of QUIC Initial packets (RFC 9001 section 5.2; RFC 9369 section 3.3 for version 2).

Initial packets are encrypted with keys that follow from a salt of the version and the connection id that the client chose:
they keep careless middleboxes out and hide nothing. HKDF-Extract gives a secret, HKDF-Expand-Label (RFC 8446 section 7.1)
one secret for each side, and from that an AES-128-GCM key, its IV and the key of header protection. Each output is no
longer than a hash, so an expansion is a single HMAC (RFC 5869 section 2.3).
"""

import hmac
from functools import lru_cache
from typing import NamedTuple

VERSION_1, VERSION_2 = 0x00000001, 0x6B3343CF
"""The versions that are read here."""

_SALTS = {
    VERSION_1: bytes.fromhex("38762cf7f55934b34d179ae6a4c80cadccbb7f0a"),
    VERSION_2: bytes.fromhex("0dede3def700a6db819381be6e269dcbf9bd2ed9"),
}
"""**Source**: RFC 9001 section 5.2; RFC 9369 section 3.3.1."""

_PREFIXES = {VERSION_1: b"quic ", VERSION_2: b"quicv2 "}


class InitialKeys(NamedTuple):
    """Keys of one side: AES-128-GCM key (16 bytes), its IV (12 bytes), header protection key (16 bytes)."""

    key: bytes
    iv: bytes
    header_key: bytes


@lru_cache(1 << 10)
def derive_initial_keys(version: int, connection_id: bytes, is_client: bool = True) -> InitialKeys | None:
    """Return the keys of what the client, or the server, sends. Remembered.

    Args:
        version: ``VERSION_1`` or ``VERSION_2``; None is returned for any other.
        connection_id: destination connection id of the client's *first* Initial packet, or of its first after a retry.
        is_client: whose packets.
    """
    salt = _SALTS.get(version)
    if salt is None:
        return None
    shared = hmac.digest(salt, connection_id, "sha256")
    secret = expand_label(shared, b"client in" if is_client else b"server in", 32)
    prefix = _PREFIXES[version]
    return InitialKeys(
        expand_label(secret, prefix + b"key", 16),
        expand_label(secret, prefix + b"iv", 12),
        expand_label(secret, prefix + b"hp", 16),
    )


def expand_label(secret: bytes, label: bytes, length: int) -> bytes:
    """Return HKDF-Expand-Label with SHA-256 and an empty context, for a ``length`` of up to 32 bytes."""
    name = b"tls13 " + label
    info = length.to_bytes(2, "big") + bytes((len(name),)) + name + b"\0"
    return hmac.digest(secret, info + b"\x01", "sha256")[:length]
