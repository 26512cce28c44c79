"""The facts: SQL over the observation tables of a window, one row per measurement to be judged.

The context window is wider than what is judged by ``CONTEXT_DAYS`` on both sides, so that a run, a network's loss, a repeated failure or
another country's success is seen whole. Genuine certificates, known addresses and shared pages are those of the whole context window, so a
wider window can know more than a narrow one: a verdict belongs to the window that its table names.

The scripts run in the order of ``SCRIPTS``: which addresses somebody vouches for; connections and handshakes; pages; then ``seen``, what
each measurement shows by itself, and ``context``, what others show. ``fact`` is a view on the last two. A new fact of one measurement is
joined in ``seen.sql``, one of others in ``context.sql``. Tables that no later script reads are dropped: memory given back is used again.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from importlib.resources import files
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from netglass.judge import setting
from netglass.judge.neighbour import Timeline
from netglass.refdata.suffix import load_suffixes

if TYPE_CHECKING:
    import duckdb

CONTEXT_DAYS = 3
"""Days on either side of the window whose measurements give context. Repetition looks three days back and ahead."""

SCRIPTS = ("address.sql", "connect.sql", "page.sql", "speed.sql", "seen.sql", "context.sql")

_MEASUREMENTS = """
CREATE OR REPLACE TEMP TABLE m AS
SELECT key, target, hash(target) AS site, scheme, probe_cc, probe_asn, resolver_asn, observed_at, has_control,
       control_dns_outcome, control_http_outcome, control_http_status, control_body_length,
       coalesce(control_http_outcome = 'success', false) AS helper_arrived,
       coalesce(list_contains(issues, 'clock_suspect'), false) AS clock_suspect,
       coalesce(starts_with(control_failure, 'ssl_'), false) AS helper_cert_refused,
       CASE WHEN coalesce(report_id, '') = '' THEN key ELSE hash(report_id) END AS run,
       CASE WHEN coalesce(probe_asn, 0) = 0 THEN key ELSE hash(probe_cc, probe_asn) END AS network,
       coalesce(software_name, '') || ' ' || coalesce(software_version, '') AS engine,
       coalesce(nullif(probe_id, ''),
                concat_ws('/', probe_asn, platform, coalesce(engine_version, software_version), network_type, resolver_ip)) AS reporter
FROM measurement
WHERE test_name = 'web_connectivity' AND target IS NOT NULL AND observed_at BETWEEN $earliest AND $latest
"""
_ASKED = "CREATE OR REPLACE TEMP TABLE asked AS SELECT key FROM m WHERE observed_at >= $since AND observed_at < $until"
_PAIRS = """
WITH pair AS (
    SELECT site, location_host, min(key) AS key FROM seen WHERE location_host IS NOT NULL GROUP BY ALL
)
SELECT site, m.target, location_host FROM pair JOIN m USING (key, site)
WHERE string_split(rtrim(lower(m.target), '.'), '.')[-2:] = string_split(rtrim(lower(location_host), '.'), '.')[-2:]
"""
"""Redirects that may stay within a registrable domain, for such a domain has two labels or more."""

_TRAITS = """
SELECT key, moment, site, hash(network, site) AS here, hash(probe_cc, site) AS country,
       dns_bad, tcp_bad OR lost AS lost, page_good, off_host IS NOT NULL AS off, http_reset, down_for_both
