"""Facts of a server's certificate, read once per distinct certificate.

Probes record the chain that they were shown (``peer_certificates``, OONI spec df-006-tlshandshake). What a rule may
say later rests on these facts and on the chain check of ``refdata.trust``, never on the client's own verdict. A
certificate that cannot be parsed still has its hash and is ``unparsable``.
"""

import hashlib
import warnings
from datetime import datetime
from functools import lru_cache
from typing import NamedTuple

from cryptography import x509

from netglass.refdata.hostname import certificate_names, match_names

# Odd certificates are what is read here; the library's remarks on them would reach the user's screen.
warnings.filterwarnings("ignore", category=UserWarning, module=r"netglass\.source\.ooni\.certificate\Z")


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


def _verifies_itself(certificate: x509.Certificate) -> bool:
    try:
        certificate.verify_directly_issued_by(certificate)
    except Exception:  # another key, or an algorithm that is not supported
        return False
    return True


@lru_cache(maxsize=4096)
def read_certificate(der: bytes) -> Certificate | None:
    """Read a certificate (DER); None when it cannot be parsed. Never raises."""
    try:
        certificate = x509.load_der_x509_certificate(der)
        subject, issuer = certificate.subject.rfc4514_string(), certificate.issuer.rfc4514_string()
        return Certificate(
            hashlib.sha256(der).hexdigest(),
            subject,
            issuer,
            certificate.not_valid_before_utc.replace(tzinfo=None),
            certificate.not_valid_after_utc.replace(tzinfo=None),
            subject == issuer and _verifies_itself(certificate),
            *certificate_names(certificate),
        )
    except Exception:  # these bytes are none, or a field, parsed late, can not be read: unparsable as a whole
        return None
