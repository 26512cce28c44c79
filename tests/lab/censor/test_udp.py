"""QUIC; questions of DNS are in ``test_dns``."""

import pytest

from netglass.lab.censor import QuicRule, ThrottleRule, TlsRule
from netglass.wire.client_hello import build_client_hello, make_client_hello
from netglass.wire.quic_frame import CryptoFrame, build_crypto_frame
from netglass.wire.quic_initial import build_initial
from netglass.wire.quic_key import VERSION_1, derive_initial_keys
from tests.lab.censor.playbook import Talk, make_hello, make_quic_hello

SHORT = b"\x40" + bytes(60)
RULE = QuicRule(id="quic", names=("chat.test",))


@pytest.fixture(params=[4, 6])
def version(request):
    return request.param


def test_a_forbidden_name_loses_all_datagrams_from_then_on(version):
    talk = Talk(RULE, version=version)
    assert talk.send(make_quic_hello("www.chat.test"), 443, 50000) == []
    assert talk.triggered == [("quic", "www.chat.test")]
    assert talk.send(SHORT, 443, 50000) == []
    assert talk.receive(SHORT, 443, 50000) == []
    assert talk.send(make_quic_hello("www.chat.test"), 443, 50001) == []


def test_another_name_passes(version):
    talk = Talk(RULE, version=version)
    assert talk.send(make_quic_hello("www.fine.test"), 443, 50000) == ["pass"]
    assert talk.receive(SHORT, 443, 50000) == ["pass"]
    assert talk.send(SHORT, 443, 50000) == ["pass"]
    assert talk.triggered == []


def test_a_hello_in_two_datagrams_is_put_together():
    message = build_client_hello(make_client_hello("www.chat.test", bytes(32), bytes(32), ("h3",)))
    keys = derive_initial_keys(VERSION_1, b"12345678")
    assert keys is not None
    pieces = [(0, message[:90]), (90, message[90:])]
    datagrams = [
        build_initial(build_crypto_frame(CryptoFrame(*piece)), b"12345678", keys, number=number, least_bytes=1200)
        for number, piece in enumerate(pieces)
    ]
    for order, words in ((datagrams, [["pass"], []]), (datagrams[::-1], [["pass"], []])):
        talk = Talk(RULE)
        assert [talk.send(datagram, 443, 50000) for datagram in order] == words


def test_what_is_no_quic_or_goes_elsewhere_passes():
    talk = Talk(RULE)
    assert talk.send(b"\xc0garbage", 443, 50000) == ["pass"]
    assert talk.send(SHORT, 443, 50001) == ["pass"]
    assert talk.send(make_quic_hello("www.chat.test"), 8443, 50002) == ["pass"]
    assert Talk(QuicRule(id="any", names=("chat.test",), ports=())).send(make_quic_hello("chat.test"), 8443) == []


def test_tcp_and_quic_have_rules_of_their_own():
    assert Talk(RULE).connect().say(make_hello("www.chat.test")) == ["pass"]
    talk = Talk(TlsRule(id="sni", names=("chat.test",)))
    assert talk.send(make_quic_hello("www.chat.test"), 443) == ["pass"]


def test_a_server_that_speaks_first_hides_no_hello():
    talk = Talk(RULE)
    assert talk.receive(SHORT, 443, 50000) == ["pass"]
    assert talk.send(make_quic_hello("www.chat.test"), 443, 50000) == []


def test_after_a_trigger_datagrams_to_that_server_are_lost_for_a_while():
    talk = Talk(QuicRule(id="quic", names=("chat.test",), residual_s=180.0))
    fine = make_quic_hello("www.fine.test")
    assert talk.send(fine, 443, 50001) == ["pass"]
    assert talk.send(make_quic_hello("www.chat.test"), 443, 50000) == []
    talk.now = 179.0
    assert talk.send(fine, 443, 50001) == []
    assert talk.send(fine, 443, 50002) == []
    assert talk.connect().say(make_hello("www.chat.test")) == ["pass"]
    talk.now = 180.0
    assert talk.send(fine, 443, 50003) == ["pass"]


def test_quic_may_be_slowed_by_name():
    talk = Talk(ThrottleRule(id="slow", names=("chat.test",), bytes_per_s=1000.0, burst_bytes=2000))
    assert talk.send(make_quic_hello("www.chat.test"), 443, 50000) == ["pass"]
    assert talk.triggered == [("slow", "www.chat.test")]
    delays = []
    for _ in range(4):
        talk.receive(bytes(972), 443, 50000)
        delays.append(talk.emitted[0].delay_s)
    assert delays == [0.0, 0.0, 1.0, 2.0]
