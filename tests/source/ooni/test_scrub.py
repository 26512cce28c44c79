"""No spelling of the probe's address is left, and what the measurement explains stays."""

import base64
import ipaddress

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from netglass.refdata import load_refdata
from netglass.refdata.mark import PRIVATE_HEADERS, PRIVATE_PARAMETERS
from netglass.source.ooni.scrub import SCRUBBED, scrub_body, scrub_headers, scrub_text
from tests.refdata.world import make_refdata

OWN, OWN_ASN = "81.2.69.142", 64512
OWN6 = "2a00:1234:5:6::7"
ELSEWHERE = "5.6.7.8"
EMPTY = load_refdata(None)


@pytest.fixture(scope="module")
def refdata(tmp_path_factory):
    return make_refdata(tmp_path_factory.mktemp("refdata"))


def encode(data):
    return base64.b64encode(data).decode()


def spell4(text):
    """Return the spellings of an IPv4 address that are looked for, by name."""
    packed, octets = ipaddress.ip_address(text).packed, text.split(".")
    value = int.from_bytes(packed, "big")
    return {
        "dotted": text,
        "percent dots": "%2E".join(octets),
        "percent dots twice": "%252e".join(octets),
        "percent all": "".join(f"%{byte:02x}" for byte in text.encode()),
        "entity dots": "&#46;".join(octets),
        "hex entity dots": "&#x2E;".join(octets),
        "script dots": "\\u002e".join(octets),
        "bracket dots": "[.]".join(octets),
        "padded": ".".join(octet.zfill(3) for octet in octets),
        "padded digits": "".join(octet.zfill(3) for octet in octets),
        "octal": ".".join(f"0{int(octet):o}" for octet in octets),
        "hex octets": ".".join(f"0x{int(octet):02x}" for octet in octets),
        "hex dots": ".".join(f"{int(octet):02X}" for octet in octets),
        "dashes": f"host-{'-'.join(octets)}.isp.test",
        "underscores": "_".join(octets),
        "reversed dashes": f"{'-'.join(octets[::-1])}.dsl.test",
        "reverse name": f"{'.'.join(octets[::-1])}.in-addr.arpa",
        "decimal": str(value),
        "signed decimal": str(int.from_bytes(packed, "big", signed=True)),
        "little-endian decimal": str(int.from_bytes(packed, "little")),
        "hex": f"{value:08x}",
        "upper hex": f"{value:08X}",
        "0x hex": f"{value:#010x}",
        "hex of text": text.encode().hex(),
        "base64 of text": encode(text.encode()),
        "base64 one in": encode(b'"' + text.encode() + b'"'),
        "base64 two in": encode(b'{"' + text.encode() + b'"'),
        "base64url of text": base64.urlsafe_b64encode(b"\xff\xfe:" + text.encode()).decode().rstrip("="),
        "base64 of JSON": encode(f'{{"client":"{text}","time":1}}'.encode()),
        "base64 of bytes": encode(packed),
        "base64url of bytes": base64.urlsafe_b64encode(packed).decode(),
        "mapped": f"::ffff:{text}",
        "mapped hex": f"::ffff:{value >> 16:x}:{value & 0xFFFF:x}",
        "mapped bracketed": f"[::ffff:{text}]:443",
        "NAT64": f"64:ff9b::{text}",
        "6to4": f"2002:{value >> 16:x}:{value & 0xFFFF:x}::1",
    }


def spell6(text):
    """Return the spellings of an IPv6 address that are looked for, by name."""
    address = ipaddress.ip_address(text)
    return {
        "compressed": address.compressed,
        "upper": address.compressed.upper(),
        "full": address.exploded,
        "bracketed": f"[{address.compressed}]:443",
        "percent": address.compressed.replace(":", "%3A"),
        "reverse name": address.reverse_pointer,
        "dashes": address.exploded.replace(":", "-"),
        "hex": address.packed.hex(),
        "decimal": str(int(address)),
        "base64 of text": encode(address.compressed.encode()),
        "base64 one in": encode(b'"' + address.exploded.encode() + b'"'),
        "base64 two in": encode(b'{"' + address.compressed.encode() + b'"'),
        "base64 of bytes": encode(address.packed),
        "hex of text": address.compressed.encode().hex(),
    }


SPELLINGS = [pytest.param(OWN, text, id=f"IPv4 {name}") for name, text in spell4(OWN).items()]
SPELLINGS += [pytest.param(OWN6, text, id=f"IPv6 {name}") for name, text in spell6(OWN6).items()]
PLACES = ("{}", "Your address is {} now", "http://x.test/?ip={}&b=1", '{{"ip":"{}"}}', "?from%3D{}", "<b>{}</b>")
FILLER = "<p>Lorem ipsum dolor sit amet, consectetur adipiscing elit.</p>\n" * 40


