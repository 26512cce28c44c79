"""What a connection makes of packets that somebody forged into it."""

import asyncio
import errno

import pytest

from netglass.wire.forge import (
    forge_abort,
    forge_answer,
    forge_finish,
    forge_reset,
    forge_unreachable,
)
from netglass.wire.icmp import Unreachable
from netglass.wire.ip import pack_address
from netglass.wire.packet import build_packet, parse_packet
from netglass.wire.tcp import ACK, FIN, PSH, RST, SYN, TcpSegment
from tests.lab.sim.pair import ROUND_TRIP_S, SERVER, SERVER_6, catch, echo, read_all, run, sent


class Forger:
    """Acts once, on the first packet that ``is_seen`` takes: ``forge`` returns what leaves, as pairs of bytes and True for outward."""

    def __init__(self, is_seen, forge):
        self.is_seen, self.forge, self.has_acted = is_seen, forge, False

    def __call__(self, data, is_outward, now):
        packet = parse_packet(data)
        if self.has_acted or not is_outward or not self.is_seen(packet.transport):
            return [(data, is_outward, 0)]
        self.has_acted = True
        return [(*each, 0) for each in self.forge(data, packet)]


def is_syn(segment):
    return segment.flags & SYN


def carries(segment):
    return segment.payload


async def ask(pair, serve=echo):
    stream = await pair.serve(serve)
    await stream.write(b"question")
    return stream


async def read_answer(pair):
    return await read_all(await ask(pair, answer_true))


async def answer_true(stream):
    await stream.read()
    await stream.write(b"true")


def test_a_forged_reset_behind_the_question_resets():
    def forge(data, packet):
        return [(data, True), (forge_reset(packet.ip, packet.transport), False)]

    async def play(pair):
        stream = await ask(pair)
        return await catch(stream.read()), pair.now

    assert run(play, process=Forger(carries, forge)) == (ConnectionResetError, pytest.approx(ROUND_TRIP_S + 0.08))


def test_a_reset_to_both_ends_leaves_neither():
    def forge(data, packet):
        return [
            (forge_abort(packet.ip, packet.transport, True), True),
            (forge_reset(packet.ip, packet.transport), False),
        ]

    async def play(pair):
        met = []

        async def serve(stream):
            met.append(await catch(stream.read()))

        stream = await ask(pair, serve)
        met.append(await catch(stream.read()))
        await asyncio.sleep(1)
        return met, pair.client._connections, pair.server._connections

    assert run(play, process=Forger(carries, forge)) == ([ConnectionResetError] * 2, {}, {})


def test_a_reset_that_answers_the_syn_refuses_and_one_that_does_not_is_ignored():
    def refuse(data, packet):
        return [(forge_reset(packet.ip, packet.transport), False)]

    def blunder(data, packet):
        return [(data, True), (forge_answer(packet.ip, packet.transport, RST), False)]

    async def play(pair):
        return await catch(ask(pair))

    assert run(play, process=Forger(is_syn, refuse)) is ConnectionRefusedError
    assert run(play, process=Forger(is_syn, blunder)) is None


@pytest.mark.parametrize(("offset", "challenges"), [(100, 1), (-5, 0), (100_000_000, 0)])
def test_a_reset_at_a_wrong_number_ends_nothing(offset, challenges):
    def forge(data, packet):
        return [(data, True), (forge_answer(packet.ip, packet.transport, RST | ACK, offset=offset), False)]

    assert run(read_answer, process=Forger(carries, forge)) == b"true"

    async def count(pair):
        stream = await ask(pair)
        await stream.read()
        return [name for name, _ in sent(pair)].count("client")

    assert run(count, process=Forger(carries, forge)) == run(count) + challenges


def test_a_forged_page_wins_the_race_and_the_true_one_is_dropped():
    def forge(data, packet):
        return [(data, True), (forge_answer(packet.ip, packet.transport, PSH | ACK, b"lie!"), False)]

    assert run(read_answer, process=Forger(carries, forge)) == b"lie!"


