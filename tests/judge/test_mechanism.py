"""Each mechanism by its symptom: the right path, and *blocked* only where an artefact has its contrast."""

from pathlib import Path
from typing import Any

import pytest

from netglass.vocab.mechanism import MECHANISMS
from tests.judge.reference import FINGERPRINTED_ADDRESS, NOTICE, make_refdata
from tests.judge.world import (
    BAD_NAME,
    BOGON,
    EOF,
    GATE_HEADERS,
    LIE,
    NO_DATA,
    NXDOMAIN,
    REFUSED,
    RESET,
    SELF_SIGNED,
    TIMEOUT,
    UNREACHABLE,
    Book,
    Measurement,
    Story,
    issued_by,
    measurement,
    others,
    reach,
    resolve,
    self_signed,
    site,
)

SEALED, PLAIN = "https://news.example/", "http://news.example/"
REST = others("shop.example", "weather.example", "library.test")
PLAIN_REST = others("shop.example", "weather.example", "library.test", scheme="http")
GATE: dict[str, Any] = {"title": "Stop here", "length": 900, "headers": GATE_HEADERS}

book = Book()


def lied_to(address: str, url: str = SEALED) -> Measurement:
    """Return a measurement whose network gives ``address``, to the public resolver's question too."""
    one = measurement(url)
    return one.system(address).udp(address).doh(one.address).helper()


def unresolved(failure: str, udp: str | None = "same") -> Measurement:
    """Return a measurement whose resolver failed; the page came all the same by the address of DNS over HTTPS."""
    one = measurement(SEALED).system(failure=failure)
    one = one.udp(one.address) if udp is None else one.udp(failure=failure if udp == "same" else udp)
    return reach(one.doh(one.address)).helper()


def shows(story: Story, state: str, *mechanisms: str) -> None:
    assert story.mechanisms == list(mechanisms), story.verdict["why"]
    assert (story.state, story.locus) == (state, "network"), story.verdict
    assert set(mechanisms) <= MECHANISMS


# Name resolution.

bogon = book.tell(lied_to(BOGON).connect(BOGON, TIMEOUT), *REST)


def test_bogon_from_the_networks_resolver_is_blocked() -> None:
    shows(bogon, "blocked", "dns.injection.bogon")


lone_page = book.tell(lied_to(LIE, PLAIN).connect(LIE).fetch(LIE, **GATE).helper_tried(LIE), *PLAIN_REST)
other_lie = lied_to(LIE, "http://radio.example/").connect(LIE).fetch(LIE, **GATE).helper_tried(LIE)
shared_page = book.tell(lied_to(LIE, PLAIN).connect(LIE).fetch(LIE, **GATE).helper_tried(LIE), other_lie, *PLAIN_REST)


def test_page_at_an_injected_address_is_a_block_page_by_dns() -> None:
    shows(lone_page, "likely_blocked", "dns.injection.blockpage")


def test_the_same_injected_address_for_two_names_is_the_contrast() -> None:
    shows(shared_page, "blocked", "dns.injection.blockpage")


foreign = lied_to(LIE).connect(LIE).shake(LIE, SELF_SIGNED, lambda host: self_signed("gate.test"))
gate_certificate = book.tell(foreign.helper_tried(LIE, tls=SELF_SIGNED), *REST)


def test_another_sites_certificate_at_an_injected_address() -> None:
    shows(gate_certificate, "blocked", "dns.injection")


dead_lie = book.tell(lied_to(LIE).connect(LIE, TIMEOUT).helper_tried(LIE, tcp=TIMEOUT), *REST)


def test_injected_address_where_nothing_answers() -> None:
    shows(dead_lie, "likely_blocked", "dns.injection")


lied_nxdomain = book.tell(unresolved(NXDOMAIN), *REST)
lone_nxdomain = book.tell(unresolved(NXDOMAIN))
old_nxdomain = book.tell(measurement(SEALED, test_version="0.4.3").system(failure=NXDOMAIN).helper(), *REST)


def test_nxdomain_by_two_resolvers_for_a_name_that_exists_is_blocked() -> None:
    shows(lied_nxdomain, "blocked", "dns.nxdomain")


