"""Read a register: every record of a folder, checked by itself and against the others, or every fault with its place.

The folder is ``<kind>/<cc>/<id>.yml``. What is shipped lies in the wheel beside this module, in a checkout at the root.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from importlib.resources import files
from pathlib import Path
from typing import NamedTuple

from pydantic import ValidationError

from netglass.form.document import Document, read_document
from netglass.form.fault import Fault, FaultError, suggest
from netglass.form.model import describe_errors
from netglass.register.check import check_filing, check_record
from netglass.register.kind import KINDS
from netglass.register.record import Record
from netglass.vocab.error import RegisterError

MAX_NAMED = 20
"""Faults that the message of an error names at most."""


@dataclass(frozen=True)
class Register:
    """Valid records by id, in the order of their files."""

    folder: Path
    records: Mapping[str, Record]
    paths: Mapping[str, Path]

    def find(self, id: str) -> Record:
        """Return a record by its id; what follows a ``#`` is passed over.

        Raises:
            RegisterError: there is none; with what was probably meant.
        """
        name = id.partition("#")[0]
        if name not in self.records:
            near = suggest(name, self.records) if self.records else "it has no records"
            raise RegisterError(f"{self.folder}: there is no record {name!r}; {near[:400]}")
        return self.records[name]

    def list_records(self, kind: str | None = None, cc: str | None = None) -> list[Record]:
        """Return the records of a kind, of a country, or all, in the order of kind, country and id."""
        found = [record for record in self.records.values() if kind in (None, record.kind) and cc in (None, record.cc)]
        order = list(KINDS)
        return sorted(found, key=lambda record: (order.index(record.kind), record.cc, record.id))

    @cached_property
    def digest(self) -> str:
        """SHA-256 over the names and contents of all files, in 64 hexadecimal digits."""
        total = hashlib.sha256()
        for id in sorted(self.paths):
            path = self.paths[id]
            total.update(f"{path.relative_to(self.folder).as_posix()}\0".encode())
            total.update(hashlib.sha256(path.read_bytes()).digest())
        return total.hexdigest()


class Reading(NamedTuple):
    """What came of reading a register: what is valid, and what is not."""

    register: Register
    faults: tuple[Fault, ...]


class _Filed(NamedTuple):
    document: Document
    record: Record


def find_shipped() -> Path:
    """Return the folder of the register that comes with Netglass."""
    packed = Path(str(files("netglass.register"))) / "data"
    return packed if packed.is_dir() else Path(__file__).resolve().parents[3] / "register"


def load_register(folder: Path, *, lab: bool = False) -> Register:
    """Read a register that must be valid.

    Args:
        folder: with ``<kind>/<cc>/<id>.yml``.
        lab: whether invented countries (XA to XZ) are allowed.

    Raises:
        RegisterError: there is no such folder, or something is not valid; with file, line, column and hint of each fault.
    """
    register, faults = read_register(folder, lab=lab)
    if faults:
        more = [f"and {len(faults) - MAX_NAMED} more; see `netglass register validate`"] if faults[MAX_NAMED:] else []
        raise RegisterError("\n".join([*map(str, faults[:MAX_NAMED]), *more]))
    return register


def read_register(folder: Path, *, lab: bool = False) -> Reading:
    """Read a register with whatever is wrong in it.

    Args:
        folder: with ``<kind>/<cc>/<id>.yml``.
        lab: whether invented countries (XA to XZ) are allowed.

    Raises:
        RegisterError: there is no such folder.
    """
    if not folder.is_dir():
        raise RegisterError(f"{folder}: there is no such folder; name the one that has the kinds ({', '.join(KINDS)})")
    filed: dict[str, _Filed] = {}
    faults: list[Fault] = []
    refused: set[str] = set()
    paths = (path for path in folder.rglob("*") if path.suffix in (".yml", ".yaml") and path.is_file())
    for path in sorted(paths):
        try:
            document, record = _read_filed(folder, path)
        except FaultError as error:
            faults += error.faults
            refused.add(path.stem)
            continue
        if record.id in filed:
            hint = f"it is the id of {filed[record.id].document.path} already; ids are unique across kinds"
            faults.append(document.make_fault(("id",), f"{record.id!r} is there twice", hint))
            continue
        filed[record.id] = _Filed(document, record)
    records = {id: item.record for id, item in filed.items()}
    for document, record in filed.values():
        gaps = check_record(record, records, refused=refused, lab=lab, quote=record.kind != "case")
        faults += [document.make_fault(*gap) for gap in gaps]
    register = Register(folder, records, {id: item.document.path for id, item in filed.items()})
    return Reading(register, tuple(sorted(faults, key=lambda fault: fault[:3])))


def read_record(document: Document) -> Record:
    """Return the record that a document holds, as its model has it; references and evidence are not looked at.

    Raises:
        FaultError: it is not valid.
    """
    content = document.content
    if not isinstance(content, dict):
        hint = "begin with `kind:`, `id:` and `cc:`, each on a line"
        raise FaultError([document.make_fault((), "is no record", hint)])
    kind = content.get("kind")
    if not isinstance(kind, str) or kind not in KINDS:
        message = "is missing" if kind is None else "is no kind of record"
        raise FaultError([document.make_fault(("kind",), message, suggest(str(kind or ""), KINDS))])
    model = KINDS[kind]
    try:
        return model.model_validate(content)
    except ValidationError as error:
        raise FaultError(describe_errors(document, model, error, quote=kind != "case")) from error


def _read_filed(folder: Path, path: Path) -> _Filed:
    document = read_document(path, quote=False)
    filing = list(check_filing(folder, document))
    if filing:
        raise FaultError(filing)
    return _Filed(document, read_record(document))