@pytest.mark.parametrize(("address", "spelling"), SPELLINGS)
@pytest.mark.parametrize("place", PLACES)
def test_no_spelling_of_an_address_in_the_probe_s_network_is_left(refdata, address, spelling, place):
    text = place.format(spelling)
    assert spelling not in scrub_text(text, OWN_ASN, set(), refdata)
    body = (FILLER + text + FILLER).encode()
    scrubbed = scrub_body(body, OWN_ASN, set(), refdata)
    assert spelling.encode() not in scrubbed
    assert SCRUBBED.encode() in scrubbed
    assert spelling.encode() not in scrub_body(text.encode(), OWN_ASN, set(), refdata)


@pytest.mark.parametrize(("address", "spelling"), SPELLINGS)
def test_an_address_that_the_measurement_explains_stays(refdata, address, spelling):
    text = f"http://x.test/?ip={spelling}&b=1"
    body = (FILLER + text + FILLER).encode()
    assert scrub_text(text, OWN_ASN, {address}, refdata) == text
    assert scrub_body(body, OWN_ASN, {address}, refdata) is body


@pytest.mark.parametrize(("address", "spelling"), SPELLINGS)
def test_without_a_map_every_unexplained_public_address_goes_from_kept_text(address, spelling):
    text = f"http://x.test/?ip={spelling}&b=1"
    assert spelling not in scrub_text(text, OWN_ASN, set(), EMPTY)
    assert scrub_text(text, OWN_ASN, {address}, EMPTY) == text


@pytest.mark.parametrize("asn", [None, 0])
def test_a_probe_that_withholds_its_network_is_scrubbed_as_without_a_map(refdata, asn):
    assert scrub_text(f"from {ELSEWHERE}", asn, set(), refdata) == f"from {SCRUBBED}"
    assert scrub_text("gate 10.10.34.34", asn, set(), refdata) == "gate 10.10.34.34"


def test_addresses_of_other_networks_stay_with_a_map(refdata):
    for _, text in spell4(ELSEWHERE).items():
        assert scrub_text(f"http://x.test/?ip={text}", OWN_ASN, set(), refdata) == f"http://x.test/?ip={text}"


def test_the_probe_s_own_address_goes_wherever_it_belongs(refdata):
    for text in spell4(ELSEWHERE).values():
        assert text not in scrub_text(f"?ip={text}", OWN_ASN, set(), refdata, ELSEWHERE)
        assert text not in scrub_text(f"?ip={text}", OWN_ASN, set(), EMPTY, ELSEWHERE)


def test_a_body_without_a_map_loses_what_is_surely_an_address():
    body = (FILLER + f"Your IP: {OWN}, id 1359103374, {FILLER}").encode()
    scrubbed = scrub_body(body, OWN_ASN, set(), EMPTY)
    assert OWN.encode() not in scrubbed
    assert b"1359103374" in scrubbed


@pytest.mark.parametrize(
    "text",
    [
        "nginx/1.18.0 (Ubuntu)",
        "Apache/2.4.57 OpenSSL/3.0.2",
        "Just a moment...",
        "Welcome during this string of events",
        "https://site.test/a/b?c=d#e",
        "550e8400-e29b-41d4-a716-446655440000",
        "2024-01-15 12:34:56",
        "Chrome/120.0.6099.43",
        "a::before { color: #ffaa00 }",
        "Decree 40, 10.10.34.34",
        "unknown_failure: ssl_failed_handshake",
        "Новости — 15.01.2024",
    ],
)
def test_ordinary_text_stays(refdata, text):
    for data in (refdata, EMPTY):
        assert scrub_text(text, OWN_ASN, set(), data) == text
        body = (FILLER + text + FILLER).encode()
        assert scrub_body(body, OWN_ASN, set(), data) is body


@pytest.mark.parametrize("name", PRIVATE_HEADERS)
def test_credentials_and_subscriber_headers_go(name):
    for text in (f"{name}: 2348012345678", f"{name.upper()}=secret value"):
        assert scrub_text(text, None, set(), EMPTY).endswith(SCRUBBED)
        body = (FILLER + text + "<br>" + FILLER).encode()
        assert text.encode() not in scrub_body(body, None, set(), EMPTY)
    assert scrub_headers([(name.title(), "secret"), ("Server", "nginx")], None, set(), EMPTY) == [
        (name.title(), SCRUBBED),
        ("Server", "nginx"),
    ]