@pytest.mark.parametrize("story", [lone_nxdomain, old_nxdomain], ids=["alone", "0.4"])
def test_nxdomain_without_its_contrast_is_likely(story: Story) -> None:
    shows(story, "likely_blocked", "dns.nxdomain")


refused_name = book.tell(unresolved("dns_refused_error"), *REST)
servfail_name = book.tell(unresolved("dns_servfail_error"), *REST)
go_servfail = book.tell(unresolved("dns_server_misbehaving", udp="dns_refused_error"), *REST)
empty_name = book.tell(unresolved(NO_DATA), *REST)
silent_name = book.tell(unresolved(TIMEOUT), *REST)


@pytest.mark.parametrize(
    ("story", "path"),
    [
        (refused_name, "dns.refused"),
        (servfail_name, "dns.servfail"),
        (go_servfail, "dns.refused"),
        (empty_name, "dns.nodata"),
        (silent_name, "dns.timeout"),
    ],
    ids=["refused", "servfail", "refused as Go spells it", "no data", "time-out"],
)
def test_other_answers_of_the_resolver_are_likely(story: Story, path: str) -> None:
    shows(story, "likely_blocked", path)


phone: dict[str, Any] = {"platform": "android"}
hidden_code = book.tell(
    unresolved("android_dns_cache_no_data", udp=NXDOMAIN).seen(**phone), *[o.seen(**phone) for o in REST]
)


def test_android_hides_the_code_and_the_other_resolver_tells_it() -> None:
    shows(hidden_code, "likely_blocked", "dns.nxdomain")


ghost = book.tell(
    measurement(SEALED).system(BOGON).udp(BOGON).doh(failure=NXDOMAIN).connect(BOGON, TIMEOUT).helper(dns=NXDOMAIN),
    *REST,
)
gone = book.tell(
    measurement(SEALED).system(failure=NXDOMAIN).udp(failure=NXDOMAIN).doh(failure=NXDOMAIN).helper(dns=NXDOMAIN)
)


def test_a_rule_that_outlives_its_target_goes_before_down() -> None:
    assert ghost.state in ("blocked", "likely_blocked")
    assert ghost.mechanisms == ["dns.injection.bogon"]
    assert gone.state == "down"


# Connecting.

UNCONNECTED = {
    "tcp.timeout": TIMEOUT, "tcp.refused": REFUSED, "tcp.reset": RESET, "ip.unreachable": UNREACHABLE,
}  # fmt: skip
unconnected = {
    path: book.tell(resolve(measurement(SEALED)).connect(failure=failure).helper(), *REST)
    for path, failure in UNCONNECTED.items()
}


@pytest.mark.parametrize("path", UNCONNECTED)
def test_no_connection_while_the_helper_connects_is_likely(path: str) -> None:
    shows(unconnected[path], "likely_blocked", path)


# Shaking hands.

UNSHAKEN = {"tls.reset.sni": RESET, "tls.timeout": TIMEOUT, "tls.eof": EOF, "tls.alert": "ssl_failed_handshake"}
unshaken = {
    path: book.tell(resolve(measurement(SEALED)).connect().shake(failure=failure).helper(), *REST)
    for path, failure in UNSHAKEN.items()
}


@pytest.mark.parametrize("path", UNSHAKEN)
def test_handshake_that_fails_at_one_address_is_likely(path: str) -> None:
    shows(unshaken[path], "likely_blocked", path)


TWO = ("192.52.193.30", "192.175.48.30")
both = measurement(SEALED).system(*TWO).udp(*TWO).doh(*TWO).helper(*TWO)
for address in TWO:
    both = both.connect(address).shake(address, RESET)
reset_twice = book.tell(both, *REST)
neighbour = measurement("https://shop.example/").system(TWO[0]).udp(TWO[0]).doh(TWO[0]).helper(TWO[0])
reset_here = (
    measurement(SEALED).system(TWO[0]).udp(TWO[0]).doh(TWO[0]).helper(TWO[0]).connect(TWO[0]).shake(TWO[0], RESET)
)
reset_by_name = book.tell(reset_here, reach(neighbour, TWO[0]))


