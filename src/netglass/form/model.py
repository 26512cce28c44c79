"""Strict models of what people type, and what pydantic found wrong as faults with line, column and a hint."""

import re
import types
from collections.abc import Iterator, Sequence
from typing import Annotated, Any, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import PydanticCustomError

from netglass.form.document import Document, Place
from netglass.form.fault import Fault, suggest

MAX_SHOWN = 60
"""Characters of a wrong value that are shown in a message at most."""

_SHAPES = {
    "model_type": "write its keys below it, indented",
    "dict_type": "write its keys below it, indented",
    "tuple_type": "write a list: one `- ` per item, or [a, b]",
    "string_type": "write one piece of text here",
    "int_parsing": "write a whole number",
    "int_type": "write a whole number",
    "float_parsing": "write a number, with a point for decimals",
    "float_type": "write a number, with a point for decimals",
    "finite_number": "write a number, with a point for decimals",
    "string_too_short": "write something, or leave the key out",
    "too_short": "give at least one item, or leave the key out",
}


def refuse(what: str, hint: str, *at: int | str) -> PydanticCustomError:
    """Return the error that a validator raises.

    Args:
        what: what is wrong, to be read after the value (``is no country``); it quotes nothing of the value itself.
        hint: what to do.
        at: where it is, for a validator of a whole model: keys and positions from there.
    """
    return PydanticCustomError("refused", "{what}", {"what": what, "hint": hint, "at": at})


def describe_errors(
    document: Document, model: type[BaseModel], error: ValidationError, *, quote: bool = True
) -> list[Fault]:
    """Return the faults of a document that ``model`` refused, in the order of the file.

    Args:
        document: what was validated.
        model: by which model.
        error: what pydantic said.
        quote: whether messages may show what stands in the file; without it they name lines, columns and known keys alone.
    """
    found = [_describe(document, model, item, quote) for item in _drop_echoes(error.errors())]
    return sorted(found, key=lambda fault: (fault.line, fault.column))


def find_model(model: type[BaseModel], place: Place) -> type[BaseModel]:
    """Return the model of the part at ``place`` within a model."""
    for step in place:
        if isinstance(step, str) and step in model.model_fields:
            model = next(iter_models(model.model_fields[step].annotation), model)
    return model


def find_field(model: type[BaseModel], place: Place) -> FieldInfo | None:
    """Return the last field on the way to ``place``; None where there is none."""
    found = None
    for step in place:
        if isinstance(step, str) and step in model.model_fields:
            found = model.model_fields[step]
            model = next(iter_models(found.annotation), model)
    return found


def iter_models(annotation: Any) -> Iterator[type[BaseModel]]:
    """Yield the models that a type is made of."""
    if isinstance(annotation, type) and not isinstance(annotation, types.GenericAlias):
        if issubclass(annotation, BaseModel):
            yield annotation
        return
    parts = get_args(annotation)[:1] if get_origin(annotation) is Annotated else get_args(annotation)
    for part in parts:
        yield from iter_models(part)


def _drop_echoes(errors: Sequence[Any]) -> list[Any]:
    """Leave out that a list is too short because what is in it was refused."""
    places = [tuple(error["loc"]) for error in errors]
    return [
        error
        for error in errors
        if error["type"] != "too_short"
        or not any(place != error["loc"] and place[: len(error["loc"])] == error["loc"] for place in places)
    ]


def _describe(document: Document, model: type[BaseModel], error: Any, quote: bool) -> Fault:
    place: Place = (*error["loc"], *error.get("ctx", {}).get("at", ()))
    message, hint = _word(model, place, error, quote)
    shown = place
    if not quote and error["type"] == "extra_forbidden":
        shown = (*place[:-1], "?")
    return document.make_fault(place, message, hint, shown=".".join(map(str, shown)))


def _word(model: type[BaseModel], place: Place, error: Any, quote: bool) -> tuple[str, str]:
    """Return message and hint."""
    context, kind = error.get("ctx", {}), error["type"]
    value = _show(error["input"]) if quote else ""
    if kind == "extra_forbidden":
        known = find_model(model, place[:-1]).model_fields
        return "there is no such key", suggest(str(place[-1]) if quote else "", known)
    if kind == "missing":
        return "is missing", f"add it: {_tell(model, place)}"
    if kind == "literal_error":
        words = re.findall(r"'([^']*)'", context["expected"])
        return f"{value or 'this'} is none of the words for it", suggest(str(error["input"]) if quote else "", words)
    if kind == "refused":
        return f"{value} {context['what']}" if value else context["what"], context["hint"]
    message = str(error["msg"]).removeprefix("Value error, ")
    if kind == "value_error":
        return message if quote else "is refused", ""
    return f"{value}: {message}" if value else message, _SHAPES.get(kind) or _tell(model, place)


def _show(value: Any) -> str:
    text = repr(value) if isinstance(value, str) else ""
    return text if len(text) <= MAX_SHOWN else f"{text[:MAX_SHOWN]}…"


def _tell(model: type[BaseModel], place: Place) -> str:
    """Return what a field is for, the first sentence of its description."""
    field = find_field(model, place)
    text = " ".join((field.description or "").split()) if field else ""
    return text.partition(". ")[0].rstrip(".") if text else f"`{place[-1]}` is required here" if place else ""
