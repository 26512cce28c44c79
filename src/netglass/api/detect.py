"""Find blocking events in the verdicts of a store, and list events, coverage and what changed."""

from collections import Counter
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

from netglass.detect.account import EventAccount, account_event
from netglass.detect.cell import Cells, count_cells
from netglass.detect.change import compare_events, hash_run
from netglass.detect.detection import Detection, Window, detect_events
from netglass.detect.event import Row
from netglass.detect.telling import COLUMNS, Verdicts, read_verdicts, to_seconds
from netglass.store.derived import write_derived
from netglass.store.lock import hold_writer
from netglass.vocab.error import UsageError
from netglass.vocab.table import EVENT, TABLES
from netglass.vocab.time import format_time

if TYPE_CHECKING:
    import duckdb

    from netglass.store.query import Store

READ_VERDICTS = f"""
SELECT {", ".join(COLUMNS)}, epoch(observed_at)::BIGINT AS seconds FROM verdict
WHERE observed_at IS NOT NULL AND ($since IS NULL OR observed_at >= $since) AND ($until IS NULL OR observed_at < $until)
"""

READ_INPUTS = """
SELECT string_agg(DISTINCT ruleset, ' ' ORDER BY ruleset), string_agg(DISTINCT refdata, ' ' ORDER BY refdata) FROM verdict
"""

LIST_EVENTS = """
WITH replaced AS (
    SELECT event_id AS gone, unnest(string_split(substr(detail, 4), ', ')) AS event_id FROM change WHERE change = 'superseded'
), heir AS (
    SELECT event_id, list_sort(list(DISTINCT gone)) AS gone FROM replaced GROUP BY event_id
)
SELECT event.* REPLACE (coalesce(heir.gone, event.supersedes) AS supersedes) FROM event LEFT JOIN heir USING (event_id)
"""
"""The table itself has no history, so that it can be rebuilt to the byte; what an event supersedes is read from the change log."""


class Summary(NamedTuple):
    """What ``detect`` did: events by kind and state, series in the coverage, changes since the last run."""

    events: dict[str, int]
    series: int
    changes: int


def detect(store: "Store", since: datetime | None = None, until: datetime | None = None) -> Summary:
    """Find events in the verdicts observed in [since, until), replacing those of an earlier run.

    Stateless: the same verdicts and window give the same events, whatever was found before. What differs from the last run is
    added to the change log.

    Args:
        store: a store that ``judge`` has been run on.
        since: first moment, UTC; None for the first measurement.
        until: moment before which to look, UTC; None for the last measurement.

    Raises:
        UsageError: ``until`` is not after ``since``.
        EngineError: another command is writing to the store.
    """
    if since and until and until <= since:
        raise UsageError(
            f"--until {format_time(until)} is not after --since {format_time(since)}: nothing lies between"
        )
    with hold_writer(store.layout):
        connection = store.connect()
        ruleset, refdata = connection.execute(READ_INPUTS).fetchall()[0]
        found = detect_events(*_read_window(connection, since, until))
        for row in found.events:
            row |= {"ruleset": ruleset or "", "refdata": refdata or ""}
        old = _read_rows(connection, "event")
        log = _read_rows(connection, "change")
        window = (format_time(since), format_time(until))
        inputs = {"manifest": store.manifest_hash, "ruleset": ruleset or "", "refdata": refdata or ""}
        run = hash_run(*inputs.values(), *(str(edge) for edge in window))
        changes = compare_events(_select_old(old, found.window), found.events, run)
        for table, rows in (("event", found.events), ("coverage", found.coverage), ("change", [*log, *changes])):
            with write_derived(store.layout, table, inputs, window) as writer:
                writer.add([tuple(row[column.name] for column in TABLES[table]) for row in rows])
    return Summary(_count_events(found), len(found.coverage), len(changes))


