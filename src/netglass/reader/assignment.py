"""The best pairs: each row with at most one column, so that the sum of the gains is as large as can be.

**Source**: Kuhn 1955 and Munkres 1957, as shortest augmenting paths (Jonker and Volgenant, "A shortest augmenting path algorithm
for dense and sparse linear assignment problems", Computing 38, 1987). numpy has none, and scipy would double the installation.
"""

import numpy as np
from numpy.typing import NDArray


def assign_pairs(gains: NDArray[np.float64]) -> list[tuple[int, int]]:
    """Return the pairs (row, column) with the largest sum of gains, in order of rows. Only gains above 0 make a pair.

    Args:
        gains: one row per old, one column per new; what is 0 or less is worth no pair.
    """
    rows, columns = gains.shape
    if rows == 0 or columns == 0:
        return []
    cost = np.concatenate(
        [-np.maximum(gains, 0.0), np.zeros((rows, rows))], axis=1
    )  # a column of its own for each row left alone
    holder = _find_holders(cost)
    return sorted(
        (int(row), column) for column, row in enumerate(holder[:columns]) if row >= 0 and gains[row, column] > 0
    )


def _find_holders(cost: NDArray[np.float64]) -> NDArray[np.int64]:
    """Return for each column the row that holds it, or -1, for a cost matrix with at least as many columns as rows."""
    rows, columns = cost.shape
    row_price, column_price = np.zeros(rows), np.zeros(columns)
    holder = np.full(columns, -1, dtype=np.int64)
    for start in range(rows):
        best, origin = np.full(columns, np.inf), np.full(columns, -1, dtype=np.int64)
        done = np.zeros(columns, dtype=np.bool_)
        row, column = start, -1
        while True:
            reduced = cost[row] - row_price[row] - column_price
            reduced += best[column] if column >= 0 else 0.0
            better = ~done & (reduced < best)
            best[better], origin[better] = reduced[better], column
            column = int(np.argmin(np.where(done, np.inf, best)))
            done[column] = True
            if holder[column] < 0:
                break
            row = int(holder[column])
        reached = best[column]
        passed = done & (best < reached)
        row_price[start] += reached
        row_price[holder[passed]] += reached - best[passed]
        column_price[passed] -= reached - best[passed]
        while column >= 0:
            previous = int(origin[column])
            holder[column] = holder[previous] if previous >= 0 else start
            column = previous
    return holder
