"""What lookups have in common, and the lookup by the system's own resolver.

The system's resolver tells addresses or one failure, so one query of type ``ANY`` is written, as OONI's client does. A
lookup over UDP (``lookup_udp``) and over HTTPS (``lookup_doh``) shows the messages themselves.

**Source**: OONI spec df-002-dnst.
"""

import asyncio
from base64 import b64encode
from collections.abc import Callable

from netglass.probe.failure import NO_ANSWER, NXDOMAIN, TIMEOUT, Problem, StepFailed, name_failure
from netglass.probe.record import Answer, Query
from netglass.probe.trace import Strand
from netglass.wire import dns_message as dns
from netglass.wire.dns_data import parse_address_data, parse_name_data
from netglass.wire.net import Net

FindNetwork = Callable[[str], tuple[int, str] | None]

TYPES = {dns.A: "A", dns.AAAA: "AAAA"}
"""The types that are asked for."""

RESPONSE_CODES = {
    dns.NXDOMAIN: NXDOMAIN,
    dns.REFUSED: "dns_refused_error",
    dns.SERVFAIL: "dns_servfail_error",
}
"""The failure of a response code; any other is ``dns_server_misbehaving``."""


async def ask_system(
    net: Net, name: str, strand: Strand, timeout_seconds: float, find_network: FindNetwork | None = None
) -> list[str]:
    """Ask the system's resolver, and write it down, also where the time of a step around it ends first.

    Returns:
        The addresses, each once, in its order.

    Raises:
        StepFailed: it gave none.
    """
    t0 = strand.read_time()
    failure: str | None = TIMEOUT
    addresses: list[str] = []
    try:
        async with asyncio.timeout(timeout_seconds):
            addresses = list(dict.fromkeys(await net.resolve(name)))
        failure = None if addresses else NO_ANSWER
    except Problem as error:
        failure = name_failure(error)
    finally:
        _write_down(strand, name, t0, failure, addresses, find_network)
    if failure is not None:
        raise StepFailed(failure)
    return addresses


def _write_down(
    strand: Strand, name: str, t0: float, failure: str | None, addresses: list[str], find_network: FindNetwork | None
) -> None:
    answers = [make_answer(address, None, find_network) for address in addresses] or None
    query = make_query(strand, name, "ANY", t0, engine="getaddrinfo", resolver="", failure=failure, answers=answers)
    strand.trace.queries.append(query)


def make_answer(address: str, ttl: int | None, find_network: FindNetwork | None) -> Answer:
    """Return the record of an address that was answered, with its network where that is known."""
    answer = Answer("AAAA", ipv6=address, ttl=ttl) if ":" in address else Answer("A", ipv4=address, ttl=ttl)
    network = find_network(address) if find_network else None
    if network is not None:
        answer.asn, answer.as_org_name = network
    return answer


def make_query(
    strand: Strand,
    name: str,
    kind: str,
    t0: float,
    *,
    engine: str,
    resolver: str,
    failure: str | None,
    answers: list[Answer] | None = None,
) -> Query:
    """Return the record of a lookup that ends now."""
    return Query(
        answers=answers,
        engine=engine,
        failure=failure,
        hostname=name,
        query_type=kind,
        resolver_address=resolver,
        t0=t0,
        t=strand.read_time(),
        tags=strand.tags,
        transaction_id=strand.transaction_id,
    )


def add_reply(query: Query, message: dns.Message, data: bytes, find_network: FindNetwork | None) -> None:
    """Add what a reply says to the record of a lookup: its bytes, its answers, or its failure."""
    answers, query.failure = read_reply(message, find_network)
    query.answers = None if query.failure else answers
    query.raw_response = b64encode(data).decode()
    if message.response_code:
        query.rcode = message.response_code


def read_reply(message: dns.Message, find_network: FindNetwork | None) -> tuple[list[Answer], str | None]:
    """Return answers and failure of a reply; every address is told, also one of another type than was asked for."""
    code = message.response_code
    if code != dns.NOERROR:
        return [], RESPONSE_CODES.get(code, "dns_server_misbehaving")
    answers: list[Answer] = []
    has_address = False
    for record in message.answers:
        if record.type in TYPES and (address := parse_address_data(record.data)):
            answers.append(make_answer(address, record.ttl, find_network))
            has_address = True
        elif record.type == dns.CNAME and (alias := parse_name_data(record.data)):
            answers.append(Answer("CNAME", hostname=alias, ttl=record.ttl))
    return answers, None if has_address else NO_ANSWER


def list_addresses(answers: list[Answer] | None) -> list[str]:
    """Return the addresses among answers."""
    found = (answer.ipv4 or answer.ipv6 for answer in answers or ())
    return [address for address in found if address]
