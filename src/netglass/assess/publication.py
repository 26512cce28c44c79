"""What may be published. Netglass is no report on who obeys: every row of this room passes :func:`release`.

While an instrument is in force,

- of a network it is said that it shows a block (*seen*), or nothing (*not established*). Whether it was measured, how often and what that
  excludes is for local eyes;
- *ordered and not seen* is a count of a country, over 5 networks or more of which nothing is said, from measurements that are 90 days old
  or older. It is a lower bound and at most half of those networks, so that of none it is more likely than not;
- measurements of targets that orders name are in no other count, so nothing can be taken from a total (:func:`hide_protected`).

**Source**: docs/explanation/assessment.md says what this is to prevent, and what it cannot.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from typing import NamedTuple

from netglass.assess import chain, claim, collateral, dependence, effect, listing, pledge, trend, zombie
from netglass.assess.demand import list_protected
from netglass.assess.observed import Observed, Row
from netglass.register.library import Register

LEAST_NETWORKS = 5
"""Networks of which nothing is said, below which no count is let out. **Source**: docs/explanation/assessment.md."""

LEAST_AGE = timedelta(days=90)
"""Age of the measurements behind a count. **Source**: docs/explanation/assessment.md."""

NOT_ESTABLISHED = "not_established"

SEEN_ONLY = "per network only what was seen is said; nothing is established of this one"
COUNTED = (
    "a lower bound over the networks of which nothing is established, from measurements that are 90 days old or older"
)
SUPPRESSED = "fewer than 5 networks of which nothing is established: no count"

_LOCAL_ONLY = ("reason", "excluded_share", "recall", "n_effective")
_COUNTS = ("networks", "networks_seen", "networks_not_established", "not_seen_at_least")

CHAIN = ("level", *(name for name in chain.COLUMNS if name not in _LOCAL_ONLY), *_COUNTS)
"""Columns of the chain as it is published: rows per network, then counts per country."""

_BY_ORDER = (
    *("order_id", "instruments", "action", "addressee_types", "publicity", "target", "probe_cc"),
    *("untestable", "issued", "ended", "register", "inputs"),
)
"""What a row says of the order alone, and so of every network alike."""


class Ground(NamedTuple):
    """What rows were made from.

    Attributes:
        observed: all that was measured in the country.
        register: with the orders in force.
    """

    observed: Observed
    register: Register


class Released(NamedTuple):
    """Columns and rows as they leave this room."""

    columns: tuple[str, ...]
    rows: list[Row]


class Rule(NamedTuple):
    """How the rows of one noun are let out.

    Attributes:
        columns: all that there are.
        public: those that are published.
        change: gives the rows that are published; none where they say nothing of networks beyond what was seen.
    """

    columns: tuple[str, ...]
    public: tuple[str, ...]
    change: Callable[[Ground, Sequence[Row]], list[Row]] | None = None


def release(rule: Rule, ground: Ground, rows: Sequence[Row], *, local_only: bool) -> Released:
    """Return rows for publication, or all that they say where nothing of it is published.

    Args:
        rule: of the noun.
        ground: what the rows were made from.
        rows: with all columns of the rule.
        local_only: whether they stay where they are.
    """
    if local_only:
        return Released(rule.columns, list(rows))
    changed = rule.change(ground, rows) if rule.change else rows
    return Released(rule.public, [{name: row[name] for name in rule.public} for row in changed])


def hide_protected(ground: Ground, *, local_only: bool) -> Observed:
    """Return what counts are made from: everything, or for publication everything but the targets that orders name."""
    return ground.observed.hide(find_protected(ground, local_only=local_only))


def find_protected(ground: Ground, *, local_only: bool) -> frozenset[str]:
    """Return the targets of which no measurement may be in a count; none where nothing is published."""
    moment = ground.observed.last
    if local_only or moment is None:
        return frozenset()
    return list_protected(ground.register, ground.observed.cc, moment)


def change_chain(ground: Ground, rows: Sequence[Row]) -> list[Row]:
    """Return the chain as it may be published: seen or not established per network, and counts of the country."""
    listed = hide_protected(ground, local_only=False).networks | {spell.asn for spell in ground.observed.spells}
    shown = [
        _show(row)
        for row in rows
        if row["effect"] == "seen" or row["probe_asn"] in (None, *listed) or _is_named(ground.register, row)
    ]
    return [*shown, *_count_country(ground, shown)]


def _is_named(register: Register, row: Row) -> bool:
    return row["probe_asn"] in getattr(register.find(row["order_id"]), "networks", ())


def _show(row: Row) -> Row:
    if row["effect"] == "seen":
        return dict.fromkeys(CHAIN) | {"level": "network"} | row
    said = {name: row[name] for name in (*_BY_ORDER, "probe_asn", "addressed", "order")}
    answer = f"{row['order']}; not established"
    limits = [SEEN_ONLY]
    return (
        dict.fromkeys(CHAIN)
        | said
        | {
            "level": "network",
            "effect": NOT_ESTABLISHED,
            "answer": answer,
            "limits": limits,
        }
    )


def _count_country(ground: Ground, shown: Sequence[Row]) -> list[Row]:
    unseen = _find_unseen_long_ago(ground)
    addressed = [row for row in shown if row["addressed"]]
    counts = []
    for key in dict.fromkeys((row["order_id"], row["target"]) for row in addressed):
        own = {row["probe_asn"]: row for row in addressed if (row["order_id"], row["target"]) == key}
        networks = own.keys() - {None}
        open_asns = [asn for asn in networks if own[asn]["effect"] == NOT_ESTABLISHED]
        known = sum((*key, asn) in unseen for asn in open_asns)
        bound = None if len(open_asns) < LEAST_NETWORKS else min(known, len(open_asns) // 2)
        first = next(iter(own.values()))
        counts.append(
            dict.fromkeys(CHAIN)
            | {name: first[name] for name in _BY_ORDER}
            | {
                "level": "country",
                "networks": len(networks),
                "networks_seen": len(networks) - len(open_asns),
                "networks_not_established": len(open_asns),
                "not_seen_at_least": bound,
                "limits": [SUPPRESSED if bound is None else COUNTED],
            }
        )
    return counts


def _find_unseen_long_ago(ground: Ground) -> set[tuple[str, str | None, int]]:
    """Return order, target and network of what measurements of more than 90 days ago did not show."""
    observed = ground.observed
    if observed.last is None:
        return set()
    rows = chain.assess_chain(observed.cut(observed.last - LEAST_AGE), ground.register)
    return {(row["order_id"], row["target"], row["probe_asn"]) for row in rows if row["effect"] == "not_seen"}


RULES: Mapping[str, Rule] = {
    "chain": Rule(chain.COLUMNS, CHAIN, change_chain),
    "zombies": Rule(zombie.COLUMNS, zombie.COLUMNS),
    "collateral": Rule(collateral.COLUMNS, collateral.COLUMNS),
    "claims": Rule(claim.COLUMNS, claim.COLUMNS),
    "pledges": Rule(pledge.COLUMNS, pledge.COLUMNS),
    "companies": Rule(listing.COMPANY, listing.COMPANY),
    "endorsements": Rule(listing.ENDORSEMENT, listing.ENDORSEMENT),
    "effect": Rule(effect.COLUMNS, effect.COLUMNS),
    "dependence": Rule(dependence.COLUMNS, dependence.COLUMNS),
    "trend": Rule(trend.COLUMNS, trend.COLUMNS),
}
"""How each noun is let out. Rows of zombies and collateral are of blocks that were seen. Claims, effect, dependence and trend are made from
what :func:`hide_protected` leaves. The rest is of the register alone.
"""
