"""Tasks to parts, in this process or in several: the caller sees one stream of parts, in the order of the tasks, either way."""

import pickle
import queue
import subprocess
import sys
import threading
from collections.abc import Generator, Sequence
from pathlib import Path
from typing import IO, NamedTuple

from netglass.refdata.snapshot import Refdata
from netglass.store.build import Built, Report, build_part
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

    Closing the iterator ends all workers. ``report`` is told of records as they are decoded.

    Raises:
        EngineError: the disk is full or refuses, or a worker died.
    """
    workers = min(workers, len(tasks))
    return (
        _run_here(tasks, folder, refdata, report)
        if workers < 2
        else _run_there(tasks, folder, refdata, workers, report)
    )


def _place(folder: Path, task: Task) -> Path:
    return folder / f"{task.number:06d}"


def _run_here(tasks: Sequence[Task], folder: Path, refdata: Refdata, report: Report) -> Generator[Built, None, None]:
    connection = connect_writer()
    for task in tasks:
        yield build_part(task, _place(folder, task), refdata, connection, report)


def _run_there(tasks: Sequence[Task], folder: Path, refdata: Refdata, workers: int, report: Report) -> Generator[Built, None, None]:
    orders: queue.SimpleQueue[Order] = queue.SimpleQueue()
    replies: queue.SimpleQueue[Reply] = queue.SimpleQueue()
    for task in tasks:
        orders.put(Order(task, _place(folder, task)))
    processes = [_start_worker(refdata.directory) for _ in range(workers)]
    threads = [threading.Thread(target=_drive, args=(process, orders, replies), daemon=True) for process in processes]
    for thread in threads:
        thread.start()
    waiting: dict[int, Built] = {}
    try:
        for task in tasks:
            while task.number not in waiting:
                reply = replies.get()
                if reply.error is not None:
                    raise reply.error
                if reply.built is not None:
                    waiting[reply.number] = reply.built
                report(reply.records)
            yield waiting.pop(task.number)
    finally:
        _stop_workers(processes, threads)


def _start_worker(refdata_dir: Path | None) -> "subprocess.Popen[bytes]":
    process = subprocess.Popen([sys.executable, *WORKER], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    _send(process.stdin, refdata_dir)
    return process


def _send(pipe: IO[bytes] | None, message: object) -> None:
    assert pipe is not None
    pickle.dump(message, pipe)
    pipe.flush()


def _drive(
    process: "subprocess.Popen[bytes]", orders: "queue.SimpleQueue[Order]", replies: "queue.SimpleQueue[Reply]"
) -> None:
    """Feed one worker until no order is left."""
    assert process.stdout is not None
    while not orders.empty():
        try:
            order = orders.get_nowait()
        except queue.Empty:
            return
        try:
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


def _stop_workers(processes: Sequence["subprocess.Popen[bytes]"], threads: Sequence[threading.Thread]) -> None:
    for process in processes:
        process.kill()
    for process in processes:
        process.wait()
    for thread in threads:
        thread.join()
    for process in processes:
        for pipe in (process.stdin, process.stdout):
            if pipe:
                pipe.close()
