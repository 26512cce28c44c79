"""An event loop of asyncio on virtual time.

When nothing is ready, the clock jumps to the next timer. So an hour of time-outs costs no more than what happens in it,
and as there is no thread, no file descriptor and no real clock, the same program gives the same run. This is discrete
event simulation with the loop's timers as the event list.

A loop without descriptors can be waited for only by timers. Where no callback is ready and no timer is left, nothing can
ever happen again: that is a ``LabError`` which names who waits for what, not a program that hangs.

Packets do not pay for timer handles: ``post`` takes a plain function with one argument, which cannot be cancelled and runs
outside of any task. What it raises ends the run.
"""

import asyncio
from collections import deque
from collections.abc import Callable, Coroutine
from concurrent.futures import Executor
from contextvars import Context, copy_context
from datetime import datetime, timedelta
from heapq import heapify, heappop, heappush
from typing import Any, TypeVar, TypeVarTuple, Unpack

from netglass.vocab.error import LabError

_MOST_CANCELLED = 500
"""Cancelled timers are swept out when there are more than this, and more than half of all."""

_MOST_NAMED = 8
"""How many waiting tasks a report of a deadlock names."""

_T = TypeVar("_T")
_Ts = TypeVarTuple("_Ts")


class _Handle(asyncio.Handle):
    """A handle without what asyncio keeps for its debug mode, which takes longer to make than all else."""

    __slots__ = ()

    def __init__(
        self, callback: Callable[..., object], args: Any, loop: "VirtualLoop", context: Context | None
    ) -> None:
        _fill_handle(self, callback, args, loop, context)


class _TimerHandle(asyncio.TimerHandle):
    """The same for a moment."""

    __slots__ = ()

    def __init__(
        self, when: float, callback: Callable[..., object], args: Any, loop: "VirtualLoop", context: Context | None
    ) -> None:
        _fill_handle(self, callback, args, loop, context)
        self._when, self._scheduled = when, False


def _fill_handle(
    handle: Any, callback: Callable[..., object], args: Any, loop: "VirtualLoop", context: Context | None
) -> None:
    handle._context = copy_context() if context is None else context
    handle._loop, handle._callback, handle._args = loop, callback, args
    handle._cancelled = False
    handle._repr = handle._source_traceback = None


