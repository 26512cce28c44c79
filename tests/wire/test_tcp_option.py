import pytest
from hypothesis import given
from hypothesis import strategies as st

from netglass.vocab.error import UsageError
from netglass.wire.tcp_option import (
    MAXIMUM_SEGMENT,
    SACK_PERMITTED,
    TIMESTAMPS,
    WINDOW_SCALE,
    TcpOption,
    build_tcp_options,
    parse_maximum_segment,
    parse_tcp_options,
)
from tests.wire.strategy import broken

LINUX = bytes.fromhex("020405b4 0402080a 0a0b0c0d 00000000 01030307")


@given(broken(LINUX))
def test_no_bytes_break_the_parsers(data):
    parse_tcp_options(data)
    parse_maximum_segment(data)


def test_the_options_of_a_linux_syn():
    assert parse_tcp_options(LINUX) == (
        (MAXIMUM_SEGMENT, b"\x05\xb4"),
        (SACK_PERMITTED, b""),
        (TIMESTAMPS, bytes.fromhex("0a0b0c0d00000000")),
        (WINDOW_SCALE, b"\x07"),
    )
    assert parse_maximum_segment(LINUX) == 1460


@given(st.lists(st.builds(TcpOption, st.integers(2, 255), st.binary(max_size=8)), max_size=4))
def test_what_is_built_is_read_back(options):
    data = build_tcp_options(options)
    assert len(data) % 4 == 0
    assert parse_tcp_options(data) == tuple(options)


@pytest.mark.parametrize("data", ["02", "0200", "0201", "0204 05", "0101 0305 01"])
def test_a_list_with_a_false_length_is_none(data):
    assert parse_tcp_options(bytes.fromhex(data)) is None
    assert parse_maximum_segment(bytes.fromhex(data)) is None


def test_the_end_of_the_list_ends_it():
    assert parse_tcp_options(bytes.fromhex("0302 00 ff")) == ((WINDOW_SCALE, b""),)


def test_more_than_forty_bytes_are_refused():
    assert len(build_tcp_options([TcpOption(5, bytes(38))])) == 40
    with pytest.raises(UsageError, match="40 fit"):
        build_tcp_options([TcpOption(5, bytes(39))])
