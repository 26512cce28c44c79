"""``netglass register``: what states order, say and promise, with a source behind every field.

The models are loaded when one of the commands runs, so the others start without them.
"""

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

from cyclopts import App, Parameter

from netglass.cli.app import DEFAULT_STORE, Format, OutFile, StoreDir, app
from netglass.cli.format import write_rows
from netglass.vocab.error import InputError

if TYPE_CHECKING:
    from netglass.register.library import Register

EXIT_INVALID = 4

register_app = App(name="register", help="Laws, orders, statements, pledges: sourced records, and their checks.")
app.command(register_app)

RegisterDir = Annotated[
    Path | None,
    Parameter(
        name="--register", env_var="NETGLASS_REGISTER", help="Folder of a register instead of the one that is shipped."
    ),
]
"""``register: RegisterDir = None``: the option of every command that reads a register."""


def open_chosen(folder: Path | None) -> "Register":
    """Return the register that an option chose, or the shipped one."""
    from netglass.api.register import open_register

    return open_register(folder)


@register_app.command
def validate(
    path: Annotated[Path | None, Parameter(help="A register, or a folder or a file of one.")] = None,
    /,
    *,
    lab: Annotated[bool, Parameter(help="Allow invented countries, XA to XZ.")] = False,
    register: RegisterDir = None,
) -> int:
    """Check a register: models, places, sources of every field, references.

    Each fault is one line on stdout, `path:line:column: field: what is wrong; what to do`. The last line is a JSON object that
    counts the valid records by kind, and the faults. Exit 4 says that something is not valid.

    Examples:
        netglass register validate
        netglass register validate register/instrument/cn
        netglass register validate my-world --lab
    """
    from netglass.api.register import validate_register

    done = validate_register(path or register, lab=lab)
    for fault in done.faults:
        print(fault)
    counts = {"records": sum(done.counts.values()), "kinds": done.counts, "faults": len(done.faults)}
    print(json.dumps(counts))
    return EXIT_INVALID if done.faults else 0


@register_app.command(name="list")
def list_records(
    kind: Annotated[
        str | None, Parameter(help="A kind of records, such as instrument; all where it is left out.")
    ] = None,
    /,
    *,
    cc: Annotated[str | None, Parameter(help="Country: two letters, EU or INT.")] = None,
    register: RegisterDir = None,
    format: Format = "table",
    out: OutFile = None,
) -> None:
    """List the records of a kind, or of all.

    Examples:
        netglass register list
        netglass register list instrument --cc CN
        netglass register list source --format csv --out sources.csv
    """
    from netglass.api.register import list_register

    columns, rows = list_register(open_chosen(register), kind, cc=cc)
    brief = ("id", "cc", "dated", "label", "review") if kind else ("id", "kind", "dated", "label", "review")
    write_rows(columns, rows, format, out=out, brief=brief)


@register_app.command
def show(id: Annotated[str, Parameter(help="Id of a record.")], /, *, register: RegisterDir = None) -> None:
    """Show a record with all that it says and the evidence for it, as JSON.

    Examples:
        netglass register show cn-cybersecurity-law-2016
    """
    from netglass.api.register import show_record

    print(json.dumps(show_record(open_chosen(register), id), ensure_ascii=False, indent=2))


@register_app.command
def schema(kind: Annotated[str | None, Parameter(help="A kind; all where it is left out.")] = None, /) -> None:
    """Print the JSON Schema of a kind, or an object with those of all.

    Examples:
        netglass register schema instrument
        netglass register schema
    """
    from netglass.api.register import make_schema

    print(json.dumps(make_schema(kind), ensure_ascii=False, indent=2))


@register_app.command
def export(
    form: Annotated[
        Literal["csv", "bibtex", "csl", "ftm"],
        Parameter(help="csv: a file per kind. bibtex, csl: the sources. ftm: entities of FollowTheMoney."),
    ],
    folder: Annotated[Path, Parameter(help="Where to write; it is made where it is missing.")],
    /,
    *,
    register: RegisterDir = None,
) -> None:
    """Write the register in another form. Prints the files that were written. Cases are in none of them.

    Examples:
        netglass register export csv tables
        netglass register export bibtex .
        netglass register export ftm entities
    """
    from netglass.api.register import export_register

    for path in export_register(open_chosen(register), form, folder):
        print(path)


@register_app.command(name="hash")
def hash_text(
    file: Annotated[Path | None, Parameter(help="File that holds the text; stdin where it is left out.")] = None,
    /,
    *,
    chars: Annotated[str | None, Parameter(help="Only the characters from A to before B, as A-B; from 0.")] = None,
) -> None:
    """Print the SHA-256 of a passage, as `passage_sha256` has it: in NFC, with each run of white space as one blank.

    Examples:
        netglass register hash passage.txt
        netglass register hash law.txt --chars 120-180
        printf 'Article 1. Be kind.' | netglass register hash
    """
    from netglass.api.register import hash_text as hash_one

    try:
        text = sys.stdin.read() if file is None else file.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise InputError(f"{file or 'stdin'}: is not UTF-8") from error
    print(hash_one(text, chars))


@register_app.command(name="import")
def import_file(
    form: Annotated[
        Literal["stop", "ooni-findings", "worldbank"],
        Parameter(help="stop: Access Now's shutdowns, Parquet. ooni-findings: JSON of the API. worldbank: CSV."),
    ],
    file: Annotated[Path, Parameter(help="The table, as its publisher offers it.")],
    /,
    *,
    store: StoreDir = DEFAULT_STORE,
) -> None:
    """Read a table of others and keep it in the store, beside the register.

    Text that people wrote freely and addresses of pages are not taken over, since they name persons. stdout is a JSON object that counts
    the rows of the file: loaded, and left out by reason.

    Examples:
        netglass register import stop shutdowns.parquet
        netglass register import ooni-findings incidents.json
        netglass register import worldbank API_IT.NET.USER.ZS.csv
    """
    from netglass.api.register_import import import_table
    from netglass.api.store import open as open_store

    done = import_table(open_store(store), form, file)
    print(json.dumps(done._asdict() | {"path": str(done.path)}))


@register_app.command
def imported(
    kind: Annotated[Literal["shutdown", "finding", "series"], Parameter(help="Which table.")],
    /,
    *,
    cc: Annotated[str | None, Parameter(help="Country, two letters.")] = None,
    store: StoreDir = DEFAULT_STORE,
    format: Format = "table",
    out: OutFile = None,
) -> None:
    """List what was imported.

    Examples:
        netglass register imported shutdown --cc IN --format csv
        netglass register imported series --cc NO
    """
    from netglass.api.register_import import list_imported
    from netglass.api.store import open as open_store

    columns, rows = list_imported(open_store(store), kind, cc=cc)
    brief = {"shutdown": ("cc", "start_date", "end_date", "area_name", "ordered_by", "actual_cause")}.get(kind, ())
    write_rows(columns, rows, format, out=out, brief=brief)
