"""OONI's published data formats, written down from their text as types: which keys there are, which must be there, and what they hold.

**Source**: github.com/ooni/spec, data-formats/df-000-base, df-001-httpt, df-002-dnst, df-005-tcpconnect, df-006-tlshandshake,
df-008-netevents, and nettests/ts-017-web-connectivity; t0, tags and ``x_*`` keys as OONI's own client writes them. A key that is
marked there as optional or deprecated may be absent; a key that is nowhere there is an error.
"""

from typing import Annotated, Literal

import msgspec
from msgspec import UNSET, Meta, UnsetType

from netglass.vocab.failure import OUTCOMES

Seconds = Annotated[float, Meta(ge=0)]
Moment = Annotated[str, Meta(pattern=r"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$")]
Base64 = Annotated[str, Meta(pattern=r"^[A-Za-z0-9+/]*={0,2}$")]
Endpoint = Annotated[str, Meta(pattern=r"^(?:[0-9.]+|\[[0-9a-f:.]+\]):[0-9]{1,5}$")]
Tag = Annotated[str, Meta(pattern=r"^(?:classic|tcptls_experiment|depth=[0-9]+|fetch_body=(?:true|false))$")]


class Shape(msgspec.Struct, forbid_unknown_fields=True):
    """Base: a key that the specification does not have is an error."""


class BinaryData(Shape):
    format: Literal["base64"]
    data: Base64


MaybeBinaryData = str | BinaryData


class Answer(Shape):
    answer_type: Literal["A", "AAAA", "CNAME"]
    ttl: int | None
    ipv4: str | UnsetType = UNSET
    ipv6: str | UnsetType = UNSET
    hostname: str | UnsetType = UNSET
    asn: int | UnsetType = UNSET
    as_org_name: str | UnsetType = UNSET


class Query(Shape):
    answers: list[Answer] | None
    engine: Literal["unknown", "system", "getaddrinfo", "golang_net_resolver", "go", "udp", "tcp", "dot", "doh"]
    failure: str | None
    hostname: str
    query_type: Literal["A", "AAAA", "ANY"]
    resolver_address: str
    resolver_hostname: str | None
    resolver_port: str | None
    t0: Seconds
    t: Seconds
    tags: list[Tag]
    transaction_id: int
    raw_response: Base64 | UnsetType = UNSET
    rcode: int | UnsetType = UNSET
    getaddrinfo_error: int | UnsetType = UNSET


class Status(Shape):
    failure: str | None
    success: bool


class TcpConnect(Shape):
    ip: str
    port: Annotated[int, Meta(ge=1, le=65535)]
    status: Status
    t0: Seconds
    t: Seconds
    tags: list[Tag]
    transaction_id: int


class TlsHandshake(Shape):
    network: Literal["tcp", "udp"]
    address: Endpoint
    cipher_suite: str
    failure: str | None
    negotiated_protocol: str
    no_tls_verify: bool
    peer_certificates: list[BinaryData]
    server_name: str
    t0: Seconds
    t: Seconds
    tags: list[Tag]
    tls_version: Literal["", "TLSv1", "TLSv1.1", "TLSv1.2", "TLSv1.3"]
    transaction_id: int


class NetworkEvent(Shape):
    failure: str | None
    operation: Literal[
        "connect",
        "read",
        "write",
        "read_from",
        "write_to",
        "tls_handshake_start",
        "tls_handshake_done",
        "quic_handshake_start",
        "quic_handshake_done",
        "http_transaction_start",
        "http_transaction_done",
        "resolve_start",
        "resolve_done",
        "bytes_received_cumulative",
    ]
    t0: Seconds
    t: Seconds
    transaction_id: int
    tags: list[Tag]
    address: Endpoint | UnsetType = UNSET
    proto: Literal["tcp", "udp"] | UnsetType = UNSET
    num_bytes: Annotated[int, Meta(ge=0)] | UnsetType = UNSET


class TorInfo(Shape):
    exit_ip: str | None
    exit_name: str | None
    is_tor: bool


class Request(Shape):
    body: MaybeBinaryData
    body_is_truncated: bool
    headers: dict[str, MaybeBinaryData]
    headers_list: list[tuple[str, MaybeBinaryData]]
    method: Literal["GET"]
    tor: TorInfo
    url: Annotated[str, Meta(pattern=r"^https?://")]
    x_transport: Literal["tcp", "udp"]


class Response(Shape):
    body: MaybeBinaryData
    body_is_truncated: bool
    code: Annotated[int, Meta(ge=0, le=999)]
    headers: dict[str, MaybeBinaryData]
    headers_list: list[tuple[str, MaybeBinaryData]]


class Transaction(Shape):
    failure: str | None
    request: Request
    response: Response
    network: Literal["tcp", "udp"]
    address: Endpoint
    t0: Seconds
    t: Seconds
    tags: list[Tag]
    transaction_id: int
    alpn: str | UnsetType = UNSET


class ControlConnect(Shape):
    status: bool
    failure: str | None


class ControlHandshake(Shape):
    server_name: str
    status: bool
    failure: str | None


class ControlPage(Shape):
    body_length: Annotated[int, Meta(ge=-1)]
    failure: str | None
    title: str
    headers: dict[str, str]
    status_code: Annotated[int, Meta(ge=-1)]
    discovered_h3_endpoint: str


