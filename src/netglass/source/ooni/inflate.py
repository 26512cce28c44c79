"""Gzip as it is found in the field: several members, cut short, bits flipped, garbage behind.

Every byte that can be inflated is handed on, and every damage is reported with the range of decompressed bytes that it casts doubt on.
After broken data the next member is looked for. **Source**: RFC 1952 (header, CRC-32 and size behind each member).
"""

import zlib
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from isal import isal_zlib

MAGIC = b"\x1f\x8b"
READ_SIZE = 1 << 18
PIECE_SIZE = 1 << 20
_HEADER_LIMIT = 1 << 16

INFLATE_ERROR: type[Exception] = isal_zlib.IsalError  # type: ignore[assignment]  # the stub declares an instance
Read = Callable[[int], bytes]


class Damage(NamedTuple):
    """What was wrong: a reason of ``issue.REASONS``, the doubtful range of decompressed bytes, and whether data is missing at its end."""

    reason: str
    start: int
    end: int
    is_gap: bool
    detail: str


class _Source:
    """Compressed bytes, read as they are needed."""

    def __init__(self, read: Read) -> None:
        self._read = read
        self.data = b""

    def fill(self) -> bool:
        """Add what comes next to ``data``; False at the end."""
        more = self._read(READ_SIZE)
        self.data += more
        return bool(more)

    def require(self, size: int) -> bool:
        """Make at least ``size`` bytes available; False where there are not as many."""
        while len(self.data) < size:
            if not self.fill():
                return False
        return True


def find_header_end(data: bytes) -> int | None:
    """Return where the deflate data of a member begins; None where the header is not complete, 0 where it is none (RFC 1952, 2.3)."""
    if len(data) < 10:
        return 0 if not MAGIC.startswith(data[:2]) else None
    if data[:3] != MAGIC + b"\x08" or data[3] & 0xE0:
        return 0
    flags, end = data[3], 10
    if flags & 4:
        end += 2 + int.from_bytes(data[10:12], "little")
    for flag in (8, 16):
        if flags & flag:
            end = data.find(b"\0", end) + 1
            if not end:
                return None
    end += 2 * bool(flags & 2)
    return end if len(data) >= end else None


def inflate(read: Read, careful: bool = False) -> Iterator[bytes | Damage]:
    """Yield decompressed pieces of about 1 MB at most, and each damage where it was met.

    Args:
        read: returns the next compressed bytes, at most as many as asked for.
        careful: also yield what can be inflated of the last bytes before broken data. Slower, so for damaged files only.
    """
    source = _Source(read)
    offset = 0
    while source.require(1):
        header = _read_header(source)
        if header is None:
            if source.data.strip(b"\0"):
                yield Damage("trailing_garbage", offset, offset, False, "bytes behind the last member are no gzip")
            if not _resync(source):
                return
            continue
        source.data = source.data[header:]
        engine = _CarefulEngine() if careful else _FastEngine()
        for item in _inflate_member(source, engine, offset):
            if isinstance(item, bytes):
                offset += len(item)
            yield item


def _read_header(source: _Source) -> int | None:
    """Return where the deflate data begins, None where no whole header is there."""
    while (end := find_header_end(source.data)) is None:
        if len(source.data) > _HEADER_LIMIT or not source.fill():
            return None
    return end or None


def _resync(source: _Source) -> bool:
    """Drop bytes up to what looks like the next member; False where there is none."""
    skip = 1
    while True:
        found = source.data.find(MAGIC + b"\x08", skip)
        if found >= 0:
            source.data = source.data[found:]
            return True
        source.data = source.data[-2:]
        skip = 0
        if not source.fill():
            return False


class BrokenData(Exception):
    """Deflate data that can not go on; ``output`` is what came before."""

    def __init__(self, output: bytes, detail: str) -> None:
        super().__init__(detail)
        self.output = output


class _FastEngine:
    """Intel's inflate: what it made of the bytes before broken data, in the same call, is lost."""

    def __init__(self) -> None:
        self._engine = isal_zlib.decompressobj(wbits=-15)

    def feed(self, data: bytes) -> tuple[bytes, bytes, bool]:
        """Return output, bytes not used and whether the member is complete."""
        try:
            output = self._engine.decompress(data, PIECE_SIZE)
        except INFLATE_ERROR as error:
            raise BrokenData(b"", str(error)) from None
        if self._engine.eof:
            return output, self._engine.unused_data, True
        rest = self._engine.unconsumed_tail
        if data and not output and len(rest) == len(data):
            raise BrokenData(b"", "no progress")
        return output, rest, False


class _CarefulEngine:
    """zlib, which can be set back to before broken data and fed byte by byte up to it."""

    def __init__(self) -> None:
        self._engine = zlib.decompressobj(wbits=-15)

    def feed(self, data: bytes) -> tuple[bytes, bytes, bool]:
        """Return output, bytes not used and whether the member is complete."""
        before = self._engine.copy()
        try:
            output = self._engine.decompress(data, PIECE_SIZE)
        except zlib.error as error:
            raise BrokenData(_feed_bytes(before, data), str(error)) from None
        if self._engine.eof:
            return output, self._engine.unused_data, True
        return output, self._engine.unconsumed_tail, False


def _feed_bytes(engine: Any, data: bytes) -> bytes:
    """Return the output for as many bytes as can be fed one by one."""
    output = bytearray()
    try:
        for position in range(len(data)):
            output += engine.decompress(data[position : position + 1])
    except zlib.error:
        pass
    return bytes(output)


def _inflate_member(source: _Source, engine: _FastEngine | _CarefulEngine, start: int) -> Iterator[bytes | Damage]:
    """Yield one member's pieces; ``source.data`` is left behind the member, or at what looks like the next one."""
    crc, end, done = 0, start, False
    while not done:
        at_end = not source.data and not source.fill()
        try:
            piece, source.data, done = engine.feed(source.data)
        except BrokenData as error:
            yield from (error.output,) if error.output else ()
            yield Damage("damaged_gzip", start, end + len(error.output), True, str(error))
            _resync(source)
            return
        if piece:
            crc = isal_zlib.crc32(piece, crc)
            end += len(piece)
            yield piece
        elif at_end and not done:
            yield Damage("truncated", start, end, True, "the compressed data ends in the middle of a member")
            return
    if not source.require(8):
        source.data = b""
        yield Damage("truncated", start, end, False, "the checksum behind the last member is missing")
        return
    found = int.from_bytes(source.data[:4], "little"), int.from_bytes(source.data[4:8], "little")
    source.data = source.data[8:]
    if found != (crc, (end - start) & 0xFFFFFFFF):
        yield Damage("bad_checksum", start, end, False, "checksum or size behind the member does not fit its data")
