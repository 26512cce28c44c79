"""How many packets a second are read and built on one core: ``python -m bench.wire [--runs 7] [--seconds 0.3]``.

Prints JSON with the median over the runs for each kind of work: TCP packets without data, with a request and with a full segment,
IPv4 and IPv6; one ClientHello of OpenSSL's size in one piece and in two; DNS; the hello in a QUIC datagram; an HTTP head. Names and
keys repeat, so what is remembered of them is found; every packet, segment and message is read and built anew.
"""

import argparse
import json
import time
from collections.abc import Callable
from itertools import cycle
from statistics import median

from netglass.wire.client_hello import ClientHelloReader, build_hello_records, make_client_hello
from netglass.wire.dns_message import A, Record, build_query, build_response, parse_message
from netglass.wire.http_head import RequestHeadReader
from netglass.wire.ip import pack_address
from netglass.wire.packet import build_packet, parse_packet
from netglass.wire.quic_initial import QuicHelloReader, build_hello_datagram
from netglass.wire.tcp import ACK, PSH, TcpSegment
from netglass.wire.tls_record import split_records

FOUR = pack_address("192.0.2.1"), pack_address("198.51.100.2")
SIX = pack_address("2001:db8::1"), pack_address("2001:db8::2")
HELLO = make_client_hello(
    "www.example.test", bytes(32), bytes(range(32)), ("h2", "http/1.1"), bytes(32), ((21, bytes(300)),)
)
RECORDS = build_hello_records(HELLO)
HEAD = (
    b"GET / HTTP/1.1\r\nHost: www.example.test\r\nUser-Agent: Mozilla/5.0\r\nAccept: */*\r\nConnection: close\r\n\r\n"
)


def pass_packet(addresses: tuple[bytes, bytes], size: int) -> Callable[[], object]:
    """Return work that builds a packet and reads it, as one hop of a simulated network does."""
    payload = bytes(index * 7 % 256 for index in range(size))

    def work() -> object:
        segment = TcpSegment(40000, 443, 123_456_789, 987_654_321, ACK | PSH, payload)
        return parse_packet(build_packet(*addresses, segment))

    return work


def read_hello(*pieces: bytes) -> Callable[[], object]:
    """Return work that collects a hello from pieces and reads its name."""

    def work() -> object:
        reader = ClientHelloReader()
        for piece in pieces:
            reader.feed(piece)
        return reader.hello and reader.hello.server_name

    return work


def ask_and_answer() -> object:
    """Build and read a query, and build and read its answer."""
    query = parse_message(build_query("www.example.test", A, 7))
    return query and parse_message(build_response(query, [Record("www.example.test", A, FOUR[0])]))


def read_heads() -> Callable[[], object]:
    """Return work that collects the head of a request, one after the other of so many that none is remembered."""
    heads = cycle([HEAD.replace(b"GET /", b"GET /%03d" % number, 1) for number in range(1000)])
    return lambda: RequestHeadReader().feed(next(heads))


def list_work() -> dict[str, Callable[[], object]]:
    """Return all kinds of work by name."""
    datagram = build_hello_datagram(split_records(RECORDS)[0][0].fragment, b"12345678")
    return {
        "tcp4_0": pass_packet(FOUR, 0),
        "tcp4_100": pass_packet(FOUR, 100),
        "tcp4_1400": pass_packet(FOUR, 1400),
        "tcp6_100": pass_packet(SIX, 100),
        "client_hello": read_hello(RECORDS),
        "client_hello_2_pieces": read_hello(RECORDS[:300], RECORDS[300:]),
        "dns_query_and_answer": ask_and_answer,
        "quic_hello": lambda: QuicHelloReader().feed(datagram),
        "http_head": read_heads(),
    }


def measure(work: Callable[[], object], seconds: float) -> float:
    """Return how often ``work`` is done in a second of processor time."""
    count, start = 0, time.process_time()
    while (spent := time.process_time() - start) < seconds:
        for _ in range(500):
            work()
        count += 500
    return count / spent


def main() -> None:
    """Read the arguments, measure in turns, print."""
    parser = argparse.ArgumentParser(description="Measure the reading and building of packets.")
    parser.add_argument("--runs", type=int, default=7)
    parser.add_argument("--seconds", type=float, default=0.3)
    arguments = parser.parse_args()
    kinds = list_work()
    found = [{name: measure(work, arguments.seconds) for name, work in kinds.items()} for _ in range(arguments.runs)]
    medians = {name: round(median(run[name] for run in found)) for name in kinds}
    print(json.dumps({"runs": arguments.runs, "per_second": medians}, indent=2))


if __name__ == "__main__":
    main()
