"""The rules that act at one time, sorted so that a packet asks only those that could mean it."""

from collections.abc import Container, Iterable, Sequence

from netglass.lab.censor.dns import is_question
from netglass.lab.censor.http import has_keyword, read_host
from netglass.lab.censor.name_index import NameIndex, normalize_name
from netglass.lab.censor.prefix_index import PrefixIndex
from netglass.lab.censor.rule import (
    AddressAction,
    AddressRule,
    AnyRule,
    DivertRule,
    DnsRule,
    HttpRule,
    Protocol,
    QuicRule,
    ThrottleRule,
    TlsRule,
)
from netglass.wire import ip
from netglass.wire.client_hello import ClientHello
from netglass.wire.dns_message import Message
from netglass.wire.ech import ECH_EXTENSION
from netglass.wire.http_head import RequestHead

DNS_PORT = 53
"""Where DNS is looked for, over UDP and over TCP."""

Content = ClientHello | RequestHead | Message
"""What may be recognised."""

NameRule = DnsRule | TlsRule | HttpRule | QuicRule | ThrottleRule
"""A rule that looks for a name."""

NameKind = type[DnsRule] | type[TlsRule] | type[HttpRule] | type[QuicRule]
"""What a name is looked for in."""

_KINDS: tuple[NameKind, ...] = (DnsRule, TlsRule, HttpRule, QuicRule)
UNREACHABLE = (AddressAction.DROP, AddressAction.HOST_UNREACHABLE, AddressAction.PROHIBITED)
"""What may be done to any protocol; the other actions speak TCP."""

_NUMBERS = {Protocol.TCP: ip.TCP, Protocol.UDP: ip.UDP}


def read_name(content: Content) -> str | None:
    """Return the name that a content is about, normalized; None where it holds none."""
    if isinstance(content, ClientHello):
        name = content.server_name
    elif isinstance(content, RequestHead):
        name = read_host(content)
    else:
        name = content.questions[0].name if is_question(content) else None
    return None if name is None else normalize_name(name)


class Book:
    """Rules that act, in their order."""

    def __init__(self, rules: Sequence[AnyRule]) -> None:
        self.rules = rules
        placed = list(enumerate(rules))
        named = [(place, rule) for place, rule in placed if isinstance(rule, NameRule)]
        by_kind = {kind: [(place, rule) for place, rule in named if _looks_into(rule, kind)] for kind in _KINDS}
        self._names = {kind: NameIndex(found) for kind, found in by_kind.items()}
        self._ports = {kind: _join_ports(rule for _, rule in found) for kind, found in by_kind.items()}
        self._addresses = PrefixIndex[AddressRule | DivertRule](
            (place, rule) for place, rule in placed if isinstance(rule, AddressRule | DivertRule)
        )
        self._slow = PrefixIndex[ThrottleRule](
            (place, rule) for place, rule in placed if isinstance(rule, ThrottleRule)
        )

    def reads(self, kind: NameKind, port: int) -> bool:
        """Tell whether names in that kind of content to a server's port could matter."""
        return port in self._ports[kind]

    def find_content(self, kind: NameKind, content: Content, server: bytes, port: int) -> NameRule | None:
        """Return the first rule that means a content sent to a server's packed address and port."""
        for rule in self._names[kind].find(read_name(content)):
            if self._fits(rule, content, server, port):
                return rule
        return None

    def _fits(self, rule: NameRule, content: Content, server: bytes, port: int) -> bool:
        match rule, content:
            case DnsRule(types=types), Message():
                return not types or content.questions[0].type in types
            case TlsRule(needs_ech=True), ClientHello() if content.get_extension(ECH_EXTENSION) is None:
                return False
            case HttpRule(keywords=keywords), RequestHead() if keywords and not has_keyword(content, keywords):
                return False
            case ThrottleRule(prefixes=prefixes), _ if prefixes and not self._is_slow(rule, server):
                return False
        return _has_port(rule, port)

    def _is_slow(self, rule: NameRule, server: bytes) -> bool:
        return any(found is rule for found in self._slow.find(server))

    def find_address(self, server: bytes, port: int | None, protocol: int) -> list[AddressRule | DivertRule]:
        """Return the rules that mean a server's packed address, in order.

        Args:
            server: its address.
            port: its port; None where the protocol has none or the packet does not show it.
            protocol: number of the protocol in IP.
        """
        return [
            rule
            for rule in self._addresses.find(server)
            if _has_protocol(rule, protocol) and (not rule.ports if port is None else _has_port(rule, port))
        ]

    def find_throttle(self, server: bytes, port: int) -> ThrottleRule | None:
        """Return the first rule that slows all that comes from a server's packed address and port."""
        for rule in self._slow.find(server):
            if not rule.names and _has_port(rule, port):
                return rule
        return None


def _has_protocol(rule: AddressRule | DivertRule, protocol: int) -> bool:
    if isinstance(rule, DivertRule):
        return _NUMBERS[rule.protocol] == protocol
    return protocol == ip.TCP or rule.action in UNREACHABLE


def _looks_into(rule: NameRule, kind: NameKind) -> bool:
    return isinstance(rule, kind) or (isinstance(rule, ThrottleRule) and bool(rule.names) and kind is not DnsRule)


def _join_ports(rules: Iterable[AnyRule]) -> Container[int]:
    found: set[int] = set()
    for rule in rules:
        ports = (DNS_PORT,) if isinstance(rule, DnsRule) else rule.ports
        if not ports:
            return range(1 << 16)
        found.update(ports)
    return found


def _has_port(rule: AnyRule, port: int) -> bool:
    return isinstance(rule, DnsRule) or not rule.ports or port in rule.ports
