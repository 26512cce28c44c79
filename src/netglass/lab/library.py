"""Read scenarios: those that are shipped by name, others by path, with errors that name the line.

YAML is read as text alone, so that ``NO`` is a country and ``0123`` a name; the models of ``scenario`` say what becomes a number.
"""

import difflib
from collections.abc import Sequence
from importlib.resources import files
from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel, ValidationError

from netglass.lab.consistency import find_faults
from netglass.lab.scenario import Scenario
from netglass.vocab.error import LabError

_Place = tuple[int | str, ...]


class _TextLoader(yaml.BaseLoader):
    """Reads every scalar as text and refuses a key that is there twice."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        keys = [key.value for key, _ in node.value]
        for key, _ in node.value:
            if keys.count(key.value) > 1:
                raise yaml.constructor.ConstructorError(None, None, f"{key.value!r} is there twice", key.start_mark)
        return super().construct_mapping(node, deep)


def list_scenarios() -> dict[str, Scenario]:
    """Return the shipped scenarios by name."""
    return {path.stem: read_scenario(path) for path in sorted(_find_folder().glob("*.yml"))}


def find_scenario(name: str) -> Path:
    """Return the path of a scenario: a file, or the name of a shipped one.

    Raises:
        LabError: it is neither.
    """
    path = Path(name)
    if path.suffix in (".yml", ".yaml") or path.is_file():
        if path.is_file():
            return path
        raise LabError(f"{path}: no such scenario")
    shipped = {found.stem: found for found in _find_folder().glob("*.yml")}
    if name not in shipped:
        guess = difflib.get_close_matches(name, shipped, 1)
        hint = (
            f"did you mean {guess[0]}?" if guess else f"shipped are {', '.join(sorted(shipped))}; or name a .yml file"
        )
        raise LabError(f"there is no scenario {name!r}: {hint}")
    return shipped[name]


def read_scenario(path: Path) -> Scenario:
    """Read a scenario and check that it can be played.

    Raises:
        LabError: it cannot be read, or is not valid; with file, line and path of each fault.
    """
    try:
        text = path.read_text(encoding="utf-8")
        tree = yaml.compose(text, Loader=_TextLoader)
        content = yaml.load(text, Loader=_TextLoader)
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise LabError(f"{path}: the scenario cannot be read: {error}") from error
    try:
        scenario = Scenario.model_validate(content)
    except ValidationError as error:
        raise LabError("\n".join(_describe(path, tree, found) for found in _drop_echoes(error.errors()))) from error
    faults = find_faults(scenario)
    if faults:
        raise LabError("\n".join(f"{path}: {fault}" for fault in faults))
    return scenario


def _find_folder() -> Path:
    return Path(str(files("netglass.lab"))) / "scenarios"


def _drop_echoes(errors: Sequence[Any]) -> list[Any]:
    """Leave out that a list is too short because what is in it was refused."""
    places = [tuple(error["loc"]) for error in errors]
    return [
        error
        for error in errors
        if error["type"] != "too_short"
        or not any(place != error["loc"] and place[: len(error["loc"])] == error["loc"] for place in places)
    ]


def _describe(path: Path, tree: yaml.Node | None, error: Any) -> str:
    place: _Place = tuple(error["loc"])
    line = _find_line(tree, place)
    what = str(error["msg"]).removeprefix("Value error, ")
    if error["type"] == "extra_forbidden":
        what = f"there is no such key{_guess_key(place)}"
    return f"{path}:{line}: {'.'.join(map(str, place)) or 'scenario'}: {what}"


def _find_line(node: yaml.Node | None, place: _Place) -> int:
    """Return the line of the deepest part of ``place`` that is in the file, from 1."""
    line = node.start_mark.line + 1 if node else 1
    for step in place:
        if isinstance(node, yaml.MappingNode):
            found = next(((key, value) for key, value in node.value if key.value == str(step)), None)
            if found is None:
                break
            line, node = found[0].start_mark.line + 1, found[1]
        elif isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
            node = node.value[step]
            line = node.start_mark.line + 1
    return line


def _guess_key(place: _Place) -> str:
    known = list(_find_model(place[:-1]).model_fields)
    guess = difflib.get_close_matches(str(place[-1]), known, 1)
    return f"; did you mean {guess[0]}?" if guess else f"; known are {', '.join(known)}"


def _find_model(place: _Place) -> type[BaseModel]:
    """Return the model of a part of a scenario."""
    model: type[BaseModel] = Scenario
    for step in place:
        if isinstance(step, str) and step in model.model_fields:
            model = _find_inner(model.model_fields[step].annotation) or model
    return model


def _find_inner(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    inner = (_find_inner(part) for part in getattr(annotation, "__args__", ()))
    return next((found for found in inner if found), None)
