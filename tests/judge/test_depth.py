"""How deep a mechanism is named: as deep as the evidence goes, and no deeper."""

from pathlib import Path
from typing import Any

import pytest

from netglass.refdata.snapshot import Refdata, add_snapshot, load_refdata
from tests.judge.reference import FINGERPRINTED_ADDRESS, NOTICE, make_refdata
from tests.judge.world import (
    AUTHORITY_PEM,
    BAD_NAME,
    GATE_HEADERS,
    LIE,
    RESET,
    SELF_SIGNED,
    TIMEOUT,
    Book,
    Measurement,
    Story,
    measurement,
    others,
    own_certificate,
    reach,
    resolve,
    site,
)

SEALED, PLAIN = "https://news.example/", "http://news.example/"
REST = others("shop.example", "weather.example", "library.test")
PLAIN_REST = others("shop.example", "weather.example", "library.test", scheme="http")
ADDRESS, OTHER = "192.52.193.30", "192.175.48.30"

book = Book()

shaken = resolve(measurement(SEALED)).connect().shake().helper()
arrived = resolve(measurement(PLAIN)).connect().helper()


def at(url: str, *addresses: str, **values: Any) -> Measurement:
    """Return a measurement of a site that everybody finds at these addresses."""
    return measurement(url, **values).system(*addresses).udp(*addresses).doh(*addresses).helper(*addresses)


# A request that gets no whole answer in time.

unanswered = shaken.fetch(failure=TIMEOUT)
trickling = book.tell(unanswered.paced(0.2, kilobytes=1.5, reads=2), *REST)
tickets = book.tell(unanswered.paced(100, kilobytes=0.5, reads=2), *REST)


def test_bytes_that_come_for_seconds_and_make_no_record_are_throttling() -> None:
    assert trickling.mechanisms == ["tls.throttle.sni"]


def test_bytes_that_come_at_once_are_session_tickets_and_no_throttling() -> None:
    assert tickets.mechanisms == ["tls.timeout"]


# A page that is not the site's.

gate: dict[str, Any] = {"status": 403, "length": 200, "headers": GATE_HEADERS}
bare = book.tell(arrived.fetch(title="403 Forbidden", **gate), *PLAIN_REST)
phrase = book.tell(arrived.fetch(title="Forbidden", **gate), *PLAIN_REST)
worded = book.tell(arrived.fetch(title="Stop here", **gate), *PLAIN_REST)


@pytest.mark.parametrize("story", [bare, phrase])
def test_a_page_that_says_a_status_code_and_no_more_is_an_error(story: Story) -> None:
    assert (story.state, story.mechanisms) == ("likely_blocked", ["http.error"])


def test_a_page_with_a_status_code_that_says_more_is_a_block_page() -> None:
    assert worded.mechanisms == ["http.blockpage"]


# Resets in the handshake, and what becomes of other names at the address.


def reset_at(host: str) -> Measurement:
    return at(f"https://{host}/", ADDRESS).connect(ADDRESS).shake(ADDRESS, RESET)


by_address = book.tell(reset_at("news.example"), reset_at("radio.example"), *REST)
by_name = book.tell(
    reset_at("news.example"), reset_at("radio.example"), reach(at("https://shop.example/", ADDRESS), ADDRESS)
)
long_ago = book.tell(
    reset_at("news.example").later(100),
    reset_at("radio.example").later(100),
    reach(at(SEALED, ADDRESS), ADDRESS),
    *REST,
)
one_of_two = at(SEALED, ADDRESS, OTHER).connect(ADDRESS).connect(OTHER).shake(ADDRESS, RESET).shake(OTHER).fetch(OTHER)
partly = book.tell(one_of_two, *REST)


def test_a_reset_of_every_name_at_an_address_is_not_by_the_name() -> None:
    assert by_address.mechanisms == ["tls.reset.other"]


def test_a_reset_of_some_names_at_an_address_is_by_the_name() -> None:
    assert by_name.mechanisms == ["tls.reset.sni"]


def test_what_was_served_there_days_before_says_nothing_of_the_trigger() -> None:
    assert long_ago.mechanisms == ["tls.reset.other"]


def test_a_reset_at_one_address_of_a_site_that_came_from_another_is_told_of_a_site_that_works() -> None:
    assert (partly.state, partly.mechanisms) == ("ok", ["tls.reset"])


# QUIC beside TLS.


def quic_at(host: str, failure: str | None, tls: str | None) -> Measurement:
    one = resolve(measurement(f"https://{host}/")).connect().helper().quic(failure)
    return one.shake(failure=tls) if tls else one.shake().fetch()


quic_silent = book.tell(quic_at("news.example", TIMEOUT, TIMEOUT), quic_at("shop.example", None, None))
quic_lonely = book.tell(quic_at("news.example", TIMEOUT, TIMEOUT), *REST)
quic_only = book.tell(quic_at("news.example", TIMEOUT, None), quic_at("shop.example", None, None))


