"""The facts: SQL over the observation tables of a window, one row per measurement to be judged.

The context window is wider than what is judged by ``CONTEXT_DAYS`` on both sides, so that a run, a network's loss, a repeated failure or
another country's success is seen whole. Genuine certificates, known addresses and shared pages are those of the whole context window, so a
wider window can know more than a narrow one: a verdict belongs to the window that its table names. The scripts leave temporary tables
behind, of which ``fact`` is the result.
"""

from datetime import datetime, timedelta
from importlib.resources import files
from typing import TYPE_CHECKING

import numpy as np

from netglass.judge import setting
from netglass.refdata.suffix import load_suffixes

if TYPE_CHECKING:
    import duckdb

CONTEXT_DAYS = 3
"""Days on either side of the window whose measurements give context. Repetition looks three days back and ahead."""

SCRIPTS = ("context.sql", "page.sql", "speed.sql", "fact.sql")

_MEASUREMENTS = """
CREATE OR REPLACE TEMP TABLE m AS
SELECT key, measurement_uid, report_id, target, scheme, input, probe_cc, probe_asn, resolver_asn, observed_at, has_control,
       control_failure, control_dns_outcome, control_http_outcome, control_http_status, control_body_length, control_title,
       control_header_names, control_server, issues,
       coalesce(nullif(report_id, ''), 'alone-' || key) AS run,
       CASE WHEN coalesce(probe_asn, 0) = 0 THEN key ELSE hash(probe_cc, probe_asn) END AS network,
       coalesce(software_name, '') || ' ' || coalesce(software_version, '') AS engine,
       coalesce(nullif(probe_id, ''),
                concat_ws('/', probe_asn, platform, coalesce(engine_version, software_version), network_type, resolver_ip)) AS reporter
FROM measurement
WHERE test_name = 'web_connectivity' AND target IS NOT NULL AND observed_at BETWEEN $earliest AND $latest
"""
_ASKED = "CREATE OR REPLACE TEMP TABLE asked AS SELECT key FROM m WHERE observed_at >= $since AND observed_at < $until"
_PAIRS = "SELECT DISTINCT m.target, c.location_host FROM chain c JOIN m USING (key) WHERE c.location_host IS NOT NULL"

BEGINNING, END = datetime(1900, 1, 1), datetime(2200, 1, 1)


def build_facts(connection: "duckdb.DuckDBPyConnection", since: datetime | None, until: datetime | None) -> None:
    """Make the temporary table ``fact`` for measurements observed in [since, until).

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
    run_script(connection, "context.sql")
    run_script(connection, "page.sql")
    run_script(connection, "speed.sql")
    _pair_sites(connection)
    run_script(connection, "fact.sql")


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
    domain = load_suffixes([]).registrable_domain
    same = [target == host or (domain(target) or target) == (domain(host) or host) for target, host in pairs]
    columns = {
        "target": np.array([target for target, _ in pairs], dtype=object),
        "location_host": np.array([host for _, host in pairs], dtype=object),
        "same_site": np.array(same, dtype=np.bool_),
    }
    connection.register("site_pair_rows", columns)
    connection.execute("CREATE OR REPLACE TEMP TABLE site_pair AS SELECT * FROM site_pair_rows")
    connection.unregister("site_pair_rows")
