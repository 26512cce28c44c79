"""Derived files beside the pins: compiled patterns and flattened maps, named by the hash of what they were made from.

They save time and are never needed: a missing, damaged or unwritable one is made again in memory. A file is written
beside its final name and renamed, so that several processes may start at once.
"""

import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

Value = TypeVar("Value")


def load_or_build(
    path: Path | None, load: Callable[[Path], Value], build: Callable[[], Value], save: Callable[[Value, Path], None]
) -> Value:
    """Return what ``path`` holds, or build it and leave it there for the next process."""
    if path is not None and path.is_file():
        try:
            return load(path)
        except (OSError, ValueError, KeyError, EOFError):
            path.unlink(missing_ok=True)
    value = build()
    if path is not None:
        _save_quietly(value, path, save)
    return value


def _save_quietly(value: Value, path: Path, save: Callable[[Value, Path], None]) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=".new-")
        os.close(handle)
    except OSError:
        return
    try:
        save(value, Path(name))
        Path(name).replace(path)
    except OSError:
        Path(name).unlink(missing_ok=True)
