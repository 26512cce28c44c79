"""Shared passages of two texts: exact runs of words grown from fingerprints, and chained over small changes between them."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import NamedTuple

LEAST_SAME = 0.6
"""Share of a passage's words that stand in equal runs. **Source**: design choice; lists of which every second item was taken over
stay one passage."""


class Run(NamedTuple):
    """``length`` words from ``left`` in one text and from ``right`` in the other that are the same."""

    left: int
    right: int
    length: int


class Chain(NamedTuple):
    """A passage: words ``left`` to ``left_end`` of one text and ``right`` to ``right_end`` of the other, ``same`` of them equal."""

    left: int
    left_end: int
    right: int
    right_end: int
    same: int

    def grow(self, run: Run) -> "Chain":
        """Return the passage with ``run`` at its end."""
        overlap = max(0, self.left_end - run.left, self.right_end - run.right)
        return self._replace(
            left_end=run.left + run.length, right_end=run.right + run.length, same=self.same + run.length - overlap
        )


def grow_runs(left: Sequence[str], right: Sequence[str], seeds: Iterable[tuple[int, int]], least: int) -> list[Run]:
    """Return the longest equal runs through each of ``seeds``, in order, each once. Runs below ``least`` words are dropped.

    A seed is a place in each text where a fingerprint agrees; two hashes may agree by chance, words are compared here.
    """
    reached: dict[int, int] = defaultdict(lambda: -1)  # by diagonal: how far the last run went
    made = []
    for a, b in sorted(seeds):
        if a < reached[a - b] or left[a] != right[b]:
            continue
        start_a, start_b = a, b
        while start_a and start_b and left[start_a - 1] == right[start_b - 1]:
            start_a, start_b = start_a - 1, start_b - 1
        end_a, end_b = a + 1, b + 1
        while end_a < len(left) and end_b < len(right) and left[end_a] == right[end_b]:
            end_a, end_b = end_a + 1, end_b + 1
        reached[a - b] = end_a
        if end_a - start_a >= least:
            made.append(Run(start_a, start_b, end_a - start_a))
    return sorted(made)


def chain_runs(runs: Sequence[Run], gap: int) -> list[Chain]:
    """Return the passages that runs make when those that follow each other within ``gap`` words on both sides are joined.

    They are joined while :data:`LEAST_SAME` of the longer side is equal. Each run goes to the passage that it continues with the
    smallest gap.
    """
    chains: list[Chain] = []
    near: list[int] = []
    for run in runs:
        near = [place for place in near if run.left - chains[place].left_end <= gap]
        fitting = [place for place in near if _continues(chains[place], run, gap)]
        if not fitting:
            near.append(len(chains))
            chains.append(Chain(run.left, run.left + run.length, run.right, run.right + run.length, run.length))
            continue
        best = min(
            fitting, key=lambda p: (abs(run.left - chains[p].left_end) + abs(run.right - chains[p].right_end), p)
        )
        chains[best] = chains[best].grow(run)
    return chains


def _continues(chain: Chain, run: Run, gap: int) -> bool:
    ahead_left, ahead_right = run.left - chain.left_end, run.right - chain.right_end
    grows = run.left + run.length > chain.left_end and run.right + run.length > chain.right_end
    if not (
        grows
        and run.right >= chain.right
        and -run.length < min(ahead_left, ahead_right)
        and max(ahead_left, ahead_right) <= gap
    ):
        return False
    grown = chain.grow(run)
    return grown.same >= LEAST_SAME * max(grown.left_end - grown.left, grown.right_end - grown.right)


def drop_covered(chains: Iterable[Chain]) -> list[Chain]:
    """Return the passages, longest first, without those that on either side lie within a longer one.

    So a sentence that stands five times in the other text is told once, with the place where most around it agrees too.
    """
    kept: list[Chain] = []
    for chain in sorted(chains, key=lambda c: (c.left - c.left_end, c.right - c.right_end, c.left, c.right)):
        if not any(_covers(above, chain) for above in kept):
            kept.append(chain)
    return kept


def _covers(above: Chain, chain: Chain) -> bool:
    left = above.left <= chain.left and chain.left_end <= above.left_end
    return left or (above.right <= chain.right and chain.right_end <= above.right_end)
