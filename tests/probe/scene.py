"""Measurements of every kind of outcome, for tests that look at records as a whole."""

import functools

from netglass.probe.helper import Helper, HelperConfig
from netglass.probe.web_connectivity import measure
from netglass.wire.net import Endpoint, LookupProblem
from tests.probe.world import (
    HURRY,
    answer,
    bad_server,
    client_context,
    doh,
    good_server,
    keep_silent,
    make_config,
    page,
    reply,
    reset,
    resolver,
    run,
    secure,
)

SITE, FALSE, RESOLVER = "192.0.2.10", "192.0.2.66", Endpoint("192.0.2.8", 53)


async def prepare(world):
    """Let there be a resolver over UDP and one over HTTPS, a helper, and a site that the helper sees."""
    names = {"site.test": [SITE], "doh.test": ["192.0.2.53"]}
    world.net.names, world.outside.names = dict(names), dict(names)
    await world.serve_datagrams(*RESOLVER, resolver({"site.test": [SITE, "2001:db8::10"]}))
    await world.serve("192.0.2.53", 443, secure(good_server("doh.test"), doh({"site.test": [SITE]})))
    helper = Helper(world.outside, HelperConfig(client_context(), lab=True, patience=HURRY))
    await world.serve("192.0.2.90", 8080, helper.serve)
    world.net.streams["2001:db8::10", 443] = OSError(101, "unreachable")


async def good(world):
    await world.serve(SITE, 443, secure(good_server("site.test"), page()))


async def redirected(world):
    await world.serve(SITE, 80, page(b"", "302 Found", ("Location: https://site.test/x", "Server: caf\u00e9")))
    await good(world)


async def binary(world):
    await world.serve(SITE, 80, page(b"\xff\xfe"))


async def cut(world):
    await world.serve(SITE, 80, answer(b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\nbegin"))


async def no_page(world):
    await world.serve(SITE, 80, reset)


async def no_name(world):
    world.net.names["site.test"] = LookupProblem.NO_SUCH_NAME


async def false_name(world):
    world.net.names["site.test"] = [FALSE]
    await world.serve(FALSE, 443, secure(bad_server("self-signed"), page()))
    await good(world)


async def two_answers(world):
    async def forge(data, send):
        send(reply(data, {"site.test": [FALSE]}))
        send(reply(data, {"site.test": [SITE]}))

    await world.serve_flow(*RESOLVER, forge)
    await good(world)


async def silence(world):
    await world.serve(SITE, 443, keep_silent)


SCENES = {
    "good": ("https", good),
    "redirected": ("http", redirected),
    "binary": ("http", binary),
    "cut": ("http", cut),
    "no page": ("http", no_page),
    "no name": ("https", no_name),
    "false name": ("https", false_name),
    "two answers": ("https", two_answers),
    "silence": ("https", silence),
    "nothing": ("http", None),
}


@functools.cache
def make_line(name):
    """Return the line of a measurement, made once."""
    found = []

    @run
    async def play(world):
        scheme, scene = SCENES[name]
        await prepare(world)
        if scene:
            await scene(world)
        config = make_config(resolver=RESOLVER, doh="https://doh.test/dns-query", helper="http://192.0.2.90:8080/")
        found.append((await measure(world.net, f"{scheme}://site.test/", config)).encode())

    play()
    return found[0]
