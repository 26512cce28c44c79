"""The control: what the test helper, who is not censored, sees of the same page. Its JSON API, and the client's side of it.

The API is that of OONI's helper: one POST of a URL, its fields and the endpoints that the client found; one answer with
what the helper resolved, connected to and fetched. So this client can ask OONI's helper, and OONI's client ours.

**Source**: ts-017-web-connectivity, "Example control request and response"; ``tls_handshake``, ``quic_handshake`` and
``ip_info`` as later helpers send them. -1 stands for no status and no body.
"""

import asyncio

import msgspec

from netglass.probe.config import Config
from netglass.probe.exchange import Exchange
from netglass.probe.failure import BadAnswer, Problem, StepFailed, name_failure
from netglass.probe.fetch import BROWSER
from netglass.probe.road import converse
from netglass.probe.trace import SYSTEM, Trace
from netglass.probe.url import Target, parse_target
from netglass.wire.http_head import RequestHead, build_request_head
from netglass.wire.net import Endpoint, Net

ANSWER_BYTES = 1 << 20
"""Longest answer of a helper that is read."""

HEADERS = {name: [value] for name, value in BROWSER}


class ControlRequest(msgspec.Struct, frozen=True):
    """What a helper is asked: a URL, fields to send, endpoints to try, and whether to try QUIC."""

    http_request: str
    http_request_headers: dict[str, list[str]] = {}
    tcp_connect: list[str] | None = None
    x_quic_enabled: bool = False


class ControlConnect(msgspec.Struct, frozen=True):
    """How a connect of the helper ended."""

    status: bool | None = None
    failure: str | None = None


class ControlHandshake(msgspec.Struct, frozen=True):
    """How a handshake of the helper ended."""

    server_name: str = ""
    status: bool | None = None
    failure: str | None = None


class ControlPage(msgspec.Struct, frozen=True):
    """The page that the helper got; a title may be cut, headers are the first of each name."""

    body_length: int = -1
    discovered_h3_endpoint: str = ""
    failure: str | None = None
    title: str = ""
    headers: dict[str, str] = {}
    status_code: int = -1


class ControlDns(msgspec.Struct, frozen=True):
    """What the helper resolved."""

    failure: str | None = None
    addrs: list[str] | None = None


class ControlAddress(msgspec.Struct, frozen=True):
    """What the helper knows of an address: network, and bits (1 from the client, 2 from the helper, 8 good in TLS)."""

    asn: int = 0
    flags: int = 0


class ControlResponse(msgspec.Struct, frozen=True):
    """A helper's answer. Endpoints are written ``192.0.2.1:443`` and ``[2001:db8::1]:443``."""

    tcp_connect: dict[str, ControlConnect] = {}
    tls_handshake: dict[str, ControlHandshake] | None = {}
    quic_handshake: dict[str, ControlHandshake] | None = {}
    http_request: ControlPage = ControlPage()
    http3_request: ControlPage | None = None
    dns: ControlDns = ControlDns()
    ip_info: dict[str, ControlAddress | None] | None = {}


_decode = msgspec.json.Decoder(ControlResponse).decode


def make_control_request(target: Target, addresses: list[str], http3: bool) -> ControlRequest:
    """Return what to ask of a page whose addresses were found: each of them at the ports of the URL."""
    ports = (target.port,) if target.has_port else (443, 80)
    endpoints = [str(Endpoint(address, port)) for address in addresses for port in ports]
    return ControlRequest(target.url, HEADERS, endpoints or None, http3)


async def ask_control(net: Net, url: str, request: ControlRequest, config: Config) -> ControlResponse:
    """Ask a helper. The steps to it are no part of the measurement and are not kept.

    Raises:
        StepFailed: there is no answer.
    """
    target = parse_target(url)
    strand = Trace().begin(SYSTEM, ())
    question, answer = _build_request(target, msgspec.json.encode(request)), b""

    async def ask(exchange: Exchange) -> None:
        nonlocal answer
        await exchange.ask(question)
        if exchange.head is None or exchange.head.status != 200:
            raise BadAnswer(f"httpx: request failed: {exchange.head.status if exchange.head else 0}")
        answer = bytes(exchange.body)

    try:
        async with asyncio.timeout(config.patience.control):
            await converse(net, target, config.helper_addresses, strand, config, ANSWER_BYTES, ask)
        return _decode(answer)
    except Problem as error:
        raise StepFailed(name_failure(error)) from error
    except msgspec.MsgspecError as error:
        raise StepFailed("json_parse_error") from error


def _build_request(target: Target, body: bytes) -> bytes:
    fields = (
        ("Host", target.authority),
        ("Accept", "application/json"),
        ("Content-Type", "application/json"),
        ("Content-Length", str(len(body))),
    )
    return build_request_head(RequestHead("POST", target.path, fields)) + body
