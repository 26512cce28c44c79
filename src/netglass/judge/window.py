"""Judging a window: facts, fired rules, numbers, verdict rows. The one entry of this room.

It is a set function: the same observations, window, rules and reference data give the same rows, whatever their order.
"""

import hashlib
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

import msgspec
import numpy as np

from netglass.judge.fact import SCRIPTS, build_facts, read_script
from netglass.judge.likelihood import HYPOTHESES, Bools, choose_strongest, compute_posterior, compute_sensitivity, sum_evidence, weigh_rules
from netglass.judge.prior import PREVALENCES, PRIOR
from netglass.judge.rule import RULES, Rule
from netglass.judge.statement import make_fired_query, make_verdict_query
from netglass.judge.verdict import decide_states
from netglass.vocab.state import INTERFERED, Hypothesis

if TYPE_CHECKING:
    import duckdb

ARRIVED_RULES = ("http.same_page", "http.same_page_elsewhere", "dns.injected_working")
"""Rules that show that the probe reached what it should. Without one, a measurement is at best *insufficient*, never *ok*."""

OPENINGS = {
    "blocked": "Blocked: ",
    "likely_blocked": "Likely blocked: ",
    "impaired": "Not working, and not shown to be blocking: ",
    "down": "Down for everybody: ",
    "ok": "Reached: ",
    "insufficient": "Not enough evidence: ",
}


def hash_ruleset(rules: Sequence[Rule] = RULES) -> str:
    """Return the hash of rules, prior, prevalences and the scripts of facts, 16 hexadecimal digits."""
    text = msgspec.json.encode([list(rules), {str(k): v for k, v in PRIOR.items()}, PREVALENCES, [read_script(s) for s in SCRIPTS]])
    return hashlib.sha256(text).hexdigest()[:16]


def judge_window(
    connection: "duckdb.DuckDBPyConnection",
    since: datetime | None = None,
    until: datetime | None = None,
    missing: Sequence[str] = (),
    rules: Sequence[Rule] = RULES,
) -> str:
    """Judge what was observed in [since, until) and return the query of the verdict rows, to be run on the same connection.

    Args:
        connection: with the observation tables as views; temporary tables are made in it.
        since: first moment, UTC, None for all.
        until: moment before which to judge, UTC, None for all.
        missing: kinds of reference data that were not there; noted in every row.
        rules: the rules to judge by.
    """
    build_facts(connection, since, until)
    connection.execute(make_fired_query(rules))
    columns = connection.execute("SELECT * FROM fired").fetchnumpy()
    fired = np.stack([np.asarray(columns[f"r{i}"], dtype=np.bool_) for i in range(len(rules))], axis=1)
    proven = np.stack(
        [np.asarray(columns[f"c{i}"], dtype=np.bool_) for i, rule in enumerate(rules) if rule.artefact], axis=1
    )
    connection.register("decided_rows", _decide(np.asarray(columns["key"]), fired, proven, rules))
    connection.execute("CREATE OR REPLACE TEMP TABLE decided AS SELECT * FROM decided_rows")
    connection.unregister("decided_rows")
    return make_verdict_query(rules, hash_ruleset(rules), missing)


def _decide(key: "np.ndarray[tuple[int], np.dtype[np.uint64]]", fired: Bools, proven: Bools, rules: Sequence[Rule]) -> dict[str, object]:
    chosen = choose_strongest(fired, rules)
    evidence = sum_evidence(chosen, rules)
    posterior = compute_posterior(evidence)
    arrived = fired[:, [i for i, rule in enumerate(rules) if rule.rule_id in ARRIVED_RULES]].any(axis=1)
    decision = decide_states(posterior, fired, proven, arrived, rules)
    spread = compute_sensitivity(evidence)
    network = HYPOTHESES.index(Hypothesis.NETWORK_INTERFERENCE)
    columns: dict[str, object] = {f"e{i}": np.ascontiguousarray(evidence[:, i]) for i in range(len(HYPOTHESES))}
    columns |= {
        "key": key,
        "state": decision.state,
        "locus": decision.locus,
        "interfered": np.isin(decision.state, [str(s) for s in INTERFERED]),
        "p_blocked": np.ascontiguousarray(posterior[:, network]),
        "p_low": np.ascontiguousarray(spread[:, 0]),
        "p_mid": np.ascontiguousarray(spread[:, 1]),
        "p_high": np.ascontiguousarray(spread[:, 2]),
        "prior": np.full(len(key), PRIOR[Hypothesis.NETWORK_INTERFERENCE]),
        "reason": _find_reason(chosen, posterior, rules),
        "opening": np.array([OPENINGS[state] for state in decision.state], dtype=object),
    }
    return columns


def _find_reason(
    chosen: "np.ndarray[tuple[int, ...], np.dtype[np.int64]]", posterior: "np.ndarray[tuple[int, ...], np.dtype[np.float64]]", rules: Sequence[Rule]
) -> "np.ndarray[tuple[int], np.dtype[np.int64]]":
    """Return, per row, the chosen rule that speaks most for the likeliest hypothesis against the others, or -1."""
    weights = np.vstack([weigh_rules(rules), np.full(len(HYPOTHESES), -np.inf)])
    best = posterior.argmax(axis=1)
    own = weights[chosen, best[:, None]]
    lift = own - np.where(np.isneginf(own), 0.0, weights[chosen].mean(axis=2))
    pick = lift.argmax(axis=1)
    reason: np.ndarray[tuple[int], np.dtype[np.int64]] = chosen[np.arange(len(best)), pick]
    return reason
