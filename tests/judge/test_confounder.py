"""One confounder after the other: what looks like blocking and is not, and beside it its twin without the innocent sign.

Numbers are those of ``docs/explanation/confounders.md``. A twin differs from its innocent in the contrast alone, so each pair shows
that the contrast decides, and not that nothing would ever fire.
"""

import re
from pathlib import Path
from typing import Any

import pytest

from tests.judge.reference import FALSE_NOTICE, NOTICE, make_refdata
from tests.judge.world import (
    BAD_DATE,
    BAD_NAME,
    GATE_HEADERS,
    LIE,
    NO_DATA,
    NXDOMAIN,
    OWN_HEADERS,
    REFUSED,
    RESET,
    SELF_SIGNED,
    TIMEOUT,
    Book,
    Measurement,
    Story,
    issued_by,
    judge,
    measurement,
    others,
    own_certificate,
    reach,
    resolve,
    self_signed,
    site,
)

SEALED, PLAIN = "https://news.example/", "http://news.example/"
NAMES = ("shop.example", "weather.example", "library.test")
REST = others(*NAMES)
PLAIN_REST = others(*NAMES, scheme="http")
GATE: dict[str, Any] = {"title": "Stop here", "length": 900, "headers": GATE_HEADERS}
LOCAL_COPY = "192.31.196.40"
"""An address of a content network that only this country is given."""

book = Book()


arrived = resolve(measurement(PLAIN)).connect().helper()
shaken = resolve(measurement(SEALED)).connect().shake().helper()
forged = resolve(measurement(SEALED)).connect().helper()
abroad = site(SEALED, cc="XB", asn=64700)


def is_innocent(story: Story, state: str | None = None, locus: str | None = None) -> None:
    why = f"{story.state}: {story.verdict['why']} {sorted(story.rules)}"
    assert story.state not in ("blocked", "likely_blocked"), why
    assert story.mechanisms == [], why
    assert state is None or story.state == state, why
    assert locus is None or story.locus == locus, why


def is_interfered(story: Story) -> None:
    assert story.state in ("blocked", "likely_blocked"), f"{story.verdict['why']} {sorted(story.rules)}"
    assert story.locus == "network"


def given(address: str, url: str = SEALED) -> Measurement:
    """Return a measurement whose network gives ``address``, and nobody else does."""
    one = measurement(url)
    return one.system(address).udp(address).doh(one.address).helper()


# 1 Content networks answer by place.

local_sealed = book.tell(reach(given(LOCAL_COPY), LOCAL_COPY).helper_tried(LOCAL_COPY), *REST)
local_plain = book.tell(reach(given(LOCAL_COPY, PLAIN), LOCAL_COPY).helper_tried(LOCAL_COPY, asn=64650), *PLAIN_REST)
local_refused = book.tell(
    given(LOCAL_COPY).connect(LOCAL_COPY).shake(LOCAL_COPY).fetch(LOCAL_COPY, status=403, title="Denied", length=300),
    *REST,
)
foreign_certificate = lambda host: self_signed("gate.test")  # noqa: E731
local_twin = book.tell(
    given(LOCAL_COPY).connect(LOCAL_COPY).shake(LOCAL_COPY, SELF_SIGNED, foreign_certificate)
    .helper_tried(LOCAL_COPY, tls=SELF_SIGNED), *REST,
)  # fmt: skip
plain_twin = book.tell(given(LOCAL_COPY, PLAIN).connect(LOCAL_COPY).fetch(LOCAL_COPY, **GATE), *PLAIN_REST)


def test_1_local_address_of_a_content_network_with_the_sites_certificate() -> None:
    is_innocent(local_sealed, "ok")


def test_1_local_address_in_the_network_that_the_helper_saw() -> None:
    is_innocent(local_plain, "ok")


def test_1_refusal_by_a_local_copy_is_the_servers() -> None:
    is_innocent(local_refused, "impaired", "server_side")


def test_1_twin_another_certificate_or_page_at_that_address() -> None:
    is_interfered(local_twin)
    is_interfered(plain_twin)


# 2 The server refuses.

