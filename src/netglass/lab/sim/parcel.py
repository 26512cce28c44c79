"""A packet under way in the simulated network.

Whoever sends has the fields, and most receivers need only the fields. The bytes are made when somebody wants them: a
middlebox or an observer. That costs nothing in truth, for reading a packet that was built gives the fields back (the
tests of ``wire`` hold that), and the checksums of what comes from a middlebox are verified as a host would.
"""

from netglass.wire import ip
from netglass.wire.checksum import verify_checksum, verify_transport_checksum
from netglass.wire.icmp import IcmpMessage
from netglass.wire.packet import Transport, build_packet, parse_packet


class Parcel:
    """A packet: packed addresses and what it carries."""

    __slots__ = ("_data", "destination", "source", "transport")

    def __init__(self, source: bytes, destination: bytes, transport: Transport, data: bytes = b"") -> None:
        self.source = source
        self.destination = destination
        self.transport = transport
        self._data = data

    @property
    def data(self) -> bytes:
        """The bytes of the packet."""
        if not self._data:
            self._data = build_packet(self.source, self.destination, self.transport)
        return self._data


def read_parcel(data: bytes) -> Parcel | None:
    """Read a packet; None where no host would take it: not TCP, UDP or ICMP, cut short, a fragment, a wrong checksum."""
    packet = parse_packet(data)
    if packet is None or packet.transport is None:
        return None
    source, destination, transport = packet.ip.source, packet.ip.destination, packet.transport
    is_4 = len(source) == 4
    if is_4 and not verify_checksum(data[: (data[0] & 15) * 4]):
        return None
    if is_4 and isinstance(transport, IcmpMessage):
        is_sound = verify_checksum(packet.ip.payload)
    else:
        is_sound = verify_transport_checksum(source, destination, packet.ip.protocol, packet.ip.payload)
    is_unmade = packet.ip.protocol == ip.UDP and packet.ip.payload[6:8] == b"\0\0"
    return Parcel(source, destination, transport, data) if is_sound or (is_unmade and is_4) else None
