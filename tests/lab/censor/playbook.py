"""Conversations through a censor, told in words.

A ``Talk`` is a client and a server with a censor between them. What the censor does to each packet comes back as a list of words, in
order: ``pass`` (the same bytes go on), ``client<RST``, ``server<RST``, ``client<FIN`` ... A word ends in ``!`` where the
packet is one that its receiver would ignore: a wrong number, a wrong checksum. So a test that reads well is a test that
the forged packets work.
"""

import random
from itertools import count

from netglass.lab.censor import AnyRule, Censor, Direction, Emission
from netglass.wire.checksum import verify_transport_checksum
from netglass.wire.client_hello import build_client_hello, build_hello_records, make_client_hello
from netglass.wire.icmp import IcmpMessage, parse_quoted_flow
from netglass.wire.ip import pack_address, parse_ip
from netglass.wire.packet import Packet, build_packet, parse_packet
from netglass.wire.quic_initial import build_hello_datagram
from netglass.wire.tcp import ACK, FIN, MODULUS, PSH, RST, SYN, TcpSegment
from netglass.wire.udp import UdpDatagram

CLIENTS = {4: "192.31.196.7", 6: "2620:4f:8000:1::7"}
SERVERS = {4: "192.52.193.80", 6: "2620:4f:8000:2::80"}
OTHERS = {4: "192.52.193.90", 6: "2620:4f:8000:2::90"}
HOSTS = {4: "192.175.48.99", 6: "2620:4f:8000:9::99"}
ALL_HOSTS = tuple(HOSTS.values())

_FLAGS = ((SYN, "SYN"), (FIN, "FIN"), (RST, "RST"))


def make_hello(name: str | None, padding: int = 300, extensions: tuple[tuple[int, bytes], ...] = ()) -> bytes:
    """Return the records of a hello."""
    more = ((21, bytes(padding)), *extensions)
    return build_hello_records(make_client_hello(name, bytes(32), bytes(32), ("h2",), bytes(32), more))


def make_quic_hello(name: str, connection_id: bytes = b"12345678") -> bytes:
    """Return a client's first datagram."""
    message = build_client_hello(make_client_hello(name, bytes(32), bytes(32), ("h3",)))
    return build_hello_datagram(message, connection_id)


def make_request(host: str, path: str = "/", method: str = "GET") -> bytes:
    """Return a request's head."""
    return f"{method} {path} HTTP/1.1\r\nHost: {host}\r\nAccept: */*\r\n\r\n".encode()


class Talk:
    """A censor with a client on one side and servers on the other."""

    def __init__(self, *rules: AnyRule, version: int = 4, seed: int = 1) -> None:
        self.version = version
        self.client = pack_address(CLIENTS[version])
        self.server = pack_address(SERVERS[version])
        self.censor = Censor(rules, random.Random(seed))
        self.now = 0.0
        self.emitted: list[Emission] = []
        self._ports = count(40000)

    @property
    def triggered(self) -> list[tuple[str, str | None]]:
        """Rules and names that were triggered since the last look."""
        return [(trigger.rule_id, trigger.name) for trigger in self.censor.take_triggers()]

    def process(self, packet: bytes, direction: Direction) -> list[Emission]:
        """Give the censor a packet."""
        self.emitted = self.censor.process(packet, direction, self.now)
        return self.emitted

    def send(self, payload: bytes, port: int = 53, client_port: int | None = None, server: bytes = b"") -> list[str]:
        """Let the client send a datagram."""
        source = next(self._ports) if client_port is None else client_port
        packet = build_packet(self.client, server or self.server, UdpDatagram(source, port, payload))
        return [self._tell_datagram(emission, packet) for emission in self.process(packet, Direction.OUTWARD)]

    def receive(self, payload: bytes, port: int = 53, client_port: int = 40000, server: bytes = b"") -> list[str]:
        """Let the server send a datagram."""
        packet = build_packet(server or self.server, self.client, UdpDatagram(port, client_port, payload))
        return [self._tell_datagram(emission, packet) for emission in self.process(packet, Direction.INWARD)]

    def open(self, port: int = 443, client_port: int | None = None, server: bytes = b"") -> "Connection":
        """Return a connection that is not made yet."""
        return Connection(self, next(self._ports) if client_port is None else client_port, port, server or self.server)

    def connect(self, port: int = 443, client_port: int | None = None, server: bytes = b"") -> "Connection":
        """Return a connection whose handshake passed."""
        connection = self.open(port, client_port, server)
        assert connection.syn() == ["pass"]
        assert connection.syn_ack() == ["pass"]
        assert connection.ack() == ["pass"]
        return connection

    def _tell_datagram(self, emission: Emission, packet: bytes) -> str:
        who = tell_receiver(emission)
        if emission.packet == packet:
            return "pass"
        seen = read_packet(emission.packet)
        if isinstance(seen.transport, IcmpMessage):
            return f"{who}<ICMP {seen.transport.type}/{seen.transport.code}"
        return f"{who}<datagram"


