"""Judge the store, and list what was found per measurement."""

from collections import Counter
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

from netglass.judge.fact import BEGINNING, END
from netglass.judge.window import hash_ruleset, judge_window
from netglass.refdata.snapshot import load_refdata
from netglass.store.derived import write_derived
from netglass.store.lock import hold_writer
from netglass.vocab.time import format_time

if TYPE_CHECKING:
    import duckdb

    from netglass.store.query import Store


KEPT = """
SELECT * FROM verdict WHERE ruleset = '{ruleset}' AND NOT (observed_at >= TIMESTAMP '{since}' AND observed_at < TIMESTAMP '{until}')
"""
"""Verdicts outside the window stay, as long as the same rules made them."""


class Judgement(NamedTuple):
    """What ``judge`` did: verdicts by state, the hash of the rules, and what reference data was missing and would tell."""

    verdicts: dict[str, int]
    ruleset: str
    missing: tuple[str, ...]


def judge(store: "Store", since: datetime | None = None, until: datetime | None = None) -> Judgement:
    """Judge the measurements observed in [since, until), replacing their verdicts; others stay if the same rules made them.

    Works from stored observations alone; changing a rule needs no raw data.

    Args:
        store: the store.
        since: first moment, UTC; None for the beginning.
        until: moment before which to judge, UTC; None for the end.

    Raises:
        EngineError: another command is writing to the store.
    """
    ruleset = hash_ruleset()
    with hold_writer(store.layout):
        refdata = load_refdata(store.refdata_dir)
        inputs = {"manifest": store.manifest_hash, "ruleset": ruleset, "refdata": refdata.hash}
        connection = store.connect()
        query = f"SELECT * FROM ({judge_window(connection, since, until)})"
        if since or until:
            kept = KEPT.format(ruleset=ruleset, since=since or BEGINNING, until=until or END)
            query = f"{query} UNION ALL {kept} ORDER BY observed_at, key"
        with write_derived(store.layout, "verdict", inputs, (format_time(since), format_time(until))) as writer:
            writer.add_query(connection, query)
    return Judgement(count_states(store), ruleset, refdata.missing)


def count_states(store: "Store") -> dict[str, int]:
    """Return how many verdicts of each state the store has."""
    rows = store.connect().execute("SELECT state, count(*) FROM verdict GROUP BY state ORDER BY state").fetchall()
    return dict(Counter({str(state): int(n) for state, n in rows}))


def verdicts(
    store: "Store",
    cc: str | None = None,
    asn: int | None = None,
    target: str | None = None,
    state: str | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
) -> "duckdb.DuckDBPyRelation":
    """Return the verdicts that fit, oldest first, as a DuckDB relation (``.df()``, ``.pl()``, ``.fetchnumpy()``).

    Args:
        store: a store that ``judge`` has been run on.
        cc: country of the probe, two letters.
        asn: network of the probe.
        target: host.
        state: one of the six states.
        since: first moment observed, UTC.
        until: moment before which observed, UTC.
    """
    wanted: dict[str, object] = {
        "probe_cc = $cc": cc and cc.upper(),
        "probe_asn = $asn": asn,
        "target = $target": target and target.lower(),
        "state = $state": state,
        "observed_at >= $since": since,
        "observed_at < $until": until,
    }
    given = {clause: value for clause, value in wanted.items() if value is not None}
    where = " AND ".join(given) or "true"
    values = {clause.rsplit("$", 1)[1]: value for clause, value in given.items()}
    connection = store.connect()
    return connection.sql(f"SELECT * FROM verdict WHERE {where} ORDER BY observed_at, measurement_uid", params=values)
