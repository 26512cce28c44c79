"""Single steps: a lookup, a connect, a handshake, for lists of servers."""

import json

import pytest

from netglass.probe.config import Vantage
from netglass.probe.plan import describe_packets
from netglass.probe.url_list import list_urls
from netglass.probe.urlgetter import measure_step
from netglass.refdata import load_refdata
from netglass.source.ooni.record import decode_record
from netglass.source.ooni.row import Record, Rows
from netglass.vocab.error import UsageError
from netglass.wire.net import Endpoint, LookupProblem
from tests.probe.world import bad_server, good_server, make_config, page, resolver, run, secure

SITE, SECOND, RESOLVER = "192.0.2.10", "192.0.2.11", Endpoint("192.0.2.8", 53)


@pytest.mark.parametrize(
    ("url", "service", "operation", "failure"),
    [
        ("tcpconnect://site.test:5222", page(), None, None),
        ("tcpconnect://site.test:5223", None, "connect", "connection_refused"),
        ("tcpconnect://gone.test:5222", None, "resolve", "dns_nxdomain_error"),
        (f"tcpconnect://{SITE}:5222", page(), None, None),
        ("tlshandshake://site.test:5222", secure(good_server("site.test"), page()), None, None),
        (
            "tlshandshake://site.test:5222",
            secure(bad_server("expired"), page()),
            "tls_handshake",
            "ssl_invalid_certificate",
        ),
        ("tlshandshake://site.test:5223", None, "connect", "connection_refused"),
        ("dnslookup://site.test", None, None, None),
        ("dnslookup://gone.test", None, "resolve", "dns_nxdomain_error"),
    ],
)
@run
async def test_a_step_ends_in(world, url, service, operation, failure):
    world.net.names = {"site.test": [SITE], "gone.test": LookupProblem.NO_SUCH_NAME}
    await world.serve_datagrams(*RESOLVER, resolver({"site.test": [SITE]}))
    if service:
        await world.serve(SITE, 5222, service)
    measurement = await measure_step(world.net, url, make_config(resolver=RESOLVER))
    keys = measurement.test_keys
    assert (keys.failed_operation, keys.failure) == (operation, failure)
    assert measurement.report_id.startswith("20260302T052000Z_urlgetter_")
    assert {query.engine for query in keys.queries} == (
        {"getaddrinfo", "udp"} if "dns" in url else set() if SITE in url else {"getaddrinfo"}
    )
    line = measurement.encode()
    decoded = decode_record(Record(line, "probe.jsonl", 1, 0, len(line)), load_refdata(None))
    assert isinstance(decoded, Rows)
    assert len(decoded.tables["tcp"]) == len(keys.tcp_connect)
    assert len(decoded.tables["tls"]) == len(keys.tls_handshakes)


@run
async def test_every_address_is_tried_and_one_that_works_is_enough(world):
    world.net.names = {"site.test": [SECOND, SITE]}
    await world.serve(SITE, 443, page())
    keys = (await measure_step(world.net, "tcpconnect://site.test:443", make_config())).test_keys
    assert {item.ip: item.status.failure for item in keys.tcp_connect} == {SECOND: "connection_refused", SITE: None}
    assert keys.failure is None


@pytest.mark.parametrize(
    "url",
    [
        "tcpconnect://site.test",
        "tlshandshake://site.test:443/x",
        "dnslookup://site.test:53",
        "dnslookup://192.0.2.1",
        "tcpconnect://:1",
    ],
)
def test_what_names_no_step_is_refused(url: str) -> None:
    with pytest.raises(UsageError, match="write"):
        list_urls([url])


def test_a_plan_of_a_step_names_who_is_asked() -> None:
    config = make_config(vantage=Vantage(), resolver=RESOLVER)
    assert "TLS" in "".join(describe_packets("tlshandshake://site.test:443", config))
    assert "192.0.2.8:53" in "".join(describe_packets("dnslookup://site.test", config))
    assert len(list(describe_packets(f"tcpconnect://{SITE}:443", config))) == 1


@run
async def test_pages_and_steps_go_into_one_run(world, tmp_path):
    from netglass.probe.consent import Permit, hash_url
    from netglass.probe.run import RunFolder, run_urls

    world.net.names = {"site.test": [SITE]}
    urls = ["http://site.test/", "tcpconnect://site.test:80"]
    await run_urls(world.net, urls, make_config(), RunFolder(tmp_path), Permit(frozenset(map(hash_url, urls))))
    tests = {json.loads(line)["test_name"] for line in (tmp_path / "measurements.jsonl").read_bytes().splitlines()}
    assert tests == {"web_connectivity", "urlgetter"}
