"""Facts of a server's certificate, read once per distinct certificate.

Probes record the chain that they were shown (``peer_certificates``, OONI spec df-006-tlshandshake). What a rule may
say later rests on these facts and on the chain check of ``refdata.trust``, never on the client's own verdict. A
certificate that cannot be parsed still has its hash and is ``unparsable``.
"""

import hashlib
from datetime import datetime
from functools import lru_cache
from typing import NamedTuple

from cryptography import x509

from netglass.refdata.hostname import certificate_names, match_names
from netglass.refdata.trust import load_certificate


class Certificate(NamedTuple):
    """What a leaf certificate says of itself.

    Names are RFC 4514 strings, times naive UTC; ``self_signed`` is true when subject and issuer are the same name and its
    own key verifies the signature; ``names`` and ``addresses`` are what it is for (RFC 6125).
    """

    sha256: str
    subject: str
    issuer: str
    not_before: datetime
    not_after: datetime
    self_signed: bool
    names: tuple[str, ...]
    addresses: tuple[str, ...]

    def matches(self, server_name: str) -> bool:
        """Say whether the certificate is for a host or address."""
        return match_names(self.names, self.addresses, server_name)


def _is_self_signed(certificate: x509.Certificate) -> bool:
    if certificate.subject != certificate.issuer:
        return False
    try:
        certificate.verify_directly_issued_by(certificate)
    except Exception:  # another key, or an algorithm that is not supported
        return False
    return True


@lru_cache(maxsize=4096)
def _write_issuer(issuer: x509.Name) -> str:
    """Return the name of an issuer in RFC 4514's form: few issue all certificates."""
    return issuer.rfc4514_string()


@lru_cache(maxsize=50_000)
def read_certificate(der: bytes) -> Certificate | None:
    """Read a certificate (DER); None when it cannot be parsed. Never raises."""
    certificate = load_certificate(der)
    if certificate is None:
        return None
    try:
        return Certificate(
            hashlib.sha256(der).hexdigest(),
            certificate.subject.rfc4514_string(),
            _write_issuer(certificate.issuer),
            certificate.not_valid_before_utc.replace(tzinfo=None),
            certificate.not_valid_after_utc.replace(tzinfo=None),
            _is_self_signed(certificate),
            *certificate_names(certificate),
        )
    except Exception:  # fields are parsed late; a certificate with an unreadable one is unparsable as a whole
        return None