REFUSALS: dict[str, Measurement] = {
    "403 under TLS": shaken.fetch(status=403, title="Forbidden", length=300),
    "451 under TLS": shaken.fetch(status=451, title="Unavailable for legal reasons", length=300),
    "451 in clear": arrived.fetch(status=451, title="Unavailable for legal reasons", length=300),
    "captcha under TLS": shaken.fetch(status=403, title="Attention Required! | Cloudflare", length=900, text="captcha"),
    "captcha in clear": arrived.fetch(status=403, title="Attention Required! | Cloudflare", length=900, text="captcha"),
    "challenge in clear": arrived.fetch(status=503, title="Just a moment...", length=900),
    "not in your country, in clear": arrived.fetch(
        status=403, title="Sorry", length=600, text="This service is not available in your country."
    ),
    "403 in clear with the site's own headers": arrived.fetch(status=403, title="Forbidden", length=300),
}
refusals = {name: book.tell(one, *REST, *PLAIN_REST) for name, one in REFUSALS.items()}
polite_sealed = book.tell(
    shaken.fetch(title="Sorry", length=600, text="This service is not available in your country."), *REST
)
polite_plain = book.tell(
    arrived.fetch(title="Sorry", length=600, text="This service is not available in your country."), *PLAIN_REST
)
refusal_twin = book.tell(arrived.fetch(status=403, **GATE), *PLAIN_REST)


@pytest.mark.parametrize("name", REFUSALS)
def test_2_refusal_is_the_servers(name: str) -> None:
    is_innocent(refusals[name], "impaired", "server_side")


def test_2_refusal_with_status_200_under_the_sites_certificate_is_the_servers() -> None:
    is_innocent(polite_sealed, "impaired", "server_side")


def test_2_refusal_with_status_200_in_clear_and_with_the_sites_headers_is_the_servers() -> None:
    is_innocent(polite_plain, "impaired", "server_side")


def test_2_twin_error_page_by_another_server() -> None:
    is_interfered(refusal_twin)


# 3 Captive portals.


def led_to(place: str, one: Measurement) -> Measurement:
    """Return a plain measurement that was led to ``place``."""
    moved = one.fetch(status=302, title=None, length=0, location=place, headers=GATE_HEADERS)
    return moved.fetch(url=place, depth=1, title="Sign in", length=1200, headers=GATE_HEADERS)


def portal_run(place: str = "http://gate.test/login") -> list[Measurement]:
    return [led_to(place, resolve(measurement(f"http://{name}/")).connect().helper()) for name in NAMES]


portal = book.tell(led_to("http://gate.test/login", arrived), *portal_run())
named_portal = book.tell(led_to("http://hotspot.gate.test/", arrived), *REST)
portal_by_name = book.tell(
    given("10.0.0.1", PLAIN).connect("10.0.0.1").fetch("10.0.0.1", title="Sign in", length=1200, headers=GATE_HEADERS),
    *[
        measurement(f"http://{n}/").system("10.0.0.1").udp("10.0.0.1").doh(failure=TIMEOUT).helper().connect("10.0.0.1")
        .fetch("10.0.0.1", title="Sign in", length=1200, headers=GATE_HEADERS)
        for n in NAMES
    ],
)  # fmt: skip


def greeted(name: str) -> Measurement:
    """Return a measurement by a portal whose public address stands for every name, and which has no certificate for any."""
    one = measurement(f"https://{name}/")
    astray = one.system(LIE).udp(LIE).doh(one.address).helper().connect(LIE).shake(LIE, BAD_NAME, foreign_certificate)
    return astray.helper_tried(LIE, tls=BAD_NAME)


public_portal = book.tell(greeted("news.example"), *map(greeted, NAMES))
public_portal_twin = book.tell(greeted("news.example"), *REST)
portal_twin = book.tell(
    led_to("http://gate.test/login", arrived),
    led_to("http://gate.test/login", arrived).seen(run=2).later(5), *PLAIN_REST,
)  # fmt: skip


@pytest.mark.parametrize("story", [portal, named_portal], ids=["all led away", "by its name"])
def test_3_captive_portal_is_local(story: Story) -> None:
    is_innocent(story, "impaired", "local")


def test_3_portal_that_answers_for_every_name_is_local() -> None:
    is_innocent(portal_by_name, "impaired", "local")


def test_3_portal_with_a_public_address_that_answers_for_every_name_is_local() -> None:
    is_innocent(public_portal, "impaired", "local")


@pytest.mark.parametrize("story", [portal_twin, public_portal_twin], ids=["by a page", "by a public address"])
def test_3_twin_only_this_name_is_led_away(story: Story) -> None:
    is_interfered(story)


# 4 Who measures is not known: withheld networks, carrier-grade NAT, VPNs.

