"""Addresses, endpoints, hosts and URLs in one spelling."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netglass.source.ooni.address import (
    join_location,
    normalise_address,
    read_target,
    split_endpoint,
    split_url,
    to_a_label,
)


def test_addresses_in_their_shortest_form() -> None:
    assert normalise_address("2001:DB8:0:0:0:0:0:1") == "2001:db8::1"
    assert normalise_address("[2001:db8::1%eth0]") == "2001:db8::1"
    assert normalise_address("::ffff:192.0.2.1") == "192.0.2.1"
    assert [normalise_address(text) for text in ("1.2.3", "1.2.3.4.5", "999.1.1.1", "site.test", "", None)] == [
        None
    ] * 6


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("192.0.2.1:443", ("192.0.2.1", 443)),
        ("[2001:db8::1]:443", ("2001:db8::1", 443)),
        ("2001:db8::1", ("2001:db8::1", None)),
        ("192.0.2.1", ("192.0.2.1", None)),
        ("192.0.2.1:99999", ("192.0.2.1", None)),
        ("192.0.2.1:x", ("192.0.2.1", None)),
        ("site.test:443", (None, None)),
        ("[scrubbed]:443", (None, None)),
        ("", (None, None)),
        (None, (None, None)),
    ],
)
def test_endpoints(text: str | None, expected: tuple[str | None, int | None]) -> None:
    assert split_endpoint(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("https://WWW.Site.test./page", ("https", "www.site.test", 443)),
        ("http://user@site.test:8080", ("http", "site.test", 8080)),
        ("http://[2001:DB8::1]/", ("http", "2001:db8::1", 80)),
        ("stun://stun.site.test:3478", ("stun", "stun.site.test", 3478)),
        ("https://bücher.test/", ("https", "xn--bcher-kva.test", 443)),
        ("http://[::1", (None, None, None)),
        ("http://site.test:99999/", (None, None, None)),
        ("/relative", (None, None, None)),
        ("http://a b.test/", ("http", None, 80)),
        (None, (None, None, None)),
    ],
)
def test_urls(text: str | None, expected: tuple[str | None, str | None, int | None]) -> None:
    assert split_url(text) == expected


@pytest.mark.parametrize(
    ("text", "host"),
    [
        ("https://Site.test/", "site.test"),
        ("Site.test", "site.test"),
        ("site.test:80", "site.test"),
        ("192.0.2.1:80", "192.0.2.1"),
        ("2001:DB8::1", "2001:db8::1"),
        ("two words", None),
        ("a:b:c", None),
        ("", None),
    ],
)
def test_what_an_input_aims_at(text: str, host: str | None) -> None:
    assert read_target(text).host == host


def test_locations_are_joined() -> None:
    assert join_location("https://site.test/a/b", "../c") == "https://site.test/c"
    assert join_location("https://site.test/", " //other.test/ ") == "https://other.test/"
    assert join_location(None, "http://[::1") == "http://[::1"


def test_names_that_are_no_names() -> None:
    assert [to_a_label(name) for name in ("a b", "x/y", "\x00", "", ".", "\u2028")] == [None] * 6
    assert to_a_label("_dmarc.Site.test") == "_dmarc.site.test"


@given(st.text(max_size=60))
def test_any_text_is_read(text: str) -> None:
    for read in (normalise_address, split_endpoint, split_url, read_target, to_a_label):
        read(text)
    join_location(text, text)
