"""A whole measurement, of Web Connectivity or of a single step, as one line of JSON.

**Source**: OONI spec df-000-base for the envelope, ts-017-web-connectivity and ts-027-urlgetter for the test keys. Every key
of the envelope that OONI's client writes is there. ``probe_ip`` is always ``127.0.0.1``: the probe's address is never written.
"""

from datetime import datetime
from typing import Generic, TypeVar

import msgspec
from msgspec import UNSET, UnsetType

from netglass.probe.config import TEST_VERSION, Config
from netglass.probe.control import ControlRequest, ControlResponse
from netglass.probe.record import (
    Connect,
    Event,
    Extensions,
    Handshake,
    Query,
    Steps,
    TestHelper,
    Transaction,
)
from netglass.probe.trace import Trace

TIME = "%Y-%m-%d %H:%M:%S"
"""How OONI writes a time, UTC."""


Keys = TypeVar("Keys")


class WebKeys(msgspec.Struct, gc=False):
    """The test keys (ts-017). The requests of the classic chain come first, newest first."""

    network_events: list[Event]
    x_doh: Steps
    x_do53: Steps
    x_dns_duplicate_responses: list[Query]
    x_dns_late_replies: list[Query]
    queries: list[Query]
    requests: list[Transaction]
    tcp_connect: list[Connect]
    tls_handshakes: list[Handshake]
    quic_handshakes: list[Handshake]
    x_control_request: ControlRequest | None
    control: ControlResponse | None
    control_failure: str | None
    dns_experiment_failure: str | None
    dns_consistency: str | None
    http_experiment_failure: str | None
    body_proportion: float
    body_length_match: bool | None
    headers_match: bool | None
    status_code_match: bool | None
    title_match: bool | None
    blocking: str | bool | None
    accessible: bool | None
    client_resolver: str
    agent: str = "redirect"
    retries: None = None
    socksproxy: None = None


class UrlgetterKeys(msgspec.Struct, gc=False):
    """The test keys of a single step (ts-027)."""

    failed_operation: str | None
    failure: str | None
    network_events: list[Event]
    queries: list[Query]
    requests: list[Transaction]
    tcp_connect: list[Connect]
    tls_handshakes: list[Handshake]
    x_dns_duplicate_responses: list[Query]
    x_dns_late_replies: list[Query]
    agent: str = "redirect"
    socksproxy: None = None


class Measurement(msgspec.Struct, Generic[Keys], gc=False):
    """A measurement (df-000)."""

    annotations: dict[str, str]
    input: str
    measurement_start_time: str
    probe_asn: str
    probe_cc: str
    probe_network_name: str
    report_id: str
    resolver_asn: str
    resolver_ip: str
    resolver_network_name: str
    software_name: str
    software_version: str
    test_helpers: dict[str, TestHelper]
    test_keys: Keys
    test_runtime: float
    test_start_time: str
    probe_id: str | UnsetType = UNSET
    probe_ip: str = "127.0.0.1"
    data_format_version: str = "0.2.0"
    extensions: Extensions = Extensions()
    test_name: str = "web_connectivity"
    test_version: str = TEST_VERSION

    def encode(self) -> bytes:
        """Return the line of JSON, without a newline."""
        return _encode(self)


AnyMeasurement = Measurement[WebKeys] | Measurement[UrlgetterKeys]
_encode = msgspec.json.Encoder().encode


def make_measurement(url: str, config: Config, started: datetime, runtime: float, keys: Keys) -> Measurement[Keys]:
    """Put the envelope around test keys.

    Args:
        url: what was measured.
        config: who measured, in which run, and with which helper.
        started: when, by the clock of the machine, naive UTC.
        runtime: how long it took, in seconds.
        keys: what was found.
    """
    vantage = config.vantage
    begin = started.strftime(TIME)
    helpers = {"backend": TestHelper(config.helper, config.helper.partition(":")[0])} if config.helper else {}
    return Measurement(
        annotations=vantage.annotations,
        input=url,
        measurement_start_time=begin,
        probe_asn=vantage.probe_asn,
        probe_cc=vantage.probe_cc,
        probe_network_name=vantage.probe_network_name,
        report_id=config.report_id,
        resolver_asn=vantage.resolver_asn,
        resolver_ip=vantage.resolver_ip,
        resolver_network_name=vantage.resolver_network_name,
        software_name=vantage.software_name,
        software_version=vantage.software_version,
        test_helpers=helpers,
        test_keys=keys,
        test_runtime=round(runtime, 6),
        test_start_time=config.test_start_time or begin,
        probe_id=vantage.probe_id or UNSET,
    )


def list_steps(trace: Trace) -> Steps:
    """Return the steps of a lookup by another way."""
    return Steps(trace.events, trace.queries, trace.transactions, trace.connects, trace.handshakes)
