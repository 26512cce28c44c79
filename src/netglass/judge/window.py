"""Judging a window: facts, fired rules, numbers, verdict rows. The one entry of this room.

It is a set function: the same observations, window, rules and reference data give the same rows, whatever their order.
"""

import hashlib
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

import msgspec
import numpy as np
from numpy.typing import NDArray

from netglass.judge.defect import DEFECTS, JUDGED_DEFECTS
from netglass.judge.fact import CONTEXT_DAYS, SCRIPTS, SPANS, build_facts, collect_settings, read_script, store_rows
from netglass.judge.likelihood import (
    FAMILY_LIMIT,
    HYPOTHESES,
    Bools,
    Floats,
    choose_strongest,
    compute_posterior,
    compute_sensitivity,
    sum_evidence,
    weigh_rules,
)
from netglass.judge.predicate import make_fired_query
from netglass.judge.prior import PREVALENCES, PRIOR
from netglass.judge.rule import RULES, Rule
from netglass.judge.statement import HARMLESS_MECHANISMS, PLACE, make_told_query, make_verdict_query
from netglass.judge.verdict import BLOCKED_PROBABILITY, EVEN_BET, MECHANISM_WEIGHT, decide_states
from netglass.vocab.state import Hypothesis, Locus, State

if TYPE_CHECKING:
    import duckdb

OPENINGS = {
    "blocked": "Blocked: ",
    "likely_blocked": "Likely blocked: ",
    "impaired": "Not working, and not shown to be blocking: ",
    "down": "Down for everybody: ",
    "ok": "Reached: ",
    "insufficient": "Not enough evidence: ",
}

THROTTLED = "Throttled: "
"""How the reason opens where the network let the page arrive, slowly."""

WORD_BITS = 64

NO_REASON = "nothing in the record tells"

_COMBINATION_TYPES = {
    "fired": "BOOLEAN[]",
    "issues": "VARCHAR[]",
    "rules": "STRUCT(rule_id VARCHAR, layer VARCHAR, log10_lr DOUBLE)[]",
    "p_blocked_range": "DOUBLE[]",
    "log10_lr": "STRUCT(network_interference DOUBLE, server_down DOUBLE, server_refuses DOUBLE, local_or_instrument_fault DOUBLE,"
    " reachable DOUBLE)",
}
"""Columns of ``combination`` that come as JSON."""


def hash_ruleset(rules: Sequence[Rule] = RULES) -> str:
    """Return the hash of all that a verdict is made by: rules, prior, thresholds, settings, scripts; 16 hexadecimal digits."""
    shares = {str(hypothesis): share for hypothesis, share in PRIOR.items()}
    figures = [CONTEXT_DAYS, SPANS, FAMILY_LIMIT, BLOCKED_PROBABILITY, EVEN_BET, MECHANISM_WEIGHT, collect_settings()]
    scripts = [read_script(script) for script in SCRIPTS]
    text = msgspec.json.encode([list(rules), list(DEFECTS), shares, PREVALENCES, figures, scripts])
    return hashlib.sha256(text).hexdigest()[:16]


def judge_window(
    connection: "duckdb.DuckDBPyConnection",
    since: datetime | None = None,
    until: datetime | None = None,
    rules: Sequence[Rule] = RULES,
) -> str:
    """Judge what was observed in [since, until) and return the query of the verdict rows, to be run on the same connection.

    Args:
        connection: with the observation tables as views; temporary tables are made in it.
        since: first moment, UTC, None for all.
        until: moment before which to judge, UTC, None for all.
        rules: the rules to judge by.
    """
    build_facts(connection, since, until)
    names = [f"r{i}" for i in range(len(rules))] + [f"c{i}" for i, rule in enumerate(rules) if rule.artefact]
    names += [f"d{i}" for i in range(len(JUDGED_DEFECTS))]
    columns = connection.execute(make_fired_query(rules)).fetchnumpy()
    combinations, numbers = find_combinations(np.stack([np.asarray(columns[name], dtype=np.bool_) for name in names]).T)
    store_rows(connection, "decided", {"key": np.asarray(columns["key"]), "combination": numbers})
    fired, proven, defective = np.split(combinations, [len(rules), len(names) - len(JUDGED_DEFECTS)], axis=1)
    table = describe_combinations(fired, proven, defective, rules)
    casts = ", ".join(f"{name}::JSON::{kind} AS {name}" for name, kind in _COMBINATION_TYPES.items())
    store_rows(connection, "combination", table, f"* REPLACE ({casts})")
    reasons = set(table["reason"].tolist()) - {-1}
    connection.execute(make_told_query(rules, np.flatnonzero(fired.any(axis=0)).tolist(), sorted(reasons)))
    return make_verdict_query(hash_ruleset(rules))


