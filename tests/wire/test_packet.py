from hypothesis import given
from hypothesis import strategies as st

from netglass.wire.ip import DONT_FRAGMENT, TCP, IpPacket, build_ip, pack_address
from netglass.wire.packet import Packet, build_packet, parse_packet
from netglass.wire.tcp import SYN, TcpSegment
from tests.wire.strategy import ADDRESSES, BYTE, DATAGRAMS, MESSAGES, SEGMENTS, broken

HERE, THERE = pack_address("192.0.2.1"), pack_address("198.51.100.2")
VALID = build_packet(HERE, THERE, TcpSegment(40000, 443, 1, 0, SYN))


@given(broken(VALID))
def test_no_bytes_break_the_parser(data):
    parse_packet(data)


@given(ADDRESSES, st.one_of(SEGMENTS, DATAGRAMS, MESSAGES), BYTE)
def test_what_is_built_is_read_back(addresses, transport, ttl):
    packet = parse_packet(build_packet(*addresses, transport, ttl))
    assert packet is not None
    assert (packet.ip.source, packet.ip.destination, packet.ip.ttl) == (*addresses, ttl)
    assert packet.transport == transport


@given(broken(VALID))
def test_a_packet_that_was_read_is_built_again(data):
    packet = parse_packet(data)
    if packet is not None:
        assert parse_packet(build_ip(packet.ip)) == packet


def test_what_is_no_known_transport_can_still_be_passed_on():
    later = IpPacket(HERE, THERE, TCP, VALID[20:], fragment=DONT_FRAGMENT | 5)
    for ip in (later, IpPacket(HERE, THERE, 47, b"tunnel"), IpPacket(HERE, THERE, TCP, b"short")):
        assert parse_packet(build_ip(ip)) == Packet(ip, None)


def test_icmp_of_the_other_version_is_none_of_ours():
    assert parse_packet(build_ip(IpPacket(HERE, THERE, 58, bytes(8)))) == Packet(
        IpPacket(HERE, THERE, 58, bytes(8)), None
    )
