"""A host of the simulated network: what a program on it can do (``netglass.wire.net.Host``), and what its kernel answers.

A segment to a port where nobody listens is answered by a reset, a datagram by *port unreachable*. What arrives late for a
connection that has ended is acknowledged for a minute more (TIME-WAIT, shortened from RFC 9293 as Linux has it).
"""

import errno
import os
from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import lru_cache, partial
from ipaddress import ip_interface
from random import Random
from typing import TYPE_CHECKING, Any

from netglass.lab.sim.flow import DatagramFlow
from netglass.lab.sim.line import Line
from netglass.lab.sim.machine import Key
from netglass.lab.sim.opening import Opening
from netglass.lab.sim.parcel import Parcel
from netglass.lab.sim.region import Region
from netglass.lab.sim.service import ListenerTable, Servants, ServeFlow
from netglass.lab.sim.stream import SimStream
from netglass.lab.sim.stub import Stub
from netglass.lab.sim.tcp import Connection
from netglass.lab.sim.unreachable import read_error
from netglass.wire import ip
from netglass.wire.icmp import IcmpMessage, Unreachable, parse_quoted_flow, quote_unreachable
from netglass.wire.ip import format_address, pack_address
from netglass.wire.net import Endpoint, Flow, ServeDatagram, ServeStream, Stream
from netglass.wire.packet import Transport
from netglass.wire.tcp import ACK, RST, SYN, TcpSegment
from netglass.wire.udp import UdpDatagram

if TYPE_CHECKING:
    from netglass.lab.sim.network import Network

_FIRST_PORT, _LAST_PORT = 32768, 60999
"""**Source**: Linux's ``net.ipv4.ip_local_port_range``."""

_LINGER_S = 60.0
"""**Source**: Linux's ``TCP_TIMEWAIT_LEN``."""


@lru_cache(1 << 14)
def _pack_interface(text: str) -> bytes:
    """Return the packed address of an address with or without a length. Remembered."""
    return ip_interface(text).ip.packed


