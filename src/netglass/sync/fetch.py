"""List what a question needs and download what is missing, in parallel, so that a rerun goes on where the last one
stopped.

A file is written beside its place as ``NAME.ETAG.part`` and renamed once its checksum is right, so a file under its
final name is whole. A part that is left over is completed by a range request; a part of another ETag is thrown away.
Local files are read and compared with the bucket's checksums on every run, which finds a flipped bit.
"""

import os
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from itertools import islice
from pathlib import Path
from typing import NamedTuple, TypeVar

from netglass.sync.bucket import Bucket, RefusedError, Remote
from netglass.sync.layout import Question, list_prefixes, parse_key, want_key
from netglass.sync.ledger import Entry, append_entry, digest_file, find_difference, read_ledger, write_ledger
from netglass.vocab.error import EngineError, InputError

Item = TypeVar("Item")
Result = TypeVar("Result")


class Progress(NamedTuple):
    """How far a sync is: ``done`` counts files of which nothing more is to be fetched."""

    stage: str
    done: int
    total: int
    bytes_done: int = 0
    bytes_total: int = 0


class Fetched(NamedTuple):
    """What became of one object: ``state`` is present, fetched, repaired or failed."""

    key: str
    size: int
    etag: str
    sha256: str
    state: str
    detail: str


Report = Callable[[Progress], None]


def list_remote(bucket: Bucket, question: Question, jobs: int = 8, report: Report | None = None) -> list[Remote]:
    """Return the objects that answer ``question``, in order of key, by listing only the prefixes that can hold them.

    Raises:
        InputError: the bucket cannot be listed.
    """
    prefixes = list_prefixes(question)
    found: list[Remote] = []
    for done, listed in enumerate(map_parallel(bucket.list_objects, prefixes, jobs), start=1):
        found += listed
        if report:
            report(Progress("listing", done, len(prefixes)))
    wanted = (remote for remote in found if (key := parse_key(remote.key)) and want_key(key, question))
    return sorted(wanted)


class Fetcher:
    """Downloads objects into one folder. ``pause`` waits the given seconds between attempts; tests replace it."""

    def __init__(
        self, bucket: Bucket, folder: Path, attempts: int = 4, pause: Callable[[float], None] = time.sleep
    ) -> None:
        """Make the folder and read its ledger.

        Raises:
            EngineError: the folder cannot be made.
        """
        self._bucket, self._folder, self._attempts, self._pause = bucket, folder, attempts, pause
        self._lock = threading.Lock()
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise EngineError(f"cannot make the folder {folder}: {error.strerror}") from error
        self._entries = read_ledger(folder)

    def fetch_all(self, remotes: list[Remote], jobs: int = 8, report: Report | None = None) -> list[Fetched]:
        """Bring every object into the folder and return what became of each, in order of key.

        An object that cannot be had is reported as failed and does not stop the others.

        Raises:
            EngineError: the disk is full or the folder cannot be written.
        """
        total = sum(remote.size for remote in remotes)
        results: list[Fetched] = []
        bytes_done = 0
        for fetched in map_parallel(self.fetch_one, remotes, jobs):
            results.append(fetched)
            bytes_done += fetched.size
            if report:
                report(Progress("fetching", len(results), len(remotes), bytes_done, total))
        write_ledger(self._folder, self._entries.values())
        return sorted(results)

    def fetch_one(self, remote: Remote) -> Fetched:
        """Bring one object into the folder, unless it is there and whole."""
        path = self._folder / remote.key
        entry = self._entries.get(remote.key)
        difference: str | None = None
        try:
            if path.exists():
                digest = digest_file(path)
                difference = find_difference(digest, remote, entry)
                if difference is None:
                    return self._note(remote, digest.sha256, "present", "")
            return self._download(remote, path, difference)
        except OSError as error:
            raise EngineError(
                f"cannot write {path}: {error.strerror or error}; free some space or choose another --out"
            ) from error

    def _download(self, remote: Remote, path: Path, difference: str | None) -> Fetched:
        reason = ""
        for attempt in range(self._attempts):
            if attempt:
                self._pause(min(30.0, 0.5 * 2**attempt))
            try:
                sha256 = self._try_download(remote, path)
            except RefusedError as error:
                return _fail(remote, str(error))
            except InputError as error:
                reason = str(error)
                continue
            state = "repaired" if difference else "fetched"
            return self._note(remote, sha256, state, f"the local file {difference}" if difference else "")
        return _fail(remote, reason)

    def _try_download(self, remote: Remote, path: Path) -> str:
        part = _open_part(path, remote)
        start = part.stat().st_size
        if start < remote.size:
            with part.open("ab") as stream:
                for piece in self._bucket.read_object(remote, start):
                    stream.write(piece)
        digest = digest_file(part)
        difference = find_difference(digest, remote, None)
        if difference:
            if digest.size >= remote.size:
                part.unlink()
            raise InputError(f"{remote.key} came damaged: it {difference}")
        os.replace(part, path)
        return digest.sha256

    def _note(self, remote: Remote, sha256: str, state: str, detail: str) -> Fetched:
        entry = Entry(remote.key, remote.size, remote.etag, sha256)
        with self._lock:
            if self._entries.get(remote.key) != entry:
                self._entries[remote.key] = entry
                append_entry(self._folder, entry)
        return Fetched(*entry, state, detail)


def _fail(remote: Remote, reason: str) -> Fetched:
    return Fetched(remote.key, remote.size, remote.etag, "", "failed", reason)


def _open_part(path: Path, remote: Remote) -> Path:
    """Return the part file of this very object, made if need be; parts of other versions of it are removed."""
    path.parent.mkdir(parents=True, exist_ok=True)
    mark = "".join(filter(str.isalnum, remote.etag)) or "untagged"
    part = path.with_name(f"{path.name}.{mark}.part")
    for other in path.parent.glob(f"{path.name}.*.part"):
        if other != part:
            other.unlink()
    part.touch()
    return part


def map_parallel(work: Callable[[Item], Result], items: Iterable[Item], jobs: int) -> Iterator[Result]:
    """Yield ``work(item)`` as the results come, at most ``2 * jobs`` items under way, an error raised at once."""
    queue = iter(items)
    pool = ThreadPoolExecutor(max_workers=jobs, thread_name_prefix="sync")
    running: set[Future[Result]] = {pool.submit(work, item) for item in islice(queue, 2 * jobs)}
    try:
        while running:
            done, running = wait(running, return_when=FIRST_COMPLETED)
            running |= {pool.submit(work, item) for item in islice(queue, len(done))}
            for future in done:
                yield future.result()
    finally:
        pool.shutdown(wait=True, cancel_futures=True)
