"""A place in bytes that are read from the front: fixed numbers and vectors with their length before them.

TLS describes every structure so (RFC 8446 section 3.4), DNS and ECH configurations follow the same form. A slice in
Python is silently short where the bytes end; a parser that forgets this reads lies. Here the end raises ``CutShort``,
which each ``parse_*`` turns into None; it never leaves this room.
"""

from typing import Self


class CutShort(Exception):
    """The bytes ended inside of what was being read. Only ever seen inside of this room."""


class Cursor:
    """Bytes and an offset into them."""

    __slots__ = ("_data", "_end", "_offset")

    def __init__(self, data: bytes, offset: int = 0) -> None:
        self._data = data
        self._offset = offset
        self._end = len(data)

    @property
    def is_at_end(self) -> bool:
        """Whether nothing is left."""
        return self._offset >= self._end

    @property
    def offset(self) -> int:
        """Offset of the next byte."""
        return self._offset

    def skip_zeros(self) -> None:
        """Go to the next byte that is not zero, or to the end."""
        self._offset = self._end - len(self._data[self._offset :].lstrip(b"\0"))

    def take(self, count: int) -> bytes:
        """Return the next ``count`` bytes.

        Raises:
            CutShort: fewer are left.
        """
        first = self._offset
        last = first + count
        if last > self._end:
            raise CutShort
        self._offset = last
        return self._data[first:last]

    def take_number(self, count: int) -> int:
        """Return the next ``count`` bytes as an unsigned number, most significant byte first."""
        return int.from_bytes(self.take(count), "big")

    def take_vector(self, length_bytes: int) -> bytes:
        """Return a vector whose length stands before it in ``length_bytes`` bytes."""
        return self.take(int.from_bytes(self.take(length_bytes), "big"))

    def take_inner(self, length_bytes: int) -> Self:
        """Return a cursor over a vector, for a list inside of a structure."""
        return type(self)(self.take_vector(length_bytes))

    def take_numbers(self, length_bytes: int, count: int) -> tuple[int, ...]:
        """Return a vector of unsigned numbers of ``count`` bytes each.

        Raises:
            CutShort: the vector ends inside of a number.
        """
        data = self.take_vector(length_bytes)
        if len(data) % count:
            raise CutShort
        return tuple(int.from_bytes(data[at : at + count], "big") for at in range(0, len(data), count))


def build_vector(length_bytes: int, data: bytes) -> bytes:
    """Return ``data`` with its length before it.

    Raises:
        OverflowError: ``data`` is longer than the length can say.
    """
    return len(data).to_bytes(length_bytes, "big") + data
