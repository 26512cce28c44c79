"""The test helper: what it tells, what it refuses, and that it reaches nothing but the public internet."""

import json

import msgspec
import pytest

from netglass.probe.control import ControlResponse
from netglass.probe.helper import REQUEST_BYTES, Helper, HelperConfig
from netglass.probe.rate import RateLimit
from netglass.wire.net import LookupProblem
from tests.probe.world import (
    HURRY,
    bad_server,
    client_context,
    good_server,
    keep_silent,
    page,
    read_request,
    reset,
    run,
    secure,
)

SITE, PUBLIC, HELPER = "192.0.2.10", "93.184.216.34", ("192.0.2.90", 8080)


async def add_helper(world, **changes):
    config = HelperConfig(**{"context": client_context(), "lab": True, "patience": HURRY} | changes)
    await world.serve(*HELPER, Helper(world.net, config).serve)


async def send(world, data):
    """Send bytes to the helper and return status and body of the answer."""
    stream = await world.net.connect(*HELPER)
    await stream.write(data)
    received = b""
    while data := await stream.read():
        received += data
    stream.close()
    head, _, body = received.partition(b"\r\n\r\n")
    return int(head.split()[1]) if head else 0, body


async def ask(world, url, endpoints=(), **more):
    body = json.dumps(
        {"http_request": url, "http_request_headers": {}, "tcp_connect": list(endpoints), **more}
    ).encode()
    status, answer = await send(
        world, b"POST / HTTP/1.1\r\nConnection: close\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body)
    )
    assert status == 200, answer
    return msgspec.json.decode(answer, type=ControlResponse)


@run
async def test_it_tells_what_it_sees(world):
    world.net.names = {"site.test": [SITE]}
    await world.serve(SITE, 443, secure(good_server("site.test"), page()))
    await add_helper(world)
    control = await ask(world, "https://site.test/", [f"{SITE}:443", "192.0.2.66:443", "192.0.2.66:80"])
    assert control.dns.addrs == [SITE]
    assert {key: item.failure for key, item in control.tcp_connect.items()} == {
        f"{SITE}:443": None,
        "192.0.2.66:443": "connection_refused_error",
        "192.0.2.66:80": "connection_refused_error",
        f"{SITE}:80": "connection_refused_error",
    }
    assert [(item.server_name, item.status) for item in control.tls_handshake.values()] == [("site.test", True)]
    body = control.http_request
    assert (body.status_code, body.title, body.body_length) == (200, "Welcome here", 32)
    assert control.ip_info[SITE].flags == 10
    assert control.ip_info["192.0.2.66"].flags == 1


@pytest.mark.parametrize(
    ("service", "page_failure", "tls_failure"),
    [
        ("expired", "unknown_error", "ssl_invalid_certificate"),
        ("wrong name", "unknown_error", "ssl_invalid_hostname"),
        (keep_silent, "generic_timeout_error", "generic_timeout_error"),
        (reset, "unknown_error", "connection_reset"),
    ],
)
@run
async def test_it_tells_how_a_site_fails(world, service, page_failure, tls_failure):
    world.net.names = {"site.test": [SITE]}
    await world.serve(SITE, 443, secure(bad_server(service), page()) if isinstance(service, str) else service)
    await add_helper(world)
    control = await ask(world, "https://site.test/")
    assert control.tls_handshake[f"{SITE}:443"].failure == tls_failure
    failed = control.http_request
    assert (failed.failure, failed.status_code, failed.body_length) == (page_failure, -1, -1)


@pytest.mark.parametrize(
    ("problem", "dns", "page_failure"),
    [
        (LookupProblem.NO_SUCH_NAME, "dns_name_error", "dns_lookup_error"),
        (LookupProblem.NO_ADDRESS, None, "dns_lookup_error"),
        (LookupProblem.TRY_AGAIN, "dns_server_failure", "dns_lookup_error"),
    ],
)
@run
async def test_it_tells_how_a_name_fails(world, problem, dns, page_failure):
    world.net.names = {"site.test": problem}
    await add_helper(world)
    control = await ask(world, "https://site.test/")
    assert (control.dns.failure, control.dns.addrs, control.http_request.failure) == (dns, [], page_failure)


