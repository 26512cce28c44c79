"""TLS rules live in several modules: what the censor does by server name, as one conversation each."""

from itertools import permutations

import pytest

from netglass.lab.censor import StreamAction, TlsRule
from netglass.wire.client_hello import build_hello_records, make_client_hello
from netglass.wire.ech import ECH_EXTENSION
from netglass.wire.tcp import ACK, FIN
from netglass.wire.tls_record import FATAL, Alert, parse_alert, parse_record
from tests.lab.censor.playbook import Talk, make_hello

HELLO = make_hello("www.chat.test")
NAMES = ("chat.test",)
RESETS = ["client<RST", "server<RST"]


def make_rule(action: StreamAction = StreamAction.RESET, **more):
    return TlsRule(**{"id": "sni", "names": NAMES, "action": action} | more)


@pytest.fixture(params=[4, 6])
def version(request):
    return request.param


def test_a_forbidden_name_resets_both_sides(version):
    talk = Talk(make_rule(), version=version)
    assert talk.connect().say(HELLO) == RESETS
    assert talk.triggered == [("sni", "www.chat.test")]


def test_another_name_passes_and_so_does_all_that_follows(version):
    talk = Talk(make_rule(), version=version)
    connection = talk.connect()
    assert connection.say(make_hello("www.fine.test")) == ["pass"]
    assert connection.hear(b"server hello") == ["pass"]
    assert connection.say(HELLO) == ["pass"]
    assert talk.triggered == []


def test_on_the_path_the_hello_arrives_and_resets_race(version):
    talk = Talk(make_rule(in_path=False), version=version)
    connection = talk.connect()
    assert connection.say(HELLO) == ["pass", *RESETS]
    assert connection.hear(b"server hello") == ["pass"]
    assert connection.ack() == ["pass"]


def test_a_lost_reset_is_made_again_for_the_next_segment(version):
    talk = Talk(make_rule(), version=version)
    connection = talk.connect()
    assert connection.say_at(0, HELLO) == RESETS
    assert connection.say_at(0, HELLO) == RESETS
    assert len(talk.triggered) == 1


def test_a_black_hole_swallows_the_connection_from_then_on(version):
    talk = Talk(make_rule(StreamAction.DROP), version=version)
    connection = talk.connect()
    assert connection.say(HELLO) == []
    assert connection.say_at(-len(HELLO), HELLO) == []
    assert connection.hear(b"") == []
    assert connection.reset() == []
    talk.connect()


def test_a_forged_fin_ends_the_handshake(version):
    talk = Talk(make_rule(StreamAction.FINISH), version=version)
    connection = talk.connect()
    assert connection.say(HELLO) == ["client<FIN", "server<RST"]
    connection.server_next += 1
    assert connection.say(b"", FIN | ACK) == ["client<ACK"]
    assert connection.hear(b"server hello") == []


def test_a_forged_alert_is_fatal_and_in_the_clear(version):
    talk = Talk(make_rule(StreamAction.ALERT, alert=40), version=version)
    connection = talk.connect()
    assert connection.say(HELLO) == ["client<FIN+data", "server<RST"]
    record = parse_record(connection.pages)
    assert record is not None
    assert parse_alert(record) == Alert(FATAL, 40)


def test_on_the_path_an_alert_races(version):
    talk = Talk(make_rule(StreamAction.ALERT, in_path=False), version=version)
    connection = talk.connect()
    assert connection.say(HELLO) == ["pass", "client<FIN+data", "server<RST"]
    assert connection.hear(b"server hello") == ["pass"]


