import asyncio

import pytest

from netglass.wire.dns_data import build_address_data, build_name_data
from netglass.wire.dns_message import (
    AAAA,
    CNAME,
    FORMERR,
    NXDOMAIN,
    REFUSED,
    SERVFAIL,
    TRUNCATED,
    A,
    Question,
    Record,
    build_frame,
    build_message,
    build_response,
    parse_message,
    split_frames,
)
from netglass.wire.forge import forge_datagram
from netglass.wire.net import LookupFailed, LookupProblem
from netglass.wire.packet import parse_packet
from netglass.wire.udp import UdpDatagram
from tests.lab.sim.pair import HOLE, ROUND_TRIP_S, SERVER, run

NAME = "www.example.test"
FOUR, SIX = "192.31.196.80", "2620:4f:8000::80"
BOTH = {A: FOUR, AAAA: SIX}


def answer(query, addresses=None, code=0, flags=0x80, name=NAME):
    """Return the answer to a query with the addresses of its type."""
    address = (addresses or {}).get(query.questions[0].type)
    records = [Record(name, query.questions[0].type, build_address_data(address))] if address else []
    return build_response(query, records, code, flags=flags)


def resolver(reply, log=None):
    """Return a server of datagrams that answers by ``reply`` of the query."""

    async def serve(data, peer):
        query = parse_message(data)
        if log is not None:
            log.append((query.questions[0].type, asyncio.get_running_loop().time()))
        return reply(query)

    return serve


def resolve(reply, name=NAME, resolvers=(SERVER,), log=None, **options):
    """Return what a client gets for a name from a resolver, or the problem, and how long it took."""

    async def play(pair):
        if reply is not None:
            await pair.server.listen_datagrams(SERVER, 53, resolver(reply, log))
        try:
            return await pair.client.resolve(name), pair.now
        except LookupFailed as failed:
            return failed.problem, pair.now

    return run(play, resolvers=resolvers, **options)


def test_both_types_are_asked_at_once_and_ipv6_comes_first():
    log = []
    assert resolve(lambda query: answer(query, BOTH), log=log) == ([SIX, FOUR], pytest.approx(ROUND_TRIP_S))
    assert log == [(A, 0.05), (AAAA, 0.05)]


def test_on_a_host_without_ipv6_its_addresses_come_last():
    async def play(pair):
        await pair.server.listen_datagrams(SERVER, 53, resolver(lambda query: answer(query, BOTH)))
        return await pair.network.add_host("old", ["192.52.193.9"], resolvers=[SERVER]).resolve(NAME)

    assert run(play) == [FOUR, SIX]


def test_one_type_is_enough():
    assert resolve(lambda query: answer(query, {A: FOUR}))[0] == [FOUR]
    assert resolve(lambda query: answer(query, {A: FOUR}, NXDOMAIN if query.questions[0].type == AAAA else 0))[0] == [
        FOUR
    ]


@pytest.mark.parametrize(
    ("code", "problem", "queries"),
    [
        (0, LookupProblem.NO_ADDRESS, 2),
        (NXDOMAIN, LookupProblem.NO_SUCH_NAME, 2),
        (FORMERR, LookupProblem.FAILED, 2),
        (SERVFAIL, LookupProblem.TRY_AGAIN, 4),
        (REFUSED, LookupProblem.TRY_AGAIN, 4),
    ],
)
def test_what_a_resolver_says_becomes_what_getaddrinfo_says(code, problem, queries):
    log = []
    assert resolve(lambda query: answer(query, code=code), log=log)[0] is problem
    assert len(log) == queries


@pytest.mark.parametrize(
    ("resolvers", "seconds"),
    [((), 0), ((HOLE,), 10), ((HOLE, "192.175.48.2"), 20), ((HOLE, "192.175.48.2", "192.175.48.3"), 28)],
)
def test_silence_is_waited_for_as_long_as_glibc_does(resolvers, seconds):
    assert resolve(None, resolvers=resolvers) == (LookupProblem.TRY_AGAIN, seconds)


def test_a_dead_resolver_costs_five_seconds_and_the_next_one_answers():
    found, seconds = resolve(lambda query: answer(query, BOTH), resolvers=(HOLE, SERVER))
    assert (found, seconds) == ([SIX, FOUR], pytest.approx(5 + ROUND_TRIP_S))


