"""Fingerprints of a text: the hashes of its n-grams, and the few of them that are kept for look-up.

**Source**: Schleimer, Wilkerson and Aiken, "Winnowing: Local Algorithms for Document Fingerprinting", SIGMOD 2003: of every
window of hashes the smallest is kept, so a shared run of ``size + window - 1`` tokens is always found.
"""

import hashlib
from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

Hashes = NDArray[np.uint64]

SIZES = {"zh": 6, "en": 4}
"""Tokens of one n-gram: characters in Chinese, words in English."""

WINDOWS = {"zh": 5, "en": 3}
"""Hashes of which one is kept, so runs of 10 characters or 6 words are always found. **Source** of both: design choice; a phrase of
six characters or four words is seldom shared by chance.
"""

_BASE = 0x9E3779B97F4A7C15
_MIX = np.uint64(0xBF58476D1CE4E5B9)


def hash_grams(words: Sequence[str], size: int) -> Hashes:
    """Return the 64-bit hash of each run of ``size`` words; the same on every machine and in every run."""
    if len(words) < size:
        return np.zeros(0, dtype=np.uint64)
    single = np.fromiter(map(_hash_word, words), dtype=np.uint64, count=len(words))
    count = len(words) - size + 1
    total = np.zeros(count, dtype=np.uint64)
    for place in range(size):
        total = total * np.uint64(_BASE) + single[place : place + count]
    total ^= total >> np.uint64(31)
    mixed: Hashes = total * _MIX
    return mixed


@lru_cache(maxsize=200_000)
def _hash_word(word: str) -> int:
    return int.from_bytes(hashlib.blake2b(word.encode(), digest_size=8).digest(), "little")


def winnow(hashes: Hashes, window: int) -> NDArray[np.int64]:
    """Return the places of the hashes that are kept: of each ``window`` the smallest, of equal ones the last."""
    if len(hashes) <= window:
        return (
            np.array([len(hashes) - 1 - int(hashes[::-1].argmin())], dtype=np.int64)
            if len(hashes)
            else np.zeros(0, dtype=np.int64)
        )
    views = np.lib.stride_tricks.sliding_window_view(hashes, window)
    last = window - 1 - views[:, ::-1].argmin(axis=1)
    return np.unique(np.arange(len(views)) + last)