class VirtualLoop(asyncio.BaseEventLoop):
    """A loop whose time begins at 0.0 seconds and moves only when nothing is ready.

    Attributes:
        start: the date of time 0.0, UTC and naive.
        now: what ``time()`` returns, for those who ask for each packet.
        is_ending: whether the program has ended, and what is left is being cancelled in no certain order.
    """

    def __init__(self, start: datetime) -> None:
        super().__init__()
        self.start = start
        self.now = 0.0
        self.is_ending = False
        self._handles: deque[asyncio.Handle] = deque()
        self._queue: list[tuple[float, int, Callable[[Any], object] | None, Any]] = []
        self._order = 0
        self._cancelled = 0
        self._failure: BaseException | None = None

    def time(self) -> float:
        """Return the virtual time in seconds."""
        return self.now

    def read_clock(self) -> datetime:
        """Return the true date of this moment, UTC and naive."""
        return self.start + timedelta(seconds=self.now)

    def post(self, when: float, callback: Callable[[_T], object], argument: _T) -> None:
        """Call ``callback(argument)`` at the time ``when``; those of one time in the order of their posting."""
        self._order = order = self._order + 1
        heappush(self._queue, (when, order, callback, argument))

    def fail(self, error: BaseException) -> None:
        """End the run with ``error``: what a task that nobody awaits has met, and must not be lost."""
        self._failure = self._failure or error

    def call_soon(
        self, callback: Callable[[Unpack[_Ts]], object], *args: *_Ts, context: Context | None = None
    ) -> asyncio.Handle:
        """Call ``callback`` before time moves on."""
        if self.is_closed():
            raise RuntimeError("Event loop is closed")
        handle = _Handle(callback, args, self, context)
        self._handles.append(handle)
        return handle

    def call_later(
        self, delay: float, callback: Callable[[Unpack[_Ts]], object], *args: *_Ts, context: Context | None = None
    ) -> asyncio.TimerHandle:
        """Call ``callback`` after ``delay`` seconds."""
        return self.call_at(self.now + delay, callback, *args, context=context)

    def call_at(
        self, when: float, callback: Callable[[Unpack[_Ts]], object], *args: *_Ts, context: Context | None = None
    ) -> asyncio.TimerHandle:
        """Call ``callback`` at the time ``when``, seconds."""
        if self.is_closed():
            raise RuntimeError("Event loop is closed")
        handle = _TimerHandle(when, callback, args, self, context)
        self._order = order = self._order + 1
        heappush(self._queue, (when, order, None, handle))
        return handle

    call_soon_threadsafe = call_soon

    def run_in_executor(
        self, executor: Executor | None, func: Callable[[Unpack[_Ts]], _T], *args: *_Ts
    ) -> asyncio.Future[_T]:
        """Refuse: a thread, and with it a real look-up of a name, has no place here.

        Raises:
            LabError: always.
        """
        raise LabError(f"{func!r} would run in a thread: on virtual time there are none, nor real look-ups")

    def _timer_handle_cancelled(self, handle: asyncio.TimerHandle) -> None:
        self._cancelled += 1

    def _sweep(self) -> None:
        self._queue = [entry for entry in self._queue if entry[2] or not entry[3].cancelled()]
        heapify(self._queue)
        self._cancelled = 0

    def _run_once(self) -> None:
        """Move time on if nothing is ready, then run what is ready; ``run_forever`` calls this until it is stopped."""
        if self._failure:
            failure, self._failure = self._failure, None
            raise failure
        if self._cancelled > _MOST_CANCELLED and self._cancelled * 2 > len(self._queue):
            self._sweep()
        handles, queue = self._handles, self._queue
        while queue and (queue[0][0] <= self.now or not handles):
            when, _, callback, argument = heappop(queue)
            if callback is None and argument.cancelled():
                self._cancelled -= 1
                continue
            if when > self.now:
                self.now = when
            if callback is None:
                handles.append(argument)
            else:
                callback(argument)
        if not handles:
            raise LabError(self._describe_deadlock())
        for _ in range(len(handles)):
            handle: Any = handles.popleft()
            if handle._cancelled:
                continue
            try:
                handle._context.run(handle._callback, *handle._args)
            except (SystemExit, KeyboardInterrupt):
                raise
            except BaseException as error:
                self.call_exception_handler({"message": f"{handle!r} failed", "exception": error, "handle": handle})

    def _describe_deadlock(self) -> str:
        tasks = sorted(asyncio.all_tasks(self), key=lambda task: (len(task.get_name()), task.get_name()))
        named = [f"{task.get_name()} in {_describe_wait(task)}" for task in tasks[:_MOST_NAMED]]
        if len(tasks) > _MOST_NAMED:
            named.append(f"{len(tasks) - _MOST_NAMED} more")
        return f"at {self.now:.6f} s of virtual time everybody waits and nothing is under way: {'; '.join(named)}"


def _describe_wait(task: "asyncio.Task[Any]") -> str:
    """Return the coroutines that a task is in, from the outermost to the one that waits."""
    names = []
    inner: Any = task.get_coro()
    while hasattr(inner, "__qualname__"):
        names.append(inner.__qualname__)
        inner = getattr(inner, "cr_await", None)
    return " > ".join(names)


def run_virtual(coroutine: Coroutine[Any, Any, _T], start: datetime) -> _T:
    """Run a coroutine to its end on a new loop on virtual time, and return its result.

    Args:
        coroutine: what to run.
        start: the date at which its time begins, UTC and naive.

    Raises:
        LabError: everybody waits and nothing is under way.
    """
    loop = VirtualLoop(start)
    with asyncio.Runner(loop_factory=lambda: loop) as runner:
        try:
            return runner.run(coroutine)
        finally:
            loop.is_ending = True