withheld: dict[str, Any] = {"asn": 0, "cc": "ZZ"}
withheld_ok = book.tell(site(SEALED).seen(**withheld))
no_control_here = resolve(measurement(SEALED)).connect(failure=TIMEOUT).no_helper()
timed_out = resolve(measurement(SEALED)).connect(failure=TIMEOUT).helper()
strangers = book.tell(no_control_here.seen(asn=0), timed_out.seen(asn=0, cc="XB", run=2).later(-4))
nat64 = book.tell(reach(given("64:ff9b::c034:c105"), "64:ff9b::c034:c105"), *REST)
withheld_twin = book.tell(no_control_here, timed_out.seen(run=2).later(-4), timed_out.seen(run=3).later(-8), *REST)


def test_4_withheld_network_and_country_are_reached_as_any() -> None:
    is_innocent(withheld_ok, "ok")


def test_4_two_withheld_networks_are_not_one_network() -> None:
    is_innocent(strangers)
    assert "tcp.as_before" not in strangers.rules


def test_4_translated_addresses_of_a_network_without_ipv4() -> None:
    is_innocent(nat64, "ok")


def test_4_twin_the_same_network_as_before() -> None:
    is_interfered(withheld_twin)


# 5 Dead and parked sites.

DEAD: dict[str, Measurement] = {
    "refuses everybody": resolve(measurement(SEALED)).connect(failure=REFUSED).helper(
        tcp="connection_refused_error", failure="connection_refused_error"
    ),
    "silent to everybody": resolve(measurement(SEALED)).connect(failure=TIMEOUT).helper(tcp=TIMEOUT, failure=TIMEOUT),
    "resets everybody's handshake": resolve(measurement(SEALED)).connect().shake(failure=RESET).helper(
        tls=RESET, failure=RESET
    ),
    "page fails for everybody": arrived.fetch(failure=TIMEOUT).helper(failure=TIMEOUT),
    "error to everybody": arrived.fetch(status=503, title="Error", length=300).helper(status=503, title="Error", length=300),
}  # fmt: skip
dead = {name: book.tell(one, *REST) for name, one in DEAD.items()}
parked = book.tell(
    arrived.fetch(title="This domain is for sale", length=5100).helper(title="This domain is for sale", length=5000),
    *PLAIN_REST,
)
dead_twin = book.tell(timed_out, *REST)


@pytest.mark.parametrize("name", DEAD)
def test_5_what_fails_at_the_helper_too_is_down(name: str) -> None:
    is_innocent(dead[name], "down", "server_side")


def test_5_parked_site_that_the_helper_got_too_is_reached() -> None:
    is_innocent(parked, "ok")


def test_5_twin_the_helper_got_through() -> None:
    is_interfered(dead_twin)


# 6 Resolvers that are broken, greedy or chosen.


def unresolved(name: str, failure: str) -> Measurement:
    """Return a measurement of a name that the system's resolver failed on."""
    one = measurement(f"https://{name}/").system(failure=failure)
    return reach(one.udp(one.address).doh(one.address)).helper()


broken = {
    failure: book.tell(unresolved("news.example", failure), *[unresolved(name, failure) for name in NAMES])
    for failure in (TIMEOUT, "dns_servfail_error", "dns_refused_error")
}
broken_nxdomain = book.tell(unresolved("news.example", NXDOMAIN), *[unresolved(name, NXDOMAIN) for name in NAMES])


def advertised(name: str) -> Measurement:
    """Return a measurement of a name that does not exist, for which the resolver gives its own search page."""
    one = measurement(f"http://{name}/").system(LIE).udp(failure=NXDOMAIN).doh(failure=NXDOMAIN).helper(dns=NXDOMAIN)
    return one.connect(LIE).fetch(LIE, title="Search results", length=2000, headers=GATE_HEADERS)


hijacked = book.tell(advertised("gone.example"), *[advertised(f"gone{i}.example") for i in range(4)], *PLAIN_REST)
dead_before = [
    site_.seen(run=3).later(-20)
    for site_ in (
        advertised(f"gone{i}.example").system(failure=NXDOMAIN).without("connects", "requests") for i in range(2)
    )
]
hijacked_since = book.tell(advertised("gone0.example"), advertised("gone1.example"), *dead_before, *PLAIN_REST)
ghost_twin = book.tell(advertised("gone0.example"), dead_before[1], *PLAIN_REST)
family_filter = book.tell(unresolved("news.example", NXDOMAIN).seen(resolver_asn=64999), *REST)
filter_one = measurement(SEALED, resolver_asn=64999)
filter_page = book.tell(
    filter_one.system(LIE).udp(filter_one.address).doh(filter_one.address).helper()
    .connect(LIE).shake(LIE, SELF_SIGNED, foreign_certificate).helper_tried(LIE, tls=SELF_SIGNED), *REST,
)  # fmt: skip
resolver_twin = book.tell(
    measurement(SEALED).system(failure=NXDOMAIN).udp(failure=NXDOMAIN).doh(abroad.address).helper(), *REST
)


