"""Certificate authorities of one lab, and the TLS contexts that its servers use.

An authority is made for one run of the lab, is constrained to names under ``.test`` and ``.example`` and to no address at
all (RFC 5280 section 4.2.1.10), and lives in memory: only its root certificate is ever written, for whoever is to trust it
in an analysis. Several authorities may exist side by side: those that clients trust, and foreign ones for interception.

The same seed gives the same certificates, byte for byte, so a recorded measurement can be played again: keys are derived
from the seed and authorities sign deterministically (P-256, RFC 6979). Leaves have Ed25519 keys, because the length of an
ECDSA signature varies by chance and would change the sizes of the records that a measurement keeps. For the same reason
both ends agree on one group (``pin_group``): what OpenSSL prefers grows from version to version.

Contexts are costly (about a millisecond), so each is made once and remembered.
"""

import hashlib
import ipaddress
import ssl
import tempfile
from datetime import datetime, timedelta
from enum import Enum
from functools import cache
from typing import NamedTuple

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from netglass.lab.fence import LAB_SUFFIXES

_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
"""Order of P-256 (SEC 2, section 2.4.2)."""

_GROUP = "prime256v1"

_MARGIN = timedelta(days=60)


class Grade(Enum):
    """What is right or wrong with a leaf."""

    GOOD = "good"
    EXPIRED = "expired"
    NOT_YET_VALID = "not_yet_valid"
    WRONG_NAME = "wrong_name"
    SELF_SIGNED = "self_signed"


class Leaf(NamedTuple):
    """A certificate of a server: its chain in DER, leaf first and without the root, and its key in PEM."""

    chain: tuple[bytes, ...]
    key: bytes


class Authority:
    """A certificate authority of one run of the lab.

    Attributes:
        root: the root certificate.
    """

    def __init__(self, seed: str, name: str, start: datetime, end: datetime, *, has_intermediate: bool = False) -> None:
        """Make the root and, where wanted, an intermediate that signs the leaves.

        Args:
            seed: the same gives the same keys.
            name: common name of the root.
            start: begin of the calendar, naive UTC; good leaves are valid some time before.
            end: end of the calendar.
            has_intermediate: leaves are signed by an intermediate that servers send along.
        """
        self._seed, self._start, self._end = f"{seed}:{name}", start, end
        key = _derive_key(f"{self._seed}:root")
        life = start - timedelta(days=900), end + timedelta(days=3650)
        self.root = _sign_authority(name, name, key, key, life, path_length=1)
        self._signer, self._issuer = key, name
        self._between: tuple[bytes, ...] = ()
        if has_intermediate:
            self._issuer = f"{name} Issuing 1"
            self._signer = _derive_key(f"{self._seed}:intermediate")
            life = start - timedelta(days=400), end + timedelta(days=1800)
            middle = _sign_authority(self._issuer, name, self._signer, key, life, path_length=0)
            self._between = (middle.public_bytes(Encoding.DER),)
        self._leaves: dict[tuple[str, Grade], Leaf] = {}
        self._contexts: dict[tuple[str, Grade], ssl.SSLContext] = {}

    @property
    def root_pem(self) -> str:
        """The root certificate in PEM."""
        return self.root.public_bytes(Encoding.PEM).decode()

    def issue(self, host: str, grade: Grade = Grade.GOOD) -> Leaf:
        """Return the certificate of a server for ``host``, the same each time."""
        known = self._leaves.get((host, grade))
        if known is None:
            known = self._leaves[host, grade] = self._make_leaf(host, grade)
        return known

    def serve(self, host: str, grade: Grade = Grade.GOOD) -> ssl.SSLContext:
        """Return the context of a server for ``host``, the same each time."""
        known = self._contexts.get((host, grade))
        if known is None:
            known = self._contexts[host, grade] = make_server_context(self.issue(host, grade))
        return known

    def trust(self) -> ssl.SSLContext:
        """Return a new context of a client that trusts this authority alone."""
        context = pin_group(ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT))
        context.load_verify_locations(cadata=self.root_pem)
        return context

    def _make_leaf(self, host: str, grade: Grade) -> Leaf:
        key = _derive_leaf_key(f"{self._seed}:{host}:{grade.value}")
        name = f"default.{host.rpartition('.')[2]}" if grade is Grade.WRONG_NAME else host
        issuer = host if grade is Grade.SELF_SIGNED else self._issuer
        begin, end = self._start - _MARGIN, self._end + timedelta(days=300)
        if grade is Grade.EXPIRED:
            begin, end = self._start - timedelta(days=380), self._start - timedelta(days=15)
        elif grade is Grade.NOT_YET_VALID:
            begin = self._end + timedelta(days=30)
        builder = (
            _begin_certificate(name, issuer, begin, end)
            .public_key(key.public_key())
            .add_extension(x509.BasicConstraints(False, None), critical=True)
            .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
            .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        )
        if grade is Grade.SELF_SIGNED:
            signed = builder.sign(key, None)
        else:
            signed = builder.sign(self._signer, hashes.SHA256(), ecdsa_deterministic=True)
        pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        between = () if grade is Grade.SELF_SIGNED else self._between
        return Leaf((signed.public_bytes(Encoding.DER), *between), pem)


