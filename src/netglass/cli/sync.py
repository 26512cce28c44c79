"""``netglass sync``: fetch raw measurements from a public bucket."""

import json
import sys
from datetime import date
from pathlib import Path
from typing import Annotated, Literal

from cyclopts import App, Parameter
from cyclopts.validators import Number
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn

from netglass.api.sync import SyncResult, sync_ooni
from netglass.cli.app import Format, app
from netglass.cli.format import write_rows
from netglass.sync import fetch
from netglass.sync.bucket import BucketSettings
from netglass.sync.layout import Container
from netglass.vocab.error import InputError, UsageError
from netglass.vocab.setting import read_setting

sync_app = App(name="sync", help="Fetch raw measurements from a public bucket.")
app.command(sync_app)

_NAMED = 5
"""Failed files that are named in the message; the rest is counted."""


@sync_app.command
def ooni(
    *,
    cc: Annotated[list[str], Parameter(name="--cc", help="Country, two letters. May be given again.")],
    test: Annotated[list[str], Parameter(name="--test", help="Nettest, as web_connectivity. May be given again.")],
    since: Annotated[str, Parameter(help="First day of upload, YYYY-MM-DD, UTC.")],
    until: Annotated[str, Parameter(help="Last day of upload, included.")],
    out: Annotated[Path, Parameter(help="Folder for the files, which keep the bucket's layout.")],
    files: Annotated[
        Literal["jsonl", "posts"],
        Parameter(help="jsonl: one measurement a line; posts: tar.gz of what probes sent, with official identifiers."),
    ] = "jsonl",
    dry_run: Annotated[bool, Parameter(help="List what would be fetched, with sizes, and fetch nothing.")] = False,
    jobs: Annotated[int, Parameter(validator=Number(gte=1, lte=64), help="Requests at a time.")] = 8,
    endpoint: Annotated[
        str | None,
        Parameter(env_var="NETGLASS_SYNC_ENDPOINT", help="Address of another S3 service with the bucket."),
    ] = None,
    bucket: Annotated[str | None, Parameter(env_var="NETGLASS_SYNC_BUCKET", help="Name of the bucket.")] = None,
    region: Annotated[str | None, Parameter(env_var="NETGLASS_SYNC_REGION", help="Region of the bucket.")] = None,
    format: Format = "table",
) -> None:
    """Fetch OONI's raw measurements of some countries, nettests and days.

    Only the prefixes that can hold them are listed. Every file is checked against the bucket's checksum and written
    under its final name when it is whole; SYNC.tsv in the folder keeps key, size, ETag and SHA-256. Running the same
    command again fetches only what is missing or damaged. Days are days of upload, both included: a measurement made
    shortly before midnight lies in the next day. The last line of stdout is a JSON object that counts files.

    Examples:
        netglass sync ooni --cc IR --test web_connectivity --since 2024-01-15 --until 2024-01-16 --out raw-ir --dry-run

        netglass sync ooni --cc IR --cc TR --test web_connectivity --since 2024-01-15 --until 2024-01-16 --out raw
    """
    settings = BucketSettings(
        bucket=bucket or read_setting("NETGLASS_SYNC_BUCKET"),
        region=region or read_setting("NETGLASS_SYNC_REGION"),
        endpoint=endpoint or read_setting("NETGLASS_SYNC_ENDPOINT") or None,
    )
    container = Container.JSONL if files == "jsonl" else Container.POSTS
    days = _read_day("--since", since), _read_day("--until", until)
    with _Bar() as bar:
        result = sync_ooni(
            cc, test, *days, out, settings=settings, container=container, jobs=jobs, dry_run=dry_run, report=bar.show
        )
    if dry_run:
        write_rows(("key", "size"), [remote[:2] for remote in result.remotes], format)
    sys.stdout.write(json.dumps(_count(result, dry_run)) + "\n")
    _complain(result)


def _read_day(option: str, text: str) -> date:
    try:
        return date.fromisoformat(text.strip())
    except ValueError as error:
        raise UsageError(f"{option} {text!r} is no day: write it as 2024-01-15") from error


def _count(result: SyncResult, dry_run: bool) -> dict[str, int | float]:
    total: dict[str, int | float] = {
        "files": len(result.remotes),
        "bytes": sum(remote.size for remote in result.remotes),
    }
    states = {} if dry_run else {state: result.count(state) for state in ("fetched", "present", "repaired", "failed")}
    return total | states | {"seconds": round(result.seconds, 3)}


def _complain(result: SyncResult) -> None:
    for file in result.files:
        if file.state == "repaired":
            Console(stderr=True).print(f"{file.key} was fetched again: {file.detail}", soft_wrap=True, markup=False)
    if not result.failed:
        return
    named = "\n".join(f"  {file.detail}" for file in result.failed[:_NAMED])
    raise InputError(
        f"{len(result.failed)} of {len(result.files)} files could not be fetched:\n{named}\n"
        "The others are there. Run the same command again to fetch only these."
    )


class _Bar:
    """A progress bar on stderr, shown where stderr is a terminal."""

    def __init__(self) -> None:
        columns = (
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("{task.fields[volume]}"),
        )
        self._progress = Progress(*columns, console=Console(stderr=True), transient=True)
        self._tasks: dict[str, TaskID] = {}

    def __enter__(self) -> "_Bar":
        self._progress.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._progress.stop()

    def show(self, step: fetch.Progress) -> None:
        """Draw one step of a sync."""
        if step.stage not in self._tasks:
            self._tasks[step.stage] = self._progress.add_task(step.stage, total=step.total, volume="")
        volume = f"{step.bytes_done / 1e6:.1f} of {step.bytes_total / 1e6:.1f} MB" if step.bytes_total else ""
        self._progress.update(self._tasks[step.stage], completed=step.done, volume=volume)
