"""The URL that is measured, taken apart once: what is resolved, connected to, named in TLS and asked for.

**Source**: RFC 3986 section 3; a host name is turned into its A-label (IDNA 2003, as Python has it), lower case, without
the dot at its end.
"""

import ipaddress
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import quote, urljoin, urlsplit

from netglass.vocab.error import UsageError
from netglass.wire.dns_name import LABEL_BYTES

_PORTS = {"http": 80, "https": 443}
_SAFE = "!#$%&'()*+,/:;=?@[]~"
_NAME = frozenset("abcdefghijklmnopqrstuvwxyz0123456789-_")
NAME_CHARACTERS = 253
MAX_URL = 8192


class Target(NamedTuple):
    """A URL.

    Attributes:
        url: as it is written into the record.
        scheme: ``http`` or ``https``.
        host: A-label in lower case, or an address without brackets.
        port: 1 to 65535.
        has_port: whether the port was written.
        path: path and query as they are asked for.
        is_address: whether the host is an address.
    """

    url: str
    scheme: str
    host: str
    port: int
    has_port: bool
    path: str
    is_address: bool

    @property
    def reference(self) -> str:
        """The URL in ASCII, as it stands in ``Referer``."""
        return f"{self.scheme}://{self.authority}{self.path}"

    @property
    def authority(self) -> str:
        """The value of the ``Host`` field."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == _PORTS[self.scheme] else f"{host}:{self.port}"


@lru_cache(4096)
def parse_target(url: str) -> Target:
    """Take a URL apart.

    Raises:
        UsageError: it is no ``http`` or ``https`` URL with a host.
    """
    if len(url) > MAX_URL or any(ord(character) <= 32 for character in url):
        raise UsageError(f"{url[:80]!r} cannot be measured: it is too long, or holds a space or a control character")
    try:
        parts = urlsplit(url)
        if parts.scheme not in _PORTS or not parts.hostname:
            raise ValueError("write http:// or https://, and a host")
        host, port = parts.hostname.rstrip("."), parts.port
        if port == 0:
            raise ValueError("port 0")
        is_address = _is_address(host)
        if not is_address:
            host = host.encode("idna").decode() if not host.isascii() else host.lower()
            check_name(host)
    except ValueError as error:
        raise UsageError(f"{url!r} cannot be measured: {error}") from error
    path = quote(parts.path or "/", safe=_SAFE) + (f"?{quote(parts.query, safe=_SAFE)}" if parts.query else "")
    chosen = port or _PORTS[parts.scheme]
    return Target(url, parts.scheme, host, chosen, port is not None, path, is_address)


def check_name(host: str) -> None:
    """Refuse what cannot be asked for as a name.

    Raises:
        ValueError: a label is empty, too long, or holds what names of hosts do not.
    """
    for label in host.split("."):
        if not 0 < len(label) <= LABEL_BYTES or not label.isascii() or not _NAME.issuperset(label):
            raise ValueError(f"{host[:80]!r} is no name of a host")
    if len(host) > NAME_CHARACTERS:
        raise ValueError(f"{host[:80]!r}… is too long for a name")


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def follow(target: Target, location: str) -> str:
    """Return the absolute URL of a ``Location``, without a fragment.

    Raises:
        UsageError: it cannot be read.
    """
    try:
        return urljoin(target.url, location.strip()).partition("#")[0]
    except ValueError as error:
        raise UsageError(f"{location[:80]!r} is no location: {error}") from error
