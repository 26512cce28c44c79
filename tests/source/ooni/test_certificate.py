from datetime import datetime

from cryptography import x509
from cryptography.x509.oid import NameOID
from hypothesis import given
from hypothesis import strategies as st

from netglass.source.ooni.certificate import read_certificate
from tests.refdata.authority import Party, leaf

ROOT = Party("Root")
LEAF = leaf(ROOT, "*.site.test")


def test_a_certificate_says_who_by_whom_and_how_long():
    found = read_certificate(LEAF.der)
    assert (found.subject, found.issuer) == ("CN=*.site.test", "CN=Root")
    assert (found.not_before, found.not_after) == (datetime(2026, 1, 1), datetime(2027, 1, 1))
    assert len(found.sha256) == 64
    assert not found.self_signed


def test_it_is_for_the_names_in_it():
    found = read_certificate(LEAF.der)
    assert found.matches("www.site.test") and not found.matches("site.test")
    assert read_certificate(Party("site.test").der).matches("site.test")


def test_alternative_names_silence_the_common_name():
    party = Party("site.test", names=[x509.DNSName("other.test")])
    assert not read_certificate(party.der).matches("site.test")


def test_self_signed_means_by_its_own_key():
    assert read_certificate(ROOT.der).self_signed
    namesake = Party("Root", Party("Root"))
    assert not read_certificate(namesake.der).self_signed


def test_special_characters_are_escaped_as_rfc_4514_says():
    party = Party("a,b+c")
    assert read_certificate(party.der).subject == "CN=a\\,b\\+c"
    assert party.name.get_attributes_for_oid(NameOID.COMMON_NAME)


@given(st.binary(max_size=200))
def test_bytes_that_are_no_certificate_are_none(der):
    assert read_certificate(der) is None


@given(st.data())
def test_a_damaged_certificate_is_read_or_none(data):
    der = bytearray(LEAF.der)
    for _ in range(data.draw(st.integers(1, 3))):
        der[data.draw(st.integers(0, len(der) - 1))] = data.draw(st.integers(0, 255))
    found = read_certificate(bytes(der))
    assert found is None or found.matches("www.site.test") in (True, False)
