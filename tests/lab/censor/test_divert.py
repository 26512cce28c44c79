import pytest

from netglass.lab.censor import AddressAction, AddressRule, Direction, DivertRule, Protocol, TlsRule
from netglass.lab.fence import LAB_PREFIXES
from netglass.wire.ip import pack_address
from netglass.wire.packet import build_packet
from netglass.wire.tcp import ACK, PSH, RST, SYN, TcpSegment
from netglass.wire.udp import UdpDatagram
from tests.lab.censor.playbook import ALL_HOSTS, HOSTS, OTHERS, SERVERS, Talk, make_hello, read_packet

SITES = (*SERVERS.values(), *OTHERS.values())


def make_rule(**more):
    return DivertRule(**{"id": "mitm", "prefixes": SITES, "ports": (443,), "to": ALL_HOSTS} | more)


class Ends:
    """A talk in which the other host answers."""

    def __init__(self, *rules, version=4):
        self.talk = Talk(*rules, version=version)
        self.host = pack_address(HOSTS[version])

    def go(self, segment, server=None):
        """Return what leaves outward for a segment of the client: destination and segment."""
        packet = build_packet(self.talk.client, server or self.talk.server, segment, ttl=57)
        (emission,) = self.talk.process(packet, Direction.OUTWARD)
        assert emission.direction is Direction.OUTWARD
        seen = read_packet(emission.packet)
        assert (seen.ip.source, seen.ip.ttl) == (self.talk.client, 57)
        return seen.ip.destination, seen.transport

    def come(self, segment, source=None):
        """Return what arrives at the client for a segment of the other host: source and segment."""
        packet = build_packet(source or self.host, self.talk.client, segment)
        (emission,) = self.talk.process(packet, Direction.INWARD)
        assert emission.direction is Direction.INWARD
        seen = read_packet(emission.packet)
        assert seen.ip.destination == self.talk.client
        return seen.ip.source, seen.transport


@pytest.fixture(params=[4, 6])
def version(request):
    return request.param


def test_a_connection_ends_at_the_other_host_and_the_client_does_not_see_it(version):
    ends = Ends(make_rule(), version=version)
    syn = TcpSegment(50000, 443, 1, 0, SYN, b"", 65535, b"\2\4\5\xb4")
    assert ends.go(syn) == (ends.host, syn)
    answer = TcpSegment(443, 50000, 9, 2, SYN | ACK)
    assert ends.come(answer) == (ends.talk.server, answer)
    hello = TcpSegment(50000, 443, 2, 10, ACK | PSH, make_hello("www.chat.test"))
    assert ends.go(hello) == (ends.host, hello)
    assert ends.talk.triggered == [("mitm", None)]


def test_other_ports_sites_and_directions_are_left_alone(version):
    ends = Ends(make_rule(prefixes=(SERVERS[version],)), version=version)
    other = pack_address(OTHERS[version])
    for port, server in ((80, ends.talk.server), (443, other)):
        syn = TcpSegment(50000, port, 1, 0, SYN)
        assert ends.go(syn, server) == (server, syn)
    reply = TcpSegment(443, 51000, 9, 2, ACK)
    assert ends.come(reply, other) == (other, reply)


def test_two_connections_from_one_port_do_not_get_mixed_up(version):
    ends = Ends(make_rule(), version=version)
    other = pack_address(OTHERS[version])
    syn = TcpSegment(50000, 443, 1, 0, SYN)
    ends.go(syn)
    host, changed = ends.go(syn, other)
    assert (host, changed.source_port) == (ends.host, 50001)
    assert ends.come(TcpSegment(443, 50000, 9, 2, SYN | ACK)) == (ends.talk.server, TcpSegment(443, 50000, 9, 2, 18))
    assert ends.come(TcpSegment(443, 50001, 9, 2, SYN | ACK)) == (other, TcpSegment(443, 50000, 9, 2, SYN | ACK))


def test_a_retransmitted_or_new_syn_keeps_the_port(version):
    ends = Ends(make_rule(), version=version)
    for first in (1, 1, 77):
        assert ends.go(TcpSegment(50000, 443, first, 0, SYN))[1].source_port == 50000


def test_a_diverted_connection_meets_no_other_rule():
    ends = Ends(make_rule(), TlsRule(id="sni", names=("chat.test",)))
    ends.go(TcpSegment(50000, 443, 1, 0, SYN))
    hello = TcpSegment(50000, 443, 2, 10, ACK, make_hello("www.chat.test"))
    assert ends.go(hello) == (ends.host, hello)


def test_it_outlives_its_rule_but_no_new_one_begins():
    ends = Ends(make_rule(end=10.0))
    ends.go(TcpSegment(50000, 443, 1, 0, SYN))
    ends.talk.now = 20.0
    data = TcpSegment(50000, 443, 2, 10, ACK, b"data")
    assert ends.go(data) == (ends.host, data)
    assert ends.go(TcpSegment(50001, 443, 1, 0, SYN))[0] == ends.talk.server


def test_a_connection_that_stands_is_not_moved_when_a_rule_begins():
    ends = Ends(make_rule(start=10.0), TlsRule(id="sni", names=("chat.test",)))
    ends.go(TcpSegment(50000, 443, 1, 0, SYN))
    ends.talk.now = 10.0
    assert ends.go(TcpSegment(50000, 443, 2, 10, ACK))[0] == ends.talk.server
    assert ends.go(TcpSegment(50001, 443, 2, 10, ACK))[0] == ends.talk.server


def test_a_version_without_a_host_falls_to_the_next_rule():
    refuse = AddressRule(id="ip", prefixes=SITES, action=AddressAction.REFUSE)
    talk = Talk(make_rule(to=(HOSTS[4],)), refuse, version=6)
    assert talk.open().syn() == ["client<RST"]


def test_a_portal_takes_every_request_and_is_reached_itself(version):
    ends = Ends(make_rule(id="portal", prefixes=LAB_PREFIXES, ports=(80,)), version=version)
    syn = TcpSegment(50000, 80, 1, 0, SYN)
    assert ends.go(syn) == (ends.host, syn)
    direct = TcpSegment(50001, 80, 1, 0, SYN)
    assert ends.go(direct, ends.host) == (ends.host, direct)
    reply = TcpSegment(80, 50001, 9, 2, RST | ACK)
    assert ends.come(reply) == (ends.host, reply)


def test_questions_may_be_sent_to_another_resolver(version):
    rule = make_rule(id="dns", prefixes=LAB_PREFIXES, ports=(53,), protocol=Protocol.UDP)
    ends = Ends(rule, version=version)
    question, answer = UdpDatagram(50000, 53, b"question"), UdpDatagram(53, 50000, b"answer")
    assert ends.go(question) == (ends.host, question)
    assert ends.come(answer) == (ends.talk.server, answer)
    syn = TcpSegment(50000, 53, 1, 0, SYN)
    assert ends.go(syn) == (ends.talk.server, syn)
