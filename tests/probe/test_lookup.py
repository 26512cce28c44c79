"""Lookups over UDP and HTTPS: what is kept of answers, second answers, late answers and failures."""

import asyncio
from base64 import b64decode

import pytest

from netglass.probe.config import Patience
from netglass.probe.web_connectivity import measure
from netglass.wire.dns_message import parse_message
from netglass.wire.net import Endpoint
from tests.probe.world import (
    HURRY,
    bad_server,
    doh,
    good_server,
    keep_silent,
    make_config,
    reply,
    resolver,
    run,
    secure,
)

SITE, OTHER, RESOLVER = "192.0.2.10", "192.0.2.66", Endpoint("192.0.2.8", 53)
TRUE, FALSE = {"site.test": [SITE]}, {"site.test": [OTHER]}


async def ask(world, **changes):
    """Measure a site at which nobody listens, with a resolver over UDP."""
    world.net.names = {"site.test": [SITE]}
    return (await measure(world.net, "https://site.test/", make_config(resolver=RESOLVER, **changes))).test_keys


def of_engine(queries, engine):
    return {query.query_type: query for query in queries if query.engine == engine}


def addresses(query):
    return [answer.ipv4 for answer in query.answers]


@run
async def test_both_types_are_asked_and_the_messages_are_kept(world):
    await world.serve_datagrams(*RESOLVER, resolver(TRUE))
    keys = await ask(world)
    found = of_engine(keys.queries, "udp")
    assert addresses(found["A"]) == [SITE]
    assert (found["AAAA"].answers, found["AAAA"].failure) == (None, "dns_no_answer")
    assert parse_message(b64decode(found["A"].raw_response)).answers[0].ttl == 60
    assert found["A"].resolver_address == "192.0.2.8:53"
    assert found["A"].tags == ("depth=0",)
    assert found["A"].transaction_id == 20001
    operations = [event.operation for event in keys.x_do53.network_events]
    assert operations == ["resolve_start", "write", "write", "read", "read", "resolve_done"]
    assert keys.x_dns_duplicate_responses == []


@run
async def test_a_second_answer_is_kept(world):
    async def answer_twice(data, send):
        send(reply(data, FALSE))
        send(reply(data, TRUE))

    await world.serve_flow(*RESOLVER, answer_twice)
    keys = await ask(world)
    assert addresses(of_engine(keys.queries, "udp")["A"]) == [OTHER]
    second = of_engine(keys.x_dns_duplicate_responses, "udp")["A"]
    assert addresses(second) == [SITE]
    assert second.t >= second.t0


@run
async def test_a_lost_question_is_asked_again(world):
    seen = []

    async def lose_the_first(data, send):
        seen.append(data)
        if len(seen) > 2:
            send(reply(data, TRUE))

    await world.serve_flow(*RESOLVER, lose_the_first)
    keys = await ask(world)
    assert addresses(of_engine(keys.queries, "udp")["A"]) == [SITE]
    assert len(seen) == 4


@run
async def test_no_answer_is_a_time_out_and_one_that_comes_too_late_is_kept(world):
    gate = asyncio.Event()

    async def answer_late(data, send):
        await gate.wait()
        send(reply(data, TRUE))

    await world.serve_flow(*RESOLVER, answer_late)
    patience = Patience(lookup=0.2, retry=0.1, late=0.5)

    async def open_gate():
        await asyncio.sleep(0.25)
        gate.set()

    async with asyncio.TaskGroup() as group:
        group.create_task(open_gate())
        keys = await ask(world, patience=patience)
    assert {query.failure for query in of_engine(keys.queries, "udp").values()} == {"generic_timeout_error"}
    assert addresses(of_engine(keys.x_dns_late_replies, "udp")["A"]) == [SITE]


@pytest.mark.parametrize(
    ("code", "failure"),
    [
        (3, "dns_nxdomain_error"),
        (5, "dns_refused_error"),
        (2, "dns_servfail_error"),
        (4, "dns_server_misbehaving"),
    ],
)
@run
async def test_a_response_code_is_a_failure(world, code, failure):
    await world.serve_datagrams(*RESOLVER, resolver({}, code))
    query = of_engine((await ask(world)).queries, "udp")["A"]
    assert (query.failure, query.rcode, query.answers) == (failure, code, None)