def test_quic_that_gets_no_answer_beside_tls_is_named_where_quic_works_for_others() -> None:
    assert (quic_silent.state, quic_silent.mechanisms) == ("likely_blocked", ["quic.timeout", "tls.timeout"])


def test_quic_says_nothing_on_a_network_where_it_was_not_seen_to_work() -> None:
    assert quic_lonely.mechanisms == ["tls.timeout"]


def test_a_site_that_tls_reaches_is_reached_whatever_quic_does() -> None:
    assert quic_only.state == "ok"


# One silent lookup among others that failed for another reason.

silent_once = measurement(SEALED).system(failure=TIMEOUT).doh(measurement(SEALED).address).helper()
sick = resolve(measurement(SEALED)).system(failure="dns_servfail_error").helper()
sick_near = book.tell(
    silent_once,
    *REST,
    *[sick.seen(run=n).later(5 * n) for n in (2, 3)],
    *[site(SEALED, run=n).later(n) for n in (4, 5, 6)],
)


def test_a_lookup_lost_once_is_not_confirmed_by_a_resolver_that_was_sick_at_other_times() -> None:
    assert "dns.silence_for_name" not in sick_near.rules
    assert sick_near.state not in ("blocked", "likely_blocked")


# With reference data.


def lied_to(address: str, url: str = SEALED) -> Measurement:
    one = measurement(url)
    return one.system(address).udp(address).doh(one.address).helper()


def make_world(folder: Path) -> Refdata:
    """Return fingerprints, a map in which ``LIE`` lies abroad, and the authority that signs for all sites."""
    make_refdata(folder)
    for kind, text in (
        ("asn", "prefix,asn,name,cc\n192.31.196.66/32,64999,Far Trading,XZ\n"),
        ("trust", AUTHORITY_PEM),
    ):
        source = folder / kind
        source.write_text(text)
        add_snapshot(folder / "pinned", kind, source, date="2031-01-01")
    return load_refdata(folder / "pinned")


@pytest.fixture(scope="module")
def known(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Story]:
    folder: Path = tmp_path_factory.mktemp("refdata")
    told = Book(refdata=lambda: make_world(folder), marked=False)
    dead = lied_to(LIE).connect(LIE, TIMEOUT).helper_tried(LIE, tcp=TIMEOUT)
    one = measurement(SEALED)
    rejected = lied_to(FINGERPRINTED_ADDRESS).connect(FINGERPRINTED_ADDRESS, TIMEOUT)
    rejected = rejected.connect().shake(one.address, SELF_SIGNED, own_certificate).seen(version="3.21.1")
    elsewhere = resolve(one).connect().shake(failure=SELF_SIGNED, certificate=own_certificate).helper()
    noticed = lied_to(FINGERPRINTED_ADDRESS, PLAIN).connect(FINGERPRINTED_ADDRESS)
    for_another = (
        resolve(one).connect().helper().shake(failure=BAD_NAME, certificate=lambda _: own_certificate("gate.test"))
    )
    return {
        "abroad": told.tell(dead, *REST),
        "broken version": told.tell(
            rejected,
            *[elsewhere.seen(version="3.21.1", cc=cc, asn=asn, run=cc) for cc, asn in (("XB", 64700), ("XC", 64800))],
            *[site(SEALED, cc=cc, asn=asn) for cc, asn in (("XD", 64710), ("XE", 64720))],
            *REST,
        ),
        "notice": told.tell(
            noticed.fetch(FINGERPRINTED_ADDRESS, title="Notice", length=900, headers=GATE_HEADERS, text=NOTICE),
            *PLAIN_REST,
        ),
        "signed for another": told.tell(for_another, site(SEALED, cc="XB", asn=64701), *REST),
    }


def test_an_injected_address_in_another_country_where_nothing_answers_is_no_block_page(known: dict[str, Story]) -> None:
    assert known["abroad"].mechanisms == ["dns.injection.other"]


def test_a_fault_of_the_client_on_another_path_does_not_excuse_a_known_lie(known: dict[str, Story]) -> None:
    assert (known["broken version"].state, known["broken version"].mechanisms) == (
        "blocked",
        ["dns.injection.blockpage"],
    )


def test_the_notice_at_an_injected_address_is_a_matter_of_the_name_alone(known: dict[str, Story]) -> None:
    assert known["notice"].mechanisms == ["dns.injection.blockpage"]


def test_a_trusted_certificate_for_another_name_is_signed_by_an_authority(known: dict[str, Story]) -> None:
    assert (known["signed for another"].state, known["signed for another"].mechanisms) == (
        "blocked",
        ["tls.mitm.ca_signed"],
    )
