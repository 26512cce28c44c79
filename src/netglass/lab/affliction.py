"""What a fault of one run does to it: the line, the clock, the resolver, what is diverted, how the client is.

These are causes of the whole run (``Scope.RUN`` and ``Scope.RUN_SITE`` of ``confounding``), a hotspot or a wrong clock. Their rules have
ids that begin with ``run/``, so that the censor's log tells them from what a policy did.
"""

from collections.abc import Callable
from datetime import timedelta
from typing import NamedTuple

from netglass.lab.censor.rule import AddressAction, AddressRule, AnyRule, DivertRule, Protocol
from netglass.lab.confounding import LOSSY_SHARE
from netglass.lab.fence import LAB_PREFIXES
from netglass.lab.world.resolver import Habit
from netglass.lab.world.world import World

_PREFIXES_4 = tuple(prefix for prefix in LAB_PREFIXES if ":" not in prefix)
_PREFIXES_6 = tuple(prefix for prefix in LAB_PREFIXES if ":" in prefix)


class Affliction(NamedTuple):
    """What is different in a run.

    Attributes:
        rules: on the path, before those of policies.
        habit: of the network's resolver, None for its own.
        loss: share of packets lost, each way, beside the line's own.
        clock_offset: how far the probe's clock is ahead.
        uses_filter: whether the user chose a filtering resolver.
        has_ipv6: whether the probe has an IPv6 address although its network has none.
        helper_works: whether the test helper does.
        lacks_root: whether the client does not know the second root.
        hides_rcode: whether lookups of the system do not say why they failed.
        withholds_network: whether the probe does not tell its network.
        late: how long results wait before they are uploaded.
    """

    rules: tuple[AnyRule, ...] = ()
    habit: Habit | None = None
    loss: float = 0.0
    clock_offset: timedelta = timedelta()
    uses_filter: bool = False
    has_ipv6: bool = False
    helper_works: bool = True
    lacks_root: bool = False
    hides_rcode: bool = False
    withholds_network: bool = False
    late: timedelta | None = None


NONE = Affliction()


def _divert(number: int, to: str, ports: tuple[int, ...], protocol: Protocol = Protocol.TCP) -> AnyRule:
    return DivertRule(id=f"run/{number}", prefixes=_PREFIXES_4, ports=ports, to=(to,), protocol=protocol)


def _lead_to_portal(world: World, asn: int, *, names: bool, ports: tuple[int, ...]) -> Affliction:
    """Return what a hotspot takes: questions for names, and connections to some ports."""
    portal = world.portals[asn].address
    rules = [_divert(1, portal, (53,), Protocol.UDP), _divert(2, portal, (53,))] if names else []
    return Affliction((*rules, _divert(3, portal, ports)) if ports else tuple(rules))


def _bar_ipv6(_: World, asn: int) -> Affliction:
    rule = AddressRule(id="run/ipv6", prefixes=_PREFIXES_6, action=AddressAction.DROP)
    return Affliction((rule,), has_ipv6=True)


def _bar_public_resolver(world: World, asn: int) -> Affliction:
    public = world.services.public
    return Affliction((AddressRule(id="run/doh", prefixes=(public,), ports=(443, 853), action=AddressAction.DROP_SYN),))


AFFLICTIONS: dict[str, Callable[[World, int], Affliction]] = {
    "captive_portal": lambda world, asn: _lead_to_portal(world, asn, names=False, ports=(80,)),
    "captive_portal_names": lambda world, asn: _lead_to_portal(world, asn, names=True, ports=()),
    "captive_portal_strict": lambda world, asn: _lead_to_portal(world, asn, names=True, ports=(80, 443)),
    "resolver_timeout": lambda *_: Affliction(habit=Habit(is_dead=True)),
    "resolver_servfail": lambda *_: Affliction(habit=Habit(fails=True)),
    "resolver_slow": lambda *_: Affliction(habit=Habit(delay_s=2.0)),
    "nxdomain_hijack": lambda world, _: Affliction(habit=Habit(instead_of_nothing=world.services.advertiser)),
    "family_filter": lambda *_: Affliction(uses_filter=True),
    "flaky_loss": lambda *_: Affliction(loss=LOSSY_SHARE),
    "ipv6_broken": _bar_ipv6,
    "wrong_clock_past": lambda *_: Affliction(clock_offset=timedelta(days=-1825)),
    "wrong_clock_future": lambda *_: Affliction(clock_offset=timedelta(days=2600)),
    "wrong_clock_benign": lambda *_: Affliction(clock_offset=timedelta(hours=-7)),
    "antivirus": lambda world, _: Affliction((_divert(1, world.services.antivirus, (443,)),)),
    "broken_version": lambda *_: Affliction(lacks_root=True),
    "control_failed": lambda *_: Affliction(helper_works=False),
    "android_lookup": lambda *_: Affliction(hides_rcode=True),
    "withheld_network": lambda *_: Affliction(withholds_network=True),
    "late_upload": lambda *_: Affliction(late=timedelta(hours=74)),
    "doh_blocked": _bar_public_resolver,
}
"""What each cause of a run does on a network."""
