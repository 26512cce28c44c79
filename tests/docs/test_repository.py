"""The repository keeps its house rules: no address of a registry, no path of one machine, no secret, small modules."""

import ast
import re
from pathlib import Path

import pytest

from tests.docs.page import ROOT, list_files

FORBIDDEN = {
    "an address of a package registry": r"(?:pypi|pythonhosted|npmjs|yarnpkg|crates)\.(?:org|com|io)\b",
    "a path of one machine": r"(?<![\w.~{}*\])/-])/(?:work|home|root|tmp|opt|Users)/[\w.]",
    "a private key": r"-----BEGIN (?:[A-Z]+ )?PRIVATE KEY-----",
    "a token": r"\b(?:AKIA[0-9A-Z]{16}|gh[pousr]_[A-Za-z0-9]{30,}|xox[bap]-[0-9A-Za-z-]{10,})\b",
}

TABLES = {"judge/rule.py", "vocab/table.py"}
"""Modules that are one table and may be as long as it is."""

MODULES = sorted((ROOT / "src" / "netglass").rglob("*.py"))


@pytest.mark.parametrize("what", FORBIDDEN)
def test_no_file_holds(what: str) -> None:
    pattern = re.compile(FORBIDDEN[what].encode())
    found = {
        str(path.relative_to(ROOT)): found[0] for path in list_files() if (found := pattern.search(path.read_bytes()))
    }
    assert found == {}


def test_the_patterns_would_find_what_they_forbid() -> None:
    samples = [
        "see https://" + "pypi" + ".org/simple",
        "cat " + "/ho" + "me/ada/x",
        "-----BEGIN " + "PRIVATE KEY-----",
        "AKIA" + "A" * 16,
    ]
    assert all(re.search(pattern, sample) for pattern, sample in zip(FORBIDDEN.values(), samples, strict=True))


@pytest.mark.parametrize("module", MODULES, ids=lambda path: str(path.relative_to(ROOT / "src")))
def test_a_module_is_small_and_says_what_it_is_for(module: Path) -> None:
    text = module.read_text(encoding="utf-8")
    said = ast.get_docstring(ast.parse(text))
    assert said
    assert len(said.splitlines()) <= 30
    name = str(module.relative_to(ROOT / "src" / "netglass"))
    assert name in TABLES or len(text.splitlines()) < 400


@pytest.mark.parametrize("module", MODULES, ids=lambda path: str(path.relative_to(ROOT / "src")))
def test_every_public_function_and_class_says_what_it_does(module: Path) -> None:
    silent = []
    waiting: list[ast.AST] = [ast.parse(module.read_text(encoding="utf-8"))]
    while waiting:
        for child in ast.iter_child_nodes(waiting.pop()):
            if not isinstance(child, ast.FunctionDef | ast.ClassDef) or child.name.startswith("_"):
                continue
            silent += [] if ast.get_docstring(child) else [child.name]
            waiting += [child] if isinstance(child, ast.ClassDef) else []
    assert silent == []
