"""How many packets a second a censor lets pass on one core: ``python -m bench.censor [--runs 7] [--seconds 0.3]``.

20 rules of all kinds, none of which means the traffic. Prints JSON with the median over the runs, in packets a second:
``harmless`` is one packet of a connection that is known by then, ``connection`` a whole HTTPS connection of 40 packets with its
SYN and a hello of OpenSSL's size, ``request`` one over HTTP, ``dns`` a question and its answer, ``quic`` 20 datagrams with
a hello, ``forbidden`` a connection that is reset. Ports go on, so that every connection is new.
"""

import argparse
import json
import time
from collections.abc import Callable
from itertools import count
from random import Random
from statistics import median

from netglass.lab.censor import (
    AddressAction,
    AddressRule,
    AnyRule,
    Censor,
    Direction,
    DivertRule,
    DnsAction,
    DnsRule,
    HttpRule,
    QuicRule,
    StreamAction,
    ThrottleRule,
    TlsRule,
)
from netglass.wire.client_hello import build_client_hello, build_hello_records, make_client_hello
from netglass.wire.dns_message import A, Record, build_query, build_response, parse_message
from netglass.wire.ip import pack_address
from netglass.wire.packet import build_packet
from netglass.wire.quic_initial import build_hello_datagram
from netglass.wire.tcp import ACK, PSH, SYN, TcpSegment
from netglass.wire.udp import UdpDatagram

CLIENT, SERVER = pack_address("192.31.196.7"), pack_address("192.52.193.80")
OUTWARD, INWARD = Direction.OUTWARD, Direction.INWARD
Step = tuple[bytes, Direction]


def list_rules() -> list[AnyRule]:
    """Return 20 rules."""
    return [
        *(
            DnsRule(id=f"dns-{n}", names=(f"d{n}.example",), action=DnsAction.ADDRESS, answers=("10.10.34.34",))
            for n in range(5)
        ),
        *(
            AddressRule(id=f"ip-{n}", prefixes=(f"192.88.99.{n}",), action=AddressAction.DROP_SYN, ports=(443,))
            for n in range(3)
        ),
        AddressRule(id="null", prefixes=("192.88.99.128/28",), action=AddressAction.DROP),
        *(TlsRule(id=f"tls-{n}", names=(f"t{n}.example",), residual_s=90.0) for n in range(5)),
        *(HttpRule(id=f"http-{n}", names=(f"h{n}.example",), action=StreamAction.RESET) for n in range(3)),
        QuicRule(id="quic", names=("q.example",)),
        ThrottleRule(id="slow", names=("slow.example",), bytes_per_s=2000),
        DivertRule(id="mitm", prefixes=("192.88.99.64",), ports=(443,), to=("192.175.48.9",)),
    ]


def make_hello(name: str) -> bytes:
    """Return the records of a hello of OpenSSL's size."""
    return build_hello_records(make_client_hello(name, bytes(32), bytes(32), ("h2",), bytes(32), ((21, bytes(290)),)))