def test_of_a_longer_true_answer_the_rest_follows_the_lie():
    def forge(data, packet):
        return [(data, True), (forge_answer(packet.ip, packet.transport, PSH | ACK, b"li"), False)]

    assert run(read_answer, process=Forger(carries, forge)) == b"liue"


def test_a_lie_that_comes_late_is_dropped():
    def act(data, is_outward, now):
        packet = parse_packet(data)
        lie = forge_answer(packet.ip, packet.transport, PSH | ACK, b"lie!")
        return [(data, is_outward, 0), *([(lie, False, 1.0)] if is_outward and packet.transport.payload else [])]

    async def play(pair):
        stream = await ask(pair)
        first = await stream.read()
        await asyncio.sleep(3)
        stream.close()
        return first, await read_all(stream)

    assert run(play, process=act) == (b"question", b"")


def test_a_forged_end_is_an_end_and_what_follows_is_not_taken():
    def forge(data, packet):
        return [(data, True), (forge_finish(packet.ip, packet.transport, b"go away"), False)]

    assert run(read_answer, process=Forger(carries, forge)) == b"go away"


def test_a_forged_end_without_data_is_an_empty_read():
    def forge(data, packet):
        return [(forge_finish(packet.ip, packet.transport), False)]

    async def play(pair):
        return await (await ask(pair)).read()

    assert run(play, process=Forger(carries, forge)) == b""


def test_a_lie_of_another_length_starts_no_storm_of_acknowledgements():
    def forge(data, packet):
        return [(data, True), (forge_answer(packet.ip, packet.transport, PSH | ACK, bytes(500)), False)]

    async def play(pair):
        stream = await ask(pair)
        await stream.read()
        await asyncio.sleep(10)
        return len(pair.packets)

    assert run(play, process=Forger(carries, forge)) < 150


def test_a_packet_with_a_wrong_checksum_is_dropped():
    def forge(data, packet):
        lie = bytearray(forge_answer(packet.ip, packet.transport, PSH | ACK, b"lie!"))
        lie[-1] ^= 1
        return [(data, True), (bytes(lie), False), (b"noise", False)]

    assert run(read_answer, process=Forger(carries, forge)) == b"true"


@pytest.mark.parametrize("address", [SERVER, SERVER_6])
@pytest.mark.parametrize(
    ("reason", "number", "number_6"),
    [
        (Unreachable.NETWORK, errno.ENETUNREACH, errno.ENETUNREACH),
        (Unreachable.HOST, errno.EHOSTUNREACH, errno.EHOSTUNREACH),
        (Unreachable.PORT, errno.ECONNREFUSED, errno.ECONNREFUSED),
        (Unreachable.PROHIBITED, errno.EHOSTUNREACH, errno.EACCES),
    ],
)
def test_what_icmp_says_of_a_syn_ends_the_attempt(address, reason, number, number_6):
    def forge(data, packet):
        return [(forge_unreachable(data, packet.ip, packet.ip.destination, reason), False)]

    async def play(pair):
        with pytest.raises(OSError) as error:
            await pair.client.connect(address, 80)
        return error.value.errno, pair.now

    expected = number if address == SERVER else number_6
    assert run(play, process=Forger(is_syn, forge)) == (expected, pytest.approx(0.08))


def test_what_icmp_says_later_is_only_the_reason_in_the_end():
    def forge(data, packet):
        return [(data, True), (forge_unreachable(data, packet.ip, packet.ip.destination, Unreachable.HOST), False)]

    assert run(read_answer, process=Forger(carries, forge)) == b"true"

    def hold(data, is_outward, now):
        packet = parse_packet(data)
        if not is_outward or not packet.transport.payload:
            return [(data, is_outward, 0)]
        return [(forge_unreachable(data, packet.ip, packet.ip.destination, Unreachable.HOST), False, 0)]

    async def play(pair):
        with pytest.raises(OSError) as error:
            await (await ask(pair)).read()
        return error.value.errno

    assert run(play, process=hold) == errno.EHOSTUNREACH


