"""A measurement as it is written: OONI's keys and types, one JSON object.

The structs are the format. A field that OONI's clients leave out where there is nothing to say is ``UNSET`` and then not
written; a field that they write as null is None.

**Source**: OONI spec df-000-base (envelope), df-001-httpt, df-002-dnst, df-005-tcpconnect, df-006-tlshandshake,
df-008-netevents, ts-017-web-connectivity; ``x_doh``, ``x_do53`` and ``x_dns_duplicate_responses`` as Web Connectivity
0.5 writes them. Bytes that are no UTF-8 are ``{"format": "base64", "data": …}`` (df-001).
"""

from base64 import b64encode

import msgspec
from msgspec import UNSET, UnsetType, field

Tags = tuple[str, ...]


class Binary(msgspec.Struct, gc=False):
    """Bytes as base64."""

    data: str
    format: str = "base64"


Text = str | Binary


def make_text(data: bytes) -> Text:
    """Return bytes as text where they are UTF-8, else as base64."""
    try:
        return data.decode()
    except UnicodeDecodeError:
        return Binary(b64encode(data).decode())


def make_binary(data: bytes) -> Binary:
    """Return bytes as base64."""
    return Binary(b64encode(data).decode())


class Answer(msgspec.Struct, gc=False):
    """One answer of a lookup (df-002). ``ttl`` is in seconds."""

    answer_type: str
    ipv4: str | UnsetType = UNSET
    ipv6: str | UnsetType = UNSET
    hostname: str | UnsetType = UNSET
    ttl: int | None = None
    asn: int | UnsetType = UNSET
    as_org_name: str | UnsetType = UNSET


class Query(msgspec.Struct, gc=False):
    """One lookup (df-002)."""

    answers: list[Answer] | None
    engine: str
    failure: str | None
    hostname: str
    query_type: str
    resolver_address: str
    t0: float
    t: float
    tags: Tags
    transaction_id: int
    raw_response: str | UnsetType = UNSET
    rcode: int | UnsetType = UNSET
    resolver_hostname: None = None
    resolver_port: None = None


class ConnectStatus(msgspec.Struct, gc=False):
    """How a connect ended (df-005)."""

    failure: str | None
    success: bool


class Connect(msgspec.Struct, gc=False):
    """One TCP connect (df-005)."""

    ip: str
    port: int
    status: ConnectStatus
    t0: float
    t: float
    tags: Tags
    transaction_id: int


class Handshake(msgspec.Struct, gc=False):
    """One TLS handshake, or with ``network`` ``udp`` one of QUIC (df-006)."""

    network: str
    address: str
    cipher_suite: str
    failure: str | None
    negotiated_protocol: str
    no_tls_verify: bool
    peer_certificates: list[Binary]
    server_name: str
    t0: float
    t: float
    tags: Tags
    tls_version: str
    transaction_id: int


class Event(msgspec.Struct, gc=False):
    """One network event (df-008)."""

    failure: str | None
    operation: str
    t0: float
    t: float
    transaction_id: int
    tags: Tags
    address: str | UnsetType = UNSET
    proto: str | UnsetType = UNSET
    num_bytes: int | UnsetType = UNSET


class Tor(msgspec.Struct, frozen=True, gc=False):
    """Tor is not used (df-001)."""

    exit_ip: None = None
    exit_name: None = None
    is_tor: bool = False


NO_TOR = Tor()


class Request(msgspec.Struct, gc=False):
    """What was asked for (df-001)."""

    headers_list: list[tuple[str, Text]]
    headers: dict[str, Text]
    url: str
    x_transport: str
    body: str = ""
    body_is_truncated: bool = False
    method: str = "GET"
    tor: Tor = NO_TOR


class Response(msgspec.Struct, gc=False):
    """What came back (df-001); a code of 0 stands for nothing."""

    body: Text
    body_is_truncated: bool
    code: int
    headers_list: list[tuple[str, Text]]
    headers: dict[str, Text]


class Transaction(msgspec.Struct, gc=False):
    """One HTTP round trip (df-001)."""

    network: str
    address: str
    alpn: str | UnsetType
    failure: str | None
    request: Request
    response: Response
    t0: float
    t: float
    tags: Tags
    transaction_id: int


class Steps(msgspec.Struct, gc=False):
    """The steps of a lookup by another way (``x_doh``, ``x_do53``)."""

    network_events: list[Event] = field(default_factory=list)
    queries: list[Query] = field(default_factory=list)
    requests: list[Transaction] = field(default_factory=list)
    tcp_connect: list[Connect] = field(default_factory=list)
    tls_handshakes: list[Handshake] = field(default_factory=list)


class Extensions(msgspec.Struct, frozen=True, gc=False):
    """The versions of the data formats."""

    dnst: int = 0
    httpt: int = 0
    netevents: int = 0
    tcpconnect: int = 0
    tlshandshake: int = 0


class TestHelper(msgspec.Struct, gc=False):
    """The test helper that answered."""

    address: str
    type: str = "https"
