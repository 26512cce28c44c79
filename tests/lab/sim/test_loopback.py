"""The same small programs on the simulated network and on real sockets of this machine's loopback end alike."""

import asyncio
import socket
import struct
from contextlib import suppress

import pytest

from netglass.wire.net import Endpoint
from tests.lab.sim.pair import SERVER, catch, echo, exchange, read_all, run


class LoopbackStream:
    """A real socket as a ``Stream``."""

    def __init__(self, sock):
        self.sock, self.local, self.peer = sock, Endpoint(*sock.getsockname()), Endpoint(*sock.getpeername())

    async def read(self, most_bytes=65_536):
        return await asyncio.get_running_loop().sock_recv(self.sock, most_bytes)

    async def write(self, data):
        await asyncio.get_running_loop().sock_sendall(self.sock, data)

    def close(self):
        with suppress(OSError):
            self.sock.shutdown(socket.SHUT_WR)

    def abort(self):
        self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.sock.close()


class LoopbackHost:
    """The machine itself as a ``Host`` with one address."""

    def __init__(self):
        self.sockets, self.tasks = [], []

    async def connect(self, address, port):
        sock = self.keep(socket.socket())
        await asyncio.get_running_loop().sock_connect(sock, (address, port))
        return LoopbackStream(sock)

    async def listen(self, address, port, serve):
        listener = self.keep(socket.create_server((address, port)))
        self.tasks.append(asyncio.create_task(self.accept(listener, serve)))
        return listener.getsockname()[1]

    async def accept(self, listener, serve):
        listener.setblocking(False)
        while True:
            sock, _ = await asyncio.get_running_loop().sock_accept(listener)
            self.tasks.append(asyncio.create_task(self.serve(LoopbackStream(self.keep(sock)), serve)))

    async def serve(self, stream, serve):
        try:
            await serve(stream)
        finally:
            stream.sock.close()

    def keep(self, sock):
        sock.setblocking(False)
        self.sockets.append(sock)
        return sock

    async def stop(self):
        for task in self.tasks:
            task.cancel()
        await asyncio.gather(*self.tasks, return_exceptions=True)
        for sock in self.sockets:
            sock.close()


async def reset_at_once(stream):
    await stream.read()
    stream.abort()


async def answer_and_reset(stream):
    await stream.read()
    await stream.write(b"answer")
    await stream.read()
    stream.abort()


async def answer_and_go(stream):
    await stream.read(1)
    await stream.write(b"answer")


async def answer_after_all(stream):
    await stream.write(await read_all(stream) + b" is all")


async def swap_bytes(stream):
    return await exchange(stream, bytes(range(256)) * 2000) == bytes(range(256)) * 2000


async def ask_half_closed(stream):
    return await exchange(stream, b"this")


async def write_after_closing(stream):
    stream.close()
    return await catch(stream.write(b"more")), await read_all(stream)


async def be_reset(stream):
    await stream.write(b"question")
    return await catch(stream.read())


async def be_reset_after_an_answer(stream):
    await stream.write(b"question")
    answer = await stream.read()
    await stream.write(b"more")
    return answer, await catch(stream.read())


async def leave_unread(stream):
    await stream.write(b"question")
    try:
        return await stream.read(), await catch(stream.read())
    except OSError as error:
        return b"answer", type(error)


async def read_in_bits(stream):
    stream.close()
    return await stream.read(3), await stream.read(3), await stream.read(3), await stream.read(3)


async def go_without_a_word(stream):
    stream.abort()


TALKS = [
    (swap_bytes, echo, True),
    (ask_half_closed, answer_after_all, b"this is all"),
    (write_after_closing, echo, (BrokenPipeError, b"")),
    (be_reset, reset_at_once, ConnectionResetError),
    (be_reset_after_an_answer, answer_and_reset, (b"answer", ConnectionResetError)),
    (leave_unread, answer_and_go, (b"answer", ConnectionResetError)),
    (read_in_bits, answer_after_all, (b" is", b" al", b"l", b"")),
    (go_without_a_word, echo, None),
]


@pytest.mark.parametrize(("talk", "serve", "expected"), TALKS, ids=[talk[0].__name__ for talk in TALKS])
def test_a_talk_ends_alike(talk, serve, expected):
    async def play_real():
        host = LoopbackHost()
        try:
            port = await host.listen("127.0.0.1", 0, serve)
            async with asyncio.timeout(20):
                return await talk(await host.connect("127.0.0.1", port))
        finally:
            await host.stop()

    async def play_simulated(pair):
        return await talk(await pair.serve(serve))

    assert asyncio.run(play_real()) == expected
    assert run(play_simulated) == expected


def test_a_port_where_nobody_listens_refuses_alike():
    async def play_real():
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        host = LoopbackHost()
        try:
            return await catch(host.connect("127.0.0.1", port))
        finally:
            await host.stop()

    async def play_simulated(pair):
        return await catch(pair.client.connect(SERVER, 80))

    assert asyncio.run(play_real()) is run(play_simulated) is ConnectionRefusedError


def test_datagrams_and_their_refusal_end_alike():
    async def play_real():
        loop = asyncio.get_running_loop()
        with socket.socket(type=socket.SOCK_DGRAM) as server, socket.socket(type=socket.SOCK_DGRAM) as client:
            server.bind(("127.0.0.1", 0))
            client.setblocking(False)
            client.connect(server.getsockname())
            await loop.sock_sendall(client, b"ping")
            server.sendto(server.recv(100).upper(), client.getsockname())
            answer = await loop.sock_recv(client, 100)
            server.close()
            await loop.sock_sendall(client, b"ping")
            return answer, await catch(loop.sock_recv(client, 100))

    async def play_simulated(pair):
        async def answer(data, peer):
            return data.upper()

        await pair.server.listen_datagrams(SERVER, 53, answer)
        flow = await pair.client.open_flow(SERVER, 53)
        await flow.send(b"ping")
        received = await flow.receive()
        pair.server.stop_listening(SERVER, 53)
        await flow.send(b"ping")
        return received, await catch(flow.receive())

    assert asyncio.run(play_real()) == run(play_simulated) == (b"PING", ConnectionRefusedError)
