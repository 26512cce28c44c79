import asyncio
import errno

import pytest

from netglass.wire.forge import forge_datagram, forge_unreachable
from netglass.wire.icmp import Unreachable
from netglass.wire.packet import parse_packet
from tests.lab.sim.pair import CLIENT, HOLE, NOBODY, ROUND_TRIP_S, SERVER, SERVER_6, catch, run


async def shout(data, peer):
    return data.upper()


@pytest.mark.parametrize("address", [SERVER, SERVER_6])
def test_a_datagram_is_answered_after_a_round_trip(address):
    async def play(pair):
        await pair.server.listen_datagrams(address, 53, shout)
        flow = await pair.client.open_flow(address, 53)
        await flow.send(b"hello")
        return await flow.receive(), flow.peer, pair.now

    assert run(play) == (b"HELLO", (address, 53), pytest.approx(ROUND_TRIP_S))


def test_the_server_knows_who_asks_and_may_say_nothing():
    async def play(pair):
        peers = []

        async def ignore(data, peer):
            peers.append(peer)

        await pair.server.listen_datagrams("0.0.0.0", 53, ignore)
        flow = await pair.client.open_flow(SERVER, 53)
        await flow.send(b"hello")
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(3):
                await flow.receive()
        return peers == [flow.local], flow.local.address

    assert run(play) == (True, CLIENT)


def test_a_port_where_nobody_listens_refuses_once():
    async def play(pair):
        flow = await pair.client.open_flow(SERVER_6, 53)
        await flow.send(b"hello")
        assert await catch(flow.receive()) is ConnectionRefusedError
        await pair.server.listen_datagrams("::", 53, shout)
        await flow.send(b"again")
        return await flow.receive()

    assert run(play) == b"AGAIN"


@pytest.mark.parametrize(
    ("reason", "expected"), [(Unreachable.PROHIBITED, errno.EHOSTUNREACH), (Unreachable.HOST, errno.ETIMEDOUT)]
)
def test_of_a_missing_way_a_program_is_told_only_where_it_is_prohibited(reason, expected):
    def process(data, is_outward, now):
        seen = parse_packet(data).ip
        return [(forge_unreachable(data, seen, seen.destination, reason), False, 0)]

    async def play(pair):
        flow = await pair.client.open_flow(HOLE, 53)
        await flow.send(b"hello")
        try:
            async with asyncio.timeout(9):
                await flow.receive()
        except OSError as error:
            return error.errno or errno.ETIMEDOUT

    assert run(play, process=process) == expected


@pytest.mark.parametrize("address", [NOBODY, HOLE])
def test_nobody_answers_from_nowhere(address):
    async def play(pair):
        flow = await pair.client.open_flow(address, 53)
        await flow.send(b"hello")
        async with asyncio.timeout(9):
            await flow.receive()

    with pytest.raises(TimeoutError):
        run(play)


def test_a_forged_answer_comes_first_and_the_true_one_after_it():
    def process(data, is_outward, now):
        packet = parse_packet(data)
        lie = [(forge_datagram(packet.ip, packet.transport, b"lie"), False, 0)] if is_outward else []
        return [(data, is_outward, 0), *lie]

    async def play(pair):
        await pair.server.listen_datagrams(SERVER, 53, shout)
        flow = await pair.client.open_flow(SERVER, 53)
        await flow.send(b"truth")
        return [await flow.receive(), await flow.receive()]

    assert run(play, process=process) == [b"lie", b"TRUTH"]


def test_a_server_of_flows_says_more_than_one_thing_to_each_peer():
    async def play(pair):
        async def serve(flow):
            while (data := await flow.receive()) != b"end":
                await flow.send(data + b" one")
                await asyncio.sleep(1)
                await flow.send(data + b" two")

        await pair.server.listen_flows(SERVER, 443, serve)
        flows = [await pair.client.open_flow(SERVER, 443) for _ in range(2)]
        for number, flow in enumerate(flows):
            await flow.send(b"peer %d" % number)
        heard = [[await flow.receive(), await flow.receive()] for flow in flows]
        await flows[0].send(b"end")
        await asyncio.sleep(1)
        return heard, len(pair.server._flows)

    assert run(play) == ([[b"peer 0 one", b"peer 0 two"], [b"peer 1 one", b"peer 1 two"]], 1)


def test_a_closed_flow_takes_nothing_and_frees_its_port():
    async def play(pair):
        await pair.server.listen_datagrams(SERVER, 53, shout)
        flow = await pair.client.open_flow(SERVER, 53)
        await flow.send(b"hello")
        reading = asyncio.create_task(flow.receive())
        await asyncio.sleep(0)
        flow.close()
        flow.close()
        with pytest.raises(OSError) as error:
            await reading
        await asyncio.sleep(1)
        return error.value.errno, pair.client._flows

    assert run(play) == (errno.EBADF, {})


def test_what_nobody_reads_is_kept_up_to_a_bound():
    async def play(pair):
        await pair.server.listen_datagrams(SERVER, 53, shout)
        flow = await pair.client.open_flow(SERVER, 53)
        for _ in range(5):
            await flow.send(bytes(60_000))
        await asyncio.sleep(1)
        for _ in range(3):
            await flow.receive()
        async with asyncio.timeout(1):
            await flow.receive()

    with pytest.raises(TimeoutError):
        run(play)


def test_a_datagram_that_fits_into_no_packet_is_refused():
    async def play(pair):
        await (await pair.client.open_flow(SERVER, 53)).send(bytes(65_508))

    with pytest.raises(OSError, match="too long"):
        run(play)
