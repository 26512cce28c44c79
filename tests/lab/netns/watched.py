"""``python -m tests.lab.netns.watched``: be a machine with cards and routes, run a lab on it, and print what was seen on the cards.

The machine is a network namespace of its own, so that nothing but the lab can be the cause of what is seen.
"""

import json
import socket
import subprocess
from pathlib import Path

from netglass.lab.netns.conformance import try_in_namespaces
from netglass.lab.netns.seal import seal_network
from tests.lab.netns import trials

CARDS = """\
link set lo up
link add host0 type veth peer name host1
link set host0 addrgenmode none up
link set host1 addrgenmode none up
addr add 198.51.100.1/24 dev host0
route add default via 198.51.100.254 dev host0
"""


def read_counters() -> str:
    return Path("/proc/net/dev").read_text()


def read_state() -> list[str]:
    """What the machine's network is set to: links, addresses, routes, rules."""
    asked = (["link"], ["addr"], ["route", "show", "table", "all"], ["rule"], ["netns"])
    return [subprocess.run(["ip", *what], capture_output=True, text=True, check=True).stdout for what in asked]


def count_frames(watcher: socket.socket) -> int:
    frames = 0
    try:
        while watcher.recv(65_536):
            frames += 1
    except BlockingIOError:
        pass
    return frames


def main() -> None:
    seal_network()
    subprocess.run(["ip", "-batch", "-"], input=CARDS, text=True, check=True)
    watcher = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(3))
    watcher.setblocking(False)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
        sender.sendto(b"", ("127.0.0.1", 9))
    noticed = count_frames(watcher)
    before = read_counters(), read_state()
    outcomes = try_in_namespaces(trials.begin, lanes=8)
    after = read_counters(), read_state()
    print(
        json.dumps(
            {
                "notices": noticed > 0,
                "outcomes": len(outcomes),
                "frames": count_frames(watcher),
                "counters_equal": before[0] == after[0],
                "state_equal": before[1] == after[1],
            }
        )
    )


if __name__ == "__main__":
    main()
