"""Lies about names: what a censor answers instead of the resolver.

The client takes the first answer that fits its question, so an injector need only be nearer than the resolver (Lowe,
Winters, Marcus 2007; Anonymous, "Towards a Comprehensive Picture of the Great Firewall's DNS Censorship", FOCI 2014). A
forged answer repeats id, question and, in its case, the name.
"""

from netglass.lab.censor.rule import DnsAction, DnsRule
from netglass.wire.dns_message import AAAA, NOERROR, NXDOMAIN, REFUSED, SERVFAIL, A, Message, Record, build_response
from netglass.wire.ip import pack_address

_CODES = {
    DnsAction.NXDOMAIN: NXDOMAIN,
    DnsAction.REFUSED: REFUSED,
    DnsAction.SERVFAIL: SERVFAIL,
    DnsAction.EMPTY: NOERROR,
    DnsAction.ADDRESS: NOERROR,
}
_BYTES = {A: 4, AAAA: 16}


def is_question(message: Message) -> bool:
    """Tell whether a message asks for a name."""
    return not message.is_response and message.operation == 0 and bool(message.questions)


def build_lie(rule: DnsRule, query: Message) -> bytes | None:
    """Return the forged answer to a query; None where the rule gives none."""
    if rule.action is DnsAction.DROP:
        return None
    question = query.questions[0]
    size = _BYTES.get(question.type)
    packed = map(pack_address, rule.answers)
    records = [Record(question.name, question.type, data, rule.ttl) for data in packed if len(data) == size]
    return build_response(query, records, _CODES[rule.action])