@pytest.mark.parametrize("cut", [1, 4, 5, 9, 60, 150, len(HELLO) - 1])
def test_a_hello_in_two_segments_is_put_together(version, cut):
    talk = Talk(make_rule(), version=version)
    connection = talk.connect()
    assert connection.say(HELLO[:cut]) == ["pass"]
    assert connection.ack() == ["pass"]
    assert connection.say(HELLO[cut:]) == RESETS


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_segments_may_come_in_any_order(order):
    talk = Talk(make_rule())
    connection = talk.connect()
    cuts = [(0, 100), (100, 200), (200, len(HELLO))]
    words = [connection.say_at(first, HELLO[first:last]) for first, last in (cuts[place] for place in order)]
    assert words == [["pass"], ["pass"], RESETS]


def test_segments_may_come_twice_and_overlap():
    talk = Talk(make_rule())
    connection = talk.connect()
    assert connection.say_at(0, HELLO[:100]) == ["pass"]
    assert connection.say_at(0, HELLO[:100]) == ["pass"]
    assert connection.say_at(50, HELLO[50:150]) == ["pass"]
    assert connection.say_at(100, HELLO[100:]) == RESETS


def test_a_hello_may_be_cut_into_records():
    hello = make_client_hello("www.chat.test", bytes(32), bytes(32))
    talk = Talk(make_rule())
    assert talk.connect().say(build_hello_records(hello, fragment_bytes=7)) == RESETS


def test_a_hello_of_a_browser_needs_two_segments():
    hello = make_hello("www.chat.test", padding=1500)
    connection = Talk(make_rule()).connect()
    assert connection.say(hello[:1400]) == ["pass"]
    assert connection.say(hello[1400:]) == RESETS


def test_a_retransmitted_syn_does_not_lose_what_was_read():
    talk = Talk(make_rule())
    connection = talk.connect()
    connection.say(HELLO[:100])
    assert connection.syn() == ["pass"]
    assert connection.say(HELLO[100:]) == RESETS


def test_a_new_connection_from_the_same_port_is_read_anew():
    talk = Talk(make_rule())
    assert talk.connect(client_port=50000).say(make_hello("www.fine.test")) == ["pass"]
    again = talk.open(client_port=50000)
    again.client_first, again.client_next = 77, 78
    assert [again.syn(), again.syn_ack(), again.ack()] == [["pass"]] * 3
    assert again.say(HELLO) == RESETS


def test_what_is_no_hello_passes():
    connection = Talk(make_rule()).connect()
    assert connection.say(b"SSH-2.0-x\r\n") == ["pass"]
    assert connection.say(HELLO) == ["pass"]


def test_a_hello_without_a_name_passes():
    assert Talk(make_rule()).connect().say(make_hello(None)) == ["pass"]


def test_other_ports_are_read_only_if_the_rule_says_so():
    assert Talk(make_rule()).connect(8443).say(HELLO) == ["pass"]
    assert Talk(make_rule(ports=(8443,))).connect(8443).say(HELLO) == RESETS
    assert Talk(make_rule(ports=())).connect(993).say(HELLO) == RESETS


def test_with_ech_the_outer_name_counts():
    ech = (ECH_EXTENSION, b"\0\0\x01\0\x01\x07\0\x01a\0\x01b")
    talk = Talk(make_rule(id="outer", needs_ech=True, names=("public.test",)), make_rule(id="any", needs_ech=True))
    assert talk.connect().say(make_hello("public.test", extensions=(ech,))) == RESETS
    assert talk.connect().say(make_hello("public.test")) == ["pass"]
    every = Talk(TlsRule(id="every", needs_ech=True))
    assert every.connect().say(make_hello("www.fine.test", extensions=(ech,))) == RESETS
    assert every.connect().say(make_hello("www.chat.test")) == ["pass"]


def test_a_connection_whose_begin_was_not_seen_is_not_read():
    talk = Talk(make_rule())
    assert talk.open().say(HELLO) == ["pass"]


def test_a_rule_that_ended_does_not_act():
    talk = Talk(make_rule(end=10.0))
    assert talk.connect().say(HELLO) == RESETS
    talk.now = 10.0
    assert talk.connect().say(HELLO) == ["pass"]
