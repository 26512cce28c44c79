"""Files and what is in them: every record of any container that OONI data comes in, one after the other.

The kind of a container is told from its content, never from its name: gzip or not; a tar of posts; JSON, one object per line, or one or
more objects over many lines, or a list; replies of the API. Memory stays bounded: files are read in pieces, and only a single document
that spans lines is held whole, up to the limit of a line. Compressed files are inflated and their checksums checked before the first
record goes out, so that records of a damaged file carry the flag; up to ``HELD_SIZE`` what was inflated is kept for that, larger files are
inflated twice.
"""

import io
import re
import tarfile
from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import chain
from pathlib import Path
from typing import NamedTuple

from netglass.source.ooni import document
from netglass.source.ooni.clock import read_path_hour
from netglass.source.ooni.inflate import MAGIC, PIECE_SIZE, Damage, inflate
from netglass.source.ooni.line import MAX_LINE, Line, split_lines
from netglass.source.ooni.row import Quarantine, Record
from netglass.vocab.error import InputError

HELD_SIZE = 64 << 20
"""Decompressed bytes of one file that are kept while its checksum is checked (64 MiB)."""

READ_AHEAD = 1 << 20
"""Bytes at the beginning from which the kind of the content is told."""

FLAG = "after_checksum_error"
_POST = re.compile(r"(?:^|/)(\d{14}\.\d+_[A-Z]{2}_\w+)\.post\Z")
Item = bytes | Damage
Found = Record | Quarantine


class Place(NamedTuple):
    """Where records come from: what each of them says of its origin."""

    source_file: str
    upload_hour: datetime | None
    uid_hint: str | None = None
    doubtful: tuple[tuple[int, int], ...] = ()

    def flag(self, start: int, end: int) -> tuple[str, ...]:
        """Return the flags of a record in the range of bytes given."""
        return (FLAG,) if any(start < last and end > first for first, last in self.doubtful) else ()


def open_records(path: Path | str, name: str | None = None) -> Iterator[Found]:
    """Yield every record of a file, and a quarantine row for what can not be one.

    Args:
        path: the file.
        name: what ``source_file`` says; by default the path as given.

    Raises:
        InputError: the file can not be read.
    """
    source_file = name or str(path)
    try:
        damages, items = open_pieces(path)
        place = Place(source_file, read_path_hour(source_file), None, find_doubtful(damages))
        yield from (_report(place, damage) for damage in damages)
        yield from read_stream(items, place)
    except OSError as error:
        raise InputError(
            f"{source_file}: it can not be read: {error.strerror or error}; check that it is there and yours to read"
        ) from error


def open_pieces(path: Path | str) -> tuple[list[Damage], Iterator[Item]]:
    """Return the damages of a file and its decompressed pieces, damages with gaps among them."""
    with Path(path).open("rb") as file:
        is_gzip = file.read(2) == MAGIC
    if not is_gzip:
        return [], _read_plain(path)
    damages, items = _hold(_inflate_file(path, careful=False))
    if any(damage.is_gap for damage in damages):
        damages, items = _hold(_inflate_file(path, careful=True))
        return damages, iter(items) if items is not None else _inflate_file(path, careful=True)
    return damages, iter(items) if items is not None else _inflate_file(path, careful=False)


def _read_plain(path: Path | str) -> Iterator[Item]:
    with Path(path).open("rb") as file:
        yield from iter(lambda: file.read(PIECE_SIZE), b"")


def _inflate_file(path: Path | str, careful: bool) -> Iterator[Item]:
    with Path(path).open("rb") as file:
        yield from inflate(file.read, careful)


def _hold(items: Iterator[Item]) -> tuple[list[Damage], list[Item] | None]:
    """Return all damages, and all pieces if they are few enough to be held."""
    damages: list[Damage] = []
    held: list[Item] | None = []
    size = 0
    for item in items:
        if isinstance(item, Damage):
            damages.append(item)
        else:
            size += len(item)
        if size > HELD_SIZE:
            held = None
        if held is not None:
            held.append(item)
    return damages, held


def find_doubtful(damages: Iterable[Damage]) -> tuple[tuple[int, int], ...]:
    """Return the ranges of bytes that a checksum or broken data casts doubt on; a clean cut casts none."""
    return tuple((damage.start, damage.end) for damage in damages if damage.reason in ("bad_checksum", "damaged_gzip"))


def _report(place: Place, damage: Damage) -> Quarantine:
    size = damage.end - damage.start
    return Quarantine(place.source_file, None, damage.start, size, "skipped", damage.reason, damage.detail)


def read_stream(items: Iterable[Item], place: Place) -> Iterator[Found]:
    """Yield what a stream of decompressed pieces holds, whatever its kind."""
    head, items = read_ahead(iter(items))
    if not head:
        yield Quarantine(place.source_file, None, 0, 0, "skipped", "empty_file")
    elif head[257:262] == b"ustar":
        yield from read_archive(items, place)
    elif (kind := document.tell_kind(head)) == "other":
        yield Quarantine(
            place.source_file, None, 0, len(head), "skipped", "not_ooni", "no line of it begins as JSON does"
        )
    elif kind == "document":
        yield from read_document(items, place)
    else:
        yield from read_lines(items, place)


