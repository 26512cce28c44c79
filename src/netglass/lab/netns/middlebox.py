"""The middlebox: a process that takes every packet from one wire of a lane and puts it on the other, as the lane's path says.

One heap holds what is under way on all lanes, by the time at which something happens to it next. There is no way to make the middlebox
open a card: it is given sockets that were made for the lab's own wires (``wiring``), and its process is in a network in
which there is nothing.

**Source**: packet(7), epoll(7).
"""

import select
import socket
import struct
import time
from collections.abc import Iterable, Sequence
from heapq import heappop, heappush
from itertools import count

from netglass.lab.netns.canary import CANARY_CLIENT
from netglass.lab.netns.channel import Frames, pack_message, unpack_message
from netglass.lab.netns.message import AnyMessage, Done, Refused, SetPath, TakeTriggers, Triggers
from netglass.lab.netns.path import Hop, Path, Stop
from netglass.lab.netns.wiring import HARDWARE, Lane
from netglass.vocab.error import LabError
from netglass.wire.ip import pack_address

_HEAD_BYTES = 14
_HEADS = {4: HARDWARE * 2 + b"\x08\x00", 6: HARDWARE * 2 + b"\x86\xdd"}
_LEAST_BYTES = {4: 20, 6: 40}

_AT_ONCE = 64
"""Frames that are taken from one wire before another has its turn."""

_MOST_UNDER_WAY = 200_000
_MOST_FRAME_BYTES = 65_536
_SOL_PACKET, _PACKET_STATISTICS = 263, 6
_CANARY = pack_address(CANARY_CLIENT)


class Track:
    """A lane as the middlebox has it: its wires, and its path once there is one."""

    def __init__(self, lane: Lane) -> None:
        self.client, self.world = lane.client_wire, lane.world_wire
        self.path: Path | None = None


class Middlebox:
    """The middlebox.

    Args:
        control: channel to who asks; when it ends, the middlebox ends.
        lanes: the lanes.
    """

    def __init__(self, control: socket.socket, lanes: Sequence[Lane]) -> None:
        control.setblocking(True)
        self._control, self._frames = control, Frames()
        self._tracks = [Track(lane) for lane in lanes]
        self._wires = {track.client.fileno(): (track, True) for track in self._tracks}
        self._wires |= {track.world.fileno(): (track, False) for track in self._tracks}
        self._under_way: list[tuple[float, int, Track, Path, Hop]] = []
        self._turns = count()
        self._carried = self._lost = 0

    def run(self) -> None:
        """Carry packets until nobody is there any more to ask."""
        poll = select.epoll()
        control = self._control.fileno()
        for descriptor in (control, *self._wires):
            poll.register(descriptor, select.EPOLLIN)
        while True:
            for descriptor, _ in poll.poll(self._wait_s()):
                if descriptor != control:
                    self._take_frames(*self._wires[descriptor])
                elif not self._take_messages():
                    return
            self._move()

    def _wait_s(self) -> float | None:
        return max(0.0, self._under_way[0][0] - time.monotonic()) if self._under_way else None

    def _take_frames(self, track: Track, is_client: bool) -> None:
        wire = track.client if is_client else track.world
        now = time.monotonic()
        for _ in range(_AT_ONCE):
            try:
                frame = wire.recv(_MOST_FRAME_BYTES)
            except BlockingIOError:
                return
            packet = frame[_HEAD_BYTES:]
            version = packet[0] >> 4 if packet else 0
            if len(packet) < _LEAST_BYTES.get(version, 1 << 16):
                continue
            self._carried += 1
            if version == 4 and (packet[12:16] if is_client else packet[16:20]) == _CANARY:
                self._put(track.world if is_client else track.client, packet)
            elif track.path is not None:
                leave = track.path.leave_client if is_client else track.path.leave_world
                self._add(track, track.path, leave(packet), now)

    def _add(self, track: Track, path: Path, hops: Iterable[Hop], now: float) -> None:
        """Let packets go on; what is due at once still waits for its turn, so that none overtakes another."""
        for hop in hops:
            if len(self._under_way) < _MOST_UNDER_WAY:
                heappush(self._under_way, (now + hop.delay_s, next(self._turns), track, path, hop))
            else:
                self._lost += 1

    def _move(self) -> None:
        """Let everything happen whose time has come."""
        waiting, now = self._under_way, time.monotonic()
        while waiting and waiting[0][0] <= now:
            due, _, track, path, hop = heappop(waiting)
            if path is not track.path:
                continue  # it was sent before what holds now
            if hop.stop is Stop.CLIENT:
                self._put(track.client, hop.packet)
            elif hop.stop is Stop.WORLD:
                self._put(track.world, hop.packet)
            else:
                self._add(track, path, path.go_on(hop.stop, hop.packet, due), due)

    def _put(self, wire: socket.socket, packet: bytes) -> None:
        try:
            wire.send(_HEADS[packet[0] >> 4] + packet)
        except OSError:  # the queue of the wire is full, or the packet is longer than it carries
            self._lost += 1

    def _take_messages(self) -> bool:
        """Answer what is asked; False when nobody is there any more."""
        data = self._control.recv(_MOST_FRAME_BYTES)
        for whole in self._frames.feed(data):
            self._control.sendall(pack_message(self._reply(unpack_message(whole))))
        return bool(data)

    def _reply(self, message: AnyMessage) -> AnyMessage:
        if isinstance(message, SetPath):
            try:
                self._tracks[message.lane].path = Path(message.setting, time.monotonic())
            except LabError as error:
                return Refused(message.number, str(error))
            return Done(message.number)
        assert isinstance(message, TakeTriggers)
        track = self._tracks[message.lane]
        triggers = track.path.take_triggers() if track.path else ()
        self._count_lost(track)
        return Triggers(message.number, tuple(triggers), self._carried, self._lost)

    def _count_lost(self, track: Track) -> None:
        """Count the frames that the kernel had no room for since it was last asked; it forgets them then."""
        for wire in (track.client, track.world):
            self._lost += struct.unpack("II", wire.getsockopt(_SOL_PACKET, _PACKET_STATISTICS, 8))[1]
