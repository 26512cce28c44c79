import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netglass.vocab.error import UsageError
from netglass.wire.checksum import verify_checksum
from netglass.wire.ip import (
    DONT_FRAGMENT,
    ICMP,
    MORE_FRAGMENTS,
    TCP,
    UDP,
    IpPacket,
    build_ip,
    format_address,
    pack_address,
    parse_ip,
    parse_quoted_ip,
)
from tests.wire.strategy import BYTE, DATA, SHORT, WORDS, broken

ONE_4, TWO_4 = pack_address("192.0.2.1"), pack_address("198.51.100.2")
ONE_6, TWO_6 = pack_address("2001:db8::1"), pack_address("2001:db8::2")
KNOWN_4 = bytes.fromhex("4500 0054 a6f2 4000 4001 0000 c000 0201 c633 6402".replace(" ", "")) + bytes(64)
HOP_BY_HOP = bytes([44, 0]) + bytes(6)
FRAGMENT = bytes([UDP, 0]) + (8 << 3 | 1).to_bytes(2, "big") + b"abcd"

FOURS = st.builds(
    IpPacket,
    st.binary(min_size=4, max_size=4),
    st.binary(min_size=4, max_size=4),
    BYTE,
    DATA,
    BYTE,
    SHORT,
    SHORT,
    BYTE,
    options=WORDS,
)
SIXES = st.builds(
    IpPacket,
    st.binary(min_size=16, max_size=16),
    st.binary(min_size=16, max_size=16),
    st.sampled_from((TCP, UDP, 58, 59)),
    DATA,
    BYTE,
    traffic_class=BYTE,
    flow_label=st.integers(0, 0xFFFFF),
)


@given(broken(KNOWN_4, build_ip(IpPacket(ONE_6, TWO_6, UDP, b"x" * 20, options=HOP_BY_HOP + FRAGMENT))))
def test_no_bytes_break_the_parsers(data):
    for packet in (parse_ip(data), parse_quoted_ip(data)):
        assert packet is None or packet.version in (4, 6)


@given(st.one_of(FOURS, SIXES))
def test_what_is_built_is_read_back(packet):
    assert parse_ip(build_ip(packet)) == packet


@given(FOURS)
def test_an_ipv4_header_holds_its_right_checksum(packet):
    assert verify_checksum(build_ip(packet)[: 20 + len(packet.options)])


def test_a_known_ipv4_packet():
    packet = parse_ip(KNOWN_4 + b"padding of the frame")
    assert packet == IpPacket(ONE_4, TWO_4, ICMP, bytes(64), 64, 0xA6F2, DONT_FRAGMENT)
    assert not packet.is_later_fragment


def test_extension_headers_are_walked_and_kept():
    packet = IpPacket(
        ONE_6, TWO_6, UDP, b"payload", fragment=8 | MORE_FRAGMENTS, options=HOP_BY_HOP + FRAGMENT, first_header=0
    )
    data = build_ip(packet)
    assert data[6] == 0
    assert parse_ip(data) == packet
    assert packet.is_later_fragment


@pytest.mark.parametrize("header", [43, 51, 60])
def test_other_extension_headers_end_at_the_upper_layer(header):
    chain = bytes([TCP, 4 if header == 51 else 2]) + bytes(22)
    packet = IpPacket(ONE_6, TWO_6, TCP, b"payload", options=chain, first_header=header)
    assert parse_ip(build_ip(packet)) == packet


def test_the_last_fragment_and_a_chain_that_ends_the_packet():
    chain = bytes([TCP, 0]) + (8 << 3).to_bytes(2, "big") + b"abcd"
    packet = IpPacket(ONE_6, TWO_6, TCP, b"", fragment=8, options=chain, first_header=44)
    assert parse_ip(build_ip(packet)) == packet


def test_a_chain_that_leaves_the_packet_is_no_packet():
    data = build_ip(IpPacket(ONE_6, TWO_6, TCP, b"", options=bytes([TCP, 1]) + bytes(14), first_header=60))
    assert parse_ip(data) is not None
    assert parse_ip(data[:4] + b"\0\x08" + data[6:-8]) is None


@pytest.mark.parametrize("version", [0, 5, 15])
def test_other_versions_are_no_packets(version):
    assert parse_ip(bytes([version << 4]) + KNOWN_4[1:]) is None


def test_a_packet_that_is_cut_short_can_only_be_quoted():
    for packet in (IpPacket(ONE_4, TWO_4, UDP, b"x" * 40), IpPacket(ONE_6, TWO_6, UDP, b"x" * 40)):
        cut = build_ip(packet)[:-30]
        assert parse_ip(cut) is None
        quoted = parse_quoted_ip(cut)
        assert quoted is not None
        assert quoted.payload == b"x" * 10


@given(st.ip_addresses())
def test_addresses_are_packed_and_spelled_as_the_standard_library_does(address):
    assert pack_address(str(address)) == address.packed
    assert ipaddress.ip_address(format_address(address.packed)) == address


@pytest.mark.parametrize("text", ["", "192.0.2", "192.0.2.256", "2001:db8", "name.example", "1\0", "\ud800"])
def test_what_is_no_address_is_refused(text):
    with pytest.raises(UsageError, match="not an address"):
        pack_address(text)


def test_addresses_of_two_versions_share_no_packet():
    with pytest.raises(UsageError, match="no packet together"):
        build_ip(IpPacket(ONE_4, TWO_6, UDP, b""))
    with pytest.raises(UsageError, match="multiple of 4"):
        build_ip(IpPacket(ONE_4, TWO_4, UDP, b"", options=b"x"))
