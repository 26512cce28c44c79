import pytest
from hypothesis import given

from netglass.vocab.error import UsageError
from netglass.wire.checksum import verify_transport_checksum
from netglass.wire.ip import TCP
from netglass.wire.tcp import ACK, FIN, PSH, RST, SYN, TcpSegment, build_tcp, parse_tcp
from tests.wire.strategy import ADDRESSES, SEGMENTS, broken

HERE, THERE = bytes([192, 0, 2, 1]), bytes([198, 51, 100, 2])
SEGMENT = TcpSegment(40000, 443, 1, 2, ACK | PSH, b"data", 512, b"\1\1\1\0", 7)


@given(broken(build_tcp(SEGMENT, HERE, THERE)))
def test_no_bytes_break_the_parser(data):
    segment = parse_tcp(data)
    assert segment is None or len(segment.options) + len(segment.payload) == len(data) - 20


@given(SEGMENTS, ADDRESSES)
def test_what_is_built_is_read_back_and_checks(segment, addresses):
    data = build_tcp(segment, *addresses)
    assert parse_tcp(data) == segment
    assert verify_transport_checksum(*addresses, TCP, data)


def test_a_segment_stands_as_the_standard_draws_it():
    data = build_tcp(SEGMENT, HERE, THERE)
    assert data[:16].hex(" ", 4) == "9c4001bb 00000001 00000002 60180200"
    assert data[18:] == bytes([0, 7]) + b"\1\1\1\0data"


@pytest.mark.parametrize(
    ("flags", "payload", "expected"), [(ACK, b"", 0), (SYN, b"", 1), (ACK | FIN, b"ab", 3), (SYN | FIN, b"a", 3)]
)
def test_syn_and_fin_take_a_number_each_and_numbers_wrap(flags, payload, expected):
    assert TcpSegment(1, 2, 0, 0, flags, payload).next_sequence == expected
    assert TcpSegment(1, 2, 0xFFFFFFFF, 0, flags, payload).next_sequence == (expected - 1) % (1 << 32)


def test_numbers_of_a_built_segment_wrap():
    data = build_tcp(TcpSegment(1, 2, (1 << 32) + 5, -1, ACK), HERE, THERE)
    assert parse_tcp(data) == TcpSegment(1, 2, 5, 0xFFFFFFFF, ACK)


@pytest.mark.parametrize(
    ("flags", "byte"),
    [(FIN, 0x01), (SYN, 0x02), (RST, 0x04), (PSH, 0x08), (ACK, 0x10), (SYN | ACK, 0x12), (RST | ACK, 0x14)],
)
def test_the_flags_stand_at_their_bits(flags, byte):
    assert build_tcp(TcpSegment(1, 2, 3, 4, flags), HERE, THERE)[13] == byte


@pytest.mark.parametrize("words", [0, 4, 6])
def test_a_header_that_is_too_short_or_longer_than_the_segment_is_none(words):
    data = bytearray(build_tcp(TcpSegment(1, 2, 3, 4, ACK), HERE, THERE))
    data[12] = words << 4
    assert parse_tcp(bytes(data)) is None


@pytest.mark.parametrize("size", [3, 44])
def test_options_that_do_not_fit_are_refused(size):
    with pytest.raises(UsageError, match="TCP options"):
        build_tcp(TcpSegment(1, 2, 3, 4, ACK, options=bytes(size)), HERE, THERE)
