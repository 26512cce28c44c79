"""A host of the simulated network: what a program on it can do (``netglass.wire.net.Host``), and what its kernel answers.

A segment to a port where nobody listens is answered by a reset, a datagram by *port unreachable*. What arrives late for a
connection that has ended is acknowledged for a minute more (TIME-WAIT, shortened from RFC 9293 as Linux has it).

A server that raises an ``OSError`` has lost its peer and only that connection ends. Any other error of a server ends the
whole run: in a lab a broken server looks like a censored country.
"""

import asyncio
import errno
import os
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from datetime import datetime, timedelta
from ipaddress import ip_interface
from random import Random
from typing import TYPE_CHECKING, Any

from netglass.lab.sim.flow import DatagramFlow
from netglass.lab.sim.line import Line
from netglass.lab.sim.parcel import Parcel
from netglass.lab.sim.region import Region
from netglass.lab.sim.stub import Stub
from netglass.lab.sim.tcp import Connection, Key
from netglass.lab.sim.unreachable import read_error
from netglass.vocab.error import LabError
from netglass.wire import ip
from netglass.wire.icmp import IcmpMessage, Unreachable, parse_quoted_flow, quote_unreachable
from netglass.wire.ip import format_address, pack_address
from netglass.wire.net import Endpoint, Flow, ServeDatagram, ServeStream, Stream
from netglass.wire.packet import Transport
from netglass.wire.tcp import ACK, RST, SYN, TcpSegment
from netglass.wire.udp import UdpDatagram

if TYPE_CHECKING:
    from netglass.lab.sim.network import Network

ServeFlow = Callable[[Flow], Awaitable[None]]
"""Serves the datagrams of one peer; the flow is closed when it returns."""

_FIRST_PORT, _LAST_PORT = 32768, 60999
"""**Source**: Linux's ``net.ipv4.ip_local_port_range``."""

_LINGER_S = 60.0
"""**Source**: Linux's ``TCP_TIMEWAIT_LEN``."""

_ANY = {4: bytes(4), 16: bytes(16)}


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
            packed = ip_interface(address).ip.packed
            self._own.setdefault(len(packed), packed)
        self._stub = Stub(self, resolvers, random, 16 in self._own)
        self._connections: dict[Key, Connection] = {}
        self._flows: dict[Key, DatagramFlow] = {}
        self._ended: dict[Key, tuple[float, TcpSegment]] = {}
        self._listeners: dict[tuple[bytes, int], ServeStream] = {}
        self._datagram_listeners: dict[tuple[bytes, int], ServeDatagram] = {}
        self._flow_listeners: dict[tuple[bytes, int], ServeFlow] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._port = random.randint(_FIRST_PORT, _LAST_PORT)

    # What a program does.

    async def connect(self, address: str, port: int) -> Stream:
        """Connect from this host's address of that version."""
        key = self._choose_key(address, port, self._connections)
        connection = self._connections[key] = Connection(self, key)
        await connection.connect()
        return connection

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
        self._bind(self._listeners, address, port, serve)

    async def listen_datagrams(self, address: str, port: int, serve: ServeDatagram) -> None:
        """Answer datagrams to an address of this host, or to all, one by one."""
        self._bind(self._datagram_listeners, address, port, serve)

    async def listen_flows(self, address: str, port: int, serve: ServeFlow) -> None:
        """Serve the datagrams of each peer to an address of this host, or to all, as one flow."""
        self._bind(self._flow_listeners, address, port, serve)

    def stop_listening(self, address: str, port: int) -> None:
        """Refuse new connections, and datagrams, to this address and port; those under way go on."""
        for table in (self._listeners, self._datagram_listeners, self._flow_listeners):
            table.pop((pack_address(address), port), None)

    def _bind(self, table: dict[tuple[bytes, int], Any], address: str, port: int, serve: object) -> None:
        if table.setdefault((pack_address(address), port), serve) is not serve:
            raise LabError(f"{self.name} listens at {Endpoint(address, port)} already")

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

    def _start(self, work: Coroutine[Any, Any, None]) -> None:
        task = self.loop.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

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
            self._ended[key] = self.loop.now + _LINGER_S, last
            while self._ended and next(iter(self._ended.values()))[0] < self.loop.now:
                del self._ended[next(iter(self._ended))]

    def _receive_stray(self, key: Key, segment: TcpSegment) -> None:
        """Take a segment of no connection: one that begins one, comes late, or is wrong here."""
        flags = segment.flags
        if flags & RST:
            return
        here, port, there, peer_port = key
        serve = self._listeners.get((here, port)) or self._listeners.get((_ANY[len(here)], port))
        if flags & SYN and not flags & ACK and serve is not None:
            self._ended.pop(key, None)
            connection = Connection(self, key, lambda opened: self._start(self._serve(serve, opened)))
            self._connections[key] = connection
            connection.accept(segment)
        elif key in self._ended:
            self.send(here, there, self._ended[key][1])
        elif flags & ACK:
            self.send(here, there, TcpSegment(port, peer_port, segment.acknowledgment, 0, RST, window=0))
        else:
            self.send(here, there, TcpSegment(port, peer_port, 0, segment.next_sequence, RST | ACK, window=0))

    async def _serve(self, serve: ServeStream, connection: Connection) -> None:
        try:
            await serve(connection)
        except OSError:
            connection.abort()
        except Exception as error:
            self.loop.fail(error)
        finally:
            connection.release()

    def _receive_datagram(self, parcel: Parcel, datagram: UdpDatagram) -> None:
        here, port = parcel.destination, datagram.destination_port
        key = here, port, parcel.source, datagram.source_port
        flow = self._flows.get(key)
        if flow is not None:
            flow.take(datagram.payload)
            return
        any_address = _ANY[len(here)]
        answer = self._datagram_listeners.get((here, port)) or self._datagram_listeners.get((any_address, port))
        if answer is not None:
            self._start(self._answer(answer, key, datagram.payload))
            return
        serve = self._flow_listeners.get((here, port)) or self._flow_listeners.get((any_address, port))
        if serve is not None:
            flow = self._flows[key] = DatagramFlow(self, key, self._flows.pop)
            flow.take(datagram.payload)
            self._start(self._serve_flow(serve, flow))
        else:
            self.send(here, parcel.source, quote_unreachable(parcel.data, Unreachable.PORT))

    async def _answer(self, answer: ServeDatagram, key: Key, data: bytes) -> None:
        here, port, there, peer_port = key
        try:
            reply = await answer(data, Endpoint(format_address(there), peer_port))
        except OSError:
            return
        except Exception as error:
            self.loop.fail(error)
            return
        if reply is not None:
            self.send(here, there, UdpDatagram(port, peer_port, reply))

    async def _serve_flow(self, serve: ServeFlow, flow: DatagramFlow) -> None:
        try:
            await serve(flow)
        except OSError:
            pass
        except Exception as error:
            self.loop.fail(error)
        finally:
            flow.close()

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
