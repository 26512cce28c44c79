import random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from netglass.lab.censor import (
    AddressAction,
    AddressRule,
    AnyRule,
    Censor,
    Direction,
    DivertRule,
    DnsAction,
    DnsRule,
    Emission,
    HttpRule,
    Protocol,
    QuicRule,
    ResidualScope,
    StreamAction,
    ThrottlePolicy,
    ThrottleRule,
    TlsRule,
    Trigger,
)
from netglass.wire.dns_message import build_frame, build_query
from netglass.wire.icmp import IcmpMessage
from netglass.wire.ip import MORE_FRAGMENTS, TCP, IpPacket, build_ip, pack_address
from netglass.wire.packet import build_packet, parse_packet
from netglass.wire.tcp import ACK, FIN, RST, SYN, TcpSegment, build_tcp
from netglass.wire.udp import UdpDatagram
from tests.lab.censor.playbook import (
    ALL_HOSTS,
    CLIENTS,
    HOSTS,
    OTHERS,
    SERVERS,
    Talk,
    make_hello,
    make_quic_hello,
    make_request,
)
from tests.wire.strategy import ADDRESSES, DATA, DATAGRAMS, MESSAGES, SEGMENTS, damage

NAMES = ("chat.test",)
BOTH = tuple(SERVERS.values())

RULES: list[AnyRule] = [
    DivertRule(id="divert", prefixes=tuple(HOSTS.values()), ports=(443, 80), to=BOTH, start=2.0),
    DivertRule(id="divert-dns", prefixes=BOTH, ports=(53,), to=ALL_HOSTS, protocol=Protocol.UDP, start=4.0),
    *(
        AddressRule(id=f"ip-{action.value}", prefixes=tuple(OTHERS.values()), action=action, start=n, end=n + 1.0)
        for n, action in enumerate(AddressAction)
    ),
    *(DnsRule(id=f"dns-{a.value}", names=(f"{a.name.replace('_', '')}.test",), action=a) for a in DnsAction if a.name != "ADDRESS"),
    DnsRule(id="dns", names=NAMES, action=DnsAction.ADDRESS, answers=("10.0.0.1", "::1"), in_path=False),
    TlsRule(id="tls-echo", needs_ech=True, names=("ech.test",), ports=()),
    *(
        TlsRule(id=f"tls-{action.value}", names=(f"{action.value}.test",), action=action, residual_s=0.5, ports=())
        for action in (StreamAction.RESET, StreamAction.DROP, StreamAction.FINISH, StreamAction.ALERT)
    ),
    TlsRule(id="tls-beside", names=NAMES, in_path=False, residual_s=1.0, residual_scope=ResidualScope.NAME),
    HttpRule(id="page", names=NAMES, action=StreamAction.PAGE, body=bytes(5000), ports=()),
    HttpRule(id="word", keywords=("w",), action=StreamAction.RESET, in_path=False, residual_s=1.0),
    QuicRule(id="quic", names=NAMES, residual_s=1.0),
    ThrottleRule(id="slow", names=("slow.test",), bytes_per_s=100.0, burst_bytes=100),
    ThrottleRule(id="poor", prefixes=BOTH, bytes_per_s=100.0, policy=ThrottlePolicy.DROP, ports=(8080,)),
]  # fmt: skip

CONTENTS = [
    b"",
    b"\x16\x03\x01",
    *(
        make_hello(name)
        for name in ("a.chat.test", "reset.test", "drop.test", "finish.test", "alert.test", "slow.test")
    ),
    make_request("chat.test"),
    make_request("fine.test", "/w"),
    build_frame(build_query("chat.test", 1, 7)),
    build_frame(build_query("drop.test", 28, 7)),
    build_query("chat.test", 1, 7),
    build_query("NXDOMAIN.test", 28, 7),
    make_quic_hello("chat.test"),
    make_quic_hello("slow.test"),
]
PORTS = st.sampled_from((53, 80, 443, 8080, 40000))