@run
async def test_it_sends_the_fields_of_the_client_and_no_others(world):
    heads = []

    async def serve(stream):
        heads.append(await read_request(stream))
        await stream.write(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")

    world.net.names = {"site.test": [SITE]}
    await world.serve(SITE, 80, serve)
    await add_helper(world)
    fields = {"User-Agent": ["mine"], "Accept": ["a\r\nX-Evil: 1"], "X-Other": ["1"], "Host": ["evil.test"]}
    await ask(world, "http://site.test/", http_request_headers=fields)
    sent = dict(heads[-1].fields)
    assert (sent["User-Agent"], sent["Host"]) == ("mine", "site.test")
    assert not {"X-Other", "X-Evil"} & sent.keys()


@run
async def test_forbidden_addresses_are_not_reached_by_url_endpoint_or_name(world):
    world.net.names = {"inside.test": ["10.0.0.7", "127.0.0.1"]}
    await world.serve("10.0.0.7", 80, page())
    await add_helper(world, lab=False)
    world.net.used.clear()
    for url in ("http://10.0.0.7/", "http://inside.test/", "http://[::1]/", "http://169.254.169.254/latest/meta-data"):
        control = await ask(world, url, ["10.0.0.7:80", "127.0.0.1:80", "[fd00::1]:80", f"{PUBLIC}:25", "nonsense"])
        assert not any(item.status for item in control.tcp_connect.values())
        assert control.http_request.failure
        assert "10.0.0.7" not in (control.dns.addrs or []) or "10.0.0.7" in url
    assert {entry for entry in world.net.used if isinstance(entry, tuple)} <= {HELPER}


@run
async def test_forbidden_addresses_are_not_reached_by_redirect(world):
    world.net.names = {"site.test": [PUBLIC], "inside.test": ["10.0.0.7"]}
    await world.serve("10.0.0.7", 80, page())
    await add_helper(world, lab=False)
    for location in ("http://10.0.0.7/", "http://inside.test/", "http://[::ffff:10.0.0.7]/"):
        await world.serve(PUBLIC, 80, page(b"", "302 Found", (f"Location: {location}",)))
        control = await ask(world, "http://site.test/")
        assert control.http_request.failure in ("unknown_error", "dns_lookup_error")
    assert ("10.0.0.7", 80) not in world.net.used


@run
async def test_a_name_that_answers_otherwise_the_second_time_gains_nothing(world):
    answers = iter([[PUBLIC], ["10.0.0.7"], ["10.0.0.7"]])
    asked = []

    async def resolve(name):
        asked.append(name)
        return next(answers)

    await world.serve("10.0.0.7", 80, page())
    await world.serve(PUBLIC, 80, page())
    await add_helper(world, lab=False)
    world.net.resolve = resolve
    control = await ask(world, "http://rebind.test/")
    assert control.http_request.status_code == 200
    assert asked == ["rebind.test"]
    await ask(world, "http://rebind.test/")
    assert ("10.0.0.7", 80) not in world.net.used


@pytest.mark.parametrize(
    ("data", "status"),
    [
        (b"GET / HTTP/1.1\r\n\r\n", 405),
        (b"nonsense\r\n\r\n", 400),
        (b"POST / HTTP/1.1\r\n\r\n", 400),
        (b"POST / HTTP/1.1\r\nContent-Length: %d\r\n\r\n" % (REQUEST_BYTES + 1), 400),
        (b"POST / HTTP/1.1\r\nContent-Length: 2\r\n\r\n{}", 400),
        (b"POST / HTTP/1.1\r\nContent-Length: 3\r\n\r\nxyz", 400),
        (b'POST / HTTP/1.1\r\nContent-Length: 24\r\n\r\n{"http_request":"file:/"}', 400),
    ],
)
@run
async def test_what_is_no_control_request_is_refused(world, data, status):
    await add_helper(world)
    assert (await send(world, data))[0] == status


@run
async def test_a_client_that_asks_too_often_is_sent_away(world):
    await add_helper(world, per_minute=2)
    world.net.names = {}
    await ask(world, "http://site.test/")
    await ask(world, "http://site.test/")
    with pytest.raises(AssertionError, match="too many"):
        await ask(world, "http://site.test/")


@run
async def test_too_many_at_once_are_sent_away(world):
    await add_helper(world, most_at_once=0)
    with pytest.raises(AssertionError, match="too much"):
        await ask(world, "http://site.test/")


@run
async def test_an_answer_serves_again_where_that_is_wanted(world):
    world.net.names = {"site.test": [SITE]}
    await world.serve(SITE, 80, page())
    await add_helper(world, cache_seconds=60)
    first = await ask(world, "http://site.test/")
    used = len(world.net.used)
    assert await ask(world, "http://site.test/") == first
    assert len(world.net.used) == used + 1


@run
async def test_it_serves_https_where_it_has_a_certificate(world):
    from netglass.probe.web_connectivity import measure
    from tests.probe.world import make_config

    world.net.names = {"site.test": [SITE], "helper.test": [HELPER[0]]}
    await world.serve(SITE, 443, secure(good_server("site.test"), page()))
    await add_helper(world, secure=good_server("helper.test"))
    keys = (await measure(world.net, "https://site.test/", make_config(helper="https://helper.test:8080/"))).test_keys
    assert keys.control_failure is None
    assert keys.control.http_request.status_code == 200


def test_a_limit_lets_clients_ask_again_after_a_while() -> None:
    limit = RateLimit(per_minute=2)
    assert [limit.allows("192.0.2.1", now) for now in (0, 0, 0, 29, 31, 32)] == [True, True, False, False, True, False]
    assert limit.allows("192.0.2.2", 32)


def test_a_network_of_ipv6_is_one_client_and_few_are_remembered() -> None:
    limit = RateLimit(per_minute=1, most_clients=2)
    assert limit.allows("2001:db8::1", 0)
    assert not limit.allows("2001:db8::2", 0)
    assert limit.allows("192.0.2.1", 0)
    assert limit.allows("192.0.2.2", 0)
    assert limit.allows("2001:db8::1", 0)


def test_nothing_of_a_client_is_written(capfd, tmp_path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)

    @run
    async def play(world):
        await add_helper(world)
        await ask(world, "http://site.test/")
        await send(world, b"nonsense\r\n\r\n")

    play()
    assert capfd.readouterr() == ("", "")
    assert list(tmp_path.iterdir()) == []
