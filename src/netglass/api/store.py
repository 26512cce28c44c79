"""The store in the hands of a user: one object whose methods are the verbs.

``netglass.open`` gives it. A verb is a function in the module of its noun that takes the store first; the methods here only pass on
to it, and load a noun when its verb is called.
"""

from collections.abc import Callable, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

import duckdb

from netglass.api.ingest import Summary, Watch
from netglass.api.ingest import ingest as ingest_paths
from netglass.store.layout import prepare_layout
from netglass.store.query import Store as BaseStore
from netglass.vocab.error import UsageError
from netglass.vocab.setting import read_setting
from netglass.vocab.table import TABLES


class Store(BaseStore):
    """A store and everything that can be done with it."""

    def ingest(
        self, paths: Sequence[str | Path] | str | Path, *, workers: int = 1, watch: Watch = lambda progress: None
    ) -> Summary:
        """Read raw measurements into the store: see :func:`netglass.api.ingest.ingest`."""
        return ingest_paths(self, paths, workers=workers, watch=watch)

    def query(self, sql: str) -> duckdb.DuckDBPyRelation:
        """Return the result of ``sql`` over the views of the store as a DuckDB relation.

        The relation keeps the store's files until it is gone; ``.pl()``, ``.df()``, ``.fetchnumpy()`` and ``.fetchall()`` take the rows.
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
