import pytest
from hypothesis import given
from hypothesis import strategies as st

from netglass.vocab.error import UsageError
from netglass.wire.client_hello import build_client_hello, make_client_hello
from netglass.wire.progress import Progress
from netglass.wire.quic_frame import CryptoFrame, build_crypto_frame, parse_crypto_frames
from netglass.wire.quic_header import parse_long_header
from netglass.wire.quic_initial import (
    DATAGRAM_BYTES,
    OpenedPacket,
    QuicHelloReader,
    build_hello_datagram,
    build_initial,
    open_initial,
)
from netglass.wire.quic_key import VERSION_1, VERSION_2, InitialKeys, derive_initial_keys
from tests.wire.quic_sample import (
    CLIENT_1,
    CLIENT_2,
    CLIENT_PAYLOAD,
    CONNECTION_ID,
    SERVER_1,
    SERVER_2,
    SERVER_ID,
    SERVER_PAYLOAD,
)
from tests.wire.strategy import broken, pieces

VERSIONS = st.sampled_from((VERSION_1, VERSION_2))
HELLO = make_client_hello("www.example.test", bytes(32), bytes(32), ("h3",), extensions=((57, bytes(40)),))
MESSAGE = build_client_hello(HELLO)


def keys_of(version: int, connection_id: bytes = CONNECTION_ID, is_client: bool = True) -> InitialKeys:
    """Return keys of a known version."""
    keys = derive_initial_keys(version, connection_id, is_client)
    assert keys is not None
    return keys


def open_first(datagram: bytes, keys: InitialKeys, expected: int = 0) -> OpenedPacket | None:
    """Open the first packet of a datagram."""
    header = parse_long_header(datagram)
    assert header is not None
    return open_initial(datagram, header, keys, expected)


def place(offset: int, data: bytes, number: int, **more: int) -> bytes:
    """Return an Initial packet with a piece of the handshake."""
    frame = build_crypto_frame(CryptoFrame(offset, data))
    return build_initial(frame, CONNECTION_ID, keys_of(VERSION_1), number=number, **more)


@pytest.mark.parametrize(("version", "packet"), [(VERSION_1, CLIENT_1), (VERSION_2, CLIENT_2)])
def test_the_client_packets_of_rfc_9001_and_rfc_9369(version, packet):
    keys = keys_of(version)
    assert open_first(packet, keys) == OpenedPacket(2, CLIENT_PAYLOAD.ljust(1162, b"\0"))
    assert build_initial(CLIENT_PAYLOAD, CONNECTION_ID, keys, number=2, version=version, least_bytes=1200) == packet
    reader = QuicHelloReader()
    assert reader.feed(packet) is Progress.DONE
    assert reader.hello is not None
    assert (reader.hello.server_name, reader.hello.protocols) == ("example.com", ("alpn",))


@pytest.mark.parametrize(("version", "packet"), [(VERSION_1, SERVER_1), (VERSION_2, SERVER_2)])
def test_the_server_packets_of_rfc_9001_and_rfc_9369(version, packet):
    keys = keys_of(version, is_client=False)
    assert open_first(packet, keys) == OpenedPacket(1, SERVER_PAYLOAD)
    assert build_initial(SERVER_PAYLOAD, b"", keys, SERVER_ID, 1, version, number_bytes=2) == packet
    assert open_first(packet, keys_of(version)) is None
    assert QuicHelloReader().feed(packet) is Progress.OTHER


@given(broken(CLIENT_1, CLIENT_2, SERVER_1, place(0, MESSAGE, 0)))
def test_no_bytes_break_the_reader(data):
    reader = QuicHelloReader()
    assert (reader.feed(data) is Progress.DONE) == (reader.hello is not None)


@given(
    VERSIONS, st.binary(max_size=20), st.binary(max_size=20), st.binary(max_size=70), st.binary(max_size=90),
    st.integers(0, 1 << 20), st.integers(1, 4),
)  # fmt: skip
def test_what_is_built_is_opened(version, destination_id, source_id, token, payload, number, number_bytes):
    keys = keys_of(version, destination_id)
    packet = build_initial(payload, destination_id, keys, source_id, number, version, token, number_bytes)
    header = parse_long_header(packet)
    assert header is not None
    assert (header.destination_id, header.source_id, header.token) == (destination_id, source_id, token)
    assert header.end == len(packet)
    opened = open_initial(packet, header, keys, expected=number)
    assert opened is not None
    assert opened.number == number
    assert opened.payload.rstrip(b"\0") == payload.rstrip(b"\0")


def test_any_changed_byte_is_noticed():
    packet = place(0, b"hello", 0)
    for at in range(len(packet)):
        header = parse_long_header(packet[:at] + bytes([packet[at] ^ 0x80]) + packet[at + 1 :])
        if header is not None:
            changed = packet[:at] + bytes([packet[at] ^ 0x80]) + packet[at + 1 :]
            assert open_initial(changed, header, keys_of(VERSION_1)) is None


