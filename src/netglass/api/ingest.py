"""``ingest``: raw files into the store. The same files again change nothing; a run that was killed goes on where it ended.

The plan is made from names and sizes, workers build parts beside the store's own files, and parts are committed one by one in
the order of the plan. So the store is the same whatever the number of workers and however often the run was cut short.
"""

import shutil
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

import msgspec

from netglass.refdata.snapshot import load_refdata
from netglass.store.build import Built
from netglass.store.commit import Committer
from netglass.store.layout import make_work_dir
from netglass.store.lock import hold_writer
from netglass.store.manifest import Counts, InputEntry
from netglass.store.plan import Source, find_sources, make_plan
from netglass.store.pool import run_tasks
from netglass.store.query import Store
from netglass.store.sweep import sweep_store
from netglass.vocab.error import InputError


class Summary(msgspec.Struct, kw_only=True):
    """What an ingest did, in records: ``read`` is stored, duplicate, quarantined and not_understood together.

    ``files`` counts the files that were looked into, known ones included and skipped ones not; ``bytes`` is their size on the disk.
    """

    files: int = 0
    read: int = 0
    stored: int = 0
    duplicate: int = 0
    quarantined: int = 0
    not_understood: int = 0
    bytes: int = 0
    seconds: float = 0.0


class Progress(msgspec.Struct, frozen=True, kw_only=True):
    """How far an ingest is: ``records`` decoded, ``bytes_done`` of ``bytes_total`` committed, and a ``message`` worth showing."""

    records: int
    bytes_done: int
    bytes_total: int
    message: str | None = None


Watch = Callable[[Progress], None]


def ingest(
    store: Store, paths: Sequence[str | Path] | str | Path, *, workers: int = 1, watch: Watch = lambda progress: None
) -> Summary:
    """Read raw measurements into the store.

    Args:
        store: where to.
        paths: files, folders, globs, or ``-`` for standard input.
        workers: processes that decode, at least 1. The store does not depend on it.
        watch: is told of progress and of files that were skipped.

    Raises:
        InputError: nothing at all could be read.
        EngineError: another command is writing to the store, or the disk is full.
    """
    started = time.monotonic()
    given = [paths] if isinstance(paths, str | Path) else list(paths)
    with hold_writer(store.layout):
        sweep_store(store.layout)
        with make_work_dir(store.layout) as folder, _spool_stdin([str(path) for path in given], folder) as sources:
            run = _Run(store, sources or find_sources([str(path) for path in given], store.root), watch)
            run.build(folder, workers)
    run.summary.seconds = round(time.monotonic() - started, 3)
    return run.summary


@contextmanager
def _spool_stdin(paths: Sequence[str], folder: Path) -> Iterator[list[Source]]:
    """Keep standard input as a file for as long as it is read; give no source when it was not asked for."""
    if "-" not in paths:
        yield []
        return
    if len(paths) > 1:
        raise InputError("'-' (standard input) can not be mixed with files: ingest them one after the other.")
    spooled = folder / "stdin"
    with spooled.open("wb") as file:
        shutil.copyfileobj(sys.stdin.buffer, file, 1 << 20)
    yield [Source("stdin", str(spooled), spooled.stat().st_size, recorded="-")]


class _Run:
    """One ingest under way."""

    def __init__(self, store: Store, sources: Sequence[Source], watch: Watch) -> None:
        self.summary = Summary()
        self._store = store
        self._watch = watch
        self._refdata = load_refdata(store.refdata_dir)
        self._committer = Committer(store.layout, self._refdata.hash)
        committer = self._committer
        self._known_before = {entry.sha256 for entry in committer.inputs}
        self._plan = make_plan(sources, committer.inputs, lambda source: committer.find_known(source) is not None)
        self._total = sum(source.size for source in sources if not source.skipped)
        self._records = 0

    def build(self, folder: Path, workers: int) -> None:
        """Build and commit all parts, in the order of the plan."""
        with closing(run_tasks(self._plan.tasks, folder, self._refdata, workers, self._progress)) as parts:
            for built in parts:
                self._commit(built)
        for source in self._plan.known:
            self._count_known(source)
        self._tell()

    def _progress(self, records: int) -> None:
        self._records += records
        self._tell()

    def _commit(self, built: Built) -> None:
        for detail in built.details:
            self._tell(detail)
        record = self._committer.commit(built)
        for entry in record.origins[0].inputs:
            self._count(entry, entry.counts)
        shutil.rmtree(built.folder, ignore_errors=True)
        self._tell()

    def _count(self, entry: InputEntry, counts: Counts) -> None:
        summary = self.summary
        summary.files += entry.skipped is None or counts.read > 0
        summary.bytes += 0 if entry.skipped else entry.size
        summary.read += counts.read
        summary.stored += counts.stored
        summary.duplicate += counts.duplicate
        summary.quarantined += counts.quarantined
        summary.not_understood += counts.not_understood

    def _count_known(self, source: Source) -> None:
        entry = self._committer.find_known(source)
        assert entry is not None
        if entry.skipped:
            self._tell(f"{source.path}: skipped: {source.detail}")
        elif source.sha256 not in self._known_before:
            self._tell(f"{source.path}: the same bytes as {entry.path}")
        counts = msgspec.structs.replace(entry.counts, stored=0, duplicate=entry.counts.stored + entry.counts.duplicate)
        self._count(entry, counts)

    def _tell(self, message: str | None = None) -> None:
        self._watch(
            Progress(records=self._records, bytes_done=self.summary.bytes, bytes_total=self._total, message=message)
        )
