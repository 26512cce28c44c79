"""Addresses, endpoints and URLs: read once per distinct text, in one spelling.

**Source**: RFC 5952 for the shortest form of IPv6 addresses, RFC 3986 for URLs, RFC 5891 for A-labels.
"""

import re
from functools import lru_cache
from socket import AF_INET, inet_ntop, inet_pton
from typing import NamedTuple
from urllib.parse import SplitResult, urljoin, urlsplit

from netglass.refdata import Refdata
from netglass.refdata.address import format_address, parse_address

CACHE = 1 << 14
"""Entries of each memory of texts that were read before."""

_LABEL = re.compile(r"[^\x00-\x20/\\?#@\[\]:%]+\Z")
_DEFAULT_PORT = {"http": 80, "https": 443}


class Place(NamedTuple):
    """An address with what the reference data know of it: the columns of ``_ADDRESS``."""

    address: str | None
    asn: int | None
    cc: str | None
    bogon: bool | None


class Location(NamedTuple):
    """The parts of a URL that observations keep: host in A-label form, lower case."""

    scheme: str | None
    host: str | None
    port: int | None


NOWHERE = Place(None, None, None, None)
NO_LOCATION = Location(None, None, None)


@lru_cache(CACHE * 4)
def normalise_address(text: str | None) -> str | None:
    """Return an address in its shortest form (IPv4-mapped IPv6 as IPv4), or None if ``text`` is none."""
    if not text:
        return None
    try:
        return inet_ntop(AF_INET, inet_pton(AF_INET, text))  # nearly all are, and need no further look
    except (OSError, UnicodeError, ValueError):
        address = parse_address(text)
        return format_address(address) if address else None


@lru_cache(CACHE * 4)
def split_endpoint(text: str | None) -> tuple[str | None, int | None]:
    """Split ``address:port`` or ``[address]:port`` into the address in its shortest form and the port, None for each that is unusable."""
    if not text:
        return None, None
    head, _, tail = text.rpartition(":")
    port = int(tail) if tail.isascii() and tail.isdigit() and len(tail) <= 5 else None
    address = normalise_address(head)
    if address is None or (":" in address and not head.startswith("[")):
        return normalise_address(text), None
    return address, port if port is not None and port <= 65535 else None


@lru_cache(CACHE * 4)
def locate_address(refdata: Refdata, text: str | None) -> Place:
    """Return the address of ``text`` with its network, country and whether it is a bogon."""
    address = normalise_address(text)
    if address is None:
        return NOWHERE
    network = refdata.network_of(address)
    bogon = refdata.is_bogon(address)
    return Place(address, network.asn, network.cc, bogon) if network else Place(address, None, None, bogon)


@lru_cache(CACHE)
def to_a_label(host: str) -> str | None:
    """Return a host name in lower case with A-labels (``bücher.example`` -> ``xn--bcher-kva.example``), or None if it is none."""
    host = host.lower().rstrip(".")
    if not _LABEL.match(host):
        return None
    if host.isascii():
        return host
    try:
        return host.encode("idna").decode("ascii")
    except UnicodeError:
        return None


@lru_cache(CACHE)
def read_host(text: str) -> str | None:
    """Return a host name or address in the spelling of ``target``."""
    return normalise_address(text) or to_a_label(text)


@lru_cache(CACHE)
def split_url(url: str | None) -> Location:
    """Return scheme, host and port (the scheme's own where the URL names none) of ``url``; None for what it does not tell."""
    if not url:
        return NO_LOCATION
    try:
        parts: SplitResult = urlsplit(url.strip())
        host, port = parts.hostname, parts.port
    except ValueError:
        return NO_LOCATION
    if not host or not parts.scheme:
        return NO_LOCATION
    return Location(parts.scheme, read_host(host), port or _DEFAULT_PORT.get(parts.scheme))


@lru_cache(CACHE)
def read_target(text: str | None) -> Location:
    """Return what an ``input`` aims at: a URL, ``host``, ``host:port`` or ``address:port``."""
    if not text:
        return NO_LOCATION
    if "://" in text:
        return split_url(text)
    address, port = split_endpoint(text)
    if address is not None:
        return Location(None, address, port)
    host, _, tail = text.partition(":")
    if tail and not (tail.isascii() and tail.isdigit()):
        return NO_LOCATION
    host_name = to_a_label(host) if host else None
    return Location(None, host_name, int(tail) if tail and len(tail) <= 5 else None)


def join_location(base: str | None, location: str) -> str:
    """Return a ``Location`` header as an absolute URL; as it stands where that is not possible."""
    try:
        return urljoin(base or "", location.strip())
    except ValueError:
        return location
