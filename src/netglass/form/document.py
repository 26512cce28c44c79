"""A YAML file as people typed it: every scalar is text, and every key and item knows its line and column.

``NO`` stays a country and ``0123`` a name, since no scalar is given a type here; the models say what becomes a number or a date.
A key that is there twice is a fault, because YAML would silently keep the last.

**Source**: YAML 1.2.2 section 3.2.1.1 (keys of a mapping are unique); YAML 1.1's tags for ``NO`` and ``012`` are not used.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from netglass.form.fault import Fault, FaultError

# libyaml reads ten times faster; a PyYAML that was built without it reads the same.
_Loader = getattr(yaml, "CBaseLoader", yaml.BaseLoader)

Place = tuple[int | str, ...]
"""Where something is: keys and positions from the root, as pydantic gives them."""


@dataclass(frozen=True)
class Document:
    """The content of one file, and where in the file each part of it stands."""

    path: Path
    content: Any
    tree: yaml.Node | None

    def find_mark(self, place: Place) -> tuple[int, int]:
        """Return line and column, from 1, of the deepest part of ``place`` that is in the file."""
        node = self.tree
        mark = _mark(node)
        for step in place:
            if isinstance(node, yaml.MappingNode):
                found = next(((key, value) for key, value in node.value if key.value == str(step)), None)
                if found is None:
                    break
                mark, node = _mark(found[0]), found[1]
            elif isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
                node = node.value[step]
                mark = _mark(node)
        return mark

    def make_fault(self, place: Place, message: str, hint: str = "", *, shown: str | None = None) -> Fault:
        """Return a fault at ``place``; ``shown`` is how the place is named instead of by its keys."""
        line, column = self.find_mark(place)
        return Fault(self.path, line, column, ".".join(map(str, place)) if shown is None else shown, message, hint)


def read_document(path: Path, *, quote: bool = True) -> Document:
    """Read a YAML file.

    Args:
        path: the file.
        quote: whether a message may name a key that is there twice; nothing else of the text is ever in a message.

    Raises:
        FaultError: it cannot be read, is no YAML, or has a key twice.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise FaultError(
            [Fault(path, 1, 1, "", f"cannot be read: {error.strerror or error}", "name a file")]
        ) from error
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise FaultError([Fault(path, line, 1, "", "is not UTF-8", "save the file as UTF-8")]) from error
    loader = _Loader(text)
    try:
        tree = loader.get_single_node()
        content = loader.construct_document(tree) if tree else None
    except yaml.MarkedYAMLError as error:
        raise FaultError([_describe_syntax(path, error)]) from error
    except RecursionError as error:
        raise FaultError(
            [Fault(path, 1, 1, "", "is nested too deep", "write fewer brackets within brackets")]
        ) from error
    except yaml.YAMLError as error:
        raise FaultError(
            [Fault(path, 1, 1, "", "is no text that YAML can hold", "remove control characters")]
        ) from error
    finally:
        loader.dispose()
    document = Document(path, content, tree)
    if twice := sorted(_find_twice(document, quote)):
        raise FaultError(twice)
    return document


def _mark(node: yaml.Node | None) -> tuple[int, int]:
    return (node.start_mark.line + 1, node.start_mark.column + 1) if node else (1, 1)


def _describe_syntax(path: Path, error: yaml.MarkedYAMLError) -> Fault:
    mark = error.problem_mark or error.context_mark
    line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
    hint = "check the indentation, and put text that holds `: ` or ` #`, or begins with a sign, in quotes"
    return Fault(path, line, column, "", "is no valid YAML", hint)


def _find_twice(document: Document, quote: bool) -> Iterator[Fault]:
    """Yield the keys that a mapping has twice. Aliases make the tree a graph, so each node is visited once."""
    seen: set[int] = set()
    waiting: list[tuple[yaml.Node | None, Place]] = [(document.tree, ())]
    while waiting:
        node, place = waiting.pop()
        if id(node) in seen:
            continue
        seen.add(id(node))
        if isinstance(node, yaml.SequenceNode):
            waiting += [(item, (*place, number)) for number, item in enumerate(node.value)]
        elif isinstance(node, yaml.MappingNode):
            waiting += [(value, (*place, str(key.value))) for key, value in node.value]
            yield from _find_twins(document, node, place, quote)


def _find_twins(document: Document, node: yaml.MappingNode, place: Place, quote: bool) -> Iterator[Fault]:
    first: dict[str, int] = {}
    for key, _ in node.value:
        name = str(key.value)
        line, column = _mark(key)
        if name in first:
            shown = ".".join(map(str, (*place, name))) if quote else ""
            message = f"{name!r} is there twice" if quote else "this key is there twice"
            yield Fault(
                document.path, line, column, shown, message, f"it is there first in line {first[name]}; keep one"
            )
        first.setdefault(name, line)
