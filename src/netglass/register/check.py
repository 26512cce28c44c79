"""What the models alone cannot see: where a record is filed, whether its facts have sources, and whether what it names exists."""

from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import get_args

from netglass.form.document import Document
from netglass.form.fault import Fault, suggest
from netglass.register.country import is_invented
from netglass.register.fact import Gap, find_gaps
from netglass.register.field import COUNTRY, Reference
from netglass.register.kind import KINDS
from netglass.register.part import name_items, walk_leaves
from netglass.register.record import Record, SourcedRecord


def check_filing(folder: Path, document: Document) -> Iterator[Fault]:
    """Yield what is wrong with the place of a file, before anything of its content is told.

    A real case is refused here, so nothing of it reaches a message.

    Args:
        folder: of the register.
        document: one of its files.
    """
    steps = document.path.relative_to(folder).parts
    content = document.content if isinstance(document.content, dict) else {}
    if "case" in (content.get("kind"), steps[0]) and content.get("fictional") != "true":
        hint = (
            "real cases lie outside of every repository: keep it with `netglass case add FILE`, and remove the file from"
            " here and from the history; an invented one says fictional: true"
        )
        yield document.make_fault(
            ("fictional",), "holds a case of a real person, which may not lie in a register", hint, shown=""
        )
        return
    if len(steps) != 3 or document.path.suffix != ".yml":
        yield document.make_fault((), "lies in no place for a record", "put it at <kind>/<cc>/<id>.yml")
        return
    kind, cc, stem = steps[0], steps[1], document.path.stem
    told = {name: content.get(name) for name in ("kind", "id", "cc")}
    if isinstance(told["kind"], str) and told["kind"] in KINDS and told["kind"] != kind:
        yield document.make_fault(
            ("kind",), "differs from the folder", f"write kind: {kind}, or move the file to {told['kind']}/"
        )
    if isinstance(told["cc"], str) and told["cc"].lower() != cc:
        yield document.make_fault(("cc",), "differs from the folder", f"write cc: {cc.upper()}, or move the file")
    if isinstance(told["id"], str) and told["id"] != stem:
        yield document.make_fault(("id",), "differs from the file's name", f"write id: {stem}, or rename the file")
    elif isinstance(told["id"], str) and not told["id"].startswith(f"{cc}-"):
        yield document.make_fault(("id",), "does not begin with its country", f"begin it with {cc}-")
    if kind == "case" and isinstance(told["cc"], str) and not is_invented(told["cc"]):
        yield document.make_fault(("cc",), "is no invented country", "an invented case lies in XA to XZ")


def check_record(
    record: Record,
    records: Mapping[str, Record],
    *,
    refused: Collection[str] = (),
    lab: bool = True,
    quote: bool = True,
) -> Iterator[Gap]:
    """Yield what is wrong with a record beside the others: names of parts, evidence, references, invented countries.

    Args:
        record: one that its model has accepted.
        records: all that there are, by id.
        refused: ids of those that are there and not valid; what leads to them is no fault of its own.
        lab: whether invented countries (XA to XZ) are allowed.
        quote: whether messages may show what stands in the record.
    """
    yield from _check_parts(record)
    if isinstance(record, SourcedRecord):
        yield from find_gaps(record)
    yield from _check_references(record, records, refused, quote)
    if not lab and record.kind != "case":
        yield from _check_countries(record)


def _check_parts(record: Record) -> Iterator[Gap]:
    seen: set[str] = set()
    for name in type(record).PARTS:
        for number, item in enumerate(getattr(record, name)):
            if item.id in seen:
                yield Gap(
                    (name, number, "id"), f"{item.id!r} is there twice", "give each part of the record its own name"
                )
            seen.add(item.id)


def _check_countries(record: Record) -> Iterator[Gap]:
    for leaf in walk_leaves(record):
        inner = [mark for part in get_args(leaf.field.annotation) for mark in getattr(part, "__metadata__", ())]
        if COUNTRY not in (*leaf.field.metadata, *inner):
            continue
        for code in filter(is_invented, leaf.value if isinstance(leaf.value, tuple) else (leaf.value,)):
            hint = "write a real one; registers of invented worlds are checked with --lab"
            yield Gap(leaf.place, f"{code} is an invented country", hint)


def _check_references(
    record: Record, records: Mapping[str, Record], refused: Collection[str], quote: bool
) -> Iterator[Gap]:
    for leaf in walk_leaves(record):
        marks = [mark for mark in leaf.field.metadata if isinstance(mark, Reference)]
        many = isinstance(leaf.value, tuple)
        for number, name in enumerate(leaf.value if many else (leaf.value,)) if marks else ():
            place = (*leaf.place, number) if many else leaf.place
            if name.partition("#")[0] in refused:
                continue
            for message, hint in _follow(name, marks[0].kinds, records):
                yield Gap(place, message if quote else "leads to no record", hint)


def _follow(name: str, kinds: tuple[str, ...], records: Mapping[str, Record]) -> Iterator[tuple[str, str]]:
    id, _, part = name.partition("#")
    wanted = " or ".join(kinds) or "record"
    if id not in records:
        near = [known for known, record in records.items() if not kinds or record.kind in kinds]
        yield f"there is no {wanted} {id!r}", suggest(id, near) if near else f"add the {wanted} first"
    elif kinds and records[id].kind not in kinds:
        yield f"{id!r} is of kind {records[id].kind}, not {wanted}", f"name the id of one of kind {wanted}"
    elif part:
        parts = [item for name in type(records[id]).PARTS for item in name_items(getattr(records[id], name))]
        if part not in parts:
            yield f"{id!r} has no part {part!r}", suggest(part, parts) if parts else "name the record alone"
