"""Each symptom of a step gives OONI's string for it, exactly."""

import pytest

from netglass.probe.failure import StepFailed
from netglass.probe.web_connectivity import measure
from netglass.vocab.failure import OUTCOMES, Outcome
from netglass.wire.net import LookupProblem
from tests.probe.world import (
    answer,
    bad_server,
    end,
    good_server,
    keep_silent,
    make_config,
    page,
    reset,
    run,
    secure,
)

SITE = "192.0.2.10"
LENGTH = b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nbegin"


async def alert(stream):
    await stream.read()
    await stream.write(b"\x15\x03\x03\x00\x02\x02\x28")


HANDSHAKES = {
    "connection_reset": reset,
    "eof_error": end,
    "generic_timeout_error": keep_silent,
    "ssl_failed_handshake": alert,
    "ssl_unknown_authority": "self-signed",
    "ssl_invalid_certificate": "expired",
    "ssl_invalid_hostname": "wrong name",
}


@pytest.mark.parametrize("failure", HANDSHAKES)
@run
async def test_a_handshake_fails_with(world, failure):
    service = HANDSHAKES[failure]
    world.net.names = {"site.test": [SITE]}
    await world.serve(SITE, 443, secure(bad_server(service), page()) if isinstance(service, str) else service)
    keys = (await measure(world.net, "https://site.test/", make_config())).test_keys
    (handshake,) = keys.tls_handshakes
    assert handshake.failure == failure == keys.http_experiment_failure
    assert keys.tcp_connect[0].status.success
    assert bool(handshake.peer_certificates) == isinstance(service, str)
    assert (handshake.tls_version, handshake.cipher_suite) == ("", "")
    assert keys.requests == []


@pytest.mark.parametrize(
    ("kind", "failure"), [("early", "ssl_invalid_certificate"), ("unknown authority", "ssl_unknown_authority")]
)
@run
async def test_a_certificate_fails_with(world, kind, failure):
    world.net.names = {"site.test": [SITE]}
    await world.serve(SITE, 443, secure(bad_server(kind), page()))
    keys = (await measure(world.net, "https://site.test/", make_config())).test_keys
    assert [item.failure for item in keys.tls_handshakes] == [failure]


@run
async def test_a_wrong_clock_of_the_machine_makes_a_good_certificate_invalid(world):
    world.net.names = {"site.test": [SITE]}
    world.net.now = world.net.now.replace(year=2031)
    await world.serve(SITE, 443, secure(good_server("site.test"), page()))
    keys = (await measure(world.net, "https://site.test/", make_config())).test_keys
    assert [item.failure for item in keys.tls_handshakes] == ["ssl_invalid_certificate"]


@pytest.mark.parametrize(
    ("service", "failure", "status"),
    [
        (reset, "connection_reset", 0),
        (end, "eof_error", 0),
        (keep_silent, "generic_timeout_error", 0),
        (answer(LENGTH), "eof_error", 200),
        (answer(b"SSH-2.0-x\r\n\r\n"), "unknown_failure: http: malformed HTTP response", 0),
    ],
)
@pytest.mark.parametrize("scheme", ["http", "https"])
@run
async def test_a_request_fails_with(world, scheme, service, failure, status):
    world.net.names = {"site.test": [SITE]}
    if scheme == "https":
        await world.serve(SITE, 443, secure(good_server("site.test"), service))
    else:
        await world.serve(SITE, 80, service)
    keys = (await measure(world.net, f"{scheme}://site.test/", make_config())).test_keys
    assert [(item.failure, item.response.code) for item in keys.requests] == [(failure, status)]
    assert keys.http_experiment_failure == failure


@pytest.mark.parametrize(
    ("problem", "failure"),
    [
        (ConnectionRefusedError(111, ""), "connection_refused"),
        (OSError(113, ""), "host_unreachable"),
        (OSError(101, ""), "network_unreachable"),
        (TimeoutError(110, ""), "generic_timeout_error"),
        (ConnectionResetError(104, ""), "connection_reset"),
        (OSError(99, ""), "address_not_available"),
        (OSError(9999, "odd"), "unknown_failure: [Errno 9999] odd"),
    ],
)
@run
async def test_a_connect_fails_with(world, problem, failure):
    world.net.names = {"site.test": [SITE]}
    world.net.streams[SITE, 443] = problem
    keys = (await measure(world.net, "https://site.test/", make_config())).test_keys
    assert [item.status.failure for item in keys.tcp_connect] == [failure]
    assert keys.tls_handshakes == []


@pytest.mark.parametrize(
    ("problem", "failure"),
    [
        (LookupProblem.NO_SUCH_NAME, "dns_nxdomain_error"),
        (LookupProblem.NO_ADDRESS, "dns_no_answer"),
        (LookupProblem.TRY_AGAIN, "dns_temporary_failure"),
        (LookupProblem.FAILED, "dns_non_recoverable_failure"),
    ],
)
@run
async def test_a_lookup_fails_with(world, problem, failure):
    world.net.names = {"site.test": problem}
    keys = (await measure(world.net, "https://site.test/", make_config())).test_keys
    assert [item.failure for item in keys.queries] == [failure]
    assert keys.dns_experiment_failure == failure == keys.http_experiment_failure
    assert OUTCOMES[failure] is not Outcome.OTHER


def test_a_failed_step_tells_why() -> None:
    assert StepFailed("eof_error").failure == "eof_error"
