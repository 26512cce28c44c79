"""What the lab's test helpers saw, remembered from run to run.

On virtual time what a helper sees, and how long it takes to see it, follows from the machines and from what it is asked. So what
one saw serves for all runs with such machines. It is told after as long a time as the look took, whether it was looked for or
remembered, and at a moment at which nothing else happens: what is written does not depend on what was played before.
"""

import asyncio
from collections.abc import Hashable
from math import ceil
from typing import NamedTuple

import msgspec

from netglass.probe.control import ControlRequest, ControlResponse
from netglass.probe.helper import Look
from netglass.probe.url import Target

MOST_REMEMBERED = 20_000
"""Answers that are remembered."""

_TICK_S = 0.001
_ASIDE_S = 0.000_137
"""The lab's delays are whole milliseconds but for those of clients' lines, so nothing else happens at this distance from them."""


class _Seen(NamedTuple):
    """What was seen, and after how many seconds it is told."""

    response: ControlResponse
    told_after_s: float


class HelperMemory:
    """What helpers saw, by the machines that were there and by what was asked."""

    def __init__(self) -> None:
        self._seen: dict[tuple[Hashable, bytes], _Seen] = {}

    def wrap(self, look: Look, machines: Hashable) -> Look:
        """Return ``look`` with a memory; ``machines`` is equal where all machines do the same."""

        async def look_once(request: ControlRequest, target: Target) -> ControlResponse:
            begun = asyncio.get_running_loop().time()
            key = machines, msgspec.json.encode(request)
            seen = self._seen.get(key)
            if seen is None:
                response = await look(request, target)
                if len(self._seen) >= MOST_REMEMBERED:
                    self._seen.clear()
                took_s = asyncio.get_running_loop().time() - begun
                seen = self._seen[key] = _Seen(response, plan_telling(took_s))
            await _wait_until(begun + seen.told_after_s)
            return seen.response

        return look_once


def plan_telling(took_s: float) -> float:
    """Return after how long an answer is told that took so many seconds, the same whatever small error is in them."""
    return ceil(round(took_s / _TICK_S, 3)) * _TICK_S + _ASIDE_S


async def _wait_until(when: float) -> None:
    loop = asyncio.get_running_loop()
    reached = loop.create_future()
    timer = loop.call_at(when, reached.set_result, None)
    try:
        await reached
    finally:
        timer.cancel()
