"""What the lab may touch: names, addresses, networks and countries that belong to nobody.

Every part of the lab passes what it is told through here before it acts. The bounds are constants. No setting, argument
or variable of the environment widens them, so neither a scenario nor a slip can point the censor or the servers at
the real internet.

- **Names** end in ``.test`` or ``.example``, which the root does not hold (RFC 6761 sections 6.2 and 6.5).
- **Addresses** lie in special-purpose blocks with no web sites in them and outside of the usual lists of bogons: AS112
  (RFC 7534, RFC 7535), AMT (RFC 7450) and the former 6to4 relays (RFC 7526). Documentation prefixes (RFC 5737) would
  be the first choice, but a resolver that answers with one is taken for a liar, and rightly.
- **Forged answers** may also hold addresses that no router forwards, since a bogon is what many censors answer.
- **AS numbers** are for private use (RFC 6996), **countries** are user-assigned (ISO 3166-1 XA to XZ).
"""

import re
from functools import lru_cache
from ipaddress import IPv4Network, IPv6Network, ip_network
from typing import Final

from netglass.vocab.error import LabError, UsageError
from netglass.wire.ip import pack_address

LAB_SUFFIXES: Final = ("test", "example")
"""Top-level names that are allowed."""

LAB_PREFIXES: Final = (
    "192.31.196.0/24",
    "192.52.193.0/24",
    "192.175.48.0/24",
    "192.88.99.0/24",
    "2620:4f:8000::/48",
)
"""Prefixes that are allowed. **Source**: RFC 7535, RFC 7450, RFC 7534, RFC 7526, RFC 7534."""

BOGON_PREFIXES: Final = (
    "0.0.0.0/8",
    "10.0.0.0/8",
    "100.64.0.0/10",
    "127.0.0.0/8",
    "169.254.0.0/16",
    "172.16.0.0/12",
    "192.0.2.0/24",
    "192.168.0.0/16",
    "198.18.0.0/15",
    "198.51.100.0/24",
    "203.0.113.0/24",
    "240.0.0.0/4",
    "::/96",
    "100::/64",
    "2001:db8::/32",
    "fc00::/7",
    "fe80::/10",
)
"""Prefixes that a forged DNS answer may name beside the lab's. **Source**: RFC 6890, RFC 3849, RFC 4193, RFC 4291."""

FIRST_ASN, LAST_ASN = 64512, 65534
"""AS numbers that are allowed. **Source**: RFC 6996 section 5."""

Network = IPv4Network | IPv6Network

_LAB: Final = tuple(ip_network(prefix) for prefix in LAB_PREFIXES)
_BOGON: Final = tuple(ip_network(prefix) for prefix in BOGON_PREFIXES)
_NAME: Final = re.compile(r"(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?\.)*(?:test|example)")
_COUNTRY: Final = re.compile(r"X[A-Z]")
_URL: Final = re.compile(r"https?://(?:\[([0-9A-Fa-f:.]+)\]|([A-Za-z0-9._-]+))(?::[0-9]{1,5})?(?:[/?][!-\[\]-~]*)?")


def require_lab_name(name: str) -> str:
    """Return a name in lower case and without a last dot.

    Raises:
        LabError: it is not under one of the allowed top-level names, or has no form on the wire.
    """
    found = name.lower().removesuffix(".")
    if len(found) > 253 or _NAME.fullmatch(found) is None:
        raise LabError(f"{name!r} is refused: the lab knows only names under .test and .example")
    return found


def require_lab_address(text: str) -> bytes:
    """Return an address in packed form.

    Raises:
        LabError: it is none, or lies outside of the lab's prefixes.
    """
    packed = _pack(text)
    if not is_lab_address(packed):
        raise LabError(f"address {text} is refused: the lab's addresses lie in {', '.join(LAB_PREFIXES)}")
    return packed


def require_answer_address(text: str) -> bytes:
    """Return an address for a forged DNS answer in packed form: one of the lab, or one that no router forwards.

    Raises:
        LabError: it is neither.
    """
    packed = _pack(text)
    if not (_is_within(packed, _LAB) or _is_within(packed, _BOGON)):
        raise LabError(f"answer {text} is refused: it lies neither in the lab's prefixes nor among bogons")
    return packed


def require_lab_prefix(text: str) -> Network:
    """Return a prefix, such as ``192.31.196.0/25``; an address stands for itself alone.

    Raises:
        LabError: it is none, has bits set behind its length, or is not within one of the lab's prefixes.
    """
    try:
        network = ip_network(text)
    except ValueError as error:
        raise LabError(f"{text!r} is no prefix: {error}") from error
    if not any(lab.version == network.version and _covers(lab, network) for lab in _LAB):
        raise LabError(f"prefix {text} is refused: the lab's addresses lie in {', '.join(LAB_PREFIXES)}")
    return network


def require_lab_url(url: str) -> str:
    """Return an http or https address of a lab's name or address, without user information.

    Raises:
        LabError: it is anything else.
    """
    found = _URL.fullmatch(url)
    if found is None:
        raise LabError(f"{url!r} is refused: http(s)://, a name of the lab and a path are needed")
    address, name = found[1], found[2]
    if address or re.fullmatch(r"[0-9.]+", name):
        require_lab_address(address or name)
    else:
        require_lab_name(name)
    return url


def require_lab_asn(asn: int) -> int:
    """Return an AS number for private use.

    Raises:
        LabError: it is not.
    """
    if not FIRST_ASN <= asn <= LAST_ASN:
        raise LabError(f"AS{asn} is refused: the lab's networks have the private numbers {FIRST_ASN} to {LAST_ASN}")
    return asn


def require_lab_country(country: str) -> str:
    """Return a user-assigned country code.

    Raises:
        LabError: it is not one of XA to XZ.
    """
    if _COUNTRY.fullmatch(country) is None:
        raise LabError(f"country {country!r} is refused: the lab's countries are XA to XZ")
    return country


@lru_cache(1 << 14)
def is_lab_address(packed: bytes) -> bool:
    """Tell whether a packed address lies within the lab's prefixes. Remembered."""
    return _is_within(packed, _LAB)


def _pack(text: str) -> bytes:
    try:
        return pack_address(text)
    except UsageError as error:
        raise LabError(str(error)) from error


def _is_within(packed: bytes, networks: tuple[Network, ...]) -> bool:
    bits = len(packed) * 8
    value = int.from_bytes(packed, "big")
    return any(
        network.max_prefixlen == bits and value >> bits - network.prefixlen == _read_head(network)
        for network in networks
    )


def _read_head(network: Network) -> int:
    return int(network.network_address) >> network.max_prefixlen - network.prefixlen


def _covers(outer: Network, inner: Network) -> bool:
    return inner.prefixlen >= outer.prefixlen and inner.network_address in outer
