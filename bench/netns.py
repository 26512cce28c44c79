"""How many fetches a minute go through the middlebox between namespaces: ``python -m bench.netns [--fetches 6000] [--runs 3]``.

A fetch is a connection, a handshake of TLS by OpenSSL on both sides, a request, a small answer and the end of both sides, through a
censor with 20 rules of which none means it, over real sockets. 256 are under way at once, shared out to the lanes.
Clients, middlebox and servers are a process each. Prints JSON with the medians over the runs: fetches a minute; frames per
fetch; frames lost; seconds of processor time per 1,000 fetches; seconds until the first lane stands.

With ``--scenario null --days 70 --lanes 600`` whole measurements of the probe are counted instead: a minute, over all of it and
between the first and the last fifth, and milliseconds of processor time per measurement. Where the machine lets nobody make
namespaces, it says so and measures nothing.
"""

import argparse
import asyncio
import json
import os
import time
from collections.abc import AsyncIterator
from datetime import datetime
from statistics import median

from bench.censor import list_rules
from bench.sim import Talk, make_contexts, secure
from netglass.api.lab_probe import ProbeInstrument
from netglass.lab.lane import begin_play
from netglass.lab.library import find_scenario, read_scenario
from netglass.lab.netns.lab import Lab, Lane, Setting
from netglass.lab.netns.launch import Play, launch
from netglass.lab.netns.servers import Cast
from netglass.lab.world.settle import Machine
from netglass.vocab.error import LabError
from netglass.wire.net import Host

MOMENT = datetime(2026, 1, 1)
ADDRESSES = [f"192.52.193.{number}" for number in range(1, 14)]
LONGEST_S = 300.0


def begin_nothing() -> Play:
    """Return a play in which nothing happens, to see whether a lab can be laid here."""

    async def act(lab: Lab) -> AsyncIterator[dict[str, float]]:
        yield {}

    return Play(lambda order: Cast([], [], MOMENT), act)


def begin(fetches: int, at_once: int, line_s: float) -> Play:
    """Return the play."""
    for_client, for_server = make_contexts()
    ask, answer = secure("ask", for_client), secure("answer", for_server)

    async def start(host: Host) -> None:
        for address in ADDRESSES:
            await host.listen(address, 443, answer)

    def prepare(order: bytes) -> Cast:
        return Cast([Machine("site", ("192.52.193.1/28",), line_s, start)], [], MOMENT)

    async def act(lab: Lab) -> AsyncIterator[dict[str, float]]:
        each = at_once // len(lab.lanes)
        clients = [await _set_up(lane, line_s) for lane in lab.lanes]
        yield {"ready": time.time()}
        began, spent = time.perf_counter(), _read_processor_s()
        tasks = [_work(client, ask, fetches // at_once) for client in clients for _ in range(each)]
        await asyncio.gather(*tasks)
        took, spent = time.perf_counter() - began, _read_processor_s() - spent
        lane, done = lab.lanes[0], fetches // at_once * each * len(lab.lanes)
        await lane.take_triggers()
        yield {
            "fetches_per_minute": done / took * 60,
            "frames_per_fetch": lane.carried / done,
            "frames_lost": lane.lost,
            "processor_s_per_1000": spent / done * 1000,
        }

    return Play(prepare, act)


def begin_measuring(name: str, days: int) -> Play:
    """Return the play in which the probe measures a scenario."""
    scenario = read_scenario(find_scenario(name)).model_copy(update={"days": days})
    play = begin_play(scenario, ProbeInstrument())

    async def act(lab: Lab) -> AsyncIterator[dict[str, float]]:
        began, spent, done, marks = time.perf_counter(), _read_processor_s(), 0, []
        yield {"ready": time.time()}
        async for _, found in play.act(lab):
            done += len(found)
            marks.append((time.perf_counter(), done))
        (early, before), (late, after) = marks[len(marks) // 5], marks[len(marks) * 4 // 5]
        await lab.lanes[0].take_triggers()
        yield {
            "measurements": done,
            "measurements_per_minute": done / (time.perf_counter() - began) * 60,
            "steady_per_minute": (after - before) / (late - early) * 60,
            "processor_ms_per_measurement": (_read_processor_s() - spent) / done * 1000,
            "frames_per_measurement": lab.lanes[0].carried / done,
            "frames_lost": lab.lanes[0].lost,
        }

    return Play(play.prepare, act)


async def _set_up(lane: Lane, line_s: float) -> Host:
    setting = Setting(b"", ["192.31.196.1"], [], MOMENT, list_rules(), delay_s=line_s)
    return await lane.set_up(setting)


async def _work(client: Host, ask: Talk, count: int) -> None:
    for number in range(count):
        stream = await client.connect(ADDRESSES[number % len(ADDRESSES)], 443)
        await ask(stream)
        stream.close()


def _read_processor_s() -> float:
    """Return the processor time of this session's processes, which are the lab's, in seconds."""
    session, found = os.getsid(0), 0
    for name in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{name}/stat", encoding="latin-1") as file:
                fields = file.read().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[3]) == session:
            found += int(fields[11]) + int(fields[12])
    return found / os.sysconf("SC_CLK_TCK")


def main() -> None:
    """Read the arguments, measure, print."""
    from bench import netns  # the lab knows this module by its name only

    parser = argparse.ArgumentParser(description="Measure the namespaces.")
    parser.add_argument("--fetches", type=int, default=6000)
    parser.add_argument("--at-once", type=int, default=256)
    parser.add_argument("--lanes", type=int, default=1)
    parser.add_argument("--line-ms", type=float, default=5.0)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--scenario")
    parser.add_argument("--days", type=int, default=70)
    arguments = parser.parse_args()
    try:
        list(launch(netns.begin_nothing, longest_s=LONGEST_S))
    except LabError as error:
        print(json.dumps({"not_measured": str(error)}))
        return
    found: list[dict[str, float]] = []
    for _ in range(arguments.runs):
        began = time.time()
        play: tuple[object, ...] = (netns.begin, arguments.fetches, arguments.at_once, arguments.line_ms / 1000)
        if arguments.scenario:
            play = (netns.begin_measuring, arguments.scenario, arguments.days)
        ready, seen = launch(*play, lanes=arguments.lanes, longest_s=LONGEST_S)
        found.append({**seen, "start_s": ready["ready"] - began})
    print(json.dumps({name: round(median(run[name] for run in found), 2) for name in found[0]}))


if __name__ == "__main__":
    main()