def read_ahead(items: Iterator[Item]) -> tuple[bytes, Iterator[Item]]:
    """Return the beginning of a stream, and the whole stream again."""
    taken: list[Item] = []
    head = b""
    for item in items:
        taken.append(item)
        head += b"" if isinstance(item, Damage) else item
        if len(head) >= READ_AHEAD:
            break
    return head, chain(taken, items)


def read_lines(items: Iterable[Item], place: Place) -> Iterator[Found]:
    """Yield the records of a stream that holds one per line."""
    for line in split_lines(items):
        yield from read_line(line, place)


def read_line(line: Line, place: Place) -> Iterator[Found]:
    """Yield the record of a line, or those of a list in it; nothing for a blank line."""
    data, number, offset, length, broken_by = line
    if data is None:
        detail = f"{length} bytes, the limit is {MAX_LINE}"
        yield Quarantine(place.source_file, number, offset, length, "quarantined", "line_too_long", detail)
        return
    if not data or (data[0] in b" \t\r" and not data.strip()):
        return
    if offset == 0:
        data = data.removeprefix(document.BOM)
    if broken_by is not None and not document.is_complete(data):
        reason = "truncated" if broken_by.reason == "truncated" else "damaged_gzip"
        yield Quarantine(place.source_file, number, offset, length, "quarantined", reason, "the record breaks off here")
        return
    for start, raw in document.expand(data):
        yield make_record(raw, place, number, offset + start, length if raw is data else len(raw))


def read_document(items: Iterable[Item], place: Place) -> Iterator[Found]:
    """Yield the records of a stream that seems to hold objects over many lines; line by line where it does not after all."""
    pieces: list[Item] = []
    size = 0
    rest = iter(items)
    for item in rest:
        pieces.append(item)
        size += 0 if isinstance(item, Damage) else len(item)
        if size > MAX_LINE:
            yield from read_lines(chain(pieces, rest), place)
            return
    data = b"".join(item for item in pieces if not isinstance(item, Damage))
    spans, problem = document.find_objects(data)
    if problem is not None and document.has_record_line(data):
        yield from read_lines(pieces, place)
        return
    for start, end in spans:
        for inner, raw in document.expand(data[start:end]):
            yield make_record(raw, place, None, start + inner, len(raw))
    if problem is not None:
        start, detail = problem
        reason = "truncated" if any(isinstance(item, Damage) and item.is_gap for item in pieces) else "invalid_json"
        yield Quarantine(place.source_file, None, start, len(data) - start, "quarantined", reason, detail)


def make_record(raw: bytes, place: Place, line: int | None, offset: int, length: int) -> Record:
    """Return a record with what its place says of it."""
    flags = place.flag(offset, offset + length) if place.doubtful else ()
    return Record(raw, place.source_file, line, offset, length, place.uid_hint, place.upload_hour, flags)


class _Reader(io.RawIOBase):
    """Decompressed pieces as a file."""

    def __init__(self, items: Iterable[Item]) -> None:
        self._pieces = (item for item in items if not isinstance(item, Damage))
        self._rest = b""

    def read(self, size: int = -1) -> bytes:
        """Return the next ``size`` bytes, fewer at the end."""
        parts = [self._rest]
        have = len(self._rest)
        while have < size and (piece := next(self._pieces, None)) is not None:
            parts.append(piece)
            have += len(piece)
        data = b"".join(parts)
        self._rest = data[size:]
        return data[:size]


def read_archive(items: Iterable[Item], place: Place) -> Iterator[Found]:
    """Yield the records of a tar archive; the names of posts tell their ``measurement_uid``."""
    flagged = place._replace(doubtful=((0, 1 << 62),)) if place.doubtful else place
    member: tarfile.TarInfo | None = None
    try:
        with tarfile.open(fileobj=_Reader(items), mode="r|") as archive:
            for member in archive:
                yield from read_member(archive, member, flagged)
    except (tarfile.TarError, EOFError, ValueError) as error:
        where = f" behind {member.name}" if member else ""
        yield Quarantine(
            place.source_file, None, member.offset if member else 0, 0, "skipped", "damaged_tar", f"{error}{where}"
        )


def read_member(archive: tarfile.TarFile, member: tarfile.TarInfo, place: Place) -> Iterator[Found]:
    """Yield the records of one member; one that is cut short is quarantined."""
    match = _POST.search(member.name)
    inside = place._replace(source_file=f"{place.source_file}:{member.name}", uid_hint=match[1] if match else None)
    file = archive.extractfile(member) if member.isfile() else None
    if file is None:
        return
    if member.size > MAX_LINE:
        detail = f"{member.size} bytes, the limit is {MAX_LINE}"
        yield Quarantine(inside.source_file, None, 0, member.size, "quarantined", "line_too_long", detail)
        return
    try:
        data = file.read()
    except tarfile.ReadError:
        yield Quarantine(
            inside.source_file, None, 0, member.size, "quarantined", "truncated", "the archive ends inside this member"
        )
        raise
    yield from read_stream((data,), inside)
