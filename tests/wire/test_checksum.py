import pytest
from hypothesis import given
from hypothesis import strategies as st

from netglass.wire.checksum import (
    compute_checksum,
    compute_transport_checksum,
    sum_words,
    verify_checksum,
    verify_transport_checksum,
)
from tests.wire.strategy import ADDRESSES


def add_words(data: bytes) -> int:
    """Add as RFC 1071 section 4.1 does: word by word, the carries folded back."""
    total = 0
    for first, second in zip(data[::2], (data + b"\0")[1::2], strict=False):
        total += first << 8 | second
        total = (total & 0xFFFF) + (total >> 16)
    return total


def test_the_example_of_rfc_1071():
    data = bytes.fromhex("0001 f203 f4f5 f6f7")
    assert sum_words(data) == 0xDDF2
    assert compute_checksum(data) == 0x220D


def test_a_known_ipv4_header():
    assert compute_checksum(bytes.fromhex("4500 0073 0000 4000 4011 0000 c0a8 0001 c0a8 00c7")) == 0xB861
    assert verify_checksum(bytes.fromhex("4500 0073 0000 4000 4011 b861 c0a8 0001 c0a8 00c7"))
    assert not verify_checksum(bytes.fromhex("4500 0073 0000 4000 4011 b862 c0a8 0001 c0a8 00c7"))


@given(st.one_of(st.binary(), st.just(b"\xff" * 4), st.just(bytes(6))))
def test_one_large_number_sums_as_the_words_do(data):
    assert sum_words(data) == add_words(data)


@given(ADDRESSES, st.sampled_from((6, 17, 58)), st.binary(max_size=100))
def test_a_segment_checks_with_the_words_of_its_pseudo_header(addresses, protocol, segment):
    source, destination = addresses
    length = len(segment)
    pseudo = source + destination + length.to_bytes(4, "big") + protocol.to_bytes(4, "big")
    checksum = compute_transport_checksum(source, destination, protocol, segment)
    assert checksum == 0xFFFF - add_words(pseudo + segment)


@pytest.mark.parametrize("size", [20, 21])
def test_a_changed_bit_is_noticed(size):
    addresses = bytes([192, 0, 2, 1]), bytes([192, 0, 2, 2])
    segment = bytearray(range(size))
    segment[16:18] = b"\0\0"
    segment[16:18] = compute_transport_checksum(*addresses, 6, bytes(segment)).to_bytes(2, "big")
    assert verify_transport_checksum(*addresses, 6, bytes(segment))
    segment[-1] ^= 1
    assert not verify_transport_checksum(*addresses, 6, bytes(segment))