def test_icmp_that_quotes_a_number_never_sent_is_ignored():
    def forge(data, packet):
        strange = TcpSegment(packet.transport.source_port, 80, packet.transport.sequence + 99, 0, SYN)
        quoted = build_packet(packet.ip.source, packet.ip.destination, strange)
        return [(data, True), (forge_unreachable(quoted, packet.ip, packet.ip.destination, Unreachable.HOST), False)]

    assert run(read_answer, process=Forger(is_syn, forge)) == b"true"


def test_a_syn_on_an_open_connection_is_only_acknowledged():
    async def play(pair):
        stream = await ask(pair)
        await stream.read()
        here, there = pack_address(stream.local.address), pack_address(stream.peer.address)
        pair.client.send(here, there, TcpSegment(stream.local.port, 80, 12345, 0, SYN))
        await asyncio.sleep(1)
        last = parse_packet(pair.packets[-1][3]).transport
        await stream.write(b"still here")
        return last.flags, await stream.read()

    assert run(play) == (ACK, b"still here")


def test_a_wrong_answer_to_a_syn_is_reset_and_the_right_one_still_counts():
    def forge(data, packet):
        segment = packet.transport
        wrong = TcpSegment(80, segment.source_port, 5, segment.sequence + 77, SYN | ACK)
        return [(build_packet(packet.ip.destination, packet.ip.source, wrong), False), (data, True)]

    async def play(pair):
        answer = await read_answer(pair)
        first, *others = [packet.transport for name, packet in sent(pair) if name == "client"]
        return answer, [segment.sequence - first.sequence for segment in others if segment.flags == RST]

    assert run(play, process=Forger(is_syn, forge)) == (b"true", [77])


def test_a_connection_that_was_opened_by_nobody_is_given_up():
    async def play(pair):
        await pair.server.listen(SERVER, 80, echo)
        here, there = pack_address("192.175.48.9"), pack_address(SERVER)
        pair.client.send(here, there, TcpSegment(1, 80, 0, 0, SYN))
        await asyncio.sleep(100)
        answers = [now for now, name, is_sent, _ in pair.packets if name == "server" and is_sent]
        return answers, pair.server._connections

    assert run(play) == (pytest.approx([0.05, 1.05, 3.05, 7.05, 15.05, 31.05]), {})


def test_who_begins_may_take_it_back_but_nobody_opens_by_guessing():
    async def play(pair):
        await pair.server.listen(SERVER, 80, echo)
        here, there = pack_address("192.52.193.1"), pack_address(SERVER)

        async def send(*segment):
            pair.client.send(here, there, TcpSegment(1, 80, *segment))
            await asyncio.sleep(0.01)

        await send(5, 0, SYN)
        await send(6, 77, ACK)
        await send(9, 0, RST)
        await asyncio.sleep(0.05)
        flags = [packet.transport.flags for name, packet in sent(pair) if name == "server"]
        is_waiting = len(pair.server._connections) == 1
        await send(6, 0, RST)
        await asyncio.sleep(0.05)
        return flags, is_waiting, pair.server._connections

    assert run(play) == ([SYN | ACK, RST], True, {})


def test_the_end_counts_when_what_came_before_it_is_there():
    def reorder(data, is_outward, now):
        packet = parse_packet(data).transport
        is_first = packet.payload and not packet.flags & FIN
        return [(data, is_outward, 0.5 if is_first and not is_outward else 0)]

    async def play(pair):
        async def serve(stream):
            await stream.read()
            await stream.write(b"be")
            await stream.write(b"fore")

        return await read_all(await ask(pair, serve))

    assert run(play, process=reorder) == b"before"
