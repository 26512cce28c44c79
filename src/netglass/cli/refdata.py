"""``netglass refdata``: which snapshots of the outside world are pinned, and how they get there."""

import sys
from pathlib import Path
from typing import Annotated

import msgspec
from cyclopts import App, Parameter

from netglass.api import refdata as api
from netglass.cli.app import DEFAULT_STORE, Format, OutFile, StoreDir, app
from netglass.cli.format import write_rows
from netglass.refdata.snapshot import KINDS, Pin
from netglass.store.query import open_store

refdata_app = App(name="refdata", help="Reference data: address maps, fingerprints, roots, test lists.")
app.command(refdata_app)

Kind = Annotated[str, Parameter(help=f"What the file is: {', '.join(KINDS)}.")]
Day = Annotated[
    str | None, Parameter(name="--date", help="Day that the file speaks of, as 2026-06-17; default: today.")
]
Name = Annotated[str | None, Parameter(help="Files of one name replace each other by date; default: the file's name.")]
Member = Annotated[str | None, Parameter(help="Which file, when an archive (tar, zip) is given.")]
Licence = Annotated[str, Parameter(help="Licence of the data, written into the pin.")]


def _say_pin(pin: Pin) -> None:
    print(msgspec.json.encode(pin).decode())


@refdata_app.command(name="list")
def list_pins(*, store: StoreDir = DEFAULT_STORE, format: Format = "table", out: OutFile = None) -> None:
    """List the pinned files. What is not loaded, and what is then missing, goes to stderr.

    Of several files with one name the newest counts; roots are chosen by the date of each measurement.

    Examples:
        netglass refdata list
        netglass refdata list --format json
    """
    opened = open_store(store)
    columns = Pin.__struct_fields__
    rows = (msgspec.structs.astuple(pin) for pin in api.list_refdata(opened))
    write_rows(columns, rows, format, out=out, brief=("kind", "name", "date", "licence", "origin"))
    for text in api.list_missing(opened):
        print(f"not loaded: {text}", file=sys.stderr)


@refdata_app.command
def add(
    kind: Kind,
    file: Annotated[Path, Parameter(help="The file, or an archive that holds it.")],
    *,
    date: Day = None,
    name: Name = None,
    member: Member = None,
    licence: Licence = "",
    origin: Annotated[str, Parameter(help="Where the file came from; default: its name.")] = "",
    store: StoreDir = DEFAULT_STORE,
) -> None:
    """Check a file, copy it into the store and pin it by its SHA-256. Prints the pin as JSON.

    Records that were ingested before keep the reference data that they were made with; ingest into a new store to use
    the new ones.

    Examples:
        netglass refdata add asn asn-ipv4.csv --date 2026-06-17 --licence "CC BY 4.0"
        netglass refdata add fingerprint fingerprints_http.csv
        netglass refdata add trust roots.pem --date 2025-12-01
    """
    opened = open_store(store)
    _say_pin(api.add_refdata(opened, kind, file, day=date, name=name, member=member, licence=licence, origin=origin))


@refdata_app.command
def fetch(
    kind: Kind,
    *,
    url: Annotated[str, Parameter(help="Address of the file, http or https. No address is built in.")],
    sha256: Annotated[str | None, Parameter(help="What the file must hash to; nothing is added otherwise.")] = None,
    date: Day = None,
    name: Name = None,
    member: Member = None,
    licence: Licence = "",
    store: StoreDir = DEFAULT_STORE,
) -> None:
    """Fetch one file from an address that you name, then do as `refdata add` does.

    Examples:
        netglass refdata fetch fingerprint --url https://data.example/fingerprints_http.csv
        netglass refdata fetch asn --url https://data.example/asn.tgz --member asn-ipv4.csv --date 2026-06-17
    """
    opened = open_store(store)
    _say_pin(api.fetch_refdata(opened, kind, url, sha256=sha256, day=date, name=name, member=member, licence=licence))