@pytest.mark.parametrize("failure", broken)
def test_6_resolver_that_fails_on_every_name_is_local(failure: str) -> None:
    is_innocent(broken[failure], "impaired", "local")


def test_6_resolver_that_knows_no_name_at_all_is_not_the_censor_of_one() -> None:
    is_innocent(broken_nxdomain)


def test_6_resolver_that_answers_for_what_does_not_exist() -> None:
    is_innocent(hijacked, "down")


def test_6_resolver_that_began_to_answer_for_what_does_not_exist() -> None:
    is_innocent(hijacked_since, "down")


def test_6_twin_one_dead_name_answered_and_another_not_is_a_block_left_standing() -> None:
    is_interfered(ghost_twin)


@pytest.mark.parametrize("story", [family_filter, filter_page], ids=["name denied", "page of the filter"])
def test_6_resolver_of_the_users_choice(story: Story) -> None:
    is_innocent(story, "impaired", "resolver_choice")


def test_6_twin_the_networks_resolver_and_the_public_one_deny_this_name_alone() -> None:
    is_interfered(resolver_twin)


# 7 Broken IPv6.

V6, V6_TOO = "2600:9000:1::1", "2600:9000:1::2"
six = measurement(SEALED)
two_kinds = six.system(six.address, V6).udp(six.address).doh(six.address).helper(six.address, V6)
broken_six = book.tell(reach(two_kinds).connect(V6, "network_unreachable"), *REST)
silent_six = book.tell(reach(two_kinds).connect(V6, TIMEOUT), *REST)
only_six_unreachable = book.tell(
    measurement(SEALED).system(V6, V6_TOO).udp(V6).doh(V6).helper(V6, V6_TOO)
    .connect(V6, "network_unreachable").connect(V6_TOO, "network_unreachable"), *REST,
)  # fmt: skip
six_twin = book.tell(two_kinds.connect(V6, TIMEOUT).connect(failure=TIMEOUT), *REST)


@pytest.mark.parametrize("story", [broken_six, silent_six], ids=["unreachable", "silent"])
def test_7_ipv6_decides_nothing_where_ipv4_works(story: Story) -> None:
    is_innocent(story, "ok")


def test_7_a_probe_without_a_route_to_ipv6_is_no_censor() -> None:
    is_innocent(only_six_unreachable)


def test_7_twin_ipv4_fails_too() -> None:
    is_interfered(six_twin)


# 8 Wrong clocks.

clock_seen = book.tell(forged.shake(failure=BAD_DATE, certificate=own_certificate), abroad)
clock_alone = book.tell(forged.shake(failure=BAD_DATE, certificate=own_certificate).doh(failure=BAD_DATE))
clock_run = book.tell(
    forged.shake(failure=BAD_DATE, certificate=own_certificate),
    *[
        resolve(measurement(f"https://{name}/")).connect().shake(failure=BAD_DATE, certificate=own_certificate).helper()
        for name in NAMES
    ],
)
clock_helper = book.tell(
    resolve(measurement(SEALED)).connect().shake(failure=BAD_DATE, certificate=own_certificate).no_helper(BAD_DATE),
    abroad,
)
wrong_date = book.tell(
    reach(resolve(site(SEALED).without("connects", "handshakes", "requests"))).later(24 * 400).seen(opened=abroad.at)
)
clock_twin = book.tell(forged.shake(failure=BAD_DATE, certificate=issued_by("Gate Root", "gate.test")), abroad, *REST)


@pytest.mark.parametrize(
    "story",
    [clock_seen, clock_alone, clock_run, clock_helper],
    ids=["certificate known", "DoH too", "all of the run", "helper too"],
)
def test_8_rejected_certificate_that_is_the_sites_own_is_local(story: Story) -> None:
    is_innocent(story, "impaired", "local")


def test_8_implausible_date_is_named_and_changes_nothing() -> None:
    is_innocent(wrong_date, "ok")
    assert "clock_suspect" in wrong_date.verdict["issues"]


def test_8_twin_another_certificate_and_other_names_clean() -> None:
    is_interfered(clock_twin)


# 9 One probe floods, or makes rows up.