@pytest.mark.parametrize("name", PRIVATE_PARAMETERS)
def test_parameters_that_name_somebody_go(name):
    text = f"http://portal.test/login?site=x.test&{name}=Ab12-cd34&lang=en"
    assert scrub_text(text, None, set(), EMPTY) == f"http://portal.test/login?site=x.test&{name}={SCRUBBED}&lang=en"


@pytest.mark.parametrize(
    ("text", "secret"),
    [
        ("Cloudflare Ray ID: <strong>7d1f2a3b4c5d6e7f</strong>", "7d1f2a3b4c5d6e7f"),
        ("Your support ID is: 12345678901234567890", "12345678901234567890"),
        ("Ticket No. A-2024-7781", "A-2024-7781"),
        ("ticket_id=99887766", "99887766"),
        ("Incident ID: 7f3e-11", "7f3e-11"),
        ("Reference #18.2f7d4e68.1700000000.1a2b3c", "18.2f7d4e68.1700000000.1a2b3c"),
    ],
)
def test_the_number_of_one_visit_goes(text, secret):
    assert secret not in scrub_text(text, None, set(), EMPTY)
    assert secret.encode() not in scrub_body((FILLER + text + FILLER).encode(), None, set(), EMPTY)


ALPHABET = st.sampled_from(
    [*"0123456789abcdefABCDEF.:-_%/=&? []\n\x00é", "%2E", "%3A", "81.2.", "5102", "ODEuMi4", "2a00:1234:", "Ray ID: "]
)
MESSY = st.lists(ALPHABET, max_size=40).map("".join)


@given(st.one_of(st.text(), MESSY))
@example("deadbeef81.2.3.4")
@example("81.2.3.481.2.3.4")
def test_scrubbing_twice_changes_nothing(refdata_of_module, text):
    for data in (refdata_of_module, EMPTY):
        once = scrub_text(text, OWN_ASN, set(), data)
        assert scrub_text(once, OWN_ASN, set(), data) == once
        body = text.encode("utf-8", "surrogatepass")
        scrubbed = scrub_body(body, OWN_ASN, set(), data)
        assert scrub_body(scrubbed, OWN_ASN, set(), data) is scrubbed


@given(st.binary(max_size=400))
def test_any_body_can_be_scrubbed(refdata_of_module, body):
    scrub_body(body, OWN_ASN, {OWN}, refdata_of_module)


@given(
    st.one_of(st.integers(0x51020000, 0x5102C7FF), st.integers(0x5102C900, 0x5102FFFF)).map(ipaddress.IPv4Address),
    st.sampled_from(sorted(spell4(OWN))),
    st.sampled_from(PLACES),
    MESSY,
)
def test_no_address_of_the_network_is_left_in_any_spelling(refdata_of_module, address, name, place, noise):
    spelling = spell4(str(address))[name]
    text = f"{noise} {place.format(spelling)} {noise}"
    assert f" {place.format(spelling)} " not in scrub_text(text, OWN_ASN, set(), refdata_of_module)
    body = (FILLER + text + FILLER).encode()
    assert f" {place.format(spelling)} ".encode() not in scrub_body(body, OWN_ASN, set(), refdata_of_module)


@given(
    st.integers(0, (1 << 80) - 1).map(lambda low: ipaddress.IPv6Address((0x2A0012340000 << 80) | low)),
    st.sampled_from(sorted(spell6(OWN6))),
    st.sampled_from(PLACES),
)
def test_no_ipv6_address_of_the_network_is_left_in_any_spelling(refdata_of_module, address, name, place):
    text = place.format(spell6(str(address))[name])
    assert text not in scrub_text(text, OWN_ASN, set(), refdata_of_module)
    assert text.encode() not in scrub_body((FILLER + text + FILLER).encode(), OWN_ASN, set(), refdata_of_module)


@pytest.fixture(scope="session")
def refdata_of_module(tmp_path_factory):
    return make_refdata(tmp_path_factory.mktemp("refdata"))


@pytest.mark.parametrize(
    "piece",
    [
        "1.",
        "1-",
        "a:",
        "2a00-",
        "MS4y",
        "%31%2e",
        "3132",
        "0x51.",
        "81.2.3.4 ",
        "cookie:",
        "ray id: ",
        "5102 ",
        "ABCDEg==",
    ],
)
def test_a_hostile_body_is_scrubbed_to_its_end(piece):
    body = (piece * 100_000).encode()[:100_000]
    scrubbed = scrub_body(body, OWN_ASN, set(), EMPTY)
    assert scrub_body(scrubbed, OWN_ASN, set(), EMPTY) == scrubbed
