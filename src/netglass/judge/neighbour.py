"""What the same target did at other times: measurements of one group within a span of time on both sides, counted by flag.

Sums of flags over rows in order of time are taken once, and a count is the difference of two of them, so the cost does not depend on
how many neighbours there are. Rows of the same moment do not count one another, as a copy of a measurement would.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Bools = NDArray[np.bool_]
Counts = NDArray[np.int64]


class Timeline:
    """Measurements of some groups, by group and time.

    Args:
        group: number of each measurement's group.
        at: moment of each measurement, ascending, in any unit.
    """

    def __init__(self, group: NDArray[np.uint64], at: NDArray[np.int64]) -> None:
        fresh = np.diff(at, prepend=at[:1] - 1) > 0
        self._moments = at[fresh]
        self._order = np.argsort(group, kind="stable")
        self._rank = (np.cumsum(fresh) - 1)[self._order]
        ordered = group[self._order]
        self._base = np.cumsum(np.diff(ordered, prepend=ordered[:1]) != 0) * (len(self._moments) + 1)
        self._place = self._base + self._rank
        self._same = self._find(self._rank, self._rank + 1)

    def count(self, span: int, flags: Sequence[Bools]) -> list[Counts]:
        """Return, per flag and measurement, how many others of the group have the flag within ``span`` on either side.

        Args:
            span: in the unit of the moments.
            flags: arrays as long as the measurements.
        """
        first = np.searchsorted(self._moments, self._moments - span, "left")[self._rank]
        last = np.searchsorted(self._moments, self._moments + span, "right")[self._rank]
        near = self._find(first, last)
        return [self._spread(flag, near) for flag in flags]

    def _find(self, first: Counts, last: Counts) -> tuple[Counts, Counts]:
        """Return where the ranks [first, last) of each row's own group begin and end among all rows."""
        return np.searchsorted(self._place, self._base + first), np.searchsorted(self._place, self._base + last)

    def _spread(self, flag: Bools, near: tuple[Counts, Counts]) -> Counts:
        sums = np.concatenate(([0], np.cumsum(flag[self._order], dtype=np.int64)))
        counts = np.empty(len(flag), dtype=np.int64)
        counts[self._order] = sums[near[1]] - sums[near[0]] - sums[self._same[1]] + sums[self._same[0]]
        return counts
