"""Connections to helper and resolver stand open between measurements, and those to pages never do."""

import asyncio

from netglass.probe.helper import Helper, HelperConfig
from netglass.probe.pool import Pool
from netglass.probe.web_connectivity import measure
from tests.probe.scene import SITE, prepare
from tests.probe.world import (
    HURRY,
    answer,
    client_context,
    doh,
    good_server,
    make_config,
    page,
    run,
    secure,
)

DOH, HELPER = ("192.0.2.53", 443), ("192.0.2.90", 8080)
URL = "https://site.test/"


def make_pooled(**changes):
    return make_config(doh="https://doh.test/dns-query", helper="http://192.0.2.90:8080/", pool=Pool(), **changes)


async def serve_all(world):
    await prepare(world)
    await world.serve(SITE, 443, secure(good_server("site.test"), page()))


def list_failures(measurement):
    keys = measurement.test_keys
    failures = {query.failure for query in keys.queries if query.engine == "doh"} - {"dns_no_answer"}
    return failures | {keys.control_failure, keys.http_experiment_failure}


@run
async def test_the_second_measurement_asks_on_the_connections_of_the_first(world):
    await serve_all(world)
    config = make_pooled()
    first, second = [await measure(world.net, URL, config) for _ in range(2)]
    assert world.net.used.count(DOH) == world.net.used.count(HELPER) == 1
    assert list_failures(first) == list_failures(second) == {None}
    steps = second.test_keys.x_doh
    assert (steps.tcp_connect, steps.tls_handshakes) == ([], [])
    assert [event.operation for event in steps.network_events if event.address] == ["write", "read"] * 2
    config.pool.close()


@run
async def test_every_measurement_connects_to_its_page(world):
    await serve_all(world)
    config = make_pooled()
    found = [await measure(world.net, URL, config) for _ in range(2)]
    assert world.net.used.count((SITE, 443)) == 2
    assert [len(item.test_keys.tls_handshakes) for item in found] == [1, 1]
    config.pool.close()


@run
async def test_without_a_pool_no_connection_outlives_its_measurement(world):
    await serve_all(world)
    config = make_config(doh="https://doh.test/dns-query", helper="http://192.0.2.90:8080/")
    for _ in range(2):
        await measure(world.net, URL, config)
    assert world.net.used.count(DOH) == world.net.used.count(HELPER) == 2


@run
async def test_a_connection_that_ended_meanwhile_is_made_anew(world):
    await serve_all(world)
    serving = []

    async def serve(stream):
        serving.append(asyncio.ensure_future(doh({"site.test": [SITE]})(stream)))
        await asyncio.wait(serving)

    await world.serve(*DOH, secure(good_server("doh.test"), serve))
    config = make_pooled()
    await measure(world.net, URL, config)
    serving.pop().cancel()
    second = await measure(world.net, URL, config)
    assert world.net.used.count(DOH) == 2
    assert list_failures(second) == {None}
    assert [item.failure for item in second.test_keys.x_doh.tls_handshakes] == [None]
    config.pool.close()


@run
async def test_a_connection_that_the_server_closes_is_not_kept(world):
    await serve_all(world)
    told = b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\n{}"
    await world.serve(*HELPER, answer(told))
    config = make_pooled()
    for _ in range(2):
        assert (await measure(world.net, URL, config)).test_keys.control_failure is None
    assert world.net.used.count(HELPER) == 2
    config.pool.close()


@run
async def test_a_helper_serves_one_request_after_the_other(world):
    await world.serve(*HELPER, Helper(world.outside, HelperConfig(client_context(), lab=True, patience=HURRY)).serve)
    stream = await world.net.connect(*HELPER)
    body = b'{"http_request": "http://192.0.2.77/"}'
    asked = b"POST / HTTP/1.1\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body)
    await stream.write(asked * 2)
    received = b""
    while received.count(b"HTTP/1.1 200 OK") < 2:
        received += await stream.read()
    await stream.write(b"GET / HTTP/1.1\r\n\r\n")
    while data := await stream.read():
        received += data
    assert received.count(b"Connection: close") == received.count(b"405 Method Not Allowed") == 1
    stream.close()
