"""How a policy is carried out: for each mechanism, the censor's rules that make it.

The names are those of the taxonomy, so that the truth says what a perfect observer would. What no client can tell from
something else is called by what it sees: a reset in answer to the SYN is ``tcp.refused``.
"""

from collections.abc import Callable
from typing import NamedTuple

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
from netglass.lab.world.blockpage import Notice

THROTTLED_BYTES_PER_S = 180.0
"""Rate at which a page does not arrive within the 10 s that a client waits."""

THROTTLE_BURST_BYTES = 7_000
"""What passes before: handshake and the first bytes of a page."""


class Means(NamedTuple):
    """What a policy on one network has to work with.

    Attributes:
        rule_id: name of the rule in the censor's log; what follows a ``/`` tells rules of one policy apart.
        names: hosts of the targets.
        addresses: all their addresses, of both versions.
        notice: the block page that is shown.
        forged: address for injected answers that are neither a block page nor a bogon: a stranger's.
        bogon: address that nobody can have.
        forgers: machines that intercept: with certificates of their own making, and with a trusted one for another name.
        in_path: whether packets can be held back.
        residual_s: how long a trigger goes on to block, seconds.
    """

    rule_id: str
    names: tuple[str, ...]
    addresses: tuple[str, ...]
    notice: Notice
    forged: str
    bogon: str
    forgers: dict[str, tuple[str, ...]]
    in_path: bool = True
    residual_s: float = 0.0


def _lie(action: DnsAction) -> Callable[[Means], list[AnyRule]]:
    return lambda means: [
        DnsRule(
            id=means.rule_id,
            names=means.names,
            action=action,
            in_path=means.in_path or action is DnsAction.DROP,
        )
    ]


def _inject(choose: Callable[[Means], str]) -> Callable[[Means], list[AnyRule]]:
    return lambda means: [
        DnsRule(
            id=means.rule_id,
            names=means.names,
            action=DnsAction.ADDRESS,
            answers=(choose(means),),
            in_path=means.in_path,
        )
    ]


def _bar(action: AddressAction, ports: tuple[int, ...] = ()) -> Callable[[Means], list[AnyRule]]:
    dropping = action in (AddressAction.DROP, AddressAction.DROP_SYN)
    return lambda means: [
        AddressRule(
            id=means.rule_id,
            prefixes=means.addresses,
            ports=ports,
            action=action,
            in_path=means.in_path or dropping,
        )
    ]


def _cut_tls(action: StreamAction) -> Callable[[Means], list[AnyRule]]:
    return lambda means: [
        TlsRule(
            id=means.rule_id,
            names=means.names,
            action=action,
            residual_s=means.residual_s,
            in_path=means.in_path or action is StreamAction.DROP,
        )
    ]


def _cut_http(action: StreamAction) -> Callable[[Means], list[AnyRule]]:
    return lambda means: [
        HttpRule(
            id=means.rule_id,
            names=means.names,
            action=action,
            residual_s=means.residual_s,
            in_path=means.in_path or action is StreamAction.DROP,
        )
    ]


def _show_page(means: Means) -> list[AnyRule]:
    page = means.notice.page
    fields = tuple(field for field in page.fields if field[0].lower() != "content-length")
    return _answer_with(means, page.status, page.body, fields)


def _show_error(means: Means) -> list[AnyRule]:
    body = b"<html><head><title>403 Forbidden</title></head><body><h1>403 Forbidden</h1></body></html>"
    return _answer_with(means, 403, body, (("Content-Type", "text/html"),))


def _answer_with(means: Means, status: int, body: bytes, fields: tuple[tuple[str, str], ...]) -> list[AnyRule]:
    return [
        HttpRule(
            id=means.rule_id,
            names=means.names,
            action=StreamAction.PAGE,
            status=status,
            body=body,
            fields=fields,
            in_path=means.in_path,
        )
    ]


def _redirect(means: Means) -> list[AnyRule]:
    return [
        HttpRule(
            id=means.rule_id,
            names=means.names,
            action=StreamAction.REDIRECT,
            location=means.notice.url,
            in_path=means.in_path,
        )
    ]


def _intercept(forger: str) -> Callable[[Means], list[AnyRule]]:
    return lambda means: [
        DivertRule(id=means.rule_id, prefixes=means.addresses, ports=(443,), to=means.forgers[forger])
    ]


def _slow_down(ports: tuple[int, ...]) -> Callable[[Means], list[AnyRule]]:
    return lambda means: [
        ThrottleRule(
            id=means.rule_id,
            names=means.names,
            ports=ports,
            bytes_per_s=THROTTLED_BYTES_PER_S,
            burst_bytes=THROTTLE_BURST_BYTES,
        )
    ]


def _cut_quic(means: Means) -> list[AnyRule]:
    return [QuicRule(id=means.rule_id, names=means.names, residual_s=means.residual_s)]


ENFORCEMENTS: dict[str, Callable[[Means], list[AnyRule]]] = {
    "dns.injection.blockpage": _inject(lambda means: means.notice.address),
    "dns.injection.bogon": _inject(lambda means: means.bogon),
    "dns.injection.other": _inject(lambda means: means.forged),
    "dns.nxdomain": _lie(DnsAction.NXDOMAIN),
    "dns.refused": _lie(DnsAction.REFUSED),
    "dns.servfail": _lie(DnsAction.SERVFAIL),
    "dns.nodata": _lie(DnsAction.EMPTY),
    "dns.timeout": _lie(DnsAction.DROP),
    "tcp.timeout": _bar(AddressAction.DROP_SYN),
    "tcp.refused": _bar(AddressAction.REFUSE),
    "ip.unreachable": _bar(AddressAction.HOST_UNREACHABLE),
    "tls.reset.sni": _cut_tls(StreamAction.RESET),
    "tls.reset.other": _bar(AddressAction.RESET_DATA, (443,)),
    "tls.timeout": _cut_tls(StreamAction.DROP),
    "tls.eof": _cut_tls(StreamAction.FINISH),
    "tls.alert": _cut_tls(StreamAction.ALERT),
    "tls.mitm.self_signed": _intercept("self_signed"),
    "tls.mitm.ca_signed": _intercept("ca_signed"),
    "tls.throttle.sni": _slow_down((443,)),
    "http.blockpage": _show_page,
    "http.redirect": _redirect,
    "http.error": _show_error,
    "http.reset.host": _cut_http(StreamAction.RESET),
    "http.timeout": _cut_http(StreamAction.DROP),
    "http.eof": _cut_http(StreamAction.FINISH),
    "http.throttle.host": _slow_down((80,)),
    "quic.timeout": _cut_quic,
}
"""The rules of every mechanism that the lab's censor has."""

NEEDS_TLS = tuple(name for name in ENFORCEMENTS if name.startswith("tls."))
"""Mechanisms that touch a site only where it is asked over TLS."""

NEEDS_PLAIN = tuple(name for name in ENFORCEMENTS if name.startswith("http."))
"""Mechanisms that touch a site only where it is asked in the clear."""

BY_ADDRESS = ("tcp.timeout", "tcp.refused", "ip.unreachable", "tls.reset.other")
"""Mechanisms that hit everything at an address."""
