import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netglass.vocab.error import UsageError
from netglass.wire.dns_data import (
    ALPN,
    ECH,
    HINT_4,
    HINT_6,
    PORT,
    Authority,
    Service,
    build_address_data,
    build_alpn,
    build_authority_data,
    build_name_data,
    build_service_data,
    build_text_data,
    parse_address_data,
    parse_authority_data,
    parse_name_data,
    parse_service_data,
    parse_text_data,
)
from netglass.wire.ip import pack_address
from tests.wire.strategy import broken

AUTHORITY = Authority("ns.example.test", "admin.example.test", 2024, 1, 2, 3, 4)
SERVICE = Service(
    1,
    ".",
    {
        ALPN: build_alpn(["h3", "h2"]),
        PORT: b"\x01\xbb",
        HINT_4: pack_address("192.0.2.1") + pack_address("192.0.2.2"),
        ECH: b"configs",
        HINT_6: pack_address("2001:db8::1"),
    },
)


@given(broken(build_authority_data(AUTHORITY), build_service_data(SERVICE), build_text_data([b"a", b"b"])))
def test_no_bytes_break_the_parsers(data):
    for parse in (parse_address_data, parse_name_data, parse_authority_data, parse_text_data):
        parse(data)
    service = parse_service_data(data)
    if service is not None:
        assert len(service.protocols) + len(service.addresses) <= len(data)


@given(st.ip_addresses())
def test_addresses(address):
    text = parse_address_data(build_address_data(str(address)))
    assert text is not None
    assert ipaddress.ip_address(text) == address


@pytest.mark.parametrize("size", [0, 3, 5, 15, 17])
def test_an_address_of_another_length_is_none(size):
    assert parse_address_data(bytes(size)) is None


def test_names_stand_alone():
    assert parse_name_data(build_name_data("a.example")) == "a.example"
    assert parse_name_data(b"\1a\0x") is None
    assert parse_name_data(b"\xc0\x0c") is None


def test_authority():
    data = build_authority_data(AUTHORITY)
    assert parse_authority_data(data) == AUTHORITY
    assert parse_authority_data(data[:-1]) is None
    assert parse_authority_data(data + b"\0") is None


@given(st.lists(st.binary(max_size=255), min_size=1, max_size=4).map(tuple))
def test_text(strings):
    assert parse_text_data(build_text_data(strings)) == strings


def test_text_of_no_or_too_long_strings():
    assert parse_text_data(b"") is None
    for strings in ([], [bytes(256)]):
        with pytest.raises(UsageError):
            build_text_data(strings)


def test_a_service_tells_protocols_addresses_and_configurations():
    service = parse_service_data(build_service_data(SERVICE))
    assert service == SERVICE
    assert service.protocols == ("h3", "h2")
    assert service.addresses == ("192.0.2.1", "192.0.2.2", "2001:db8::1")


def test_the_examples_of_rfc_9460():
    """Appendix D.2, a port, and appendix D.1, an alias."""
    assert parse_service_data(bytes.fromhex("0010 03666f6f 076578616d706c65 03636f6d 00 0003 0002 0035")) == Service(
        16, "foo.example.com", {PORT: b"\0\x35"}
    )
    assert parse_service_data(bytes.fromhex("0000 03666f6f 076578616d706c65 03636f6d 00")) == Service(
        0, "foo.example.com", {}
    )


def test_parameters_out_of_order_or_twice_are_none():
    head = b"\0\1\0"
    one, two = b"\0\1\0\0", b"\0\2\0\0"
    assert parse_service_data(head + one + two) is not None
    assert parse_service_data(head + two + one) is None
    assert parse_service_data(head + one + one) is None


def test_hints_and_protocols_of_a_false_length_are_left_out():
    service = Service(1, ".", {ALPN: b"\5h2", HINT_4: bytes(5)})
    assert (service.protocols, service.addresses) == ((), ())
