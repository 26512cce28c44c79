"""Encrypted ClientHello on the wire (RFC 9849), and how far GREASE can be told from it.

A client with a server's configuration sends an outer hello whose ``server_name`` is the configuration's *public name*, and
in the extension (section 5) the suite, the id of the configuration, an encapsulated key and the encrypted inner hello. A
client without one may send the extension filled with random bytes (section 6.2), and then ``server_name`` is the true name.

**By design nobody on the path can tell the two apart from the hello alone.** What can be said without more: the extension
is malformed, or its numbers are reserved ones. Who also knows the configurations that the server publishes can say more: a
real one names the id, suite, key length *and* public name of one of them, and a greased one does so by chance only, for its
id is right once in 256 times and its name is the true one. A stale configuration looks like GREASE to that test.
"""

from collections.abc import Sequence
from enum import Enum
from typing import NamedTuple

import msgspec

from netglass.wire.cursor import Cursor, CutShort, build_vector
from netglass.wire.grease import is_grease

ECH_EXTENSION = 0xFE0D
"""Number of the extension, and version of a configuration. **Source**: RFC 9849 sections 4 and 5."""

_OUTER, _INNER = 0, 1
_ENCAPSULATED_BYTES = {0x0010: 65, 0x0011: 97, 0x0012: 133, 0x0020: 32, 0x0021: 56}
"""Bytes of an encapsulated key by KEM. **Source**: RFC 9180 section 7.1."""


class EchKind(Enum):
    """What can be said of the extension in a hello."""

    ABSENT = "absent"
    MALFORMED = "malformed"
    INNER = "inner"
    """The marker of an inner hello: seen in the clear only by mistake."""

    GREASE = "grease"
    """Its numbers are reserved, or it fits none of the known configurations."""

    FITTING = "fitting"
    """It fits a known configuration: real, but for chance."""

    UNKNOWN = "unknown"
    """Well-formed, and no configuration is known to hold it against."""


class Suite(NamedTuple):
    """Numbers of an HPKE key derivation and of an AEAD, each 0 to 65535 (RFC 9180 sections 7.2 and 7.3)."""

    derivation: int
    aead: int


class EchExtension(msgspec.Struct, frozen=True, gc=False):
    """The extension of an outer hello.

    Attributes:
        suite: HPKE suite.
        config_id: id of the configuration, 0 to 255.
        encapsulated_key: empty in a second hello, after a retry request.
        payload: the encrypted inner hello, 1 to 65535 bytes.
        is_inner: whether it is the marker of an inner hello; then all else is empty.
    """

    suite: Suite
    config_id: int
    encapsulated_key: bytes
    payload: bytes
    is_inner: bool = False


class EchConfig(msgspec.Struct, frozen=True, gc=False):
    """A configuration that a server publishes (RFC 9849 section 4).

    Attributes:
        config_id: 0 to 255.
        kem: number of the HPKE KEM.
        public_key: of that KEM.
        suites: what the server takes.
        name_bytes: longest name that the server expects, 0 to 255 bytes.
        public_name: the name for outer hellos.
        extensions: raw extensions.
    """

    config_id: int
    kem: int
    public_key: bytes
    suites: tuple[Suite, ...]
    name_bytes: int
    public_name: str
    extensions: bytes = b""


def parse_ech_extension(data: bytes) -> EchExtension | None:
    """Read the data of the extension in a ClientHello."""
    if data == bytes((_INNER,)):
        return EchExtension(Suite(0, 0), 0, b"", b"", is_inner=True)
    cursor = Cursor(data)
    try:
        kind = cursor.take_number(1)
        suite = Suite(cursor.take_number(2), cursor.take_number(2))
        found = EchExtension(suite, cursor.take_number(1), cursor.take_vector(2), cursor.take_vector(2))
    except CutShort:
        return None
    return found if kind == _OUTER and found.payload and cursor.is_at_end else None


def build_ech_extension(extension: EchExtension) -> bytes:
    """Return the data of the extension."""
    if extension.is_inner:
        return bytes((_INNER,))
    numbers = b"".join(number.to_bytes(2, "big") for number in extension.suite)
    vectors = build_vector(2, extension.encapsulated_key) + build_vector(2, extension.payload)
    return bytes((_OUTER,)) + numbers + bytes((extension.config_id,)) + vectors


def parse_ech_configs(data: bytes) -> tuple[EchConfig, ...] | None:
    """Read a list of configurations, as in the ``ech`` parameter of an HTTPS record; unknown versions are left out."""
    found, outer = [], Cursor(data)
    try:
        configs = outer.take_inner(2)
        while not configs.is_at_end:
            version = configs.take_number(2)
            inner = configs.take_inner(2)
            if version == ECH_EXTENSION:
                found.append(_take_config(inner))
    except CutShort:
        return None
    return tuple(found) if outer.is_at_end else None


def _take_config(cursor: Cursor) -> EchConfig:
    config_id, kem, public_key = cursor.take_number(1), cursor.take_number(2), cursor.take_vector(2)
    numbers = cursor.take_numbers(2, 2)
    suites = tuple(map(Suite, numbers[::2], numbers[1::2]))
    name_bytes, public_name = cursor.take_number(1), cursor.take_vector(1).decode("latin-1")
    extensions = cursor.take_vector(2)
    if not cursor.is_at_end or len(numbers) % 2:
        raise CutShort
    return EchConfig(config_id, kem, public_key, suites, name_bytes, public_name, extensions)


def build_ech_configs(configs: Sequence[EchConfig]) -> bytes:
    """Return the bytes of a list of configurations."""
    parts = []
    for config in configs:
        numbers = b"".join(number.to_bytes(2, "big") for suite in config.suites for number in suite)
        content = (
            bytes((config.config_id,))
            + config.kem.to_bytes(2, "big")
            + build_vector(2, config.public_key)
            + build_vector(2, numbers)
            + bytes((config.name_bytes,))
            + build_vector(1, config.public_name.encode("latin-1"))
            + build_vector(2, config.extensions)
        )
        parts.append(ECH_EXTENSION.to_bytes(2, "big") + build_vector(2, content))
    return build_vector(2, b"".join(parts))


def tell_ech(data: bytes | None, server_name: str | None, configs: Sequence[EchConfig] = ()) -> EchKind:
    """Tell as much of the extension as the wire and the known configurations allow.

    Args:
        data: data of the extension, None where the hello has none.
        server_name: name in the clear of the same hello.
        configs: all configurations that the server at this address publishes, as far as they are known.
    """
    if data is None:
        return EchKind.ABSENT
    extension = parse_ech_extension(data)
    if extension is None:
        return EchKind.MALFORMED
    if extension.is_inner:
        return EchKind.INNER
    if is_grease(extension.suite.derivation) or is_grease(extension.suite.aead):
        return EchKind.GREASE
    if not configs:
        return EchKind.UNKNOWN
    return EchKind.FITTING if any(_fits(extension, server_name, config) for config in configs) else EchKind.GREASE


def _fits(extension: EchExtension, server_name: str | None, config: EchConfig) -> bool:
    length = _ENCAPSULATED_BYTES.get(config.kem)
    return (
        extension.config_id == config.config_id
        and extension.suite in config.suites
        and (length is None or len(extension.encapsulated_key) in (0, length))
        and (server_name or "").lower() == config.public_name.lower()
    )
