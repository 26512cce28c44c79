import asyncio
import errno

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from netglass.vocab.error import LabError
from netglass.wire.ip import pack_address
from netglass.wire.packet import parse_packet
from netglass.wire.tcp import ACK, FIN, PSH, RST, SYN, TcpSegment
from tests.lab.sim.pair import (
    CLIENT,
    CLIENT_6,
    HOLE,
    NOBODY,
    ROUND_TRIP_S,
    SERVER,
    SERVER_6,
    catch,
    echo,
    exchange,
    read_all,
    run,
    sent,
)

MEGABYTE = bytes(range(256)) * 4096


async def count_rounds(pair):
    stream = await pair.serve(echo)
    moments = [pair.now]
    await stream.write(b"hello")
    assert await stream.read() == b"hello"
    moments.append(pair.now)
    stream.close()
    assert await stream.read() == b""
    return [*moments, pair.now]


def test_opening_asking_and_closing_cost_a_round_trip_each():
    assert run(count_rounds) == pytest.approx([ROUND_TRIP_S, 2 * ROUND_TRIP_S, 3 * ROUND_TRIP_S])


def test_the_wire_shows_what_linux_shows():
    async def play(pair):
        await count_rounds(pair)
        await asyncio.sleep(1)
        return [(name, packet.transport.flags) for name, packet in sent(pair)]

    client, server = "client", "server"
    assert run(play) == [
        (client, SYN),
        (server, SYN | ACK),
        (client, ACK),
        (client, PSH | ACK),
        (server, PSH | ACK),
        (client, FIN | ACK),
        (server, FIN | ACK),
        (client, ACK),
    ]


def test_both_ends_know_both_ends():
    async def play(pair):
        seen = []

        async def serve(stream):
            seen.append((stream.local, stream.peer))

        stream = await pair.serve(serve, 443, SERVER_6)
        await stream.read()
        assert seen == [(stream.peer, stream.local)]
        return stream.local.address, stream.peer

    assert run(play) == (CLIENT_6, (SERVER_6, 443))


@pytest.mark.parametrize("address", [SERVER, SERVER_6])
def test_a_megabyte_goes_both_ways_at_once(address):
    async def play(pair):
        return await exchange(await pair.serve(echo, address=address), MEGABYTE) == MEGABYTE

    assert run(play)


@pytest.mark.parametrize("seed", range(4))
def test_a_fifth_of_the_packets_lost_each_way_costs_time_and_no_bytes(seed):
    async def play(pair):
        assert await exchange(await pair.serve(echo), MEGABYTE[:200_000]) == MEGABYTE[:200_000]
        return pair.now

    assert run(play, loss=0.2, seed=seed) > run(play, seed=seed)


def test_a_narrow_line_takes_as_long_as_its_rate_says():
    async def play(pair):
        async def serve(stream):
            await stream.write(MEGABYTE)

        assert await read_all(await pair.serve(serve)) == MEGABYTE
        return pair.now

    assert 8.3 < run(play, bits_per_s=1_000_000) < 16


@settings(max_examples=40)
@given(st.lists(st.binary(max_size=4000), max_size=12), st.sampled_from([0.0, 0.1]))
def test_however_writes_are_cut_the_same_bytes_arrive(pieces, loss):
    async def play(pair):
        stream = await pair.serve(echo)
        for piece in pieces:
            await stream.write(piece)
            await asyncio.sleep(len(piece) % 3 * 0.03)
        stream.close()
        return await read_all(stream)

    assert run(play, loss=loss) == b"".join(pieces)


def test_a_read_takes_no_more_than_it_may():
    async def play(pair):
        async def serve(stream):
            await stream.write(b"abcdef")

        stream = await pair.serve(serve)
        return [await stream.read(4), await stream.read(4), await stream.read(4)]

    assert run(play) == [b"abcd", b"ef", b""]


def test_who_has_ended_its_side_can_still_read():
    async def play(pair):
        async def serve(stream):
            asked = await read_all(stream)
            await asyncio.sleep(5)
            await stream.write(asked.upper())

        stream = await pair.serve(serve)
        await stream.write(b"question")
        stream.close()
        assert await catch(stream.write(b"more")) is BrokenPipeError
        return await read_all(stream)

    assert run(play) == b"QUESTION"


