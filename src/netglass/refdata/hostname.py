"""Whether a certificate is for a name.

Only the subject alternative names count when there are any of type DNS or IP; a wildcard is the whole left-most label
and stands for exactly one label; the common name is a fallback for old certificates without such names.

**Source**: RFC 6125 section 6.4, RFC 9525.
"""

import ipaddress

from cryptography import x509
from cryptography.x509.oid import NameOID

from netglass.refdata.address import parse_address


def certificate_names(certificate: x509.Certificate) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the DNS names and the IP addresses that a certificate is for; unreadable extensions give none."""
    try:
        alternative = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
        names = tuple([name.value for name in alternative if type(name) is x509.DNSName])
        addresses = tuple([str(name.value) for name in alternative if type(name) is x509.IPAddress])
    except Exception:  # absent or malformed extensions: the common name decides
        names, addresses = (), ()
    return (names, addresses) if names or addresses else (common_names(certificate), ())


def common_names(certificate: x509.Certificate) -> tuple[str, ...]:
    """Return the common names of the subject."""
    try:
        attributes = certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    except ValueError:
        return ()
    return tuple(str(attribute.value) for attribute in attributes)


def match_name(pattern: str, name: str) -> bool:
    """Say whether the certificate name ``pattern`` stands for the host ``name``, ignoring case and a final dot."""
    pattern, name = pattern.lower().rstrip("."), name.lower().rstrip(".")
    if pattern == name:
        return bool(name)
    if not pattern.startswith("*.") or pattern.count(".") < 2:
        return False
    label, _, rest = name.partition(".")
    return bool(label) and rest == pattern[2:]


def match_names(names: tuple[str, ...], addresses: tuple[str, ...], server_name: str) -> bool:
    """Say whether one of a certificate's names or addresses stands for ``server_name``."""
    address = parse_address(server_name)
    if address is None:
        return any(match_name(name, server_name) for name in names)
    return address in [parse_address(text) for text in (*addresses, *names)]


def match_certificate(certificate: x509.Certificate, server_name: str) -> bool:
    """Say whether ``certificate`` is for the host or address ``server_name``."""
    return match_names(*certificate_names(certificate), server_name)


def constrains_name(constraint: x509.GeneralName, name: str) -> bool:
    """Say whether a host or address lies in the subtree of a name constraint (RFC 5280 section 4.2.1.10)."""
    address = parse_address(name)
    if isinstance(constraint, x509.IPAddress):
        network = constraint.value
        return address is not None and ipaddress.ip_address(name.strip("[]")) in ipaddress.ip_network(str(network))
    if not isinstance(constraint, x509.DNSName) or address is not None:
        return False
    base, host = constraint.value.lower().strip("."), name.lower().rstrip(".")
    return not base or host == base or host.endswith("." + base)
