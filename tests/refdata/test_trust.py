import base64
import ipaddress
import json
from datetime import datetime

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID
from hypothesis import given
from hypothesis import strategies as st

from netglass.refdata import load_refdata
from netglass.refdata.snapshot import add_snapshot
from netglass.refdata.trust import TrustChecker, read_roots
from netglass.vocab.error import InputError
from tests.refdata.authority import Party, leaf

ROOT = Party("Root", days=3650)
MIDDLE = Party("Middle", ROOT)
LEAF = leaf(MIDDLE)
AT = datetime(2026, 6, 1)


def checker_of(tmp_path, *roots, date="2026-01-01"):
    path = tmp_path / "roots.pem"
    path.write_bytes(b"# a bundle\n" + b"".join(root.pem for root in roots))
    return TrustChecker([read_roots(path, "roots", date)])


@pytest.fixture
def checker(tmp_path):
    return checker_of(tmp_path, ROOT)


def test_a_chain_to_a_root_is_valid(checker):
    assert checker.check_chain([LEAF.der, MIDDLE.der], "site.test", AT) == "valid"
    assert checker.check_chain([LEAF.der, MIDDLE.der, ROOT.der], "site.test", AT) == "valid"
    assert checker.check_chain([leaf(ROOT).der], "site.test", AT) == "valid"


def test_a_chain_that_leads_nowhere_is_untrusted(checker):
    other = Party("Root")
    assert checker.check_chain([LEAF.der], "site.test", AT) == "untrusted"
    assert checker.check_chain([leaf(other).der, other.der], "site.test", AT) == "untrusted"
    assert checker.check_chain([Party("site.test").der], "site.test", AT) == "untrusted"


def test_time_is_the_measurement_s(checker):
    chain = [LEAF.der, MIDDLE.der]
    assert checker.check_chain(chain, "site.test", datetime(2025, 12, 31)) == "not_yet_valid"
    assert checker.check_chain(chain, "site.test", datetime(2027, 6, 1)) == "expired"


def test_an_expired_intermediate_expires_the_chain(checker):
    middle = Party("Short", ROOT, days=30)
    assert checker.check_chain([leaf(middle).der, middle.der], "site.test", AT) == "expired"


def test_the_name_must_be_that_of_the_target(checker):
    assert checker.check_chain([LEAF.der, MIDDLE.der], "other.test", AT) == "wrong_name"
    assert checker.check_chain([LEAF.der, MIDDLE.der], "", AT) == "valid"


def test_who_speaks_comes_before_when_and_to_whom(checker):
    forged = leaf(Party("Forger"), "other.test", days=1)
    assert checker.check_chain([forged.der], "site.test", AT) == "untrusted"
    stale = leaf(ROOT, "other.test", days=1)
    assert checker.check_chain([stale.der], "site.test", AT) == "wrong_name"


def test_a_server_cannot_sign(checker):
    server = leaf(ROOT, "evil.test")
    assert checker.check_chain([leaf(server).der, server.der], "site.test", AT) == "untrusted"


def test_a_path_length_is_kept(checker):
    one = Party("One", ROOT, path_length=0)
    two = Party("Two", one)
    assert checker.check_chain([leaf(one).der, one.der], "site.test", AT) == "valid"
    assert checker.check_chain([leaf(two).der, two.der, one.der], "site.test", AT) == "untrusted"


def test_a_constrained_authority_speaks_for_its_names_alone(checker):
    only = x509.NameConstraints([x509.DNSName("alpha.test")], [x509.DNSName("no.alpha.test")])
    own = Party("Own", ROOT, extensions=[only])
    for host, status in (("www.alpha.test", "valid"), ("site.test", "untrusted"), ("x.no.alpha.test", "untrusted")):
        assert checker.check_chain([leaf(own, host).der, own.der], host, AT) == status


def test_a_certificate_for_mail_is_none_for_a_site(checker):
    mail = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.EMAIL_PROTECTION])
    web = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH])
    assert checker.check_chain([leaf(ROOT, extensions=[mail]).der], "site.test", AT) == "untrusted"
    assert checker.check_chain([leaf(ROOT, extensions=[web]).der], "site.test", AT) == "valid"


def test_an_address_is_a_name_too(checker):
    party = Party("x", ROOT, is_ca=False, names=[x509.IPAddress(ipaddress.ip_address("81.2.3.4"))])
    assert checker.check_chain([party.der], "81.2.3.4", AT) == "valid"
    assert checker.check_chain([party.der], "81.2.3.5", AT) == "wrong_name"


def test_a_trusted_leaf_is_its_own_root(tmp_path):
    own = Party("site.test", names=[x509.DNSName("site.test")])
    assert checker_of(tmp_path, own).check_chain([own.der], "site.test", AT) == "valid"


def test_loops_end(checker):
    one, two = Party("One"), Party("Two")
    crossed = Party("One", two)
    back = Party("Two", crossed)
    assert checker.check_chain([leaf(one).der, one.der, crossed.der, two.der, back.der], "site.test", AT) == "untrusted"


