"""Nothing of a lab is seen outside, and nothing is left, whenever and whoever of it is killed."""

import json
import os
import socket
import subprocess
import sys
import time
import uuid
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path
from threading import Event

import pytest

from netglass.lab.netns import seal
from netglass.lab.netns.conformance import try_in_namespaces
from netglass.lab.netns.lab import Lab
from netglass.lab.netns.launch import Play, launch
from netglass.lab.netns.servers import Cast
from netglass.vocab.error import LabError
from netglass.wire.ip import pack_address
from tests.lab.netns import trials
from tests.lab.netns.trace import (
    find_director,
    find_holders,
    find_marked,
    kill,
    list_mounted_networks,
    list_networks,
    list_tables,
    start_marked,
    wait_until_gone,
)


def test_a_network_with_a_card_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket, "if_nameindex", lambda: [(1, "lo"), (2, "eth0")])
    monkeypatch.setattr(Path, "read_text", lambda path, encoding: "a\nb\n    lo: 0 0\n")
    with pytest.raises(LabError, match=r"not empty \(eth0\) and the lab refuses to go on"):
        seal.require_empty_network()
    monkeypatch.setattr(socket, "if_nameindex", lambda: [(1, "lo")])
    seal.require_empty_network()
    monkeypatch.setattr(Path, "read_text", lambda path, encoding: "a\nb\n    lo: 0 0\n  wlan0: 0 0\n")
    with pytest.raises(LabError, match="wlan0"):
        seal.require_empty_network()


def test_a_lab_that_was_not_sealed_off_does_not_go_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(seal, "unshare", lambda flags: None)
    monkeypatch.setattr(seal, "_become_root", lambda user, group: None)
    with pytest.raises(LabError, match="still in the machine's own network"):
        seal.seal_network()


def test_a_machine_that_forbids_namespaces_is_told_of(monkeypatch: pytest.MonkeyPatch) -> None:
    def forbid(flags: int) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(seal, "unshare", forbid)
    with pytest.raises(LabError, match="run the lab as root, allow unprivileged user namespaces, or use the simulated"):
        seal.seal_network()


def begin_looking() -> Play:
    async def act(lab: Lab) -> AsyncIterator[object]:
        yield socket.if_nameindex(), os.readlink("/proc/self/ns/net"), list_networks(os.getpid())

    return Play(lambda order: Cast([], [], datetime(2026, 1, 1)), act)


@pytest.mark.system
def test_a_lab_sees_nothing_of_the_machine(namespaces: None) -> None:
    own = os.readlink("/proc/self/ns/net")
    ((cards, network, networks),) = launch(begin_looking, lanes=2, longest_s=30)
    assert cards == [(1, "lo")]
    assert network != own and own not in networks
    assert len(networks) == 1 + 1 + 2 * 2  # the sealed one, the middlebox's, and two for each lane
    assert os.readlink("/proc/self/ns/net") == own
    assert os.getpid() not in find_holders(networks)


@pytest.mark.system
def test_a_watcher_of_all_cards_sees_no_packet_and_no_change(namespaces: None) -> None:
    seen = subprocess.run(
        [sys.executable, "-m", "tests.lab.netns.watched"], env=_environment(), capture_output=True, timeout=120
    )
    assert json.loads(seen.stdout) == {
        "notices": True,  # the watcher does see a packet that was sent to try it
        "outcomes": len(trials.TRIALS),
        "frames": 0,
        "counters_equal": True,
        "state_equal": True,
    }


@pytest.mark.system
def test_no_address_of_the_lab_is_seen_on_the_cards_of_this_very_machine(namespaces: None) -> None:
    try:
        watcher = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(3))
    except PermissionError:
        pytest.skip("only root can watch the cards of this machine")
    with watcher, ThreadPoolExecutor(1) as pool:
        watcher.settimeout(0.2)
        is_over = Event()
        watching = pool.submit(_find_lab_frames, watcher, is_over)
        try_in_namespaces(trials.begin_quickly, longest_s=60)
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
            sender.bind(("127.0.0.1", 0))
            sender.sendto(LAB_ADDRESS, ("127.0.0.1", 9))  # what the watcher has to find, and alone finds
        is_over.set()
        frames = watching.result()
    assert frames and all(frame[-len(LAB_ADDRESS) :] == LAB_ADDRESS for frame in frames)


