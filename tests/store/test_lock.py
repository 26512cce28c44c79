"""One writer, many readers, in processes of their own."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from netglass.api.ingest import ingest
from netglass.store.lock import hold_writer, try_exclusive
from netglass.store.query import open_store
from netglass.vocab.error import EngineError
from tests.store.world import ENVIRONMENT, write_world

READER = """
import sys
from netglass.store.query import open_store
seen = 0
for line in sys.stdin:
    rows, keys = open_store(sys.argv[1]).connect().execute("SELECT count(*), count(DISTINCT key) FROM measurement").fetchall()[0]
    connection = open_store(sys.argv[1]).connect()
    lost = connection.execute("SELECT count(*) FROM dns WHERE key NOT IN (SELECT key FROM measurement)").fetchall()[0][0]
    assert rows == keys and lost == 0 and rows >= seen, (rows, keys, lost, seen)
    seen = rows
    print(seen, flush=True)
"""

KILLED_READER = """
import os, pathlib, signal, sys
from netglass.store.layout import Layout
from netglass.store.lock import hold_reader
hold_reader(Layout(pathlib.Path(sys.argv[1])))
os.kill(os.getpid(), signal.SIGKILL)
"""


def test_a_second_writer_is_refused(tmp_path: Path) -> None:
    layout = open_store(tmp_path / "store").layout
    with hold_writer(layout), pytest.raises(EngineError, match="another command is writing"), hold_writer(layout):
        pass
    with hold_writer(layout):
        pass


def test_files_are_deleted_only_while_nobody_reads(tmp_path: Path) -> None:
    store = open_store(tmp_path / "store")
    connection = store.connect()
    with try_exclusive(store.layout) as alone:
        assert not alone
    del connection
    with try_exclusive(store.layout) as alone:
        assert alone


def test_a_lock_goes_with_its_process(tmp_path: Path) -> None:
    layout = open_store(tmp_path / "store").layout
    killed = subprocess.run([sys.executable, "-c", KILLED_READER, str(layout.root)], env=ENVIRONMENT, check=False)
    assert killed.returncode == -signal.SIGKILL
    with try_exclusive(layout) as alone:
        assert alone


def test_two_readers_see_a_whole_store_while_one_writes(tmp_path: Path, small_batches: None) -> None:
    raw = write_world(tmp_path / "raw")
    store = open_store(tmp_path / "store")
    readers = [
        subprocess.Popen(
            [sys.executable, "-c", READER, str(store.root)],
            env=ENVIRONMENT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )
        for _ in range(2)
    ]  # fmt: skip
    asked = 0

    def ask(_: object) -> None:
        """Let both readers look while parts come in, without waiting for them."""
        nonlocal asked
        asked += 1
        for reader in readers:
            print("look", file=reader.stdin, flush=True)

    ingest(store, raw, watch=ask)
    answers = [reader.communicate(timeout=120)[0].split() for reader in readers]
    assert [reader.returncode for reader in readers] == [0, 0]
    assert [len(answer) for answer in answers] == [asked, asked]
    assert [answer[-1] for answer in answers] == ["31", "31"]
