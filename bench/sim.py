"""How much the simulated network carries on one core: ``python -m bench.sim [--fetches 3000] [--runs 5]``.

A fetch is a connection, a handshake of TLS by OpenSSL on both sides, a request, a small answer and the end of both sides; 100
are under way at once. Prints JSON with the medians over the runs: fetches a minute with TLS, without it, and without it
behind a middlebox that passes every packet on; packets per fetch; microseconds of processor time per packet without TLS; and
measurements a minute of ``netglass lab run``, from scenario to files, with the first days of the scenario named by ``--scenario``.
"""

import argparse
import asyncio
import json
import ssl
import tempfile
import time
from collections.abc import Callable, Coroutine
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from netglass.api.lab_probe import ProbeInstrument
from netglass.lab.library import find_scenario, read_scenario
from netglass.lab.play import play_scenario
from netglass.lab.sim.loop import run_virtual
from netglass.lab.sim.network import Network
from netglass.lab.sim.region import Middlebox
from netglass.wire.net import Host, Stream

NAME = "www.example.test"
REQUEST = f"GET / HTTP/1.1\r\nHost: {NAME}\r\nConnection: close\r\n\r\n".encode()
RESPONSE = b"HTTP/1.1 200 OK\r\nContent-Length: 2000\r\nConnection: close\r\n\r\n" + b"x" * 2000
AT_ONCE = 100

Talk = Callable[[Stream], Coroutine[None, None, None]]


class Secured:
    """TLS over a stream, as little of it as this needs."""

    def __init__(self, stream: Stream, context: ssl.SSLContext, is_server: bool) -> None:
        self._stream, self._incoming, self._outgoing = stream, ssl.MemoryBIO(), ssl.MemoryBIO()
        name = None if is_server else NAME
        self._tls = context.wrap_bio(self._incoming, self._outgoing, is_server, name)

    async def shake_hands(self) -> None:
        """Complete the handshake."""
        while True:
            try:
                self._tls.do_handshake()
            except ssl.SSLWantReadError:
                await self._flush()
                await self._fill()
            else:
                await self._flush()
                return

    async def write(self, data: bytes) -> None:
        """Send data."""
        self._tls.write(data)
        await self._flush()

    async def read(self) -> bytes:
        """Return what has arrived, nothing at the end."""
        while True:
            try:
                return self._tls.read(65536)
            except ssl.SSLWantReadError:
                await self._fill()
            except (ssl.SSLZeroReturnError, ssl.SSLEOFError):
                return b""

    async def _fill(self) -> None:
        data = await self._stream.read()
        if data:
            self._incoming.write(data)
        else:
            self._incoming.write_eof()

    async def _flush(self) -> None:
        data = self._outgoing.read()
        if data:
            await self._stream.write(data)


