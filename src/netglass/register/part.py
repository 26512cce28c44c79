"""What every part of a record is, and how its fields are walked and named.

A model says with ``KEY`` which of its fields names an item of a list, and with ``STRUCTURAL`` which fields state no fact. Attribute
docstrings are the descriptions in JSON Schemas, in the reference and in hints.
"""

from collections.abc import Iterator, Sequence
from typing import Any, ClassVar, NamedTuple

from pydantic import BaseModel, ConfigDict
from pydantic.fields import FieldInfo

from netglass.form.document import Place


class Part(BaseModel):
    """A strict, frozen model. Keys that it does not have are errors."""

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)

    KEY: ClassVar[str] = ""
    STRUCTURAL: ClassVar[frozenset[str]] = frozenset()


class Leaf(NamedTuple):
    """A field that holds no further part: its readable path, its place in the file, and what it holds."""

    path: str
    place: Place
    owner: type[Part]
    name: str
    field: FieldInfo
    value: Any

    @property
    def states_fact(self) -> bool:
        """Whether the field needs a source."""
        return self.name not in self.owner.STRUCTURAL and self.name != self.owner.KEY


def walk_leaves(part: Part, path: str = "", place: Place = ()) -> Iterator[Leaf]:
    """Yield the fields that were written, in the order of the model; those left to their defaults are passed over."""
    for name, field in type(part).model_fields.items():
        value = getattr(part, name)
        if name not in part.model_fields_set or value is None:
            continue
        here, there = f"{path}.{name}" if path else name, (*place, name)
        if isinstance(value, Part):
            yield from walk_leaves(value, here, there)
        elif isinstance(value, tuple) and value and isinstance(value[0], Part):
            for number, (item_name, item) in enumerate(zip(name_items(value), value, strict=True)):
                yield from walk_leaves(item, f"{here}.{item_name}", (*there, number))
        else:
            yield Leaf(here, there, type(part), name, field, value)


def name_items(items: Sequence[Part]) -> list[str]:
    """Return how the items of a list are named in paths: by their key, with ``-2`` for the second of a name, else by position."""
    seen: dict[str, int] = {}
    names = []
    for number, item in enumerate(items):
        name = str(getattr(item, item.KEY)) if item.KEY else str(number)
        seen[name] = seen.get(name, 0) + 1
        names.append(name if seen[name] == 1 else f"{name}-{seen[name]}")
    return names
