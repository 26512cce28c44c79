"""Flows that end at another host than they were meant for, without the client seeing it.

A name is known only after the TCP handshake, when it is too late to send a connection elsewhere. So a flow is diverted by
address and port, from its SYN on: the rule lists the addresses of the sites in question, and the host that takes the flows
reads the name and serves its own certificate, or passes the bytes on to the real site by a way that meets no censor.
Interception by a forged certificate (Raman et al., "Investigating Large Scale HTTPS Interception in Kazakhstan", IMC
2020), transparent proxies and captive portals all work so.

The destination is rewritten, and the source of what comes back (RFC 3022 section 2.2). Two connections from one port to two sites would
look alike at the other host; the later one then gets another source port. A diverted flow meets no other rule, and
outlives its rule, for the other host alone knows its sequence numbers.
"""

from msgspec.structs import replace

from netglass.lab.censor.flow import Flow, FlowTable, Mode, build_key
from netglass.lab.censor.rule import DivertRule
from netglass.wire.ip import IpPacket, build_ip, pack_address
from netglass.wire.tcp import TcpSegment, build_tcp
from netglass.wire.udp import UdpDatagram, build_udp

_FIRST_PORT, _PORTS = 32_768, 32_768


def divert_flow(flow: Flow, rule: DivertRule, flows: FlowTable, harmless: set[bytes]) -> bool:
    """Divert a flow that begins; False where the rule has no host for it, or it goes to that host anyway."""
    for target in map(pack_address, rule.to):
        if len(target) == len(flow.server) and target != flow.server:
            return _claim_alias(flow, rule, target, flows, harmless)
    return False


def _claim_alias(flow: Flow, rule: DivertRule, target: bytes, flows: FlowTable, harmless: set[bytes]) -> bool:
    for step in range(_PORTS):
        port = flow.client_port if step == 0 else _FIRST_PORT + (flow.client_port + step) % _PORTS
        key = build_key(flow.client, target, port, flow.server_port)
        if not flows.has_key(key) and key not in harmless:
            flow.hold(rule, Mode.DIVERT)
            flow.target, flow.alias_port, flow.alias_key = target, port, key
            return True
    return False


def rewrite_outward(flow: Flow, seen: IpPacket, transport: TcpSegment | UdpDatagram) -> bytes:
    """Return a packet of the client as it goes to the other host."""
    return _rebuild(seen, replace(transport, source_port=flow.alias_port), seen.source, flow.target)


def rewrite_inward(flow: Flow, seen: IpPacket, transport: TcpSegment | UdpDatagram) -> bytes:
    """Return a packet of the other host as if the server had sent it."""
    return _rebuild(seen, replace(transport, destination_port=flow.client_port), flow.server, seen.destination)


def _rebuild(seen: IpPacket, transport: TcpSegment | UdpDatagram, source: bytes, destination: bytes) -> bytes:
    match transport:
        case TcpSegment():
            payload = build_tcp(transport, source, destination)
        case UdpDatagram():
            payload = build_udp(transport, source, destination)
    return build_ip(replace(seen, source=source, destination=destination, payload=payload))