silent_handshake = resolve(measurement(SEALED)).connect().shake(failure=TIMEOUT).no_helper()
flooded = book.tell(silent_handshake, *[abroad.seen(run=n).later(n / 10) for n in range(1, 40)])
reset = resolve(measurement(SEALED)).connect().shake(failure=RESET).helper()
vouching = reach(given(LIE), LIE).seen(cc="XB", asn=64801, run=9)
made_up = book.tell(
    given(LIE).connect(LIE).shake(LIE, SELF_SIGNED, foreign_certificate).helper_tried(LIE, tls=SELF_SIGNED),
    vouching, *REST,
)  # fmt: skip
flood_twin = book.tell(silent_handshake, abroad, abroad.seen(asn=64801), *REST)


def test_9_many_measurements_of_one_observer_are_no_two_observers() -> None:
    is_innocent(flooded, "insufficient")
    assert flooded.verdict["control"] == "none"


def test_9_one_made_up_success_does_not_make_a_block_ok() -> None:
    is_interfered(made_up)


def test_9_twin_two_observers_abroad() -> None:
    is_interfered(flood_twin)


# 10 Defects of the instrument.

CACHE = "android_dns_cache_no_data"
phone: dict[str, Any] = {"platform": "android"}


def unread(name: str) -> Measurement:
    return unresolved(name, CACHE).seen(**phone)


no_cache = book.tell(unread("news.example"), *[unread(name) for name in NAMES])
rejecting: dict[str, Any] = {"version": "3.9.0"}
old_roots = forged.shake(failure=SELF_SIGNED, certificate=issued_by("Young Root")).seen(**rejecting)
version = book.tell(
    old_roots, old_roots.seen(cc="XB", asn=64720, **rejecting), old_roots.seen(cc="XC", asn=64730, **rejecting)
)
no_cache_twin = book.tell(
    measurement(SEALED, **phone).system(failure=CACHE).udp(failure=NXDOMAIN).doh(abroad.address).helper(),
    *[one.seen(**phone) for one in REST],
)
version_twin = book.tell(old_roots, abroad.seen(version="3.9.0"), *[one.seen(**rejecting) for one in REST])


def test_10_android_that_resolves_nothing_at_all_is_local() -> None:
    is_innocent(no_cache, "impaired", "local")
    assert "defect_android_dns_cache_no_data" in no_cache.verdict["issues"]


def test_10_certificate_that_one_client_version_rejects_in_several_countries_is_local() -> None:
    is_innocent(version, "impaired", "local")


def test_10_twin_only_this_name_and_only_here() -> None:
    is_interfered(no_cache_twin)
    assert "defect_android_dns_cache_no_data" in no_cache_twin.verdict["issues"], "named, though it does not mask"
    is_interfered(version_twin)


# 11 No control is not a contrary control.

unseen = {
    "reset": resolve(measurement(SEALED)).connect().shake(failure=RESET).no_helper(),
    "silence": silent_handshake,
    "no connection": no_control_here,
    "other page": resolve(measurement(PLAIN)).connect().fetch(**GATE).no_helper(),
    "no name": measurement(SEALED).system(failure=NXDOMAIN).udp(failure=NXDOMAIN).doh(failure=TIMEOUT).no_helper(),
}
no_control = {name: book.tell(one, *REST, *PLAIN_REST) for name, one in unseen.items()}
control_twin = book.tell(reset, *REST)


@pytest.mark.parametrize("name", unseen)
def test_11_without_any_control_nothing_is_said(name: str) -> None:
    is_innocent(no_control[name])
    assert no_control[name].state != "ok"


def test_11_twin_the_helper_got_through() -> None:
    is_interfered(control_twin)


# 12 A redirect hop is not the target.

moved = (
    resolve(measurement("https://short.example/")).connect().shake()
    .fetch(status=301, title=None, length=0, location=SEALED).helper()
)  # fmt: skip
lost_hop = moved.system("192.88.99.77", host="news.example", depth=1).connect("192.88.99.77", TIMEOUT, depth=1)
dead_hop = book.tell(lost_hop.helper(failure=TIMEOUT), *REST)
nameless_hop = book.tell(
    moved.system(failure=NXDOMAIN, host="news.example", depth=1).helper(failure="dns_lookup_error"), *REST
)
bad_link = book.tell(
    arrived.fetch(status=302, title=None, length=0, location="http://", failure="http_invalid_redirect_location_host")
)
hop_twin = book.tell(lost_hop, *REST)
ill_hop = resolve(moved).system("192.88.99.77", host="news.example", depth=1).connect("192.88.99.77", depth=1)
ill_hop = ill_hop.shake("192.88.99.77", SELF_SIGNED, depth=1)
old_hop = book.tell(ill_hop, forged.seen(url="https://shop.example/").shake(failure=SELF_SIGNED), *REST[1:])


