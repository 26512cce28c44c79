from hypothesis import given
from hypothesis import strategies as st

from netglass.lab.sim.outbox import Outbox, Piece


def take_all(outbox, now=0.0):
    return list(iter(lambda: outbox.take(now), None))


def test_the_first_window_is_ten_segments():
    outbox = Outbox(1000, 1 << 20)
    outbox.add(bytes(50_000))
    assert [piece.position for piece in take_all(outbox)] == list(range(1, 10_001, 1000))


def test_it_doubles_with_each_round_until_something_is_lost():
    outbox = Outbox(1000, 1 << 20)
    outbox.add(bytes(500_000))
    rounds = []
    for _ in range(4):
        rounds.append(len(take_all(outbox)))
        for _ in range(rounds[-1]):
            outbox.acknowledge(outbox.acknowledged + 1000, 0.1)
    assert rounds == [10, 20, 40, 80]


def test_the_peers_window_bounds_what_is_under_way():
    outbox = Outbox(1000, 2500)
    outbox.add(bytes(9000))
    assert [len(piece.data) for piece in take_all(outbox)] == [1000, 1000]
    outbox.acknowledge(2001, 0.1)
    assert [len(piece.data) for piece in take_all(outbox)] == [1000, 1000]


def test_a_small_window_is_filled_where_nothing_is_under_way():
    outbox = Outbox(1000, 300)
    outbox.add(bytes(9000))
    assert [len(piece.data) for piece in take_all(outbox)] == [300]


def test_the_end_goes_with_the_last_data_and_alone_after_them():
    outbox = Outbox(1000, 1 << 20)
    outbox.add(b"ab")
    outbox.finish()
    assert take_all(outbox) == [Piece(1, b"ab", True)]
    assert not outbox.acknowledge(4, 0.1) and outbox.is_drained
    other = Outbox(1000, 1 << 20)
    other.add(b"ab")
    assert take_all(other) == [Piece(1, b"ab", False)]
    other.finish()
    assert take_all(other) == [Piece(3, b"", True)]
    assert not other.is_drained


def test_the_third_duplicate_sends_the_first_segment_again_and_halves_the_window():
    outbox = Outbox(1000, 1 << 20)
    outbox.add(bytes(100_000))
    take_all(outbox)
    assert [outbox.count_duplicate() for _ in range(2)] == [None, None]
    assert outbox.count_duplicate() == Piece(1, bytes(1000), False)
    assert outbox.acknowledge(2001, 0.1) == Piece(2001, bytes(1000), False)
    assert outbox.acknowledge(10_001, 0.2) is None
    assert len(take_all(outbox)) == 5


def test_an_expiry_goes_back_to_the_first_byte_with_one_segment_and_doubles_the_time():
    outbox = Outbox(1000, 1 << 20)
    outbox.measure(0.1)
    outbox.add(bytes(5000))
    take_all(outbox)
    before = outbox.timeout_s
    assert outbox.expire()
    assert outbox.timeout_s == 2 * before
    assert [piece.position for piece in take_all(outbox)] == [1]
    outbox.acknowledge(5001, 9.0)
    assert (take_all(outbox), outbox.timeout_s) == ([], before)


def test_it_gives_up_with_the_sixteenth_expiry():
    outbox = Outbox(1000, 1 << 20)
    outbox.add(b"a")
    assert [outbox.expire() for _ in range(16)] == [True] * 15 + [False]
    assert outbox.timeout_s == 120


def test_the_time_out_follows_the_round_trips():
    outbox = Outbox(1000, 1 << 20)
    assert outbox.timeout_s == 1.0
    outbox.measure(0.4)
    assert outbox.timeout_s == 0.4 + 4 * 0.2
    for _ in range(100):
        outbox.measure(0.4)
    assert round(outbox.timeout_s, 6) == 0.6


def test_a_segment_that_was_sent_again_is_not_measured():
    outbox = Outbox(1000, 1 << 20)
    outbox.add(b"a")
    take_all(outbox, 0.0)
    outbox.expire()
    take_all(outbox, 1.0)
    outbox.acknowledge(2, 1.1)
    assert outbox.timeout_s == 1.0


EVENTS = st.lists(st.sampled_from(["add", "take", "acknowledge", "duplicate", "expire", "finish"]), max_size=60)


@given(EVENTS, st.integers(0, 1 << 32))
def test_whatever_happens_what_it_sends_is_what_it_was_given(events, seed):
    outbox, given_, now = Outbox(10, 64), b"", 0.0
    for number, event in enumerate(events):
        now += 0.1
        pieces = []
        if event == "add" and not outbox.is_finished:
            data = bytes((seed + number + index) % 256 for index in range(seed % 23))
            outbox.add(data)
            given_ += data
        elif event == "take":
            pieces = take_all(outbox, now)
        elif event == "acknowledge" and outbox.is_under_way:
            under_way = outbox.highest - outbox.acknowledged
            pieces = [outbox.acknowledge(outbox.acknowledged + 1 + seed % under_way, now)]
        elif event == "duplicate" and outbox.is_under_way:
            pieces = [outbox.count_duplicate()]
        elif event == "expire":
            outbox.expire()
        elif event == "finish":
            outbox.finish()
        for piece in filter(None, pieces):
            assert given_[piece.position - 1 : piece.position - 1 + len(piece.data)] == piece.data
            assert len(piece.data) <= 10
            assert not piece.is_last or piece.position + len(piece.data) == len(given_) + 1
        assert 1 <= outbox.acknowledged <= outbox.sent <= outbox.highest <= len(given_) + 2
