import pytest
from hypothesis import given
from hypothesis import strategies as st

from netglass.wire.cursor import Cursor, CutShort
from netglass.wire.quic_varint import LARGEST, build_varint, take_varint


@pytest.mark.parametrize(
    ("data", "value"),
    [
        ("c2197c5eff14e88c", 151_288_809_941_952_652),
        ("9d7f3e7d", 494_878_333),
        ("7bbd", 15_293),
        ("25", 37),
    ],
)
def test_the_examples_of_rfc_9000(data, value):
    """Appendix A.1."""
    assert take_varint(Cursor(bytes.fromhex(data))) == value
    assert build_varint(value) == bytes.fromhex(data)


def test_a_longer_form_is_read_too():
    assert take_varint(Cursor(bytes.fromhex("4025"))) == 37
    assert build_varint(37, least_bytes=2) == bytes.fromhex("4025")


@given(st.integers(0, LARGEST), st.sampled_from((1, 2, 4, 8)))
def test_what_is_built_is_read_back(value, least_bytes):
    cursor = Cursor(build_varint(value, least_bytes))
    assert take_varint(cursor) == value
    assert cursor.is_at_end
    assert cursor.offset >= least_bytes


def test_the_end_is_noticed_and_too_large_numbers_are_refused():
    with pytest.raises(CutShort):
        take_varint(Cursor(b"\x9d\x7f"))
    with pytest.raises(OverflowError):
        build_varint(LARGEST + 1)