LAB_ADDRESS = b"mark" + pack_address(trials.SITE)


def _find_lab_frames(watcher: socket.socket, is_over: Event) -> list[bytes]:
    """Return the frames that hold an address of the trials, until nothing comes any more."""
    addresses = [pack_address(address) for address in (trials.SITE, trials.SITE_6, trials.RESOLVER)]
    found = []
    while True:
        try:
            frame = watcher.recv(65_536)
        except TimeoutError:
            if is_over.is_set():
                return found
            continue
        if any(address in frame for address in addresses):
            found.append(frame)


class Machine:
    """What can be seen of a lab from outside."""

    def __init__(self) -> None:
        self.mark = uuid.uuid4().hex
        self.others = {int(entry.name) for entry in Path("/proc").glob("[0-9]*")}
        self.before = self._look()
        self.caller = start_marked("tests.lab.netns.victim", self.mark)

    @staticmethod
    def _look() -> tuple[object, ...]:
        names = sorted(name for _, name in socket.if_nameindex())
        named = sorted(path.name for path in Path("/run/netns").glob("*"))
        return names, named, list_mounted_networks(), list_tables()

    def find(self, whom: str, seconds: float = 10.0) -> int | None:
        """Return the number of a process of the lab, once it is there; None where the lab has ended before."""
        end = time.monotonic() + seconds
        while time.monotonic() < end and self.caller.poll() is None:
            director = find_director(self.mark)
            children = [process.number for process in find_marked(self.mark) if process.parent == director]
            known = {"caller": self.caller.pid, "director": director}
            if whom in known and known[whom] is not None:
                return known[whom]
            if len(children) == 2:  # in the order in which they are forked
                return children[("servers", "middlebox").index(whom)]
        return None

    def require_nothing_left(self, networks: set[str]) -> None:
        assert wait_until_gone(self.mark) == []
        # Numbers of namespaces are given again, to the labs that others began meanwhile.
        assert self.others.isdisjoint(find_holders(networks))
        assert self._look() == self.before


@pytest.fixture
def machine() -> Iterator[Machine]:
    machine = Machine()
    yield machine
    for process in find_marked(machine.mark):
        kill(process.number)
    machine.caller.wait()


@pytest.mark.system
@pytest.mark.parametrize("moment_s", [0.0, 0.01, 0.03, 0.06, 0.1, 0.15, 0.3, 1.0])
@pytest.mark.parametrize("whom", ["caller", "director"])
def test_killing_it_at_any_moment_leaves_nothing(
    namespaces: None, machine: Machine, whom: str, moment_s: float
) -> None:
    director = machine.find("director")
    assert director is not None
    time.sleep(moment_s)
    networks = {network for process in find_marked(machine.mark) for network in list_networks(process.number)}
    networks -= {os.readlink("/proc/self/ns/net")}
    kill(machine.caller.pid if whom == "caller" else director)
    machine.caller.wait(timeout=10)
    machine.require_nothing_left(networks)


@pytest.mark.system
@pytest.mark.parametrize("whom", ["servers", "middlebox"])
def test_the_lab_ends_when_one_of_its_processes_is_killed(namespaces: None, machine: Machine, whom: str) -> None:
    number = machine.find(whom)
    assert number is not None
    networks = list_networks(number) - {os.readlink("/proc/self/ns/net")}
    kill(number)
    assert machine.caller.wait(timeout=10) == 1
    machine.require_nothing_left(networks)


def _environment() -> dict[str, str]:
    return os.environ | {"PYTHONPATH": os.pathsep.join(path or os.getcwd() for path in sys.path)}