class SimHost:
    """A host. ``Network.add_host`` makes it."""

    def __init__(
        self,
        network: "Network",
        name: str,
        addresses: Sequence[str],
        region: Region,
        up: Line,
        down: Line,
        random: Random,
        resolvers: Sequence[str],
        clock_offset: timedelta,
    ) -> None:
        self.name, self.region, self.up, self.down, self.random = name, region, up, down, random
        self.loop = network.loop
        self._network = network
        self._clock_offset = clock_offset
        self._own: dict[int, bytes] = {}
        for address in addresses:
            packed = _pack_interface(address)
            self._own.setdefault(len(packed), packed)
        self._stub = Stub(self, resolvers, random, 16 in self._own)
        self._connections: dict[Key, Connection | Opening] = {}
        self._flows: dict[Key, DatagramFlow] = {}
        self._ended: dict[Key, tuple[float, TcpSegment]] = {}
        self._streams_to: ListenerTable[ServeStream] = ListenerTable()
        self._datagrams_to: ListenerTable[ServeDatagram] = ListenerTable()
        self._flows_to: ListenerTable[ServeFlow] = ListenerTable()
        self._servants = Servants(network.loop)
        self._port = random.randint(_FIRST_PORT, _LAST_PORT)

    # What a program does.

    async def connect(self, address: str, port: int) -> Stream:
        """Connect from this host's address of that version."""
        key = self._choose_key(address, port, self._connections)
        opening = self._connections[key] = Opening(self, key, partial(self._connections.__setitem__, key))
        return SimStream(await opening.wait())

    async def open_flow(self, address: str, port: int) -> Flow:
        """Begin to exchange datagrams with one peer."""
        key = self._choose_key(address, port, self._flows)
        flow = self._flows[key] = DatagramFlow(self, key, self._flows.pop)
        return flow

    async def resolve(self, name: str) -> list[str]:
        """Ask the stub resolver."""
        return await self._stub.resolve(name)

    def read_clock(self) -> datetime:
        """Return this host's wall clock, UTC and naive."""
        return self.loop.read_clock() + self._clock_offset

    async def listen(self, address: str, port: int, serve: ServeStream) -> None:
        """Serve connections to an address of this host, or with ``0.0.0.0`` or ``::`` to all of that version."""
        self._streams_to.add(address, port, serve)

    async def listen_datagrams(self, address: str, port: int, serve: ServeDatagram) -> None:
        """Answer datagrams to an address of this host, or to all, one by one."""
        self._datagrams_to.add(address, port, serve)

    async def listen_flows(self, address: str, port: int, serve: ServeFlow) -> None:
        """Serve the datagrams of each peer to an address of this host, or to all, as one flow."""
        self._flows_to.add(address, port, serve)

    def stop_listening(self, address: str, port: int) -> None:
        """Refuse new connections, and datagrams, to this address and port; those under way go on."""
        self._streams_to.remove(address, port)
        self._datagrams_to.remove(address, port)
        self._flows_to.remove(address, port)

    def _choose_key(self, address: str, port: int, taken: dict[Key, Any]) -> Key:
        there = pack_address(address)
        here = self._own.get(len(there))
        if here is None:
            raise OSError(errno.ENETUNREACH, os.strerror(errno.ENETUNREACH))
        for _ in range(_FIRST_PORT, _LAST_PORT + 1):
            self._port = self._port + 1 if self._port < _LAST_PORT else _FIRST_PORT
            key = here, self._port, there, port
            if key not in taken and key not in self._ended:
                return key
        raise OSError(errno.EADDRNOTAVAIL, os.strerror(errno.EADDRNOTAVAIL))

    # What its kernel does.

    def send(self, source: bytes, destination: bytes, transport: Transport) -> None:
        """Put a packet on the line."""
        self._network.carry(self, Parcel(source, destination, transport))

    def queue(self, parcel: Parcel) -> None:
        """Take a packet that has come to the other end of this host's line."""
        arrival = self.down.plan(self.loop.now, parcel)
        if arrival is not None:
            self.loop.post(arrival, self.receive, parcel)

    def receive(self, parcel: Parcel) -> None:
        """Take a packet from the line."""
        observer = self._network.observer
        if observer is not None:
            observer(self.loop.now, self, False, parcel.data)
        transport = parcel.transport
        if isinstance(transport, TcpSegment):
            key = parcel.destination, transport.destination_port, parcel.source, transport.source_port
            connection = self._connections.get(key)
            if connection is not None:
                connection.receive(transport)
            else:
                self._receive_stray(key, transport)
        elif isinstance(transport, UdpDatagram):
            self._receive_datagram(parcel, transport)
        else:
            self._receive_error(transport)

    def forget(self, key: Key, last: TcpSegment | None) -> None:
        """Take a connection off the table; with ``last``, stragglers are answered by it for a while."""
        self._connections.pop(key, None)
        if last is not None:
            self._drop_ended()
            self._ended[key] = self.loop.now + _LINGER_S, last

    def _drop_ended(self) -> None:
        """Drop those who have lingered long enough; they stand in the order of their ends."""
        while self._ended and next(iter(self._ended.values()))[0] < self.loop.now:
            del self._ended[next(iter(self._ended))]

    def _receive_stray(self, key: Key, segment: TcpSegment) -> None:
        """Take a segment of no connection: one that begins one, comes late, or is wrong here."""
        flags = segment.flags
        if flags & RST:
            return
        self._drop_ended()
        here, port, there, peer_port = key
        serve = self._streams_to.find(here, port)
        if flags & SYN and not flags & ACK and serve is not None:
            self._ended.pop(key, None)
            self._connections[key] = Opening(self, key, partial(self._begin_serving, serve, key), segment)
        elif key in self._ended:
            self.send(here, there, self._ended[key][1])
        elif flags & ACK:
            self.send(here, there, TcpSegment(port, peer_port, segment.acknowledgment, 0, RST, window=0))
        else:
            self.send(here, there, TcpSegment(port, peer_port, 0, segment.next_sequence, RST | ACK, window=0))

    def _begin_serving(self, serve: ServeStream, key: Key, connection: Connection) -> None:
        self._connections[key] = connection
        self._servants.serve_stream(serve, SimStream(connection))

    def _receive_datagram(self, parcel: Parcel, datagram: UdpDatagram) -> None:
        key = here, port, there, peer_port = (
            parcel.destination,
            datagram.destination_port,
            parcel.source,
            datagram.source_port,
        )
        if (flow := self._flows.get(key)) is not None:
            flow.take(datagram.payload)
        elif (answer := self._datagrams_to.find(here, port)) is not None:
            peer = Endpoint(format_address(there), peer_port)
            self._servants.answer(answer, datagram.payload, peer, partial(self._reply, key))
        elif (serve := self._flows_to.find(here, port)) is not None:
            flow = self._flows[key] = DatagramFlow(self, key, self._flows.pop)
            flow.take(datagram.payload)
            self._servants.serve_flow(serve, flow)
        else:
            self.send(here, there, quote_unreachable(parcel.data, Unreachable.PORT))

    def _reply(self, key: Key, data: bytes) -> None:
        here, port, there, peer_port = key
        self.send(here, there, UdpDatagram(port, peer_port, data))

    def _receive_error(self, message: IcmpMessage) -> None:
        quoted = parse_quoted_flow(message)
        if quoted is None:
            return
        error = read_error(message, len(quoted.source) == 4)
        if error is None:
            return
        key = quoted.source, quoted.source_port, quoted.destination, quoted.destination_port
        if quoted.protocol == ip.UDP:
            flow = self._flows.get(key)
            if flow is not None and error.is_hard:
                flow.take_error(error.number)
        else:
            connection = self._connections.get(key)
            sequence = _read_quoted_sequence(message)
            if connection is not None and sequence is not None:
                connection.take_error(error.number, sequence)


def _read_quoted_sequence(message: IcmpMessage) -> int | None:
    """Return the sequence number of the TCP segment that an error quotes; RFC 792 promises 8 bytes of it."""
    packet = ip.parse_quoted_ip(message.body)
    return int.from_bytes(packet.payload[4:8], "big") if packet and len(packet.payload) >= 8 else None
