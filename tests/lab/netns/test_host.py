"""Machines on real sockets, tried on the loopback of this machine, without namespaces, and as neighbours, without sockets."""

import asyncio
import socket
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from random import Random

import pytest

from netglass.lab.netns import host as host_module
from netglass.lab.netns import stream as stream_module
from netglass.lab.netns.host import SocketHost
from netglass.lab.netns.neighbour import Neighbourhood
from netglass.vocab.error import LabError
from netglass.wire.net import Endpoint, Flow, Stream
from tests.lab.sim.pair import catch, echo, exchange, read_all

HERE, THERE = "127.0.0.1", "127.0.0.2"


class Loopback:
    """The machine's own network in the place of a namespace."""

    def open_socket(self, family: int, kind: int) -> socket.socket:
        opened = socket.socket(family, kind)
        opened.setblocking(False)
        return opened


class Pair:
    """A client and a server."""

    def __init__(self, are_neighbours: bool) -> None:
        self.defects: list[Exception] = []
        near = Neighbourhood([f"{HERE}/32", f"{THERE}/32"], []) if are_neighbours else None
        self.client, self.server = (
            SocketHost(Loopback(), [address], datetime(2026, 1, 1), Random(1), (), self.defects.append, near)
            for address in (f"{HERE}/8", f"{THERE}/8")
        )
        self.port = _find_port()

    async def serve(self, serve: Callable[[Stream], Awaitable[None]]) -> Stream:
        await self.server.listen(THERE, self.port, serve)
        return await self.client.connect(THERE, self.port)


def _find_port() -> int:
    """A port that is free for TCP and, in all likelihood, for UDP."""
    with socket.socket() as probe:
        probe.bind((THERE, 0))
        return probe.getsockname()[1]


@pytest.fixture(params=[False, True], ids=["sockets", "neighbours"])
def are_neighbours(request: pytest.FixtureRequest) -> bool:
    return request.param


def run(play: Callable[[Pair], Awaitable[object]], are_neighbours: bool = False) -> object:
    async def begin() -> object:
        pair = Pair(are_neighbours)
        try:
            async with asyncio.timeout(20):
                return await play(pair)
        finally:
            await pair.client.stop()
            await pair.server.stop()

    return asyncio.run(begin())


def test_both_ends_know_each_other_and_bytes_pass_both_ways(are_neighbours: bool) -> None:
    async def play(pair: Pair) -> None:
        stream = await pair.serve(echo)
        assert (stream.local.address, stream.peer) == (HERE, Endpoint(THERE, pair.port))
        assert await exchange(stream, b"x" * 3_000_000) == b"x" * 3_000_000

    run(play, are_neighbours)


def test_what_has_arrived_is_read_before_a_reset_is_told(are_neighbours: bool) -> None:
    async def reset(stream: Stream) -> None:
        await stream.write(b"some")
        await stream.read()
        stream.abort()

    async def play(pair: Pair) -> None:
        stream = await pair.serve(reset)
        await stream.write(b"go")
        while len(stream._arrived) < 4 or stream._error is None:
            await asyncio.sleep(0)
        assert await stream.read() == b"some"
        for _ in range(2):
            assert await catch(stream.read()) is await catch(stream.write(b"x")) is ConnectionResetError

    run(play, are_neighbours)


def test_closing_ends_our_side_only_and_writing_then_is_an_error(are_neighbours: bool) -> None:
    async def answer_at_the_end(stream: Stream) -> None:
        await stream.write(b"%d" % len(await read_all(stream)))

    async def play(pair: Pair) -> None:
        stream = await pair.serve(answer_at_the_end)
        await stream.write(b"12345")
        stream.close()
        stream.close()
        assert await catch(stream.write(b"6")) is BrokenPipeError
        assert await read_all(stream) == b"5"
        assert await stream.read() == b""

    run(play, are_neighbours)


def test_a_peer_that_never_ends_is_left_after_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stream_module, "LINGER_S", 0.05)

    async def play(pair: Pair) -> None:
        stream = await pair.serve(lambda stream: asyncio.sleep(30))
        stream.close()
        while pair.client._streams:
            await asyncio.sleep(0.01)

    run(play)


def test_a_slow_reader_makes_the_writer_wait(are_neighbours: bool) -> None:
    written = 0

    async def pour(stream: Stream) -> None:
        nonlocal written
        while written < 50_000_000:
            await stream.write(b"x" * 100_000)
            written += 100_000

    async def play(pair: Pair) -> None:
        stream = await pair.serve(pour)
        await stream.read()
        before = -1
        while before != written:
            before = written
            for _ in range(200):
                await asyncio.sleep(0)
        assert written < 50_000_000 and len(stream._arrived) < 2_000_000
        left = 50_000_000 - 65_536
        while left and (data := await stream.read()):
            left -= len(data)
        assert written == 50_000_000

    run(play, are_neighbours)


