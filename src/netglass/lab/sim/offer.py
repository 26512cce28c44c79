"""What the two sides of a connection offer each other in their SYNs: the largest segment and the scale of the window.

We offer segments that fill an Ethernet frame of 1,500 bytes and a window of 8 MB. Where the peer offers no scale, neither
side uses one (RFC 7323 section 2.2). A peer that names no size gets segments of 536 bytes (RFC 9293 section 3.7.1).
"""

from typing import NamedTuple

from netglass.wire.tcp_option import MAXIMUM_SEGMENT, WINDOW_SCALE, TcpOption, build_tcp_options, parse_tcp_options

WINDOW = 65535
"""The window as we write it: it stays open."""

SEGMENT_BYTES = {4: 1460, 16: 1440}
"""The most data in a segment, by the bytes of an address."""

_SHIFT, _LARGEST_SHIFT = 7, 14
_DEFAULT_SEGMENT_BYTES, _LEAST_SEGMENT_BYTES = 536, 48


class Offer(NamedTuple):
    """An offer: the most data in a segment, bytes, and by how many bits the window is shifted, 0 for not."""

    segment_bytes: int
    shift: int

    @property
    def window_bytes(self) -> int:
        """Our own window in answer to this offer."""
        return WINDOW << _SHIFT if self.shift else WINDOW


def read_offer(options: bytes) -> Offer:
    """Return what the options of a SYN offer."""
    segment_bytes, shift = _DEFAULT_SEGMENT_BYTES, 0
    for kind, value in parse_tcp_options(options) or ():
        if kind == MAXIMUM_SEGMENT and len(value) == 2:
            segment_bytes = max(int.from_bytes(value, "big"), _LEAST_SEGMENT_BYTES)
        elif kind == WINDOW_SCALE and len(value) == 1:
            shift = min(value[0], _LARGEST_SHIFT)
    return Offer(segment_bytes, shift)


def _build_offer(segment_bytes: int, with_scale: bool) -> bytes:
    size = TcpOption(MAXIMUM_SEGMENT, segment_bytes.to_bytes(2, "big"))
    scale = [TcpOption(WINDOW_SCALE, bytes((_SHIFT,)))] if with_scale else []
    return build_tcp_options([size, *scale])


OFFERS = {
    (size, with_scale): _build_offer(most, with_scale)
    for size, most in SEGMENT_BYTES.items()
    for with_scale in (False, True)
}
"""The options of our SYN, by the bytes of an address and whether a scale is offered."""
