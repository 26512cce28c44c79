"""Certificates for tests: roots, intermediates and leaves, made on the spot."""

from datetime import UTC, datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

START = datetime(2026, 1, 1, tzinfo=UTC)


class Party:
    """A name with a key and a certificate."""

    def __init__(
        self, name, issuer=None, *, is_ca=True, days=365, start=START, path_length=None, names=(), extensions=()
    ):
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        signer = issuer or self
        builder = (
            x509.CertificateBuilder()
            .subject_name(self.name)
            .issuer_name(signer.name)
            .public_key(self.key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(start)
            .not_valid_after(start + timedelta(days=days))
        )
        if is_ca:
            builder = builder.add_extension(x509.BasicConstraints(True, path_length), True)
        if names:
            builder = builder.add_extension(x509.SubjectAlternativeName(list(names)), False)
        for extension in extensions:
            builder = builder.add_extension(extension, False)
        self.certificate = builder.sign(signer.key, hashes.SHA256())

    @property
    def der(self):
        return self.certificate.public_bytes(Encoding.DER)

    @property
    def pem(self):
        return self.certificate.public_bytes(Encoding.PEM)


def leaf(issuer, host="site.test", **options):
    """Return a server's certificate."""
    return Party(host, issuer, is_ca=False, names=[x509.DNSName(host)], **options)
