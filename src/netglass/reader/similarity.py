"""How alike provisions are: n-grams in common, a rare one weighing more than one that stands everywhere.

Chinese is compared by pairs of characters, English by words and pairs of words. **Source**: the Dice coefficient (Dice, Ecology
26, 1945) and inverse document frequency (Spärck Jones, Journal of Documentation 28, 1972), over the provisions of both texts.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from netglass.reader.token import split_words

Gram = tuple[str, ...]
Bag = Counter[Gram]
Floats = NDArray[np.float64]

FLOOR_GRAMS = 12
"""Rare n-grams below which a short text is not called contained in a long one. **Source**: seen in amended statutes, where
half a sentence is found somewhere by chance.
"""


class Weights(NamedTuple):
    """The weight of each n-gram, and of one that occurs once in each text."""

    of: dict[Gram, float]
    rare: float


def make_bag(text: str, language: str) -> Bag:
    """Return the n-grams of ``text`` with their counts."""
    words = split_words(text).keys
    pairs: Bag = Counter(pairwise(words))
    return pairs if language == "zh" and len(words) > 1 else pairs + Counter((word,) for word in words)


def weigh_grams(bags: Sequence[Bag]) -> Weights:
    """Return the weight log(1 + N / n) of each n-gram that n of the N ``bags`` hold."""
    frequency = Counter(gram for bag in bags for gram in bag)
    return Weights({gram: math.log1p(len(bags) / n) for gram, n in frequency.items()}, math.log1p(len(bags) / 2))


def weigh_bag(bag: Bag, weights: Weights) -> float:
    """Return the weight of a bag."""
    return sum(weights.of[gram] * count for gram, count in bag.items())


def share_bags(old: Sequence[Bag], new: Sequence[Bag], weights: Weights) -> Floats:
    """Return the weight of what each old bag (row) shares with each new one (column)."""
    shared = np.zeros((len(old), len(new)))
    holders: defaultdict[Gram, list[tuple[int, int]]] = defaultdict(list)
    for column, bag in enumerate(new):
        for gram, count in bag.items():
            holders[gram].append((column, count))
    for row, bag in enumerate(old):
        for gram, count in bag.items():
            for column, other in holders.get(gram, ()):
                shared[row, column] += weights.of[gram] * min(count, other)
    return shared


def compare_bags(old: Sequence[Bag], new: Sequence[Bag], weights: Weights) -> Floats:
    """Return how alike each old bag (row) and new one (column) are, 0 to 1: the mean of Dice and of containment.

    Containment is the share of the smaller one that the larger one holds, so a provision that grew is known again.
    """
    shared = share_bags(old, new, weights)
    rows = np.array([weigh_bag(bag, weights) for bag in old])[:, None]
    columns = np.array([weigh_bag(bag, weights) for bag in new])[None, :]
    dice = 2 * shared / np.maximum(rows + columns, 1e-9)
    contained = shared / np.maximum(np.minimum(rows, columns), FLOOR_GRAMS * weights.rare)
    alike: Floats = (dice + np.maximum(contained, dice)) / 2
    return alike


def score_bags(old: Bag, new: Bag, weights: Weights) -> float:
    """Return the weighted Dice coefficient of two bags, 0 to 1."""
    total = weigh_bag(old, weights) + weigh_bag(new, weights)
    return 2 * weigh_bag(old & new, weights) / total if total else 1.0
