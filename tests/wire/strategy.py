"""What the tests of the wire share: damaged bytes, and records with any values that their fields take."""

from hypothesis import strategies as st

from netglass.wire.icmp import IcmpMessage
from netglass.wire.tcp import TcpSegment
from netglass.wire.udp import UdpDatagram

BYTE = st.integers(0, 0xFF)
SHORT = st.integers(0, 0xFFFF)
LONG = st.integers(0, 0xFFFFFFFF)
DATA = st.binary(max_size=80)
ADDRESSES = st.sampled_from((4, 16)).flatmap(lambda size: st.tuples(*[st.binary(min_size=size, max_size=size)] * 2))
WORDS = st.binary(max_size=40).map(lambda data: data[: len(data) // 4 * 4])

SEGMENTS = st.builds(TcpSegment, SHORT, SHORT, LONG, LONG, st.integers(0, 0xFFF), DATA, SHORT, WORDS, SHORT)
DATAGRAMS = st.builds(UdpDatagram, SHORT, SHORT, DATA)
MESSAGES = st.builds(IcmpMessage, BYTE, BYTE, DATA, LONG)


@st.composite
def damage(draw: st.DrawFn, valid: bytes) -> bytes:
    """Draw ``valid`` with some bytes changed, some put in or left out, and perhaps cut."""
    data = bytearray(valid)
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, len(data)))
        data[at : at + draw(st.integers(0, 3))] = draw(st.binary(max_size=3))
    return bytes(data[: draw(st.integers(0, len(data)))]) if draw(st.booleans()) else bytes(data)


def broken(*valid: bytes) -> st.SearchStrategy[bytes]:
    """Return a strategy of arbitrary bytes and of damaged forms of ``valid``."""
    return st.one_of(st.binary(max_size=200), st.sampled_from(valid).flatmap(damage))


@st.composite
def pieces(draw: st.DrawFn, data: bytes) -> list[bytes]:
    """Draw ``data`` cut into pieces anywhere."""
    cuts = sorted(draw(st.sets(st.integers(1, max(1, len(data) - 1)), max_size=8)))
    return [data[first:last] for first, last in zip([0, *cuts], [*cuts, len(data)], strict=True)]
