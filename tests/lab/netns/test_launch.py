"""A lab tells what goes wrong in it, and ends when it hangs, breaks or takes too long."""

import asyncio
import os
import signal
import time
from collections.abc import AsyncIterator
from datetime import datetime
from functools import partial

import pytest

from netglass.lab.netns import lab as lab_module
from netglass.lab.netns import launch as launch_module
from netglass.lab.netns.lab import Lab, Setting
from netglass.lab.netns.launch import Play, launch
from netglass.lab.netns.servers import Cast
from netglass.lab.world.settle import Machine
from netglass.vocab.error import LabError
from netglass.wire.net import Host, Stream

MOMENT = datetime(2026, 1, 1)
SITE = "192.31.196.10"
pytestmark = pytest.mark.system


async def crash(stream: Stream) -> None:
    raise ValueError("a slip in a server")


async def start_crashing(host: Host) -> None:
    await host.listen(SITE, 80, crash)


async def start_everywhere(host: Host) -> None:
    await host.listen("0.0.0.0", 80, crash)


def begin(what: str) -> Play:
    start = start_everywhere if what == "everywhere" else start_crashing
    if what == "no ip":
        os.environ["PATH"] = "/nowhere"
    lab_module.PATIENCE_S = lab_module.CANARY_EVERY_S = 0.5

    def prepare(order: bytes) -> Cast:
        return Cast([Machine("site", (f"{SITE}/32",), 0.0, start)], [], MOMENT)

    async def act(lab: Lab) -> AsyncIterator[object]:
        yield "begun"
        client = await lab.lanes[0].set_up(Setting(b"", ["192.52.193.1"], [], MOMENT))
        if what == "hang":
            time.sleep(60)
        if what == "slip":
            raise ValueError("a slip in the play")
        if what == "crash":
            await client.connect(SITE, 80)
        if what == "stop":
            _stop_children()
        await asyncio.sleep(60)

    return Play(prepare, act)


def _stop_children() -> None:
    with open(f"/proc/self/task/{os.getpid()}/children", encoding="ascii") as file:
        for number in file.read().split():
            os.kill(int(number), signal.SIGSTOP)


@pytest.mark.parametrize(
    ("what", "longest_s", "says"),
    [
        ("hang", 60.0, "has said nothing for 2 s"),
        ("long", 1.5, "took longer than 2 s"),
        ("slip", 60.0, "ValueError: a slip in the play"),
        ("crash", 60.0, "the servers' process is broken: .*(?s:.*)ValueError: a slip in a server"),
        ("everywhere", 60.0, "the servers' process: 0.0.0.0 would take the addresses of other machines"),
        ("stop", 60.0, "canary on lane 0 is silent"),
    ],
)
def test_a_lab_tells_what_went_wrong(
    namespaces: None, monkeypatch: pytest.MonkeyPatch, what: str, longest_s: float, says: str
) -> None:
    monkeypatch.setattr(launch_module, "STALL_S", 2.0)
    with pytest.raises(LabError, match=says):
        list(launch(begin, what, longest_s=longest_s))


def test_a_missing_program_is_named_with_its_package(namespaces: None) -> None:
    with pytest.raises(LabError, match=r"apt-get install iproute2"):
        list(launch(begin, "no ip", longest_s=10))


def test_a_caller_who_has_enough_ends_the_lab(namespaces: None) -> None:
    playing = launch(begin, "long", longest_s=30)
    assert next(playing) == "begun"
    before = time.monotonic()
    playing.close()
    assert time.monotonic() - before < 2


def test_results_and_arguments_pass_and_lanes_do_not_see_each_other(namespaces: None) -> None:
    found = dict(launch(begin_apart, b"abc", lanes=3, longest_s=30))
    assert found == {0: b"abc0", 1: b"abc1", 2: b"abc2"}


def begin_apart(word: bytes) -> Play:
    lab_module.LANES_TOGETHER = 2  # so that there are two processes of servers

    async def say(stream: Stream, what: bytes) -> None:
        await stream.write(what)

    async def start(host: Host, what: bytes) -> None:
        await host.listen(SITE, 80, partial(say, what=what))

    def prepare(order: bytes) -> Cast:
        return Cast([Machine("site", (f"{SITE}/32",), 0.0, partial(start, what=order))], [], MOMENT)

    async def act(lab: Lab) -> AsyncIterator[tuple[int, bytes]]:
        clients = [
            await lane.set_up(Setting(word + b"%d" % lane.number, ["192.52.193.1"], [], MOMENT)) for lane in lab.lanes
        ]
        for number, client in enumerate(clients):
            stream = await client.connect(SITE, 80)
            yield number, await stream.read()

    return Play(prepare, act)
