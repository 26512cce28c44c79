"""What a censor remembers: flows, and who stays blocked after a trigger.

Both tables are bounded in number and in time. The flow that was quiet for the longest is forgotten first; a forgotten
flow is one whose begin was not seen, which may be blocked by its address alone. (Wang et al., "Your State is Not Mine",
IMC 2017, show how a censor's state comes and goes.)
"""

from collections import OrderedDict
from enum import Enum

from netglass.lab.censor.rule import AnyRule, HttpRule, QuicRule, TlsRule
from netglass.lab.censor.stream import StreamInspector
from netglass.lab.censor.throttle import Bucket
from netglass.wire.quic_initial import QuicHelloReader

FLOWS = 16_384
"""Flows that are remembered at once."""

RESIDUALS = 65_536
"""Blocks after a trigger that are remembered at once."""

IDLE_TCP_S, IDLE_UDP_S = 300.0, 60.0
"""After how long without a packet a flow is over."""

ResidualRule = TlsRule | HttpRule | QuicRule


class Mode(Enum):
    """What happens to a flow's packets."""

    INSPECT = "inspect"
    PASS = "pass"
    DIVERT = "divert"
    DROP = "drop"
    DROP_SYN = "drop_syn"
    REFUSE = "refuse"
    """Every segment of the client is answered with a reset."""
    RESET = "reset"
    """Every segment but a SYN is answered with resets."""
    RESET_DATA = "reset_data"
    """Data is answered with resets."""
    UNREACHABLE = "unreachable"
    FINISHED = "finished"
    """The censor has answered in the server's name, and acknowledges what the client still sends."""


class Flow:
    """One connection or exchange of datagrams.

    Attributes:
        key: client's and server's packed addresses, client's and server's port: the order of an outward packet.
        client: client's packed address.
        server: server's packed address.
        client_port: 0 to 65535.
        server_port: 0 to 65535.
        mode: what happens to its packets.
        seen: when the last packet came, seconds.
        epoch: number of the rules and residual blocks that it was last held against.
        rule: the rule behind ``mode``.
        until: when ``mode`` ends, seconds.
        first: sequence number of the client's SYN.
        inspector: what has been read of the client's stream.
        hello: what has been read of the client's QUIC hello.
        bucket: what slows it.
        answer: what the censor said in the server's name.
        answer_at: sequence number of the first byte of ``answer``.
        target: packed address of the host that it is diverted to.
        alias_port: the client's port as that host sees it.
        alias_key: as ``key``, with both of these.
    """

    __slots__ = (
        "alias_key",
        "alias_port",
        "answer",
        "answer_at",
        "bucket",
        "client",
        "client_port",
        "epoch",
        "first",
        "hello",
        "inspector",
        "key",
        "mode",
        "rule",
        "seen",
        "server",
        "server_port",
        "target",
        "until",
    )

    def __init__(self, key: bytes, client: bytes, server: bytes, client_port: int, server_port: int) -> None:
        self.key = key
        self.client = client
        self.server = server
        self.client_port = client_port
        self.server_port = server_port
        self.mode = Mode.PASS
        self.seen = 0.0
        self.epoch = -1
        self.rule: AnyRule | None = None
        self.until = float("inf")
        self.first: int | None = None
        self.inspector: StreamInspector | None = None
        self.hello: QuicHelloReader | None = None
        self.bucket: Bucket | None = None
        self.answer = b""
        self.answer_at = 0
        self.target = b""
        self.alias_port = client_port
        self.alias_key: bytes | None = None

    @property
    def is_held(self) -> bool:
        """Whether something is done to its packets beside slowing them."""
        return self.mode not in (Mode.INSPECT, Mode.PASS)

    def hold(self, rule: AnyRule, mode: Mode, until: float = float("inf")) -> None:
        """Do something to its packets from now on; nothing is read any more."""
        self.rule, self.mode, self.until = rule, mode, until
        self.inspector = self.hello = None


def build_key(source: bytes, destination: bytes, source_port: int, destination_port: int) -> bytes:
    """Return what tells a flow from others, in the order in which a packet without IP options holds it."""
    return source + destination + (source_port << 16 | destination_port).to_bytes(4, "big")


class FlowTable:
    """Flows by key, the one that was quiet for the longest first.

    Args:
        idle_s: after how many quiet seconds a flow is over.
        most: how many are remembered.
    """

    def __init__(self, idle_s: float, most: int = FLOWS) -> None:
        self._idle_s = idle_s
        self._most = most
        self._flows: OrderedDict[bytes, Flow] = OrderedDict()
        self._aliases: dict[bytes, Flow] = {}

    def __len__(self) -> int:
        return len(self._flows)

    def find(self, key: bytes, now: float) -> Flow | None:
        """Return the flow with that key, if it is not over, and note that it was seen."""
        return self._see(self._flows.get(key), now)

    def find_alias(self, key: bytes, now: float) -> Flow | None:
        """Return the diverted flow that looks so to the other host, as ``find`` does."""
        return self._see(self._aliases.get(key), now) if self._aliases else None

    def _see(self, flow: Flow | None, now: float) -> Flow | None:
        if flow is None:
            return None
        if now - flow.seen > self._idle_s:
            self.remove(flow)
            return None
        flow.seen = now
        self._flows.move_to_end(flow.key)
        return flow

    def has_key(self, key: bytes) -> bool:
        """Tell whether a flow has that key or alias."""
        return key in self._flows or key in self._aliases

    def add(self, flow: Flow, now: float) -> None:
        """Remember a flow, in place of another with its key."""
        self.remove(flow)
        flow.seen = now
        self._flows[flow.key] = flow
        if flow.alias_key is not None:
            self._aliases[flow.alias_key] = flow
        while len(self._flows) > self._most:
            self.remove(next(iter(self._flows.values())))

    def remove(self, flow: Flow) -> None:
        """Forget the flow with the same key."""
        known = self._flows.pop(flow.key, None)
        if known is not None and known.alias_key is not None:
            self._aliases.pop(known.alias_key, None)


class ResidualTable:
    """Who stays blocked: (protocol, client, server, server's port, name or nothing) and until when.

    China resets what a client has with a server's address and port for about 90 s after a keyword, other countries drop
    it (Bock et al., "Your Censor is My Censor", WOOT 2021; Wang et al., IMC 2017).
    """

    def __init__(self, most: int = RESIDUALS) -> None:
        self._most = most
        self._blocks: dict[tuple[int, bytes, bytes, int, str | None], tuple[float, ResidualRule]] = {}

    def __len__(self) -> int:
        return len(self._blocks)

    def add(self, protocol: int, flow: Flow, name: str | None, rule: ResidualRule, now: float) -> None:
        """Block for the rule's time; a block that stands begins anew."""
        key = (protocol, flow.client, flow.server, flow.server_port, name)
        self._blocks.pop(key, None)
        self._blocks[key] = (now + rule.residual_s, rule)
        if len(self._blocks) > self._most:
            del self._blocks[next(iter(self._blocks))]

    def find(self, protocol: int, flow: Flow, name: str | None, now: float) -> tuple[float, ResidualRule] | None:
        """Return until when the flow is blocked, and the rule that was triggered; None where it is not."""
        if not self._blocks:
            return None
        key = (protocol, flow.client, flow.server, flow.server_port, name)
        found = self._blocks.get(key)
        if found is not None and not (now < found[0] and found[1].is_active(now)):
            del self._blocks[key]
            return None
        return found
