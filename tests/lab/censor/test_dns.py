import pytest

from netglass.lab.censor import DnsAction, DnsRule
from netglass.lab.censor.dns import build_lie, is_question
from netglass.wire.dns_message import (
    AAAA,
    HTTPS,
    NXDOMAIN,
    REFUSED,
    SERVFAIL,
    A,
    Message,
    build_frame,
    build_query,
    build_response,
    parse_message,
    split_frames,
)
from netglass.wire.ip import pack_address
from netglass.wire.udp import UdpDatagram
from tests.lab.censor.playbook import Talk, read_packet

NAMES = ("news.example",)
BOGON, PAGE, PAGE_6 = "10.10.34.34", "192.175.48.50", "2620:4f:8000:5::50"


def make_rule(action: DnsAction = DnsAction.ADDRESS, **more):
    answers = (BOGON, PAGE_6) if action is DnsAction.ADDRESS else ()
    return DnsRule(**{"id": "dns", "names": NAMES, "action": action, "answers": answers} | more)


def ask(name: str = "news.example", type: int = A) -> bytes:
    return build_query(name, type, 4711)


def read_lie(talk: Talk) -> Message:
    transport = read_packet(talk.emitted[-1].packet).transport
    assert isinstance(transport, UdpDatagram)
    assert transport.source_port == 53
    message = parse_message(transport.payload)
    assert message is not None
    assert message.is_whole
    return message


@pytest.mark.parametrize("version", [4, 6])
@pytest.mark.parametrize("in_path", [True, False])
@pytest.mark.parametrize(
    ("action", "code"),
    [
        (DnsAction.ADDRESS, 0),
        (DnsAction.NXDOMAIN, NXDOMAIN),
        (DnsAction.REFUSED, REFUSED),
        (DnsAction.SERVFAIL, SERVFAIL),
        (DnsAction.EMPTY, 0),
    ],
)
def test_a_question_is_answered_in_the_resolvers_name(version, in_path, action, code):
    talk = Talk(make_rule(action, in_path=in_path), version=version)
    expected = ["client<datagram"] if in_path else ["pass", "client<datagram"]
    assert talk.send(ask("WWW.News.Example")) == expected
    lie = read_lie(talk)
    assert (lie.id, lie.is_response, lie.response_code) == (4711, True, code)
    assert lie.questions[0].name == "WWW.News.Example"
    assert [record.data for record in lie.answers] == [pack_address(BOGON)] * (action is DnsAction.ADDRESS)
    assert talk.triggered == [("dns", "www.news.example")]


def test_the_real_answer_passes_on_the_path_and_has_no_question_in_it():
    talk = Talk(make_rule(in_path=False))
    query = ask()
    talk.send(query, client_port=50000)
    message = parse_message(query)
    assert message is not None
    assert talk.receive(build_response(message), client_port=50000) == ["pass"]


def test_a_dropped_question_gets_no_answer():
    talk = Talk(make_rule(DnsAction.DROP))
    assert talk.send(ask()) == []
    assert talk.triggered == [("dns", "news.example")]


def test_each_type_gets_addresses_of_its_own_version():
    talk = Talk(make_rule())
    for kind, expected in ((A, [BOGON]), (AAAA, [PAGE_6]), (HTTPS, [])):
        talk.send(ask(type=kind))
        assert [record.data for record in read_lie(talk).answers] == [pack_address(address) for address in expected]


def test_a_rule_may_take_away_one_type_only():
    talk = Talk(make_rule(DnsAction.EMPTY, types=(HTTPS,)))
    assert talk.send(ask(type=HTTPS)) == ["client<datagram"]
    assert talk.send(ask(type=A)) == ["pass"]


def test_names_match_below_but_not_beside():
    talk = Talk(make_rule(), make_rule(id="only", names=("one.test",), subdomains=False))
    for name, is_meant in (
        ("a.b.news.example", True),
        ("NEWS.example", True),
        ("fakenews.example", False),
        ("example", False),
        ("one.test", True),
        ("www.one.test", False),
    ):
        assert (talk.send(ask(name)) != ["pass"]) is is_meant


def test_two_questions_from_one_port_are_both_read():
    talk = Talk(make_rule())
    assert talk.send(ask("fine.example"), client_port=50000) == ["pass"]
    assert talk.send(ask(), client_port=50000) == ["client<datagram"]


def test_a_question_to_another_port_is_not_read():
    assert Talk(make_rule()).send(ask(), port=5353) == ["pass"]


def test_what_is_no_question_passes():
    talk = Talk(make_rule())
    message = parse_message(ask())
    assert message is not None
    for payload in (build_response(message), b"", b"\0" * 12, ask()[:20]):
        assert talk.send(payload) == ["pass"]
    assert not is_question(Message(1, 0x2800, message.questions))  # an update


def test_a_question_over_tcp_is_answered_and_the_connection_ended():
    talk = Talk(make_rule())
    connection = talk.connect(port=53)
    frame = build_frame(ask())
    assert connection.say(frame[:9]) == ["pass"]
    assert connection.say(frame[9:]) == ["client<FIN+data", "server<RST"]
    (data,), rest = split_frames(connection.pages)
    lie = parse_message(data)
    assert lie is not None
    assert (lie.answers[0].data, rest) == (pack_address(BOGON), b"")
    assert connection.hear(b"truth") == []


def test_questions_over_tcp_pass_until_a_forbidden_one_comes():
    talk = Talk(make_rule(DnsAction.DROP))
    connection = talk.connect(port=53)
    assert connection.say(build_frame(ask("fine.example"))) == ["pass"]
    assert connection.hear(b"answer") == ["pass"]
    assert connection.say(build_frame(ask())) == []
    assert connection.hear(b"answer") == []
    assert talk.triggered == [("dns", "news.example")]


def test_a_rule_that_drops_has_no_lie():
    message = parse_message(ask())
    assert message is not None
    assert build_lie(make_rule(DnsAction.DROP), message) is None