def test_reset_at_two_addresses_is_blocked() -> None:
    shows(reset_twice, "blocked", "tls.reset.sni")


def test_reset_where_another_name_is_served_at_the_same_address_is_blocked() -> None:
    shows(reset_by_name, "blocked", "tls.reset.sni")


abroad = site(SEALED, cc="XB", asn=64700)
forged = resolve(measurement(SEALED)).connect().helper()
self_made = book.tell(forged.shake(failure=SELF_SIGNED, certificate=self_signed), abroad, *REST)
self_made_alone = book.tell(forged.shake(failure=SELF_SIGNED, certificate=self_signed), *REST)
wrong_name = book.tell(forged.shake(failure=BAD_NAME, certificate=issued_by("Gate Root", "gate.test")), abroad, *REST)


def test_certificate_that_is_not_the_one_others_verified_is_blocked() -> None:
    shows(self_made, "blocked", "tls.mitm.self_signed")
    shows(wrong_name, "blocked", "tls.mitm")


def test_rejected_certificate_without_comparison_is_likely() -> None:
    shows(self_made_alone, "likely_blocked", "tls.mitm.self_signed")


# Fetching.

arrived = resolve(measurement(PLAIN)).connect().helper()
UNFETCHED = {"http.reset.host": RESET, "http.eof": EOF, "http.timeout": TIMEOUT}
unfetched = {path: book.tell(arrived.fetch(failure=failure), *PLAIN_REST) for path, failure in UNFETCHED.items()}
reset_again = book.tell(arrived.fetch(failure=RESET), arrived.fetch(failure=RESET).seen(run=2).later(5), *PLAIN_REST)
slow = book.tell(arrived.fetch(status=206, length=700, failure=TIMEOUT), *PLAIN_REST)


@pytest.mark.parametrize("path", UNFETCHED)
def test_request_that_fails_once_is_likely(path: str) -> None:
    shows(unfetched[path], "likely_blocked", path)


def test_reset_of_the_request_again_and_again_is_blocked() -> None:
    shows(reset_again, "blocked", "http.reset.host")


def test_page_that_begins_and_does_not_end_is_throttling() -> None:
    shows(slow, "likely_blocked", "http.throttle.host")


shaken = resolve(measurement(SEALED)).connect().shake().helper()
UNSEALED = {"tls.reset.other": RESET, "tls.eof": EOF, "tls.timeout": TIMEOUT}
unsealed = {path: book.tell(shaken.fetch(failure=failure), *REST) for path, failure in UNSEALED.items()}
slow_seal = book.tell(shaken.fetch(status=206, length=700, failure=TIMEOUT), *REST)


@pytest.mark.parametrize("path", UNSEALED)
def test_what_fails_after_the_handshake_is_of_tls(path: str) -> None:
    shows(unsealed[path], "likely_blocked", path)


def test_throttling_under_tls_is_by_the_name() -> None:
    shows(slow_seal, "likely_blocked", "tls.throttle.sni")


gated = arrived.fetch(**GATE)
other_page = book.tell(gated, *PLAIN_REST)
second_gated = resolve(measurement("http://radio.example/")).connect().helper().fetch(**GATE)
page_for_two = book.tell(gated, second_gated.seen(run=2).later(1), *PLAIN_REST)
error_by_gate = book.tell(arrived.fetch(status=500, **GATE), *PLAIN_REST)


def test_other_page_than_the_helpers_is_likely_a_block_page() -> None:
    shows(other_page, "likely_blocked", "http.blockpage")
    shows(error_by_gate, "likely_blocked", "http.blockpage")


def test_one_page_for_two_unrelated_names_is_blocked() -> None:
    shows(page_for_two, "blocked", "http.blockpage")


led_away = arrived.fetch(status=302, title=None, length=0, location="http://gate.test/", headers=GATE_HEADERS).fetch(
    url="http://gate.test/", depth=1, **GATE
)
led_once = book.tell(led_away, *PLAIN_REST)
led_twice = book.tell(led_away, led_away.seen(run=2).later(5), *PLAIN_REST)