@pytest.mark.parametrize("story", [dead_hop, nameless_hop], ids=["silent", "without a name"])
def test_12_hop_that_failed_for_the_helper_too(story: Story) -> None:
    is_innocent(story, "down", "server_side")


def test_12_certificate_of_a_hop_where_others_of_the_run_were_rejected_too() -> None:
    is_innocent(old_hop)


def test_12_redirect_into_nowhere_is_the_servers() -> None:
    is_innocent(bad_link, None, "server_side")


def test_12_twin_the_helper_arrived_and_the_target_itself_is_not_accused() -> None:
    is_interfered(hop_twin)
    assert "hop.connect" in hop_twin.rules
    assert not any(rule.startswith("tcp.") for rule in hop_twin.rules)


# 13 Handshakes beside a plain request test nothing.

beside = arrived.connect(port=443, fetch_body=False)
untested = {
    name: book.tell(one, *PLAIN_REST)
    for name, one in {
        "reset": beside.shake(failure=RESET, fetch_body=False).fetch(),
        "self-signed": beside.shake(failure=SELF_SIGNED, certificate=self_signed, fetch_body=False).fetch(),
        "no connection": arrived.connect(port=443, failure=TIMEOUT, fetch_body=False).fetch(),
    }.items()
}
untested_twin = book.tell(reset, *PLAIN_REST)


@pytest.mark.parametrize("name", untested)
def test_13_handshake_that_fetches_nothing_on_a_plain_url(name: str) -> None:
    is_innocent(untested[name], "ok")


def test_13_twin_the_handshake_was_to_fetch_the_page() -> None:
    is_interfered(untested_twin)


# 14 Transparent proxies that work.

VIA = (*OWN_HEADERS, ("Via", "1.1 proxy"), ("X-Cache", "MISS"))
proxied = book.tell(arrived.fetch(headers=VIA, length=4050), *PLAIN_REST)
renamed_proxy = book.tell(arrived.fetch(headers=(("Content-Type", "text/html"), ("Server", "proxy"))), *PLAIN_REST)
proxy_twin = book.tell(arrived.fetch(title="Stop here", length=900, headers=(("Server", "proxy"),)), *PLAIN_REST)


@pytest.mark.parametrize("story", [proxied, renamed_proxy], ids=["headers added", "headers replaced"])
def test_14_proxy_that_brings_the_page(story: Story) -> None:
    is_innocent(story, "ok")


def test_14_twin_proxy_that_brings_another_page() -> None:
    is_interfered(proxy_twin)


# 15 Interception on the device or in its company.

product = issued_by("Kaspersky Anti-Virus Personal Root Certificate")
unknown = issued_by("Unheard-of Root")
antivirus = book.tell(forged.shake(failure=SELF_SIGNED, certificate=product), abroad, *REST)
company = book.tell(
    forged.shake(failure=SELF_SIGNED, certificate=unknown),
    *[
        resolve(measurement(f"https://{name}/")).connect().shake(failure=SELF_SIGNED, certificate=unknown).helper()
        for name in NAMES
    ],
    abroad,
)
interception_twin = book.tell(forged.shake(failure=SELF_SIGNED, certificate=unknown), abroad, *REST)


@pytest.mark.parametrize("story", [antivirus, company], ids=["known product", "all names of the run"])
def test_15_interception_beside_the_probe_is_local(story: Story) -> None:
    is_innocent(story, "impaired", "local")


def test_15_twin_unknown_issuer_and_other_names_clean() -> None:
    is_interfered(interception_twin)


# 16 DNS over HTTPS itself is blocked.

no_doh = {
    failure: book.tell(reach(resolve(measurement(SEALED)).doh(failure=failure)).helper(), *REST)
    for failure in (RESET, TIMEOUT, SELF_SIGNED, NXDOMAIN)
}
doh_twin = book.tell(
    measurement(SEALED).system(failure=NXDOMAIN).udp(failure=NXDOMAIN).doh(failure=RESET).helper(), *REST
)


@pytest.mark.parametrize("failure", no_doh)
def test_16_failed_lookup_over_https_is_not_of_the_target(failure: str) -> None:
    is_innocent(no_doh[failure], "ok")


def test_16_twin_the_systems_resolver_denies_the_name() -> None:
    is_interfered(doh_twin)


# 18 Names that are gone.

