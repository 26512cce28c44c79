from hypothesis import given

from netglass.wire.checksum import verify_transport_checksum
from netglass.wire.ip import UDP
from netglass.wire.udp import UdpDatagram, build_udp, parse_udp
from tests.wire.strategy import ADDRESSES, DATAGRAMS, broken

HERE, THERE = bytes([192, 0, 2, 1]), bytes([198, 51, 100, 2])


@given(broken(build_udp(UdpDatagram(1, 2, b"data"), HERE, THERE)))
def test_no_bytes_break_the_parser(data):
    datagram = parse_udp(data)
    assert datagram is None or len(datagram.payload) <= len(data) - 8


@given(DATAGRAMS, ADDRESSES)
def test_what_is_built_is_read_back_and_checks(datagram, addresses):
    data = build_udp(datagram, *addresses)
    assert parse_udp(data) == datagram
    assert data[6:8] != b"\0\0"
    assert verify_transport_checksum(*addresses, UDP, data)


def test_a_checksum_of_zero_is_sent_as_its_other_form():
    plain = build_udp(UdpDatagram(0, 0, b"\0\0"), HERE, THERE)
    data = build_udp(UdpDatagram(0, 0, plain[6:8]), HERE, THERE)
    assert data[6:8] == b"\xff\xff"


def test_the_length_field_cuts_and_must_fit():
    data = build_udp(UdpDatagram(1, 2, b"data"), HERE, THERE)
    assert parse_udp(data + b"tail") == UdpDatagram(1, 2, b"data")
    assert parse_udp(data[:-1]) is None
    assert parse_udp(data[:4] + b"\0\x07" + data[6:]) is None
