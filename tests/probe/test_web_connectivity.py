"""Which endpoints are tried, which one gives the page, and what the steps are called."""

import json

import pytest

from netglass.probe.helper import Helper, HelperConfig
from netglass.probe.web_connectivity import measure
from netglass.vocab.error import UsageError
from netglass.wire.net import Endpoint, LookupProblem
from tests.probe.world import (
    HURRY,
    client_context,
    end,
    good_server,
    keep_silent,
    make_config,
    page,
    resolver,
    run,
    secure,
)

SITE, SECOND, FALSE = "192.0.2.10", "192.0.2.11", "192.0.2.66"
HELPER = ("192.0.2.90", 8080)
RESOLVER = Endpoint("192.0.2.8", 53)


async def add_helper(world):
    """Let a helper stand where it sees the true addresses."""
    helper = Helper(world.outside, HelperConfig(client_context(), lab=True, patience=HURRY))
    await world.serve(*HELPER, helper.serve)


def with_helper(**changes):
    return make_config(helper="http://192.0.2.90:8080/", **changes)


async def measure_keys(world, url, config=None):
    return (await measure(world.net, url, config or with_helper())).test_keys


@run
async def test_the_first_good_address_of_the_system_gives_the_page(world):
    world.net.names = {"site.test": [FALSE, SITE, SECOND]}
    for address in (SITE, SECOND):
        await world.serve(address, 443, secure(good_server("site.test"), page()))
    keys = await measure_keys(world, "https://site.test/", make_config())
    assert [item.address for item in keys.requests] in ([f"{SITE}:443"], [f"{SECOND}:443"])
    assert {item.ip: item.status.failure for item in keys.tcp_connect} == {
        FALSE: "connection_refused",
        SITE: None,
        SECOND: None,
    }
    assert len(keys.tls_handshakes) == 2
    assert all(item.tags == ("classic", "tcptls_experiment", "depth=0", "fetch_body=true") for item in keys.tcp_connect)
    assert len({item.transaction_id for item in keys.tcp_connect}) == 3


@run
async def test_one_that_works_is_not_kept_waiting_by_one_that_does_not(world):
    world.net.names = {"site.test": [FALSE, SITE]}
    await world.serve(FALSE, 443, keep_silent)
    await world.serve(SITE, 443, secure(good_server("site.test"), page()))
    keys = await measure_keys(world, "https://site.test/", make_config())
    assert keys.requests[0].t < HURRY.handshake / 2
    assert sorted(str(item.failure) for item in keys.tls_handshakes) == ["None", "generic_timeout_error"]


@run
async def test_a_page_in_clear_is_also_asked_for_its_certificate(world):
    world.net.names = {"site.test": [SITE]}
    await world.serve(SITE, 80, page())
    await world.serve(SITE, 443, secure(good_server("site.test"), page()))
    keys = await measure_keys(world, "http://site.test/", make_config())
    assert [(item.port, item.tags[-1]) for item in sorted(keys.tcp_connect, key=lambda item: item.port)] == [
        (80, "fetch_body=true"),
        (443, "fetch_body=false"),
    ]
    assert [item.address for item in keys.requests] == [f"{SITE}:80"]


@pytest.mark.parametrize(
    ("url", "ports"),
    [("http://site.test:8080/", {8080}), ("https://site.test:8443/", {8443}), (f"http://{SITE}/", {80})],
)
@run
async def test_a_written_port_or_address_is_tried_alone(world, url, ports):
    world.net.names = {"site.test": [SITE]}
    keys = await measure_keys(world, url, make_config())
    assert {item.port for item in keys.tcp_connect} == ports
    assert bool(keys.queries) == ("site" in url)


@run
async def test_an_address_that_only_another_resolver_knows_is_not_classic(world):
    world.net.names = {"site.test": [FALSE]}
    await world.serve_datagrams(*RESOLVER, resolver({"site.test": [SITE]}))
    await world.serve(SITE, 443, secure(good_server("site.test"), page()))
    keys = await measure_keys(world, "https://site.test/", make_config(resolver=RESOLVER))
    assert [item.address for item in keys.requests] == [f"{SITE}:443"]
    assert keys.requests[0].tags == ("tcptls_experiment", "depth=0", "fetch_body=true")
    assert keys.http_experiment_failure is None


@run
async def test_an_address_that_only_the_helper_knows_is_tried_last(world):
    world.net.names = {"site.test": LookupProblem.NO_SUCH_NAME}
    world.outside.names = {"site.test": [SITE]}
    await world.serve(SITE, 443, secure(good_server("site.test"), page()))
    await add_helper(world)
    keys = await measure_keys(world, "https://site.test/")
    assert [item.address for item in keys.requests] == [f"{SITE}:443"]
    assert keys.dns_experiment_failure == "dns_nxdomain_error"
    assert keys.dns_consistency == "inconsistent"


@run
async def test_the_helper_is_asked_about_every_address_at_both_ports(world):
    world.net.names = world.outside.names = {"site.test": [SITE, "2001:db8::9"]}
    await world.serve(SITE, 443, secure(good_server("site.test"), page()))
    await add_helper(world)
    keys = await measure_keys(world, "https://site.test/")
    assert keys.x_control_request.tcp_connect == [
        f"{SITE}:443",
        f"{SITE}:80",
        "[2001:db8::9]:443",
        "[2001:db8::9]:80",
    ]
    control = keys.control
    assert control.tcp_connect[f"{SITE}:443"].status
    assert control.tcp_connect["[2001:db8::9]:443"].failure == "connection_refused_error"
    assert control.tls_handshake[f"{SITE}:443"].status
    assert control.http_request.status_code == 200
    assert (keys.blocking, keys.accessible, keys.dns_consistency) == (False, True, "consistent")


@pytest.mark.parametrize(
    ("service", "failure"),
    [(None, "connection_refused"), (end, "eof_error"), (page(b"{"), "json_parse_error")],
)
@run
async def test_without_the_helper_nothing_is_decided(world, service, failure):
    world.net.names = {"site.test": [SITE]}
    await world.serve(SITE, 80, page())
    if service:
        await world.serve(*HELPER, service)
    keys = await measure_keys(world, "http://site.test/")
    assert (keys.control, keys.control_failure) == (None, failure)
    assert (keys.blocking, keys.accessible, keys.dns_consistency) == (None, None, None)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "site.test",
        "ftp://site.test/",
        "http://",
        "http://site.test:99999/",
        "http://site.test:0/",
        "http://[::1/",
        "http://a b/",
        "http://-\x00/",
        "http://a..test/",
        f"http://{'a' * 64}.test/",
        "http://" + "a" * 9000,
    ],
)
@run
async def test_what_is_no_url_is_refused_before_anything_is_sent(world, url):
    with pytest.raises(UsageError):
        await measure(world.net, url, make_config())
    assert world.net.used == []


@run
async def test_the_record_never_holds_the_address_of_the_probe(world):
    world.net.names = {"site.test": [SITE]}
    await world.serve(SITE, 80, page())
    line = json.loads((await measure(world.net, "http://site.test/", make_config())).encode())
    assert line["probe_ip"] == "127.0.0.1"
    assert "127.0.0.1" not in json.dumps({**line, "probe_ip": ""})
