"""What the tests of the documentation read: pages, their links and their blocks of code."""

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[2]

_BLOCK = re.compile(
    r"^(?P<margin> *)```(?P<language>\w*)[^\n]*\n(?P<body>.*?)^(?P=margin)```", re.MULTILINE | re.DOTALL
)


class Block(NamedTuple):
    """A fenced block of code."""

    page: Path
    language: str
    body: str


def list_files() -> list[Path]:
    """Return every file of the repository that git knows and that is there."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True).stdout
    return [path for name in listed.decode().split("\0") if name and (path := ROOT / name).is_file()]


def list_pages() -> list[Path]:
    """Return every page of documentation, README and the like included."""
    return sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "changelog.d").glob("*.md")])


def read_blocks(*languages: str) -> Iterator[Block]:
    """Yield the blocks of code in one of ``languages`` from all pages."""
    for page in list_pages():
        for found in _BLOCK.finditer(page.read_text(encoding="utf-8")):
            if found["language"] in languages:
                yield Block(page.relative_to(ROOT), found["language"], found["body"])


def read_prose(page: Path) -> str:
    """Return the text of a page without its blocks of code."""
    return _BLOCK.sub("", page.read_text(encoding="utf-8"))
