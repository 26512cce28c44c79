"""Read scenarios: those that are shipped by name, others by path, with errors that name the line.

YAML is read as text alone, so that ``NO`` is a country and ``0123`` a name; the models of ``scenario`` say what becomes a number.
"""

from importlib.resources import files
from pathlib import Path

from pydantic import ValidationError

from netglass.form.document import read_document
from netglass.form.fault import FaultError, suggest
from netglass.form.model import describe_errors
from netglass.lab.consistency import find_faults
from netglass.lab.scenario import Scenario
from netglass.vocab.error import LabError


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
        raise LabError(f"there is no scenario {name!r}: {suggest(name, sorted(shipped))}; or name a .yml file")
    return shipped[name]


def read_scenario(path: Path) -> Scenario:
    """Read a scenario and check that it can be played.

    Raises:
        LabError: it cannot be read, or is not valid; with file, line, column and path of each fault.
    """
    try:
        document = read_document(path)
        scenario = Scenario.model_validate(document.content)
    except FaultError as error:
        raise LabError(str(error)) from error
    except ValidationError as error:
        raise LabError("\n".join(map(str, describe_errors(document, Scenario, error)))) from error
    faults = find_faults(scenario)
    if faults:
        raise LabError("\n".join(f"{path}: {fault}" for fault in faults))
    return scenario


def _find_folder() -> Path:
    return Path(str(files("netglass.lab"))) / "scenarios"