def test_a_machine_without_a_resolver_is_given_up_at_once():
    assert resolve(None) == (LookupProblem.TRY_AGAIN, pytest.approx(2 * ROUND_TRIP_S))


def test_what_was_answered_is_not_asked_again():
    log = []

    def reply(query):
        return answer(query, BOTH) if query.questions[0].type == A else None

    assert resolve(reply, log=log) == ([FOUR], 10.0)
    assert [type for type, _ in log] == [A, AAAA, AAAA]


def test_lost_queries_are_repaired_by_the_second_attempt():
    lost = []

    def lose(packet, is_outward, now):
        return [] if is_outward and len(lost) < 2 and not lost.append(now) else [(packet, is_outward, 0)]

    assert resolve(lambda query: answer(query, BOTH), process=lose)[0] == [SIX, FOUR]


def test_an_injected_answer_is_believed_before_the_true_one():
    def process(data, is_outward, now):
        packet = parse_packet(data)
        lies = []
        if is_outward and isinstance(packet.transport, UdpDatagram):
            lie = answer(parse_message(packet.transport.payload), {A: "192.175.48.66"})
            lies = [(forge_datagram(packet.ip, packet.transport, lie), False, 0)]
        return [(data, is_outward, 0), *lies]

    assert resolve(lambda query: answer(query, BOTH), process=process)[0] == ["192.175.48.66"]


def test_answers_to_other_questions_and_numbers_are_not_believed():
    def process(data, is_outward, now):
        packet = parse_packet(data)
        if not is_outward:
            return [(data, False, 0)]
        query = parse_message(packet.transport.payload)
        lies = [
            answer(
                parse_message(build_message(type(query)(query.id ^ 1, query.flags, query.questions))),
                {A: "192.175.48.66"},
            ),
            answer(type(query)(query.id, 0, (Question("other.example.test", A),)), {A: "192.175.48.66"}),
            packet.transport.payload,
            b"noise",
        ]
        return [(data, True, 0), *((forge_datagram(packet.ip, packet.transport, lie), False, 0) for lie in lies)]

    assert resolve(lambda query: answer(query, BOTH), process=process)[0] == [SIX, FOUR]


def test_a_chain_of_aliases_is_followed_and_strange_records_are_left_out():
    def reply(query):
        type = query.questions[0].type
        records = [
            Record("WWW.example.test", CNAME, build_name_data("cdn.example")),
            Record("elsewhere.example", type, build_address_data(SIX if type == AAAA else "192.175.48.66")),
            Record("cdn.example", type, build_address_data(BOTH[type])),
            Record("cdn.example", type, b"bad"),
        ]
        return build_response(query, records)

    assert resolve(reply)[0] == [SIX, FOUR]


def test_a_truncated_answer_is_asked_for_again_over_tcp():
    async def play(pair):
        async def serve(stream):
            received = b""
            while data := await stream.read():
                frames, received = split_frames(received + data)
                for frame in frames:
                    await stream.write(build_frame(answer(parse_message(frame), BOTH)))

        await pair.server.listen_datagrams(SERVER, 53, resolver(lambda query: answer(query, flags=TRUNCATED)))
        await pair.server.listen(SERVER, 53, serve)
        return await pair.client.resolve(NAME), pair.now

    assert run(play, resolvers=[SERVER]) == ([SIX, FOUR], pytest.approx(3 * ROUND_TRIP_S))


def test_truncated_answers_without_tcp_are_no_answers():
    assert resolve(lambda query: answer(query, flags=TRUNCATED))[0] is LookupProblem.TRY_AGAIN


def test_a_resolver_that_hangs_up_over_tcp_gives_no_answer():
    async def play(pair):
        async def hang_up(stream):
            await stream.read()

        await pair.server.listen_datagrams(SERVER, 53, resolver(lambda query: answer(query, flags=TRUNCATED)))
        await pair.server.listen(SERVER, 53, hang_up)
        with pytest.raises(LookupFailed, match="try_again"):
            await pair.client.resolve(NAME)

    run(play, resolvers=[SERVER])


@pytest.mark.parametrize("address", [FOUR, SIX])
def test_an_address_stands_for_itself(address):
    assert resolve(None, address) == ([address], 0)


def test_what_is_no_name_is_not_asked_for():
    assert resolve(None, "a" * 64 + ".test") == (LookupProblem.NO_SUCH_NAME, 0)