OUTWARD, INWARD = Direction
ENDS = st.sampled_from([(CLIENTS[v], kind[v]) for v in (4, 6) for kind in (SERVERS, OTHERS, HOSTS)])
ANY_PACKETS = st.one_of(
    st.builds(lambda ends, transport: build_packet(*ends, transport), ADDRESSES, SEGMENTS | DATAGRAMS | MESSAGES),
    DATA,
)
ANY_STEPS = st.tuples(ANY_PACKETS, st.sampled_from(Direction), st.floats(0, 0.7))


@st.composite
def draw_talk(draw: Any) -> list[tuple[bytes, Direction, float]]:
    """Draw a conversation with content that a rule means: cut, with pieces lost, repeated, damaged or out of order."""
    client, server = map(pack_address, draw(ENDS))
    content, port = draw(st.sampled_from(CONTENTS)), draw(PORTS)
    cut = draw(st.integers(0, len(content)))
    if draw(st.booleans()):
        there = [
            TcpSegment(40000, port, 100, 0, SYN),
            TcpSegment(40000, port, 101, 8, ACK, content[:cut]),
            TcpSegment(40000, port, 101 + cut, 8, ACK, content[cut:]),
            TcpSegment(40000, port, 101 + len(content), 8, draw(st.sampled_from((ACK, ACK | FIN, RST, SYN)))),
        ]
        back = [TcpSegment(port, 40000, 7, 101, SYN | ACK), TcpSegment(port, 40000, 8, 101, ACK, bytes(500))]
    else:
        there = [UdpDatagram(40000, port, content), UdpDatagram(40000, port, content[:cut])]
        back = [UdpDatagram(port, 40000, bytes(100))]
    steps = [(build_packet(client, server, transport), OUTWARD) for transport in there]
    steps += [(build_packet(server, client, transport), INWARD) for transport in back]
    if draw(st.integers(0, 3)) == 0:
        steps = draw(st.lists(st.sampled_from(steps), max_size=8))
    if draw(st.integers(0, 3)) == 0:
        steps = [(draw(damage(packet)), direction) for packet, direction in steps]
    return [(packet, direction, draw(st.sampled_from((0.0, 0.1, 1.1)))) for packet, direction in steps]


STEPS = st.lists(draw_talk() | ANY_STEPS.map(lambda step: [step]), max_size=6).map(
    lambda talks: [step for talk in talks for step in talk]
)


@settings(max_examples=300)
@given(STEPS, st.integers(0, 5))
def test_no_packet_makes_it_raise_and_the_same_packets_have_the_same_outcome(steps, seed):
    def play() -> tuple[list[list[Emission]], list[Trigger]]:
        censor, now, emitted = Censor(RULES, random.Random(seed)), 0.0, []
        for packet, direction, gap_s in steps:
            now += gap_s
            emitted.append(censor.process(packet, direction, now))
        return emitted, censor.take_triggers()

    emitted, triggers = play()
    assert (emitted, triggers) == play()
    for (packet, _, _), emissions in zip(steps, emitted, strict=True):
        for emission in emissions:
            assert emission.delay_s >= 0
            assert emission.packet == packet or parse_packet(emission.packet) is not None


@given(STEPS)
def test_without_rules_everything_passes(steps):
    censor = Censor((), random.Random(1))
    for packet, direction, _ in steps:
        assert censor.process(packet, direction, 0.0) == [Emission(packet, direction, 0.0)]
    assert censor.take_triggers() == []


def test_a_server_outside_of_the_lab_is_never_touched():
    talk = Talk(*RULES)
    for server in ("8.8.8.8", "192.0.2.1", "10.0.0.1"):
        assert talk.send(build_query("chat.test", 1, 7), server=pack_address(server)) == ["pass"]
        assert talk.connect(server=pack_address(server)).say(make_hello("reset.test")) == ["pass"]
    assert talk.triggered == []


def test_forged_packets_come_from_hop_counts_that_the_seed_decides():
    def draw(seed: int) -> list[int]:
        talk = Talk(TlsRule(id="sni", names=NAMES), seed=seed)
        found = []
        for _ in range(10):
            talk.connect().say(make_hello("chat.test"))
            packets = [parse_packet(emission.packet) for emission in talk.emitted]
            found += [packet.ip.ttl for packet in packets if packet is not None]
        return found

    assert draw(1) == draw(1) != draw(2)
    assert len(set(draw(1))) > 5


