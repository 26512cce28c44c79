"""Real sockets: each failure of the system is the one that the interface promises."""

import asyncio
import socket

import pytest

from netglass.probe.socket_net import PROBLEMS, SocketHost, SocketNet, find_own_addresses
from netglass.wire.net import LookupFailed, LookupProblem

LOOPBACKS = ["127.0.0.1", "::1"] if socket.has_ipv6 else ["127.0.0.1"]


def play(coroutine):
    async def bounded():
        async with asyncio.timeout(10):
            return await coroutine

    return asyncio.run(bounded())


def can_bind(address):
    try:
        with socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET) as opened:
            opened.bind((address, 0))
    except OSError:
        return False
    return True


@pytest.fixture(params=LOOPBACKS)
def loopback(request):
    if not can_bind(request.param):
        pytest.skip(f"no {request.param} on this machine")
    return request.param


def test_a_stream_goes_there_and_back_and_ends(loopback) -> None:
    async def echo(stream):
        while data := await stream.read():
            await stream.write(data)

    async def test():
        host = SocketHost()
        await host.listen(loopback, 0, echo)
        stream = await SocketNet().connect(*host.endpoints[0])
        await stream.write(b"hello")
        assert await stream.read() == b"hello"
        assert stream.peer == host.endpoints[0]
        assert stream.local.address == loopback
        stream.close()
        await host.stop()

    play(test())


def test_a_reset_and_an_end_are_told_apart() -> None:
    async def test():
        host = SocketHost()

        async def reset(stream):
            await stream.read()
            stream.abort()

        async def end(stream):
            await stream.read()

        for service in (reset, end):
            await host.listen("127.0.0.1", 0, service)
        first, second = [await SocketNet().connect(*endpoint) for endpoint in host.endpoints]
        await first.write(b"x")
        with pytest.raises(ConnectionResetError):
            await first.read()
        await second.write(b"x")
        assert await second.read() == b""
        for stream in (first, second):
            stream.close()
        await host.stop()

    play(test())


def test_nobody_listens() -> None:
    async def test():
        with socket.socket() as opened:
            opened.bind(("127.0.0.1", 0))
            port = opened.getsockname()[1]
        with pytest.raises(ConnectionRefusedError):
            await SocketNet().connect("127.0.0.1", port)
        flow = await SocketNet().open_flow("127.0.0.1", port)
        await flow.send(b"x")
        with pytest.raises(ConnectionRefusedError):
            await flow.receive()
        flow.close()

    play(test())


def test_datagrams_go_there_and_back(loopback) -> None:
    async def test():
        host = SocketHost()

        async def answer(data, peer):
            return data[::-1] if data != b"silence" else None

        await host.listen_datagrams(loopback, 0, answer)
        flow = await SocketNet().open_flow(*host.endpoints[0])
        await flow.send(b"silence")
        await flow.send(b"abc")
        assert await flow.receive() == b"cba"
        flow.close()
        await host.stop()

    play(test())


@pytest.mark.parametrize(("code", "problem"), PROBLEMS.items())
def test_a_code_of_the_resolver_is_a_problem(code, problem, monkeypatch) -> None:
    async def test():
        async def getaddrinfo(*_, **__):
            raise socket.gaierror(code, "")

        monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", getaddrinfo)
        with pytest.raises(LookupFailed) as caught:
            await SocketNet().resolve("site.test")
        assert caught.value.problem is problem

    play(test())


def test_a_name_that_cannot_be_asked_for_fails() -> None:
    with pytest.raises(LookupFailed) as caught:
        play(SocketNet().resolve("a" * 70 + ".test"))
    assert caught.value.problem is LookupProblem.FAILED


def test_an_address_is_its_own_answer() -> None:
    assert play(SocketNet().resolve("127.0.0.1")) == ["127.0.0.1"]


def test_own_addresses_are_addresses() -> None:
    assert all(socket.getaddrinfo(address, None, flags=socket.AI_NUMERICHOST) for address in find_own_addresses())


def test_a_host_that_stops_leaves_no_task() -> None:
    async def test():
        host = SocketHost()

        async def wait(stream):
            await asyncio.Event().wait()

        await host.listen("127.0.0.1", 0, wait)
        stream = await SocketNet().connect(*host.endpoints[0])
        await host.stop()
        stream.close()
        assert asyncio.all_tasks() == {asyncio.current_task()}

    play(test())
