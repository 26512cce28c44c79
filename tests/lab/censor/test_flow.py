"""The tables, and what stays blocked after a trigger."""

import pytest

from netglass.lab.censor import HttpRule, ResidualScope, StreamAction, TlsRule
from netglass.lab.censor.flow import Flow, FlowTable, ResidualTable, build_key
from netglass.wire.ip import TCP, UDP, pack_address
from tests.lab.censor.playbook import OTHERS, Talk, make_hello, make_request

NAMES = ("chat.test",)
RESETS = ["client<RST", "server<RST"]
RULE = TlsRule(id="sni", names=NAMES, residual_s=90.0)


def make_flow(port: int, alias: int | None = None) -> Flow:
    ends = (b"\xc0\x1f\xc4\1", b"\xc0\x1f\xc4\2", port, 443)
    flow = Flow(build_key(*ends), *ends)
    if alias is not None:
        flow.alias_key = build_key(*ends[:2], alias, 443)
    return flow


@pytest.fixture(params=[4, 6])
def version(request):
    return request.param


def test_after_a_trigger_the_client_is_reset_at_that_server_for_a_while(version):
    talk = Talk(RULE, version=version)
    stands = talk.connect()
    assert stands.say(make_hello("www.fine.test")) == ["pass"]
    assert talk.connect().say(make_hello("www.chat.test")) == RESETS
    assert talk.triggered == [("sni", "www.chat.test")]
    talk.now = 89.0
    connection = talk.open()
    assert [connection.syn(), connection.syn_ack()] == [["pass"], ["pass"]]
    assert connection.ack() == RESETS
    assert stands.say(b"more") == RESETS
    triggers = talk.censor.take_triggers()
    assert [(trigger.rule_id, trigger.name, trigger.is_residual) for trigger in triggers] == [("sni", None, True)] * 2
    talk.now = 90.0
    assert talk.connect().say(make_hello("www.fine.test")) == ["pass"]
    assert stands.say(b"more") == ["pass"]


def test_other_servers_and_ports_are_not_blocked(version):
    talk = Talk(RULE, version=version)
    talk.connect().say(make_hello("www.chat.test"))
    other = talk.connect(server=pack_address(OTHERS[version]))
    assert other.say(make_hello("www.fine.test")) == ["pass"]
    assert talk.connect(8443).say(b"data") == ["pass"]
    talk.client = pack_address({4: "192.31.196.8", 6: "2620:4f:8000:1::8"}[version])
    assert talk.connect().say(make_hello("www.fine.test")) == ["pass"]


def test_a_rule_that_drops_goes_on_dropping_the_syn_too():
    talk = Talk(TlsRule(id="sni", names=NAMES, action=StreamAction.DROP, residual_s=60.0))
    assert talk.connect().say(make_hello("www.chat.test")) == []
    connection = talk.open()
    assert connection.syn() == []
    talk.now = 60.0
    assert connection.syn() == ["pass"]
    assert connection.say(make_hello("www.chat.test")) == []


def test_on_the_path_the_packets_pass_beside_the_resets():
    talk = Talk(TlsRule(id="sni", names=NAMES, in_path=False, residual_s=60.0))
    connection = talk.connect()
    assert connection.say(make_hello("www.chat.test")) == ["pass", *RESETS]
    again = talk.open()
    assert [again.syn(), again.syn_ack(), again.ack()] == [["pass"], ["pass"], ["pass", *RESETS]]
    assert len(talk.triggered) == 2


def test_a_block_may_be_bound_to_the_name():
    rule = HttpRule(
        id="word",
        keywords=("forbidden",),
        residual_s=30.0,
        residual_scope=ResidualScope.NAME,
        action=StreamAction.RESET,
    )
    talk = Talk(rule)
    assert talk.connect(80).say(make_request("a.test", "/forbidden")) == RESETS
    assert talk.connect(80).say(make_request("b.test")) == ["pass"]
    assert talk.connect(80).say(make_request("A.test")) == RESETS
    assert talk.triggered == [("word", "a.test"), ("word", "a.test")]
    talk.now = 30.0
    assert talk.connect(80).say(make_request("a.test")) == ["pass"]


def test_a_new_trigger_begins_the_time_anew():
    rule = HttpRule(id="word", keywords=("forbidden",), residual_s=30.0, residual_scope=ResidualScope.NAME)
    talk = Talk(rule)
    talk.connect(80).say(make_request("a.test", "/forbidden"))
    talk.now = 20.0
    talk.connect(80).say(make_request("b.test", "/forbidden"))
    talk.now = 29.0
    words = talk.connect(80).say(make_request("b.test", "/"))
    talk.now = 40.0
    assert words == talk.connect(80).say(make_request("b.test", "/")) == RESETS
    assert talk.connect(80).say(make_request("a.test", "/")) == ["pass"]


def test_a_block_ends_with_its_rule():
    talk = Talk(TlsRule(id="sni", names=NAMES, residual_s=90.0, end=10.0))
    talk.connect().say(make_hello("www.chat.test"))
    talk.now = 10.0
    assert talk.connect().say(make_hello("www.fine.test")) == ["pass"]


def test_the_quietest_flow_is_forgotten_first():
    table = FlowTable(idle_s=100.0, most=2)
    first, second, third = flows = [make_flow(port, port + 100) for port in (1, 2, 3)]
    table.add(first, 0.0)
    table.add(second, 1.0)
    assert table.find(first.key, 2.0) is first
    table.add(third, 3.0)
    assert [table.find(flow.key, 4.0) for flow in flows] == [first, None, third]
    assert second.alias_key is not None
    assert not table.has_key(second.alias_key)
    assert len(table) == 2


def test_a_quiet_flow_is_over():
    table = FlowTable(idle_s=100.0)
    flow = make_flow(1, 2)
    table.add(flow, 0.0)
    assert flow.alias_key is not None
    assert table.find_alias(flow.alias_key, 100.0) is flow
    assert table.find(flow.key, 201.0) is None
    assert not table.has_key(flow.key)
    assert not table.has_key(flow.alias_key)


def test_a_flow_takes_the_place_of_another_with_its_key():
    table = FlowTable(idle_s=100.0)
    old, new = make_flow(1, 2), make_flow(1)
    table.add(old, 0.0)
    table.add(new, 0.0)
    assert table.find(new.key, 0.0) is new
    assert len(table) == 1
    assert old.alias_key is not None
    assert not table.has_key(old.alias_key)


def test_the_oldest_block_is_forgotten_first():
    table = ResidualTable(most=2)
    assert table.find(TCP, make_flow(1), None, 0.0) is None
    for name in ("a", "b", "c"):
        table.add(TCP, make_flow(1), name, RULE, 0.0)
    found = [table.find(TCP, make_flow(2), name, 1.0) for name in ("a", "b", "c")]
    assert found == [None, (90.0, RULE), (90.0, RULE)]
    assert table.find(UDP, make_flow(2), "c", 1.0) is None
    assert table.find(TCP, make_flow(2), "c", 90.0) is None
    assert len(table) == 1
