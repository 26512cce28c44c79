from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netglass.wire.tcp_stream import TcpStream

DATA = bytes(range(200))
STARTS = st.sampled_from((0, 1, 0x7FFFFFF0, 0xFFFFFF80, 0xFFFFFFFF))


@given(st.data(), STARTS)
def test_pieces_in_any_order_twice_and_overlapping_give_the_stream(data, start):
    edges = data.draw(st.lists(st.integers(0, 200), min_size=1, max_size=8).map(lambda cuts: sorted({0, 200, *cuts})))
    pieces = [(first, data.draw(st.integers(last, 200))) for first, last in pairwise(edges)]
    pieces += data.draw(st.lists(st.sampled_from(pieces), max_size=4))
    stream = TcpStream(start)
    got = b"".join(
        stream.feed((start + first) % (1 << 32), DATA[first:last]) for first, last in data.draw(st.permutations(pieces))
    )
    assert got == DATA
    assert stream.next_sequence == (start + 200) % (1 << 32)


@given(st.lists(st.tuples(st.integers(0, 0xFFFFFFFF), st.binary(max_size=20)), max_size=30), STARTS)
def test_no_segments_break_it_and_what_it_hands_out_it_acknowledges(segments, start):
    stream = TcpStream(start, waiting_bytes=50)
    got = b"".join(stream.feed(sequence, payload) for sequence, payload in segments)
    assert stream.next_sequence == (start + len(got)) % (1 << 32)


def test_the_first_copy_of_a_byte_wins():
    stream = TcpStream(100)
    assert stream.feed(100, b"good") == b"good"
    assert stream.feed(100, b"evil!") == b"!"


@pytest.mark.parametrize(("first", "second"), [(b"one", b"TWO"), (b"one", b"TWOfold")])
def test_of_two_waiting_copies_the_earlier_wins(first, second):
    stream = TcpStream(0)
    assert stream.feed(1, first) == b""
    assert stream.feed(1, second) == b""
    assert stream.feed(0, b"-") == b"-one" + second[3:]


def test_what_waits_is_bounded_and_freed_again():
    stream = TcpStream(0, waiting_bytes=4)
    assert stream.feed(1, b"abcd") == b""
    assert stream.feed(5, b"e") == b""
    assert stream.feed(0, b"-") == b"-abcd"
    assert stream.feed(6, b"fghi") == b""
    assert stream.feed(5, b"e") == b"efghi"
