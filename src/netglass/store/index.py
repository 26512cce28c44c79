"""Which measurements a store holds: sorted arrays of 64-bit keys, 12 bytes a measurement.

A key is the join key of all observation tables, so two measurements with the same key can not both be stored, and the key alone
decides. With 10 million measurements two would share one by chance with a probability below 3 in a million (birthday bound).
"""

from collections.abc import Sequence
from typing import TypeAlias

import duckdb
import numpy as np
import numpy.typing as npt

from netglass.store.part import quote_literal

Keys: TypeAlias = npt.NDArray[np.uint64]
Places: TypeAlias = npt.NDArray[np.int32]

RECENT_LIMIT = 32
"""Batches that are searched one by one before they are merged into the large array."""


class KeyIndex:
    """A set of keys with the number of the part that holds each."""

    def __init__(self) -> None:
        self._chunks: list[tuple[Keys, Places]] = [(np.empty(0, np.uint64), np.empty(0, np.int32))]

    def add(self, keys: Keys, part: int) -> None:
        """Add the keys of part number ``part``."""
        if len(keys):
            self._chunks.append((np.sort(keys), np.full(len(keys), part, np.int32)))
        if len(self._chunks) > RECENT_LIMIT:
            self._merge()

    def _merge(self) -> None:
        keys = np.concatenate([chunk for chunk, _ in self._chunks])
        places = np.concatenate([places for _, places in self._chunks])
        order = np.argsort(keys, kind="stable")
        self._chunks = [(keys[order], places[order])]

    def find(self, keys: Keys) -> Places:
        """Return for each key the number of the part that holds it, or -1."""
        found = np.full(len(keys), -1, np.int32)
        for chunk, places in self._chunks:
            if len(chunk):
                at = np.minimum(np.searchsorted(chunk, keys), len(chunk) - 1)
                hit = chunk[at] == keys
                found[hit] = places[at[hit]]
        return found


def list_files(names: Sequence[str]) -> str:
    """Return ``read_parquet`` over explicit files as SQL."""
    return f"read_parquet([{', '.join(map(quote_literal, names))}])"


def read_column(
    connection: duckdb.DuckDBPyConnection, names: Sequence[str], expression: str, where: str = "true"
) -> Keys:
    """Return one column of 64-bit numbers of the files ``names``."""
    if not names:
        return np.empty(0, np.uint64)
    query = f"SELECT {expression} AS value FROM {list_files(names)} WHERE {where}"
    return np.asarray(connection.execute(query).fetchnumpy()["value"], dtype=np.uint64)
