"""Intervals for figures over measurements that are not independent.

A corpus holds many measurements of few policies, made in few runs, so rows must not be resampled one by one. Both
factors are crossed: one policy shows in many runs and one run meets many policies. The pigeonhole bootstrap resamples
the levels of each factor on their own and weighs a row by the product; it errs on the wide side. A row without a
policy (nothing happened to it) has the run as its only factor.

Where every row agrees (a precision of 1) a bootstrap has no spread at all. The bound given there is the exact binomial
one with the number of clusters, not of rows, as its n.

**Source**: A. B. Owen, "The pigeonhole bootstrap", Annals of Applied Statistics 1 (2007); C. J. Clopper, E. S. Pearson,
Biometrika 26 (1934): the lower bound for n of n is (α/2)^(1/n).
"""

from collections.abc import Hashable, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
LEVEL = 0.95
REPLICATES = 1000
SEED = 20260302


class Ratio(NamedTuple):
    """A figure that is one sum over another, row by row.

    A share is bounded by 0 and 1, so that agreement of all rows can be given an exact interval; another mean is not.
    """

    name: str
    upper: Array
    lower: Array
    share: bool = True


class Estimate(NamedTuple):
    """A figure with its 95 % interval; None where nothing counts towards it. ``n`` is the sum of the lower side."""

    value: float | None
    low: float | None
    high: float | None
    n: int
    clusters: int


class Clusters(NamedTuple):
    """The two factors of every row, as level numbers; -1 where a row has no policy."""

    policy: NDArray[np.int64]
    run: NDArray[np.int64]


def number_levels(policies: Sequence[Hashable | None], runs: Sequence[Hashable]) -> Clusters:
    """Return the levels of each row, numbered in order of first appearance."""
    return Clusters(_number(policies), _number(runs))


def _number(names: Sequence[Hashable | None]) -> NDArray[np.int64]:
    known: dict[Hashable, int] = {}
    return np.array([-1 if name is None else known.setdefault(name, len(known)) for name in names], dtype=np.int64)


def estimate_ratios(
    ratios: Sequence[Ratio], clusters: Clusters, replicates: int = REPLICATES, seed: int = SEED
) -> list[Estimate]:
    """Return each ratio with its interval, all from the same resamples.

    Args:
        ratios: figures over the same rows.
        clusters: the factors of those rows.
        replicates: resamples; 0 gives no intervals.
        seed: the same seed gives the same interval.
    """
    sums = _resample(ratios, clusters, replicates, np.random.default_rng(seed)) if len(clusters.run) else None
    return [_estimate(ratio, clusters, None if sums is None else sums[:, :, i]) for i, ratio in enumerate(ratios)]


def _resample(ratios: Sequence[Ratio], clusters: Clusters, replicates: int, rng: np.random.Generator) -> Array:
    """Return sums of the upper and lower sides: (2, replicates, ratios). Rows are added up by pair of levels first."""
    pairs, cell = np.unique(np.stack(clusters, axis=1), axis=0, return_inverse=True)
    sides = []
    for rows in (np.stack([r.upper for r in ratios], axis=1), np.stack([r.lower for r in ratios], axis=1)):
        total = np.zeros((len(pairs), len(ratios)))
        np.add.at(total, cell.reshape(-1), rows)
        sides.append(total)
    weights = np.stack(
        [_draw(pairs[:, 0], rng) * _draw(pairs[:, 1], rng) for _ in range(replicates)] or [np.ones(len(pairs))]
    )
    return np.stack([weights @ side for side in sides])


def _draw(levels: NDArray[np.int64], rng: np.random.Generator) -> Array:
    count = int(levels.max()) + 1
    if count <= 0:
        return np.ones(len(levels))
    drawn = rng.multinomial(count, np.full(count, 1 / count))
    return np.where(levels < 0, 1, drawn[levels]).astype(np.float64)


def _estimate(ratio: Ratio, clusters: Clusters, sums: Array | None) -> Estimate:
    lower = float(ratio.lower.sum())
    if not lower:
        return Estimate(None, None, None, 0, 0)
    value = float(ratio.upper.sum()) / lower
    used = count_clusters(clusters, ratio.lower != 0)
    if ratio.share and value in (0.0, 1.0) and bool(np.all((ratio.upper == 0) | (ratio.upper == ratio.lower))):
        return Estimate(value, *bound_agreement(value, used), round(lower), used)
    if sums is None or len(sums[0]) < 2:
        return Estimate(value, None, None, round(lower), used)
    drawn = sums[0][sums[1] > 0] / sums[1][sums[1] > 0]
    if len(drawn) < 2:  # what the figure speaks of was in too few of the resamples
        return Estimate(value, None, None, round(lower), used)
    low, high = np.quantile(drawn, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return Estimate(value, min(float(low), value), max(float(high), value), round(lower), used)


def count_clusters(clusters: Clusters, rows: NDArray[np.bool_]) -> int:
    """Return how many independent units the chosen ``rows`` are: policies, and runs for rows without a policy."""
    policy, run = clusters.policy[rows], clusters.run[rows]
    return len(np.unique(policy[policy >= 0])) + len(np.unique(run[policy < 0]))


def bound_agreement(value: float, n: int) -> tuple[float, float]:
    """Return the exact interval of a share of 0 or 1 seen in ``n`` independent units."""
    edge = ((1 - LEVEL) / 2) ** (1 / n)
    return (edge, 1.0) if value else (0.0, 1 - edge)
