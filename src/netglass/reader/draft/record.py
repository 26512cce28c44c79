"""What was accepted of a draft as a record: its content as YAML has it, and the evidence behind each of its facts."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, NamedTuple, get_args, get_origin

import yaml

from netglass.form.document import Document, Place
from netglass.form.fault import Fault, FaultError
from netglass.form.model import iter_models
from netglass.reader.document import Span
from netglass.reader.draft.model import Value
from netglass.register.check import check_record
from netglass.register.fact import list_facts
from netglass.register.kind import KINDS
from netglass.register.library import Register, read_record
from netglass.register.passage import hash_passage
from netglass.register.record import Record, SourcedRecord

ADDED = "Added in review; the document does not say it."
"""Why a field has no passage that the reviewer gave."""

SLUG_LENGTH = 48
"""Characters of the title in a proposed id at most."""


class Chosen(NamedTuple):
    """One field as it was decided: its path, its value, and the passage, which none has that the reviewer added."""

    path: str
    value: Value
    span: Span | None = None
    quote: str = ""


class Review(NamedTuple):
    """Who reviewed, when, and what the record of the document is called."""

    reviewer: str
    day: str
    source: str
    sha256: str


def make_record(
    kind: str, id: str, cc: str, chosen: Sequence[Chosen], review: Review, register: Register
) -> dict[str, Any]:
    """Return the content of a record that passes every check of the register.

    Raises:
        FaultError: it does not; each fault names a path, what is wrong and what to do.
    """
    content: dict[str, Any] = {"kind": kind, "id": id, "cc": cc}
    builder = _Builder(content)
    for item in chosen:
        builder.put(KINDS[kind], item)
    if kind == "source":
        content |= {"retrieved": review.day, "sha256": review.sha256, "review": "reviewed", "reviewer": review.reviewer}
    record = _check(content)
    if isinstance(record, SourcedRecord):
        content |= _make_evidence(record, builder.origins, review)
        record = _check(content)
    document = _make_document(content)
    faults = [document.make_fault(*gap) for gap in check_record(record, {**register.records, id: record})]
    if faults:
        raise FaultError(faults)
    return content


def propose_id(kind: str, cc: str, chosen: Iterable[Chosen], taken: Iterable[str], document: str) -> str:
    """Return an id that is free: country, words of the title, year where one is told."""
    values = {item.path: item.value for item in chosen}
    words = next(
        (str(values[path]) for path in ("title.english", "title", "name", "measure", "act") if values.get(path)), kind
    )
    if kind == "source":
        words = f"document {document[:8]}"
    elif kind == "claim":
        about = values.get("about")
        words = f"claim {' '.join(about) if isinstance(about, list) else ''}"
    year = next((str(value)[:4] for path, value in values.items() if path.endswith(("date", "made")) and value), "")
    folded = unicodedata.normalize("NFKD", f"{words} {year}").encode("ascii", "ignore").decode().lower()
    slug = re.sub(r"[^a-z0-9]+", "-", folded).strip("-")[:SLUG_LENGTH].strip("-") or kind
    id = f"{cc.lower()}-{slug}"
    known = set(taken)
    return next(
        name for number in range(1, len(known) + 2) if (name := id if number == 1 else f"{id}-{number}") not in known
    )


def _check(content: dict[str, Any]) -> Record:
    return read_record(_make_document(content))


def _make_document(content: dict[str, Any]) -> Document:
    text = yaml.safe_dump(content, sort_keys=False, allow_unicode=True)
    return Document(Path(f"{content['id']}.yml"), content, yaml.compose(text, Loader=yaml.BaseLoader))


class _Builder:
    """Puts values where their paths lead. An item of a list is known by the step that names it, whatever its place will be."""

    def __init__(self, content: dict[str, Any]) -> None:
        self.content = content
        self.origins: dict[Place, Chosen] = {}
        self._names: dict[Place, list[str]] = {}

    def put(self, model: type[Any], item: Chosen) -> None:
        """Put one field."""
        steps, here = item.path.split("."), self.content
        place: Place = ()
        while len(steps) > 1 and (field := model.model_fields.get(steps[0])) is not None:
            inner = next(iter_models(field.annotation), None)
            if inner is None:
                break
            place = (*place, steps[0])
            if _is_list(field.annotation):
                number, here = self._find_item(place, here.setdefault(steps[0], []), inner, steps[1])
                place, steps = (*place, number), steps[2:]
            else:
                here, steps = here.setdefault(steps[0], {}), steps[1:]
            model = inner
        name = ".".join(steps) or getattr(model, "KEY", "")
        here[name] = _write(item.value)
        self.origins[(*place, name)] = item

    def _find_item(
        self, place: Place, items: list[dict[str, Any]], model: type[Any], name: str
    ) -> tuple[int, dict[str, Any]]:
        names = self._names.setdefault(place, [])
        if name not in names:
            names.append(name)
            key = re.sub(r"-\d+$", "", name) if model.KEY == "stage" else name
            items.append({model.KEY: key} if model.KEY and not name.isdigit() else {})
        number = names.index(name)
        return number, items[number]


def _is_list(annotation: Any) -> bool:
    """Return whether a field holds several; ``tuple`` may stand within ``Annotated`` or beside ``None``."""
    return get_origin(annotation) is tuple or any(_is_list(part) for part in get_args(annotation))


def _write(value: Value) -> Any:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float):
        return f"{value:.10g}" if value != int(value) else str(int(value))
    return value if isinstance(value, list) else str(value)


def _make_evidence(record: SourcedRecord, origins: dict[Place, Chosen], review: Review) -> dict[str, Any]:
    passages: dict[tuple[Span, str], list[str]] = {}
    added = []
    for fact in list_facts(record):
        origin = origins.get(fact.place)
        if origin is not None and origin.span is not None:
            passages.setdefault((origin.span, origin.quote), []).append(fact.path)
        else:
            added.append(fact.path)
    evidence = [
        {
            "fields": fields,
            "source": review.source,
            "locator": f"chars {span.start}-{span.end}",
            "retrieved": review.day,
            "passage_sha256": hash_passage(quote),
            "review": "reviewed",
            "reviewer": review.reviewer,
        }
        for (span, quote), fields in passages.items()
    ]
    unsourced = [{"fields": added, "reason": ADDED, "source": review.source}] if added else []
    return {name: items for name, items in (("evidence", evidence), ("unsourced", unsourced)) if items}


def tell_faults(faults: Sequence[Fault]) -> list[str]:
    """Return what is wrong with a record, one line for each fault."""
    return [f"{fault.place or 'record'}: {fault.message}{f'; {fault.hint}' if fault.hint else ''}" for fault in faults]
