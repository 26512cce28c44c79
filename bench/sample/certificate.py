"""Certificates that come out the same every time: Ed25519 keys from the seed, fixed serials and dates."""

import hashlib
from datetime import datetime, timedelta
from functools import cache

from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.x509.oid import NameOID


class Authority:
    """A certificate authority: signs leaves for names; ``chain`` is what a server sends after its leaf."""

    def __init__(self, seed: str, name: str, start: datetime, intermediate: bool = False) -> None:
        """Make the root, and an intermediate where leaves are to be signed by one."""
        self.seed, self.name, self.start = seed, name, start
        root_key = make_key(f"{seed}:{name}:root")
        self.root = _sign(name, name, root_key, root_key, start - timedelta(days=900), 7300, is_authority=True)
        self.chain: tuple[bytes, ...] = ()
        self._issuer, self._key = name, root_key
        if intermediate:
            self._issuer, self._key = f"{name} R{len(name)}", make_key(f"{seed}:{name}:intermediate")
            middle = _sign(
                self._issuer, name, self._key, root_key, start - timedelta(days=400), 3650, is_authority=True
            )
            self.chain = (middle,)

    def issue(self, host: str, not_before: datetime, days: int) -> bytes:
        """Return the DER of a leaf for ``host``."""
        key = make_key(f"{self.seed}:{self.name}:{host}")
        return _sign(host, self._issuer, key, self._key, not_before, days, is_authority=False)


@cache
def make_key(text: str) -> Ed25519PrivateKey:
    """Return the key that ``text`` stands for."""
    return Ed25519PrivateKey.from_private_bytes(hashlib.sha256(text.encode()).digest())


def sign_itself(seed: str, subject: str, host: str, start: datetime) -> bytes:
    """Return a leaf for ``host`` that is its own issuer, as an interception box makes it on the fly."""
    key = make_key(f"{seed}:{subject}:{host}:self")
    return _sign(subject, subject, key, key, start - timedelta(days=30), 800, is_authority=False, host=host)


def to_pem(der: bytes) -> str:
    """Return a certificate as PEM."""
    return x509.load_der_x509_certificate(der).public_bytes(serialization.Encoding.PEM).decode()


def _name(common: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common)])


@cache
def _sign(
    subject: str,
    issuer: str,
    key: Ed25519PrivateKey,
    signer: Ed25519PrivateKey,
    start: datetime,
    days: int,
    is_authority: bool,
    host: str | None = None,
) -> bytes:
    serial = hashlib.sha256(f"{subject}|{issuer}|{start}|{host}".encode()).digest()[:12]
    builder = (
        x509.CertificateBuilder()
        .subject_name(_name(subject))
        .issuer_name(_name(issuer))
        .public_key(key.public_key())
        .serial_number(int.from_bytes(b"\x01" + serial))
        .not_valid_before(start)
        .not_valid_after(start + timedelta(days=days))
        .add_extension(x509.BasicConstraints(is_authority, None), critical=True)
    )
    if not is_authority:
        names = x509.SubjectAlternativeName([x509.DNSName(host or subject)])
        builder = builder.add_extension(names, critical=False)
    return builder.sign(signer, None).public_bytes(serialization.Encoding.DER)