def _read_window(
    connection: "duckdb.DuckDBPyConnection", since: datetime | None, until: datetime | None
) -> tuple[Verdicts, Window | None]:
    rows = connection.execute(READ_VERDICTS, {"since": since, "until": until}).fetchall()
    columns = (
        dict(zip((*COLUMNS, "seconds"), zip(*rows, strict=True), strict=True)) if rows else dict.fromkeys(COLUMNS, ())
    )
    verdicts = read_verdicts(columns | {"observed_at": columns.pop("seconds", ())})
    if not len(verdicts.time):
        return verdicts, None
    first = to_seconds(since) if since else int(verdicts.time[0]) // 3600 * 3600
    last = to_seconds(until) if until else (int(verdicts.time[-1]) // 3600 + 1) * 3600
    return verdicts, Window(first, last)


def _read_rows(connection: "duckdb.DuckDBPyConnection", table: str) -> list[Row]:
    names = [column.name for column in TABLES[table]]
    rows = connection.execute(f"SELECT {', '.join(names)} FROM {table}").fetchall()
    return [dict(zip(names, row, strict=True)) for row in rows]


def _select_old(rows: list[Row], window: Window) -> list[Row]:
    """Return the events of the last run that lie wholly in the window, so that this run could have found them again."""
    return [row for row in rows if _reaches(row, "onset", window) and _reaches(row, "end", window)]


def _reaches(row: Row, edge: str, window: Window) -> bool:
    moments = [row[f"{edge}_earliest"], row[f"{edge}_latest"]]
    return all(window.since <= to_seconds(moment) < window.until for moment in moments if moment)


def _count_events(found: Detection) -> dict[str, int]:
    counts = Counter(f"{row['kind']} {row['state']}" for row in found.events)
    return dict(sorted(counts.items()))


def events(
    store: "Store",
    cc: str | None = None,
    target: str | None = None,
    asn: int | None = None,
    kind: str | None = None,
    state: str | None = None,
) -> "duckdb.DuckDBPyRelation":
    """Return the events that fit, oldest first, as a DuckDB relation (``.df()``, ``.pl()``, ``.fetchnumpy()``).

    Args:
        store: a store that ``detect`` has been run on.
        cc: country, two letters.
        target: a host that is among the event's targets.
        asn: a network that is among the event's networks.
        kind: block, unblock or shutdown.
        state: confirmed or unconfirmed.
    """
    wanted: dict[str, object] = {
        "probe_cc = $cc": cc and cc.upper(),
        "list_contains(targets, $target)": target and target.lower(),
        "list_contains(asns, $asn)": asn,
        "kind = $kind": kind,
        "state = $state": state,
    }
    return _list_rows(store, LIST_EVENTS, wanted, "onset_latest, event_id")


def coverage(
    store: "Store", cc: str | None = None, target: str | None = None, asn: int | None = None
) -> "duckdb.DuckDBPyRelation":
    """Return per network and target what would have been seen, as a DuckDB relation.

    Args:
        store: a store that ``detect`` has been run on.
        cc: country, two letters.
        target: host.
        asn: network.
    """
    wanted: dict[str, object] = {
        "probe_cc = $cc": cc and cc.upper(),
        "target = $target": target and target.lower(),
        "probe_asn = $asn": asn,
    }
    return _list_rows(store, "SELECT * FROM coverage", wanted, "probe_cc, probe_asn, target")


def changes(store: "Store", event_id: str | None = None) -> "duckdb.DuckDBPyRelation":
    """Return the change log in the order in which it was written, of one event or of all."""
    query = "SELECT event_id, change, detail, run FROM (SELECT *, row_number() OVER () AS place FROM change)"
    return _list_rows(store, query, {"event_id = $event_id": event_id}, "place")


def cells(
    store: "Store",
    cc: str,
    target: str,
    since: datetime | None = None,
    until: datetime | None = None,
    by_resolver: bool = False,
) -> Cells:
    """Return the dense hours of one target in one country, network by network; hours without a measurement are there with n = 0.

    Args:
        store: a store that ``judge`` has been run on.
        cc: country, two letters.
        target: host.
        since: start, UTC, by default the hour of the first measurement.
        until: end, UTC, by default after the hour of the last one.
        by_resolver: split every network by that of the resolver.
    """
    verdicts, window = _read_window(store.connect(), since, until)
    chosen = verdicts.select((verdicts.cc == cc.upper()) & (verdicts.target == target.lower()))
    return count_cells(chosen, *(window or Window(0, 0)), by_resolver=by_resolver)


def _list_rows(store: "Store", query: str, wanted: dict[str, object], order: str) -> "duckdb.DuckDBPyRelation":
    given = {clause: value for clause, value in wanted.items() if value is not None}
    values = {clause.rsplit("$", 1)[1].rstrip(")"): value for clause, value in given.items()}
    connection = store.connect()
    return connection.sql(f"{query} WHERE {' AND '.join(given) or 'true'} ORDER BY {order}", params=values)


def explain_event_rows(store: "Store", event_id: str) -> EventAccount:
    """Return what is known of one event: its row, its witnesses, the innocent explanations and what would change it.

    Raises:
        UsageError: there is no such event.
    """
    rows = events(store).filter(f"event_id = '{_check_id(event_id)}'").fetchall()
    if not rows:
        raise UsageError(f"there is no event {event_id!r} in this store: `netglass events` lists them")
    row = dict(zip((column.name for column in EVENT), rows[0], strict=True))
    return account_event(store.connect(), row)


def _check_id(event_id: str) -> str:
    if not event_id.replace("-", "").isalnum():
        raise UsageError(f"{event_id!r} is no event id: they look like ev-0123456789abcdef")
    return event_id
