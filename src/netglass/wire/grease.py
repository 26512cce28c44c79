"""Reserved values that mean nothing and keep receivers honest: GREASE (RFC 8701 section 2).

A client that greases puts random ones among its cipher suites, extensions, groups and versions, and its application
protocols. Who counts or compares what a client offers has to leave them out.
"""

GREASE_VALUES = frozenset(0x0A0A + 0x1010 * step for step in range(16))
"""The 16-bit values: both bytes are equal and end in A."""

GREASE_PROTOCOLS = frozenset(value.to_bytes(2, "big") for value in GREASE_VALUES)
"""The same as names of application protocols."""


def is_grease(value: int) -> bool:
    """Tell whether a 16-bit cipher suite, extension, group, version or HPKE number is reserved for GREASE."""
    return value in GREASE_VALUES
