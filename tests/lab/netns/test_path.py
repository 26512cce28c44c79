"""The way of a packet, told without a socket: lines, the border, the routes, and what is left over from before."""

import pytest

from netglass.lab.censor import AddressAction, AddressRule, DivertRule
from netglass.lab.netns.path import Path, PathSetting, Stop
from netglass.vocab.error import LabError
from netglass.wire.icmp import IcmpMessage, parse_quoted_flow
from netglass.wire.ip import format_address, pack_address
from netglass.wire.packet import Transport, build_packet, parse_packet
from netglass.wire.tcp import ACK, RST, SYN, TcpSegment
from netglass.wire.udp import UdpDatagram

CLIENT, SITE, OTHER, NOBODY, HOLE = "192.52.193.1", "192.31.196.10", "192.31.196.40", "192.88.99.1", "192.31.196.12"
CLIENT_6, SITE_6, NOBODY_6 = "2620:4f:8000:1::1", "2620:4f:8000:2::1", "2620:4f:8000:9::1"
BLOCK = AddressRule(id="ip", prefixes=(SITE,), action=AddressAction.REFUSE)


def make(*rules: object, **more: object) -> Path:
    setting = PathSetting(
        clients=(CLIENT, CLIENT_6),
        routes=(("192.31.196.10/28", 0.02), (f"{OTHER}/32", 0.03), ("2620:4f:8000:2::/64", 0.02)),
        holes=(f"{HOLE}/32",),
        rules=rules,
        delay_s=0.01,
        **more,
    )
    return Path(setting, begun=100.0)


def pack(source: str, destination: str, transport: Transport) -> bytes:
    return build_packet(pack_address(source), pack_address(destination), transport)


def syn(source: str = CLIENT, destination: str = SITE, port: int = 80) -> bytes:
    return pack(source, destination, TcpSegment(4000, port, 7, 0, SYN))


def syn_ack(source: str = SITE, destination: str = CLIENT, port: int = 80) -> bytes:
    return pack(source, destination, TcpSegment(port, 4000, 9, 8, SYN | ACK))


def follow(path: Path, packet: bytes, from_client: bool) -> list[tuple[str, float, bytes]]:
    """Where a packet, or what goes instead, comes out, when, and as what."""
    ends, under_way = (
        [],
        [(0.0, hop) for hop in (path.leave_client(packet) if from_client else path.leave_world(packet))],
    )
    while under_way:
        before, hop = under_way.pop(0)
        now = before + hop.delay_s
        if hop.stop in (Stop.CLIENT, Stop.WORLD):
            ends.append((hop.stop.value, round(now, 6), hop.packet))
        else:
            under_way += [(now, following) for following in path.go_on(hop.stop, hop.packet, 100.0 + now)]
    return ends


@pytest.mark.parametrize("rules", [(), (AddressRule(id="x", prefixes=(OTHER,), action=AddressAction.DROP),)])
def test_a_packet_takes_both_lines_each_way(rules: tuple[object, ...]) -> None:
    path = make(*rules)
    assert follow(path, syn(), True) == [("world", 0.03, syn())]
    assert follow(path, syn_ack(), False) == [("client", 0.03, syn_ack())]
    assert follow(path, syn(CLIENT_6, SITE_6), True) == [("world", 0.03, syn(CLIENT_6, SITE_6))]


def test_what_machines_say_to_each_other_does_not_pass_here() -> None:
    assert follow(make(), syn(SITE, OTHER), False) == []


def test_the_censor_answers_from_the_border() -> None:
    path = make(BLOCK)
    ((end, when, packet),) = follow(path, syn(), True)
    assert (end, when) == ("client", 0.02)
    assert parse_packet(packet).transport.flags & RST
    (trigger,) = path.take_triggers()
    assert (trigger.rule_id, trigger.time) == ("ip", pytest.approx(0.01))


def test_rules_have_a_clock_of_their_own() -> None:
    rule = AddressRule(id="ip", prefixes=(SITE,), action=AddressAction.DROP, start=5000.0, end=5001.0)
    assert follow(make(rule, clock_s=4999.0), syn(), True)
    assert not follow(make(rule, clock_s=5000.0), syn(), True)
    assert follow(make(rule, clock_s=5001.0), syn(), True)


@pytest.mark.parametrize(("source", "nobody"), [(CLIENT, NOBODY), (CLIENT_6, NOBODY_6)])
def test_an_address_of_nobody_is_unreachable_and_one_in_a_hole_silent(source: str, nobody: str) -> None:
    path = make()
    ((end, when, packet),) = follow(path, syn(source, nobody), True)
    seen = parse_packet(packet)
    assert (end, when, format_address(seen.ip.destination)) == ("client", 0.02, source)
    assert isinstance(seen.transport, IcmpMessage)
    assert parse_quoted_flow(seen.transport).destination == pack_address(nobody)
    assert follow(path, syn(CLIENT, HOLE), True) == []


def test_nobody_is_told_of_an_error_that_was_an_error_itself() -> None:
    error = IcmpMessage(3, 3, syn())
    assert follow(make(), pack(CLIENT, NOBODY, error), True) == []
    assert follow(make(), syn(NOBODY, NOBODY), True) == []


def test_what_is_left_over_from_before_does_not_pass() -> None:
    path = make()
    data = pack(CLIENT, SITE, TcpSegment(4000, 80, 8, 10, ACK, b"late"))
    answer = pack(SITE, CLIENT, UdpDatagram(53, 4001, b"late"))
    assert follow(path, data, True) == follow(path, syn_ack(), False) == follow(path, answer, False) == []
    follow(path, syn(), True)
    follow(path, pack(CLIENT, SITE, UdpDatagram(4001, 53, b"question")), True)
    assert [end for end, _, _ in follow(path, data, True)] == ["world"]
    assert [end for packet in (syn_ack(), answer) for end, _, _ in follow(path, packet, False)] == ["client"] * 2


def test_the_answers_of_a_host_that_a_flow_was_diverted_to_come_back() -> None:
    path = make(DivertRule(id="divert", prefixes=(SITE,), ports=(80,), to=(OTHER,)))
    assert follow(path, syn(), True) == [("world", 0.04, syn(CLIENT, OTHER))]
    assert follow(path, syn_ack(OTHER), False) == [("client", 0.04, syn_ack(SITE))]


def test_loss_is_drawn_from_the_seed_each_way() -> None:
    def count(seed: str, way: bool) -> list[int]:
        path = make(loss=0.3, seed=seed)
        datagrams = [pack(CLIENT, SITE, UdpDatagram(4000 + number, 53, b"")) for number in range(1000)]
        out = [number for number, packet in enumerate(datagrams) if follow(path, packet, True)]
        back = [n for n in out if follow(path, pack(SITE, CLIENT, UdpDatagram(53, 4000 + n, b"")), False)]
        return out if way else back

    assert count("a", True) == count("a", True) != count("b", True)
    assert 650 < len(count("a", True)) < 750
    assert 0.65 < len(count("a", False)) / len(count("a", True)) < 0.75


def test_addresses_of_two_and_rules_outside_of_the_fence_are_refused() -> None:
    with pytest.raises(LabError, match="leads to somebody already"):
        Path(PathSetting(clients=(), routes=((f"{SITE}/32", 0.1), (f"{SITE}/32", 0.2))), 0.0)
    with pytest.raises(LabError, match="refused"):
        make(AddressRule(id="real", prefixes=("8.8.8.8",), action=AddressAction.DROP))
