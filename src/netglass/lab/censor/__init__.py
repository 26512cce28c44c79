"""What stands on a network's path and interferes, without a socket or a clock: packets in, packets out.

::

    rules = [
        DnsRule(id="dns-1", names=("news.example",), action=DnsAction.ADDRESS, answers=("10.10.34.34",)),
        TlsRule(id="sni-1", names=("chat.test",), action=StreamAction.RESET, in_path=False, residual_s=90.0),
    ]
    censor = Censor(rules, random.Random(7))
    for packet, direction, delay_s in censor.process(packet, Direction.OUTWARD, now):
        ...
    truth += censor.take_triggers()

One ``Censor`` serves one network. ``process`` is told where a packet is going (``Direction.OUTWARD``: from clients to the
world) and the second; it returns what leaves, in order, each with its own direction and a delay in seconds. The same
packets, times and seed give the same emissions. ``take_triggers`` tells which rules acted on which server and name, so
that residual blocks are part of the truth.

``rule`` has the kinds of rules, all frozen records that ``msgspec`` reads from JSON. Every rule passes ``lab.fence`` first,
and packets from and to servers outside of the lab's prefixes pass untouched.

Limits, each as in many real middleboxes: IP fragments are not put together and meet rules by address only; nothing is
read of a TCP connection whose SYN was not seen; checksums, windows and hop limits are not looked at, so insertion packets that
a server would ignore can mislead it; ICMP errors about a diverted flow are not translated back; DNS is looked for on
port 53 only.

**Source** for the kinds: RFC 9505, "A Survey of Worldwide Censorship Techniques" (2023); the modules name the papers.
"""

from netglass.lab.censor.emission import Direction, Emission, Trigger
from netglass.lab.censor.engine import Censor
from netglass.lab.censor.rule import (
    AddressAction,
    AddressRule,
    AnyRule,
    DivertRule,
    DnsAction,
    DnsRule,
    HttpRule,
    Protocol,
    QuicRule,
    ResidualScope,
    StreamAction,
    ThrottlePolicy,
    ThrottleRule,
    TlsRule,
)

__all__ = [
    "AddressAction",
    "AddressRule",
    "AnyRule",
    "Censor",
    "Direction",
    "DivertRule",
    "DnsAction",
    "DnsRule",
    "Emission",
    "HttpRule",
    "Protocol",
    "QuicRule",
    "ResidualScope",
    "StreamAction",
    "ThrottlePolicy",
    "ThrottleRule",
    "TlsRule",
    "Trigger",
]