def test_a_null_route_takes_fragments_and_other_protocols_too():
    rule = AddressRule(id="null", prefixes=BOTH, action=AddressAction.DROP)
    talk = Talk(rule)
    ping = build_packet(talk.client, talk.server, IcmpMessage(8, 0, b"ping"))
    segment = build_tcp(TcpSegment(40000, 443, 1, 0, SYN), talk.client, talk.server)
    fragment = build_ip(IpPacket(talk.client, talk.server, TCP, segment, fragment=MORE_FRAGMENTS))
    later = build_ip(IpPacket(talk.client, talk.server, TCP, b"rest", fragment=3))
    for packet in (ping, fragment, later):
        assert talk.process(packet, Direction.OUTWARD) == []
    pong = build_packet(talk.server, talk.client, IcmpMessage(0, 0, b"ping"))
    assert talk.process(pong, Direction.INWARD) == []
    free = Talk(AddressRule(id="port", prefixes=BOTH, action=AddressAction.DROP, ports=(443,)))
    for packet in (ping, fragment, later):
        assert free.process(packet, Direction.OUTWARD) == [Emission(packet, Direction.OUTWARD, 0.0)]


def test_an_error_by_icmp_is_never_answered_with_another():
    rule = AddressRule(id="far", prefixes=BOTH, action=AddressAction.HOST_UNREACHABLE)
    talk = Talk(rule)
    error = build_packet(talk.client, talk.server, IcmpMessage(3, 3, b"quoted"))
    assert talk.process(error, Direction.OUTWARD) == []


def test_packets_with_ip_options_are_the_same_to_a_rule():
    talk = Talk(AddressRule(id="null", prefixes=BOTH, action=AddressAction.REFUSE))
    segment = build_tcp(TcpSegment(40000, 443, 1, 0, SYN), talk.client, talk.server)
    packet = build_ip(IpPacket(talk.client, talk.server, TCP, segment, options=b"\1\1\1\1"))
    (emission,) = talk.process(packet, Direction.OUTWARD)
    assert emission.direction is Direction.INWARD


def test_a_known_connection_is_held_against_a_rule_that_begins_at_its_very_second():
    talk = Talk(AddressRule(id="null", prefixes=BOTH, action=AddressAction.DROP, start=5.0))
    connection = talk.connect()
    for talk.now in (0.0, 4.999):
        assert connection.say(b"data") == ["pass"]
    talk.now = 5.0
    assert connection.say(b"data") == []


def test_time_may_be_told_as_unix_seconds():
    start = 1_772_409_600.0
    talk = Talk(TlsRule(id="sni", names=NAMES, start=start, end=start + 3600))
    for talk.now, expected in ((start - 1, 1), (start, 2), (start + 3599, 2), (start + 3600, 1)):
        talk.connect().say(make_hello("chat.test"))
        assert len(talk.emitted) == expected


def test_the_log_tells_time_rule_name_and_server():
    talk = Talk(TlsRule(id="sni", names=NAMES), version=6)
    talk.now = 12.5
    talk.connect().say(make_hello("WWW.Chat.test"))
    assert talk.censor.take_triggers() == [Trigger(12.5, "sni", "www.chat.test", SERVERS[6], 443, False)]
    assert talk.censor.take_triggers() == []
    assert talk.censor.lost_triggers == 0


def test_a_log_that_nobody_takes_is_bounded(monkeypatch):
    monkeypatch.setattr("netglass.lab.censor.desk.TRIGGERS", 2)
    talk = Talk(TlsRule(id="sni", names=NAMES))
    for _ in range(5):
        talk.connect().say(make_hello("chat.test"))
    assert len(talk.triggered) == 2
    assert talk.censor.lost_triggers == 3


@pytest.mark.parametrize("version", [4, 6])
def test_what_is_known_of_harmless_connections_is_bounded(monkeypatch, version):
    monkeypatch.setattr("netglass.lab.censor.desk.HARMLESS", 4)
    talk = Talk(TlsRule(id="sni", names=NAMES), version=version)
    connections = [talk.connect() for _ in range(6)]
    for connection in connections * 2:
        assert connection.say(make_hello("fine.test")) == ["pass"]
        assert connection.hear(b"data") == ["pass"]
