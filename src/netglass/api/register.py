"""The register: check it, list it, look into it, its schemas, and its exports."""

import json
import os
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from netglass.form.fault import Fault, suggest
from netglass.register.bibliography import format_bibtex, make_csl
from netglass.register.case import Case
from netglass.register.ftm import make_entities
from netglass.register.kind import KINDS
from netglass.register.library import Register, find_shipped, load_register, read_register
from netglass.register.passage import cut_passage, hash_passage
from netglass.register.record import Record
from netglass.register.sheet import format_csv, list_columns, make_row
from netglass.register.source import Source
from netglass.vocab.error import RegisterError, UsageError


class Validation(NamedTuple):
    """What is valid, by kind, and everything that is not."""

    folder: Path
    counts: dict[str, int]
    faults: tuple[Fault, ...]


def validate_register(path: Path | None = None, *, lab: bool = False) -> Validation:
    """Check a register, or one file or folder of it against the whole.

    Args:
        path: the register's folder, a folder in it, or a file of it; by default the register that is shipped.
        lab: whether invented countries (XA to XZ) are allowed.

    Raises:
        RegisterError: there is no such file or folder.
    """
    folder = find_root(path) if path else find_shipped()
    register, faults = read_register(folder, lab=lab)
    if path is not None:
        faults = tuple(fault for fault in faults if fault.path == path or path in fault.path.parents)
    within = [
        register.records[id].kind
        for id, file in register.paths.items()
        if path is None or file == path or path in file.parents
    ]
    return Validation(folder, {kind: within.count(kind) for kind in KINDS if kind in within}, faults)


def find_root(path: Path) -> Path:
    """Return the folder of the register that a file or folder belongs to.

    Raises:
        RegisterError: there is no such file or folder.
    """
    if not path.exists():
        raise RegisterError(f"{path}: there is no such file or folder")
    for folder in (path, *path.parents):
        if folder.name in KINDS and folder.is_dir():
            return folder.parent
    if path.is_file():
        raise RegisterError(
            f"{path}: lies in no register; put it at <kind>/<cc>/<id>.yml, or name the register's folder"
        )
    return path


def open_register(folder: Path | None = None, *, lab: bool = True) -> Register:
    """Return a register that is valid in whole.

    Args:
        folder: its folder; by default the register that is shipped.
        lab: whether invented countries (XA to XZ) are allowed; the shipped register never has any.

    Raises:
        RegisterError: there is none, or something in it is not valid.
    """
    return load_register(find_shipped()) if folder is None else load_register(folder, lab=lab)


def list_register(
    register: Register, kind: str | None = None, *, cc: str | None = None
) -> tuple[Sequence[str], Iterator[Sequence[Any]]]:
    """Return the columns and the rows of the records of a kind, or of all.

    Raises:
        UsageError: there is no such kind.
    """
    columns = list_columns(None if kind is None else read_kind(kind))
    found = register.list_records(kind, None if cc is None else cc.upper())
    return columns, (make_row(record, columns) for record in found)


def read_kind(kind: str) -> str:
    """Return a kind that exists.

    Raises:
        UsageError: there is none of that name; with what was probably meant.
    """
    if kind not in KINDS:
        raise UsageError(f"there is no kind {kind!r} of records; {suggest(kind, KINDS)}")
    return kind


def show_record(register: Register, id: str) -> dict[str, Any]:
    """Return a record with all that it says, as JSON has it.

    Raises:
        RegisterError: there is none of that id.
    """
    return register.find(id).model_dump(mode="json", exclude_none=True)


def make_schema(kind: str | None = None) -> dict[str, Any]:
    """Return the JSON Schema of a kind, or of all by their names.

    Raises:
        UsageError: there is no such kind.
    """
    if kind is not None:
        return KINDS[read_kind(kind)].model_json_schema()
    return {name: model.model_json_schema() for name, model in KINDS.items()}


def hash_text(text: str, chars: str | None = None) -> str:
    """Return the SHA-256 of a passage, as ``passage_sha256`` of a record has it.

    Args:
        text: the passage, or what holds it.
        chars: only the characters from A to before B, as ``A-B``, counted from 0.

    Raises:
        UsageError: ``chars`` is no span of the text.
    """
    return hash_passage(text if chars is None else cut_passage(text, chars))


def export_register(register: Register, form: str, folder: Path) -> list[Path]:
    """Write a register in another form; each file appears whole or not at all. Cases are in none of them.

    Args:
        register: what to write.
        form: one of :data:`EXPORTS`.
        folder: where to; it is made where it is missing.

    Raises:
        UsageError: there is no such form.
    """
    if form not in EXPORTS:
        raise UsageError(f"there is no form {form!r}; {suggest(form, EXPORTS)}")
    folder.mkdir(parents=True, exist_ok=True)
    public = [record for record in register.list_records() if not isinstance(record, Case)]
    written = []
    for name, text in EXPORTS[form](public).items():
        beside = folder / f".{name}.{os.getpid()}"
        beside.write_text(text, encoding="utf-8")
        written.append(beside.replace(folder / name))
    return written


def _export_csv(records: Sequence[Record]) -> dict[str, str]:
    by_kind = {kind: [record for record in records if record.kind == kind] for kind in KINDS}
    return {f"{kind}.csv": format_csv(kind, found) for kind, found in by_kind.items() if found}


def _export_bibtex(records: Sequence[Record]) -> dict[str, str]:
    return {"sources.bib": "\n".join(format_bibtex(record) for record in records if isinstance(record, Source))}


def _export_csl(records: Sequence[Record]) -> dict[str, str]:
    items = [make_csl(record) for record in records if isinstance(record, Source)]
    return {"sources.csl.json": json.dumps(items, ensure_ascii=False, indent=1) + "\n"}


def _export_ftm(records: Sequence[Record]) -> dict[str, str]:
    lines = (json.dumps(entity, ensure_ascii=False) + "\n" for entity in make_entities(records))
    return {"register.ftm.json": "".join(lines)}


EXPORTS: dict[str, Callable[[Sequence[Record]], dict[str, str]]] = {
    "csv": _export_csv,
    "bibtex": _export_bibtex,
    "csl": _export_csl,
    "ftm": _export_ftm,
}
"""The forms of export: each gives the text of its files by name."""
