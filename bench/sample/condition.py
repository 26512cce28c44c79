"""What lasts and is innocent: sites that are down, that refuse a country, and a proxy that passes everything on."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bench.sample.policy import Policy
from bench.sample.world import COUNTRIES, World

DOWN_KINDS = ("timeout", "refused", "nxdomain", "503", "expired", "eof", "wrong_name")
REFUSALS = ("geo451", "geo403", "challenge")


@dataclass(frozen=True)
class Condition:
    """Something innocent that lasts: a site that is down, or refuses a country, or a proxy in a network."""

    condition_id: str
    kind: str
    detail: str
    hosts: tuple[str, ...]
    cc: str | None
    asns: tuple[int, ...]
    onset: datetime
    end: datetime


def draw_conditions(
    world: World, rng: random.Random, policies: Sequence[Policy], found: list[Condition], hosts: dict[str, list[str]]
) -> None:
    """Add to ``found`` one site for every way to be down and to refuse, among ``hosts`` that nobody blocks, and a proxy."""
    spare = hosts["https"] + hosts["http"]
    rng.shuffle(spare)
    half = timedelta(days=world.days) / 2
    for index, kind in enumerate(DOWN_KINDS):
        onset = world.start + timedelta(hours=rng.randint(12, int(half.total_seconds() // 3600)))
        end = onset + timedelta(hours=rng.randint(36, 96))
        https = [host for host in spare if world.sites[host].scheme == "https"]
        if not spare or (kind in ("expired", "wrong_name") and not https):
            continue
        host = https[-1] if kind in ("expired", "wrong_name") else spare[-1]
        spare.remove(host)
        found.append(Condition(f"co-{index}", "down", kind, (host,), None, (), onset, end))
    for index, kind in enumerate(REFUSALS):
        cc = rng.choice([code for code in COUNTRIES if code != world.helper_cc])
        host = rng.choice(_list_untouched(world, policies, found))
        found.append(Condition(f"co-r{index}", "refusal", kind, (host,), cc, (), world.start, world.end))
    clean = [net.asn for net in world.networks if net.cc not in {policy.cc for policy in policies}]
    secure = [host for host in _list_untouched(world, policies, found) if world.sites[host].scheme == "https"]
    proxied = tuple(secure[:1])
    found.append(Condition("co-p", "proxy", "dns", proxied, None, (clean[0],), world.start, world.end))


def _list_untouched(world: World, policies: Sequence[Policy], found: Sequence[Condition]) -> list[str]:
    """Return the sites that nothing has happened to so far, those behind a content network last."""
    taken = {host for policy in policies for host in (*policy.targets, *policy.collateral)}
    taken |= {host for condition in found for host in condition.hosts}
    left = [site for site in world.sites.values() if site.host not in taken]
    return [site.host for site in sorted(left, key=lambda site: site.is_cdn)]
