"""Two versions of a text, provision by provision: what stayed, changed, moved, was split, merged, added or removed.

1. Provisions are compared by their n-grams (:mod:`similarity`).
2. The best pairs are assigned at once for the whole text. The place and the number count a little: the place is where the sure
   pairs around would put the provision, so an insertion above does not disturb.
3. What is left of a provision after its pair is taken out may stand in another provision: a split or a merger.
4. Pairs that break the order of the heaviest chain of pairs in order are moved.

The same two texts always give the same rows.
"""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from netglass.reader.assignment import assign_pairs
from netglass.reader.provision import Provision, Structure
from netglass.reader.similarity import (
    Bag,
    Floats,
    compare_bags,
    make_bag,
    score_bags,
    share_bags,
    weigh_bag,
    weigh_grams,
)
from netglass.reader.token import split_tokens

LEAST_ALIKE = 0.4
"""Likeness, with the bonus for place and number, below which two provisions are no pair."""

PLACE_BONUS = 0.2
"""What the expected place adds at most to the likeness. Unrelated provisions of one law mostly have a likeness below 0.2."""

NUMBER_BONUS = 0.02
"""What the same number adds."""

RIVAL = 0.7
"""Two provisions are no pair where one of them is more like a third one than this share allows: it was merged or split."""

SURE = 0.55
"""Likeness of a pair that tells where its neighbours are expected."""

LEAST_LINK = 4.0
"""Strength of a link that makes a split or a merger: the share of a paragraph or item that the other provision holds, times the
rare n-grams (about as many characters or words) that this is. Where one side has no pair of its own."""

LEAST_CROSS = 12.0
"""The same where both sides have a pair of their own. **Source** of all seven: chosen while reading aligned provisions of two
amended statutes in Chinese, then checked on others.
"""

MOST_ALIKE = 0.9999
"""Score of two sides that differ in marks alone, which n-grams do not see. 1 is kept for what is the same."""

Pair = tuple[int, int]


class Kind(StrEnum):
    """What became of a provision."""

    SAME = "same"
    RENUMBERED = "renumbered"
    CHANGED = "changed"
    MOVED = "moved"
    SPLIT = "split"
    MERGED = "merged"
    ADDED = "added"
    REMOVED = "removed"


@dataclass(frozen=True, slots=True)
class Alignment:
    """One row. Several provisions stand on the new side of a split and on the old side of a merger; a provision that was split and
    also took in another one is in two rows. ``score`` is the weighted Dice coefficient of the two sides, 1 where the words are the
    same, 0 where one side is empty."""

    kind: Kind
    old: tuple[Provision, ...]
    new: tuple[Provision, ...]
    score: float


def align_structures(old: Structure, new: Structure) -> list[Alignment]:
    """Align two versions. The rows are in the order of the new text; what was removed stands after its predecessor."""
    return _Aligner(old, new).run()


