import re
from ipaddress import ip_address, ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netglass.lab import fence
from netglass.vocab.error import LabError


@pytest.mark.parametrize("name", ["a.test", "A.Test.", "x-1.y.example", "test", "xn--a.example", "_dns.a.test"])
def test_names_of_the_lab_are_told_in_lower_case(name):
    assert fence.require_lab_name(name) == name.lower().rstrip(".")


@pytest.mark.parametrize(
    "name",
    [
        "example.com",
        "example.org",
        "atest",
        "a.test.com",
        "a.test\n",
        "a.test..",
        "",
        ".",
        ".test",
        "*.test",
        "a b.test",
        "a.test/x",
        "localhost",
        "é.test",
        "ⓐ.test",
        f"{'a' * 64}.test",
        f"{'a.' * 125}test",
    ],
)
def test_other_names_are_refused(name):
    with pytest.raises(LabError, match="refused"):
        fence.require_lab_name(name)


@given(st.text(max_size=30))
def test_no_text_slips_through_that_is_not_under_the_two_names(text):
    try:
        found = fence.require_lab_name(text)
    except LabError:
        return
    assert found.rsplit(".", 1)[-1] in ("test", "example")
    assert re.fullmatch(r"[a-z0-9._-]+", found)


@pytest.mark.parametrize(
    "address", ["192.31.196.1", "192.52.193.0", "192.175.48.255", "192.88.99.9", "2620:4f:8000::1"]
)
def test_addresses_of_the_lab_are_packed(address):
    assert fence.require_lab_address(address) == ip_address(address).packed
    assert fence.require_answer_address(address) == ip_address(address).packed


@pytest.mark.parametrize(
    "address",
    [
        "192.31.197.1",
        "8.8.8.8",
        "10.0.0.1",
        "2620:4f:8001::1",
        "::1",
        "::ffff:192.31.196.1",
        "x",
        "",
        "192.31.196.1/32",
    ],
)
def test_other_addresses_are_refused(address):
    with pytest.raises(LabError):
        fence.require_lab_address(address)


@pytest.mark.parametrize("address", ["10.10.34.34", "127.0.0.1", "0.0.0.0", "::", "::1", "fd00::11", "2001:db8::1"])
def test_a_forged_answer_may_be_an_address_that_no_router_forwards(address):
    assert fence.require_answer_address(address) == ip_address(address).packed


@pytest.mark.parametrize("address", ["8.8.8.8", "172.32.0.1", "2606:4700::1", "224.0.0.1", "nothing"])
def test_a_forged_answer_is_never_the_address_of_somebody(address):
    with pytest.raises(LabError):
        fence.require_answer_address(address)


@given(st.ip_addresses())
def test_the_fence_agrees_with_the_library_on_every_address(address):
    inside = any(address in ip_network(prefix) for prefix in fence.LAB_PREFIXES)
    assert fence.is_lab_address(address.packed) is inside
    if not (inside or any(address in ip_network(prefix) for prefix in fence.BOGON_PREFIXES)):
        with pytest.raises(LabError):
            fence.require_answer_address(str(address))


def test_bytes_that_are_no_address_are_not_of_the_lab():
    assert not fence.is_lab_address(b"")
    assert not fence.is_lab_address(bytes(5))


@pytest.mark.parametrize("prefix", ["192.31.196.0/24", "192.31.196.128/25", "192.88.99.7", "2620:4f:8000:1::/64"])
def test_prefixes_within_the_lab_are_taken(prefix):
    assert str(fence.require_lab_prefix(prefix)).startswith(prefix)


@pytest.mark.parametrize("prefix", ["0.0.0.0/0", "192.31.196.0/23", "192.31.196.1/24", "::/0", "2620:4f::/32", "x"])
def test_prefixes_that_reach_out_of_the_lab_are_refused(prefix):
    with pytest.raises(LabError):
        fence.require_lab_prefix(prefix)


@pytest.mark.parametrize(
    "url", ["http://a.test", "https://A.example:8443/x?y=1#z", "http://192.31.196.1/", "http://[2620:4f:8000::1]/block"]
)
def test_addresses_of_pages_in_the_lab_are_taken(url):
    assert fence.require_lab_url(url) == url


@pytest.mark.parametrize(
    "url",
    [
        "http://a.test@evil.com/",
        "http://evil.com\\@a.test/",
        "http://evil.com/a.test",
        "http://evil.com?a.test",
        "http://a.test.evil.com/",
        "ftp://a.test/",
        "//a.test/",
        "http://8.8.8.8/",
        "http://134744072/",
        "http://[::1]/",
        "http://a.test/\r\nX: y",
        "http://a.test/ x",
        "http://",
        "",
    ],
)
def test_other_pages_are_refused(url):
    with pytest.raises(LabError):
        fence.require_lab_url(url)


def test_networks_have_private_numbers():
    assert [fence.require_lab_asn(asn) for asn in (64512, 65534)] == [64512, 65534]
    for asn in (0, 64511, 65535, 13335, -64512):
        with pytest.raises(LabError, match="private"):
            fence.require_lab_asn(asn)


def test_countries_are_user_assigned():
    assert fence.require_lab_country("XA") == "XA"
    for country in ("CN", "xa", "X", "XAA", "XA\n", "X1", ""):
        with pytest.raises(LabError, match="XA to XZ"):
            fence.require_lab_country(country)


def test_no_variable_of_the_environment_moves_the_fence(monkeypatch):
    for name in ("NETGLASS_LAB_PREFIXES", "NETGLASS_LAB_SUFFIXES", "NETGLASS_BOGONS"):
        monkeypatch.setenv(name, "com 0.0.0.0/0")
    with pytest.raises(LabError):
        fence.require_lab_name("a.com")
    with open(fence.__file__, encoding="utf-8") as source:
        assert "environ" not in source.read().replace("environment", "")
