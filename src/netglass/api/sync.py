"""Fetch raw measurements from a public bucket: the verb behind ``netglass sync``."""

import time
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from netglass.sync.bucket import BucketSettings, Remote, S3Bucket
from netglass.sync.fetch import Fetched, Fetcher, Report, list_remote
from netglass.sync.layout import Container, ask_question


@dataclass(frozen=True)
class SyncResult:
    """What a sync found and did. ``files`` is empty for a dry run; ``seconds`` is wall time."""

    remotes: tuple[Remote, ...]
    files: tuple[Fetched, ...]
    seconds: float

    @property
    def failed(self) -> tuple[Fetched, ...]:
        """The files that could not be had."""
        return tuple(file for file in self.files if file.state == "failed")

    def count(self, state: str) -> int:
        """Return how many files are in ``state``: present, fetched, repaired or failed."""
        return sum(file.state == state for file in self.files)


def sync_ooni(
    countries: list[str],
    tests: list[str],
    since: date,
    until: date,
    folder: Path,
    *,
    settings: BucketSettings | None = None,
    container: Container = Container.JSONL,
    jobs: int = 8,
    dry_run: bool = False,
    report: Report | None = None,
) -> SyncResult:
    """Fetch OONI's raw files for countries, nettests and days into ``folder``, in the bucket's layout.

    Args:
        countries: two-letter codes.
        tests: nettests, with or without underscores.
        since: first day of upload.
        until: last day of upload, included.
        folder: where the files go; made if need be.
        settings: where the bucket is; OONI's public bucket by default.
        container: one measurement a line, or the posts of the probes (which carry the official identifiers).
        jobs: requests at a time, 1 or more.
        dry_run: only list.
        report: called with a :class:`~netglass.sync.fetch.Progress` after every step.

    Raises:
        UsageError: the question cannot be asked, or obstore is not installed.
        InputError: the bucket cannot be listed.
        EngineError: the folder cannot be written.
    """
    started = time.monotonic()
    question = ask_question(countries, tests, since, until, container)
    bucket = S3Bucket(settings or BucketSettings())
    remotes = list_remote(bucket, question, jobs, report)
    files = [] if dry_run else Fetcher(bucket, folder).fetch_all(remotes, jobs, report)
    return SyncResult(tuple(remotes), tuple(files), time.monotonic() - started)
