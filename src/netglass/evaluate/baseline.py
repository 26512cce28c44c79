"""What simpler judges would have said of the same measurements.

``probe``: the probe's own verdict, taken as it is. ``any failure``: every measurement in which a step of the probe
failed is a block. ``address mismatch``: the system resolver's answer and the control's share no address. The last two
are read from the observations, without context, controls or reference data: that is their point.
"""

from collections.abc import Collection, Sequence

import numpy as np

from netglass.evaluate.interval import Ratio
from netglass.evaluate.verdict import Case, rate_blocked

ANY_FAILURE = """
SELECT DISTINCT key FROM (
    SELECT key FROM dns
    WHERE failure IS NOT NULL AND coalesce(engine, '') <> 'helper' AND coalesce(query_type, '') <> 'AAAA'
    UNION ALL SELECT key FROM tcp WHERE failure IS NOT NULL
    UNION ALL SELECT key FROM tls WHERE failure IS NOT NULL
    UNION ALL SELECT key FROM http WHERE failure IS NOT NULL
)
"""
"""Keys of measurements with a failed step; a name without an IPv6 address is no failure of the network."""

ADDRESS_MISMATCH = """
SELECT m.key
FROM measurement m
JOIN (SELECT key, list(DISTINCT address) AS addresses FROM dns
      WHERE address IS NOT NULL AND route = 'system' GROUP BY key) d ON d.key = m.key
WHERE len(m.control_dns_addresses) > 0 AND NOT list_has_any(m.control_dns_addresses, d.addresses)
"""
"""Keys of measurements whose system resolver gave only addresses that the control did not see."""


def rate_probe(cases: Sequence[Case]) -> list[tuple[str, Ratio]]:
    """Return precision and recall of the probe's own verdict; where it gave none, it called nothing blocked."""
    said = np.array([case.verdict.get("probe_verdict") == "blocked" for case in cases], dtype=np.float64)
    return _rate("probe's own verdict", cases, said)


def rate_keys(name: str, cases: Sequence[Case], keys: Collection[int]) -> list[tuple[str, Ratio]]:
    """Return precision and recall of calling blocked what is in ``keys``."""
    known = set(keys)
    said = np.array([case.verdict.get("key") in known for case in cases], dtype=np.float64)
    return _rate(name, cases, said)


def _rate(
    name: str, cases: Sequence[Case], said: np.ndarray[tuple[int], np.dtype[np.float64]]
) -> list[tuple[str, Ratio]]:
    truth = np.array([case.is_blocked for case in cases], dtype=np.float64)
    rates = rate_blocked("baseline", truth, said)
    return [(section, ratio._replace(name=f"{name}: {ratio.name}")) for section, ratio in rates]
