"""``netglass ingest``: raw measurements into the store."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated

import msgspec
from cyclopts import Parameter
from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, TextColumn, TimeRemainingColumn
from rich.progress import Progress as Bar

from netglass.api.ingest import Progress, Summary, Watch
from netglass.api.ingest import ingest as ingest_paths
from netglass.cli.app import DEFAULT_STORE, StoreDir, app
from netglass.store.query import open_store
from netglass.vocab.error import UsageError

EXIT_STRICT = 3


RawPath = Annotated[str, Parameter(allow_leading_hyphen=True)]
"""A file, a folder, a glob, or ``-``."""


@app.command
def ingest(
    *paths: RawPath,
    store: StoreDir = DEFAULT_STORE,
    workers: Annotated[int, Parameter(help="Processes that decode. The result does not depend on it.")] = 1,
    strict: Annotated[bool, Parameter(negative="", help="End with 3 when a record was quarantined.")] = False,
) -> int:
    """Read raw measurements into the store: files, folders, globs, or - for standard input.

    The last line of stdout is a JSON object that counts records: read = stored + duplicate + quarantined + not_understood. The same
    files again store nothing. A run that was interrupted goes on when the same command is run again.

    Examples:

        netglass ingest raw/20240115 --workers 2
        netglass ingest 'raw/*/IR/*.jsonl.gz' --store iran
        zcat a.jsonl.gz | netglass ingest -

    Args:
        paths: Files, folders, globs, or -.
    """
    summary = run_ingest(paths, store, workers)
    print(msgspec.json.encode(summary).decode())
    return EXIT_STRICT if strict and summary.quarantined else 0


def run_ingest(paths: tuple[str, ...], store: os.PathLike[str], workers: int) -> Summary:
    """Ingest with progress on stderr.

    Raises:
        UsageError: no path was given, or ``workers`` is below 1.
    """
    if workers < 1:
        raise UsageError(f"--workers {workers}: give 1 or more")
    check_paths(paths)
    with show_progress() as watch:
        return ingest_paths(open_store(os.fspath(store)), paths, workers=workers, watch=watch)


def check_paths(paths: tuple[str, ...]) -> None:
    """Refuse what can not be meant as a path.

    Raises:
        UsageError: there is no path, or one is spelled as an option is.
    """
    if not paths:
        raise UsageError("a file, a folder, a glob or - is needed. Example: netglass ingest raw/20240115")
    for path in paths:
        if path.startswith("-") and path != "-":
            raise UsageError(f"there is no option {path}. A file of that name is given as ./{path}")


@contextmanager
def show_progress() -> Iterator[Watch]:
    """Give a watcher that draws a bar on a terminal, and elsewhere prints only what is worth a line."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield lambda progress: print(progress.message, file=sys.stderr) if progress.message else None
        return
    columns = (TextColumn("{task.fields[records]} records"), BarColumn(), DownloadColumn(), TimeRemainingColumn())
    with Bar(*columns, console=console, transient=True) as bar:
        task = bar.add_task("", total=None, records=0)

        def watch(progress: Progress) -> None:
            bar.update(task, total=progress.bytes_total, completed=progress.bytes_done, records=progress.records)
            if progress.message:
                console.print(progress.message, markup=False, highlight=False)

        yield watch