class Connection:
    """A TCP connection as both ends count it, while nothing is lost or forged."""

    def __init__(self, talk: Talk, client_port: int, server_port: int, server: bytes) -> None:
        self.talk = talk
        self.server = server
        self.ports = client_port, server_port
        self.client_first, self.server_first = 0xFFFFFF00, 7000  # the client's numbers wrap soon
        self.client_next, self.server_next = self.client_first + 1, self.server_first + 1
        self.pages = b""

    def syn(self) -> list[str]:
        """The client begins."""
        return self._go(TcpSegment(*self.ports, self.client_first, 0, SYN))

    def syn_ack(self) -> list[str]:
        """The server agrees."""
        return self._come(TcpSegment(*self.ports[::-1], self.server_first, self.client_first + 1, SYN | ACK))

    def ack(self) -> list[str]:
        """The client says that it has got all so far."""
        return self._go(TcpSegment(*self.ports, self.client_next, self.server_next, ACK))

    def say(self, payload: bytes, flags: int = PSH | ACK) -> list[str]:
        """The client says something."""
        told = self.say_at(0, payload, flags)
        self.client_next += len(payload) + (flags & FIN)
        return told

    def say_at(self, offset: int, payload: bytes, flags: int = PSH | ACK) -> list[str]:
        """The client says something that begins ``offset`` bytes behind what it has said in order."""
        return self._go(TcpSegment(*self.ports, self.client_next + offset, self.server_next, flags, payload))

    def reset(self) -> list[str]:
        """The client resets."""
        return self._go(TcpSegment(*self.ports, self.client_next, 0, RST))

    def hear(self, payload: bytes, flags: int = PSH | ACK) -> list[str]:
        """The server says something."""
        told = self._come(TcpSegment(*self.ports[::-1], self.server_next, self.client_next, flags, payload))
        self.server_next += len(payload)
        return told

    def _go(self, segment: TcpSegment) -> list[str]:
        packet = build_packet(self.talk.client, self.server, segment)
        return self._tell(self.talk.process(packet, Direction.OUTWARD), packet, segment)

    def _come(self, segment: TcpSegment) -> list[str]:
        packet = build_packet(self.server, self.talk.client, segment)
        return self._tell(self.talk.process(packet, Direction.INWARD), packet, segment)

    def _tell(self, emissions: list[Emission], packet: bytes, sent: TcpSegment) -> list[str]:
        words = []
        forged = 0
        for emission in emissions:
            if emission.packet == packet:
                words.append("pass")
                continue
            seen = read_packet(emission.packet)
            who = tell_receiver(emission)
            if isinstance(seen.transport, IcmpMessage):
                quoted = parse_quoted_flow(seen.transport)
                is_ours = quoted is not None and quoted[1:] == (self.talk.client, self.server, *self.ports)
                words.append(f"{who}<ICMP {seen.transport.type}/{seen.transport.code}" + "!" * (not is_ours))
                continue
            segment = seen.transport
            assert isinstance(segment, TcpSegment)
            is_good = self._would_take(seen, segment, sent, forged, who, packet)
            if who == "client" and not segment.flags & RST:
                forged += len(segment.payload)
                self.pages += segment.payload
            words.append(f"{who}<{name_flags(segment)}" + "!" * (not is_good))
        return words

    def _would_take(
        self, seen: Packet, segment: TcpSegment, sent: TcpSegment, forged: int, who: str, packet: bytes
    ) -> bool:
        ends = (self.talk.client, self.server) if who == "server" else (self.server, self.talk.client)
        ports = self.ports if who == "server" else self.ports[::-1]
        if (seen.ip.source, seen.ip.destination) != ends or (segment.source_port, segment.destination_port) != ports:
            return False
        if who == "client":
            expected = sent.acknowledgment + forged
            acknowledges = segment.acknowledgment == sent.next_sequence
            return segment.sequence == expected % MODULUS and acknowledges
        passed = any(emission.packet == packet for emission in self.talk.emitted)
        return segment.sequence == (sent.next_sequence if passed else sent.sequence) % MODULUS


def read_packet(data: bytes) -> Packet:
    """Return a packet that must be one, with right checksums."""
    packet = parse_packet(data)
    assert packet is not None
    ip = parse_ip(data)
    assert ip is not None
    if not isinstance(packet.transport, IcmpMessage) or len(ip.source) == 16:
        assert verify_transport_checksum(ip.source, ip.destination, ip.protocol, ip.payload)
    return packet


def tell_receiver(emission: Emission) -> str:
    """Return who gets an emission."""
    return "client" if emission.direction is Direction.INWARD else "server"


def name_flags(segment: TcpSegment) -> str:
    """Return what a segment is, in a word."""
    names = [name for bit, name in _FLAGS if segment.flags & bit]
    return "+".join(names + ["data"] * bool(segment.payload)) or "ACK"
