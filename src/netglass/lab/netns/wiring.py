"""Lanes: a namespace for clients and one for the world, and two wires that end at the middlebox between them.

Both namespaces say of every address that comes in that it is their own (AnyIP), and send everything out on the wire, also what
is meant for themselves: the table of own addresses counts for packets that come in only. So any client and any server
address can be used without telling the kernel, and the middlebox alone decides where a packet goes.

A wire is a pair of Ethernet cards with one and the same hardware address and without ARP. So frames fit both ends, and
nobody asks for neighbours. The middlebox's ends have no IP, which keeps its kernel silent.

**Source**: ip-route(8) on ``local`` routes, ip-rule(8), veth(4), packet(7).
"""

import shutil
import socket
import subprocess
from pathlib import Path
from typing import NamedTuple

from netglass.lab.netns.kernel import turn_off_offloads
from netglass.lab.netns.seal import Namespace, make_namespace
from netglass.vocab.error import LabError

HARDWARE = bytes.fromhex("020000000001")
"""Address of every card: a local one (IEEE 802, second bit of the first byte)."""

ICMP_SOURCE = "2620:4f:8000::3"
"""IPv6 errors need an address of a card to come from."""

_ADDRESS = HARDWARE.hex(":")
_CARD = "wire"
_ETH_P_ALL = 3
_SOL_PACKET = 263
_PACKET_QDISC_BYPASS = 20
_SO_RCVBUFFORCE = 33
_BUFFER_BYTES = 4 << 20
_IP_SECONDS = 20.0

_LINK = f"""\
link set lo up
link set {_CARD} arp off addrgenmode none up
"""
_ROUTES = f"""\
route add local default dev lo table local
route add default dev {_CARD}
rule add iif {_CARD} lookup local pref 1
rule del pref 0
"""
_SETTINGS = {
    "ipv4/conf/all/rp_filter": 0,
    "ipv4/conf/default/rp_filter": 0,
    "ipv4/icmp_ratelimit": 0,
    "ipv6/icmp/ratelimit": 0,
    "ipv4/tcp_no_metrics_save": 1,
    "ipv4/tcp_tw_reuse": 1,
}
"""What the kernel does by itself that would make one measurement depend on others."""


class Lane(NamedTuple):
    """The namespaces of a lane and the middlebox's ends of its wires."""

    client: Namespace
    world: Namespace
    client_wire: socket.socket
    world_wire: socket.socket


def lay_lanes(home: int, count: int) -> list[Lane]:
    """Make lanes.

    Args:
        home: descriptor of this process's own, sealed namespace.
        count: how many, at least 1.

    Raises:
        LabError: the program ``ip`` is missing, or would not.
    """
    if shutil.which("ip") is None:
        raise LabError("the program ip is missing: install the package iproute2 (apt-get install iproute2)")
    middle = make_namespace(home)
    with middle.inside():
        for scope in ("all", "default"):
            Path(f"/proc/sys/net/ipv6/conf/{scope}/disable_ipv6").write_text("1", encoding="ascii")
    return [_lay_lane(home, middle, number) for number in range(count)]


def _lay_lane(home: int, middle: Namespace, number: int) -> Lane:
    client, world = make_namespace(home), make_namespace(home)
    wires = []
    for end, name in ((client, f"client{number}"), (world, f"world{number}")):
        _run_ip(
            middle,
            f"link add {name} address {_ADDRESS} type veth"
            f" peer name {_CARD} address {_ADDRESS} netns /proc/self/fd/{end.descriptor}\n"
            f"link set {name} arp off up\n",
            end.descriptor,
        )
        _set_up_end(end)
        wires.append(_open_wire(middle, name))
    return Lane(client, world, *wires)


def _set_up_end(end: Namespace) -> None:
    with end.inside():
        for key, value in _SETTINGS.items():
            path = Path("/proc/sys/net", key)
            if path.exists():  # some are the first user namespace's alone
                path.write_text(str(value), encoding="ascii")
        turn_off_offloads(_CARD)
    _run_ip(end, _LINK + _ROUTES)
    _run_ip(end, f"addr add {ICMP_SOURCE}/128 dev {_CARD} nodad\n" + _ROUTES, family=6)


def _open_wire(middle: Namespace, card: str) -> socket.socket:
    wire = middle.open_socket(socket.AF_PACKET, socket.SOCK_RAW)
    try:
        wire.setsockopt(socket.SOL_SOCKET, _SO_RCVBUFFORCE, _BUFFER_BYTES)
    except PermissionError:
        wire.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _BUFFER_BYTES)
    wire.setsockopt(_SOL_PACKET, _PACKET_QDISC_BYPASS, 1)
    with middle.inside():
        wire.bind((card, _ETH_P_ALL))
    return wire


def _run_ip(namespace: Namespace, batch: str, *descriptors: int, family: int = 4) -> None:
    with namespace.inside():
        done = subprocess.run(
            ["ip", f"-{family}", "-batch", "-"],
            input=batch,
            capture_output=True,
            text=True,
            pass_fds=descriptors,
            timeout=_IP_SECONDS,
        )
    if done.returncode:
        raise LabError(f"ip would not lay a lane: {done.stderr.strip()}")