gone = measurement(SEALED).helper(dns=NXDOMAIN)
GONE = {
    "for all": gone.system(failure=NXDOMAIN).udp(failure=NXDOMAIN).doh(failure=NXDOMAIN),
    "as the helper spells it": gone.helper(dns="dns_name_error").system(failure=NXDOMAIN).udp(failure=NXDOMAIN),
    "without an address": gone.helper(dns=NO_DATA).system(failure=NO_DATA).udp(failure=NO_DATA).doh(failure=NO_DATA),
    "lame": gone.helper(dns="dns_server_misbehaving").system(failure="dns_server_misbehaving"),
    "on Android": gone.system(failure=CACHE).udp(failure=NXDOMAIN).doh(failure=NXDOMAIN).seen(**phone),
}
vanished = {name: book.tell(one, *[o.seen(platform=one.platform) for o in REST]) for name, one in GONE.items()}
gone_twin = book.tell(GONE["for all"].doh(abroad.address).helper(), *REST)


@pytest.mark.parametrize("name", GONE)
def test_18_name_that_is_gone_is_down(name: str) -> None:
    is_innocent(vanished[name], "down", "server_side")


def test_18_twin_the_name_exists() -> None:
    is_interfered(gone_twin)


# 20 One page for many names, seen in several countries, is a hosting company's.


def suspended(name: str, **values: Any) -> Measurement:
    """Return a measurement of a site whose host shows a page of its own to some visitors."""
    one = resolve(measurement(f"http://{name}/")).connect().helper()
    return one.fetch(title="Account on hold", length=900, headers=GATE_HEADERS).seen(**values)


hosted = book.tell(
    suspended("news.example"), suspended("shop.example"), suspended("weather.example"),
    suspended("news.example", cc="XB", asn=64710), suspended("shop.example", cc="XC", asn=64711), *others("library.test"),
)  # fmt: skip
hosted_twin = book.tell(
    suspended("news.example"),
    suspended("shop.example", run=2),
    suspended("weather.example"),
    *others("library.test", scheme="http"),
)


def test_20_one_page_for_many_names_in_several_countries() -> None:
    is_innocent(hosted)


def test_20_twin_in_one_country_alone() -> None:
    is_interfered(hosted_twin)


# 21 Failures that nobody has words for.

WORDS = ("unknown_failure: connexion refusée par le serveur", "соединение сброшено", "a connection attempt failed")
UNKNOWN = {
    "name": measurement(SEALED).system(failure=WORDS[1]).udp(failure=WORDS[1]).doh(failure=WORDS[1]).helper(),
    "connect": resolve(measurement(SEALED)).connect(failure=WORDS[0]).helper(),
    "handshake": resolve(measurement(SEALED)).connect().shake(failure=WORDS[2]).helper(),
    "request": arrived.fetch(failure=WORDS[1]),
}
unnamed = {step: book.tell(one, *REST) for step, one in UNKNOWN.items()}
words_twin = book.tell(resolve(measurement(SEALED)).connect(failure=REFUSED).helper(), *REST)


@pytest.mark.parametrize("step", UNKNOWN)
def test_21_failure_without_a_known_name_is_no_sign(step: str) -> None:
    is_innocent(unnamed[step])
    assert unnamed[step].state != "ok"


def test_21_twin_a_failure_with_a_name() -> None:
    is_interfered(words_twin)


# 23 Bodies that the client cut.

CUT = 1 << 19
cut = book.tell(arrived.fetch(length=CUT, truncated=True).helper(length=6 * CUT), *PLAIN_REST)
cut_untitled = book.tell(
    arrived.fetch(title=None, length=CUT, truncated=True).helper(title="", length=6 * CUT), *PLAIN_REST
)
cut_twin = book.tell(arrived.fetch(**GATE).helper(title="", length=6 * CUT), *PLAIN_REST)


@pytest.mark.parametrize(
    "story",
    [
        pytest.param(cut, id="with a title"),
        pytest.param(cut_untitled, id="without"),
    ],
)
def test_23_body_that_the_client_cut(story: Story) -> None:
    is_innocent(story, "ok")


def test_23_twin_body_that_was_short() -> None:
    is_interfered(cut_twin)


# 24 Android's resolver hides the code.

hidden = book.tell(GONE["on Android"].without("queries").system(failure=CACHE).seen(test_version="0.4.3", **phone))
hidden_twin = book.tell(
    measurement(SEALED, test_version="0.4.3", **phone).system(failure=CACHE).helper(),
    *[one.seen(**phone) for one in REST],
)


