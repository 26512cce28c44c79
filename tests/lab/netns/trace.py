"""What processes leave behind: found by a mark in their environment, and by the network namespaces that they hold."""

import os
import re
import signal
import socket
import struct
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

MARK = "NETGLASS_TEST_MARK"
_NETWORK = re.compile(r"net:\[\d+\]")


class Process(NamedTuple):
    """A process: its number, its parent's, and its command line."""

    number: int
    parent: int
    command: str


def start_marked(module: str, mark: str) -> "subprocess.Popen[bytes]":
    """Run a module in a process that bears a mark, and so do all that it starts."""
    paths = os.pathsep.join(path or os.getcwd() for path in sys.path)
    environment = os.environ | {MARK: mark, "PYTHONPATH": paths}
    return subprocess.Popen(
        [sys.executable, "-m", module], env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )


def find_marked(mark: str) -> list[Process]:
    """Return the processes that bear a mark and have not ended."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            if f"{MARK}={mark}".encode() not in (entry / "environ").read_bytes():
                continue
            fields = (entry / "stat").read_text().rpartition(")")[2].split()
            command = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode()
        except OSError:
            continue
        if fields[0] not in "ZX":
            found.append(Process(int(entry.name), int(fields[1]), command))
    return sorted(found)


def find_director(mark: str) -> int | None:
    marked = find_marked(mark)
    numbers = {process.number for process in marked if "-m netglass.lab.netns" in process.command}
    return next(
        (process.number for process in marked if process.number in numbers and process.parent not in numbers), None
    )


def list_networks(process: int) -> set[str]:
    """Return the network namespaces that a process is in or keeps."""
    return {
        found
        for link in _list_links(Path("/proc", str(process)))
        if (found := _read(link)) and _NETWORK.fullmatch(found)
    }


def find_holders(networks: set[str]) -> list[int]:
    """Return the processes that keep one of these namespaces."""
    return [int(entry.name) for entry in Path("/proc").glob("[0-9]*") if list_networks(int(entry.name)) & networks]


def list_mounted_networks() -> list[str]:
    return [line for line in Path("/proc/self/mountinfo").read_text().splitlines() if " nsfs " in line]


def list_tables() -> bytes:
    """Return nftables' tables of this network, as the kernel dumps them.

    **Source**: linux/netfilter/nfnetlink.h, linux/netfilter/nf_tables.h: subsystem 10, message 1 is *get table*.
    """
    try:
        with socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 12) as asked:
            asked.settimeout(2)
            asked.send(struct.pack("=IHHIIBBH", 20, 10 << 8 | 1, 0x301, 1, 0, 0, 0, 0))
            answer = asked.recv(65_536)
    except OSError:
        return b"none"
    return answer[:4] + answer[20:]  # without the number of who asked


def wait_until_gone(mark: str, seconds: float = 5.0) -> list[Process]:
    """Wait until no process bears a mark, and return those that still do."""
    end = time.monotonic() + seconds
    while (left := find_marked(mark)) and time.monotonic() < end:
        time.sleep(0.02)
    return left


def kill(process: int) -> None:
    with suppress(ProcessLookupError):
        os.kill(process, signal.SIGKILL)


def _list_links(entry: Path) -> Iterator[Path]:
    yield entry / "ns" / "net"
    try:
        yield from (entry / "fd").iterdir()
    except OSError:
        return


def _read(link: Path) -> str | None:
    try:
        return os.readlink(link)
    except OSError:
        return None
