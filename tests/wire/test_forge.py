import socket

import pytest
from hypothesis import given

from netglass.wire.forge import (
    forge_abort,
    forge_answer,
    forge_datagram,
    forge_finish,
    forge_reset,
    forge_unreachable,
)
from netglass.wire.icmp import IcmpMessage, QuotedFlow, Unreachable, parse_quoted_flow
from netglass.wire.ip import TCP, UDP, pack_address
from netglass.wire.packet import Packet, build_packet, parse_packet
from netglass.wire.tcp import ACK, FIN, PSH, RST, SYN, TcpSegment
from netglass.wire.udp import UdpDatagram
from tests.wire.strategy import ADDRESSES, SEGMENTS

CLIENT, SERVER = pack_address("192.0.2.1"), pack_address("198.51.100.2")
HELLO = TcpSegment(40000, 443, 1000, 7000, ACK | PSH, b"hello")


def see(data: bytes) -> Packet:
    """Return a packet that must be one."""
    packet = parse_packet(data)
    assert packet is not None
    return packet


SEEN = see(build_packet(CLIENT, SERVER, HELLO)).ip


def test_a_reset_to_the_client_comes_from_the_server_and_is_at_the_expected_number():
    packet = see(forge_reset(SEEN, HELLO, ttl=51))
    assert (packet.ip.source, packet.ip.destination, packet.ip.ttl) == (SERVER, CLIENT, 51)
    assert packet.transport == TcpSegment(443, 40000, 7000, 1005, RST | ACK)


def test_a_reset_of_a_syn_acknowledges_the_syn():
    syn = TcpSegment(40000, 443, 1000, 0, SYN)
    assert see(forge_reset(SEEN, syn)).transport == TcpSegment(443, 40000, 0, 1001, RST | ACK)


@pytest.mark.parametrize(("is_dropped", "sequence"), [(True, 1000), (False, 1005)])
def test_a_reset_to_the_server_begins_where_the_server_stands(is_dropped, sequence):
    packet = see(forge_abort(SEEN, HELLO, is_dropped))
    assert (packet.ip.source, packet.ip.destination) == (CLIENT, SERVER)
    assert packet.transport == TcpSegment(40000, 443, sequence, 7000, RST | ACK)


def test_a_reset_after_a_segment_without_acknowledgment_has_none():
    syn = TcpSegment(40000, 443, 1000, 0xBAD, SYN)
    assert see(forge_abort(SEEN, syn, is_dropped=False)).transport == TcpSegment(40000, 443, 1001, 0, RST)


def test_a_page_comes_in_pieces_and_ends():
    first = see(forge_answer(SEEN, HELLO, PSH | ACK, b"page")).transport
    last = see(forge_answer(SEEN, HELLO, FIN | ACK, b"", offset=4)).transport
    assert isinstance(first, TcpSegment)
    assert isinstance(last, TcpSegment)
    assert (first.sequence, first.payload, last.sequence) == (7000, b"page", first.next_sequence)
    assert see(forge_finish(SEEN, HELLO)).transport == TcpSegment(443, 40000, 7000, 1005, FIN | ACK)
    assert see(forge_finish(SEEN, HELLO, b"x")).transport == TcpSegment(443, 40000, 7000, 1005, FIN | PSH | ACK, b"x")


def test_a_dns_answer_goes_back_between_the_same_ports():
    packet = see(forge_datagram(SEEN, UdpDatagram(5353, 53, b"query"), b"lie"))
    assert (packet.ip.source, packet.ip.protocol) == (SERVER, UDP)
    assert packet.transport == UdpDatagram(53, 5353, b"lie")


@pytest.mark.parametrize("router", ["203.0.113.7", "2001:db8::7"])
def test_a_router_quotes_what_it_did_not_deliver(router):
    ends = (CLIENT, SERVER) if "." in router else (pack_address("2001:db8::1"), pack_address("2001:db8:1::2"))
    data = build_packet(*ends, HELLO)
    packet = see(forge_unreachable(data, see(data).ip, pack_address(router), Unreachable.HOST))
    assert (packet.ip.source, packet.ip.destination) == (pack_address(router), ends[0])
    assert isinstance(packet.transport, IcmpMessage)
    assert parse_quoted_flow(packet.transport) == QuotedFlow(TCP, *ends, 40000, 443)


@given(ADDRESSES, SEGMENTS)
def test_any_segment_can_be_answered(addresses, segment):
    seen = see(build_packet(*addresses, segment)).ip
    forged = [forge_reset(seen, segment), forge_finish(seen, segment, b"x"), forge_abort(seen, segment, True)]
    assert all(isinstance(see(data).transport, TcpSegment) for data in forged)


@pytest.mark.system
def test_the_kernel_accepts_what_is_forged():
    """It needs the right to open raw sockets, and talks to itself only."""
    home = pack_address("127.0.0.1")
    try:
        raw = socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_RAW)
        sniffer = socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_TCP)
    except PermissionError:
        pytest.skip("no right to open raw sockets")
    with raw, sniffer, socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as receiver:
            receiver.bind(("127.0.0.1", 0))
            receiver.settimeout(5)
            data = build_packet(home, home, UdpDatagram(9, receiver.getsockname()[1], b"odd"))
            raw.sendto(data, ("127.0.0.1", 0))
            assert receiver.recv(100) == b"odd"
        with socket.create_connection(("127.0.0.1", port), timeout=5) as client, server.accept()[0]:
            sniffer.settimeout(5)
            client.send(b"hello")
            while True:
                packet = see(sniffer.recv(65536))
                segment = packet.transport
                if isinstance(segment, TcpSegment) and segment.destination_port == port and segment.payload:
                    break
            raw.sendto(forge_reset(packet.ip, segment), ("127.0.0.1", 0))
            with pytest.raises(ConnectionResetError):
                client.recv(1)
