"""The index of keys says what a dictionary would."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from netglass.store.index import KeyIndex

KEYS = st.integers(0, 2**64 - 1) | st.integers(0, 20)


@given(st.lists(st.sets(KEYS, max_size=5), max_size=80), st.lists(KEYS, max_size=20))
def test_it_finds_what_was_added(batches: list[set[int]], wanted: list[int]) -> None:
    index = KeyIndex()
    model: dict[int, int] = {}
    for part, batch in enumerate(batches):
        fresh = batch - model.keys()
        index.add(np.array(sorted(fresh), dtype=np.uint64), part)
        model |= dict.fromkeys(fresh, part)
    wanted += list(model)
    assert index.find(np.array(wanted, dtype=np.uint64)).tolist() == [model.get(key, -1) for key in wanted]