def test_redirect_to_where_nobody_else_is_led() -> None:
    shows(led_once, "likely_blocked", "http.redirect")
    shows(led_twice, "blocked", "http.redirect")


# Later hops.

moved = (
    resolve(measurement("https://short.example/")).connect().shake()
    .fetch(status=301, title=None, length=0, location=SEALED).helper()
)  # fmt: skip
TARGET = "news.example"
HOP = "192.88.99.77"
HOPS = {
    "dns.nxdomain": moved.system(failure=NXDOMAIN, host=TARGET, depth=1),
    "dns.refused": moved.system(failure="dns_refused_error", host=TARGET, depth=1),
    "dns.timeout": moved.system(failure=TIMEOUT, host=TARGET, depth=1),
    "tcp.timeout": moved.system(HOP, host=TARGET, depth=1).connect(HOP, TIMEOUT, depth=1),
    "tcp.refused": moved.system(HOP, host=TARGET, depth=1).connect(HOP, REFUSED, depth=1),
    "ip.unreachable": moved.system(HOP, host=TARGET, depth=1).connect(HOP, UNREACHABLE, depth=1),
    "tls.reset.sni": moved.system(HOP, host=TARGET, depth=1)
    .connect(HOP, depth=1)
    .shake(HOP, RESET, name=TARGET, depth=1),
    "tls.timeout": moved.system(HOP, host=TARGET, depth=1)
    .connect(HOP, depth=1)
    .shake(HOP, TIMEOUT, name=TARGET, depth=1),
    "tls.eof": moved.system(HOP, host=TARGET, depth=1).connect(HOP, depth=1).shake(HOP, EOF, name=TARGET, depth=1),
}
hops = {path: book.tell(one, *REST) for path, one in HOPS.items()}


@pytest.mark.parametrize("path", HOPS)
def test_hop_that_the_helper_passed_is_likely(path: str) -> None:
    shows(hops[path], "likely_blocked", path)


# Interfered with, and working; down; not enough.

working_lie = book.tell(lied_to(LIE, PLAIN).connect(LIE).fetch(LIE).helper_tried(LIE), *PLAIN_REST)


def test_injected_address_that_serves_the_site_is_ok_with_the_mechanism() -> None:
    assert (working_lie.state, working_lie.mechanisms) == ("ok", ["dns.injection.other"])


alone = measurement(SEALED)
both_refused = book.tell(
    resolve(alone).connect(failure=REFUSED).helper(tcp="connection_refused_error", failure=REFUSED), *REST
)
both_silent = book.tell(resolve(alone).connect(failure=TIMEOUT).helper(tcp=TIMEOUT, failure=TIMEOUT), *REST)
both_expired = book.tell(
    resolve(alone).connect().shake(failure="ssl_invalid_certificate", certificate=issued_by("Old Root"))
    .helper(tls="ssl_invalid_certificate", failure="unknown_error"), *REST,
)  # fmt: skip
both_broken = book.tell(
    arrived.fetch(status=502, title="Bad gateway", length=300).helper(status=502, title="Bad gateway", length=300)
)


@pytest.mark.parametrize("story", [both_refused, both_silent, both_expired, both_broken])
def test_what_fails_for_the_helper_too_is_down(story: Story) -> None:
    assert (story.state, story.locus, story.mechanisms) == ("down", "server_side", [])


nothing = book.tell(measurement(SEALED).no_helper())
resolved_only = book.tell(resolve(measurement(SEALED)).helper(), *REST)
uncontrolled = {
    name: book.tell(one.no_helper(), *REST)
    for name, one in {
        "lookup": measurement(SEALED).system(failure=NXDOMAIN).udp(failure=NXDOMAIN).doh(failure=TIMEOUT),
        "connect": resolve(measurement(SEALED)).connect(failure=TIMEOUT),
        "handshake": resolve(measurement(SEALED)).connect().shake(failure=RESET),
        "request": resolve(measurement(PLAIN)).connect().fetch(failure=RESET),
        "page": resolve(measurement(PLAIN)).connect().fetch(**GATE),
    }.items()
}


