"""Tables of others beside the register: read a file, keep what may be kept, list it.

They lie in the store, in ``imported/``: for each file that was read one Parquet file, named by the hash of the input, and a JSON record
that says what it was read from, under which licence, how many rows it has and what was left out. The same file again changes nothing.
"""

import hashlib
import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from netglass.register.imported.finding import LICENCE as FINDING_LICENCE
from netglass.register.imported.finding import read_findings
from netglass.register.imported.intake import Intake, Licence
from netglass.register.imported.stop import COLUMNS as STOP_COLUMNS
from netglass.register.imported.stop import LICENCE as STOP_LICENCE
from netglass.register.imported.stop import read_stop
from netglass.register.imported.worldbank import LICENCE as WORLDBANK_LICENCE
from netglass.register.imported.worldbank import read_series
from netglass.store.column import make_arrays, select_columns
from netglass.store.part import connect_writer, copy_query, quote_literal
from netglass.vocab.error import InputError, UsageError
from netglass.vocab.table import IMPORTED

if TYPE_CHECKING:
    from netglass.store.query import Store


class Imported(NamedTuple):
    """What became of a file.

    Attributes:
        kind: ``shutdown``, ``finding`` or ``series``.
        read: rows of the file.
        loaded: rows of it that were loaded.
        skipped: rows that were left out, by reason.
        examples: where the first of each reason are, from 1.
        rows: rows of the table; a row of the file may give several.
        path: of the Parquet file.
    """

    kind: str
    read: int
    loaded: int
    skipped: dict[str, int]
    examples: dict[str, list[int]]
    rows: int
    path: Path


def import_table(store: "Store", form: str, file: Path) -> Imported:
    """Read a table of others and keep it beside the register.

    Args:
        store: where to keep it.
        form: ``stop``, ``ooni-findings`` or ``worldbank``.
        file: the table, as its publisher offers it.

    Raises:
        UsageError: there is no such form.
        InputError: the file cannot be read, or is another table.
    """
    if form not in _FORMS:
        raise UsageError(f"there is no table {form!r}: choose one of {', '.join(_FORMS)}")
    read, licence = _FORMS[form]
    try:
        content = file.read_bytes()
    except OSError as error:
        raise InputError(f"{file}: cannot be read: {error.strerror}") from error
    intake = read(file, content)
    digest = hashlib.sha256(content).hexdigest()
    path = store.root / "imported" / f"{intake.kind}-{digest[:12]}.parquet"
    columns = IMPORTED[intake.kind]
    if not intake.rows:
        raise InputError(f"{file}: no row could be loaded: {json.dumps(intake.skipped)}")
    beside = path.with_suffix(".writing")
    with connect_writer() as connection:
        connection.register("slice", make_arrays(columns, intake.rows))
        copy_query(connection, f"SELECT {select_columns(columns)} FROM slice", beside)
    beside.replace(path)
    done = Imported(
        intake.kind,
        intake.read,
        intake.read - sum(intake.skipped.values()),
        intake.skipped,
        intake.examples,
        len(intake.rows),
        path,
    )
    note = done._asdict() | {"path": path.name, "form": form, "sha256": digest} | licence._asdict()
    path.with_suffix(".json").write_text(json.dumps(note, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    return done


def list_imported(store: "Store", kind: str, *, cc: str | None = None) -> tuple[tuple[str, ...], list[tuple[Any, ...]]]:
    """Return columns and rows of what was imported of a kind, all files together.

    Args:
        store: where it is kept.
        kind: ``shutdown``, ``finding`` or ``series``.
        cc: only of this country.

    Raises:
        UsageError: there is no such kind.
        InputError: nothing of it was imported.
    """
    if kind not in IMPORTED:
        raise UsageError(f"there is no imported table {kind!r}: choose one of {', '.join(IMPORTED)}")
    names = tuple(column.name for column in IMPORTED[kind])
    files = sorted((store.root / "imported").glob(f"{kind}-*.parquet"))
    if not files:
        raise InputError(f"{store.root}: no {kind} was imported: run `netglass register import`")
    listed = "[" + ", ".join(quote_literal(file) for file in files) + "]"
    place = "list_contains(ccs, $cc)" if "ccs" in names else "cc = $cc"
    query = f"SELECT DISTINCT {', '.join(names)} FROM read_parquet({listed}) WHERE $cc IS NULL OR {place} ORDER BY ALL"
    with connect_writer() as connection:
        rows = connection.execute(query, {"cc": cc}).fetchall()
    return names, [tuple(value.isoformat() if isinstance(value, date) else value for value in row) for row in rows]


def _read_stop(file: Path, content: bytes) -> Intake:
    with connect_writer() as connection:
        try:
            found = connection.execute(f"SELECT * FROM read_parquet({quote_literal(file)})")
            names = [column[0] for column in found.description]
            rows = found.fetchall()
        except Exception as error:
            raise InputError(f"{file}: is no Parquet file that can be read: {str(error).splitlines()[0]}") from error
    missing = [name for name in STOP_COLUMNS if name not in names]
    if missing:
        raise InputError(f"{file}: is no table of shutdowns: it lacks {', '.join(missing)}")
    return read_stop([dict(zip(names, row, strict=True)) for row in rows])


def _read_findings(file: Path, content: bytes) -> Intake:
    try:
        found = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise InputError(f"{file}: is no JSON: {error}") from error
    records = found.get("incidents") if isinstance(found, dict) else found
    if not isinstance(records, list):
        raise InputError(f"{file}: holds no list of incidents")
    return read_findings(records)


def _read_series(file: Path, content: bytes) -> Intake:
    try:
        return read_series(content.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise InputError(f"{file}: is not UTF-8") from error
    except InputError as error:
        raise InputError(f"{file}: {error}") from error


_FORMS: dict[str, tuple[Callable[[Path, bytes], Intake], Licence]] = {
    "stop": (_read_stop, STOP_LICENCE),
    "ooni-findings": (_read_findings, FINDING_LICENCE),
    "worldbank": (_read_series, WORLDBANK_LICENCE),
}
