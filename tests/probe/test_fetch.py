"""Pages: how their bodies are cut, and how redirects are followed."""

import pytest

from netglass.probe.exchange import BODY_BYTES
from netglass.probe.record import Binary
from netglass.probe.web_connectivity import measure
from tests.probe.world import answer, good_server, make_config, page, read_request, run, secure

SITE = "192.0.2.10"


async def fetch(world, service, url="http://site.test/"):
    world.net.names.setdefault("site.test", [SITE])
    await world.serve(SITE, 80, service)
    return (await measure(world.net, url, make_config())).test_keys


@pytest.mark.parametrize(
    ("data", "body"),
    [
        (b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhellomore", "hello"),
        (b"HTTP/1.1 200 OK\r\n\r\nto the end", "to the end"),
        (
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n4;x=y\r\ndefg\r\n0\r\nT: 1\r\n\r\n",
            "abcdefg",
        ),
        (b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok", "ok"),
        (b"HTTP/1.1 204 No Content\r\n\r\n", ""),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", ""),
        (b"HTTP/1.1 200 OK\nContent-Length: 2\n\nok", "ok"),
    ],
)
@run
async def test_a_body_ends_where_its_head_says(world, data, body):
    keys = await fetch(world, answer(data))
    assert [(item.failure, item.response.body) for item in keys.requests] == [(None, body)]


@pytest.mark.parametrize(
    ("data", "failure"),
    [
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nabc", "eof_error"),
        (
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nabc",
            "unknown_failure: http: malformed chunked encoding",
        ),
        (b"HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\nabc", "unknown_failure: http: bad Content-Length '-1'"),
        (b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 20_000, "unknown_failure: http: the head of the answer is too long"),
    ],
)
@run
async def test_a_broken_answer_fails(world, data, failure):
    keys = await fetch(world, answer(data))
    assert [item.failure for item in keys.requests] == [failure]
    assert keys.http_experiment_failure == failure


@pytest.mark.parametrize("length", [True, False])
@run
async def test_a_long_body_is_cut(world, length):
    keys = await fetch(world, page(b"x" * (BODY_BYTES + 9), length=length))
    (transaction,) = keys.requests
    assert transaction.failure is None
    assert transaction.response.body_is_truncated
    assert len(transaction.response.body) == BODY_BYTES


@run
async def test_bytes_that_are_no_text_are_base64(world):
    keys = await fetch(world, page(b"\xff\xfe\x00"))
    assert keys.requests[0].response.body == Binary("//4A")


@run
async def test_header_values_are_kept_in_order(world):
    keys = await fetch(world, page(fields=("X-A: 1", "X-A: 2", "Server: caf\u00e9")))
    response = keys.requests[0].response
    assert response.headers_list[:3] == [("X-A", "1"), ("X-A", "2"), ("Server", "caf\u00e9")]
    assert response.headers["X-A"] == "1"


@run
async def test_redirects_are_followed_with_cookies_and_a_referer(world):
    asked = []

    async def serve(stream):
        head = await read_request(stream)
        asked.append((head.host, head.target, dict(head.fields)))
        if head.target == "/":
            lines = b"HTTP/1.1 302 Found\r\nLocation: //www.site.test/next?q=1#part\r\nSet-Cookie: id=7; Path=/; Domain=site.test\r\n"
            await stream.write(lines + b"Set-Cookie: own=1\r\nContent-Length: 0\r\n\r\n")
        else:
            await stream.write(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")

    world.net.names = {"www.site.test": [SITE]}
    keys = await fetch(world, serve)
    assert [(host, path) for host, path, _ in asked] == [("site.test", "/"), ("www.site.test", "/next?q=1")]
    assert asked[1][2]["Cookie"] == "id=7"
    assert asked[1][2]["Referer"] == "http://site.test/"
    assert [item.request.url for item in keys.requests] == ["http://www.site.test/next?q=1", "http://site.test/"]
    assert [item.tags for item in keys.requests] == [
        ("classic", "depth=1", "fetch_body=true"),
        ("classic", "tcptls_experiment", "depth=0", "fetch_body=true"),
    ]
    assert [item.transaction_id for item in keys.requests] == [40002, 40001]


@pytest.mark.parametrize(
    ("location", "failure", "requests"),
    [
        ("/", "unknown_failure: stopped after 10 redirects", 11),
        ("ftp://site.test/", "http_invalid_redirect_location_scheme", 1),
        ("http://bad_host..test/", "http_invalid_redirect_location_host", 1),
        ("http://[::1/", "http_invalid_redirect_location_host", 1),
    ],
)
@run
async def test_a_redirect_ends_at(world, location, failure, requests):
    keys = await fetch(world, page(b"", "301 Moved", (f"Location: {location}",)))
    assert keys.http_experiment_failure == failure
    assert len(keys.requests) == requests


@run
async def test_a_redirect_to_a_name_that_does_not_exist_fails_there(world):
    keys = await fetch(world, page(b"", "301 Moved", ("Location: https://gone.test/",)))
    assert keys.http_experiment_failure == "dns_nxdomain_error"
    assert keys.dns_experiment_failure is None
    assert [query.hostname for query in keys.queries] == ["site.test", "gone.test"]


@run
async def test_a_page_behind_an_odd_url_is_asked_for_in_ascii(world):
    paths = []

    async def serve(stream):
        head = await read_request(stream)
        paths.append((head.target, dict(head.fields)["Referer"]))
        await stream.write(b"HTTP/1.1 302 x\r\nLocation: /\xc3\xa9\r\nContent-Length: 0\r\n\r\n")

    await fetch(world, serve, "http://site.test/\u00e9")
    assert paths[0] == ("/%C3%A9", "")
    assert paths[1][1] == "http://site.test/%C3%A9"
    assert len(paths) == 11


@run
async def test_a_name_in_another_script_is_its_a_label(world):
    world.net.names = {"xn--bcher-kva.test": [SITE]}
    await world.serve(SITE, 443, secure(good_server("xn--bcher-kva.test"), page()))
    keys = (await measure(world.net, "https://b\u00fccher.test/", make_config())).test_keys
    assert [item.server_name for item in keys.tls_handshakes] == ["xn--bcher-kva.test"]
    assert keys.http_experiment_failure is None