def test_short_packet_numbers_are_those_nearest_to_the_expected():
    packet = place(0, b"hello", 0x1_02, number_bytes=1)
    assert open_first(packet, keys_of(VERSION_1)) is None
    opened = open_first(packet, keys_of(VERSION_1), expected=0x1_01)
    assert opened is not None
    assert opened.number == 0x1_02


@pytest.mark.parametrize("version", [VERSION_1, VERSION_2])
def test_a_first_datagram_is_long_enough_and_shows_the_name(version):
    datagram = build_hello_datagram(MESSAGE, CONNECTION_ID, b"me", version)
    assert len(datagram) == DATAGRAM_BYTES
    reader = QuicHelloReader()
    assert reader.feed(datagram) is Progress.DONE
    assert reader.hello == HELLO
    assert reader.feed(b"more") is Progress.DONE


def test_a_large_hello_takes_more_than_a_datagram():
    large = build_client_hello(make_client_hello("big.test", bytes(32), bytes(32), extensions=((51, bytes(1200)),)))
    reader = QuicHelloReader()
    assert reader.feed(place(0, large[:900], 0)) is Progress.MORE
    assert reader.feed(place(900, large[900:], 1)) is Progress.DONE
    assert reader.hello is not None
    assert reader.hello.server_name == "big.test"


@given(st.data())
def test_pieces_come_in_any_order_in_packets_and_datagrams(data):
    offset, frames = 0, []
    for part in data.draw(pieces(MESSAGE)):
        frames.append(CryptoFrame(offset, part))
        offset += len(part)
    frames = data.draw(st.permutations([*frames, frames[0]]))
    packets = [place(frame.offset, frame.data, number) for number, frame in enumerate(frames)]
    cut = data.draw(st.integers(0, len(packets)))
    reader = QuicHelloReader()
    for datagram in filter(None, (b"".join(packets[:cut]), b"".join(packets[cut:]))):
        reader.feed(datagram)
    assert reader.hello == HELLO


def test_other_packets_in_the_datagram_are_passed_over():
    zero_rtt = bytes.fromhex("d0 00000001 00 00 4003 aabbcc")
    assert QuicHelloReader().feed(zero_rtt + place(0, MESSAGE, 0) + b"\x40short") is Progress.DONE


def test_what_opens_not_is_ignored_once_the_client_is_known():
    reader = QuicHelloReader()
    assert reader.feed(place(0, MESSAGE[:50], 0)) is Progress.MORE
    assert reader.feed(b"\xc0garbage") is Progress.MORE
    assert reader.feed(place(50, MESSAGE[50:], 1)) is Progress.DONE


def test_after_a_retry_the_keys_follow_from_the_new_id():
    """The server's id and token come back, and the hello begins anew (RFC 9001 section 5.2)."""
    reader = QuicHelloReader()
    assert reader.feed(place(0, MESSAGE[:50], 0)) is Progress.MORE
    frame = build_crypto_frame(CryptoFrame(0, MESSAGE))
    assert (
        reader.feed(build_initial(frame, SERVER_ID, keys_of(VERSION_1, SERVER_ID), token=b"retry", number=1))
        is Progress.DONE
    )


def test_after_an_answer_the_keys_stay_while_the_id_changes():
    reader = QuicHelloReader()
    assert reader.feed(place(0, MESSAGE[:50], 0)) is Progress.MORE
    frame = build_crypto_frame(CryptoFrame(50, MESSAGE[50:]))
    assert reader.feed(build_initial(frame, SERVER_ID, keys_of(VERSION_1), number=1)) is Progress.DONE


@pytest.mark.parametrize("data", [b"", b"GET / HTTP/1.1\r\n", bytes(1200), b"\xc0\0\0\0\1\0\0\0\5abcde"])
def test_what_is_no_client_of_quic_is_other(data):
    assert QuicHelloReader().feed(data) is Progress.OTHER


def test_a_handshake_that_begins_with_another_message_is_other():
    assert QuicHelloReader().feed(place(0, b"\2\0\0\0", 0)) is Progress.OTHER
    assert QuicHelloReader().feed(place(0, b"\1\0\0\2??", 0)) is Progress.OTHER


def test_what_is_remembered_is_bounded():
    reader = QuicHelloReader()
    for number in range(80):
        assert reader.feed(place(1 + 1000 * number, bytes(1000), number)) is Progress.MORE
    assert sum(map(len, reader._pieces.values())) <= 1 << 16


def test_frames_that_may_not_stand_there_are_not_read():
    frames = build_crypto_frame(CryptoFrame(0, MESSAGE)) + b"\x1e"
    assert parse_crypto_frames(frames) is None
    assert QuicHelloReader().feed(build_initial(frames, CONNECTION_ID, keys_of(VERSION_1))) is Progress.MORE


def test_an_unknown_version_is_refused():
    with pytest.raises(UsageError, match="version"):
        build_hello_datagram(MESSAGE, CONNECTION_ID, version=5)
