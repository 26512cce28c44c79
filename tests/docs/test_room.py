"""The rooms hold, and the contract would notice when they did not."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.docs.page import ROOT


def check_rooms(folder: Path) -> subprocess.CompletedProcess[str]:
    """Run the import contract of the repository on the package in ``folder``."""
    code = "import sys; sys.path.insert(0, sys.argv.pop(1)); from importlinter.cli import lint_imports_command as lint; lint()"
    words = ["--no-logo", "--no-cache", "--config", str(ROOT / "pyproject.toml")]
    return subprocess.run(
        [sys.executable, "-c", code, str(folder), *words], capture_output=True, text=True, check=False, cwd=folder
    )


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """Return a folder with a copy of the package."""
    shutil.copytree(
        ROOT / "src" / "netglass", tmp_path / "netglass", ignore=shutil.ignore_patterns("__pycache__", "*.gz")
    )
    return tmp_path


def test_the_rooms_hold(copy: Path) -> None:
    done = check_rooms(copy)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize(
    ("room", "line"),
    [
        ("judge", "import netglass.register"),
        ("detect", "from netglass.assess import order"),
        ("vocab", "import netglass.store"),
        ("store", "import netglass.judge"),
    ],
)
def test_an_import_upwards_breaks_the_contract(copy: Path, room: str, line: str) -> None:
    for law in ("register", "assess"):
        (copy / "netglass" / law).mkdir(exist_ok=True)
        (copy / "netglass" / law / "__init__.py").write_text('"""Laws."""\n')
        (copy / "netglass" / law / "order.py").write_text('"""Orders."""\n')
    (copy / "netglass" / room / "intruder.py").write_text(f'"""An intruder."""\n\n{line}\n')
    done = check_rooms(copy)
    assert done.returncode == 1
    assert "intruder" in done.stdout
