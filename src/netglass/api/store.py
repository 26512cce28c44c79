"""The store in the hands of a user: one object whose methods are the verbs.

``netglass.open`` gives it. A verb is a function in the module of its noun that takes the store first, and a command of the same name;
the methods here pass on to it, and load a noun when one of its verbs is first called.
"""

from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from types import MethodType
from typing import Any

import duckdb

from netglass.store.layout import prepare_layout
from netglass.store.query import Store as BaseStore
from netglass.vocab.error import UsageError
from netglass.vocab.setting import read_setting
from netglass.vocab.table import TABLES


class Verb:
    """A method that is the function ``function`` of ``netglass.api.<noun>``, with its signature and its help."""

    def __init__(self, noun: str, function: str) -> None:
        self.noun = noun
        self.function = function

    def load(self) -> Callable[..., Any]:
        """Return the function."""
        loaded: Callable[..., Any] = getattr(import_module(f"netglass.api.{self.noun}"), self.function)
        return loaded

    def __get__(self, store: BaseStore | None, owner: type) -> Callable[..., Any]:
        return self.load() if store is None else MethodType(self.load(), store)


class Store(BaseStore):
    """A store and everything that can be done with it; ``help(store.judge)`` tells how."""

    ingest = Verb("ingest", "ingest")
    judge = Verb("judge", "judge")
    detect = Verb("detect", "detect")
    analyze = Verb("analyze", "analyze")
    verdicts = Verb("judge", "verdicts")
    events = Verb("detect", "events")
    coverage = Verb("detect", "coverage")
    changes = Verb("detect", "changes")
    assess = Verb("assess", "assess")
    explain = Verb("explain", "explain")
    compare = Verb("evaluate", "compare_probe")
    evaluate = Verb("evaluate", "evaluate")
    fit = Verb("evaluate", "fit")
    quarantine = Verb("upkeep", "quarantine")
    forget = Verb("upkeep", "forget")
    compact = Verb("upkeep", "compact")
    doctor = Verb("upkeep", "doctor")
    info = Verb("upkeep", "info")
    rebuild = Verb("rebuild", "rebuild")

    def query(self, sql: str) -> duckdb.DuckDBPyRelation:
        """Return the result of ``sql`` over the views of the store as a DuckDB relation.

        ``.pl()``, ``.df()``, ``.fetchnumpy()`` and ``.fetchall()`` take the rows.
        """
        return self.connect().sql(sql)

    def table(self, name: str) -> duckdb.DuckDBPyRelation:
        """Return one table of :data:`netglass.vocab.table.TABLES` as a DuckDB relation.

        Raises:
            UsageError: there is no such table.
        """
        if name not in TABLES:
            raise UsageError(f"there is no table {name!r}: the tables are {', '.join(TABLES)}")
        return self.connect().table(name)


def open(path: str | Path | None = None) -> Store:
    """Open the store at ``path``, making it where there is none; by default the setting ``NETGLASS_STORE``.

    Raises:
        SchemaDrift: it was written by another schema version.
        EngineError: the folder holds something else, or can not be made.
    """
    return Store(prepare_layout(Path(path or read_setting("NETGLASS_STORE"))))
