"""One-to-one matching of what was detected with what is true, as many pairs as can be, then the most alike.

**Source**: H. W. Kuhn, "The Hungarian method for the assignment problem", Naval Research Logistics Quarterly 2 (1955),
in the form with potentials and shortest augmenting paths (R. Jonker, A. Volgenant, Computing 38, 1987).
"""

from collections.abc import Collection, Hashable, Mapping

MINIMUM_JACCARD = 0.5
"""Targets and networks of a pair must each be at least this alike."""


def jaccard(one: Collection[Hashable], other: Collection[Hashable]) -> float:
    """Return the shared part of two sets, 0 to 1; two empty sets are the same."""
    first, second = set(one), set(other)
    return len(first & second) / len(first | second) if first or second else 1.0


def match_pairs(likeness: Mapping[tuple[int, int], float]) -> dict[int, int]:
    """Return the assignment row -> column with the most pairs and, among these, the greatest total likeness.

    Args:
        likeness: allowed pairs with a likeness above 0 and at most 2; a pair that is missing is not allowed.
    """
    rows = sorted({row for row, _ in likeness})
    columns = sorted({column for _, column in likeness})
    size = max(len(rows), len(columns))
    count_first = 2.0 * size + 1  # one pair more outweighs any likeness
    cost = [[0.0] * size for _ in range(size)]
    for (row, column), alike in likeness.items():
        cost[rows.index(row)][columns.index(column)] = -(count_first + alike)
    chosen = assign(cost)
    pairs = [(rows[i], columns[j]) for i, j in enumerate(chosen) if i < len(rows) and j < len(columns)]
    return {row: column for row, column in pairs if (row, column) in likeness}


def assign(cost: list[list[float]]) -> list[int]:
    """Return for each row of a square ``cost`` matrix its column, so that the sum is least."""
    size = len(cost)
    row_price, column_price = [0.0] * (size + 1), [0.0] * (size + 1)
    row_of = [0] * (size + 1)  # of each column, counted from 1; 0 is free
    for row in range(1, size + 1):
        row_of[0] = row
        _augment(cost, row_price, column_price, row_of)
    chosen = [0] * size
    for column in range(1, size + 1):
        chosen[row_of[column] - 1] = column - 1
    return chosen


def _augment(cost: list[list[float]], row_price: list[float], column_price: list[float], row_of: list[int]) -> None:
    """Find the cheapest alternating path from the row in ``row_of[0]`` to a free column, and switch along it."""
    size = len(cost)
    slack, came_from, used = [float("inf")] * (size + 1), [0] * (size + 1), [False] * (size + 1)
    column = 0
    while row_of[column]:
        used[column] = True
        row, step, following = row_of[column], float("inf"), 0
        for other in range(1, size + 1):
            if used[other]:
                continue
            reduced = cost[row - 1][other - 1] - row_price[row] - column_price[other]
            if reduced < slack[other]:
                slack[other], came_from[other] = reduced, column
            if slack[other] < step:
                step, following = slack[other], other
        for other in range(size + 1):
            if used[other]:
                row_price[row_of[other]] += step
                column_price[other] -= step
            else:
                slack[other] -= step
        column = following
    while column:
        row_of[column] = row_of[came_from[column]]
        column = came_from[column]