class ControlDns(Shape):
    failure: str | None
    addrs: list[str]


class AddressInfo(Shape):
    asn: int
    flags: int


class Control(Shape):
    tcp_connect: dict[Endpoint, ControlConnect]
    http_request: ControlPage
    dns: ControlDns
    tls_handshake: dict[Endpoint, ControlHandshake] | UnsetType = UNSET
    quic_handshake: dict[Endpoint, ControlHandshake] | UnsetType = UNSET
    http3_request: ControlPage | UnsetType | None = UNSET
    ip_info: dict[str, AddressInfo] | UnsetType = UNSET


class ControlRequest(Shape):
    http_request: str
    http_request_headers: dict[str, list[str]]
    tcp_connect: list[Endpoint] | None
    x_quic_enabled: bool | UnsetType = UNSET


class Steps(Shape):
    network_events: list[NetworkEvent]
    queries: list[Query]
    requests: list[Transaction] | UnsetType = UNSET
    tcp_connect: list[TcpConnect] | UnsetType = UNSET
    tls_handshakes: list[TlsHandshake] | UnsetType = UNSET


class TestKeys(Shape):
    agent: Literal["agent", "redirect"]
    client_resolver: str
    retries: int | None
    socksproxy: str | None
    network_events: list[NetworkEvent]
    queries: list[Query]
    requests: list[Transaction]
    tcp_connect: list[TcpConnect]
    tls_handshakes: list[TlsHandshake]
    x_dns_duplicate_responses: list[Query]
    x_doh: Steps
    x_do53: Steps
    x_control_request: ControlRequest | None
    control: Control | None
    control_failure: str | None
    dns_experiment_failure: str | None
    dns_consistency: Literal["consistent", "reverse_match", "inconsistent"] | None
    http_experiment_failure: str | None
    body_proportion: Annotated[float, Meta(ge=0, le=1)]
    body_length_match: bool | None
    headers_match: bool | None
    status_code_match: bool | None
    title_match: bool | None
    blocking: Literal["tcp_ip", "dns", "http-diff", "http-failure"] | bool | None
    accessible: bool | None
    x_dns_late_replies: list[Query] | UnsetType = UNSET
    quic_handshakes: list[TlsHandshake] | UnsetType = UNSET
    x_dns_whoami: dict[str, object] | UnsetType = UNSET
    x_dns_flags: int | UnsetType = UNSET
    x_blocking_flags: int | UnsetType = UNSET
    x_null_null_flags: int | UnsetType = UNSET
    x_conn_priority_log: list[object] | UnsetType = UNSET


class Helper(Shape):
    address: str
    type: str


class Envelope(Shape):
    input: str
    data_format_version: Literal["0.2.0"]
    extensions: dict[str, int]
    measurement_start_time: Moment
    probe_asn: Annotated[str, Meta(pattern=r"^AS\d+$")]
    probe_cc: Annotated[str, Meta(pattern=r"^[A-Z]{2}$")]
    probe_ip: Literal["127.0.0.1"]
    probe_network_name: str
    report_id: str
    resolver_asn: Annotated[str, Meta(pattern=r"^AS\d+$")]
    resolver_ip: str
    resolver_network_name: str
    software_name: str
    software_version: str
    test_keys: TestKeys
    test_name: Literal["web_connectivity"]
    test_runtime: Seconds
    test_start_time: Moment
    test_version: str
    test_helpers: dict[str, Helper] | UnsetType = UNSET
    annotations: dict[str, str] | UnsetType = UNSET
    probe_id: str | UnsetType = UNSET
    measurement_uid: str | UnsetType = UNSET


_decode = msgspec.json.Decoder(Envelope).decode


def check_line(line: bytes) -> Envelope:
    """Return a measurement that is as the specification says.

    Raises:
        msgspec.ValidationError: it is not; the message says where.
        AssertionError: its parts do not fit each other, or a failure is no known string.
    """
    found = _decode(line)
    keys = found.test_keys
    side = [keys.x_doh, keys.x_do53]
    steps = [keys, *side]
    failures = {query.failure for part in steps for query in part.queries}
    for part in steps:
        failures |= {item.status.failure for item in part.tcp_connect or ()}
        failures |= {item.failure for item in (*(part.tls_handshakes or ()), *(part.requests or ()))}
        timed = (*part.queries, *part.network_events, *(part.tcp_connect or ()), *(part.tls_handshakes or ()))
        assert all(item.t0 <= item.t <= found.test_runtime for item in timed)
    assert {item for item in failures if item and not item.startswith("unknown_failure")} <= OUTCOMES.keys()
    assert all(item.status.success == (item.status.failure is None) for item in keys.tcp_connect)
    for query in (*keys.queries, *keys.x_dns_duplicate_responses):
        assert (query.failure is None) == bool(query.answers)
    classic = [item for item in keys.requests if item.network == "tcp"]
    assert [item.t for item in classic] == sorted((item.t for item in classic), reverse=True)
    for item in keys.requests:
        assert item.response.headers.keys() == {name for name, _ in item.response.headers_list}
        assert (item.response.code > 0) or item.failure
    ids = {item.transaction_id for item in keys.tls_handshakes}
    assert ids <= {item.transaction_id for item in keys.tcp_connect}
    return found