@pytest.mark.parametrize("story", [nothing, resolved_only], ids=["empty", "resolved only"])
def test_too_little_is_insufficient(story: Story) -> None:
    assert (story.state, story.locus, story.mechanisms) == ("insufficient", "unknown", [])


@pytest.mark.parametrize(
    "step",
    list(uncontrolled),
)
def test_missing_control_masks(step: str) -> None:
    assert uncontrolled[step].state in ("insufficient", "impaired"), uncontrolled[step].verdict["why"]
    assert uncontrolled[step].mechanisms == []
    assert uncontrolled[step].verdict["control"] == "none"


witnesses = [site(SEALED, cc="XB", asn=64701), site(SEALED, cc="XC", asn=64702)]
crossed = {
    path: book.tell(one.no_helper(), *witnesses, *REST)
    for path, one in {
        "tcp.timeout": resolve(measurement(SEALED)).connect(failure=TIMEOUT),
        "tls.reset.sni": resolve(measurement(SEALED)).connect().shake(failure=RESET),
        "tls.timeout": resolve(measurement(SEALED)).connect().shake(failure=TIMEOUT),
    }.items()
}
half_crossed = book.tell(resolve(measurement(SEALED)).connect().shake(failure=RESET).no_helper(), witnesses[0], *REST)
home_crossed = book.tell(
    resolve(measurement(SEALED)).connect().shake(failure=RESET).no_helper(),
    site(SEALED, asn=64701), site(SEALED, asn=64702), *REST,
)  # fmt: skip


@pytest.mark.parametrize("path", crossed)
def test_two_observers_abroad_stand_in_for_the_helper(path: str) -> None:
    shows(crossed[path], "likely_blocked", path)
    assert crossed[path].verdict["control"] == "cross_network"


@pytest.mark.parametrize("story", [half_crossed, home_crossed], ids=["one abroad", "two at home"])
def test_one_observer_or_one_in_the_country_is_no_control(story: Story) -> None:
    assert story.state not in ("blocked", "likely_blocked")
    assert story.verdict["control"] == "none"


reached_alone = book.tell(
    reach(resolve(measurement(PLAIN))).no_helper(), *[site(PLAIN, cc=w.cc, asn=w.asn) for w in witnesses]
)


def test_a_page_like_that_abroad_is_reached() -> None:
    assert (reached_alone.state, reached_alone.verdict["control"]) == ("ok", "cross_network")


# Fingerprints.


@pytest.fixture(scope="module")
def known(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Story]:
    folder: Path = tmp_path_factory.mktemp("refdata")
    prints = Book(refdata=lambda: make_refdata(folder), marked=False)
    notice = arrived.fetch(title="Notice", length=900, headers=GATE_HEADERS, text=NOTICE)
    one = measurement(SEALED)
    stories = {
        "page": prints.tell(notice, *PLAIN_REST),
        "page without helper": prints.tell(notice.no_helper(), *PLAIN_REST),
        "page of another country": prints.tell(notice.seen(cc="XB"), *[o.seen(cc="XB") for o in PLAIN_REST]),
        "address": prints.tell(
            one.system(FINGERPRINTED_ADDRESS).udp(FINGERPRINTED_ADDRESS).doh(one.address).helper()
            .connect(FINGERPRINTED_ADDRESS, TIMEOUT).helper_tried(FINGERPRINTED_ADDRESS, tcp=TIMEOUT), *REST,
        ),
    }  # fmt: skip
    return stories


def test_known_block_page_of_this_country_is_blocked(known: dict[str, Story]) -> None:
    shows(known["page"], "blocked", "http.blockpage")


def test_an_artefact_needs_no_control(known: dict[str, Story]) -> None:
    shows(known["page without helper"], "blocked", "http.blockpage")


def test_block_page_of_another_country_is_at_most_likely(known: dict[str, Story]) -> None:
    shows(known["page of another country"], "likely_blocked", "http.blockpage")


def test_known_address_is_a_block_page_by_dns(known: dict[str, Story]) -> None:
    shows(known["address"], "blocked", "dns.injection.blockpage")