def test_both_sides_may_close_at_the_same_moment():
    async def play(pair):
        async def serve(stream):
            await asyncio.sleep(ROUND_TRIP_S / 2)
            stream.close()
            assert await stream.read() == b""

        stream = await pair.serve(serve)
        await asyncio.sleep(ROUND_TRIP_S)
        stream.close()
        assert await stream.read() == b""
        await asyncio.sleep(10)
        flags = [parse_packet(data).transport.flags for *_, data in pair.packets]
        return pair.client._connections, pair.server._connections, flags.count(FIN | ACK)

    assert run(play) == ({}, {}, 4)


@pytest.mark.parametrize("is_at_client", [True, False])
def test_a_reset_is_met_by_the_other_side_after_what_came_before_it(is_at_client):
    async def play(pair):
        done = asyncio.get_running_loop().create_future()

        async def meet(stream):
            await asyncio.sleep(1)
            assert await stream.read() == b"last words"
            assert await catch(stream.read()) is ConnectionResetError
            assert await catch(stream.write(b"x")) is ConnectionResetError
            done.set_result(pair.now)

        async def reset(stream):
            await stream.write(b"last words")
            stream.abort()
            assert await stream.read() == b""
            assert await catch(stream.write(b"x")) is BrokenPipeError

        stream = await pair.serve(reset if is_at_client else meet)
        await (meet if is_at_client else reset)(stream)
        await done
        return pair.client._connections, pair.server._connections

    assert run(play) == ({}, {})


def test_a_port_where_nobody_listens_refuses_after_a_round_trip():
    async def play(pair):
        for address in (SERVER, SERVER_6):
            assert await catch(pair.client.connect(address, 81)) is ConnectionRefusedError
        return pair.now

    assert run(play) == pytest.approx(2 * ROUND_TRIP_S)


def test_an_address_that_leads_nowhere_is_unreachable():
    async def play(pair):
        with pytest.raises(OSError) as error:
            await pair.client.connect(NOBODY, 80)
        return error.value.errno, pair.now

    assert run(play) == (errno.EHOSTUNREACH, pytest.approx(0.08))


def test_a_host_without_ipv6_has_no_way_to_it():
    async def play(pair):
        host = pair.network.add_host("old", ["192.52.193.9"])
        with pytest.raises(OSError) as error:
            await host.connect(SERVER_6, 80)
        return error.value.errno

    assert run(play) == errno.ENETUNREACH


def test_a_hole_costs_127_seconds_and_seven_syns():
    async def play(pair):
        assert await catch(pair.client.connect(HOLE, 80)) is TimeoutError
        assert pair.client._connections == {}
        return pair.now, [now for now, *_ in pair.packets]

    assert run(play) == (127.0, [0, 1, 3, 7, 15, 31, 63])


def test_who_loses_patience_before_leaves_nothing_behind():
    async def play(pair):
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(10):
                await pair.client.connect(HOLE, 80)
        await asyncio.sleep(100)
        return pair.client._connections, len(pair.packets)

    assert run(play) == ({}, 4)


def test_patience_that_ends_with_the_answer_resets_the_connection():
    async def play(pair):
        await pair.server.listen(SERVER, 80, echo)
        task = asyncio.create_task(pair.client.connect(SERVER, 80))
        pair.network.loop.call_at(ROUND_TRIP_S, task.cancel)
        with pytest.raises(asyncio.CancelledError):
            await task
        await asyncio.sleep(1)
        return pair.client._connections, pair.server._connections

    assert run(play) == ({}, {})


def test_data_into_a_black_hole_time_out_after_fifteen_repetitions():
    def swallow_data(packet, is_outward, now):
        return [] if parse_packet(packet).transport.payload else [(packet, is_outward, 0)]

    async def play(pair):
        stream = await pair.serve(echo)
        start = pair.now
        await stream.write(b"into the void")
        assert await catch(stream.read()) is TimeoutError
        sent = [now for now, _, is_sent, data in pair.packets if is_sent and parse_packet(data).transport.payload]
        return sent[1] - start, sent[2] - sent[1], len(sent), pair.now - start

    first, second, count, total = run(play, process=swallow_data)
    assert (first, second, count) == (pytest.approx(0.3), pytest.approx(0.6), 16)
    assert total == pytest.approx(sum(min(0.3 * 2**number, 120) for number in range(16)))


