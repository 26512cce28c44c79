"""Records of TLS (RFC 8446 section 5.1) and the alerts in them (section 6).

A record is type, a version that no longer means anything, a length of at most 2^14 bytes (2^14 + 256 when encrypted) and a
fragment. Handshake messages are cut into records without regard to their borders. An alert is two bytes, level and
description; before keys are agreed on it is in the clear, so a middlebox can forge one.
"""

from typing import NamedTuple

from netglass.wire.cursor import build_vector

CHANGE_CIPHER_SPEC, ALERT, HANDSHAKE, APPLICATION_DATA = 20, 21, 22, 23
"""Types of content."""

RECORD_BYTES = 1 << 14
"""Longest fragment in the clear."""

_PROTECTED_BYTES = RECORD_BYTES + 256

WARNING, FATAL = 1, 2
"""Levels of an alert."""

CLOSE_NOTIFY, UNEXPECTED_MESSAGE, HANDSHAKE_FAILURE, ACCESS_DENIED, DECODE_ERROR = 0, 10, 40, 49, 50
PROTOCOL_VERSION, INTERNAL_ERROR, UNRECOGNIZED_NAME = 70, 80, 112
"""Descriptions of an alert. **Source**: RFC 8446 section 6."""


class TlsRecord(NamedTuple):
    """A record: type of content (0 to 255), version as written (0x0301 is TLS 1.0), fragment."""

    content_type: int
    version: int
    fragment: bytes


class Alert(NamedTuple):
    """An alert: level (1 warning, 2 fatal) and description, each 0 to 255."""

    level: int
    description: int


def parse_record(stream: bytes, offset: int = 0) -> TlsRecord | None:
    """Read the whole record at ``offset`` of a stream; None where it is none or is not complete yet."""
    head = stream[offset : offset + 5]
    if not can_be_record(head) or len(head) < 5:
        return None
    end = offset + 5 + (head[3] << 8 | head[4])
    if end > len(stream):
        return None
    return TlsRecord(head[0], head[1] << 8 | head[2], stream[offset + 5 : end])


def can_be_record(head: bytes) -> bool:
    """Tell whether a stream that begins with ``head``, as far as it came, can begin with a record of TLS."""
    if head and not CHANGE_CIPHER_SPEC <= head[0] <= APPLICATION_DATA:
        return False
    if len(head) > 1 and head[1] != 3:
        return False
    return len(head) < 5 or head[3] << 8 | head[4] <= _PROTECTED_BYTES


def split_records(stream: bytes) -> tuple[list[TlsRecord], bytes]:
    """Return the whole records at the begin of a stream, and the bytes that remain."""
    records, at = [], 0
    while record := parse_record(stream, at):
        records.append(record)
        at += 5 + len(record.fragment)
    return records, stream[at:]


def build_record(record: TlsRecord) -> bytes:
    """Return the bytes of a record."""
    return bytes((record.content_type,)) + record.version.to_bytes(2, "big") + build_vector(2, record.fragment)


def build_records(content_type: int, data: bytes, version: int = 0x0303, fragment_bytes: int = RECORD_BYTES) -> bytes:
    """Return ``data`` in as many records as it takes, each with at most ``fragment_bytes`` (1 to 16,384)."""
    return b"".join(
        build_record(TlsRecord(content_type, version, data[at : at + fragment_bytes]))
        for at in range(0, len(data), fragment_bytes)
    )


def parse_alert(record: TlsRecord) -> Alert | None:
    """Read an alert in the clear; None for any other record and for an encrypted alert."""
    if record.content_type != ALERT or len(record.fragment) != 2:
        return None
    return Alert(record.fragment[0], record.fragment[1])


def build_alert(alert: Alert, version: int = 0x0303) -> bytes:
    """Return the bytes of an alert in the clear, in a record of its own."""
    return build_record(TlsRecord(ALERT, version, bytes(alert)))
