"""A timer that is set anew with every segment and seldom expires.

What was posted to the loop cannot be taken back, which makes it cheap. So a timer keeps its deadline apart: when
the earliest posting comes, it looks whether the deadline has moved, and posts again.
"""

from collections.abc import Callable
from math import inf

from netglass.lab.sim.loop import VirtualLoop


class Timer:
    """Calls ``expire`` when its deadline comes.

    Args:
        loop: whose time counts.
        expire: called once for a deadline that was neither moved nor cleared.
    """

    __slots__ = ("_deadline", "_expire", "_loop", "_posted_at")

    def __init__(self, loop: VirtualLoop, expire: Callable[[], None]) -> None:
        self._loop, self._expire = loop, expire
        self._deadline = self._posted_at = inf

    @property
    def is_set(self) -> bool:
        """Whether there is a deadline."""
        return self._deadline != inf

    def set(self, delay_s: float) -> None:
        """Set the deadline to ``delay_s`` seconds from now."""
        self._deadline = self._loop.now + delay_s
        if self._deadline < self._posted_at:
            self._post()

    def clear(self) -> None:
        """Have no deadline."""
        self._deadline = inf

    def _post(self) -> None:
        self._posted_at = self._deadline
        self._loop.post(self._deadline, Timer._look, self)

    def _look(self) -> None:
        now = self._loop.now
        if now >= self._posted_at:
            self._posted_at = inf
        if self._deadline <= now:
            self._deadline = inf
            self._expire()
        elif self._deadline < self._posted_at:
            self._post()
