import pytest
from hypothesis import given
from hypothesis import strategies as st

from netglass.wire.quic_header import LongHeader, LongType, parse_long_header, split_datagram
from netglass.wire.quic_key import VERSION_1, VERSION_2
from tests.wire.strategy import broken

INITIAL = bytes.fromhex("c3 00000001 08 8394c8f03e515708 02 abcd 03 746f6b 05 1122334455")
HANDSHAKE = bytes.fromhex("e0 00000001 00 00 4003 aabbcc")
RETRY = bytes.fromhex("f0 00000001 00 04 f067a550 746f6b656e")
IDS = st.binary(max_size=20)


@given(broken(INITIAL + HANDSHAKE, RETRY))
def test_no_bytes_break_the_parser(data):
    at = 0
    for header in split_datagram(data):
        assert at == header.start < header.number_at <= header.end <= len(data)
        at = header.end


def test_a_known_header():
    assert parse_long_header(INITIAL) == LongHeader(
        LongType.INITIAL, VERSION_1, bytes.fromhex("8394c8f03e515708"), b"\xab\xcd", b"tok", 0, 22, 27
    )


def test_packets_share_a_datagram():
    found = split_datagram(INITIAL + HANDSHAKE + INITIAL + RETRY)
    assert [header.type for header in found] == [
        LongType.INITIAL,
        LongType.HANDSHAKE,
        LongType.INITIAL,
        LongType.RETRY,
    ]
    assert [header.start for header in found] == [0, 27, 39, 66]
    assert len(split_datagram(INITIAL + b"\x40short header")) == 1
    assert len(split_datagram(INITIAL + bytes(20))) == 1


@pytest.mark.parametrize(
    ("version", "types"),
    [
        (VERSION_1, [LongType.INITIAL, LongType.ZERO_RTT, LongType.HANDSHAKE, LongType.RETRY]),
        (VERSION_2, [LongType.RETRY, LongType.INITIAL, LongType.ZERO_RTT, LongType.HANDSHAKE]),
    ],
)
def test_the_types_differ_by_version(version, types):
    for bits, expected in enumerate(types):
        header = parse_long_header(bytes([0xC0 | bits << 4]) + version.to_bytes(4, "big") + bytes(20))
        assert header is not None
        assert header.type is expected


@given(IDS, IDS, st.binary(max_size=70))
def test_the_fixed_bit_is_not_asked_for(destination_id, source_id, token):
    ids = bytes([len(destination_id)]) + destination_id + bytes([len(source_id)]) + source_id
    data = b"\x80\0\0\0\1" + ids + (0x4000 | len(token)).to_bytes(2, "big") + token + b"\0"
    header = parse_long_header(data)
    assert header is not None
    assert (header.destination_id, header.source_id, header.token) == (destination_id, source_id, token)


@pytest.mark.parametrize(
    "data",
    [
        "40" + "00" * 30,  # a short header
        "c0 00000000 08 8394c8f03e515708 00",  # version negotiation
        "c0 ff00001d 08 8394c8f03e515708 00 00 01 00",  # a draft
        "c0 00000001 15" + "00" * 40,  # a connection id of 21 bytes
        "c0 00000001 00 00 00 05 11223344",  # cut short
        "c0 00000001 00 00 7fff 00",  # a token that leaves the datagram
        "",
    ],
)
def test_what_is_no_long_header(data):
    assert parse_long_header(bytes.fromhex(data)) is None
