"""The lab's authorities: constrained, the same each time, and refused by who should refuse them."""

import ssl
from datetime import datetime

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from netglass.lab.authority import Authority, Grade

START, END = datetime(2026, 3, 2), datetime(2026, 3, 16)


@pytest.fixture(scope="module")
def authority() -> Authority:
    return Authority("7", "Lab Root A", START, END, has_intermediate=True)


def shake(authority: Authority, host: str, grade: Grade, context: ssl.SSLContext) -> ssl.SSLObject:
    """Shake hands in memory and return the client's side."""
    to_server, to_client = ssl.MemoryBIO(), ssl.MemoryBIO()
    client = context.wrap_bio(to_client, to_server, server_hostname=host)
    server = authority.serve(host, grade).wrap_bio(to_server, to_client, server_side=True)
    for _ in range(4):
        for side in (client, server):
            try:
                side.do_handshake()
            except ssl.SSLWantReadError:
                continue
    client.do_handshake()
    return client


def test_the_same_seed_gives_the_same_certificates(authority: Authority) -> None:
    again = Authority("7", "Lab Root A", START, END, has_intermediate=True)
    assert again.root_pem == authority.root_pem
    assert again.issue("news.test") == authority.issue("news.test")
    assert Authority("8", "Lab Root A", START, END).root_pem != authority.root_pem


def test_an_authority_can_speak_of_lab_names_alone(authority: Authority) -> None:
    constraints = authority.root.extensions.get_extension_for_class(x509.NameConstraints)
    assert constraints.critical
    assert [name.value for name in constraints.value.permitted_subtrees or ()] == ["test", "example"]
    assert len(constraints.value.excluded_subtrees or ()) == 2


def test_a_client_that_trusts_the_root_refuses_another_name(authority: Authority) -> None:
    with pytest.raises(ssl.SSLCertVerificationError, match="permitted subtree"):
        shake(authority, "news.invalid", Grade.GOOD, authority.trust())


@pytest.mark.parametrize(
    ("grade", "code"),
    [(Grade.EXPIRED, 10), (Grade.NOT_YET_VALID, 9), (Grade.WRONG_NAME, 62), (Grade.SELF_SIGNED, 18)],
)
def test_a_bad_leaf_is_refused_for_its_own_reason(grade: Grade, code: int) -> None:
    authority = Authority("7", "Lab Root A", datetime(2025, 3, 2), datetime(2096, 3, 2))
    with pytest.raises(ssl.SSLCertVerificationError) as raised:
        shake(authority, "news.test", grade, authority.trust())
    assert raised.value.verify_code == code


def test_a_good_leaf_is_taken_and_its_context_is_made_once() -> None:
    authority = Authority("7", "Lab Root A", datetime(2025, 3, 2), datetime(2096, 3, 2), has_intermediate=True)
    assert shake(authority, "news.test", Grade.GOOD, authority.trust()).version() == "TLSv1.3"
    assert authority.serve("news.test") is authority.serve("news.test")


def test_leaves_have_keys_whose_signatures_are_of_one_length(authority: Authority) -> None:
    leaf = x509.load_der_x509_certificate(authority.issue("news.test").chain[0])
    assert isinstance(leaf.public_key(), Ed25519PublicKey)
