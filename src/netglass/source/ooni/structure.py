"""The shape of an OONI record: only the fields that observations need, typed as the specification types them.

Decoding is strict, so a field of another type fails at once; ``lenient`` then reads the record field by field against the same
classes. Ranges are part of the types: a value outside them is as unusable as one of the wrong type, and would not fit its column.

**Source**: OONI spec df-000-base, df-001-httpt, df-002-dnst, df-005-tcpconnect, df-006-tlshandshake, df-008-netevents and
ts-017-web-connectivity; the unions are what real records of 2012 to 2026 hold (``failure: false`` for null, ``probe_asn`` as a number).
"""

from typing import Annotated, Any, TypeVar

import msgspec
from msgspec import Meta, Raw

T = TypeVar("T", bound=msgspec.Struct)

Port = Annotated[int, Meta(ge=0, le=65535)]
Count = Annotated[int, Meta(ge=0, le=2**62)]
Size = Annotated[int, Meta(ge=0, le=2**40)]
"""Bytes of one read or write, so few that the sum over a record is a number that can be written."""
Number = Annotated[int, Meta(ge=-(2**62), le=2**62)]
StatusCode = Annotated[int, Meta(ge=-1, le=999)]
NULL = Raw(b"null")


class _Shape(msgspec.Struct, gc=False):
    """Base: no cycles are possible, so the garbage collector need not look."""


class Binary(_Shape):
    """Bytes that are no UTF-8: ``{"format": "base64", "data": …}``."""

    data: str | None = None
    format: str | None = None


Failure = str | bool | None
Text = str | Binary | None
Tags = tuple[str, ...] | None


class Answer(_Shape):
    """One answer of a DNS query (df-002)."""

    answer_type: str | None = None
    ipv4: str | None = None
    ipv6: str | None = None
    hostname: str | None = None


class Query(_Shape):
    """One DNS query (df-002)."""

    hostname: str | None = None
    query_type: str | None = None
    engine: str | None = None
    resolver_address: str | None = None
    resolver_hostname: str | None = None
    resolver_port: Port | None = None
    failure: Failure = None
    answers: list[Answer] | None = None
    t0: float | None = None
    t: float | None = None
    tags: Tags = None
    transaction_id: Number | None = None


class ConnectStatus(_Shape):
    """How a connect ended (df-005)."""

    success: bool | None = None
    failure: Failure = None


class Connect(_Shape):
    """One TCP connect (df-005)."""

    ip: str | None = None
    port: Port | None = None
    status: ConnectStatus | None = None
    t0: float | None = None
    t: float | None = None
    tags: Tags = None
    transaction_id: Number | None = None


class Handshake(_Shape):
    """One TLS or QUIC handshake (df-006)."""

    network: str | None = None
    address: str | None = None
    server_name: str | None = None
    outer_server_name: str | None = None
    tls_version: str | None = None
    no_tls_verify: bool | None = None
    peer_certificates: list[Text] | None = None
    failure: Failure = None
    t0: float | None = None
    t: float | None = None
    tags: Tags = None
    transaction_id: Number | None = None


class Event(_Shape):
    """One network event (df-008)."""

    operation: str | None = None
    address: str | None = None
    proto: str | None = None
    num_bytes: Size | None = None
    failure: Failure = None
    conn_id: Number | None = None
    t0: float | None = None
    t: float | None = None
    transaction_id: Number | None = None


class Request(_Shape):
    """What was asked for (df-001)."""

    url: str | None = None
    method: str | None = None
    x_transport: str | None = None


class Response(_Shape):
    """What came back (df-001). ``headers`` repeats ``headers_list`` and is read only where that is absent."""

    code: StatusCode | None = None
    body: Text = None
    body_is_truncated: bool | None = None
    headers_list: list[tuple[str, Text]] | None = None
    headers: Raw = NULL


class Transaction(_Shape):
    """One HTTP round trip (df-001)."""

    request: Request | None = None
    response: Response | None = None
    network: str | None = None
    address: str | None = None
    failure: Failure = None
    t0: float | None = None
    t: float | None = None
    tags: Tags = None
    transaction_id: Number | None = None


class ControlStep(_Shape):
    """What the test helper saw at one endpoint (ts-017)."""

    status: bool | None = None
    failure: Failure = None


class ControlDns(_Shape):
    """What the test helper resolved (ts-017)."""

    failure: Failure = None
    addrs: list[str] | None = None


class ControlHttp(_Shape):
    """The page that the test helper got (ts-017); -1 stands for none in old records."""

    failure: Failure = None
    status_code: StatusCode | None = None
    body_length: Number | None = None
    title: str | None = None
    headers: dict[str, Any] | None = None


class AddressInfo(_Shape):
    """What the test helper knows of an address (ts-017)."""

    asn: Annotated[int, Meta(ge=0, le=2**32 - 1)] | None = None


class Control(_Shape):
    """The test helper's answer (ts-017)."""

    dns: ControlDns | None = None
    tcp_connect: dict[str, ControlStep] | None = None
    tls_handshake: dict[str, ControlStep] | None = None
    quic_handshake: dict[str, ControlStep] | None = None
    http_request: ControlHttp | None = None
    ip_info: dict[str, AddressInfo | None] | None = None


class Steps(_Shape):
    """The step lists that all nettests share."""

    queries: list[Query] | None = None
    tcp_connect: list[Connect] | None = None
    tls_handshakes: list[Handshake] | None = None
    quic_handshakes: list[Handshake] | None = None
    requests: list[Transaction] | None = None
    network_events: list[Event] | None = None


class WebKeys(Steps):
    """``test_keys`` of web_connectivity (ts-017); the duplicate replies are of 0.5."""

    x_dns_duplicate_responses: list[Query] | None = None
    x_dns_late_replies: list[Query] | None = None
    control: Control | None = None
    control_failure: Failure = None
    blocking: str | bool | None = None
    accessible: bool | None = None
    client_resolver: str | None = None


class Annotations(_Shape):
    """The annotations that tell probes and engines apart (df-000)."""

    engine_version: str | None = None
    platform: str | None = None
    network_type: str | None = None


class Envelope(_Shape):
    """A record without its test keys (df-000)."""

    test_name: str | None = None
    test_version: str | None = None
    report_id: str | None = None
    measurement_uid: str | None = None
    input: str | None = None
    measurement_start_time: str | None = None
    test_start_time: str | None = None
    test_runtime: float | None = None
    probe_asn: str | int | None = None
    probe_cc: str | None = None
    probe_ip: str | None = None
    probe_id: str | None = None
    probe_network_name: str | None = None
    resolver_asn: str | int | None = None
    resolver_ip: str | None = None
    resolver_network_name: str | None = None
    software_name: str | None = None
    software_version: str | None = None
    annotations: Annotations | None = None


class WebMeasurement(Envelope):
    """A web_connectivity record."""

    test_keys: WebKeys | None = None
