"""A network whose hosts share a border, with the censors that stand there.

What one host sends to another of the same region stays inside and passes no censor. All else passes each middlebox in
turn, from inside to outside or back. A middlebox may pass a packet on, hold it, drop it, change it, or send forged ones
either way; a forged one goes through what still lies on its side.

A middlebox that leads packets to another address has to see the answers, to change them back. So what it leads to has to
be outside of the region.
"""

from collections.abc import Callable, Iterable
from typing import Generic, TypeVar

from netglass.lab.sim.loop import VirtualLoop
from netglass.lab.sim.parcel import Parcel, read_parcel

_D = TypeVar("_D")


class Middlebox(Generic[_D]):
    """What stands in the path of packets, such as a censor.

    Args:
        process: takes the bytes of a packet, its direction and the virtual time in seconds; returns what leaves: bytes,
            direction, and seconds of delay.
        outward: what ``process`` calls the direction out of the region.
        inward: what it calls the other.
    """

    def __init__(
        self, process: Callable[[bytes, _D, float], Iterable[tuple[bytes, _D, float]]], outward: _D, inward: _D
    ) -> None:
        self.process, self.outward, self.inward = process, outward, inward


class Region:
    """A network behind a border.

    Args:
        loop: the loop of the network.
        middleboxes: what stands at the border, the innermost first.
        leave: takes what goes out.
        enter: takes what comes in, and this region.

    Attributes:
        is_watched: whether anything stands at the border.
    """

    def __init__(
        self,
        loop: VirtualLoop,
        middleboxes: Iterable[Middlebox[_D]],
        leave: Callable[[Parcel], None],
        enter: "Callable[[Parcel, Region], None]",
    ) -> None:
        self._loop, self._leave, self._enter = loop, leave, enter
        self._middleboxes = tuple(middleboxes)
        self.is_watched = bool(self._middleboxes)

    def pass_outward(self, parcel: Parcel) -> None:
        """Take a packet of an inside host to the border."""
        self._pass((parcel, True, 0))

    def pass_inward(self, parcel: Parcel) -> None:
        """Take a packet from outside to the border."""
        self._pass((parcel, False, len(self._middleboxes) - 1))

    def _pass(self, place: tuple[Parcel, bool, int]) -> None:
        """Let a packet go on from before the middlebox of that number."""
        parcel, is_outward, number = place
        if number < 0:
            self._enter(parcel, self)
            return
        if number == len(self._middleboxes):
            self._leave(parcel)
            return
        box, now, data = self._middleboxes[number], self._loop.now, parcel.data
        for changed, direction, delay_s in box.process(data, box.outward if is_outward else box.inward, now):
            goes_on = parcel if changed is data else read_parcel(changed)
            if goes_on is None:
                continue
            is_outward_now = direction is box.outward
            following = goes_on, is_outward_now, number + 1 if is_outward_now else number - 1
            if delay_s:
                self._loop.post(now + delay_s, self._pass, following)
            else:
                self._pass(following)