FROM trait ORDER BY moment
"""

_AROUND = (
    "key", "n_near", "dns_bad_near", "lost_near", "page_near", "off_near", "reset_near", "country_lost", "country_good",
    "down_anywhere", "good_anywhere",
)  # fmt: skip

DAY = 86_400_000_000
SPANS = {"near": 3 * DAY, "concurrent": DAY // 8, "anywhere": DAY}
"""Microseconds on either side of a measurement: a repeated failure is looked for three days around; on other networks of the country within
three hours, for a line loses packets alone and a rule need not; and whether anybody got the target within a day."""

BEGINNING, END = datetime(1900, 1, 1), datetime(2200, 1, 1)


def build_facts(connection: "duckdb.DuckDBPyConnection", since: datetime | None, until: datetime | None) -> None:
    """Make the temporary view ``fact`` for measurements observed in [since, until).

    Args:
        connection: with the observation tables as views.
        since: first moment to judge, UTC, or None for all.
        until: moment before which to judge, UTC, or None for all.
    """
    margin = timedelta(days=CONTEXT_DAYS)
    start, stop = since or BEGINNING, until or END
    connection.execute(
        _MEASUREMENTS,
        {"earliest": start - margin if since else BEGINNING, "latest": stop + margin if until else END},
    )
    connection.execute(_ASKED, {"since": start, "until": stop})
    for script in SCRIPTS[:-1]:
        run_script(connection, script)
    _pair_sites(connection)
    _look_around(connection)
    run_script(connection, SCRIPTS[-1])


def collect_settings() -> dict[str, object]:
    """Return the settings that the scripts name as parameters."""
    return {
        "length_ratio": setting.LENGTH_RATIO,
        "common_headers": list(setting.COMMON_HEADERS),
        "least_answer_bytes": setting.LEAST_ANSWER_BYTES,
        "packet_bytes": setting.PACKET_BYTES,
        "slow_factor": setting.SLOW_FACTOR,
        "slow_speed": setting.SLOW_SPEED,
        "speed_others": setting.SPEED_OTHERS,
        "portal_words": setting.PORTAL_WORDS,
        "error_title": setting.ERROR_TITLE,
        "trickle_seconds": setting.TRICKLE_SECONDS,
        "interception_products": setting.INTERCEPTION_PRODUCTS,
    }


def read_script(name: str) -> str:
    """Return the text of one of the room's SQL scripts."""
    return files("netglass.judge").joinpath(name).read_text(encoding="utf-8")


def run_script(connection: "duckdb.DuckDBPyConnection", name: str) -> None:
    """Run one of the room's SQL scripts, each statement with the parameters that it names."""
    values = collect_settings()
    for statement in connection.extract_statements(read_script(name)):
        named = {key: values[key] for key in statement.named_parameters}
        connection.execute(statement, named or None)


def _pair_sites(connection: "duckdb.DuckDBPyConnection") -> None:
    """Tell for each redirect whether it stays within the registrable domain, which SQL cannot know."""
    pairs = connection.execute(_PAIRS).fetchall()
    names = {name for _, *hosts in pairs for name in hosts}
    domain = load_suffixes([], names).registrable_domain
    same = [target == host or (domain(target) or target) == (domain(host) or host) for _, target, host in pairs]
    columns = {
        "site": np.array([site for site, _, _ in pairs], dtype=np.uint64),
        "location_host": np.array([host for _, _, host in pairs], dtype=object),
        "same_site": np.array(same, dtype=np.bool_),
    }
    store_rows(connection, "site_pair", columns)


def _look_around(connection: "duckdb.DuckDBPyConnection") -> None:
    """Count, for each measurement, what the same target did at other times: on the network, in the country and anywhere."""
    trait = connection.execute(_TRAITS).fetchnumpy()
    at, lost, good = trait["moment"], trait["lost"], trait["page_good"]
    everything = np.ones(len(at), dtype=np.bool_)
    here = Timeline(trait["here"], at)
    near = here.count(SPANS["near"], (everything, trait["dns_bad"], lost, good, trait["off"], trait["http_reset"]))
    beside = here.count(SPANS["concurrent"], (lost, good))
    country = Timeline(trait["country"], at).count(SPANS["concurrent"], (lost, good))
    anywhere = Timeline(trait["site"], at).count(SPANS["anywhere"], (trait["down_for_both"], good))
    others = [whole - own for whole, own in zip(country, beside, strict=True)]
    store_rows(connection, "around", dict(zip(_AROUND, (trait["key"], *near, *others, *anywhere), strict=True)))


def store_rows(
    connection: "duckdb.DuckDBPyConnection", name: str, columns: Mapping[str, NDArray[np.generic]], chosen: str = "*"
) -> None:
    """Make the temporary table ``name`` of arrays of one length, with ``chosen`` as its SELECT list."""
    connection.register("rows", columns)
    connection.execute(f"CREATE OR REPLACE TEMP TABLE {name} AS SELECT {chosen} FROM rows")
    connection.unregister("rows")
