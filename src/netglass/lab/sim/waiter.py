"""A place where one coroutine waits until something has changed."""

import asyncio

from netglass.vocab.error import LabError


class Waiter:
    """Holds at most one waiting coroutine, which looks again whenever it is woken."""

    __slots__ = ("_future", "_loop")

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._future: asyncio.Future[None] | None = None

    async def wait(self) -> None:
        """Wait for the next ``wake``.

        Raises:
            LabError: somebody waits here already; two readers of one stream are a defect.
        """
        if self._future is not None:
            raise LabError("two coroutines wait for the same end of a stream or flow: let one of them do it")
        self._future = self._loop.create_future()
        try:
            await self._future
        finally:
            self._future = None

    def wake(self) -> None:
        """Let the one who waits look again."""
        if self._future is not None and not self._future.done():
            self._future.set_result(None)
