"""What is wrong in a file that somebody typed: where, what, and what was probably meant."""

from collections.abc import Iterable, Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import NamedTuple

MAX_LISTED = 30
"""Known words that a hint lists at most."""


class Fault(NamedTuple):
    """One thing that is wrong. Lines and columns count from 1; ``place`` is the path of keys within the file."""

    path: Path
    line: int
    column: int
    place: str
    message: str
    hint: str

    def __str__(self) -> str:
        """Return the fault as one line that editors can jump to."""
        place = f"{self.place}: " if self.place else ""
        return f"{self.path}:{self.line}:{self.column}: {place}{self.message}{f'; {self.hint}' if self.hint else ''}"


class FaultError(Exception):
    """A file is not what it should be; the caller makes an error of its own room from ``faults``."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__("\n".join(map(str, faults)))
        self.faults = tuple(faults)


def suggest(word: str, known: Iterable[str]) -> str:
    """Return what was probably meant by ``word``, or all that is known."""
    words = [str(name) for name in known]
    near = get_close_matches(word, words, 1, 0.6) or get_close_matches(word.lower(), words, 1, 0.6)
    if near:
        return f"did you mean {near[0]}?"
    more = f" and {len(words) - MAX_LISTED} more" if len(words) > MAX_LISTED else ""
    return f"known are {', '.join(words[:MAX_LISTED])}{more}"