class _Aligner:
    def __init__(self, old: Structure, new: Structure) -> None:
        self.old, self.new = old.provisions, new.provisions
        self.old_bags = [make_bag(provision.text, old.document.language) for provision in self.old]
        self.new_bags = [make_bag(provision.text, new.document.language) for provision in self.new]
        self.weights = weigh_grams([*self.old_bags, *self.new_bags])
        self.old_units = [_list_units(provision, old) for provision in self.old]
        self.new_units = [_list_units(provision, new) for provision in self.new]

    def run(self) -> list[Alignment]:
        pairs = self._pair()
        links = self._link(dict(pairs))
        made = list(self._group(pairs, links))
        return sorted(made, key=_Order(made))

    def _pair(self) -> list[Pair]:
        alike = compare_bags(self.old_bags, self.new_bags, self.weights)
        gains = alike + PLACE_BONUS * expect_place(alike) + NUMBER_BONUS * self._compare_numbers() - LEAST_ALIKE
        best = np.maximum(alike.max(axis=1, initial=0.0)[:, None], alike.max(axis=0, initial=0.0)[None, :])
        gains[alike < RIVAL * best] = -1.0
        return assign_pairs(np.where(self._compare_kinds(), gains, gains - PLACE_BONUS))

    def _compare_numbers(self) -> Floats:
        return np.array(
            [[a.number == b.number and a.kind == b.kind for b in self.new] for a in self.old], dtype=np.float64
        )

    def _compare_kinds(self) -> Floats:
        return np.array([[a.kind == b.kind for b in self.new] for a in self.old], dtype=np.float64)

    def _link(self, pairs: dict[int, int]) -> list[Pair]:
        """Return the pairs beside the assigned ones of which one side holds a good part of what the other lost or gained."""
        back = {column: row for row, column in pairs.items()}
        lost = [bag - self.new_bags[pairs[i]] if i in pairs else bag for i, bag in enumerate(self.old_bags)]
        gained = [bag - self.old_bags[back[j]] if j in back else bag for j, bag in enumerate(self.new_bags)]
        strength = np.maximum(
            self._weigh_units(self.old_units, lost, gained), self._weigh_units(self.new_units, gained, lost).T
        )
        paired = np.array([[i in pairs and j in back for j in range(len(self.new))] for i in range(len(self.old))])
        strong = strength >= np.where(paired, LEAST_CROSS, LEAST_LINK)
        return [
            (i, j) for i, j in zip(*(axis.tolist() for axis in np.nonzero(strong)), strict=True) if pairs.get(i) != j
        ]

    def _weigh_units(self, units: Sequence[Sequence[Bag]], own: Sequence[Bag], other: Sequence[Bag]) -> Floats:
        """Return how strongly each provision (row) is linked with each of the other text by its best paragraph or item."""
        owners = [row for row, bags in enumerate(units) for _ in bags]
        parts = [bag for bags in units for bag in bags]
        shared = share_bags([bag & own[row] for row, bag in zip(owners, parts, strict=True)], other, self.weights)
        whole = np.array([max(weigh_bag(bag, self.weights), 1e-9) for bag in parts])[:, None]
        strength = np.zeros((len(own), len(other)))
        np.maximum.at(strength, owners, shared / whole * shared / self.weights.rare)
        return strength

    def _group(self, pairs: Sequence[Pair], links: Sequence[Pair]) -> Iterator[Alignment]:
        forward, back = dict(pairs), {j: i for i, j in pairs}
        parts, sources = group_links(forward, back, links)
        yield from (self._make(Kind.SPLIT, [i], sorted(parts[i])) for i in sorted(parts))
        yield from (self._make(Kind.MERGED, sorted(sources[j]), [j]) for j in sorted(sources))
        inner = [(i, j) for i, j in pairs if i not in parts and j not in sources]
        ordered = find_order(pairs, [weigh_bag(self.new_bags[j], self.weights) for _, j in pairs])
        yield from (self._make(self._judge(i, j, (i, j) in ordered), [i], [j]) for i, j in inner)
        told_old = set(forward).union(*sources.values())
        told_new = set(back).union(*parts.values(), sources)
        yield from (self._make(Kind.REMOVED, [i], []) for i in range(len(self.old)) if i not in told_old)
        yield from (self._make(Kind.ADDED, [], [j]) for j in range(len(self.new)) if j not in told_new)

    def _judge(self, i: int, j: int, in_order: bool) -> Kind:
        if not in_order:
            return Kind.MOVED
        if not have_same_words(self.old[i].text, self.new[j].text):
            return Kind.CHANGED
        return Kind.SAME if self.old[i].locator == self.new[j].locator else Kind.RENUMBERED

    def _make(self, kind: Kind, rows: Sequence[int], columns: Sequence[int]) -> Alignment:
        old, new = tuple(self.old[i] for i in rows), tuple(self.new[j] for j in columns)
        score = self._score([self.old_bags[i] for i in rows], [self.new_bags[j] for j in columns])
        same = len(old) == len(new) == 1 and have_same_words(old[0].text, new[0].text)
        return Alignment(kind, old, new, 1.0 if same else min(round(score, 4), MOST_ALIKE))

    def _score(self, old: Sequence[Bag], new: Sequence[Bag]) -> float:
        return score_bags(sum(old, Bag()), sum(new, Bag()), self.weights) if old and new else 0.0


