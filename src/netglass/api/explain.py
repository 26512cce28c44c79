"""Explain one verdict or one event, as data and as text: what is on record, by which rule, what else it could have been."""

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import numpy as np

from netglass.api.detect import explain_event_rows
from netglass.detect.account import EventAccount
from netglass.judge.explain import Explanation, explain_row
from netglass.judge.fact import build_facts
from netglass.judge.likelihood import choose_strongest, compute_posterior, sum_evidence
from netglass.judge.predicate import make_fired_query
from netglass.judge.rule import RULES
from netglass.judge.step import describe_speed, describe_steps
from netglass.vocab.error import UsageError
from netglass.vocab.table import VERDICT

if TYPE_CHECKING:
    import duckdb

    from netglass.store.query import Store

_FIND = """
SELECT * FROM verdict WHERE measurement_uid = $id
    OR measurement_uid IN (SELECT stored_uid FROM duplicate WHERE measurement_uid = $id)
"""
_PLACE = "SELECT source_file, source_offset, source_length, content_id FROM measurement WHERE key = $key"


def explain(store: "Store", id: str) -> Explanation | EventAccount:
    """Explain the verdict of a measurement or an event.

    Args:
        store: a store that ``judge`` (and, for events, ``detect``) has been run on.
        id: a ``measurement_uid``, also one under which a duplicate came, or an ``event_id``.

    Raises:
        UsageError: the store has no such verdict or event.
    """
    connection = store.connect()
    rows = connection.execute(_FIND, {"id": id}).fetchall()
    if rows:
        return _explain_measurement(connection, dict(zip((c.name for c in VERDICT), rows[0], strict=True)))
    if id.startswith("ev-"):
        return explain_event_rows(store, id)
    raise UsageError(
        f"{id}: no verdict or event of this id in {store.root}. `netglass verdicts` and `netglass events` list them; a measurement"
        " of another nettest than web_connectivity has observations and no verdict yet."
    )


def _explain_measurement(connection: "duckdb.DuckDBPyConnection", verdict: dict[str, Any]) -> Explanation:
    build_facts(connection, verdict["observed_at"], verdict["observed_at"] + timedelta(seconds=1))
    key = {"key": verdict["key"]}
    fact = _fetch_row(connection, "SELECT * FROM fact WHERE key = $key", key)
    flags = _fetch_row(connection, f"{make_fired_query(RULES)} WHERE key = $key", key)
    fired = np.array([[flags[f"r{i}"] for i in range(len(RULES))]], dtype=np.bool_)
    chosen = choose_strongest(fired, RULES)
    counted = [RULES[i].rule_id for i in chosen[0] if i >= 0]
    posterior = [float(p) for p in compute_posterior(sum_evidence(chosen, RULES))[0]]
    verdict |= _fetch_row(connection, _PLACE, key)
    steps = [*describe_steps(connection, verdict["key"]), *describe_speed(fact)]
    return explain_row(verdict, fact, steps, counted, posterior)


def _fetch_row(connection: "duckdb.DuckDBPyConnection", query: str, values: dict[str, Any]) -> dict[str, Any]:
    cursor = connection.execute(query, values)
    names = [column[0] for column in cursor.description or ()]
    return dict(zip(names, cursor.fetchall()[0], strict=True))
