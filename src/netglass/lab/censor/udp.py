"""UDP as a censor sees it: questions to any resolver, and hellos in QUIC's Initial packets.

QUIC cannot be ended from outside, for its keys are secret after the first packets; censors drop what follows (Elmenhorst et
al., "Web Censorship Measurements of HTTP/3 over QUIC", IMC 2021; Zohaib et al., "Exposing and Circumventing SNI-based
QUIC Censorship of the Great Firewall of China", USENIX Security 2025).
"""

from netglass.lab.censor.book import DNS_PORT, read_name
from netglass.lab.censor.desk import Desk
from netglass.lab.censor.divert import rewrite_inward, rewrite_outward
from netglass.lab.censor.dns import build_lie, is_question
from netglass.lab.censor.emission import Direction, Emission
from netglass.lab.censor.flow import IDLE_UDP_S, Flow, Mode, build_key
from netglass.lab.censor.path import Path, pass_on_path
from netglass.lab.censor.rule import DnsRule, QuicRule, ThrottleRule
from netglass.wire import ip
from netglass.wire.dns_message import parse_message
from netglass.wire.ip import IpPacket
from netglass.wire.progress import Progress
from netglass.wire.quic_initial import QuicHelloReader
from netglass.wire.udp import UdpDatagram


class UdpPath(Path):
    """UDP's flows."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk, ip.UDP, IDLE_UDP_S, desk.harmless_udp)

    def process_outward(self, packet: bytes, seen: IpPacket, datagram: UdpDatagram, now: float) -> list[Emission]:
        """Take a datagram of a client."""
        ends = (seen.source, seen.destination, datagram.source_port, datagram.destination_port)
        flow = self.find_flow(build_key(*ends), ends, None, now)
        asks = datagram.destination_port == DNS_PORT and self.desk.book.reads(DnsRule, DNS_PORT)
        if flow.mode is Mode.INSPECT:
            self._read_hello(flow, datagram, now)
        emissions = self._read_question(flow, packet, seen, datagram, now) if asks and not flow.is_held else None
        if emissions is None:
            emissions = self._meet_datagram(flow, packet, seen, datagram)
        self.settle_flow(flow, is_read=not asks)
        return emissions

    def process_inward(self, packet: bytes, seen: IpPacket, datagram: UdpDatagram, now: float) -> list[Emission]:
        """Take a datagram of a server."""
        ends = (seen.destination, seen.source, datagram.destination_port, datagram.source_port)
        key = build_key(*ends)
        diverted = self.flows.find_alias(key, now)
        if diverted is not None:
            return [Emission(rewrite_inward(diverted, seen, datagram), Direction.INWARD, 0.0)]
        flow = self.find_flow(key, ends, None, now)
        emissions = self.return_packet(flow, packet, now)
        self.settle_flow(flow, is_read=datagram.source_port != DNS_PORT)
        return emissions

    def begin_reading(self, flow: Flow) -> None:
        """Read the client's hello, if a rule could mean it."""
        if self.desk.book.reads(QuicRule, flow.server_port):
            flow.hello, flow.mode = QuicHelloReader(), Mode.INSPECT

    def _read_hello(self, flow: Flow, datagram: UdpDatagram, now: float) -> None:
        reader = flow.hello
        if reader is None or reader.feed(datagram.payload) is Progress.MORE:
            return
        flow.hello, flow.mode = None, Mode.PASS
        if reader.hello is None:
            return
        rule = self.desk.book.find_content(QuicRule, reader.hello, flow.server, flow.server_port)
        name = read_name(reader.hello)
        if isinstance(rule, ThrottleRule):
            self.slow_flow(flow, rule, name, now)
        elif isinstance(rule, QuicRule):
            flow.hold(rule, Mode.DROP)
            self.desk.log(now, rule, flow, name)
            self.desk.block(self.protocol, flow, rule, name, now)

    def _read_question(
        self, flow: Flow, packet: bytes, seen: IpPacket, datagram: UdpDatagram, now: float
    ) -> list[Emission] | None:
        """Return what becomes of a question that a rule means; None for any other datagram."""
        query = parse_message(datagram.payload)
        if query is None or not is_question(query):
            return None
        rule = self.desk.book.find_content(DnsRule, query, flow.server, DNS_PORT)
        if not isinstance(rule, DnsRule):
            return None
        self.desk.log(now, rule, flow, read_name(query))
        lie = build_lie(rule, query)
        emissions = pass_on_path(rule, packet)
        return emissions if lie is None else [*emissions, self.desk.injector.answer_datagram(seen, datagram, lie)]

    def _meet_datagram(self, flow: Flow, packet: bytes, seen: IpPacket, datagram: UdpDatagram) -> list[Emission]:
        """Do to a client's datagram what is done to its flow."""
        if flow.mode is Mode.DIVERT:
            return [Emission(rewrite_outward(flow, seen, datagram), Direction.OUTWARD, 0.0)]
        if flow.mode is Mode.DROP:
            return []
        if flow.mode is Mode.UNREACHABLE:
            return self.report_unreachable(packet, seen, flow.rule)
        return [Emission(packet, Direction.OUTWARD, 0.0)]
