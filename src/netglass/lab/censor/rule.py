"""Rules of a censor, as data: when they hold, what they look for, what they do.

All conditions that a rule names have to hold; an empty tuple of ports means any port. Of several rules that match at one
moment the first in the list acts. ``start`` (included) and ``end`` (excluded) are seconds on the clock that
``Censor.process`` is given, which in the lab is virtual Unix time; None leaves that side open.

``in_path`` tells the two kinds of middlebox apart. One *in the path* holds the packet and may swallow or replace it. One *on
the path* sees a copy: it injects and hopes to be first, and the real packet and its answer still arrive (Marczak et al.,
"An Analysis of China's Great Cannon", FOCI 2015). What needs dropping is therefore refused for a
rule on the path.

``names`` match in any case. With ``subdomains`` a name stands for itself and everything below it.
"""

from enum import Enum

import msgspec


class DnsAction(Enum):
    """What becomes of a question (RFC 9505 section 5)."""

    ADDRESS = "address"
    """Answered with ``answers``; a question that none of them fits is answered with none."""
    NXDOMAIN = "nxdomain"
    REFUSED = "refused"
    SERVFAIL = "servfail"
    EMPTY = "empty"
    """No error and no record."""
    DROP = "drop"


class AddressAction(Enum):
    """What becomes of packets to an address."""

    DROP_SYN = "drop_syn"
    """No new TCP connection begins; what stands goes on."""
    REFUSE = "refuse"
    """Every TCP segment of the client, the SYN too, is answered with a reset."""
    RESET_DATA = "reset_data"
    """TCP connects, and is reset at the client's first data, whatever it says."""
    HOST_UNREACHABLE = "host_unreachable"
    """Answered with ICMP *host unreachable* (IPv6: *address unreachable*)."""
    PROHIBITED = "prohibited"
    """Answered with ICMP *administratively prohibited*."""
    DROP = "drop"
    """Nothing passes in either direction, whatever the protocol: a null route."""


class StreamAction(Enum):
    """What becomes of a TCP connection whose content was recognised (RFC 9505 section 5)."""

    RESET = "reset"
    """Resets to both sides."""
    DROP = "drop"
    """Nothing passes any more in either direction."""
    FINISH = "finish"
    """The client gets a FIN as from the server, the server a reset."""
    ALERT = "alert"
    """As ``FINISH``, with a fatal TLS alert before it. TLS only."""
    PAGE = "page"
    """As ``FINISH``, with ``status`` and ``body`` before it. HTTP only."""
    REDIRECT = "redirect"
    """As ``FINISH``, with a redirection (302) to ``location`` before it. HTTP only."""


class ResidualScope(Enum):
    """What stays blocked after a trigger: dropped where the rule drops, else reset, but for the SYN."""

    ENDPOINT = "endpoint"
    """All that the client has with the server's address and port."""
    NAME = "name"
    """The same name at the server's address and port, whatever else the request holds."""


class ThrottlePolicy(Enum):
    """What becomes of a packet that comes too early."""

    DELAY = "delay"
    """It waits (shaping), as long as ``queue_bytes`` suffice."""
    DROP = "drop"
    """It is lost (policing), which TCP answers by sending less."""


class Protocol(Enum):
    """A transport that can be diverted."""

    TCP = "tcp"
    UDP = "udp"


class Rule(msgspec.Struct, frozen=True, kw_only=True, tag_field="kind"):
    """What all rules have.

    Attributes:
        id: name of the rule in the log; unique within a censor.
        start: first second at which it acts.
        end: first second at which it acts no more.
        in_path: whether it can hold packets back.
    """

    id: str
    start: float | None = None
    end: float | None = None
    in_path: bool = True

    def is_active(self, now: float) -> bool:
        """Tell whether the rule acts at that second."""
        return (self.start is None or self.start <= now) and (self.end is None or now < self.end)


class DnsRule(Rule, frozen=True, kw_only=True, tag="dns"):
    """Lies about names, in DNS over UDP and over TCP, whoever is asked.

    Attributes:
        names: names of the lab.
        subdomains: whether names below them count too.
        action: what the client gets.
        answers: addresses as text for ``ADDRESS``, of the lab or bogons; IPv4 answers A, IPv6 AAAA.
        types: types of question that are meant; empty means all. (65,) with ``EMPTY`` takes ECH away.
        ttl: lifetime of the answers, seconds.
    """

    names: tuple[str, ...]
    subdomains: bool = True
    action: DnsAction
    answers: tuple[str, ...] = ()
    types: tuple[int, ...] = ()
    ttl: int = 300


