"""What is said of each innocent cause: excluded, found or open, by hand and for any row of facts."""

import re

import pytest

from netglass.judge.innocent import CAUSES, Finding, weigh_causes
from tests.judge.world import (
    BAD_DATE,
    GATE_HEADERS,
    LIE,
    NXDOMAIN,
    RESET,
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

URL, PLAIN = "https://news.example/", "http://news.example/"
REST = others("shop.example", "weather.example")


book = Book()


def weigh(story: Story) -> dict[str, Finding]:
    """Return the findings by their cause."""
    return {finding.cause: finding for finding in weigh_causes(story.fact)}


DOWN = "the site was down for everybody"
REFUSED = "the server refused visitors from this country"
RESOLVER = "the resolver was broken"
CHOSEN = "the user's own filtering resolver did it"
PORTAL = "a captive portal"
CLOCK = "a wrong clock, an old trust store or interception on the device"
LOSS = "packet loss on the probe's line"
SIX = "broken IPv6 on the probe"


reset = book.tell(resolve(measurement(URL)).connect().shake(failure=RESET).helper(), *REST)
lost = resolve(measurement(URL)).connect(failure=TIMEOUT)
lost_for_all = book.tell(lost.helper(tcp=TIMEOUT, failure=TIMEOUT))
lost_alone = book.tell(lost.no_helper())


def test_what_the_helper_reached_was_not_down() -> None:
    found = weigh(reset)
    assert found[DOWN].finding == "excluded"
    assert LOSS not in found, "a reset is no loss"


def test_what_the_helper_missed_too_was_down_and_without_helper_it_is_open() -> None:
    assert weigh(lost_for_all)[DOWN].finding == "found"
    assert weigh(lost_alone)[DOWN].finding == "open"


lost_beside = book.tell(lost.helper(), *REST)
lost_controlled = book.tell(lost.helper())


def test_loss_is_excluded_by_other_names_of_the_run_and_open_without() -> None:
    assert weigh(lost_beside)[LOSS].finding == "excluded"
    assert weigh(lost_controlled)[LOSS].finding == "open"


turned_away = book.tell(resolve(measurement(URL)).connect().shake().fetch(status=451, title="No", length=300).helper())


def test_a_refusal_is_found_with_its_status_and_who_vouches() -> None:
    found = weigh(turned_away)[REFUSED]
    assert found.finding == "found"
    assert "451" in found.because and "certificate" in found.because


denied = measurement(URL).system(failure=NXDOMAIN).udp(failure=NXDOMAIN).doh(measurement(URL).address).helper()
denied_beside, denied_alone = book.tell(denied, *REST), book.tell(denied)
chosen = book.tell(reach(denied.udp(denied.address)).seen(resolver_asn=64999), *REST)


def test_a_resolver_is_judged_by_other_names() -> None:
    assert weigh(denied_beside)[RESOLVER].finding == "excluded"
    assert weigh(denied_alone)[RESOLVER].finding == "open"
    assert weigh(chosen)[CHOSEN].finding == "found"


def led(name: str) -> Measurement:
    """Return a plain measurement that was led to a page to sign in."""
    one = resolve(measurement(f"http://{name}/")).connect().helper()
    one = one.fetch(status=302, title=None, length=0, location="http://gate.test/", headers=GATE_HEADERS)
    return one.fetch(url="http://gate.test/", depth=1, title="Sign in", headers=GATE_HEADERS)


all_led = book.tell(led("news.example"), led("shop.example"))
one_led = book.tell(led("news.example"), *others("shop.example", scheme="http"))


def test_a_portal_is_found_where_all_were_led_away() -> None:
    assert weigh(all_led)[PORTAL].finding == "found"
    assert weigh(one_led)[PORTAL].finding == "excluded"


rejected = resolve(measurement(URL)).connect().shake(failure=BAD_DATE, certificate=own_certificate).helper()
rejected_here = book.tell(rejected, site(URL, cc="XB", asn=64700))


def test_the_sites_own_certificate_rejected_is_the_probes_fault() -> None:
    assert weigh(rejected_here)[CLOCK].finding == "found"


V6 = "2600:9000:1::1"
only_six = book.tell(measurement(URL).system(V6).doh(V6).helper(V6).connect(V6, TIMEOUT))


def test_ipv6_alone_is_never_excluded() -> None:
    assert weigh(only_six)[SIX].finding != "excluded"


CORNERS = {
    "empty": measurement(URL).no_helper(),
    "fine": site(URL),
    "fine in clear": site(PLAIN),
    "lie": measurement(URL).system(LIE).helper().connect(LIE, TIMEOUT),
    "withheld": measurement(URL, asn=0, cc="ZZ", resolver_asn=0).system(failure=NXDOMAIN).helper(),
    "other page": resolve(measurement(PLAIN)).connect().fetch(title="Stop here", headers=GATE_HEADERS).helper(),
    "silent": resolve(measurement(URL)).connect(failure=TIMEOUT).no_helper(),
}


corners = {name: book.tell(one) for name, one in CORNERS.items()}


@pytest.mark.parametrize("corner", CORNERS)
def test_every_finding_is_a_whole_sentence(corner: str) -> None:
    findings = weigh_causes(corners[corner].fact)
    assert [f.cause for f in findings] == [c.name for c in CAUSES if c.name in {f.cause for f in findings}]
    for finding in findings:
        assert finding.finding in ("excluded", "found", "open")
        assert finding.because and not re.search(r"[{}]|\bNone\b", finding.because), finding