def make_contexts() -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """Return the contexts of a client and of a server with a certificate that the client trusts."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, NAME)])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(NAME)]), critical=False)
        .sign(key, SHA256())
    )
    text = certificate.public_bytes(Encoding.PEM)
    client = ssl.create_default_context(cadata=text.decode())
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "both.pem")
        path.write_bytes(text + key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
        server.load_cert_chain(path)
    return client, server


async def ask_plain(stream: Stream) -> None:
    """Ask and read to the end."""
    await stream.write(REQUEST)
    while await stream.read():
        pass


async def answer_plain(stream: Stream) -> None:
    """Read a request and answer it."""
    await stream.read()
    await stream.write(RESPONSE)


def secure(talk_plain: str, context: ssl.SSLContext) -> Talk:
    """Return the same talk over TLS, ``ask`` or ``answer``."""

    async def ask(stream: Stream) -> None:
        tls = Secured(stream, context, False)
        await tls.shake_hands()
        await tls.write(REQUEST)
        while await tls.read():
            pass

    async def answer(stream: Stream) -> None:
        tls = Secured(stream, context, True)
        await tls.shake_hands()
        await tls.read()
        await tls.write(RESPONSE)

    return ask if talk_plain == "ask" else answer


def pass_on(packet: bytes, direction: bool, now: float) -> list[tuple[bytes, bool, float]]:
    """Be a middlebox that lets all pass."""
    return [(packet, direction, 0.0)]


async def fetch_all(count: int, ask: Talk, answer: Talk, is_watched: bool) -> None:
    """Fetch ``count`` times, ``AT_ONCE`` at once."""
    network = Network()
    region = network.add_region([Middlebox(pass_on, True, False)] if is_watched else [])
    site = network.add_host("site", ["192.31.196.0/24"])
    client: Host = network.add_host("client", ["192.52.193.1"], region)
    await site.listen("0.0.0.0", 443, answer)

    async def work(number: int) -> None:
        for _ in range(count // AT_ONCE):
            stream = await client.connect(f"192.31.196.{number + 1}", 443)
            await ask(stream)
            stream.close()

    await asyncio.gather(*map(work, range(AT_ONCE)))


async def count_packets(ask: Talk, answer: Talk) -> float:
    """Return the number of packets of one fetch."""
    seen = []
    network = Network(observer=lambda now, host, is_sent, data: seen.append(is_sent))
    site = network.add_host("site", ["192.31.196.1"])
    client = network.add_host("client", ["192.52.193.1"])
    await site.listen("192.31.196.1", 443, answer)
    stream = await client.connect("192.31.196.1", 443)
    await ask(stream)
    stream.close()
    await asyncio.sleep(1)
    return sum(seen)


def measure(count: int, ask: Talk, answer: Talk, is_watched: bool) -> float:
    """Return the processor time of one fetch in seconds."""
    start = time.process_time()
    run_virtual(fetch_all(count, ask, answer, is_watched), datetime(2026, 1, 1))
    return (time.process_time() - start) / (count // AT_ONCE * AT_ONCE)


def measure_play(name: str, days: int) -> float:
    """Return the processor time of one measurement of a scenario's first days, in seconds."""
    scenario = read_scenario(find_scenario(name)).model_copy(update={"days": days})
    with tempfile.TemporaryDirectory() as folder:
        start = time.process_time()
        played = play_scenario(scenario, Path(folder, "lab"), ProbeInstrument())
        return (time.process_time() - start) / played.measurements


def main() -> None:
    """Read the arguments, measure in turns, print."""
    parser = argparse.ArgumentParser(description="Measure the simulated network.")
    parser.add_argument("--fetches", type=int, default=3000)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--scenario", default="null")
    parser.add_argument("--days", type=int, default=7)
    arguments = parser.parse_args()
    client, server = make_contexts()
    kinds = {
        "tls": (secure("ask", client), secure("answer", server), False),
        "plain": (ask_plain, answer_plain, False),
        "plain_watched": (ask_plain, answer_plain, True),
    }
    found: dict[str, list[float]] = {name: [] for name in kinds}
    played: list[float] = []
    for _ in range(arguments.runs):
        for name, kind in kinds.items():
            found[name].append(measure(arguments.fetches, *kind))
        played.append(measure_play(arguments.scenario, arguments.days))
    seconds = {name: median(times) for name, times in found.items()}
    packets = {name: run_virtual(count_packets(*kinds[name][:2]), datetime(2026, 1, 1)) for name in ("tls", "plain")}
    result = {
        "fetches": arguments.fetches,
        "runs": arguments.runs,
        "measurements_a_minute": {arguments.scenario: round(60 / median(played))},
        "fetches_a_minute": {name: round(60 / each) for name, each in seconds.items()},
        "packets_per_fetch": packets,
        "us_per_packet": {
            name: round(seconds[name] / packets["plain"] * 1e6, 1) for name in ("plain", "plain_watched")
        },
    }
    print(json.dumps(result, indent=2))


if __name__ == "__main__":
    main()
