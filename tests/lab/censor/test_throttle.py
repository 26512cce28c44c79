import pytest
from hypothesis import given
from hypothesis import strategies as st

from netglass.lab.censor import ThrottlePolicy, ThrottleRule
from netglass.lab.censor.throttle import Bucket
from tests.lab.censor.playbook import SERVERS, Talk, make_hello, make_request

BOTH = tuple(SERVERS.values())


def make_rule(rate: float = 10_000.0, **more):
    return ThrottleRule(**{"id": "slow", "names": ("video.test",), "bytes_per_s": rate, "burst_bytes": 4_000} | more)


@pytest.fixture(params=[4, 6])
def version(request):
    return request.param


def measure_rate(talk: Talk, connection, seconds: float = 20.0, step_s: float = 0.02) -> float:
    """Return the bytes of packets a second that arrive within ``seconds`` of a server that sends 60 kB/s."""
    start, arrived = talk.now, 0
    while talk.now < start + seconds:
        connection.hear(bytes(1160))
        arrived += sum(
            len(emission.packet) for emission in talk.emitted if talk.now + emission.delay_s <= start + seconds
        )
        talk.now += step_s
    return arrived / seconds


@pytest.mark.parametrize("policy", ThrottlePolicy)
@pytest.mark.parametrize("rate", [2_000.0, 10_000.0, 40_000.0])
def test_the_rate_is_held_within_a_tenth(version, policy, rate):
    talk = Talk(make_rule(rate, policy=policy, burst_bytes=2_000), version=version)
    connection = talk.connect()
    assert connection.say(make_hello("www.video.test")) == ["pass"]
    assert measure_rate(talk, connection) == pytest.approx(rate, rel=0.1)
    assert talk.triggered == [("slow", "www.video.test")]


def test_what_waits_leaves_in_order_and_what_does_not_fit_is_lost():
    talk = Talk(make_rule(1_000.0, queue_bytes=3_000, burst_bytes=1_200))
    connection = talk.connect()
    connection.say(make_hello("video.test"))
    delays = []
    for _ in range(6):
        connection.hear(bytes(960))
        delays.append([emission.delay_s for emission in talk.emitted])
    assert delays == [[0.0], [0.8], [1.8], [2.8], [], []]


def test_a_rate_of_zero_stalls_after_the_burst(version):
    for policy in ThrottlePolicy:
        talk = Talk(make_rule(0.0, policy=policy), version=version)
        connection = talk.connect()
        connection.say(make_hello("video.test"))
        words = [connection.hear(bytes(1200)) for _ in range(6)]
        talk.now = 290.0
        words.append(connection.hear(bytes(1200)))
        assert words == [["pass"]] * 3 + [[]] * 4


def test_only_what_comes_from_the_server_is_slowed():
    talk = Talk(make_rule(0.0, burst_bytes=0))
    connection = talk.connect()
    assert connection.say(make_hello("video.test")) == ["pass"]
    assert connection.say(bytes(1200)) == ["pass"]
    assert connection.hear(b"") == []


def test_a_name_slows_its_own_connections_and_each_by_itself():
    talk = Talk(make_rule(1_000.0))
    slow, other, fine = talk.connect(), talk.connect(), talk.connect()
    slow.say(make_hello("video.test"))
    other.say(make_hello("video.test"))
    fine.say(make_hello("fine.test"))
    delays = []
    for connection in (slow, slow, slow, slow, other, fine):
        connection.hear(bytes(1460))
        delays.append(talk.emitted[0].delay_s > 0)
    assert delays == [False, False, True, True, False, False]


def test_a_host_slows_a_request():
    talk = Talk(make_rule(0.0, burst_bytes=0))
    connection = talk.connect(80)
    assert connection.say(make_request("video.test")) == ["pass"]
    assert connection.hear(b"page") == []


def test_an_address_slows_from_the_first_packet(version):
    talk = Talk(make_rule(1.0, names=(), prefixes=BOTH, burst_bytes=100, ports=()), version=version)
    connection = talk.open(993)
    assert connection.syn() == ["pass"]
    assert connection.syn_ack() == ["pass"]
    connection.hear(bytes(100))
    assert talk.emitted[0].delay_s > 0
    assert talk.triggered == [("slow", None)]


def test_name_and_address_have_to_meet_where_both_are_given():
    talk = Talk(make_rule(0.0, prefixes=("192.88.99.0/24",), burst_bytes=0))
    connection = talk.connect()
    connection.say(make_hello("video.test"))
    assert connection.hear(b"data") == ["pass"]


def test_a_connection_is_free_when_the_rule_ends():
    talk = Talk(make_rule(0.0, burst_bytes=0, end=10.0))
    connection = talk.connect()
    connection.say(make_hello("video.test"))
    assert connection.hear(b"data") == []
    talk.now = 10.0
    assert connection.hear(b"data") == ["pass"]


@given(st.lists(st.tuples(st.floats(0, 5), st.integers(1, 1500)), max_size=60), st.sampled_from(ThrottlePolicy))
def test_no_time_sees_more_than_burst_and_rate_allow_and_order_is_kept(steps, policy):
    rule = make_rule(1_000.0, policy=policy, burst_bytes=1_500)
    bucket, now, last, sent = Bucket(rule, 0.0), 0.0, 0.0, 0
    for gap_s, size in steps:
        now += gap_s
        delay_s = bucket.take(size, now)
        if delay_s is not None:
            sent += size
            assert now + delay_s >= last - 1e-6
            last = now + delay_s
            assert sent <= 1_500 + 1_000 * last + 1e-3
