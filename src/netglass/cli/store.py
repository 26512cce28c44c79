"""The commands that look after a store: ``quarantine``, ``forget``, ``compact``, ``rebuild``, ``doctor`` and ``store info``."""

import sys
from typing import Annotated

import msgspec
from cyclopts import App, Parameter

from netglass.api import upkeep as api
from netglass.api.rebuild import rebuild as rebuild_store
from netglass.cli.app import DEFAULT_STORE, Format, OutFile, StoreDir, app
from netglass.cli.format import write_rows
from netglass.store.query import open_store
from netglass.vocab.error import UsageError
from netglass.vocab.table import QUARANTINE

EXIT_DIFFERS = 4

store_app = App(name="store", help="What a store holds.")
app.command(store_app)


def _print_json(value: object) -> None:
    print(msgspec.json.encode(value).decode())


@store_app.command
def info(*, store: StoreDir = DEFAULT_STORE) -> None:
    """Print what the store holds as JSON: the content manifest hash, inputs, records, rows per table and sizes in bytes.

    Examples:

        netglass store info --store iran
    """
    _print_json(api.info(open_store(store)))


@app.command
def quarantine(*, store: StoreDir = DEFAULT_STORE, format: Format = "table", out: OutFile = None) -> None:
    """List what could not be stored: file, line, byte range and reason. Files that were skipped are in it as well.

    Examples:

        netglass quarantine
        netglass quarantine --format csv --out quarantine.csv
    """
    relation = api.quarantine(open_store(store))
    write_rows([column.name for column in QUARANTINE], relation.fetchall(), format, table="quarantine", out=out)


@app.command
def forget(report_id: str, *, store: StoreDir = DEFAULT_STORE) -> None:
    """Remove one report everywhere, for good; verdicts and events are made again from what is left.

    The store keeps a hash of the identifier, so that the report does not come back with its raw file. The raw files that still hold it
    are named on stderr: they are yours to delete.

    Examples:

        netglass forget 20240115T061203Z_webconnectivity_TR_9121_n1_Ab3dEf9hIjKlMnOp

    Args:
        report_id: The report_id of the measurements.
    """
    done = api.forget(open_store(store), report_id)
    for path in done.raw_files:
        print(f"{path} still holds the report: delete it, or the record in it.", file=sys.stderr)
    if not done.measurements:
        print("No measurement of this report was stored; it will not be stored from now on.", file=sys.stderr)
    _print_json({"forgotten": done.measurements})


@app.command
def compact(*, store: StoreDir = DEFAULT_STORE) -> None:
    """Merge small parts into one file per table, day and test. Content and manifest hash do not change.

    Examples:

        netglass compact --store iran
    """
    _print_json(api.compact(open_store(store))._asdict())


@app.command
def rebuild(
    *,
    check: Annotated[
        bool, Parameter(negative="", help="Compare and change nothing. This is what rebuild does.")
    ] = False,
    workers: Annotated[int, Parameter(help="Processes that decode.")] = 1,
    store: StoreDir = DEFAULT_STORE,
) -> int:
    """Make the store again from its recorded inputs in a temporary place, ingest to events, and compare.

    Ends with 0 and "same", or with 4 and what differs: a changed byte in any file, a raw file that is gone, other reference data.

    Examples:

        netglass rebuild --check --store iran
    """
    if not check:
        raise UsageError("rebuild needs --check: it compares and never writes into the store")
    if workers < 1:
        raise UsageError(f"--workers {workers}: give 1 or more")
    result = rebuild_store(open_store(store), workers=workers)
    for difference in result.differences:
        print(f"{difference.where}: {difference.what}", file=sys.stderr)
    if not result.rebuilt:
        print("Not made again: mend the above first.", file=sys.stderr)
    print("same" if result.same else "differs")
    return 0 if result.same else EXIT_DIFFERS


@app.command
def doctor(*, store: StoreDir = DEFAULT_STORE, format: Format = "table", out: OutFile = None) -> int:
    """Look for trouble in the store, and say what to do. Ends with 4 where there is a problem.

    Examples:

        netglass doctor --store iran
    """
    findings = api.doctor(open_store(store))
    write_rows(api.Finding._fields, findings, format, out=out)
    return EXIT_DIFFERS if any(finding.level == "problem" for finding in findings) else 0