class AddressRule(Rule, frozen=True, kw_only=True, tag="address"):
    """Blocks addresses.

    Attributes:
        prefixes: prefixes or addresses of the lab (``fence.LAB_PREFIXES`` is a shutdown).
        ports: server ports of TCP and UDP.
        action: what becomes of the packets.
    """

    prefixes: tuple[str, ...]
    ports: tuple[int, ...] = ()
    action: AddressAction


class TlsRule(Rule, frozen=True, kw_only=True, tag="tls"):
    """Ends TLS connections by the server name in the clear; with ECH that is the outer name.

    Attributes:
        names: names of the lab; may be empty with ``needs_ech``.
        subdomains: whether names below them count too.
        ports: server ports.
        action: ``RESET``, ``DROP``, ``FINISH`` or ``ALERT``.
        alert: description of the alert, 0 to 255 (112 is *unrecognized name*).
        needs_ech: whether only hellos with the ECH extension are meant; GREASE cannot be told from it.
        residual_s: how long a trigger goes on to block, seconds.
        residual_scope: what it blocks.
    """

    names: tuple[str, ...] = ()
    subdomains: bool = True
    ports: tuple[int, ...] = (443,)
    action: StreamAction = StreamAction.RESET
    alert: int = 112
    needs_ech: bool = False
    residual_s: float = 0.0
    residual_scope: ResidualScope = ResidualScope.ENDPOINT


class HttpRule(Rule, frozen=True, kw_only=True, tag="http"):
    """Ends HTTP connections by the host, a keyword in the request's head, or both.

    Attributes:
        names: hosts, names of the lab; empty where keywords alone decide.
        subdomains: whether hosts below them count too.
        keywords: texts of which one has to stand in the request line or a field, in any case.
        ports: server ports.
        action: any but ``ALERT``.
        status: status of the page, 100 to 999.
        body: body of the page.
        fields: further fields of the forged response.
        location: where a redirection leads: an address of the lab.
        residual_s: how long a trigger goes on to block, seconds.
        residual_scope: what it blocks.
    """

    names: tuple[str, ...] = ()
    subdomains: bool = True
    keywords: tuple[str, ...] = ()
    ports: tuple[int, ...] = (80,)
    action: StreamAction = StreamAction.RESET
    status: int = 200
    body: bytes = b""
    fields: tuple[tuple[str, str], ...] = ()
    location: str = ""
    residual_s: float = 0.0
    residual_scope: ResidualScope = ResidualScope.ENDPOINT


class QuicRule(Rule, frozen=True, kw_only=True, tag="quic"):
    """Drops QUIC connections by the server name in their Initial packets, from the one that completes it.

    Attributes:
        names: names of the lab.
        subdomains: whether names below them count too.
        ports: server ports.
        residual_s: how long a trigger goes on to block the client's datagrams to that address and port, seconds.
    """

    names: tuple[str, ...]
    subdomains: bool = True
    ports: tuple[int, ...] = (443,)
    residual_s: float = 0.0


class ThrottleRule(Rule, frozen=True, kw_only=True, tag="throttle"):
    """Slows what comes from the server, each flow by itself.

    Attributes:
        names: server names of TLS and QUIC and hosts of HTTP, names of the lab; empty where addresses alone decide.
        subdomains: whether names below them count too.
        prefixes: prefixes or addresses of the lab; empty where names alone decide.
        ports: server ports.
        bytes_per_s: sustained rate in bytes of IP packets a second; 0 lets nothing follow the burst.
        burst_bytes: what passes at once.
        policy: what becomes of a packet that comes too early.
        queue_bytes: how much may wait with ``DELAY``.
    """

    names: tuple[str, ...] = ()
    subdomains: bool = True
    prefixes: tuple[str, ...] = ()
    ports: tuple[int, ...] = (80, 443)
    bytes_per_s: float
    burst_bytes: int = 8_000
    policy: ThrottlePolicy = ThrottlePolicy.DELAY
    queue_bytes: int = 65_536


class DivertRule(Rule, frozen=True, kw_only=True, tag="divert"):
    """Sends flows to another host, which answers in the name of the first: interception, portals, proxies.

    Attributes:
        prefixes: prefixes or addresses of the lab whose flows are diverted.
        ports: server ports; the port is kept.
        to: addresses of the lab, at most one of each version; flows of a version without one are not diverted.
        protocol: transport.
    """

    prefixes: tuple[str, ...]
    ports: tuple[int, ...]
    to: tuple[str, ...]
    protocol: Protocol = Protocol.TCP


AnyRule = DnsRule | AddressRule | TlsRule | HttpRule | QuicRule | ThrottleRule | DivertRule
"""One of the kinds. As JSON each carries its ``kind``, so ``msgspec`` decodes a list of them."""
