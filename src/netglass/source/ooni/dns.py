"""DNS lookups (df-002): one row per address answered, or one per query that gave none.

**Source**: OONI spec df-002-dnst. ``system`` was renamed ``getaddrinfo`` and ``golang_net_resolver`` in 2022; ooniprobe 2.x named no
engine, asked the system's resolver, and named another one by ``resolver_hostname`` and ``resolver_port``.
"""

from collections.abc import Iterator, Sequence

from netglass.source.ooni.address import read_host
from netglass.source.ooni.step import Frame, Row
from netglass.source.ooni.structure import Query

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


def list_lookups(queries: Sequence[Query] | None, frame: Frame, late: bool = False) -> Iterator[Row]:
    """Yield the ``dns`` rows of ``queries``; ``late`` marks replies that came after the first to the same question."""
    for query in queries or ():
        host = read_host(query.hostname) if query.hostname else None
        tag = frame.read_tags(query.tags, host)
        failure = frame.read_failure(query.failure)
        step = frame.list_step(query.transaction_id, tag, query.t0, query.t, failure)
        resolver = name_resolver(query)
        asked = (query.engine, find_route(query.engine, resolver), host, query.query_type, resolver, late)
        yield from ((*step, *asked, *answer) for answer in list_answers(query, frame))


def list_answers(query: Query, frame: Frame) -> Iterator[Row]:
    """Yield address, canonical name and fingerprint of each answer; one row of nulls where no address was answered."""
    addresses = []
    cname = None
    for answer in query.answers or ():
        if answer.ipv4 or answer.ipv6:
            addresses.append(answer.ipv4 or answer.ipv6)
        elif answer.hostname and answer.answer_type == "CNAME":
            cname = read_host(answer.hostname)
    for text in addresses or (None,):
        place = frame.place(text, "test_keys.queries[].answers[]")
        match = frame.refdata.match_dns(place.address or cname or "") if place.address or cname else None
        print_columns = (match.name, match.scope, list(match.cc)) if match else (None, None, None)
        yield (*place, cname, *print_columns)


def name_resolver(query: Query) -> str | None:
    """Return the resolver that was asked, None for the system's."""
    if query.resolver_address:
        return query.resolver_address
    if query.resolver_hostname:
        return f"{query.resolver_hostname}:{query.resolver_port or 53}"
    return None


def find_route(engine: str | None, resolver: str | None) -> str | None:
    """Return how a question was put. An engine that is not known has no route; no engine at all is ooniprobe 2.x."""
    if engine:
        return _ROUTES.get(engine)
    return "udp" if resolver else "system"
