"""The client's own verdict: case by case, from what was seen and what the helper saw."""

import pytest

from netglass.probe.control import ControlAddress, ControlConnect, ControlDns, ControlPage, ControlResponse
from netglass.probe.fetch import NO_RESPONSE
from netglass.probe.record import Request, Response, Transaction
from netglass.probe.verdict import Seen, compare, match_headers, match_status, match_titles

PAGE = "<title>Morning paper</title>" + "x" * 100
HEADERS = {"Content-Type": "text/html", "X-Own": "1"}


def page(url="http://site.test/", body=PAGE, code=200, headers=HEADERS):
    response = Response(body, False, code, list(headers.items()), headers) if code else NO_RESPONSE
    request = Request([], {}, url, "tcp")
    return Transaction("tcp", "192.0.2.10:80", "", None, request, response, 0, 1, (), 40001)


def seen(**changes):
    given = {
        "addresses": ["192.0.2.10"],
        "dns_failure": None,
        "is_address": False,
        "connects": {"192.0.2.10:80": None},
        "has_certificate": False,
        "page": page(),
        "failure": None,
    }
    return Seen(**given | changes)


def control(addrs=("192.0.2.10",), failure=None, connected=True, asn=0, http_failure=None, status=200):
    return ControlResponse(
        tcp_connect={"192.0.2.10:80": ControlConnect(connected, None if connected else "connect_error")},
        http_request=ControlPage(
            body_length=-1 if http_failure else len(PAGE),
            failure=http_failure,
            title="Morning paper",
            headers=HEADERS,
            status_code=-1 if http_failure else status,
        ),
        dns=ControlDns(failure, list(addrs)),
        ip_info={"192.0.2.10": ControlAddress(64600), **{address: ControlAddress(asn) for address in addrs}},
    )


BLOCK = page(body="<title>Not allowed at all</title>", headers={"Content-Type": "text/html"})
AWAY = ("198.51.100.7",)


@pytest.mark.parametrize(
    ("case", "given", "other", "blocking", "accessible"),
    [
        ("all is well", seen(), control(), False, True),
        ("over HTTPS without a control", seen(page=page("https://site.test/")), None, False, True),
        ("in clear without a control", seen(), None, None, None),
        ("another page", seen(page=BLOCK), control(), "http-diff", False),
        ("another page at another address", seen(page=BLOCK), control(AWAY), "dns", False),
        (
            "the same page that is missing for the control too",
            seen(page=page(code=404)),
            control(status=404),
            False,
            True,
        ),
        ("another status", seen(page=page(code=403)), control(), "http-diff", False),
        ("no page", seen(page=None, failure="connection_reset"), control(), "http-failure", False),
        (
            "no page for the control too",
            seen(page=None, failure="eof_error"),
            control(http_failure="eof_error"),
            False,
            False,
        ),
        (
            "no connection",
            seen(page=None, failure="generic_timeout_error", connects={"192.0.2.10:80": "generic_timeout_error"}),
            control(),
            "tcp_ip",
            False,
        ),
        (
            "no connection for the control either, which has the page elsewhere",
            seen(page=None, failure="generic_timeout_error", connects={"192.0.2.10:80": "generic_timeout_error"}),
            control(connected=False),
            "http-failure",
            False,
        ),
        (
            "no name",
            seen(page=None, addresses=[], connects={}, dns_failure="dns_nxdomain_error", failure="dns_nxdomain_error"),
            control(),
            "dns",
            False,
        ),
        (
            "no name for the control too",
            seen(page=None, addresses=[], connects={}, dns_failure="dns_nxdomain_error", failure="dns_nxdomain_error"),
            control((), "dns_name_error", http_failure="dns_lookup_error"),
            False,
            False,
        ),
        ("a page that the control could not get", seen(), control(http_failure="unknown_error"), None, None),
    ],
)
def test_a_verdict(case, given, other, blocking, accessible) -> None:
    verdict = compare(given, other)
    assert (verdict.blocking, verdict.accessible) == (blocking, accessible), case


@pytest.mark.parametrize(
    ("given", "other", "consistency"),
    [
        (seen(), control(), "consistent"),
        (seen(), control(AWAY), "inconsistent"),
        (seen(), control(AWAY, asn=64600), "consistent"),
        (seen(has_certificate=True), control(AWAY), "consistent"),
        (seen(is_address=True), control(AWAY), "consistent"),
        (seen(addresses=[], dns_failure="dns_nxdomain_error"), control(), "inconsistent"),
        (seen(addresses=[], dns_failure="dns_nxdomain_error"), control((), "dns_name_error"), "consistent"),
        (seen(), control((), "dns_name_error"), "inconsistent"),
        (seen(), None, None),
    ],
)
def test_lookups_are(given, other, consistency) -> None:
    assert compare(given, other).dns_consistency == consistency


def test_a_map_of_networks_tells_consistency_too() -> None:
    networks = {"192.0.2.10": (64600, ""), "198.51.100.7": (64600, "")}
    assert compare(seen(), control(AWAY), networks.get).dns_consistency == "consistent"


@pytest.mark.parametrize(
    ("length", "proportion", "match"), [(len(PAGE), 1.0, True), (len(PAGE) // 2, 0.5, False), (0, 0.0, False)]
)
def test_bodies_are_compared_by_length(length, proportion, match) -> None:
    verdict = compare(seen(page=page(body="x" * length)), control())
    assert (verdict.body_proportion, verdict.body_length_match) == (proportion, match)


def test_a_cut_body_is_not_compared() -> None:
    cut = page(body="x")
    cut.response.body_is_truncated = True
    assert compare(seen(page=cut), control()).body_length_match is None


def test_headers_match_by_all_names_or_a_rare_one() -> None:
    assert match_headers({"Date", "Server"}, {"date", "server"})
    assert match_headers({"Date", "X-Rare"}, {"Server", "x-rare"})
    assert not match_headers({"Date", "Server"}, {"Date"})


def test_a_status_matches_where_the_control_had_success() -> None:
    assert [match_status(200, 200), match_status(403, 200), match_status(200, 503)] == [True, False, None]


@pytest.mark.parametrize(
    ("ours", "theirs", "match"),
    [
        ("Morning paper", "The Morning post", True),
        ("Morning paper", "Evening paper", False),
        ("", "Morning", None),
        ("a b c", "Morning", None),
    ],
)
def test_titles_match_by_their_first_long_word(ours, theirs, match) -> None:
    assert match_titles(ours, theirs) is match