def make_connection(port: int, server_port: int, first: bytes, packets: int) -> list[Step]:
    """Return a connection: handshake, what the client says first, then data in and acknowledgments out."""

    def go(sequence: int, acknowledgment: int, flags: int, payload: bytes = b"") -> Step:
        segment = TcpSegment(port, server_port, sequence, acknowledgment, flags, payload)
        return build_packet(CLIENT, SERVER, segment), OUTWARD

    def come(sequence: int, acknowledgment: int, flags: int, payload: bytes = b"") -> Step:
        segment = TcpSegment(server_port, port, sequence, acknowledgment, flags, payload)
        return build_packet(SERVER, CLIENT, segment), INWARD

    said = 101 + len(first)
    steps = [go(100, 0, SYN), come(900, 101, SYN | ACK), go(101, 901, ACK), go(101, 901, ACK | PSH, first)]
    for at in range(901, 901 + 1200 * ((packets - 4) // 2), 1200):
        steps += come(at, said, ACK | PSH, bytes(1200)), go(said, at + 1200, ACK)
    return steps


def make_question(port: int) -> list[Step]:
    """Return a question and its answer."""
    query = build_query("www.fine.example", A, port)
    asked = parse_message(query)
    answer = build_response(asked, [Record("www.fine.example", A, SERVER)]) if asked else b""
    return [
        (build_packet(CLIENT, SERVER, UdpDatagram(port, 53, query)), OUTWARD),
        (build_packet(SERVER, CLIENT, UdpDatagram(53, port, answer)), INWARD),
    ]


def make_quic(port: int) -> list[Step]:
    """Return 20 datagrams of which the first holds a hello."""
    message = build_client_hello(make_client_hello("www.fine.example", bytes(32), bytes(32), ("h3",)))
    first = build_hello_datagram(message, port.to_bytes(8, "big"))
    return [
        (build_packet(CLIENT, SERVER, UdpDatagram(port, 443, first)), OUTWARD),
        *[
            (build_packet(SERVER, CLIENT, UdpDatagram(443, port, b"\x40" + bytes(1100))), INWARD),
            (build_packet(CLIENT, SERVER, UdpDatagram(port, 443, b"\x40" + bytes(40))), OUTWARD),
        ]
        * 9,
        (build_packet(SERVER, CLIENT, UdpDatagram(443, port, b"\x40" + bytes(1100))), INWARD),
    ]


def list_work() -> dict[str, Callable[[int], list[Step]]]:
    """Return what makes the packets of each kind of traffic from a client's port."""
    request = b"GET / HTTP/1.1\r\nHost: www.fine.example\r\nUser-Agent: Mozilla/5.0\r\nAccept: */*\r\n\r\n"
    fine, forbidden = make_hello("www.fine.example"), make_hello("www.t1.example")
    return {
        "connection": lambda port: make_connection(port, 443, fine, 40),
        "request": lambda port: make_connection(port, 80, request, 20),
        "dns": make_question,
        "quic": make_quic,
        "forbidden": lambda port: make_connection(port, 443, forbidden, 4),
    }


def measure(make: Callable[[int], list[Step]], seconds: float) -> float:
    """Return the packets that pass in a second of processor time, making them left out."""
    censor, ports, passed, spent = Censor(list_rules(), Random(1)), count(1024), 0, 0.0
    for now in count():
        steps = [step for _ in range(50) for step in make(next(ports) % 65536)]
        start = time.process_time()
        for packet, direction in steps:
            censor.process(packet, direction, now / 10)
        spent += time.process_time() - start
        passed += len(steps)
        if spent >= seconds:
            break
    return passed / spent


def measure_harmless(seconds: float) -> float:
    """Return how often a packet of a known connection passes in a second of processor time."""
    censor = Censor(list_rules(), Random(1))
    steps = make_connection(40000, 443, make_hello("www.fine.example"), 6)
    for packet, direction in steps:
        censor.process(packet, direction, 0.0)
    packet, direction = steps[-1]
    passed, start = 0, time.process_time()
    while (spent := time.process_time() - start) < seconds:
        for _ in range(1000):
            censor.process(packet, direction, 1.0)
        passed += 1000
    return passed / spent


def main() -> None:
    """Read the arguments, measure in turns, print."""
    parser = argparse.ArgumentParser(description="Measure how many packets a second a censor lets pass.")
    parser.add_argument("--runs", type=int, default=7)
    parser.add_argument("--seconds", type=float, default=0.3)
    arguments = parser.parse_args()
    kinds = list_work()
    found = []
    for _ in range(arguments.runs):
        run = {name: measure(make, arguments.seconds) for name, make in kinds.items()}
        found.append({"harmless": measure_harmless(arguments.seconds), **run})
    medians = {name: round(median(run[name] for run in found)) for name in found[0]}
    print(json.dumps({"runs": arguments.runs, "rules": len(list_rules()), "packets_per_second": medians}, indent=2))


if __name__ == "__main__":
    main()
