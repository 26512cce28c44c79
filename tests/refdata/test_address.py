import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netglass.refdata.address import Address, embedded_addresses, format_address, parse_address, parse_range


@given(st.one_of(st.ip_addresses(v=4), st.ip_addresses(v=6)))
def test_the_standard_library_agrees(address):
    found = parse_address(str(address))
    mapped = getattr(address, "ipv4_mapped", None) or address
    assert found == Address(mapped.version, int(mapped))
    assert ipaddress.ip_address(format_address(found)) == mapped


@given(st.text())
def test_any_text_is_an_address_or_none(text):
    found = parse_address(text)
    assert found is None or found.version in (4, 6)


def test_brackets_and_zones_do_not_matter():
    assert parse_address("[2001:db8::1]") == parse_address("2001:db8::1") == parse_address("2001:db8::1%eth0")


@pytest.mark.parametrize(
    "text", ["", "1.2.3", "1.2.3.256", "example.org", "12:34:56", "1.2.3.4.5", "\ud800", "1\0.2.3.4"]
)
def test_what_is_no_address_is_none(text):
    assert parse_address(text) is None


@pytest.mark.parametrize(
    "text",
    ["::ffff:81.2.3.4", "64:ff9b::5102:304", "2002:5102:304::1", "2001:0:1:2:3:4:aefd:fcfb"],
    ids=["mapped", "nat64", "6to4", "teredo"],
)
def test_the_ipv4_address_inside_an_ipv6_one_is_found(text):
    value = int(ipaddress.ip_address(text))
    assert Address(4, 0x51020304) in embedded_addresses(Address(6, value))


def test_a_prefix_gives_first_and_last():
    assert parse_range("10.1.2.3/8") == (4, 0x0A000000, 0x0AFFFFFF)
    assert parse_range("192.0.2.7") == (4, 0xC0000207, 0xC0000207)
    assert parse_range("2001:db8::/32")[0] == 6


@pytest.mark.parametrize("text", ["10.0.0.0/33", "10.0.0.0/-1", "x/8", "10.0.0.0/x", str(1 << 128)])
def test_a_bad_prefix_is_an_error(text):
    with pytest.raises(ValueError):
        parse_range(text)
