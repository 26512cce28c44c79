import pytest
from hypothesis import given
from hypothesis import strategies as st

from netglass.wire.cursor import Cursor, CutShort, build_vector


@given(st.binary(), st.sampled_from((1, 2, 3)))
def test_a_vector_is_taken_as_it_was_built(data, length_bytes):
    cursor = Cursor(build_vector(length_bytes, data[:255]) + b"rest")
    assert cursor.take_vector(length_bytes) == data[:255]
    assert cursor.take(4) == b"rest"
    assert cursor.is_at_end


@pytest.mark.parametrize("data", [b"", b"\2a", b"\0\3ab"])
def test_the_end_is_noticed(data):
    with pytest.raises(CutShort):
        Cursor(data).take_vector(2 if data[:1] == b"\0" else 1)


def test_numbers_of_a_vector_must_be_whole():
    assert Cursor(b"\4\0\1\0\2").take_numbers(1, 2) == (1, 2)
    with pytest.raises(CutShort):
        Cursor(b"\3\0\1\0").take_numbers(1, 2)


def test_a_failed_take_moves_nothing():
    cursor = Cursor(b"abc", 1)
    with pytest.raises(CutShort):
        cursor.take(3)
    assert cursor.take(2) == b"bc"


def test_zeros_are_skipped():
    cursor = Cursor(b"\0\0\0x\0")
    cursor.skip_zeros()
    assert (cursor.offset, cursor.take(1)) == (3, b"x")
    cursor.skip_zeros()
    assert cursor.is_at_end
