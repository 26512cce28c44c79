"""A client and a server 50 ms apart, and what a test wants to know of them."""

import asyncio
from datetime import datetime
from hashlib import sha256

from netglass.lab.sim.loop import run_virtual
from netglass.lab.sim.network import Network
from netglass.lab.sim.region import Middlebox
from netglass.wire.packet import parse_packet

START = datetime(2026, 1, 1)
CLIENT, SERVER, CLIENT_6, SERVER_6 = "192.52.193.1", "192.31.196.1", "2620:4f:8000:1::1", "2620:4f:8000:2::1"
NOBODY, HOLE = "192.31.196.77", "192.175.48.1"
ROUND_TRIP_S = 0.1


def run(play, *arguments, **options):
    """Run ``play(pair, ...)`` on virtual time with a new pair."""

    async def begin():
        return await play(Pair(**options), *arguments)

    return run_virtual(begin(), START)


class Pair:
    """A network of two hosts and a hole.

    ``process`` is a middlebox between them: it is given packet, True for outward, and time.
    """

    def __init__(self, process=None, loss=0.0, seed=1, bits_per_s=None, observer=None, resolvers=()):
        self.packets = []
        self.network = Network(seed, observer or self._observe)
        region = self.network.add_region([Middlebox(process, True, False)] if process else [])
        self.client = self.network.add_host(
            "client", [CLIENT, CLIENT_6], region, delay_s=0.04, loss=loss, bits_per_s=bits_per_s, resolvers=resolvers
        )
        self.server = self.network.add_host("server", [SERVER, SERVER_6], delay_s=0.01)
        self.network.add_hole(f"{HOLE}/24")

    def _observe(self, now, host, is_sent, data):
        self.packets.append((now, host.name, is_sent, data))

    @property
    def now(self):
        """The virtual time."""
        return self.network.loop.now

    @property
    def trace(self):
        """A hash over every packet, its time and its place."""
        return sha256(repr(self.packets).encode()).hexdigest()

    async def serve(self, serve, port=80, address=SERVER):
        """Serve, and return the client's stream to it."""
        await self.server.listen(address, port, serve)
        return await self.client.connect(address, port)


async def read_all(stream):
    """Read to the end of a stream."""
    parts = []
    while data := await stream.read():
        parts.append(data)
    return b"".join(parts)


async def echo(stream):
    """Send back what comes."""
    while data := await stream.read():
        await stream.write(data)


async def send_and_close(stream, data):
    """Send data and end our side."""
    await stream.write(data)
    stream.close()


async def exchange(stream, data):
    """Send data and end our side; meanwhile read to the end."""
    _, received = await asyncio.gather(send_and_close(stream, data), read_all(stream))
    return received


async def catch(work):
    """Return the type of the ``OSError`` that ``work`` ends with."""
    try:
        await work
    except OSError as error:
        return type(error)
    return None


def sent(pair, begin=0):
    """Return host and packet of everything that was sent since the packet of that number."""
    return [(name, parse_packet(data)) for _, name, is_sent, data in pair.packets[begin:] if is_sent]