def _list_units(provision: Provision, structure: Structure) -> list[Bag]:
    """Return the n-grams of each paragraph without items, of each item, and of the whole."""
    document = structure.document
    spans = [
        span
        for paragraph in provision.paragraphs
        for span in ([item.span for item in paragraph.items] or [paragraph.span])
    ]
    texts = [document.text[span.start : span.end] for span in spans]
    return [make_bag(text, document.language) for text in (*texts, provision.text)]


def group_links(
    forward: dict[int, int], back: dict[int, int], links: Sequence[Pair]
) -> tuple[dict[int, set[int]], dict[int, set[int]]]:
    """Return the new provisions that each split one went into, and the old ones that each merged one was made of.

    A link from an old provision with a pair splits it. A link to a new provision with a pair, or with a second origin, merges.
    A link between two that have nothing else is none: they were too unlike for a pair.
    """
    parts: defaultdict[int, set[int]] = defaultdict(set)
    origins: defaultdict[int, set[int]] = defaultdict(set)
    for i, j in links:
        if i in forward:
            parts[i] |= {forward[i], j}
        origins[j].add(i)
    sources = {j: rows | ({back[j]} if j in back else set()) for j, rows in origins.items()}
    return parts, {j: rows for j, rows in sources.items() if len(rows) > 1 and (j in back or rows & set(forward))}


class _Order:
    """The key that sorts rows: by the new text, a removed provision behind the last row of an earlier old one."""

    def __init__(self, rows: Sequence[Alignment]) -> None:
        placed = sorted(
            (row.old[0].span, row.new[0].span) for row in rows if row.old and row.new and row.kind != Kind.MOVED
        )
        self.old_starts = [old.start for old, _ in placed]
        self.new_starts = [new.start for _, new in placed]

    def __call__(self, row: Alignment) -> tuple[int, int, int]:
        if row.new:
            return row.new[0].span.start, 0, row.old[0].span.start if row.old else -1
        place = bisect_left(self.old_starts, row.old[0].span.start)
        return (self.new_starts[place - 1] if place else -1), 1, row.old[0].span.start


def have_same_words(old: str, new: str) -> bool:
    """Say whether two texts are the same but for white space and the width of marks."""
    return old == new or [token.key for token in split_tokens(old)] == [token.key for token in split_tokens(new)]


def expect_place(alike: Floats) -> Floats:
    """Return how near each new provision (column) is to where an old one (row) is expected, 1 at the very place.

    A sure pair (each the best of its row and of its column, and in order) is expected at its place, every other provision
    anywhere between the sure pairs around it.
    """
    rows, columns = alike.shape
    if not rows or not columns:
        return np.zeros_like(alike)
    best = alike.argmax(axis=1)
    sure = [(i, int(j)) for i, j in enumerate(best) if alike[i, j] >= SURE and alike[:, j].argmax() == i]
    kept = dict(find_order(sure, [float(alike[pair]) for pair in sure]))
    first = np.maximum.accumulate(np.array([kept.get(i, -1) for i in range(rows)]))
    last = np.minimum.accumulate(np.array([kept.get(i, columns) for i in reversed(range(rows))]))[::-1]
    place = np.arange(columns)[None, :]
    distance = np.maximum(np.maximum(first[:, None] - place, place - last[:, None]), 0)
    near: Floats = np.exp(-distance / 2.0)
    return near


def find_order(pairs: Sequence[Pair], weights: Sequence[float]) -> set[Pair]:
    """Return the heaviest set of pairs that rises on both sides; of equal ones, the one that ends first."""
    order = sorted(range(len(pairs)), key=lambda place: pairs[place])
    total, before = [0.0] * len(pairs), [-1] * len(pairs)
    for rank, here in enumerate(order):
        earlier = [
            there for there in order[:rank] if pairs[there][0] < pairs[here][0] and pairs[there][1] < pairs[here][1]
        ]
        best = max(earlier, key=lambda there: (total[there], -there), default=-1)
        total[here] = weights[here] + (total[best] if best >= 0 else 0.0)
        before[here] = best
    at = max(order, key=lambda place: (total[place], -place), default=-1)
    kept = set()
    while at >= 0:
        kept.add(pairs[at])
        at = before[at]
    return kept