def test_the_newest_snapshot_that_is_not_younger_counts(tmp_path):
    old, new = Party("Old", days=3650), Party("New", days=3650)
    stores = []
    for name, root, date in (("a", old, "2026-01-01"), ("b", new, "2026-05-01")):
        path = tmp_path / f"{name}.pem"
        path.write_bytes(root.pem)
        stores.append(read_roots(path, "roots", date))
    checker = TrustChecker(stores)
    march, june, before = datetime(2026, 3, 1), datetime(2026, 6, 1), datetime(2026, 1, 1)
    assert checker.check_chain([leaf(old).der], "site.test", march) == "valid"
    assert checker.check_chain([leaf(new).der], "site.test", march) == "untrusted"
    assert checker.check_chain([leaf(old).der], "site.test", june) == "untrusted"
    assert checker.check_chain([leaf(new).der], "site.test", june) == "valid"
    assert checker.check_chain([leaf(old).der], "site.test", before) == "valid"


def test_without_roots_nothing_is_said_of_trust():
    refdata = load_refdata(None)
    assert refdata.check_chain([LEAF.der], "site.test", AT) == "no_trust_store"
    assert refdata.check_chain([b"x"], "site.test", AT) == "unparsable"
    assert refdata.check_chain([], "site.test", AT) == "unparsable"


def test_the_machine_s_own_roots_are_never_asked(tmp_path):
    path = tmp_path / "roots.pem"
    path.write_bytes(ROOT.pem)
    add_snapshot(tmp_path / "refdata", "trust", path, date="2026-01-01")
    refdata = load_refdata(tmp_path / "refdata")
    assert refdata.check_chain([leaf(ROOT).der], "site.test", AT) == "valid"
    assert refdata.check_chain([leaf(Party("Public CA")).der], "site.test", AT) == "untrusted"


@given(st.lists(st.binary(max_size=60), max_size=3), st.text(max_size=20), st.datetimes())
def test_whatever_the_bytes_there_is_a_status(chain, name, at):
    checker = TrustChecker([])
    assert checker.check_chain(chain, name, at) in ("no_trust_store", "unparsable")


def flip(der, at, bit):
    return der[:at] + bytes([der[at] ^ 1 << bit]) + der[at + 1 :]


@given(st.data())
def test_a_flipped_bit_in_what_is_signed_never_makes_trust(data):
    signed = LEAF.certificate.tbs_certificate_bytes
    at = LEAF.der.index(signed) + data.draw(st.integers(0, len(signed) - 1))
    der = flip(LEAF.der, at, data.draw(st.integers(0, 7)))
    assert CHECKER.check_chain([der, MIDDLE.der], "site.test", AT) in ("untrusted", "unparsable")


@given(st.integers(0, len(LEAF.der) - 1), st.integers(0, 7), st.integers(0, len(MIDDLE.der) - 1))
def test_damage_anywhere_gives_a_status(at, bit, other):
    CHECKER.check_chain([flip(LEAF.der, at, bit), flip(MIDDLE.der, other, bit)], "site.test", AT)


@pytest.fixture(scope="module", autouse=True)
def _module_checker(tmp_path_factory):
    global CHECKER
    CHECKER = checker_of(tmp_path_factory.mktemp("roots"), ROOT)


@pytest.mark.parametrize(
    "content",
    [b"", b"hello", b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"],
    ids=["empty", "text", "bad"],
)
def test_a_bad_bundle_is_named(tmp_path, content):
    path = tmp_path / "roots.pem"
    path.write_bytes(content)
    with pytest.raises(InputError, match=r"roots\.pem"):
        read_roots(path, "roots", "2026-01-01")


def find_chains(value):
    """Yield every chain of a decoded record with the name that it was shown for."""
    if isinstance(value, dict):
        if value.get("peer_certificates"):
            items = [item["data"] if isinstance(item, dict) else item for item in value["peer_certificates"]]
            yield [base64.b64decode(item) for item in items], value.get("server_name") or ""
        for inner in value.values():
            yield from find_chains(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from find_chains(inner)


def test_real_chains_are_read_without_an_error(shared_data, tmp_path):
    checker = checker_of(tmp_path, ROOT)
    chains = []
    for path in sorted((shared_data / "ooni" / "field" / "web_connectivity").glob("*.json")):
        try:
            chains += find_chains(json.loads(path.read_bytes()))
        except ValueError:
            continue
    assert len(chains) > 10
    for chain, name in chains:
        assert checker.check_chain(chain, name, AT) == "untrusted"
        (tmp_path / "issuer.pem").write_bytes(pem_of(chain[-1]))
        own = TrustChecker([read_roots(tmp_path / "issuer.pem", "roots", "2020-01-01")])
        assert own.check_chain(chain, "", AT) in ("valid", "expired")


def pem_of(der):
    return x509.load_der_x509_certificate(der).public_bytes(Encoding.PEM)
