"""TLS by OpenSSL on both ends, over simulated streams."""

import ssl

import pytest

from bench.sim import NAME, REQUEST, RESPONSE, Secured, answer_plain, ask_plain, count_packets, make_contexts, secure
from netglass.wire.client_hello import ClientHelloReader
from netglass.wire.forge import forge_finish, forge_reset
from netglass.wire.packet import parse_packet
from tests.lab.sim.pair import ROUND_TRIP_S, START, run, run_virtual

CLIENT, SERVER = make_contexts()


async def answer(stream):
    tls = Secured(stream, SERVER, True)
    await tls.shake_hands()
    assert await tls.read() == REQUEST
    await tls.write(RESPONSE)


async def ask(pair):
    stream = await pair.serve(answer, 443)
    tls = Secured(stream, CLIENT, False)
    await tls.shake_hands()
    await tls.write(REQUEST)
    parts = []
    while data := await tls.read():
        parts.append(data)
    return b"".join(parts), pair.now


def test_client_and_server_shake_hands_and_exchange_http():
    assert run(ask) == (RESPONSE, pytest.approx(3 * ROUND_TRIP_S))


@pytest.mark.parametrize("seed", range(3))
def test_they_do_over_a_line_that_loses_a_tenth(seed):
    assert run(ask, loss=0.1, seed=seed)[0] == RESPONSE


def interfere(forge):
    """Return a middlebox that reads names in hellos and acts on ours."""

    def process(data, is_outward, now):
        packet = parse_packet(data)
        reader = ClientHelloReader()
        reader.feed(packet.transport.payload)
        if is_outward and reader.hello is not None and reader.hello.server_name == NAME:
            return [(data, True, 0), (forge(packet.ip, packet.transport), False, 0)]
        return [(data, is_outward, 0)]

    return process


ENDED = (ssl.SSLEOFError, ssl.SSLZeroReturnError)
"""OpenSSL says the one or the other of an end within the handshake, by what its queue of errors holds from before."""


@pytest.mark.parametrize(("forge", "expected"), [(forge_reset, ConnectionResetError), (forge_finish, ENDED)])
def test_a_censor_that_reads_the_name_ends_the_handshake(forge, expected):
    async def play(pair):
        tls = Secured(await pair.serve(answer, 443), CLIENT, False)
        with pytest.raises(expected):
            await tls.shake_hands()

    run(play, process=interfere(forge))


def test_the_bench_counts_the_packets_of_a_fetch():
    assert run_virtual(count_packets(ask_plain, answer_plain), START) == 10
    assert run_virtual(count_packets(secure("ask", CLIENT), secure("answer", SERVER)), START) < 20
