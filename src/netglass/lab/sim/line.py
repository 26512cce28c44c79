"""One direction of the line between a host and its network: a delay, seeded loss, a rate with a queue before it.

There is no jitter, so packets of one line never overtake each other, and what comes early or late does so for a reason.
"""

from random import Random

from netglass.lab.sim.parcel import Parcel

_QUEUE_S = 0.5
"""A packet that would wait longer for its turn is dropped, as by a queue of that length."""


class Line:
    """A direction of a line.

    Args:
        delay_s: seconds from end to end.
        loss: share of packets that are lost, 0 to 1.
        bits_per_s: rate; None for no limit.
        seed: decides what is lost.

    Attributes:
        is_limited: whether packets queue, so that they have to be planned in the order of their coming.
    """

    __slots__ = ("_bits_per_s", "_delay_s", "_free_at", "_loss", "_random", "is_limited")

    def __init__(self, delay_s: float, loss: float, bits_per_s: float | None, seed: str) -> None:
        self._delay_s, self._loss, self._bits_per_s = delay_s, loss, bits_per_s
        self._random = Random(seed) if loss else None  # most lines lose nothing, and to begin with a seed takes long
        self._free_at = 0.0
        self.is_limited = bits_per_s is not None

    def plan(self, now: float, parcel: Parcel) -> float | None:
        """Return when a packet that comes ``now`` is at the other end; None where it is lost."""
        if self._random is not None and self._random.random() < self._loss:
            return None
        if self._bits_per_s is None:
            return now + self._delay_s
        start = max(now, self._free_at)
        if start > now + _QUEUE_S:
            return None
        self._free_at = start + len(parcel.data) * 8 / self._bits_per_s
        return self._free_at + self._delay_s
