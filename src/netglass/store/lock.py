"""One writer and any number of readers at once.

A writer holds an exclusive flock on ``lock`` for the length of its command. A reader holds a shared flock on ``readers`` as
long as its connection lives; files that no record names any more are deleted only while nobody reads. The kernel drops both
locks when a process ends, however it ends, so there is no stale lock.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from netglass.store.layout import Layout
from netglass.vocab.error import EngineError


@contextmanager
def hold_writer(layout: Layout) -> Iterator[None]:
    """Be the only writer of the store.

    Raises:
        EngineError: another command is writing to it.
    """
    descriptor = _open(layout.root / "lock")
    try:
        if not _try_lock(descriptor, fcntl.LOCK_EX):
            raise EngineError(
                f"{layout.root}: another command is writing to this store. Wait for it to end, then run this again."
            )
        yield
    finally:
        os.close(descriptor)


def hold_reader(layout: Layout) -> int:
    """Keep files from being deleted until the descriptor that is returned is closed. It works on a store that may only be read, too."""
    descriptor = os.open(layout.root / "readers", os.O_RDONLY | os.O_CLOEXEC)
    fcntl.flock(descriptor, fcntl.LOCK_SH)
    return descriptor


@contextmanager
def try_exclusive(layout: Layout) -> Iterator[bool]:
    """Give True while nobody reads the store and nobody can begin to, or False where somebody does."""
    descriptor = _open(layout.root / "readers")
    try:
        yield _try_lock(descriptor, fcntl.LOCK_EX)
    finally:
        os.close(descriptor)


def _open(path: Path) -> int:
    return os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)


def _try_lock(descriptor: int, kind: int) -> bool:
    try:
        fcntl.flock(descriptor, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
