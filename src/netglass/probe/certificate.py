"""Whether a certificate is in force at a moment, and whether it is for a name.

OpenSSL checks chain and name in the handshake, but not the dates: those are checked here against the clock of the machine
that measures, which may be wrong, and is a simulated one in the lab. Where OpenSSL finds several faults it names the chain
first; OONI's client names dates, then name, then chain, and so does :func:`name_fault`.

**Source**: RFC 5280 section 4.1.2.5 (validity), RFC 9525 section 6.3 (a wildcard stands for the whole leftmost label).
"""

import ipaddress
import ssl
import warnings
from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from typing import NamedTuple

from cryptography import x509

from netglass.probe.failure import AUTHORITY, CERTIFICATE, HOSTNAME

AUTHORITY_CODES = frozenset((2, 18, 19, 20, 21, 27))
"""OpenSSL's codes for a chain that leads to no trusted root."""

NAME_CODES = frozenset((62, 64))
"""OpenSSL's codes for another name and another address."""


class Facts(NamedTuple):
    """What is needed of a certificate: the span in which it is in force (naive UTC) and its names."""

    not_before: datetime
    not_after: datetime
    names: tuple[str, ...]
    addresses: tuple[str, ...]

    def is_in_force(self, now: datetime) -> bool:
        """Tell whether ``now`` (naive, UTC) lies between its dates."""
        return self.not_before <= now <= self.not_after

    def is_for(self, name: str) -> bool:
        """Tell whether it names a host or an address."""
        try:
            return str(ipaddress.ip_address(name)) in self.addresses
        except ValueError:
            host = name.lower().rstrip(".")
            return host in self.names or f"*.{host.partition('.')[2]}" in self.names


@lru_cache(4096)
def read_facts(der: bytes) -> Facts | None:
    """Read a certificate; None where it is none. Remembered."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            found = x509.load_der_x509_certificate(der)
            dates = found.not_valid_before_utc.replace(tzinfo=None), found.not_valid_after_utc.replace(tzinfo=None)
            try:
                names = found.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
            except x509.ExtensionNotFound:
                return Facts(*dates, (), ())
            hosts = tuple(name.lower() for name in names.get_values_for_type(x509.DNSName))
            return Facts(*dates, hosts, tuple(map(str, names.get_values_for_type(x509.IPAddress))))
    except ValueError:
        return None


def are_in_force(chain: Sequence[bytes], now: datetime) -> bool:
    """Tell whether every certificate of a chain is in force at ``now`` (naive, UTC); one that cannot be read is not."""
    return all((facts := read_facts(der)) is not None and facts.is_in_force(now) for der in chain)


def name_fault(error: ssl.SSLCertVerificationError, chain: Sequence[bytes], name: str, now: datetime) -> str:
    """Return OONI's string for a chain that was not accepted: dates of the leaf, then its name, then the chain."""
    leaf = read_facts(chain[0]) if chain else None
    if leaf is not None and not leaf.is_in_force(now):
        return CERTIFICATE
    if error.verify_code in NAME_CODES or (leaf is not None and not leaf.is_for(name)):
        return HOSTNAME
    return AUTHORITY if error.verify_code in AUTHORITY_CODES else CERTIFICATE
