"""A proxy carries connections to where they were meant to go, and interception carries what it was not made for."""

from datetime import datetime

from netglass.lab.authority import Authority, Grade
from netglass.lab.sim.host import SimHost
from netglass.lab.sim.loop import run_virtual
from netglass.lab.sim.network import Network
from netglass.lab.world.mitm import Forger
from netglass.lab.world.page import HTML, Page
from netglass.lab.world.relay import Proxy
from netglass.lab.world.secure import secure
from netglass.lab.world.site import WebServer, WebSite
from netglass.lab.world.zone import Entry
from tests.lab.glance import _Inside

START = datetime(2026, 3, 2)
TRUE, FOREIGN = Authority("1", "Root", START, START), Authority("1", "Foreign", START, START)
SITE, BOX, CLIENT = "192.31.196.1", "192.31.196.17", "192.52.193.1"


def make_site(host: str) -> WebSite:
    return WebSite(host, "https", Entry({"*": (SITE,)}), "nginx", {"*": Page(200, (HTML,), host.encode())}, TRUE)


async def raise_network() -> tuple[SimHost, SimHost]:
    network = Network(1)
    server = network.add_host("server", [SITE])
    sites = WebServer([make_site("one.test"), make_site("two.test")], {}, lambda _: None)
    await server.listen(SITE, 80, sites.serve_plain)
    await server.listen(SITE, 443, secure(sites.choose_context, sites.serve_secure))
    return network.add_host("box", [BOX]), network.add_host("client", [CLIENT])


async def fetch(client: SimHost, port: int, host: str) -> tuple[bytes, bytes | None]:
    """Return what came, and the certificate's issuer as far as it can be told from its bytes."""
    stream = await client.connect(BOX, port)
    certificate = None
    if port == 443:
        context = TRUE.trust()
        context.check_hostname, context.verify_mode = False, 0
        stream = inside = _Inside(stream, context, host)
        await inside.shake()
        certificate = inside.tls.getpeercert(True)
    await stream.write(f"GET / HTTP/1.1\r\nHost: {host}\r\n\r\n".encode())
    received = b""
    while data := await stream.read():
        received += data
    return received, certificate


def test_a_proxy_passes_both_kinds_on() -> None:
    async def run() -> list[tuple[bytes, bytes | None]]:
        box, client = await raise_network()
        proxy = Proxy(box, lambda name: SITE if name.endswith(".test") else None)
        await box.listen(BOX, 80, proxy.serve_plain)
        await box.listen(BOX, 443, proxy.serve_tls)
        return [await fetch(client, 80, "two.test"), await fetch(client, 443, "one.test")]

    plain, secured = run_virtual(run(), START)
    assert plain[0].endswith(b"two.test") and secured[0].endswith(b"one.test")
    assert secured[1] == TRUE.issue("one.test").chain[0]


def test_interception_forges_for_its_names_and_carries_the_rest() -> None:
    async def run() -> list[tuple[bytes, bytes | None]]:
        box, client = await raise_network()
        forger = Forger(
            box, lambda _: SITE, lambda name: FOREIGN.serve(name, Grade.SELF_SIGNED), frozenset({"one.test"})
        )
        await box.listen(BOX, 443, forger.serve)
        return [await fetch(client, 443, host) for host in ("one.test", "two.test")]

    forged, carried = run_virtual(run(), START)
    assert forged[1] == FOREIGN.issue("one.test", Grade.SELF_SIGNED).chain[0]
    assert carried[1] == TRUE.issue("two.test").chain[0] and carried[0].endswith(b"two.test")