def test_24_hidden_code_for_a_name_that_is_gone() -> None:
    is_innocent(hidden, "down", "server_side")


def test_24_twin_the_name_exists_and_no_exact_code_is_claimed() -> None:
    is_interfered(hidden_twin)
    assert hidden_twin.mechanisms == ["dns"]


# 25 Encrypted client hello: the outer name is not the target's, and grease is nothing.

OUTER = "outer.test"
echoing = resolve(measurement(SEALED)).connect().helper()
grease = book.tell(
    echoing.shake(failure=RESET, outer_name=OUTER).shake().fetch(), *REST,
)  # fmt: skip
refused_outer = book.tell(
    echoing.shake(failure=SELF_SIGNED, certificate=issued_by("Outer Root", OUTER), name=OUTER, outer_name=OUTER)
    .shake().fetch(), *REST,
)  # fmt: skip
ech_twin = book.tell(echoing.shake(failure=RESET, outer_name=OUTER).shake(failure=RESET), *REST)


@pytest.mark.parametrize("story", [grease, refused_outer], ids=["reset", "outer certificate"])
def test_25_failed_encrypted_hello_beside_a_good_plain_one(story: Story) -> None:
    is_innocent(story, "ok")


def test_25_twin_the_plain_hello_fails_too() -> None:
    is_interfered(ech_twin)


# 26 and 20 Fingerprints that lie.


@pytest.fixture(scope="module")
def known(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Story]:
    folder: Path = tmp_path_factory.mktemp("refdata")
    prints = Book(refdata=lambda: make_refdata(folder), marked=False)
    closed = arrived.fetch(title="Season's end", length=900, text=FALSE_NOTICE)
    quoted = arrived.fetch(text=NOTICE)
    return {
        "false positive, same page": prints.tell(closed.helper(title="Season's end", length=905), *PLAIN_REST),
        "both kinds": prints.tell(
            arrived.fetch(title="Season's end", length=900, text=FALSE_NOTICE + NOTICE)
            .helper(title="Season's end", length=905), *PLAIN_REST,
        ),
        "quoted by the site": prints.tell(quoted, *PLAIN_REST),
        "under the site's certificate": prints.tell(shaken.fetch(text=NOTICE), *REST),
        "twin": prints.tell(arrived.fetch(title="Notice", length=900, headers=GATE_HEADERS, text=NOTICE), *PLAIN_REST),
    }  # fmt: skip


@pytest.mark.parametrize(
    "name",
    [
        "false positive, same page",
        "both kinds",
        "quoted by the site",
        "under the site's certificate",
    ],
)
def test_26_fingerprint_on_a_page_that_the_helper_got_too(known: dict[str, Story], name: str) -> None:
    is_innocent(known[name], "ok")


def test_26_twin_national_fingerprint_on_another_page(known: dict[str, Story]) -> None:
    assert known["twin"].state == "blocked"


# The book itself: a story told among others has the verdict that it has alone.


@pytest.mark.parametrize("story", [local_twin, clock_run, hosted])
def test_stories_of_a_book_do_not_touch(story: Story) -> None:
    alone = judge(*story.measurements)
    together = story.verdict
    assert alone["state"] == together["state"]
    assert alone["rules"] == together["rules"]
    assert alone["p_blocked"] == together["p_blocked"]


# The list of confounders and these tests are one.


def test_every_confounder_on_the_list_has_an_innocent_and_a_twin(root: Path) -> None:
    text = (root / "docs/explanation/confounders.md").read_text(encoding="utf-8")
    listed = {int(number) for number in re.findall(r"^\| (\d+) \|", text, re.MULTILINE)}
    names = [name for name in globals() if name.startswith("test_")]
    tested = {int(found[1]) for name in names if (found := re.match(r"test_(\d+)_(?!twin)", name))}
    twins = {int(found[1]) for name in names if (found := re.match(r"test_(\d+)_twin", name))}
    assert listed == tested == twins


# Beside the list: a line that loses packets.

unanswered = measurement(SEALED).system(failure=TIMEOUT).udp(failure=TIMEOUT).helper()
loads = [site(SEALED).seen(run=n).later(12 * n) for n in range(2, 5)]
lost_answers = book.tell(unanswered, *REST, *loads)
silenced = book.tell(unanswered, *REST, *[unanswered.seen(run=n).later(12 * n) for n in range(2, 5)])


def test_answers_lost_once_for_a_name_that_loads_at_other_times() -> None:
    is_innocent(lost_answers)


def test_twin_answers_that_never_come() -> None:
    is_interfered(silenced)