@run
async def test_replies_to_other_questions_and_rubbish_are_not_answers(world):
    async def answer_beside(data, send):
        send(b"")
        send(b"rubbish")
        send(bytes([data[0] ^ 1]) + reply(data, FALSE)[1:])
        send(data)
        send(reply(data, TRUE))

    await world.serve_flow(*RESOLVER, answer_beside)
    keys = await ask(world)
    assert addresses(of_engine(keys.queries, "udp")["A"]) == [SITE]
    assert keys.x_dns_duplicate_responses == []


@run
async def test_a_resolver_at_which_nobody_listens_refuses(world):
    world.net.flows[RESOLVER] = Endpoint("127.0.0.1", 9)
    queries = of_engine((await ask(world)).queries, "udp")
    assert {query.failure for query in queries.values()} == {"connection_refused"}


@run
async def test_a_resolver_over_https_is_asked_on_one_connection(world):
    world.net.names["doh.test"] = ["192.0.2.53"]
    await world.serve("192.0.2.53", 443, secure(good_server("doh.test"), doh(TRUE)))
    world.net.names["site.test"] = [SITE]
    config = make_config(doh="https://doh.test/dns-query")
    keys = (await measure(world.net, "https://site.test/", config)).test_keys
    found = of_engine(keys.queries, "doh")
    assert addresses(found["A"]) == [SITE]
    assert found["AAAA"].failure == "dns_no_answer"
    assert found["A"].resolver_address == "https://doh.test/dns-query"
    assert [query.hostname for query in keys.x_doh.queries] == ["doh.test"]
    assert [(item.ip, item.status.failure) for item in keys.x_doh.tcp_connect] == [("192.0.2.53", None)]
    assert len(keys.x_doh.tls_handshakes) == 1
    assert world.net.used.count(("192.0.2.53", 443)) == 1


@run
async def test_a_blocked_resolver_over_https_fails_for_itself(world):
    world.net.names["doh.test"] = ["192.0.2.53"]
    world.net.names["site.test"] = [SITE]
    await world.serve("192.0.2.53", 443, secure(bad_server("self-signed"), doh(TRUE)))
    config = make_config(doh="https://doh.test/dns-query")
    keys = (await measure(world.net, "https://site.test/", config)).test_keys
    assert {query.failure for query in of_engine(keys.queries, "doh").values()} == {"ssl_invalid_hostname"}
    assert keys.dns_experiment_failure is None
    assert [item.failure for item in keys.x_doh.tls_handshakes] == ["ssl_invalid_hostname"]


@run
async def test_a_resolver_over_https_that_keeps_silent_is_a_time_out_with_its_handshake(world):
    world.net.names = {"site.test": [SITE], "doh.test": ["192.0.2.53"]}
    await world.serve("192.0.2.53", 443, keep_silent)
    patience = Patience(lookup=0.2, handshake=5, late=0)
    config = make_config(doh="https://doh.test/dns-query", patience=patience)
    keys = (await measure(world.net, "https://site.test/", config)).test_keys
    assert {query.failure for query in of_engine(keys.queries, "doh").values()} == {"generic_timeout_error"}
    assert [item.failure for item in keys.x_doh.tls_handshakes] == ["generic_timeout_error"]


@run
async def test_ids_come_again_with_a_seed(world):
    from random import Random

    await world.serve_datagrams(*RESOLVER, resolver(TRUE))
    first = await ask(world, random=Random(1))
    second = await ask(world, random=Random(1))
    third = await ask(world, random=Random(2))
    raw = [of_engine(keys.queries, "udp")["A"].raw_response for keys in (first, second, third)]
    assert raw[0] == raw[1] != raw[2]


def test_the_time_outs_of_tests_are_shorter_than_those_of_people() -> None:
    assert HURRY.lookup < Patience().lookup
