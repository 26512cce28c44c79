"""DNS lookups (df-002): one row per address answered, or one per query that gave none.

**Source**: OONI spec df-002-dnst. ``system`` was renamed ``getaddrinfo`` and ``golang_net_resolver`` in 2022; ooniprobe 2.x named no
engine, asked the system's resolver, and named another one by ``resolver_hostname`` and ``resolver_port``.
"""

from collections.abc import Iterator, Sequence
from functools import lru_cache

from netglass.refdata import Refdata
from netglass.source.ooni.address import read_host
from netglass.source.ooni.step import Frame, Row
from netglass.source.ooni.structure import Answer, Query

_ROUTES = {
    "system": "system",
    "getaddrinfo": "system",
    "golang_net_resolver": "system",
    "go": "system",
    "netgo": "system",
    "udp": "udp",
    "tcp": "tcp",
    "dot": "dot",
    "doh": "doh",
    "doh3": "doh",
}
NO_ANSWER: Row = (None,) * 8


def list_lookups(queries: Sequence[Query] | None, frame: Frame, late: bool = False) -> Iterator[Row]:
    """Yield the ``dns`` rows of ``queries``; ``late`` marks replies that came after the first to the same question."""
    for query in queries or ():
        host = read_host(query.hostname) if query.hostname else None
        tag = frame.read_tags(query.tags, host)
        step = frame.list_step(query, tag, frame.read_failure(query.failure))
        resolver = query.resolver_address or name_resolver(query)
        route = find_route(query.engine, resolver)
        if resolver and frame.probe_ip:
            resolver = frame.scrub(resolver)
        asked = (query.engine, route, frame.scrub_host(host), query.query_type, resolver, late)
        if not query.answers:
            yield (*step, *asked, *NO_ANSWER)
            continue
        addresses, cname = read_answers(query.answers)
        for address in addresses or (None,):
            place = frame.place(address, "test_keys.queries[].answers[]")
            yield (*step, *asked, *place, frame.scrub_host(cname), *match_answer(frame.refdata, place.address or cname))


def read_answers(answers: Sequence[Answer]) -> tuple[list[str], str | None]:
    """Return the addresses answered, and the last canonical name."""
    addresses, cname = [], None
    for answer in answers:
        address = answer.ipv4 or answer.ipv6
        if address:
            addresses.append(address)
        elif answer.hostname and answer.answer_type == "CNAME":
            cname = read_host(answer.hostname)
    return addresses, cname


@lru_cache(1 << 16)
def match_answer(refdata: Refdata, answer: str | None) -> Row:
    """Return name, scope and countries of the fingerprint that an address or canonical name matches, else nulls."""
    match = refdata.match_dns(answer) if answer else None
    return (match.name, match.scope, list(match.cc)) if match else (None, None, None)


def name_resolver(query: Query) -> str | None:
    """Return the resolver that was asked as old clients write it, None for the system's."""
    if query.resolver_hostname:
        return f"{query.resolver_hostname}:{query.resolver_port or 53}"
    return None


def find_route(engine: str | None, resolver: str | None) -> str | None:
    """Return how a question was put. An engine that is not known has no route; no engine at all is ooniprobe 2.x."""
    if engine:
        return _ROUTES.get(engine)
    return "udp" if resolver else "system"
