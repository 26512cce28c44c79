"""Identities: how a measurement, a part, an event and a reporter are named.

An official ``measurement_uid`` is used where a record or its container carries one. Elsewhere the identity is the content
itself, so that the same measurement is known again in another wrapper, key order or escape style.
"""

import hashlib


def hash_content(content: bytes) -> str:
    """Return the content id of a measurement: 32 hexadecimal digits of SHA-256 over its canonical form."""
    return hashlib.sha256(content).hexdigest()[:32]


def derive_uid(content_id: str) -> str:
    """Return the ``measurement_uid`` of a measurement that carries no official one."""
    return f"ng-{content_id}"


def derive_key(content_id: str) -> int:
    """Return the 64-bit join key of a measurement: the first eight bytes of its content id."""
    return int(content_id[:16], 16)


def hash_names(prefix: str, *names: str, digits: int = 16) -> str:
    """Return ``prefix-…``, a stable id over ``names`` in the order given."""
    return f"{prefix}-{hashlib.sha256(chr(31).join(names).encode()).hexdigest()[:digits]}"