def test_a_lost_syn_and_a_lost_answer_cost_a_second_each():
    lost = []

    def lose(packet, is_outward, now):
        if parse_packet(packet).transport.flags & SYN and len(lost) < 2 and is_outward is (not lost):
            lost.append(now)
            return []
        return [(packet, is_outward, 0)]

    async def play(pair):
        await pair.serve(echo)
        return pair.now

    assert run(play, process=lose) == pytest.approx(2 + ROUND_TRIP_S)


def test_a_server_that_goes_resets_what_the_client_still_sends():
    async def play(pair):
        async def serve(stream):
            await stream.read(1)

        stream = await pair.serve(serve)
        await stream.write(b"a")
        assert await stream.read() == b""
        await stream.write(b"b")
        await asyncio.sleep(1)
        return await catch(stream.write(b"c"))

    assert run(play) is ConnectionResetError


def test_a_server_that_leaves_something_unread_resets():
    async def play(pair):
        async def serve(stream):
            await stream.read(1)

        stream = await pair.serve(serve)
        await stream.write(b"abc")
        return await catch(stream.read())

    assert run(play) is ConnectionResetError


def test_a_writer_waits_while_much_is_on_its_way():
    async def play(pair):
        stream = await pair.serve(echo)
        await stream.write(bytes(100_000))
        assert pair.now == pytest.approx(ROUND_TRIP_S)
        await stream.write(bytes(400_000))
        return pair.now

    assert run(play) > 2 * ROUND_TRIP_S


def test_two_readers_of_one_stream_are_a_defect():
    async def play(pair):
        stream = await pair.serve(echo)
        await asyncio.gather(stream.read(), stream.read())

    with pytest.raises(LabError, match="two coroutines"):
        run(play)


def test_the_same_seed_gives_the_same_packets_and_another_seed_others():
    async def play(pair):
        await exchange(await pair.serve(echo), MEGABYTE[:50_000])
        return pair.trace

    assert run(play, loss=0.1) == run(play, loss=0.1) != run(play, loss=0.1, seed=2)


def test_a_middlebox_that_copies_every_packet_changes_nothing():
    def copy(packet, is_outward, now):
        return [(bytes(bytearray(packet)), is_outward, 0)]

    def keep(packet, is_outward, now):
        return [(packet, is_outward, 0)]

    async def play(pair):
        await exchange(await pair.serve(echo, address=SERVER_6), MEGABYTE[:50_000])
        await exchange(await pair.serve(echo), MEGABYTE[:50_000])
        return pair.trace

    assert run(play, process=copy, loss=0.05) == run(play, process=keep, loss=0.05)


@pytest.mark.parametrize(("wait_s", "expected"), [(59, ACK), (61, RST)])
def test_a_stray_segment_of_an_ended_connection_is_acknowledged_for_a_minute(wait_s, expected):
    async def play(pair):
        stream = await pair.serve(echo)
        stream.close()
        await stream.read()
        await asyncio.sleep(wait_s)
        finish = next(packet for name, packet in sent(pair) if name == "server" and packet.transport.flags & FIN)
        begin = len(pair.packets)
        pair.server.send(finish.ip.source, finish.ip.destination, finish.transport)
        await asyncio.sleep(1)
        return [packet.transport.flags for name, packet in sent(pair, begin) if name == "client"]

    assert run(play) == [expected]


def test_segments_that_begin_nothing_are_answered_by_a_reset_at_the_right_number():
    async def play(pair):
        here, there = pack_address(CLIENT), pack_address(SERVER)
        for flags in (ACK, FIN, RST):
            pair.client.send(here, there, TcpSegment(1234, 80, 100, 7, flags, b"abc"))
        await asyncio.sleep(1)
        answers = [packet.transport for name, packet in sent(pair) if name == "server"]
        return [(answer.flags, answer.sequence, answer.acknowledgment) for answer in answers]

    assert run(play) == [(RST, 7, 0), (RST | ACK, 0, 104)]
