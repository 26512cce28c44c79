import pytest

from netglass.lab.censor import HttpRule, StreamAction
from netglass.lab.censor.http import build_ending, has_keyword, read_host
from netglass.wire.http_head import RequestHead, find_head_end, get_field, parse_response_head
from netglass.wire.tcp import ACK, FIN
from tests.lab.censor.playbook import Talk, make_request

NAMES = ("news.example",)
REQUEST = make_request("www.News.example")
RESETS = ["client<RST", "server<RST"]
PAGE = b"<title>Blocked</title>" + b"x" * 3000


def make_rule(action: StreamAction = StreamAction.RESET, **more):
    return HttpRule(**{"id": "http", "names": NAMES, "action": action} | more)


def read_page(pages: bytes):
    end = find_head_end(pages)
    assert end is not None
    head = parse_response_head(pages[:end])
    assert head is not None
    return head, pages[end:]


@pytest.fixture(params=[4, 6])
def version(request):
    return request.param


@pytest.fixture(params=[True, False], ids=["in_path", "on_path"])
def in_path(request):
    return request.param


def test_a_forbidden_host_resets_both_sides(version, in_path):
    talk = Talk(make_rule(in_path=in_path), version=version)
    assert talk.connect(80).say(REQUEST) == ["pass"] * (not in_path) + RESETS
    assert talk.triggered == [("http", "www.news.example")]


def test_a_forbidden_host_is_swallowed(version):
    talk = Talk(make_rule(StreamAction.DROP), version=version)
    connection = talk.connect(80)
    assert connection.say(REQUEST) == []
    assert connection.hear(b"HTTP/1.1 200 OK\r\n\r\n") == []


def test_a_page_is_shown_in_the_servers_name(version, in_path):
    talk = Talk(make_rule(StreamAction.PAGE, body=PAGE, status=403, in_path=in_path), version=version)
    connection = talk.connect(80)
    pieces = ["client<data", "client<data", "client<FIN+data"]
    assert connection.say(REQUEST) == ["pass"] * (not in_path) + [*pieces, "server<RST"]
    head, body = read_page(connection.pages)
    assert (head.status, head.reason, body) == (403, "Forbidden", PAGE)
    assert get_field(head.fields, "content-length") == str(len(PAGE))
    assert connection.hear(b"HTTP/1.1 200 OK\r\n\r\n") == ["pass"] * (not in_path)


def test_the_censor_stays_in_the_servers_part_to_the_end(version):
    talk = Talk(make_rule(StreamAction.PAGE, body=b"no"), version=version)
    connection = talk.connect(80)
    assert connection.say_at(0, REQUEST) == ["client<FIN+data", "server<RST"]
    assert connection.say(REQUEST) == ["client<FIN+data"], "the page was lost, so the request comes again"
    connection.server_next += len(connection.pages) // 2 + 1
    assert connection.ack() == []
    assert connection.say(b"", FIN | ACK) == ["client<ACK"]
    assert connection.reset() == []


def test_a_redirection_leads_to_the_page(version):
    where = "http://192.175.48.50/blocked"
    talk = Talk(make_rule(StreamAction.REDIRECT, location=where, fields=(("Server", "filter"),)), version=version)
    connection = talk.connect(80)
    assert connection.say(REQUEST) == ["client<FIN+data", "server<RST"]
    head, body = read_page(connection.pages)
    assert (head.status, get_field(head.fields, "location"), body) == (302, where, b"")
    assert get_field(head.fields, "server") == "filter"


def test_an_empty_answer_ends_the_connection():
    connection = Talk(make_rule(StreamAction.FINISH)).connect(80)
    assert connection.say(REQUEST) == ["client<FIN", "server<RST"]


@pytest.mark.parametrize("cut", [1, 16, 20, 30, len(REQUEST) - 1])
def test_a_request_in_two_segments_is_put_together_in_any_order(cut):
    connection = Talk(make_rule()).connect(80)
    assert connection.say_at(0, REQUEST[:cut]) == ["pass"]
    assert connection.say_at(cut, REQUEST[cut:]) == RESETS
    connection = Talk(make_rule()).connect(80)
    assert connection.say_at(cut, REQUEST[cut:]) == ["pass"]
    assert connection.say_at(0, REQUEST[:cut]) == RESETS


def test_a_later_request_of_a_connection_is_read_too():
    connection = Talk(make_rule()).connect(80)
    assert connection.say(make_request("fine.example")) == ["pass"]
    assert connection.hear(b"HTTP/1.1 204 No Content\r\n\r\n") == ["pass"]
    connection.hear(b"")
    assert connection.say(REQUEST) == RESETS


def test_a_body_is_not_read():
    connection = Talk(make_rule()).connect(80)
    assert connection.say(make_request("fine.example", method="POST")) == ["pass"]
    assert connection.say(REQUEST) == ["pass"]


def test_a_host_with_a_port_or_in_an_absolute_target_is_the_same_host():
    connection = Talk(make_rule()).connect(80)
    assert connection.say(make_request("news.example:8080")) == RESETS
    connection = Talk(make_rule()).connect(80)
    assert connection.say(make_request("fine.example", path="http://news.example/")) == RESETS


def test_a_keyword_in_the_target_or_a_field_triggers_whatever_the_host():
    rule = make_rule(names=(), keywords=("Forbidden-Word",))
    for request in (make_request("fine.example", "/?q=forbidden-word"), make_request("FORBIDDEN-word.test")):
        talk = Talk(rule)
        assert talk.connect(80).say(request) == RESETS
        assert len(talk.triggered) == 1
    assert Talk(rule).connect(80).say(REQUEST) == ["pass"]


def test_host_and_keyword_have_to_meet_where_both_are_named():
    rule = make_rule(keywords=("protest",))
    assert Talk(rule).connect(80).say(REQUEST) == ["pass"]
    assert Talk(rule).connect(80).say(make_request("fine.example", "/protest")) == ["pass"]
    assert Talk(rule).connect(80).say(make_request("news.example", "/protest")) == RESETS


def test_other_hosts_and_ports_pass():
    talk = Talk(make_rule())
    assert talk.connect(80).say(make_request("fakenews.example")) == ["pass"]
    assert talk.connect(8080).say(REQUEST) == ["pass"]
    assert talk.connect(80).say(b"\x16\x03\x01 no request at all") == ["pass"]
    assert talk.triggered == []


def test_hosts_are_read_without_their_port():
    def read(value: str) -> str | None:
        return read_host(RequestHead("GET", "/", (("Host", value),)))

    assert [read(value) for value in ("a.test", "a.test:80", "[2620:4f:8000::1]:80", "")] == [
        "a.test",
        "a.test",
        "[2620:4f:8000::1]",
        None,
    ]
    assert read_host(RequestHead("GET", "/", ())) is None


def test_a_keyword_may_stand_in_any_field():
    head = RequestHead("GET", "/", (("Cookie", "A=Secret"),))
    assert has_keyword(head, ("none", "secret"))
    assert not has_keyword(head, ("none",))


def test_only_some_actions_say_something_before_the_end():
    assert build_ending(make_rule(StreamAction.RESET)) is None
    assert build_ending(make_rule(StreamAction.DROP)) is None
    assert build_ending(make_rule(StreamAction.PAGE, status=799)) is not None
