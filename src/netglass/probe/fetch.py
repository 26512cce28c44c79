"""One page over a connection that stands: a GET as a browser sends it, and what came back.

**Source**: OONI spec df-001-httpt; the fields of the request are those of OONI's client, and the test helper is asked to
send the same.
"""

import asyncio
from collections.abc import Iterable

from msgspec import UNSET

from netglass.probe.channel import Channel
from netglass.probe.exchange import BODY_BYTES, Exchange
from netglass.probe.failure import Problem, name_failure
from netglass.probe.record import NO_TOR, Request, Response, Text, Transaction, make_text
from netglass.probe.url import Target
from netglass.wire.http_head import Fields, RequestHead, build_request_head

BROWSER: Fields = (
    ("Accept", "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"),
    ("Accept-Language", "en-US,en;q=0.9"),
    (
        "User-Agent",
        "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.10 Safari/605.1.1",
    ),
)
"""Fields by which client and test helper look the same to the site."""

NO_RESPONSE = Response("", False, 0, [], {})


def list_fields(target: Target, browser: Fields, referer: str, cookie: str) -> Fields:
    """Return the fields of a request in the order in which they are sent."""
    fields = (("Host", target.authority), *browser, ("Referer", referer))
    return (*fields, ("Cookie", cookie)) if cookie else fields


async def fetch(
    channel: Channel,
    target: Target,
    timeout_seconds: float,
    *,
    browser: Fields = BROWSER,
    referer: str = "",
    cookie: str = "",
    most_bytes: int = BODY_BYTES,
) -> Transaction:
    """Ask for a page, and write down what came, also of an answer that broke off. Nothing is raised."""
    strand, address = channel.strand, str(channel.endpoint)
    fields = list_fields(target, browser, referer, cookie)
    exchange = Exchange(channel, most_bytes)
    t0 = strand.mark("http_transaction_start", address)
    failure: str | None = None
    try:
        async with asyncio.timeout(timeout_seconds):
            await exchange.ask(build_request_head(RequestHead("GET", target.path, fields)))
    except Problem as error:
        failure = name_failure(error)
    t = strand.mark("http_transaction_done", address)
    transaction = Transaction(
        network="tcp",
        address=address,
        alpn=channel.protocol or UNSET,
        failure=failure,
        request=make_request(target, fields, "tcp"),
        response=_make_response(exchange),
        t0=t0,
        t=t,
        tags=strand.tags,
        transaction_id=strand.transaction_id,
    )
    strand.trace.transactions.append(transaction)
    return transaction


def make_request(target: Target, fields: Fields, transport: str) -> Request:
    """Return the record of a request; ``transport`` is ``tcp`` or ``udp``."""
    return Request(list_headers(fields), first_headers(fields), target.url, transport, tor=NO_TOR)


def _make_response(exchange: Exchange) -> Response:
    head = exchange.head
    return (
        NO_RESPONSE if head is None else make_response(head.status, head.fields, exchange.body, exchange.is_truncated)
    )


def make_response(
    status: int, fields: Iterable[tuple[str, str]], body: bytes | bytearray, is_truncated: bool
) -> Response:
    """Return the record of an answer."""
    return Response(make_text(bytes(body)), is_truncated, status, list_headers(fields), first_headers(fields))


def list_headers(fields: Iterable[tuple[str, str]]) -> list[tuple[str, Text]]:
    """Return fields in order; values are Latin-1 on the wire, and UTF-8 or base64 in the record."""
    return [(name, _read_value(value)) for name, value in fields]


def first_headers(fields: Iterable[tuple[str, str]]) -> dict[str, Text]:
    """Return the first value of each name."""
    found: dict[str, Text] = {}
    for name, value in fields:
        if name not in found:
            found[name] = _read_value(value)
    return found


def _read_value(value: str) -> Text:
    return value if value.isascii() else make_text(value.encode("latin-1"))
