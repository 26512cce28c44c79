import pytest

from netglass.lab.censor import AddressAction, AddressRule
from netglass.wire.ip import pack_address
from netglass.wire.tcp import ACK, FIN
from tests.lab.censor.playbook import OTHERS, SERVERS, Talk

BOTH = tuple(SERVERS.values())


def make_rule(action: AddressAction, **more):
    return AddressRule(**{"id": "ip", "prefixes": BOTH, "action": action} | more)


@pytest.fixture(params=[4, 6])
def version(request):
    return request.param


def test_a_dropped_syn_is_not_answered_and_other_servers_are_reached(version):
    talk = Talk(make_rule(AddressAction.DROP_SYN), version=version)
    connection = talk.open()
    assert connection.syn() == []
    assert connection.syn() == []
    assert talk.triggered == [("ip", None)]
    talk.connect(server=pack_address(OTHERS[version]))
    assert talk.triggered == []


def test_a_refused_syn_is_reset(version):
    talk = Talk(make_rule(AddressAction.REFUSE), version=version)
    assert talk.open().syn() == ["client<RST"]


def test_on_the_path_a_refusal_races_with_the_server(version):
    talk = Talk(make_rule(AddressAction.REFUSE, in_path=False), version=version)
    connection = talk.open()
    assert connection.syn() == ["pass", "client<RST", "server<RST"]
    assert connection.syn_ack() == ["pass"]
    assert connection.reset() == ["pass"]


def test_a_connection_is_reset_at_its_first_data_whatever_it_is(version):
    talk = Talk(make_rule(AddressAction.RESET_DATA), version=version)
    connection = talk.connect()
    assert connection.say(b"anything") == ["client<RST", "server<RST"]
    assert connection.say_at(-8, b"anything") == ["client<RST", "server<RST"]
    assert connection.ack() == ["client<RST", "server<RST"]


@pytest.mark.parametrize(
    ("action", "codes"),
    [(AddressAction.HOST_UNREACHABLE, {4: "3/1", 6: "1/3"}), (AddressAction.PROHIBITED, {4: "3/13", 6: "1/1"})],
)
def test_a_router_says_that_the_server_cannot_be_reached(version, action, codes):
    talk = Talk(make_rule(action), version=version)
    word = f"client<ICMP {codes[version]}"
    assert talk.open().syn() == [word]
    assert talk.send(b"datagram", port=443) == [word]
    beside = Talk(make_rule(action, in_path=False), version=version)
    assert beside.open().syn() == ["pass", word]


def test_a_null_route_lets_nothing_pass_in_either_direction(version):
    talk = Talk(make_rule(AddressAction.DROP), version=version)
    connection = talk.open()
    assert connection.syn() == []
    assert connection.hear(b"data") == []
    assert talk.send(b"datagram", port=443) == []
    assert talk.receive(b"datagram", port=443) == []


def test_a_rule_may_mean_some_ports_only(version):
    talk = Talk(make_rule(AddressAction.DROP, ports=(443,)), version=version)
    assert talk.open(443).syn() == []
    assert talk.open(80).syn() == ["pass"]
    assert talk.send(b"datagram", port=443) == []
    assert talk.send(b"datagram", port=53) == ["pass"]


def test_a_rule_may_mean_a_prefix():
    talk = Talk(make_rule(AddressAction.REFUSE, prefixes=("192.52.193.80/28",)))
    assert talk.open().syn() == ["client<RST"]
    assert talk.open(server=pack_address("192.52.193.95")).syn() == ["client<RST"]
    assert talk.open(server=pack_address("192.52.193.96")).syn() == ["pass"]


def test_rules_that_speak_tcp_leave_udp_alone():
    talk = Talk(make_rule(AddressAction.REFUSE))
    assert talk.send(b"datagram", port=443) == ["pass"]


def test_of_two_rules_the_first_acts():
    talk = Talk(make_rule(AddressAction.REFUSE, id="first"), make_rule(AddressAction.DROP, id="second"))
    assert talk.open().syn() == ["client<RST"]
    assert talk.triggered == [("first", None)]


def test_a_rule_acts_in_its_time_only():
    talk = Talk(make_rule(AddressAction.DROP_SYN, start=100.0, end=200.0))
    words = []
    for talk.now in (0.0, 99.9, 100.0, 199.9, 200.0):
        words.append(talk.open().syn())
    assert words == [["pass"], ["pass"], [], [], ["pass"]]


def test_a_syn_that_was_dropped_passes_when_the_rule_has_ended():
    talk = Talk(make_rule(AddressAction.DROP_SYN, end=10.0))
    connection = talk.open()
    assert connection.syn() == []
    talk.now = 11.0
    assert connection.syn() == ["pass"]


@pytest.mark.parametrize(
    ("action", "expected"),
    [
        (AddressAction.DROP, ([], [])),
        (AddressAction.REFUSE, (["client<RST", "server<RST"], [])),
        (AddressAction.DROP_SYN, (["pass"], ["pass"])),
    ],
)
def test_a_rule_that_begins_meets_connections_that_stand(action, expected):
    talk = Talk(make_rule(action, start=10.0))
    connection = talk.connect()
    talk.now = 10.0
    assert (connection.say(b"data"), connection.hear(b"data")) == expected
    assert bool(talk.triggered) is (action is not AddressAction.DROP_SYN)


def test_the_end_of_a_null_route_frees_connections_that_stand():
    talk = Talk(make_rule(AddressAction.DROP, start=10.0, end=20.0))
    connection = talk.connect()
    talk.now = 15.0
    assert connection.say_at(0, b"data") == []
    talk.now = 20.0
    assert connection.say(b"data") == ["pass"]
    assert connection.hear(b"data") == ["pass"]


def test_a_client_that_gives_up_is_not_answered():
    talk = Talk(make_rule(AddressAction.REFUSE))
    assert talk.open().reset() == ["pass"]


def test_harmless_connections_pass_to_their_end():
    talk = Talk(make_rule(AddressAction.REFUSE, prefixes=(OTHERS[4],)))
    connection = talk.connect(8080)
    assert connection.say(b"data") == ["pass"]
    assert connection.hear(b"data") == ["pass"]
    assert connection.say(b"", FIN | ACK) == ["pass"]
