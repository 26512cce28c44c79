"""The fields of each kind as a flat list, for the reference and for those who fill in records."""

import types
from collections.abc import Iterator
from typing import Annotated, Any, Literal, NamedTuple, Union, get_args, get_origin

from pydantic.fields import FieldInfo

from netglass.form.model import iter_models
from netglass.register.field import Reference
from netglass.register.kind import KINDS
from netglass.register.part import Part
from netglass.register.partial_date import PartialDate


class Outlined(NamedTuple):
    """One field: its path with ``[]`` after lists, what it holds, whether it must be there and needs a source, and its meaning."""

    path: str
    holds: str
    required: bool
    states_fact: bool
    meaning: str


def outline_kind(kind: str) -> Iterator[Outlined]:
    """Yield every field of a kind, parts before what is in them, in the order of the model."""
    return _outline(KINDS[kind], "", sourced="evidence" in KINDS[kind].model_fields)


def _outline(model: type[Any], prefix: str, *, sourced: bool) -> Iterator[Outlined]:
    for name, field in model.model_fields.items():
        inner = next(iter_models(field.annotation), None)
        many = get_origin(_bare(field.annotation)) is tuple
        path = f"{prefix}{name}{'[]' if many else ''}"
        needs = sourced and name not in ("evidence", "unsourced")
        states = needs and inner is None and name not in model.STRUCTURAL and name != model.KEY
        meaning = " ".join((field.description or "").split())
        yield Outlined(path, _tell_holds(field, inner), field.is_required(), states, meaning)
        if inner is not None and issubclass(inner, Part):
            yield from _outline(inner, f"{path}.", sourced=needs)


def _bare(annotation: Any) -> Any:
    """Return a type without ``None`` and without what is annotated."""
    origin = get_origin(annotation)
    if origin is Annotated:
        return _bare(get_args(annotation)[0])
    if origin in (Union, types.UnionType):
        return _bare(next(part for part in get_args(annotation) if part is not types.NoneType))
    return annotation


def _tell_holds(field: FieldInfo, inner: type[Any] | None) -> str:
    marks = [mark for mark in field.metadata if isinstance(mark, Reference)]
    if marks:
        return f"id of {' or '.join(marks[0].kinds) or 'any kind'}"
    if inner is not None:
        return "parts"
    bare = _bare(field.annotation)
    if get_origin(bare) is tuple:
        bare = _bare(get_args(bare)[0])
    if get_origin(bare) is Literal:
        return ", ".join(f"`{word}`" for word in get_args(bare))
    return {str: "text", int: "whole number", float: "number", bool: "`true`, `false`", PartialDate: "date"}[bare]
