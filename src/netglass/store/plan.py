"""From paths, folders and globs to batches: which files become which part, before a single one is decoded.

Files are taken in the order of their names and batched greedily up to :data:`BATCH_BYTES`, so the batches after a batch do not
depend on those before it: a run that was killed goes on with the very batches of an undisturbed run. A file whose content is
known is not read again; only files that share their size with another one are hashed to find that out.
"""

import glob
import hashlib
import os
import stat
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain, count
from pathlib import Path
from typing import NamedTuple

import msgspec

from netglass.store.manifest import InputEntry
from netglass.vocab.error import InputError

BATCH_BYTES = 16_000_000
"""Compressed bytes of small files that share a part: few enough for two workers to end together, many enough that the fixed
cost of a part, about 40 ms, weighs little (``bench/ingest.py``)."""

SUFFIXES = (".json", ".jsonl", ".ndjson", ".njson", ".gz", ".tgz", ".tar")
"""Names of raw files within a folder; a file with another name is taken when its first bytes look like raw data."""

SKIP_NAME = "not_raw_data"
SKIP_UNREADABLE = "unreadable_file"

_STARTS = (b"\x1f\x8b", b"{", b"[", b"\xef\xbb\xbf{", b"\xef\xbb\xbf[")


class Source(msgspec.Struct, frozen=True):
    """One file to ingest: its name in the store, where it is, its size, why it is skipped, if it is, its hash, if known, and the path
    that the store records, where that is another one."""

    name: str
    path: str
    size: int
    skipped: str | None = None
    detail: str = ""
    sha256: str = ""
    recorded: str | None = None


class Task(msgspec.Struct, frozen=True, kw_only=True):
    """The inputs of one part, as a worker gets them."""

    number: int
    sources: list[Source]


def find_sources(paths: Sequence[str], exclude: Path) -> list[Source]:
    """Return all files that ``paths`` (files, folders, globs) name, in the order of their names, each once.

    Args:
        paths: as given by the user. A file in a folder is named by its path below that folder, any other by its file name.
        exclude: the store's folder, which is not walked into.

    Raises:
        InputError: no file at all could be found or opened.
    """
    found: dict[str, Source] = {}
    for source in (source for path in paths for source in _expand(path, exclude)):
        found.setdefault(source.path, source)
    sources = sorted(found.values(), key=lambda source: (source.name, source.path))
    if all(source.skipped for source in sources):
        named = "; ".join(f"{source.path}: {source.detail}" for source in sources[:3])
        what = f"{' '.join(paths)}{f' ({named})' if named else ''}"
        raise InputError(f"nothing to ingest in {what}. Give OONI files or folders of them.")
    return sources


def _expand(path: str, exclude: Path) -> Iterator[Source]:
    place = Path(path)
    if place.is_dir():
        yield from _walk(place, exclude)
    elif os.path.lexists(place) or not glob.has_magic(path):
        yield _look(place.absolute(), place.name, given=True)
    else:
        matches = sorted(glob.glob(path, recursive=True))
        if not matches:
            raise InputError(f"{path}: no file matches. Check the pattern.")
        for match in matches:
            yield from _expand(match, exclude) if match != path else ()


def _walk(folder: Path, exclude: Path) -> Iterator[Source]:
    unreadable: list[OSError] = []
    for here, folders, files in os.walk(folder, onerror=unreadable.append):
        folders[:] = sorted(name for name in folders if Path(here, name).absolute() != exclude)
        for name in sorted(files):
            place = Path(here, name)
            yield _look(place.absolute(), place.relative_to(folder).as_posix(), given=False)
    for error in unreadable:
        place = Path(error.filename)
        yield Source(
            place.relative_to(folder).as_posix(),
            str(place.absolute()),
            0,
            SKIP_UNREADABLE,
            error.strerror or str(error),
        )


def _look(path: Path, name: str, *, given: bool) -> Source:
    """Look at a file without reading more than its first bytes."""
    name = name.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            return Source(name, str(path), 0, SKIP_NAME, "not a regular file")
        with path.open("rb") as file:
            start = file.read(64).lstrip()
    except OSError as error:
        return Source(name, str(path), 0, SKIP_UNREADABLE, error.strerror or str(error))
    if given or name.lower().endswith(SUFFIXES) or start.startswith(_STARTS):
        return Source(name, str(path), status.st_size)
    return Source(
        name, str(path), status.st_size, SKIP_NAME, "neither by name nor by content a file of raw measurements"
    )


class Plan(NamedTuple):
    """What an ingest will do: ``tasks`` to decode, and sources whose content is ``known`` already."""

    tasks: list[Task]
    known: list[Source]


def make_plan(sources: Sequence[Source], stored: Sequence[InputEntry], is_known: Callable[[Source], bool]) -> Plan:
    """Sort out the files whose content is known and batch the others.

    Args:
        sources: in the order of their names.
        stored: the inputs of the store. Another file with the name of one is called ``2/name``, and so on.
        is_known: tells whether the store holds an input with the source's hash, treated as this source would be.
    """
    known_sizes = {entry.size for entry in stored}
    names = {entry.name for entry in stored if entry.skipped is None}
    sizes = Counter(source.size for source in sources)
    seen: set[str] = set()
    fresh: list[Source] = []
    known: list[Source] = []
    for source in sources:
        if source.skipped or sizes[source.size] > 1 or source.size in known_sizes:
            source = identify_source(source)
        again = bool(source.sha256) and (source.sha256 in seen or is_known(source))
        (known if again else fresh).append(source)
        seen.add(source.sha256)
    return Plan(list(_batch(name_apart(fresh, names))), known)


def name_apart(sources: Iterable[Source], taken: set[str]) -> Iterator[Source]:
    """Give each source a name that no other input of the store has; it still ends in the file's own name."""
    for source in sources:
        names = chain([source.name], (f"{number}/{source.name}" for number in count(2)))
        name = next(name for name in names if name not in taken)
        taken.add(name)
        yield msgspec.structs.replace(source, name=name)


def identify_source(source: Source) -> Source:
    """Return the source with the hash by which it is known again: a file that can not be read by its name and the reason."""
    if source.sha256:
        return source
    try:
        if source.skipped != SKIP_UNREADABLE:
            return msgspec.structs.replace(source, sha256=hash_file(Path(source.path)))
    except OSError as error:
        source = Source(source.name, source.path, 0, SKIP_UNREADABLE, error.strerror or str(error))
    digest = hashlib.sha256(f"{SKIP_UNREADABLE}\0{source.name}\0{source.detail}".encode()).hexdigest()
    return msgspec.structs.replace(source, sha256=digest)


def hash_file(path: Path) -> str:
    """Return the SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _batch(sources: Iterable[Source]) -> Iterator[Task]:
    batch: list[Source] = []
    number = size = 0
    for source in sources:
        batch.append(source)
        size += 0 if source.skipped else source.size
        if size >= BATCH_BYTES:
            yield Task(number=number, sources=batch)
            batch, size, number = [], 0, number + 1
    if batch:
        yield Task(number=number, sources=batch)
