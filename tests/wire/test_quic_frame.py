import pytest
from hypothesis import given
from hypothesis import strategies as st

from netglass.wire.quic_frame import CryptoFrame, build_close_frame, build_crypto_frame, parse_crypto_frames
from tests.wire.strategy import broken

ACK = bytes.fromhex("02 05 00 01 01 00 02")
ACK_ECN = bytes.fromhex("03 05 00 00 01 01 02 03")
HELLO = CryptoFrame(0, b"hello")
MIXED = b"\1" + ACK + build_crypto_frame(HELLO) + bytes(5) + ACK_ECN + build_close_frame(0x128, b"why")


@given(broken(MIXED))
def test_no_bytes_break_the_parser(data):
    frames = parse_crypto_frames(data)
    assert frames is None or sum(len(frame.data) for frame in frames) <= len(data)


@given(st.lists(st.builds(CryptoFrame, st.integers(0, 1 << 61), st.binary(max_size=70)), max_size=5))
def test_what_is_built_is_read_back(frames):
    payload = b"\1\0\0".join(map(build_crypto_frame, frames))
    assert parse_crypto_frames(payload) == tuple(frames)


def test_what_may_stand_beside_is_passed_over():
    assert parse_crypto_frames(MIXED) == (HELLO,)
    assert parse_crypto_frames(bytes(100)) == ()


@pytest.mark.parametrize("frame", [b"\x08\0", b"\x1d\0\0", b"\x1e", b"\x30x"])
def test_frames_of_later_packets_may_not(frame):
    assert parse_crypto_frames(build_crypto_frame(HELLO) + frame) is None


@pytest.mark.parametrize("cut", range(1, len(build_crypto_frame(HELLO))))
def test_a_cut_frame_is_none(cut):
    assert parse_crypto_frames(build_crypto_frame(HELLO)[:cut]) is None


def test_a_huge_count_of_ranges_ends_at_the_end():
    assert parse_crypto_frames(bytes.fromhex("02 00 00 ffffffffffffffff 00 00")) is None
