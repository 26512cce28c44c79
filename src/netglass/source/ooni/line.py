"""Cutting a stream of pieces into lines without holding more than one line and one piece.

A damage in the stream ends a line: what stands before a gap and behind it never belong together.
"""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from netglass.source.ooni.inflate import Damage

MAX_LINE = 64 << 20
"""Longest line that is read, in bytes (64 MiB)."""


class Line(NamedTuple):
    """One line without its newline.

    Attributes:
        data: its bytes; None where it is longer than the limit.
        number: counted from 1.
        offset: first byte in the stream.
        length: bytes, newline not counted.
        broken_by: the damage that ended it, where one did.
    """

    data: bytes | None
    number: int
    offset: int
    length: int
    broken_by: Damage | None = None


class _Buffer:
    """The beginning of a line whose end is still to come."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._parts: list[bytes] = []
        self.size = 0

    def add(self, part: bytes) -> None:
        self.size += len(part)
        if self.size > self._limit:
            self._parts.clear()
        else:
            self._parts.append(part)

    def take(self) -> tuple[bytes | None, int]:
        """Return bytes and length of the line, and begin anew."""
        data = b"".join(self._parts) if self.size <= self._limit else None
        size = self.size
        self._parts.clear()
        self.size = 0
        return data, size


def split_lines(items: Iterable[bytes | Damage], limit: int = MAX_LINE) -> Iterator[Line]:
    """Yield the lines of a stream, blank ones too; a last line without a newline counts as one."""
    buffer = _Buffer(limit)
    number, offset = 1, 0
    for item in items:
        if isinstance(item, Damage):
            if item.is_gap and buffer.size:
                data, size = buffer.take()
                yield Line(data, number, offset, size, item)
                offset += size
            continue
        begin = 0
        if buffer.size:
            end = item.find(b"\n")
            buffer.add(item if end < 0 else item[:end])
            if end < 0:
                continue
            data, size = buffer.take()
            yield Line(data, number, offset, size)
            begin, number, offset = end + 1, number + 1, offset + size + 1
        while (end := item.find(b"\n", begin)) >= 0:
            size = end - begin
            yield Line(item[begin:end] if size <= limit else None, number, offset, size)
            begin, number, offset = end + 1, number + 1, offset + size + 1
        if begin < len(item):
            buffer.add(item[begin:])
    if buffer.size:
        data, size = buffer.take()
        yield Line(data, number, offset, size)
