"""What TCP and UDP have in common: finding a flow, holding it against rules by address, letting its answers pass."""

from netglass.lab.censor.desk import Desk
from netglass.lab.censor.divert import divert_flow
from netglass.lab.censor.emission import Direction, Emission
from netglass.lab.censor.flow import Flow, FlowTable, Mode, build_key
from netglass.lab.censor.rule import (
    AddressAction,
    AddressRule,
    AnyRule,
    DivertRule,
    QuicRule,
    StreamAction,
    ThrottleRule,
)
from netglass.lab.censor.throttle import Bucket
from netglass.wire import ip
from netglass.wire.icmp import Unreachable
from netglass.wire.ip import IpPacket

_MODES = {
    AddressAction.DROP_SYN: Mode.DROP_SYN,
    AddressAction.REFUSE: Mode.REFUSE,
    AddressAction.RESET_DATA: Mode.RESET_DATA,
    AddressAction.HOST_UNREACHABLE: Mode.UNREACHABLE,
    AddressAction.PROHIBITED: Mode.UNREACHABLE,
    AddressAction.DROP: Mode.DROP,
}
_SILENCED = frozenset((Mode.DROP, Mode.REFUSE, Mode.UNREACHABLE, Mode.FINISHED))


class Path:
    """One transport's flows.

    Args:
        desk: what the paths share.
        protocol: number of the transport in IP.
        idle_s: after how many quiet seconds a flow is over.
        harmless: where the desk knows this transport's harmless flows.
    """

    def __init__(self, desk: Desk, protocol: int, idle_s: float, harmless: set[bytes]) -> None:
        self.desk = desk
        self.protocol = protocol
        self.flows = FlowTable(idle_s)
        self.harmless = harmless

    def begin_reading(self, flow: Flow) -> None:
        """Make ready to read what the client says, if a rule could mean it."""

    def find_flow(self, key: bytes, ends: tuple[bytes, bytes, int, int], first: int | None, now: float) -> Flow:
        """Return the flow of a packet, held against rules and residual blocks.

        Args:
            key: the flow's key.
            ends: client, server and their ports.
            first: number of a SYN that begins a connection, which may be a new one between the same ports.
            now: seconds.
        """
        flow = self.flows.find(key, now)
        if flow is not None and self._is_over(flow, first, now):
            self.flows.remove(flow)
            flow = None
        if flow is None:
            flow = Flow(key, *ends)
            flow.first = first
            self._judge_flow(flow, now, begins=first is not None or self.protocol != ip.TCP)
            if not flow.is_held:
                self.begin_reading(flow)
            if flow.mode is not Mode.PASS or flow.bucket is not None:
                self.flows.add(flow, now)
        elif flow.epoch != self.desk.epoch:
            self._judge_again(flow, now)
        return flow

    def _is_over(self, flow: Flow, first: int | None, now: float) -> bool:
        """Tell whether a flow has to be looked at as if it began."""
        if first is not None and first != flow.first:
            return True
        if flow.rule is None or flow.mode is Mode.DIVERT:
            return False
        return now >= flow.until or (flow.epoch != self.desk.epoch and not flow.rule.is_active(now))

    def _judge_again(self, flow: Flow, now: float) -> None:
        if flow.bucket is not None and not flow.bucket.rule.is_active(now):
            flow.bucket = None
        if flow.is_held:
            flow.epoch = self.desk.epoch
        else:
            self._judge_flow(flow, now, begins=False)

    def _judge_flow(self, flow: Flow, now: float, begins: bool) -> None:
        """Hold a flow against what is known of it without its content."""
        desk = self.desk
        flow.epoch = desk.epoch
        for rule in desk.book.find_address(flow.server, flow.server_port, self.protocol):
            if self._apply_address(flow, rule, begins):
                desk.log(now, rule, flow)
                return
        if self.apply_residual(flow, None, now):
            return
        slow = desk.book.find_throttle(flow.server, flow.server_port)
        if slow is not None:
            self.slow_flow(flow, slow, None, now)

    def _apply_address(self, flow: Flow, rule: AddressRule | DivertRule, begins: bool) -> bool:
        if isinstance(rule, DivertRule):
            return begins and divert_flow(flow, rule, self.flows, self.harmless)
        if rule.action is AddressAction.DROP_SYN and not begins:
            return False
        flow.hold(rule, _MODES[rule.action])
        return True

    def apply_residual(self, flow: Flow, name: str | None, now: float) -> bool:
        """Hold a flow if an earlier trigger still blocks it."""
        found = self.desk.residual.find(self.protocol, flow, name, now)
        if found is None:
            return False
        until, rule = found
        drops = isinstance(rule, QuicRule) or rule.action is StreamAction.DROP
        flow.hold(rule, Mode.DROP if drops else Mode.RESET, until)
        self.desk.log(now, rule, flow, name, is_residual=True)
        return True

    def slow_flow(self, flow: Flow, rule: ThrottleRule, name: str | None, now: float) -> None:
        """Slow what comes back; the first rule that says so counts."""
        if flow.bucket is None:
            flow.bucket = Bucket(rule, now)
            self.desk.log(now, rule, flow, name)

    def return_packet(self, flow: Flow, packet: bytes, now: float) -> list[Emission]:
        """Let a packet of the server pass to the client, late, or not at all."""
        if flow.mode in _SILENCED and flow.rule is not None and flow.rule.in_path:
            return []
        delay_s = 0.0 if flow.bucket is None else flow.bucket.take(len(packet), now)
        return [] if delay_s is None else [Emission(packet, Direction.INWARD, delay_s)]

    def report_unreachable(self, packet: bytes, seen: IpPacket, rule: AnyRule | None) -> list[Emission]:
        """Answer a packet of the client with an ICMP error."""
        is_host = isinstance(rule, AddressRule) and rule.action is AddressAction.HOST_UNREACHABLE
        error = self.desk.injector.report(packet, seen, Unreachable.HOST if is_host else Unreachable.PROHIBITED)
        return [*pass_on_path(rule, packet), error]

    def settle_flow(self, flow: Flow, is_read: bool = True) -> None:
        """Know the directions of a flow in which nothing can happen any more as harmless.

        Args:
            flow: the flow.
            is_read: whether the client's packets need no look.
        """
        is_free = flow.mode is Mode.PASS and flow.bucket is None
        if is_free:
            self.flows.remove(flow)
        self.desk.mark(self.harmless, flow.key, flow.mode is Mode.PASS and is_read)
        reverse = build_key(flow.server, flow.client, flow.server_port, flow.client_port)
        self.desk.mark(self.harmless, reverse, is_free or (flow.mode is Mode.INSPECT and flow.bucket is None))


def pass_on_path(rule: AnyRule | None, packet: bytes) -> list[Emission]:
    """Return the client's packet where the rule that meets it cannot hold it back."""
    return [] if rule is not None and rule.in_path else [Emission(packet, Direction.OUTWARD, 0.0)]
