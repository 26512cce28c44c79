"""Many patterns found in one pass over a body.

Hyperscan compiles all literals and regular expressions into one automaton, so that a body costs about 1 us per kB
whatever their number. The compiled form is kept in a cache file; it belongs to one Hyperscan version and processor
family, and is compiled again (about 50 ms for 1,300 patterns) wherever it does not fit.
"""

import hashlib
import platform
from collections.abc import Iterable, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any, NamedTuple

import hyperscan

from netglass.refdata.cache import load_or_build

ONCE = int(hyperscan.HS_FLAG_SINGLEMATCH)
"""Report a pattern once in a body instead of at every end."""

CASELESS = int(hyperscan.HS_FLAG_CASELESS)
DOTALL = int(hyperscan.HS_FLAG_DOTALL)
UTF8 = int(hyperscan.HS_FLAG_UTF8)
UCP = int(hyperscan.HS_FLAG_UCP)
PREFILTER = int(hyperscan.HS_FLAG_PREFILTER)


class Expression(NamedTuple):
    """A regular expression over bytes in Hyperscan's syntax (a subset of PCRE) and its flags."""

    text: bytes
    flags: int


def quote_literal(literal: bytes) -> bytes:
    """Return an expression that matches exactly ``literal``."""
    return b"".join(b"\\x%02x" % byte for byte in literal)


def can_compile(expression: Expression) -> bool:
    """Say whether Hyperscan supports ``expression``."""
    try:
        _compile((expression,))
    except hyperscan.error:
        return False
    return True


def _compile(expressions: Sequence[Expression]) -> Any:
    database = hyperscan.Database(mode=hyperscan.HS_MODE_BLOCK)
    database.compile(
        expressions=[expression.text for expression in expressions],
        ids=list(range(len(expressions))),
        flags=[expression.flags for expression in expressions],
        elements=len(expressions),
    )
    return database


def _save(database: Any, path: Path) -> None:
    path.write_bytes(hyperscan.dumpb(database))


def _load(path: Path) -> Any:
    try:
        database = hyperscan.loadb(path.read_bytes(), mode=hyperscan.HS_MODE_BLOCK)
        database.scratch = hyperscan.Scratch(database)
    except hyperscan.error as error:
        raise ValueError(f"{path}: compiled for another Hyperscan or processor") from error
    return database


def _hash_expressions(expressions: Iterable[Expression]) -> str:
    digest = hashlib.sha256(f"{version('hyperscan')} {platform.machine()}".encode())
    for text, flags in expressions:
        digest.update(b"%d %d " % (flags, len(text)) + text)
    return digest.hexdigest()[:32]


def _keep_hit(number: int, _start: int, end: int, _flags: int, hits: list[tuple[int, int]]) -> None:
    hits.append((number, end))


class PatternSet:
    """Compiled expressions. Not to be shared between threads (one scratch space)."""

    def __init__(self, expressions: Sequence[Expression], cache: Path | None = None) -> None:
        """Compile ``expressions``, or load them from the folder ``cache``.

        Raises:
            hyperscan.error: an expression is not supported.
        """
        self._database = None
        if expressions:
            path = cache / f"{_hash_expressions(expressions)}.hyperscan" if cache else None
            self._database = load_or_build(path, _load, lambda: _compile(expressions), _save)

    def scan(self, data: bytes) -> list[tuple[int, int]]:
        """Return every hit as number of the expression and the offset behind the match."""
        hits: list[tuple[int, int]] = []
        if self._database is not None and data:
            self._database.scan(data, match_event_handler=_keep_hit, context=hits)
        return hits