def test_datagrams_pass_and_a_port_of_nobody_is_told(are_neighbours: bool) -> None:
    async def shout(data: bytes, peer: Endpoint) -> bytes | None:
        return data.upper() + peer.address.encode() if data else None

    async def play(pair: Pair) -> None:
        await pair.server.listen_datagrams(THERE, pair.port, shout)
        flow = await pair.client.open_flow(THERE, pair.port)
        await flow.send(b"")
        await flow.send(b"hello")
        assert (await flow.receive(), flow.peer) == (b"HELLO127.0.0.1", Endpoint(THERE, pair.port))
        flow.close()
        flow.close()
        assert await catch(flow.receive()) is OSError
        nobody = await pair.client.open_flow(THERE, _find_port())
        await nobody.send(b"hello")
        assert await catch(nobody.receive()) is ConnectionRefusedError

    run(play, are_neighbours)


def test_each_peer_of_flows_has_its_own(are_neighbours: bool) -> None:
    async def count(flow: Flow) -> None:
        for number in range(3):
            await flow.send(await flow.receive() + b"%d" % number)

    async def play(pair: Pair) -> None:
        await pair.server.listen_flows(THERE, pair.port, count)
        flows = [await pair.client.open_flow(THERE, pair.port) for _ in range(2)]
        for number in range(3):
            for name, flow in zip((b"a", b"b"), flows, strict=True):
                await flow.send(name)
                assert await flow.receive() == name + b"%d" % number
        while pair.server._served:
            await asyncio.sleep(0)
        await flows[0].send(b"again")
        assert await flows[0].receive() == b"again0"

    run(play, are_neighbours)


def test_a_defect_of_a_server_is_told_and_a_lost_peer_is_none(are_neighbours: bool) -> None:
    async def serve(stream: Stream) -> None:
        if await stream.read() == b"slip":
            raise KeyError("slip")
        raise ConnectionResetError

    async def play(pair: Pair) -> None:
        for word in (b"gone", b"slip"):
            stream = await pair.serve(serve) if word == b"gone" else await pair.client.connect(THERE, pair.port)
            await stream.write(word)
            await catch(stream.read())
        while pair.server._served:
            await asyncio.sleep(0)
        assert [repr(error) for error in pair.defects] == ["KeyError('slip')"]

    run(play, are_neighbours)


def test_what_is_served_is_bounded_in_number_and_time(monkeypatch: pytest.MonkeyPatch, are_neighbours: bool) -> None:
    monkeypatch.setattr(host_module, "MOST_SERVED", 2)
    monkeypatch.setattr(host_module, "LONGEST_S", 0.3)

    async def play(pair: Pair) -> None:
        streams = [await pair.serve(lambda stream: asyncio.sleep(30))]
        streams += [await pair.client.connect(THERE, pair.port) for _ in range(2)]
        begun = asyncio.get_running_loop().time()
        assert await catch(streams[2].read()) is ConnectionResetError
        assert asyncio.get_running_loop().time() - begun < 0.2
        assert await catch(streams[0].read()) is ConnectionResetError
        assert 0.2 < asyncio.get_running_loop().time() - begun < 5

    run(play, are_neighbours)


def test_stopping_ends_everything_and_frees_the_ports() -> None:
    async def play(pair: Pair) -> None:
        for _ in range(3):
            stream = await pair.serve(lambda stream: asyncio.sleep(30))
            await pair.server.listen_datagrams(THERE, pair.port, lambda data, peer: asyncio.sleep(30))
            flow = await pair.client.open_flow(THERE, pair.port)
            await flow.send(b"x")
            await pair.server.stop()
            assert await catch(stream.read()) is ConnectionResetError
            assert await catch(pair.client.connect(THERE, pair.port)) is ConnectionRefusedError
            pair.server = SocketHost(Loopback(), [THERE], datetime(2026, 1, 1), Random(2))

    run(play)


def test_a_machine_keeps_to_its_own_addresses_and_versions() -> None:
    async def play(pair: Pair) -> None:
        with pytest.raises(LabError, match="would take the addresses of other machines"):
            await pair.server.listen("0.0.0.0", pair.port, echo)
        with pytest.raises(LabError, match="Cannot assign"):
            await pair.server.listen("192.31.196.1", 80, echo)
        with pytest.raises(OSError, match="unreachable"):
            await pair.client.connect("2620:4f:8000::1", 80)

    run(play)


def test_the_clock_goes_on_from_its_moment() -> None:
    async def play(pair: Pair) -> None:
        before = pair.client.read_clock()
        assert timedelta() <= before - datetime(2026, 1, 1) < timedelta(seconds=20)
        await asyncio.sleep(0.05)
        assert pair.client.read_clock() - before >= timedelta(seconds=0.05)

    run(play)
