"""TCP as a censor sees it: by address at the SYN, by content later, and what then becomes of the connection.

In the path, the segment that completes a forbidden hello or request goes no further. After a reset the client's further
segments are reset too, so one lost packet does not let the connection live. Where the censor answers in the server's
name it has to stay in that part: it acknowledges what the client still sends, and says its answer again if that was lost.
"""

from netglass.lab.censor.book import Content, read_name
from netglass.lab.censor.desk import Desk
from netglass.lab.censor.divert import rewrite_inward, rewrite_outward
from netglass.lab.censor.dns import build_lie
from netglass.lab.censor.emission import Direction, Emission
from netglass.lab.censor.flow import IDLE_TCP_S, Flow, Mode, build_key
from netglass.lab.censor.http import build_ending
from netglass.lab.censor.path import Path, pass_on_path
from netglass.lab.censor.rule import DnsAction, DnsRule, HttpRule, StreamAction, ThrottleRule, TlsRule
from netglass.lab.censor.stream import StreamInspector
from netglass.wire import ip
from netglass.wire.dns_message import Message, build_frame
from netglass.wire.ip import IpPacket
from netglass.wire.tcp import ACK, FIN, RST, SYN, TcpSegment
from netglass.wire.tls_record import FATAL, Alert, build_alert

StreamRule = DnsRule | TlsRule | HttpRule


class TcpPath(Path):
    """TCP's flows."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk, ip.TCP, IDLE_TCP_S, desk.harmless_tcp)

    def process_outward(self, packet: bytes, seen: IpPacket, segment: TcpSegment, now: float) -> list[Emission]:
        """Take a segment of a client."""
        ends = (seen.source, seen.destination, segment.source_port, segment.destination_port)
        first = segment.sequence if segment.flags & (SYN | ACK) == SYN else None
        flow = self.find_flow(build_key(*ends), ends, first, now)
        if flow.mode is Mode.INSPECT and segment.payload:
            emissions = self._read_segment(flow, packet, seen, segment, now)
        else:
            emissions = self._meet_segment(flow, packet, seen, segment)
        self.settle_flow(flow)
        return emissions

    def process_inward(self, packet: bytes, seen: IpPacket, segment: TcpSegment, now: float) -> list[Emission]:
        """Take a segment of a server."""
        ends = (seen.destination, seen.source, segment.destination_port, segment.source_port)
        key = build_key(*ends)
        diverted = self.flows.find_alias(key, now)
        if diverted is not None:
            return [Emission(rewrite_inward(diverted, seen, segment), Direction.INWARD, 0.0)]
        flow = self.find_flow(key, ends, None, now)
        emissions = self.return_packet(flow, packet, now)
        self.settle_flow(flow)
        return emissions

    def begin_reading(self, flow: Flow) -> None:
        """Read the client's stream, if its begin was seen and a rule could mean it."""
        if flow.first is not None:
            inspector = StreamInspector(self.desk.book, flow.server_port, flow.first + 1)
            if not inspector.is_over:
                flow.inspector, flow.mode = inspector, Mode.INSPECT

    def _read_segment(
        self, flow: Flow, packet: bytes, seen: IpPacket, segment: TcpSegment, now: float
    ) -> list[Emission]:
        inspector = flow.inspector
        if inspector is None:
            return [Emission(packet, Direction.OUTWARD, 0.0)]
        book = self.desk.book
        for kind, content in inspector.feed(segment.sequence + (segment.flags & SYN != 0), segment.payload):
            name = read_name(content)
            if name is not None and self.apply_residual(flow, name, now):
                return self._meet_segment(flow, packet, seen, segment)
            rule = book.find_content(kind, content, flow.server, flow.server_port)
            if isinstance(rule, ThrottleRule):
                self.slow_flow(flow, rule, name, now)
            elif isinstance(rule, StreamRule):
                self.desk.log(now, rule, flow, name)
                if not isinstance(rule, DnsRule):
                    self.desk.block(self.protocol, flow, rule, name, now)
                return self._strike(flow, rule, content, packet, seen, segment)
        if inspector.is_over:
            flow.inspector, flow.mode = None, Mode.PASS
        return [Emission(packet, Direction.OUTWARD, 0.0)]

    def _strike(
        self, flow: Flow, rule: StreamRule, content: Content, packet: bytes, seen: IpPacket, segment: TcpSegment
    ) -> list[Emission]:
        """End a connection at the segment that completed what the rule looks for."""
        injector = self.desk.injector
        answer = build_answer(rule, content)
        if rule.action in (StreamAction.DROP, DnsAction.DROP):
            flow.hold(rule, Mode.DROP)
            return []
        emissions = pass_on_path(rule, packet)
        if answer is None:
            emissions.append(injector.refuse(seen, segment))
        else:
            emissions += injector.answer(seen, segment, answer)
        emissions.append(injector.abort(seen, segment, rule.in_path))
        if rule.in_path:
            flow.hold(rule, Mode.RESET if answer is None else Mode.FINISHED)
            flow.answer, flow.answer_at = answer or b"", segment.acknowledgment
        else:
            flow.inspector, flow.mode = None, Mode.PASS
        return emissions

    def _meet_segment(self, flow: Flow, packet: bytes, seen: IpPacket, segment: TcpSegment) -> list[Emission]:
        """Do to a client's segment what is done to its flow."""
        flags = segment.flags
        match flow.mode:
            case Mode.DIVERT:
                return [Emission(rewrite_outward(flow, seen, segment), Direction.OUTWARD, 0.0)]
            case Mode.DROP:
                return []
            case Mode.DROP_SYN if flags & SYN:
                return []
            case Mode.UNREACHABLE:
                return self.report_unreachable(packet, seen, flow.rule)
            case Mode.FINISHED:
                return self._keep_up(flow, seen, segment)
            case Mode.REFUSE if not flags & RST:
                return self._reset(flow, packet, seen, segment)
            case Mode.RESET if not flags & (RST | SYN):
                return self._reset(flow, packet, seen, segment)
            case Mode.RESET_DATA if segment.payload:
                flow.mode = Mode.RESET
                return self._reset(flow, packet, seen, segment)
        return [Emission(packet, Direction.OUTWARD, 0.0)]

    def _reset(self, flow: Flow, packet: bytes, seen: IpPacket, segment: TcpSegment) -> list[Emission]:
        injector = self.desk.injector
        passed = pass_on_path(flow.rule, packet)
        emissions = [*passed, injector.refuse(seen, segment)]
        if passed or not segment.flags & SYN:
            emissions.append(injector.abort(seen, segment, not passed))
        return emissions

    def _keep_up(self, flow: Flow, seen: IpPacket, segment: TcpSegment) -> list[Emission]:
        if segment.flags & RST:
            return []
        if segment.payload and segment.acknowledgment == flow.answer_at:
            return self.desk.injector.answer(seen, segment, flow.answer)
        has_content = segment.payload or segment.flags & FIN
        return [self.desk.injector.acknowledge(seen, segment)] if has_content else []


def build_answer(rule: StreamRule, content: Content) -> bytes | None:
    """Return what the client is told in the server's name before a FIN; None where it is told nothing of the kind."""
    if isinstance(rule, DnsRule):
        lie = build_lie(rule, content) if isinstance(content, Message) else None
        return None if lie is None else build_frame(lie)
    if isinstance(rule, HttpRule):
        return build_ending(rule)
    if rule.action is StreamAction.ALERT:
        return build_alert(Alert(FATAL, rule.alert))
    return b"" if rule.action is StreamAction.FINISH else None
