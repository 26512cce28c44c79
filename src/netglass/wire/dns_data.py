"""The data of DNS records: addresses, names, start of authority, text, service bindings.

Each ``parse_*`` takes the ``data`` of a record, which ``dns_message`` has freed of pointers, and gives None where it does
not have the form of its type: a forged A record of three bytes is no address.

A service binding (RFC 9460 section 2.2: HTTPS and SVCB) is a priority, a target and parameters by number. Priority 0 makes
it an alias. The parameters tell a client before it connects which protocols there are (``alpn``), which addresses, and the
configurations of Encrypted ClientHello (``ech``), so a censor who strips or refuses these records takes ECH away.
"""

from collections.abc import Iterable, Mapping
from struct import Struct

import msgspec

from netglass.vocab.error import UsageError
from netglass.wire.cursor import Cursor, CutShort, build_vector
from netglass.wire.dns_name import build_name, expand_name, format_name
from netglass.wire.ip import format_address, pack_address

MANDATORY, ALPN, NO_DEFAULT_ALPN, PORT, HINT_4, ECH, HINT_6 = range(7)
"""Parameters of a service binding. **Source**: RFC 9460 section 14.3.2; 5 is RFC 9848."""

_AUTHORITY = Struct("!5I")


class Authority(msgspec.Struct, frozen=True, gc=False):
    """Start of a zone of authority (RFC 1035 section 3.3.13).

    Attributes:
        server: primary name server.
        mailbox: mailbox of the person responsible, as a name.
        serial: version of the zone, 0 to 2^32 - 1.
        refresh: seconds.
        retry: seconds.
        expire: seconds.
        minimum: how long a negative answer may be kept, seconds (RFC 2308 section 4).
    """

    server: str
    mailbox: str
    serial: int = 1
    refresh: int = 3600
    retry: int = 600
    expire: int = 86400
    minimum: int = 300


class Service(msgspec.Struct, frozen=True):
    """A service binding: priority (0 to 65535, 0 is an alias), target name, raw parameters by number."""

    priority: int
    target: str
    parameters: Mapping[int, bytes]

    @property
    def protocols(self) -> tuple[str, ...]:
        """The protocols of ``alpn``, such as ``h2`` and ``h3``; none where the parameter is not well-formed."""
        found, cursor = [], Cursor(self.parameters.get(ALPN, b""))
        try:
            while not cursor.is_at_end:
                found.append(cursor.take_vector(1).decode("latin-1"))
        except CutShort:
            return ()
        return tuple(found)

    @property
    def addresses(self) -> tuple[str, ...]:
        """The address hints as text, IPv4 first; none of a parameter that is not well-formed."""
        hints = (self.parameters.get(HINT_4, b""), 4), (self.parameters.get(HINT_6, b""), 16)
        return tuple(
            format_address(data[at : at + size])
            for data, size in hints
            if len(data) % size == 0
            for at in range(0, len(data), size)
        )


def parse_address_data(data: bytes) -> str | None:
    """Read the data of an A or AAAA record as the text of an address."""
    return format_address(data) if len(data) in (4, 16) else None


def build_address_data(address: str) -> bytes:
    """Return the data of an A record for an IPv4 address, of an AAAA record for an IPv6 address.

    Raises:
        UsageError: not an address.
    """
    return pack_address(address)


def parse_name_data(data: bytes) -> str | None:
    """Read the data of a CNAME, NS or PTR record as a name."""
    found = expand_name(data, 0)
    return format_name(found[0]) if found and found[1] == len(data) else None


def build_name_data(name: str) -> bytes:
    """Return the data of a CNAME, NS or PTR record.

    Raises:
        UsageError: the name has no form on the wire.
    """
    return build_name(name)


def parse_authority_data(data: bytes) -> Authority | None:
    """Read the data of an SOA record."""
    server = expand_name(data, 0)
    mailbox = expand_name(data, server[1]) if server else None
    if server is None or mailbox is None or len(data) != mailbox[1] + _AUTHORITY.size:
        return None
    return Authority(format_name(server[0]), format_name(mailbox[0]), *_AUTHORITY.unpack_from(data, mailbox[1]))


def build_authority_data(authority: Authority) -> bytes:
    """Return the data of an SOA record.

    Raises:
        UsageError: a name has no form on the wire.
    """
    numbers = (authority.serial, authority.refresh, authority.retry, authority.expire, authority.minimum)
    return build_name(authority.server) + build_name(authority.mailbox) + _AUTHORITY.pack(*numbers)


def parse_text_data(data: bytes) -> tuple[bytes, ...] | None:
    """Read the data of a TXT record: one or more strings of 0 to 255 bytes."""
    found, cursor = [], Cursor(data)
    try:
        while not cursor.is_at_end:
            found.append(cursor.take_vector(1))
    except CutShort:
        return None
    return tuple(found) or None


def build_text_data(strings: Iterable[bytes]) -> bytes:
    """Return the data of a TXT record.

    Raises:
        UsageError: there is no string, or one is longer than 255 bytes.
    """
    parts = list(strings)
    if not parts or max(map(len, parts)) > 255:
        raise UsageError("a TXT record takes one or more strings of up to 255 bytes")
    return b"".join(build_vector(1, part) for part in parts)


def parse_service_data(data: bytes) -> Service | None:
    """Read the data of an HTTPS or SVCB record; None also where its parameters are not in ascending order."""
    target = expand_name(data, 2)
    if target is None:
        return None
    parameters: dict[int, bytes] = {}
    cursor, last = Cursor(data, target[1]), -1
    try:
        while not cursor.is_at_end:
            key = cursor.take_number(2)
            if key <= last:
                return None
            parameters[key] = cursor.take_vector(2)
            last = key
    except CutShort:
        return None
    return Service(int.from_bytes(data[:2], "big"), format_name(target[0]), parameters)


def build_service_data(service: Service) -> bytes:
    """Return the data of an HTTPS or SVCB record.

    Raises:
        UsageError: the target has no form on the wire.
    """
    parameters = (key.to_bytes(2, "big") + build_vector(2, value) for key, value in sorted(service.parameters.items()))
    return service.priority.to_bytes(2, "big") + build_name(service.target) + b"".join(parameters)


def build_alpn(protocols: Iterable[str]) -> bytes:
    """Return the value of the ``alpn`` parameter for protocols such as ``h2`` and ``h3``."""
    return b"".join(build_vector(1, protocol.encode("latin-1")) for protocol in protocols)
