"""Tasks to parts, in this process or in several: the caller sees one stream of parts, in the order of the tasks, either way."""

import pickle
import queue
import subprocess
import sys
import threading
from collections.abc import Generator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import IO, NamedTuple

import duckdb

from netglass.refdata.snapshot import Refdata
from netglass.store.build import Built, Report, build_part, pause_collection
from netglass.store.part import connect_writer
from netglass.store.plan import Task
from netglass.vocab.error import EngineError

WORKER = ("-m", "netglass.store.worker")
"""What Python runs as a worker."""


class Order(NamedTuple):
    """A task and the folder to build it in."""

    task: Task
    folder: Path


class Reply(NamedTuple):
    """Progress in records, or the part, or the error that ended the task."""

    number: int
    records: int = 0
    built: Built | None = None
    error: Exception | None = None


def run_tasks(
    tasks: Sequence[Task], folder: Path, refdata: Refdata, workers: int, report: Report = lambda records: None
) -> Generator[Built, None, None]:
    """Build the parts of ``tasks`` below ``folder`` and yield them in the order of the tasks.

    This process is the first worker, so it decodes while the others start. Closing the iterator ends them all. ``report`` is told
    of records as they are decoded.

    Raises:
        EngineError: the disk is full or refuses, or a worker died.
    """
    orders: queue.SimpleQueue[Order] = queue.SimpleQueue()
    for task in tasks:
        orders.put(Order(task, folder / f"{task.number:06d}"))
    pool = _Pool(orders, refdata, min(workers, len(tasks)) - 1)
    try:
        with pause_collection():
            yield from pool.build(tasks, connect_writer(), report)
    finally:
        pool.stop()


class _Pool:
    """The other workers, each with a thread that feeds it, and what they have answered."""

    def __init__(self, orders: "queue.SimpleQueue[Order]", refdata: Refdata, others: int) -> None:
        self._orders = orders
        self._refdata = refdata
        self._replies: queue.SimpleQueue[Reply] = queue.SimpleQueue()
        self._waiting: dict[int, Built] = {}
        self._processes = [_start_worker() for _ in range(others)]
        self._threads = [
            threading.Thread(target=_drive, args=(process, refdata.directory, orders, self._replies), daemon=True)
            for process in self._processes
        ]
        for thread in self._threads:
            thread.start()

    def build(
        self, tasks: Sequence[Task], connection: duckdb.DuckDBPyConnection, report: Report
    ) -> Generator[Built, None, None]:
        """Work off orders here, too, and yield parts in the order of the tasks."""
        for task in tasks:
            while task.number not in self._waiting:
                self._build_here(connection, report)
                self._collect(report, wait=self._orders.empty() and task.number not in self._waiting)
            yield self._waiting.pop(task.number)

    def _build_here(self, connection: duckdb.DuckDBPyConnection, report: Report) -> None:
        try:
            order = self._orders.get_nowait()
        except queue.Empty:
            return
        self._waiting[order.task.number] = build_part(order.task, order.folder, self._refdata, connection, report)

    def _collect(self, report: Report, *, wait: bool) -> None:
        """Take what the others have answered; ``wait`` for at least one answer."""
        while wait or not self._replies.empty():
            reply = self._replies.get()
            wait = False
            if reply.error is not None:
                raise reply.error
            if reply.built is not None:
                self._waiting[reply.number] = reply.built
            report(reply.records)

    def stop(self) -> None:
        """End the other workers."""
        for process in self._processes:
            process.kill()
            process.wait()
        for thread in self._threads:
            thread.join()
        for process in self._processes:
            for pipe in (process.stdin, process.stdout):
                with suppress(BrokenPipeError):  # what a dead worker did not read is still in the buffer
                    if pipe:
                        pipe.close()


def _start_worker() -> "subprocess.Popen[bytes]":
    return subprocess.Popen([sys.executable, *WORKER], stdin=subprocess.PIPE, stdout=subprocess.PIPE)


def _send(pipe: IO[bytes] | None, message: object) -> None:
    assert pipe is not None
    pickle.dump(message, pipe)
    pipe.flush()


def _drive(
    process: "subprocess.Popen[bytes]",
    refdata_dir: Path | None,
    orders: "queue.SimpleQueue[Order]",
    replies: "queue.SimpleQueue[Reply]",
) -> None:
    """Feed one worker until no order is left; the first message says where the reference data is."""
    assert process.stdout is not None
    greeting: list[object] = [refdata_dir]
    while not orders.empty():
        try:
            order = orders.get_nowait()
        except queue.Empty:
            return
        try:
            while greeting:
                _send(process.stdin, greeting.pop())
            _send(process.stdin, order)
            reply: Reply = pickle.load(process.stdout)
            while reply.records:
                replies.put(reply)
                reply = pickle.load(process.stdout)
        except (EOFError, OSError, pickle.UnpicklingError, AttributeError):
            reply = Reply(order.task.number, error=_explain_death(process, order.task))
        replies.put(reply)
        if reply.error is not None:
            return


def _explain_death(process: "subprocess.Popen[bytes]", task: Task) -> EngineError:
    names = ", ".join(source.path for source in task.sources[:3])
    code = process.wait()
    return EngineError(
        f"a worker ended with {code} while it read {names}{' and others' if len(task.sources) > 3 else ''}. What was finished is kept:"
        " run the same command again, with --workers 1 if memory was short."
    )
