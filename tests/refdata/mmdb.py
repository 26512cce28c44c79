"""A writer of MaxMind DB files with one prefix, after the format's specification 2.0."""

import ipaddress
from pathlib import Path
from typing import Any

UINT16, UINT32, UINT64 = 5, 6, 9


def _field(value: Any) -> bytes:
    if isinstance(value, dict):
        return _control(7, len(value)) + b"".join(_field(key) + _field(item) for key, item in value.items())
    if isinstance(value, list):
        return _control(11, len(value)) + b"".join(map(_field, value))
    if isinstance(value, str):
        return _control(2, len(value.encode())) + value.encode()
    kind, number = value if isinstance(value, tuple) else (UINT32, value)
    packed = number.to_bytes((number.bit_length() + 7) // 8, "big")
    return _control(kind, len(packed)) + packed


def _control(kind: int, size: int) -> bytes:
    head = size if size < 29 else 29
    first = bytes([head, kind - 7]) if kind > 7 else bytes([kind << 5 | head])
    return first + (bytes([size - 29]) if size >= 29 else b"")


def write_mmdb(path: Path, prefix: str, record: dict[str, Any]) -> None:
    """Write a database that knows ``record`` for ``prefix`` and nothing else."""
    network = ipaddress.ip_network(prefix)
    bits = f"{int(network.network_address):0{network.max_prefixlen}b}"[: network.prefixlen]
    count, nodes = len(bits), bytearray()
    for number, bit in enumerate(bits):
        onward = number + 1 if number + 1 < count else count + 16
        for side in "01":
            nodes += (onward if side == bit else count).to_bytes(3, "big")
    metadata = {
        "binary_format_major_version": (UINT16, 2),
        "binary_format_minor_version": (UINT16, 0),
        "build_epoch": (UINT64, 1),
        "database_type": "Test",
        "description": {"en": "test"},
        "ip_version": (UINT16, network.version),
        "languages": ["en"],
        "node_count": count,
        "record_size": (UINT16, 24),
    }
    path.write_bytes(bytes(nodes) + b"\0" * 16 + _field(record) + b"\xab\xcd\xefMaxMind.com" + _field(metadata))
