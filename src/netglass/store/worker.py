"""A process behind ``--workers`` 2 and above: takes tasks on stdin, answers on stdout, ends when its parent does.

``python -m netglass.store.worker`` speaks pickle with the parent that started it, over pipes that nobody else holds: a parent that
is killed closes them, so no worker outlives it for longer than its batch. A process of its own, and no fork, because DuckDB and
numpy have threads.
"""

import pickle
import signal
import sys
from typing import BinaryIO

import duckdb

from netglass.refdata.snapshot import Refdata, load_refdata
from netglass.store.build import build_part, pause_collection
from netglass.store.part import connect_writer
from netglass.store.pool import Order, Reply
from netglass.vocab.error import NetglassError


def serve(orders: BinaryIO, replies: BinaryIO) -> None:
    """Build parts until ``orders`` ends. The first object of ``orders`` is the folder of the reference data."""
    refdata = load_refdata(pickle.load(orders))
    connection = connect_writer()
    with pause_collection():
        while True:
            try:
                order: Order = pickle.load(orders)
            except EOFError:
                return
            _send(replies, _answer(order, refdata, connection, replies))


def _answer(order: Order, refdata: Refdata, connection: duckdb.DuckDBPyConnection, replies: BinaryIO) -> Reply:
    number = order.task.number
    try:
        built = build_part(
            order.task, order.folder, refdata, connection, lambda records: _send(replies, Reply(number, records))
        )
    except (NetglassError, OSError, MemoryError) as error:
        return Reply(number, error=error)
    return Reply(number, built=built)


def _send(replies: BinaryIO, reply: Reply) -> None:
    pickle.dump(reply, replies)
    replies.flush()


def main() -> None:
    """Serve the parent process; Ctrl-C is the parent's to handle."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    replies = sys.stdout.buffer
    sys.stdout = sys.stderr
    try:
        serve(sys.stdin.buffer, replies)
    except BrokenPipeError:
        sys.exit(1)


if __name__ == "__main__":
    main()
