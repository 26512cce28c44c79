"""The gate of the censor: a rule that points outside of the lab, or cannot be done, is refused before any packet."""

from collections import Counter
from collections.abc import Iterable

from netglass.lab.censor.http import build_ending
from netglass.lab.censor.rule import (
    AddressAction,
    AddressRule,
    AnyRule,
    DivertRule,
    DnsAction,
    DnsRule,
    HttpRule,
    QuicRule,
    StreamAction,
    ThrottleRule,
    TlsRule,
)
from netglass.lab.fence import (
    require_answer_address,
    require_lab_address,
    require_lab_name,
    require_lab_prefix,
    require_lab_url,
)
from netglass.vocab.error import LabError, UsageError

_DROPPING = (DnsAction.DROP, AddressAction.DROP_SYN, AddressAction.DROP, StreamAction.DROP)


def admit_rules(rules: Iterable[AnyRule]) -> tuple[AnyRule, ...]:
    """Return the rules, each of which the lab allows.

    Raises:
        LabError: one is outside of the fence, contradicts itself, or two share an id.
    """
    admitted = tuple(rules)
    counts = Counter(rule.id for rule in admitted)
    for rule in admitted:
        try:
            _require(counts[rule.id] == 1, "another rule has the same id")
            _check_frame(rule)
            _check_kind(rule)
        except (LabError, UsageError) as error:
            raise LabError(f"rule {rule.id!r}: {error}") from error
    return admitted


def _check_frame(rule: AnyRule) -> None:
    _require(rule.start is None or rule.end is None or rule.start < rule.end, "it ends before it starts")
    ports = () if isinstance(rule, DnsRule) else rule.ports
    _require(all(0 <= port <= 65535 for port in ports), f"{ports} are not all ports")
    drops = isinstance(rule, QuicRule | ThrottleRule | DivertRule) or rule.action in _DROPPING
    _require(rule.in_path or not drops, "a censor on the path cannot hold packets back")
    if not isinstance(rule, AddressRule | DivertRule):
        for name in rule.names:
            require_lab_name(name)
    if isinstance(rule, AddressRule | DivertRule | ThrottleRule):
        for prefix in rule.prefixes:
            require_lab_prefix(prefix)


def _check_kind(rule: AnyRule) -> None:
    match rule:
        case DnsRule():
            _check_dns(rule)
        case TlsRule():
            pages = (StreamAction.PAGE, StreamAction.REDIRECT)
            _require(rule.action not in pages, "a page cannot be shown in TLS")
            _require(bool(rule.names) or rule.needs_ech, "no name is given")
            _require(0 <= rule.alert <= 255, f"alert {rule.alert} is none")
            _require(rule.residual_s >= 0, "residual_s is negative")
        case HttpRule():
            _check_http(rule)
        case QuicRule():
            _require(bool(rule.names), "no name is given")
            _require(rule.residual_s >= 0, "residual_s is negative")
        case ThrottleRule():
            _require(bool(rule.names or rule.prefixes), "neither a name nor a prefix is given")
            _require(rule.bytes_per_s >= 0, "bytes_per_s is negative")
            _require(rule.burst_bytes >= 0 and rule.queue_bytes >= 0, "burst_bytes or queue_bytes is negative")
        case AddressRule():
            _require(bool(rule.prefixes), "no prefix is given")
        case DivertRule():
            _require(bool(rule.prefixes and rule.to), "no prefix or no target is given")
            versions = [len(require_lab_address(address)) for address in rule.to]
            _require(len(versions) == len(set(versions)), "more than one target of a version is given")


def _check_dns(rule: DnsRule) -> None:
    _require(bool(rule.names), "no name is given")
    _require((rule.action is DnsAction.ADDRESS) == bool(rule.answers), "answers go with the action `address` only")
    _require(0 <= rule.ttl < 1 << 31, f"ttl {rule.ttl} is none")
    for address in rule.answers:
        require_answer_address(address)


def _check_http(rule: HttpRule) -> None:
    _require(bool(rule.names or rule.keywords), "neither a name nor a keyword is given")
    _require(rule.action is not StreamAction.ALERT, "an alert belongs to TLS")
    _require((rule.action is StreamAction.REDIRECT) == bool(rule.location), "location goes with `redirect` only")
    _require(100 <= rule.status <= 999, f"status {rule.status} is none")
    _require(rule.residual_s >= 0, "residual_s is negative")
    if rule.location:
        require_lab_url(rule.location)
    build_ending(rule)


def _require(is_so: bool, otherwise: str) -> None:
    if not is_so:
        raise LabError(otherwise)