def find_combinations(flags: Bools) -> tuple[Bools, NDArray[np.int64]]:
    """Return the distinct rows of ``flags`` and, for each row, the number of its combination.

    Rows become numbers of 64 flags each, which sort many times faster than rows of bytes.
    """
    numbers = np.zeros(len(flags), dtype=np.int64)
    for start in range(0, flags.shape[1], WORD_BITS):
        word = np.zeros(len(flags), dtype=np.uint64)
        for bit, flag in enumerate(flags.T[start : start + WORD_BITS]):
            word |= flag.astype(np.uint64) << np.uint64(bit)
        words, places = np.unique(word, return_inverse=True)
        numbers = np.unique(numbers * len(words) + places, return_inverse=True)[1]
    return flags[np.unique(numbers, return_index=True)[1]], numbers


def describe_combinations(
    fired: Bools, proven: Bools, defective: Bools, rules: Sequence[Rule]
) -> dict[str, NDArray[np.generic]]:
    """Return the columns of ``combination``: what follows from a set of fired rules alone.

    Args:
        fired: shape (combinations, rules).
        proven: shape (combinations, artefacts): the artefact fired and its contrast holds.
        defective: shape (combinations, judged defects): the instrument shows the symptom, whether or not that masks anything.
        rules: the rules of the columns.
    """
    chosen = choose_strongest(fired, rules)
    evidence = sum_evidence(chosen, rules)
    posterior = compute_posterior(evidence)
    decision = decide_states(posterior, fired, proven, rules)
    reason = find_reason(chosen, posterior, rules)
    says = [rules[i].says if i >= 0 else NO_REASON for i in reason.tolist()]
    openings = [_open(*row) for row in zip(decision.state, decision.locus, strict=True)]
    interfered = decision.locus == str(Locus.NETWORK)
    harmless = (decision.state == str(State.OK)) & _any_of(fired, rules, HARMLESS_MECHANISMS)
    interference = HYPOTHESES.index(Hypothesis.NETWORK_INTERFERENCE)
    return {
        "combination": np.arange(len(fired), dtype=np.int64),
        "state": decision.state,
        "locus": decision.locus,
        "interfered": interfered,
        "harmless": harmless,
        "asks": interfered | harmless | np.array([PLACE.search(text) is not None for text in says], dtype=np.bool_),
        "p_blocked": np.ascontiguousarray(posterior[:, interference]),
        "prior": np.full(len(fired), PRIOR[Hypothesis.NETWORK_INTERFERENCE]),
        "reason": reason,
        "opening": np.array(openings, dtype=object),
        "why": np.array([f"{opening}{text}." for opening, text in zip(openings, says, strict=True)], dtype=object),
        "fired": _encode(fired.tolist()),
        "issues": _encode(
            [[f"defect_{JUDGED_DEFECTS[i].defect_id}" for i in np.flatnonzero(row)] for row in defective]
        ),
        "p_blocked_range": _encode(compute_sensitivity(evidence).tolist()),
        "log10_lr": _encode([dict(zip(HYPOTHESES, row, strict=True)) for row in evidence.tolist()]),
        "rules": _encode([[_describe(rules[i]) for i in np.flatnonzero(row).tolist()] for row in fired]),
    }


def _open(state: str, locus: str) -> str:
    return THROTTLED if (state, locus) == (State.IMPAIRED, Locus.NETWORK) else OPENINGS[state]


def _any_of(fired: Bools, rules: Sequence[Rule], ids: Sequence[str]) -> Bools:
    return np.asarray(fired[:, [i for i, rule in enumerate(rules) if rule.rule_id in ids]].any(axis=1), dtype=np.bool_)


def _describe(rule: Rule) -> dict[str, object]:
    return {"rule_id": rule.rule_id, "layer": rule.layer, "log10_lr": rule.weight[0]}


def _encode(values: Sequence[object]) -> NDArray[np.object_]:
    return np.array([msgspec.json.encode(value).decode() for value in values], dtype=object)


def find_reason(chosen: NDArray[np.int64], posterior: Floats, rules: Sequence[Rule]) -> NDArray[np.int64]:
    """Return, per row, the chosen rule that speaks most for the likeliest hypothesis against the others, or -1.

    Args:
        chosen: the strongest rule per family, shape (rows, families), -1 where none fired.
        posterior: shape (rows, hypotheses).
        rules: the rules that ``chosen`` counts.
    """
    weights = weigh_rules(rules)
    lift = np.vstack([weights - weights.mean(axis=1, keepdims=True), np.full(len(HYPOTHESES), -np.inf)])
    speaks = lift[chosen, posterior.argmax(axis=1)[:, None]]
    reason: NDArray[np.int64] = chosen[np.arange(len(chosen)), speaks.argmax(axis=1)]
    return reason
