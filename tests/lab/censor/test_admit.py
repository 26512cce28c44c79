import random
from typing import Any

import msgspec
import pytest

from netglass.lab.censor import (
    AddressAction,
    AddressRule,
    AnyRule,
    Censor,
    DivertRule,
    DnsAction,
    DnsRule,
    HttpRule,
    QuicRule,
    ResidualScope,
    StreamAction,
    ThrottleRule,
    TlsRule,
)
from netglass.lab.fence import LAB_PREFIXES
from netglass.vocab.error import LabError

NAMES = ("a.test",)

GOOD: list[AnyRule] = [
    DnsRule(id="r", names=NAMES, action=DnsAction.ADDRESS, answers=("10.10.34.34", "::1", "192.31.196.5")),
    DnsRule(id="r", names=("test", "example"), action=DnsAction.DROP, types=(65,)),
    AddressRule(id="r", prefixes=LAB_PREFIXES, action=AddressAction.DROP),
    TlsRule(id="r", needs_ech=True),
    HttpRule(id="r", keywords=("word",), in_path=False),
    HttpRule(id="r", names=NAMES, action=StreamAction.REDIRECT, location="http://a.test/"),
    QuicRule(id="r", names=NAMES),
    ThrottleRule(id="r", names=NAMES, bytes_per_s=0.0),
    DivertRule(id="r", prefixes=("192.31.196.9",), ports=(443,), to=("192.31.196.1", "2620:4f:8000::1")),
]

BAD: list[tuple[AnyRule, str]] = [
    (DnsRule(id="r", names=("a.com",), action=DnsAction.NXDOMAIN), "refused"),
    (DnsRule(id="r", names=(), action=DnsAction.NXDOMAIN), "no name"),
    (DnsRule(id="r", names=NAMES, action=DnsAction.ADDRESS), "answers"),
    (DnsRule(id="r", names=NAMES, action=DnsAction.REFUSED, answers=("10.0.0.1",)), "answers"),
    (DnsRule(id="r", names=NAMES, action=DnsAction.ADDRESS, answers=("8.8.8.8",)), "refused"),
    (DnsRule(id="r", names=NAMES, action=DnsAction.EMPTY, ttl=-1), "ttl"),
    (DnsRule(id="r", names=NAMES, action=DnsAction.DROP, in_path=False), "on the path"),
    (AddressRule(id="r", prefixes=("0.0.0.0/0",), action=AddressAction.DROP), "refused"),
    (AddressRule(id="r", prefixes=(), action=AddressAction.DROP), "no prefix"),
    (AddressRule(id="r", prefixes=("192.31.196.9",), action=AddressAction.DROP, in_path=False), "on the path"),
    (AddressRule(id="r", prefixes=("192.31.196.9",), action=AddressAction.DROP_SYN, in_path=False), "on the path"),
    (AddressRule(id="r", prefixes=("192.31.196.9",), action=AddressAction.REFUSE, ports=(65536,)), "ports"),
    (TlsRule(id="r", names=("www.example.org",)), "refused"),
    (TlsRule(id="r"), "no name"),
    (TlsRule(id="r", names=NAMES, action=StreamAction.PAGE), "page"),
    (TlsRule(id="r", names=NAMES, action=StreamAction.DROP, in_path=False), "on the path"),
    (TlsRule(id="r", names=NAMES, alert=256), "alert"),
    (TlsRule(id="r", names=NAMES, residual_s=-1.0), "residual_s"),
    (TlsRule(id="r", names=NAMES, start=2.0, end=2.0), "ends before"),
    (HttpRule(id="r"), "neither"),
    (HttpRule(id="r", names=NAMES, action=StreamAction.ALERT), "TLS"),
    (HttpRule(id="r", names=NAMES, action=StreamAction.REDIRECT), "location"),
    (HttpRule(id="r", names=NAMES, action=StreamAction.REDIRECT, location="http://example.com/"), "refused"),
    (HttpRule(id="r", names=NAMES, location="http://a.test/"), "location"),
    (HttpRule(id="r", names=NAMES, action=StreamAction.PAGE, status=99), "status"),
    (HttpRule(id="r", names=NAMES, action=StreamAction.PAGE, fields=(("X", "a\r\nb"),)), "cannot stand"),
    (HttpRule(id="r", names=NAMES, residual_s=-1.0), "residual_s"),
    (QuicRule(id="r", names=()), "no name"),
    (QuicRule(id="r", names=NAMES, in_path=False), "on the path"),
    (QuicRule(id="r", names=NAMES, residual_s=-1.0), "residual_s"),
    (ThrottleRule(id="r", bytes_per_s=1.0), "neither"),
    (ThrottleRule(id="r", names=NAMES, bytes_per_s=-1.0), "bytes_per_s"),
    (ThrottleRule(id="r", names=NAMES, bytes_per_s=1.0, burst_bytes=-1), "burst_bytes"),
    (ThrottleRule(id="r", names=NAMES, bytes_per_s=1.0, in_path=False), "on the path"),
    (ThrottleRule(id="r", prefixes=("10.0.0.0/8",), bytes_per_s=1.0), "refused"),
    (DivertRule(id="r", prefixes=("192.31.196.9",), ports=(443,), to=("8.8.8.8",)), "refused"),
    (DivertRule(id="r", prefixes=("192.31.196.9",), ports=(443,), to=()), "no prefix"),
    (
        DivertRule(id="r", prefixes=("192.31.196.9",), ports=(443,), to=("192.31.196.1", "192.31.196.2")),
        "more than one",
    ),
    (DivertRule(id="r", prefixes=("192.31.196.9",), ports=(443,), to=("192.31.196.1",), in_path=False), "on the path"),
]


def make_censor(*rules: AnyRule, **more: Any) -> Censor:
    return Censor(rules, random.Random(1), **more)


@pytest.mark.parametrize("rule", GOOD, ids=repr)
def test_a_rule_of_the_lab_is_taken(rule):
    make_censor(rule)


@pytest.mark.parametrize(("rule", "reason"), BAD, ids=repr)
def test_a_rule_that_reaches_out_or_contradicts_itself_is_refused_by_name(rule, reason):
    with pytest.raises(LabError, match=f"rule 'r': .*{reason}"):
        make_censor(rule)


def test_two_rules_cannot_share_an_id():
    with pytest.raises(LabError, match="same id"):
        make_censor(*GOOD[:2])


def test_routers_are_of_the_lab_and_of_both_versions():
    make_censor(routers=("2620:4f:8000::5", "192.31.196.5"))
    for routers in (("8.8.8.8", "2620:4f:8000::5"), ("192.31.196.5", "192.31.196.6")):
        with pytest.raises(LabError):
            make_censor(routers=routers)


def test_rules_are_read_from_json_by_their_kind():
    data = msgspec.json.encode(GOOD)
    assert msgspec.json.decode(data, type=list[AnyRule]) == GOOD
    rule = msgspec.json.decode(b'{"kind":"tls","id":"t","names":["a.test"],"residual_scope":"name"}', type=AnyRule)
    assert rule == TlsRule(id="t", names=NAMES, residual_scope=ResidualScope.NAME)
