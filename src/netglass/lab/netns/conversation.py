"""Who talks to whom since a path began: what belongs to no conversation of it is left over from the one before, and does not pass.

Kernels send the ends of connections again for minutes after their programs are done. On a lane that has another scene by then such
a packet would meet the next censor and be noted as if the next client had sent it.

A client's TCP connection begins with a SYN, its datagrams begin by themselves; a machine can only answer.
"""

from netglass.wire import ip
from netglass.wire.tcp import ACK, SYN

MOST_KNOWN = 1 << 17
"""Conversations that are remembered on each side of a path; of more, the oldest is forgotten and breaks."""

_PORTS_AT = {4: 20, 6: 40}
_FLAGS = 13
_NOTHING = b""


class Conversations:
    """The conversations on one side of a path."""

    def __init__(self) -> None:
        self._known: dict[bytes, None] = {}

    def begin(self, packet: bytes) -> bool:
        """Tell whether a packet belongs to a conversation, which it may begin; what is neither TCP nor UDP always does."""
        protocol, key, flags = _read(packet)
        if not key or key in self._known:
            return True
        if protocol == ip.TCP and flags & (SYN | ACK) != SYN:
            return False
        if len(self._known) >= MOST_KNOWN:
            del self._known[next(iter(self._known))]
        self._known[key] = None
        return True

    def go_on(self, packet: bytes) -> bool:
        """Tell whether a packet belongs to a conversation that has begun."""
        key = _read(packet)[1]
        return not key or key in self._known


def _read(packet: bytes) -> tuple[int, bytes, int]:
    """Return protocol, both ends in an order that is the same both ways, and TCP's flags; headers are without options."""
    version = packet[0] >> 4
    at = _PORTS_AT[version]
    protocol = packet[9] if version == 4 else packet[6]
    if (protocol != ip.TCP or len(packet) <= at + _FLAGS) and protocol != ip.UDP:
        return protocol, _NOTHING, 0
    if version == 4:
        source, destination = packet[12:16] + packet[20:22], packet[16:20] + packet[22:24]
    else:
        source, destination = packet[8:24] + packet[40:42], packet[24:40] + packet[42:44]
    key = source + destination if source < destination else destination + source
    return protocol, bytes((protocol,)) + key, packet[at + _FLAGS] if protocol == ip.TCP else 0
