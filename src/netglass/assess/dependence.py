"""On whom the sites that are tested in a country depend: networks, countries and certificate authorities behind them, month by month.

Each site weighs 1 and is divided among all that stand behind it, so a site with many addresses counts no more than another. Concentration
is the Herfindahl-Hirschman index, the sum of squared shares: 1 where one bears all, 1/n where n bear the same. Addresses are those by
which the page was reached from the country, else those that the helper resolved; forged answers are in neither.

**Source**: Hirschman (1964), American Economic Review 54(5), for the index.
"""

import re
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from typing import TYPE_CHECKING, NamedTuple

from netglass.assess.observed import Row

if TYPE_CHECKING:
    import duckdb

COLUMNS = (
    "probe_cc",
    "month",
    "kind",
    "name",
    "share",
    "sites",
    "sites_known",
    "sites_tested",
    "concentration",
    "reason",
    "evidence",
    "witnesses",
    "register",
    "inputs",
    "limits",
)

READ_ADDRESSES = """
WITH tested AS (
    SELECT m.key, m.target, m.measurement_uid, strftime(m.observed_at, '%Y-%m') AS month, v.state
    FROM measurement m JOIN verdict v USING (key)
    WHERE m.probe_cc = $cc AND m.target IS NOT NULL AND m.observed_at IS NOT NULL AND NOT list_contains($hidden, m.target)
), inside AS (
    SELECT tested.month, tested.target, dns.address_asn, dns.address_cc, tested.measurement_uid
    FROM tested JOIN dns USING (key)
    WHERE tested.state = 'ok' AND dns.hostname = tested.target AND dns.address IS NOT NULL AND NOT coalesce(dns.bogon, false)
), beside AS (
    SELECT tested.month, tested.target, c.address_asn, c.address_cc, tested.measurement_uid
    FROM tested JOIN control_address c USING (key) ANTI JOIN inside ON inside.month = tested.month AND inside.target = tested.target
    WHERE c.resolved AND NOT coalesce(c.bogon, false)
)
SELECT month, target, address_asn::VARCHAR, address_cc, min(measurement_uid) FROM (FROM inside UNION ALL FROM beside)
GROUP BY ALL ORDER BY ALL
"""

READ_ISSUERS = """
SELECT strftime(m.observed_at, '%Y-%m') AS month, m.target, tls.cert_issuer, min(m.measurement_uid)
FROM measurement m JOIN tls USING (key)
WHERE m.probe_cc = $cc AND m.observed_at IS NOT NULL AND NOT list_contains($hidden, m.target)
AND tls.server_name = m.target AND tls.chain_status = 'valid' AND tls.cert_issuer IS NOT NULL
GROUP BY ALL ORDER BY ALL
"""

COUNT_TESTED = """
SELECT strftime(observed_at, '%Y-%m') AS month, count(DISTINCT target) FROM measurement
WHERE probe_cc = $cc AND observed_at IS NOT NULL AND target IS NOT NULL AND NOT list_contains($hidden, target) GROUP BY ALL ORDER BY ALL
"""

MOST_UIDS = 5
"""Measurements that a row names."""

NO_NAME_SERVERS = "measurements ask for addresses and not for name servers"

LIMITS = ("the sites are those that volunteers test, and not the country's whole web",)

_PART = re.compile(r"(?:^|,)(O|CN)=((?:\\.|[^,\\])*)")


class Bearer(NamedTuple):
    """That something stands behind a site in a month, and a measurement that shows it."""

    month: str
    target: str
    name: str
    uid: str


def assess_dependence(
    connection: "duckdb.DuckDBPyConnection", cc: str, inputs: Mapping[str, str], hidden: Collection[str] = ()
) -> list[Row]:
    """Return on whom the sites tested in a country depend, by month, kind and share.

    Args:
        connection: with the views of a store.
        cc: the country.
        inputs: hashes of what the rows are made from.
        hidden: targets that are left out.
    """
    values = {"cc": cc, "hidden": sorted(hidden)}
    tested = dict(connection.execute(COUNT_TESTED, values).fetchall())
    addresses = connection.execute(READ_ADDRESSES, values).fetchall()
    issuers = connection.execute(READ_ISSUERS, values).fetchall()
    bearers = {
        "network": [Bearer(month, target, asn, uid) for month, target, asn, _, uid in addresses if asn],
        "country": [Bearer(month, target, home, uid) for month, target, _, home, uid in addresses if home],
        "certificate_authority": [
            Bearer(month, target, name_authority(text), uid) for month, target, text, uid in issuers
        ],
    }
    rows = []
    for month in tested:
        for kind, found in bearers.items():
            own = [bearer for bearer in found if bearer.month == month]
            rows += [_fill(row, cc, kind, tested[month], inputs) for row in share_out(own)]
        empty = {"month": month, "reason": NO_NAME_SERVERS, "sites_known": 0, "witnesses": []}
        rows.append(_fill(empty, cc, "name_server", tested[month], inputs))
    return rows


def share_out(bearers: Collection[Bearer]) -> Iterator[Row]:
    """Yield the shares of one month and kind, the largest first; each site weighs 1."""
    by_site: dict[str, set[str]] = defaultdict(set)
    uids: dict[str, list[str]] = defaultdict(list)
    for bearer in bearers:
        by_site[bearer.target].add(bearer.name)
        uids[bearer.name].append(bearer.uid)
    weights: dict[str, float] = defaultdict(float)
    for names in by_site.values():
        for name in names:
            weights[name] += 1 / len(names) / len(by_site)
    concentration = sum(weight**2 for weight in weights.values())
    for name, weight in sorted(weights.items(), key=lambda item: (-item[1], item[0])):
        yield {
            "month": next(iter(bearers)).month,
            "name": name,
            "share": round(weight, 4),
            "sites": sum(name in names for names in by_site.values()),
            "sites_known": len(by_site),
            "concentration": round(concentration, 4),
            "witnesses": sorted(set(uids[name]))[:MOST_UIDS],
        }


def name_authority(issuer: str) -> str:
    """Return the organisation that issued a certificate, or its common name where no organisation is named. **Source**: RFC 4514."""
    parts = dict(reversed(_PART.findall(issuer)))
    name = parts.get("O") or parts.get("CN") or issuer
    return re.sub(r"\\(.)", r"\1", name)


def _fill(row: Row, cc: str, kind: str, tested: int, inputs: Mapping[str, str]) -> Row:
    common = {"probe_cc": cc, "kind": kind, "sites_tested": tested, "evidence": [], "register": []}
    return dict.fromkeys(COLUMNS) | common | {"inputs": dict(inputs), "limits": list(LIMITS)} | row
