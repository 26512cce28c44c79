"""A lookup over HTTPS: both questions one after the other on one connection, which may stand from before.

Where this fails it is the resolver that is blocked or broken, not the name. The steps to the resolver are written beside
those of the measurement (``x_doh``), and the questions among its queries.

**Source**: RFC 8484 section 4.1 (POST, message id 0).
"""

import asyncio

from netglass.probe.config import Config
from netglass.probe.exchange import Exchange
from netglass.probe.failure import BadAnswer, Problem, StepFailed, name_failure
from netglass.probe.lookup import TYPES, add_reply, list_addresses, make_query
from netglass.probe.record import Query
from netglass.probe.road import converse
from netglass.probe.trace import Strand
from netglass.probe.url import Target, parse_target
from netglass.wire.dns_message import build_query, parse_message
from netglass.wire.http_head import RequestHead, build_request_head
from netglass.wire.net import Net

MEDIA = "application/dns-message"
MESSAGE_BYTES = 1 << 16


async def ask_doh(net: Net, url: str, name: str, strand: Strand, side: Strand, config: Config) -> list[str]:
    """Ask a resolver, write it down, and return the addresses, each once.

    Args:
        net: the machine.
        url: the resolver.
        name: what to ask for, an A-label.
        strand: where the queries are written.
        side: where the steps to the resolver are written.
        config: time-outs, roots and the map of networks.

    Raises:
        StepFailed: there is no address.
    """
    queries: list[Query] = []
    server = parse_target(url)

    async def ask(exchange: Exchange) -> None:
        for kind in list(TYPES)[len(queries) :]:
            queries.append(await _ask_one(exchange, server, name, kind, strand, config))

    side.mark("resolve_start")
    t0 = strand.read_time()
    failure: str | None = None
    try:
        async with asyncio.timeout(config.patience.lookup):
            await converse(net, server, config.doh_addresses, side, config, MESSAGE_BYTES, ask)
    except StepFailed as error:
        failure = error.failure
    except Problem as error:
        failure = name_failure(error)
    for kind in list(TYPES.values())[len(queries) :]:
        queries.append(make_query(strand, name, kind, t0, engine="doh", resolver=url, failure=failure))
    strand.trace.queries += queries
    side.mark("resolve_done")
    addresses = [address for query in queries for address in list_addresses(query.answers)]
    if not addresses:
        raise StepFailed(queries[0].failure or "unknown_failure")
    return list(dict.fromkeys(addresses))


async def _ask_one(exchange: Exchange, target: Target, name: str, kind: int, strand: Strand, config: Config) -> Query:
    t0 = strand.read_time()
    await exchange.ask(_build_request(target, build_query(name, kind, 0)))
    body = bytes(exchange.body)
    message = parse_message(body)
    if exchange.head is None or exchange.head.status != 200 or message is None or not message.is_response:
        raise BadAnswer("doh: the answer is no DNS message")
    query = make_query(strand, name, TYPES[kind], t0, engine="doh", resolver=target.url, failure=None)
    add_reply(query, message, body, config.find_network)
    return query


def _build_request(target: Target, question: bytes) -> bytes:
    fields = (
        ("Host", target.authority),
        ("Accept", MEDIA),
        ("Content-Type", MEDIA),
        ("Content-Length", str(len(question))),
    )
    return build_request_head(RequestHead("POST", target.path, fields)) + question
