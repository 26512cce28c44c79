import pytest
from hypothesis import given

from netglass.wire.checksum import verify_checksum, verify_transport_checksum
from netglass.wire.icmp import (
    IcmpMessage,
    QuotedFlow,
    Unreachable,
    build_icmp,
    parse_icmp,
    parse_quoted_flow,
    quote_unreachable,
)
from netglass.wire.ip import ICMP6, TCP, UDP, pack_address
from netglass.wire.packet import build_packet
from netglass.wire.tcp import SYN, TcpSegment
from netglass.wire.udp import UdpDatagram
from tests.wire.strategy import ADDRESSES, MESSAGES, broken

FOUR = pack_address("192.0.2.1"), pack_address("198.51.100.2")
SIX = pack_address("2001:db8::1"), pack_address("2001:db8::2")
QUOTED = build_packet(*FOUR, TcpSegment(40000, 443, 1, 0, SYN))


@given(broken(build_icmp(quote_unreachable(QUOTED, Unreachable.HOST), *FOUR)))
def test_no_bytes_break_the_parsers(data):
    message = parse_icmp(data)
    assert message is None or len(message.body) == len(data) - 8
    parse_quoted_flow(message or IcmpMessage(3, 0, data))


@given(MESSAGES, ADDRESSES)
def test_what_is_built_is_read_back_and_checks(message, addresses):
    data = build_icmp(message, *addresses)
    assert parse_icmp(data) == message
    is_4 = len(addresses[0]) == 4
    assert verify_checksum(data) if is_4 else verify_transport_checksum(*addresses, ICMP6, data)


@pytest.mark.parametrize(
    ("reason", "four", "six"),
    [
        (Unreachable.NETWORK, (3, 0), (1, 0)),
        (Unreachable.HOST, (3, 1), (1, 3)),
        (Unreachable.PORT, (3, 3), (1, 4)),
        (Unreachable.PROHIBITED, (3, 13), (1, 1)),
    ],
)
def test_a_reason_has_its_numbers_in_both_versions(reason, four, six):
    for addresses, expected in ((FOUR, four), (SIX, six)):
        message = quote_unreachable(build_packet(*addresses, UdpDatagram(5, 53, b"x")), reason)
        assert (message.type, message.code) == expected
        assert parse_quoted_flow(message) == QuotedFlow(UDP, *addresses, 5, 53)


@pytest.mark.parametrize(("addresses", "longest"), [(FOUR, 576 - 28), (SIX, 1280 - 48)])
def test_an_error_quotes_no_more_than_it_may(addresses, longest):
    packet = build_packet(*addresses, TcpSegment(40000, 443, 1, 0, SYN, bytes(1400)))
    message = quote_unreachable(packet, Unreachable.HOST)
    assert message.body == packet[:longest]
    assert parse_quoted_flow(message) == QuotedFlow(TCP, *addresses, 40000, 443)


def test_eight_bytes_of_the_segment_suffice():
    flow = QuotedFlow(TCP, *FOUR, 40000, 443)
    assert parse_quoted_flow(IcmpMessage(3, 1, QUOTED[:28])) == flow
    assert parse_quoted_flow(IcmpMessage(3, 1, QUOTED[:23])) is None
