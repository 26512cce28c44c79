r"""Names in DNS messages (RFC 1035 sections 3.1 and 4.1.4) and as text (section 5.1).

On the wire a name is labels of 1 to 63 bytes, each behind its length, ended by the empty label; 255 bytes at most. The
tail may be a *pointer* to an earlier place in the message. A pointer that points forward or at itself makes a loop: here
each one has to point before the start of the run of labels that it ends, and a name may follow as many as it may have
labels, so reading always ends, and soon.

As text the labels are joined by dots, without one at the end; the root is ``.``. A label may hold any byte: dot and
backslash are written ``\.`` and ``\\``, what is not printable ASCII as ``\DDD``. Case is kept, for resolvers check it
(``wWw.eXaMpLe`` comes back as it was asked) and forgers at times do not.
"""

import re
from functools import lru_cache

from netglass.vocab.error import UsageError

LABEL_BYTES, NAME_BYTES = 63, 255
"""Longest label and longest name, lengths and the empty label counted. **Source**: RFC 1035 section 2.3.4."""

_POINTER = 0xC0
_LAST_TARGET = 0x3FFF
_POINTERS = 127
_PLAIN = re.compile(rb"[!-\-/-\[\]-~]+")
_ESCAPE = re.compile(rb"\\(?:([0-9]{3})|(.))|([^\\])", re.DOTALL)


def parse_name(message: bytes, offset: int = 0) -> tuple[str, int] | None:
    """Read the name at ``offset`` of a message; return its text and the offset behind it, None where it is none."""
    found = expand_name(message, offset)
    return None if found is None else (format_name(found[0]), found[1])


def expand_name(message: bytes, offset: int) -> tuple[bytes, int] | None:
    """Return the name at ``offset`` as bytes without pointers, and the offset behind it; None where it is none."""
    end, runs, size = 0, [], 0
    start = at = offset
    available = len(message)
    while at < available:
        length = message[at]
        if length == 0:
            runs.append(message[start : at + 1])
            return (b"".join(runs), end or at + 1) if size + at - start < NAME_BYTES else None
        if length <= LABEL_BYTES:
            at += length + 1
            if size + at - start > NAME_BYTES:
                return None
            continue
        if length < _POINTER or at + 1 >= available:
            return None
        target = (length - _POINTER) << 8 | message[at + 1]
        size += at - start
        if target >= start or size > NAME_BYTES or len(runs) == _POINTERS:
            return None
        runs.append(message[start:at])
        end = end or at + 2
        start = at = target
    return None


@lru_cache(1 << 14)
def format_name(data: bytes) -> str:
    """Return the text of a well-formed name without pointers. Remembered."""
    labels = []
    at = 0
    while length := data[at]:
        labels.append(_format_label(data[at + 1 : at + 1 + length]))
        at += 1 + length
    return ".".join(labels) or "."


def _format_label(label: bytes) -> str:
    if _PLAIN.fullmatch(label):
        return label.decode("ascii")
    return "".join(_format_byte(byte) for byte in label)


def _format_byte(byte: int) -> str:
    if byte in b".\\":
        return "\\" + chr(byte)
    return chr(byte) if 0x21 <= byte <= 0x7E else f"\\{byte:03}"


@lru_cache(1 << 14)
def build_name(text: str) -> bytes:
    """Return the bytes of a name without pointers; one dot at its end is allowed. Remembered.

    Raises:
        UsageError: an empty or too long label, a too long name, a bad escape, or text that is not ASCII.
    """
    labels = _split_labels(text)
    for label in labels:
        if not 0 < len(label) <= LABEL_BYTES:
            raise UsageError(f"{text!r} is no name: a label of {len(label)} bytes (1 to {LABEL_BYTES} are allowed)")
    data = b"".join(bytes((len(label),)) + label for label in labels) + b"\0"
    if len(data) > NAME_BYTES:
        raise UsageError(f"{text!r} is no name: {len(data)} bytes ({NAME_BYTES} are allowed)")
    return data


def _split_labels(text: str) -> list[bytes]:
    if text in ("", "."):
        return []
    try:
        data = text.encode("ascii")
    except UnicodeEncodeError as error:
        raise UsageError(f"{text!r} is not ASCII: turn it into A-labels first") from error
    if b"\\" not in data:
        return data.removesuffix(b".").split(b".")
    labels, at = [bytearray()], 0
    while at < len(data):
        found = _ESCAPE.match(data, at)
        if found is None or (found[1] and int(found[1]) > 255):
            raise UsageError(f"{text!r} is no name: a bad escape at character {at}")
        if found[3] == b".":
            labels.append(bytearray())
        else:
            labels[-1] += bytes((int(found[1]),)) if found[1] else found[2] or found[3]
        at = found.end()
    if not labels[-1] and len(labels) > 1:
        labels.pop()
    return [bytes(label) for label in labels]


def compress_name(data: bytes, offset: int, known: dict[bytes, int]) -> bytes:
    """Return a name with its tail replaced by a pointer where the message already has that tail.

    Args:
        data: the name without pointers.
        offset: where it will stand in the message.
        known: tails and their offsets so far; the new ones are added.
    """
    at = 0
    while data[at]:
        tail = data[at:]
        target = known.get(tail)
        if target is not None:
            return data[:at] + (_POINTER << 8 | target).to_bytes(2, "big")
        if offset + at <= _LAST_TARGET:
            known[tail] = offset + at
        at += 1 + data[at]
    return data
