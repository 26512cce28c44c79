import pytest
from hypothesis import given
from hypothesis import strategies as st

from netglass.vocab.error import UsageError
from netglass.wire.http_head import (
    HEAD_BYTES,
    RequestHead,
    RequestHeadReader,
    ResponseHead,
    build_request_head,
    build_response_head,
    find_head_end,
    get_field,
    parse_request_head,
    parse_response_head,
)
from netglass.wire.progress import Progress
from tests.wire.strategy import broken, pieces

HEAD = b"GET /a?b=c HTTP/1.1\r\nHost: www.example.test\r\nAccept: */*\r\nX-Empty:\r\n\r\n"
REQUEST = RequestHead("GET", "/a?b=c", (("Host", "www.example.test"), ("Accept", "*/*"), ("X-Empty", "")))
PAGE = b"HTTP/1.1 403 Forbidden\r\nServer: filter\r\n\r\n"

TOKENS = st.text("abcXYZ-09", min_size=1, max_size=8)
TEXTS = st.text(st.characters(min_codepoint=0x20, max_codepoint=0xFF), max_size=20).map(lambda text: text.strip(" \t"))
TARGETS = st.text(
    st.characters(min_codepoint=0x21, max_codepoint=0xFF, exclude_characters="\x7f"), min_size=1, max_size=20
)
FIELDS = st.lists(st.tuples(TOKENS, TEXTS), max_size=4).map(tuple)


def read(parts: list[bytes]) -> RequestHeadReader:
    """Return a reader that was fed all parts."""
    reader = RequestHeadReader()
    for part in parts:
        reader.feed(part)
    return reader


@given(broken(HEAD, PAGE))
def test_no_bytes_break_parsers_and_reader(data):
    parse_response_head(data)
    for request in (parse_request_head(data), read([data]).head):
        assert request is None or request.host is None or isinstance(request.host, str)


@given(st.builds(RequestHead, TOKENS, TARGETS, FIELDS, st.sampled_from(("HTTP/1.0", "HTTP/1.1"))))
def test_a_built_request_is_read_back(request_):
    assert parse_request_head(build_request_head(request_)) == request_


@given(st.builds(ResponseHead, st.integers(100, 999), FIELDS, TEXTS))
def test_a_built_response_is_read_back(response):
    assert parse_response_head(build_response_head(response)) == response


def test_a_known_request_and_response():
    assert parse_request_head(HEAD) == REQUEST
    assert build_request_head(REQUEST) == HEAD.replace(b"X-Empty:", b"X-Empty: ")
    assert parse_response_head(PAGE) == ResponseHead(403, (("Server", "filter"),), "Forbidden")
    assert build_response_head(ResponseHead(403, (("Server", "filter"),), "Forbidden")) == PAGE


@pytest.mark.parametrize("cut", range(1, len(HEAD)))
def test_it_may_be_cut_at_every_byte(cut):
    reader = RequestHeadReader()
    assert reader.feed(HEAD[:cut]) is Progress.MORE
    assert reader.feed(HEAD[cut:] + b"body") is Progress.DONE
    assert reader.head == REQUEST


@given(st.data())
def test_it_may_be_cut_into_any_pieces(data):
    assert read(data.draw(pieces(HEAD))).head == REQUEST
    assert read([bytes([byte]) for byte in HEAD]).head == REQUEST


def test_reading_is_as_tolerant_as_servers_are():
    request = parse_request_head(b"GET / HTTP/1.1\nHOST:\t a.test \t\nX: one\r\n  two\n\tthree\r\n\n")
    assert request is not None
    assert request.host == "a.test"
    assert get_field(request.fields, "x") == "one two three"
    assert read([b"\r\n", b"\n", HEAD]).head == REQUEST
    assert read([b"GET / HTTP/1.1\n\n"]).progress is Progress.DONE


@pytest.mark.parametrize(
    ("method", "target", "host"),
    [
        ("GET", "/", "field.test"),
        ("GET", "http://user:secret@target.test:8080/path", "target.test:8080"),
        ("GET", "http://target.test?x@y", "target.test"),
        ("CONNECT", "target.test:443", "target.test:443"),
        ("OPTIONS", "*", "field.test"),
    ],
)
def test_where_the_host_stands(method, target, host):
    assert RequestHead(method, target, (("hOsT", "field.test"),)).host == host
    assert RequestHead("GET", "/", ()).host is None


@pytest.mark.parametrize(
    "head",
    [
        b"GET /\r\n\r\n",
        b"GET  / HTTP/1.1\r\n\r\n",
        b"GET / HTTP/1.1 \r\n\r\n",
        b"GET / HTTP/1.1\r\nHost : a.test\r\n\r\n",
        b"GET / HTTP/1.1\r\n folded\r\n\r\n",
        b"GET / HTTP/1.1\r\nno field\r\n\r\n",
        b"G(T / HTTP/1.1\r\n\r\n",
    ],
)
def test_what_is_no_head(head):
    assert parse_request_head(head) is None
    assert read([head]).progress is Progress.OTHER


@pytest.mark.parametrize("stream", [b"\x16\3\1", b"GET\t", b" GET", b"A" * 200])
def test_what_can_become_no_request_is_given_up_at_once(stream):
    assert read([stream]).progress is Progress.OTHER
    assert read([stream, HEAD]).head is None


def test_the_head_is_bounded():
    reader = RequestHeadReader()
    reader.feed(b"GET / HTTP/1.1\r\n")
    fed = 0
    while reader.feed(b"X: " + b"y" * 997) is Progress.MORE:
        fed += 1000
    assert HEAD_BYTES - 1000 < fed <= HEAD_BYTES


def test_long_runs_of_spaces_take_no_long_time():
    value = " " * 60_000 + "x"
    request = parse_request_head(b"GET / HTTP/1.1\r\nX: " + value.encode() + b"\r\n\r\n")
    assert request is not None
    assert get_field(request.fields, "X") == "x"


def test_the_end_of_a_head_is_found_at_either_kind_of_line():
    assert find_head_end(PAGE + b"<html>") == len(PAGE)
    assert find_head_end(b"HTTP/1.1 200\n\nx") == 14
    assert find_head_end(PAGE[:-1]) is None


@pytest.mark.parametrize("value", ["a\r\nb", "a\nb", "a\0b", "a\rb", "\u0100"])
def test_a_value_that_would_break_the_head_is_refused(value):
    for build in (
        lambda: build_request_head(RequestHead("GET", "/", (("X", value),))),
        lambda: build_response_head(ResponseHead(200, (("X", value),))),
    ):
        with pytest.raises(UsageError):
            build()