def pin_group(context: ssl.SSLContext) -> ssl.SSLContext:
    """Let a context exchange keys by P-256 alone, so that handshakes are as long with every version of OpenSSL; return it."""
    context.set_ecdh_curve(_GROUP)
    return context


def make_server_context(leaf: Leaf) -> ssl.SSLContext:
    """Return a context that presents ``leaf`` and speaks HTTP/1.1; it hands out no tickets, since nobody comes back."""
    context = pin_group(ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER))
    context.num_tickets = 0
    context.set_alpn_protocols(["http/1.1"])
    chain = "".join(ssl.DER_cert_to_PEM_cert(der) for der in leaf.chain)
    with tempfile.NamedTemporaryFile() as file:  # the ssl module takes certificates from files alone
        file.write(chain.encode() + leaf.key)
        file.flush()
        context.load_cert_chain(file.name)
    return context


@cache
def _derive_key(text: str) -> ec.EllipticCurvePrivateKey:
    number = int.from_bytes(hashlib.sha512(text.encode()).digest()) % (_ORDER - 1) + 1
    return ec.derive_private_key(number, ec.SECP256R1())


@cache
def _derive_leaf_key(text: str) -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(hashlib.sha256(text.encode()).digest())


def _begin_certificate(subject: str, issuer: str, begin: datetime, end: datetime) -> x509.CertificateBuilder:
    serial = hashlib.sha256(f"{subject}|{issuer}|{begin}|{end}".encode()).digest()[:15]
    return (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, subject)]))
        .issuer_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, issuer)]))
        .serial_number(int.from_bytes(b"\1" + serial))
        .not_valid_before(begin)
        .not_valid_after(end)
    )


def _sign_authority(
    name: str,
    issuer: str,
    key: ec.EllipticCurvePrivateKey,
    signer: ec.EllipticCurvePrivateKey,
    life: tuple[datetime, datetime],
    path_length: int,
) -> x509.Certificate:
    usage = x509.KeyUsage(
        digital_signature=False,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=True,
        crl_sign=True,
        encipher_only=False,
        decipher_only=False,
    )
    networks = (ipaddress.ip_network("0.0.0.0/0"), ipaddress.ip_network("::/0"))
    constraints = x509.NameConstraints(
        permitted_subtrees=[x509.DNSName(suffix) for suffix in LAB_SUFFIXES],
        excluded_subtrees=[x509.IPAddress(network) for network in networks],
    )
    builder = (
        _begin_certificate(name, issuer, *life)
        .public_key(key.public_key())
        .add_extension(x509.BasicConstraints(True, path_length), critical=True)
        .add_extension(usage, critical=True)
        .add_extension(constraints, critical=True)
    )
    return builder.sign(signer, hashes.SHA256(), ecdsa_deterministic=True)
